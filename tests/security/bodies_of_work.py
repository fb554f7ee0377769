"""Bodies for what a committee works with: visits, forms, what the neighbourhood holds, the desk of all posts."""

from collections.abc import Mapping
from typing import Any

from tests.security.saying import NEAR_AND_FAR, PEOPLE, for_either, for_neighbourhoods, said, today
from tests.security.world import World


def _visiting(world: World) -> dict[str, Any]:
    return {
        f"to: {name}": {"person_id": world.people[who].person_id, "result": "met", "text": "一切都好"}
        for name, (_n, who) in PEOPLE.items()
    }


def _planning(world: World) -> dict[str, Any]:
    said = {"name": "看望老人", "grade": "key", "whom": "persons"}
    return {
        f"to: {name}": said | {"subjects": [world.people[who].person_id]}
        for name, (_n, who) in PEOPLE.items()
    }


def _canvassing(world: World) -> dict[str, Any]:
    said = {
        "title": "燃气软管排摸",
        "questions": "软管超过两年了吗？",
        "starts_on": today(world),
        "ends_on": "2026-12-31",
    }
    return {
        f"at: {name}": said | {"buildings": [world.ground.around[n].buildings[0].id]}
        for name, n in NEAR_AND_FAR.items()
    }


def _canvassing_over_the_api(world: World) -> dict[str, Any]:
    return {
        name: said | {"questions": [said["questions"]]} for name, said in _canvassing(world).items()
    }  # fmt: skip


def _saying_how_often(world: World) -> dict[str, Any]:
    said = {"grade": "key", "days": "20", "grace_days": "2", "valid_from": today(world)}
    places = {f"at: {name}": world.ground.around[n].community.id for name, n in NEAR_AND_FAR.items()}
    return {name: said | {"place_id": place} for name, place in places.items()}


def _asking_for_forms(world: World) -> dict[str, Any]:
    about = {
        "name": "新的表", "family": "service", "basis": "通知", "cycle": "month", "due_day": "25", "row_kind": "person",
        "valid_from": today(world), "valid_to": "2027-06-30",
    }  # fmt: skip
    here, far = (world.ground.around[n].community for n in (1, 4))
    places = {
        "at: here": here.id,
        "at: town": here.town_id,
        "at: district": here.district_id,
        "at: far": far.id,
    }
    return {name: {"place_id": place} | about for name, place in places.items()}


def _listing(world: World) -> dict[str, Any]:
    item = {
        "kind": "residents",
        "number": "7",
        "text": "协助登记",
        "source": "清单",
        "valid_from": today(world),
    }
    here, far = (world.ground.around[n].community for n in (1, 4))
    places = {
        "at: district": here.district_id,
        "at: town": here.town_id,
        "at: other district": far.district_id,
    }
    return {name: {"place_id": place} | item for name, place in places.items()}


def _opening(world: World) -> dict[str, Any]:
    return {name: {"form_id": one, "period": "2026-11"} for name, one in world.rights.ids["form"].items()}


def _opening_for_each(world: World) -> dict[str, Any]:
    published = world.rights.ids["form"]["published"]
    return _opening(world) | for_neighbourhoods(form_id=published, period="2026-11")(world)


def _cell(world: World) -> tuple[str, str]:
    cells = world.rights.ids["cells"]
    return cells["rows"], cells["own"]


def _answering(world: World) -> dict[str, Any]:
    subject, field = _cell(world)
    return {"-": {"version": 9, "answers": [{"subject_id": subject, "field_id": field, "value": "已经看过"}]}}


def _answering_on_a_page(world: World) -> dict[str, Any]:
    subject, field = _cell(world)
    return {"-": {f"a_{field}_{subject}": "已经看过"}}


def _uncovering_a_cell(world: World) -> dict[str, Any]:
    subject, _own = _cell(world)
    return {"-": {"cell": f"{subject} {world.rights.ids['cells']['手机号码']}"}}


def _entering_a_facility(world: World) -> dict[str, Any]:
    return {
        f"at: {name}": {
            "node_id": world.ground.around[n].community.id, "name": "路灯 8 号", "facility_class": "01",
        }
        for name, n in NEAR_AND_FAR.items()
    }  # fmt: skip


def _configuring_a_type(world: World) -> dict[str, Any]:
    words = {"code": "new", "zh": "新类型", "en": "new", "valid_from": today(world)}
    return {
        f"at: {name}": {"district_id": world.ground.around[n].community.district_id} | words
        for name, n in NEAR_AND_FAR.items()
        if name in ("here", "other district")
    }


def _writing_a_guide(world: World) -> dict[str, Any]:
    said = {"title": "办理敬老卡", "about": "六十五岁可以办。", "version": "1"}
    return {
        f"at: {name}": said | {"place_id": world.ground.around[n].community.id}
        for name, n in NEAR_AND_FAR.items()
    }


def _listing_a_stamp(world: World) -> dict[str, Any]:
    said = {"title": "婚姻证明", "where_to_go": "婚姻登记机关", "source": "本地清单"}
    return {
        f"at: {name}": said | {"place_id": world.ground.around[n].community.id}
        for name, n in NEAR_AND_FAR.items()
    }


def _asking_at_the_counter(world: World) -> dict[str, Any]:
    return for_neighbourhoods(about="居住证怎么办", way="counter")(world) | {
        f"of: {name}": {"about": "居住证怎么办", "person_id": world.people[who].person_id}
        for name, (_n, who) in PEOPLE.items()
    }


def _telling(world: World) -> dict[str, Any]:
    said = {"title": "楼道堆物", "problem": "堆满旧物。", "steps": "一起清。"}
    found: dict[str, Any] = for_neighbourhoods(**said)(world)
    for relation in ("private", "next door", "other district"):
        found[f"of: {relation}"] = said | {"origin": "case", "origin_id": world.cases[relation, "submitted"]}
    return found


WORK: Mapping[tuple[str, str], Any] = {
    ("", "/api/v1/visits"): _visiting,
    ("", "/visits"): _visiting,
    ("", "/api/v1/visits/{visit_id}/correction"): said(channel="phone"),
    ("", "/visits/{visit_id}/correction"): said(channel="phone"),
    ("", "/visits/{visit_id}/reading"): said(),
    ("", "/visits/{visit_id}/cancelling"): said(reason="敲错门了"),
    ("", "/visits/{visit_id}/case"): said(text="厨房水管漏水"),
    ("", "/visits/{visit_id}/need"): said(kind="meals", what="中午想订饭"),
    ("", "/visits/{visit_id}/tag"): said(tag="独居", reason="一个人住"),
    ("", "/visits/words/{word_id}/settling"): said(choice="take"),
    ("", "/visits/plans"): _planning,
    ("", "/visits/plans/{plan_id}/ending"): said(),
    ("", "/visits/intervals"): _saying_how_often,
    ("", "/visits/canvasses"): _canvassing,
    ("", "/visits/canvasses/{canvass_id}/ending"): said(),
    ("", "/needs/{need_id}/reading"): said(),
    ("", "/needs/{need_id}/step"): said(status="met"),
    ("", "/tag-proposals/{tag_proposal_id}/reading"): said(),
    ("", "/tag-proposals/{tag_proposal_id}/decision"): said(decision="refuse"),
    ("", "/report-forms"): _asking_for_forms,
    ("", "/report-forms/assistance"): _listing,
    ("", "/report-forms/{form_id}/fields"): said(catalogue="person.sex"),
    ("", "/report-forms/{form_id}/fields/removal"): lambda world: {"-": {"field_id": _cell(world)[1]}},
    ("", "/report-forms/{form_id}/publication"): said(seen="yes"),
    ("", "/report-forms/{form_id}/ending"): said(),
    ("", "/report-forms/{form_id}/template"): said(),
    ("", "/report-forms/fills/{fill_id}/acceptance"): said(),
    ("", "/report-forms/fills/{fill_id}/return"): lambda world: {
        "-": {"reason": "少了几行", "form_id": world.rights.ids["form"]["published"]}
    },
    ("", "/ledgers"): _opening,
    ("", "/ledgers/{fill_id}/answers"): _answering_on_a_page,
    ("", "/ledgers/{fill_id}/column"): lambda world: {"-": {"field_id": _cell(world)[1], "value": "都好"}},
    ("", "/ledgers/{fill_id}/handing-in"): said(),
    ("", "/ledgers/{fill_id}/uncovering"): _uncovering_a_cell,
    ("", "/ledgers/{fill_id}/export"): said(reason="街镇要一份完整的名单"),
    ("", "/api/v1/ledgers"): _opening_for_each,
    ("", "/api/v1/ledgers/{fill_id}/answers"): _answering,
    ("", "/api/v1/ledgers/{fill_id}/handing-in"): said(),
    ("", "/neighbourhood/{kind}"): _entering_a_facility,
    ("", "/neighbourhood/{kind}/{entry_id}/correction"): said(
        field="owner_unit", value="物业", source="上门"
    ),
    ("", "/neighbourhood/{kind}/{entry_id}/verification"): said(),
    ("", "/neighbourhood/{kind}/{entry_id}/ending"): said(reason="拆了"),
    ("", "/neighbourhood/{kind}/{entry_id}/changes/{change_id}/undoing"): said(),
    ("", "/neighbourhood/{kind}/{entry_id}/coverage"): lambda world: {
        "-": {"place_ids": [world.ground.around[1].buildings[0].id]}
    },
    ("", "/neighbourhood/{kind}/{entry_id}/seats"): lambda world: {
        "-": {"who": f"person/{world.people['own'].person_id}", "title": "member"}
    },
    ("", "/neighbourhood/{kind}/{entry_id}/seats/{seat_id}/ending"): said(),
    ("", "/neighbourhood/building-groups/{entry_id}/charter"): said(text="一、轮流扫楼道"),
    ("", "/neighbourhood/facilities/{entry_id}/inspection"): said(passed="yes"),
    ("", "/figures/types"): _configuring_a_type,
    ("", "/guides"): _writing_a_guide,
    ("", "/guides/{guide_id}/changes"): said(
        place_id="-", title="办理敬老卡", about="六十五岁可以办。", version="1"
    ),
    ("", "/stamps"): _listing_a_stamp,
    ("", "/stamps/{stamp_id}/ending"): said(),
    ("", "/inquiries"): _asking_at_the_counter,
    ("", "/inquiries/{inquiry_id}/answer"): said(answer="带身份证来"),
    ("", "/inquiries/{inquiry_id}/hand-on"): said(handed_to="街镇"),
    ("", "/notes"): for_neighbourhoods(text="下午来人", to="post:worker"),
    ("", "/notes/{note_id}/reading"): said(),
    ("", "/notes/{note_id}/end"): said(),
    ("", "/experiences"): _telling,
    ("", "/experiences/proposals/{told_id}/sharing"): said(),
    ("", "/experiences/proposals/{told_id}/refusal"): said(reason="认得出是谁"),
    ("", "/experiences/{experience_id}/adoption"): for_either(),
    ("", "/experiences/{experience_id}/thanks"): for_either(thanks="很好用"),
    ("", "/experiences/{experience_id}/withdrawal"): said(),
    ("", "/neighbourhood/organisations/{entry_id}/categories"): lambda _world: {
        "-": {"categories": ["03", "0401"]}
    },
}
#: What the API takes as the pages do.
_DESK = (
    "/guides", "/stamps", "/inquiries", "/notes", "/experiences", "/visits", "/needs", "/tag-proposals",
    "/report-forms", "/figures/types",
)  # fmt: skip
WORK |= {("", f"/api/v1{path}"): body for (_app, path), body in WORK.items() if path.startswith(_DESK)} | {
    ("", "/api/v1/visits/canvasses"): _canvassing_over_the_api,
    ("", "/api/v1/report-forms/{form_id}/fields"): said(catalogue=["person.sex"]),
    ("", "/api/v1/report-forms/{form_id}/publication"): said(seen="yes", version=9),
    ("", "/api/v1/report-forms/{form_id}/template"): lambda _world: {"-": "序号,性别\n".encode()},
    ("", "/api/v1/report-forms/fills/{fill_id}/return"): said(reason="少了几行"),
    ("", "/api/v1/ledgers/{fill_id}/export"): said(reason="街镇要一份完整的名单"),
    ("", "/api/v1/ledgers/{fill_id}/uncovering"): lambda world: {
        "-": {"subject_id": _cell(world)[0], "field_id": world.rights.ids["cells"]["手机号码"]}
    },
}
