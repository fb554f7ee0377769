"""Every page of an app: its address with something behind it, for whoever walks."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from sqlmodel import select

from app_shell.routing import SecureRoute, walk
from core_db.accounts import RoleAssignment, RoleDraft, assign_role
from core_db.accounts.model import HomeBinding
from core_db.audit import make_checkpoint
from core_db.cases import Verb
from core_db.emergency import EmergencyDraft, EmergencyReason, open_emergency
from core_db.experiences import ExperienceDraft, propose_experience, share_experience
from core_db.foundation.actor import Actor, Role
from core_db.foundation.clock import local_date
from core_db.groups import GroupDraft, save_group
from core_db.guides import GuideDraft, StampDraft, keep_guide, keep_stamp
from core_db.handover_notes import NoteDraft, write_note_on
from core_db.inquiries import InquiryDraft, take_inquiry
from core_db.ledgers import (
    FieldsDraft,
    FormDraft,
    OpenDraft,
    PublishDraft,
    add_fields,
    draft_form,
    open_fill,
    publish_form,
)
from core_db.neighbourhood import EntryDraft, register_entry
from core_db.neighbourhood.words import EntryKind
from core_db.people import (
    HouseholdCorrection,
    MoveIn,
    Person,
    PersonDraft,
    correct_household,
    correct_place,
    move_in,
    register_person,
)
from core_db.places import EstateDraft, PlaceCorrection, create_estate
from core_db.register_sheets import SheetDraft, hand_in, work_on_sheets
from core_db.tags import AssignmentDraft, DefinitionDraft, assign_tag, define_tag
from core_db.visits import (
    CanvassDraft,
    NeedDraft,
    PlanDraft,
    TagDraft,
    VisitDraft,
    begin_canvass,
    need_from_visit,
    plan_visits,
    propose_tag,
    record_visit,
)
from core_db.visits.words import Answer, Grade, NeedKind, Tick, VisitResult, Whom
from tests.browser.deeds import do
from tests.browser.samples import PLUGIN, switch_on_sample
from tests.databases import settings_for
from tests.town import Town

#: Not pages: what programs, phones and watchers ask for.
NO_PAGES = {
    "/healthz", "/readyz", "/metrics", "/openapi.json", "/sw.js", "/manifest.webmanifest", "/exports/{export_id}",
    "/me/data/exports/{export_id}/file", "/register/sheets/template", "/ledgers/{fill_id}/sheet",
    # And of a plugin that runs: `test_plugins_in_the_browser` has one.
    "/report-forms/{form_id}/sheet", "/plugins/{plugin_id}/reports/{report_id}", "/x/slots/{slot}",
    "/x/{plugin_id}/{path:path}", "/x/{plugin_id}/static/{path:path}",
}  # fmt: skip

#: The modules of a worker share a town: what one of them has said may not be said once more.
_NUMBERS = count(21)


def _unlike() -> str:
    """A number unlike any other that was said here, and small enough for the square metres of a home."""
    return str(next(_NUMBERS))


def page_routes(app: str, folder: Path) -> list[str]:
    """The paths of all pages, with their parameters in braces."""
    if app == "resident":
        from resident_app.main import create_app
    else:
        from committee_app.main import create_app
    routes = create_app(settings_for("sqlite:///nowhere.db", folder)).routes
    return sorted({path for method, path, route in walk(routes) if method == "GET" and _is_page(path, route)})


def _is_page(path: str, route: Any) -> bool:
    original = getattr(route, "original_route", None) or route
    return isinstance(original, SecureRoute) and not original.is_api and path not in NO_PAGES


def address(path: str, known: Mapping[str, str]) -> str:
    """The path with its parameters filled in; a parameter nobody has taught is a mistake of the test."""
    if path in known:
        return known[path]
    missing = set(re.findall(r"{(\w+)", path)) - set(known)
    assert not missing, f"{path}: teach the walk what to put for {missing}"
    return re.sub(r"{(\w+)(?::\w+)?}", lambda found: known[found[1]], path)


def cases_to_look_at(town: Town) -> dict[str, Any]:
    """Cases in several states, so that the pages have something to show."""
    aunt, worker, firm = town.resident(name="王阿姨"), town.worker(), town.contractor()
    long = "三楼到四楼之间的楼道灯已经坏了两个星期，老人晚上下楼看不见台阶，请尽快派人来看一看，谢谢。" * 3
    made = {
        "new": town.a_case(by=aunt, text=long, place_id=town.building.id),
        "public": town.a_case(
            by=aunt, text="电梯停在五楼不动了", visibility="public", place_id=town.building.id
        ),
        "held": town.a_case(by=aunt, text="🙂 屋顶漏水，滴到床上", place_id=town.home.id),
        "done": town.a_case(by=aunt, text="Somebody parked on the lawn"),
    }
    ids = {name: file.case.id for name, file in made.items()}
    for name in ("public", "held", "done"):
        do(town, Verb.ACCEPTANCE, ids[name], worker)
    do(town, Verb.DISPATCH, ids["held"], worker, lead=town.property_firm.id)
    do(town, Verb.SIGNING, ids["held"], firm)
    do(town, Verb.PROGRESS, ids["held"], firm, text="已经上门看过，明天带材料来修")
    do(town, Verb.SELF_HANDLING, ids["done"], worker, text="我们去看看")
    do(town, Verb.HANDLING, ids["done"], worker, outcome="done", text="已经请车主开走")
    do(town, Verb.VERIFICATION, ids["done"], worker, passed=True, text="看过了")
    do(town, Verb.ESCALATION, ids["public"], worker, to="town", reason="需要街道协调电梯维保")
    entries = {
        "facility": _entry(
            town, worker, EntryKind.FACILITY, name="消防栓", facility_class="01", due_on="2026-11-01"
        ),
        "grid": _entry(town, worker, EntryKind.GRID, name=f"网格 {_unlike()}", code=_unlike(), level="micro"),
        "building group": _entry(town, worker, EntryKind.BUILDING_GROUP, name=f"楼组 {_unlike()}"),
    }
    # So that there is something to print.
    make_checkpoint(town.door, clock=town.clock)
    switch_on_sample(town)
    return ids | {
        "aunt": aunt,
        "worker": worker,
        "contractor": firm,
        **_posts(town, aunt, worker),
        **_visits(town, aunt, worker),
        **_reports(town, worker),
        **entries,
        **_desks(town, aunt, worker),
    }


def _group_of_tagged(town: Town, aunt: Actor) -> str:
    """Somebody with a tag and a sensitive one, and a group of those who bear the first."""
    found = {}
    for code, name, kind in (("lives_alone", "独居", "family"), ("subsistence", "低保", "hardship")):
        words = {
            "code": f"{code}_{_unlike()}",
            "name": f"{name}{_unlike()}",
            "kind": kind,
            "legal_basis": "社会救助暂行办法",
            "review_days": 90,
        }
        draft = DefinitionDraft(place_id=town.community.id, **words)
        found[code] = town.do(define_tag, draft, by=town.system()).id
        given = AssignmentDraft(definition_id=found[code], source="上门", evidence="一个人住")
        town.do(assign_tag, aunt.person_id, given, by=town.system())
    group = GroupDraft(
        place_id=town.community.id, name=f"独居的人{_unlike()}", all_of=(found["lives_alone"],)
    )
    return town.do(save_group, group, by=town.system()).id


def _entry(town: Town, worker: Actor, kind: EntryKind, **values: str) -> str:
    """Something that the neighbourhood holds."""
    draft = EntryDraft(node_id=town.community.id, values=values)
    return str(town.do(register_entry, kind, draft, by=worker).id)


def _desks(town: Town, aunt: Actor, worker: Actor) -> dict[str, str]:
    """What a first asker has at hand: a guide, questions, and an experience before and after its second look."""
    guide = GuideDraft(
        place_id=town.community.id, title="办理居住证", about="租房满半年可以办。", papers="身份证\n租赁合同",
        steps="1. 取号", phone="12345",
    )  # fmt: skip
    guide_id = town.do(keep_guide, guide, by=worker).id
    stamp = StampDraft(place_id=town.community.id, title="养犬证明", where_to_go="派出所", source="本地清单")
    town.do(keep_stamp, stamp, by=worker)
    asked = InquiryDraft(about="居住证怎么办", person_id=aunt.person_id, guide_id=guide_id)
    inquiry_id = town.do(take_inquiry, asked, by=worker).id
    town.do(take_inquiry, InquiryDraft(about="养犬证明和居住证怎么办"), by=worker)
    town.do(write_note_on, NoteDraft(text="下午水务来查漏", to="post:worker"), by=worker)
    told = ExperienceDraft(title="楼道堆物", problem="堆满旧物。", steps="一起清。")
    proposals = [town.do(propose_experience, told, by=worker).id for _ in range(2)]
    shared = town.do(share_experience, proposals[0], by=town.secretary(name="赵书记")).id
    return {"guide": guide_id, "inquiry": inquiry_id, "told": proposals[1], "experience": shared}


def _posts(town: Town, aunt: Actor, worker: Actor) -> dict[str, str]:
    """A building that is led, somebody's post, and a look in an emergency."""
    lead = RoleDraft(
        account_id=aunt.id, role=Role.BUILDING_LEAD, place_id=town.building.id, reason="居民推选"
    )
    town.do(assign_role, lead, by=town.system())
    mine = select(RoleAssignment.id).where(RoleAssignment.account_id == worker.id)
    draft = EmergencyDraft(
        person_id=aunt.person_id,
        reason_code=EmergencyReason.MISSING,
        reason="Not seen for three days, no answer at the door",
    )
    table = "姓名,地址,身份证\n王小红,12-101,110105194912310021\n李明,12号102室,\n".encode()
    sheet = town.do(hand_in, SheetDraft(), "名册.csv", table, by=worker)
    work_on_sheets(town.door, {}, town.clock)
    return _household(town, aunt, worker) | {
        "sheet": sheet.id,
        "group": _group_of_tagged(town, aunt),
        "post": town.door.read_now(lambda session: session.exec(mine).one()),
        "look": town.do(open_emergency, draft, by=worker).id,
    }


def _household(town: Town, aunt: Actor, worker: Actor) -> dict[str, str]:
    """An estate, and a household of two with a past."""
    estate = town.do(
        create_estate, EstateDraft(community_id=town.community.id, name=f"牡丹苑{_unlike()}"), by=worker
    )
    entries = (("02", aunt.person_id or ""), ("10", _wife(town, worker)))
    for relation, person_id in entries:
        entry = MoveIn(home_id=town.homes[2].id, relation=relation, household="0815", since=date(2026, 1, 2))
        stay = town.do(move_in, person_id, entry, by=worker)
    correction = HouseholdCorrection(field="number", value=_unlike(), source="户口簿")
    household_id: str = stay.household_id
    town.do(correct_household, household_id, correction, by=worker)
    area = PlaceCorrection(field="area", value=_unlike())
    town.do(correct_place, town.home.id, area, by=worker)
    return {"household": household_id, "estate": estate.id, "stay": stay.id}


def _wife(town: Town, worker: Actor) -> str:
    draft = PersonDraft(community_id=town.community.id, name="王阿姨的家人")
    person: Person = town.do(register_person, draft, by=worker)
    return person.id


def _visits(town: Town, aunt: Actor, worker: Actor) -> dict[str, str]:
    """A plan, a canvass, and a visit of which something came and that two people saw differently."""
    person = aunt.person_id or ""
    plan = PlanDraft(name="独居老人", grade=Grade.KEY, whom=Whom.PERSONS, subjects=(person,))
    town.do(plan_visits, plan, by=worker)
    every = PlanDraft(name="全覆盖", grade=Grade.GENERAL, whom=Whom.BUILDINGS, subjects=(town.building.id,))
    town.do(plan_visits, every, by=worker)
    today = local_date(town.clock.now())
    asked = CanvassDraft(
        title="燃气软管排摸", questions=("软管超过两年了吗？",), starts_on=today, ends_on=today + timedelta(days=9),
        buildings=(town.building.id, town.other_building.id),
    )  # fmt: skip
    canvass = town.do(begin_canvass, asked, by=worker).id
    seen = VisitDraft(
        person_id=person, canvass_id=canvass, result=VisitResult.MET, ticks=(Tick.HAZARD,), answers={"0": Answer.YES},
        text="Gas hose is older than two years",
    )  # fmt: skip
    visit = town.do(record_visit, seen, by=worker).id
    town.do(record_visit, seen.model_copy(update={"text": "换过了"}), by=town.secretary())
    town.do(need_from_visit, visit, NeedDraft(kind=NeedKind.MEALS, what="中午想订一份饭"), by=worker)
    town.do(propose_tag, visit, TagDraft(tag="独居", reason="一个人住"), by=worker)
    return {"visit": visit, "canvass": canvass}


def _reports(town: Town, worker: Actor) -> dict[str, str]:
    """A form of the town that asks something nobody knows, and the worker's fill of it."""
    office, today = town.town_dispatcher(name="街镇小钱"), local_date(town.clock.now())
    draft = FormDraft.model_validate({
        "place_id": town.town.id, "name": "老年人情况月报", "family": "service", "basis": "通知", "due_day": 31,
        "cycle": "month",
        "row_kind": "person", "valid_from": today, "valid_to": today + timedelta(days=200), "is_reviewed": True,
    })  # fmt: skip
    form = town.do(draft_form, draft, by=office)
    asked = FieldsDraft(catalogue=("person.name", "person.phone", "person.education"), name="是否独居")
    version = town.do(add_fields, form.id, asked, by=office).version
    town.do(publish_form, form.id, PublishDraft(seen="yes", version=version), by=office)
    fill = town.do(open_fill, OpenDraft(form_id=form.id, period=f"{today:%Y-%m}"), by=worker)
    return {"form": form.id, "fill": fill.id}


def who(town: Town, role: str, cases: dict[str, Any]) -> Actor | None:
    if role == "stranger":
        return None
    known = {"resident": "aunt", "worker": "worker", "contractor": "contractor"}
    actor: Actor = cases[known[role]] if role in known else getattr(town, role)()
    return actor


def parameters(town: Town, cases: dict[str, Any], role: str) -> dict[str, str]:
    seen = {"contractor": "held", "town_dispatcher": "public", "district_dispatcher": "public"}
    building_group = f"/neighbourhood/building-groups/{cases['building group']}"
    return {
        "case_id": cases[seen.get(role, "done")], "code": town.building.code or "",
        "/problems/{code}": "/problems/not-found",
        "building_id": town.building.id, "place_id": town.building.id, "community_id": town.community.id,
        "organisation_id": town.property_firm.id, "verb": "acceptance",
        "assignment_id": cases["post"], "access_id": cases["look"], "group_id": cases["group"],
        "person_id": cases["aunt"].person_id or "", "sheet_id": cases["sheet"],
        "kind": "facilities", "entry_id": cases["facility"],
        "/neighbourhood/{kind}/{entry_id}/coverage": f"/neighbourhood/grids/{cases['grid']}/coverage",
        "/neighbourhood/organisations/{entry_id}/categories": (
            f"/neighbourhood/organisations/{town.property_firm.id}/categories"
        ),
        "/neighbourhood/{kind}/{entry_id}/seats": f"{building_group}/seats?q=王",
        "/neighbourhood/building-groups/{entry_id}/charter": f"{building_group}/charter",
        "binding_id": _bound(town, cases["aunt"]), "home_id": town.home.id, "estate_id": cases["estate"],
        "household_id": cases["household"], "residency_id": cases["stay"],
        "visit_id": cases["visit"], "canvass_id": cases["canvass"],
        "form_id": cases["form"], "fill_id": cases["fill"],
        "guide_id": cases["guide"], "inquiry_id": cases["inquiry"], "told_id": cases["told"],
        "experience_id": cases["experience"],
        "plugin_id": PLUGIN, "purpose": "visit",
    }  # fmt: skip


def _bound(town: Town, account: Actor) -> str:
    hers = select(HomeBinding.id).where(HomeBinding.account_id == account.id)
    return town.door.read_now(lambda session: session.exec(hers).one())
