"""What is sent to a route that changes something, by app and route: sensible words, of near and of far."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from tests.security.bodies_of_the_register import REGISTER
from tests.security.bodies_of_work import WORK
from tests.security.saying import (
    NEAR_AND_FAR,
    PEOPLE,
    a_table,
    at_places,
    for_neighbourhoods,
    said,
    today,
    two,
)
from tests.security.world import World, picture


def _raising(world: World) -> dict[str, Any]:
    homes = {name: world.ground.around[n].homes[0].id for name, n in NEAR_AND_FAR.items()}
    # By a name that nobody here bears: what he typed himself he reads again.
    other = {"text": "楼道灯又坏了", "on_behalf_of": "随便谁", "on_behalf_room": "101"}
    first = {"-": {"text": "楼道灯又坏了"}, "for: somebody": other}
    return first | {f"at: {name}": {"text": "楼道灯又坏了", "place_id": one} for name, one in homes.items()}


def _raising_on_a_page(world: World) -> dict[str, Any]:
    found: dict[str, Any] = {"-": {"text": "楼道灯又坏了", "anyway": "1"}}
    for name in ("here", "next door"):
        at = world.ground.around[NEAR_AND_FAR[name]]
        found[f"at: {name}"] = {
            "text": "楼道灯又坏了", "anyway": "1", "building": at.buildings[0].id, "door": at.homes[0].id,
        }  # fmt: skip
    return found


def _entering(world: World) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, (n, who) in PEOPLE.items():
        found[f"for: {name}"] = {
            "text": "电话里说灯坏了", "channel": "phone", "on_behalf_of": world.people[who].person_id,
            "place_id": world.ground.around[n].buildings[0].id,
        }  # fmt: skip
    found["for: next door here"] = found["for: next door"] | {
        "place_id": world.ground.around[1].buildings[0].id
    }
    return found


def _asking_for_a_home(world: World) -> dict[str, Any]:
    return {
        f"at: {name}": {"home_id": world.ground.around[n].homes[1].id, "name": "随便谁"}
        for name, n in NEAR_AND_FAR.items()
    }


def _batch(world: World) -> dict[str, Any]:
    found = {}
    for relation in ("private", "next door", "other district"):
        case_id = world.cases[relation, "submitted"]
        version = {f"version-{case_id}": str(world.versions[case_id])}
        found[f"of: {relation}"] = {"verb": "acceptance", "ids": [case_id], **version}
    return found


def _grouping(world: World) -> dict[str, Any]:
    return {
        f"at: {name}": {"place_id": world.ground.around[n].community.id, "name": "长者", "age_from": "80"}
        for name, n in NEAR_AND_FAR.items()
        if name in ("here", "next door")
    }


def _filling(world: World) -> dict[str, Any]:
    """A post for somebody without one, here and beyond."""
    who = world.people["no role in force"].id
    return {
        f"at: {name}": {
            "account_id": who, "role": "worker", "place_id": world.ground.around[n].community.id, "reason": "新来的",
        }
        for name, n in NEAR_AND_FAR.items()
    }  # fmt: skip


def _hiring(world: World) -> dict[str, Any]:
    return {
        f"at: {name}": {
            "username": "newcomer", "name": "新人", "role": "worker", "reason": "新来的",
            "place_id": world.ground.around[n].community.id, "password": "lotus rains on paper",
        }
        for name, n in NEAR_AND_FAR.items()
    }  # fmt: skip


def _handing_over(world: World) -> dict[str, Any]:
    return {"-": {"account_id": world.people["no role in force"].id, "reason": "调走了"}}


def _lending(world: World) -> dict[str, Any]:
    """One's own post, and another's."""
    until = (world.clock.now() + timedelta(days=2)).isoformat()
    to = {"delegate_id": world.people["no role in force"].id, "valid_to": until, "reason": "出差两天"}
    return {
        f"of: {name}": {"assignment_id": one} | to for name, one in world.rights.ids["assignment"].items()
    }


def _looking_at_once(world: World) -> dict[str, Any]:
    why = {"reason_code": "fire", "reason": "楼上着火，要马上联系到人"}
    return {
        f"at: {name}": {"person_id": world.people[who].person_id} | why for name, (_n, who) in PEOPLE.items()
    }


#: What can be asked of somebody in full and holds a word of the world's.
IN_FULL = ("phone", "id_number", "birth", "former_name", "native_place", "workplace", "hukou_address")


def _revealing(world: World) -> dict[str, Any]:
    through = f"case/{world.cases['private', 'submitted']}"
    return {"-": {"fields": list(IN_FULL), "purpose": "case", "reference": through}}


def _revealing_on_a_page(world: World) -> dict[str, Any]:
    return {"-": {"fields": list(IN_FULL), "why": f"case case/{world.cases['private', 'submitted']}"}}


def _heading(world: World) -> dict[str, Any]:
    return {"-": {"person_id": world.rights.ids["member"]["here"]}}


def _relating(world: World) -> dict[str, Any]:
    return {"-": {"residency_id": world.rights.ids["member's stay"]["here"], "relation": "70"}}


def _moving_in(world: World) -> dict[str, Any]:
    """A family into a home here and beyond, and one whose number is somebody's."""
    return {
        f"at: {name}": {
            "home_id": world.ground.around[n].homes[0].id,
            "since": today(world),
            "name-1": "新来的人",
        }
        for name, n in NEAR_AND_FAR.items()
    }


def _ruling(world: World) -> dict[str, Any]:
    words = {"field": "phone", "needs_second": "true", "valid_from": today(world)}
    places = {f"at: {name}": world.ground.around[n].community.id for name, n in NEAR_AND_FAR.items()}
    places["at: district"] = world.ground.around[1].community.district_id
    return {name: {"place_id": place} | words for name, place in places.items()}


def _deferring(world: World) -> dict[str, Any]:
    words = {"reason_code": "investigation", "until": "2026-12-20"}
    looks = {f"at: {side}": {"look": int(world.rights.ids["seq"][side])} for side in ("here", "next door")}
    cases = {
        f"of: {relation}": {"case_id": world.cases[relation, "submitted"]}
        for relation in ("private", "next door")
    }
    return {name: which | words for name, which in {**looks, **cases}.items()}


BODIES: Mapping[tuple[str, str], Any] = {
    # -- visits
    ("resident", "/api/v1/cases"): _raising,
    ("committee", "/api/v1/cases"): _entering,
    ("", "/report"): _raising_on_a_page,
    ("", "/enter"): _entering,
    ("", "/cases/batch"): _batch,
    ("", "/api/v1/uploads"): lambda _world: {"-": picture()},
    ("", "/api/v1/live/ticket"): said(),
    ("", "/api/v1/session/code"): said(phone="13700000000"),
    ("resident", "/api/v1/session"): said(phone="13700000000", code="000000"),
    ("committee", "/api/v1/session"): said(username="nobody", password="wrong-word"),
    ("", "/api/v1/homes/bindings"): _asking_for_a_home,
    ("", "/me/home"): _asking_for_a_home,
    ("", "/sign-in/code"): said(phone="13700000000"),
    ("resident", "/sign-in"): said(phone="13700000000", code="000000"),
    ("committee", "/sign-in"): said(username="nobody", password="wrong-word"),
    ("", "/sign-in/second-factor"): said(otp="000000"),
    ("", "/sign-out"): said(),
    ("", "/me/home/{binding_id}/ending"): said(),
    ("", "/me/devices/sign-out"): said(),
    ("", "/me/devices/{session_id}/sign-out"): said(),
    ("", "/feedback"): said(text="很好用"),
    ("", "/api/v1/witness/checkpoint"): said(
        old_size=0,
        proof=[],
        checkpoint=f"shequyun/audit/0123456789abcdef\n1\n{'A' * 43}=\n\n— somebody AAAA\n",
    ),
    ("", "/preferences"): said(theme="dark"),
    ("", "/bindings/{binding_id}/approval"): said(),
    ("", "/bindings/{binding_id}/refusal"): said(reason="没有这个人"),
    ("", "/api/v1/bindings/{binding_id}/approval"): said(),
    ("", "/api/v1/bindings/{binding_id}/refusal"): said(reason="没有这个人"),
    ("", "/bindings/{binding_id}/revocation"): said(reason="绑错了人"),
    ("", "/api/v1/bindings/{binding_id}/revocation"): said(reason="绑错了人"),
    ("", "/api/v1/me/data/exports"): said(),
    ("", "/me/data/exports"): said(),
    ("", "/me/data/erasure/code"): said(),
    ("", "/me/data/erasure"): said(confirm="注销", code="000000"),
    ("", "/me/data/erasure/withdrawal"): said(),
    ("", "/me/data/corrections"): for_neighbourhoods(field="sex", value="2", note="登记错了"),
    ("", "/me/data/corrections/{request_id}/withdrawal"): said(),
    ("", "/me/data/consents/{purpose}/withdrawal"): said(),
    ("", "/me/data/children"): for_neighbourhoods(child_name="王小宝", birth="2018-05-01", relation="50"),
    ("", "/me/data/children/{guardianship_id}/ending"): said(),
    ("", "/me/data/children/{child_id}/exports"): said(),
    ("", "/me/data/children/{child_id}/consent"): said(),
    ("", "/me/data/children/{child_id}/consent/withdrawal"): said(),
    ("", "/api/v1/me/seen/{look}/question"): said(text="为什么看我的电话？"),
    ("", "/me/seen/{seq}/question"): said(text="为什么看我的电话？"),
    ("", "/api/v1/posts"): _filling,
    ("", "/posts"): _filling,
    ("", "/api/v1/posts/hiring"): _hiring,
    ("", "/posts/hiring"): _hiring,
    ("", "/posts/leads"): lambda world: {"-": {"account_id": world.people["own"].id, "reason": "热心"}},
    ("", "/api/v1/posts/{assignment_id}/ending"): said(),
    ("", "/posts/{assignment_id}/ending"): said(),
    ("", "/api/v1/posts/{assignment_id}/hand-over"): _handing_over,
    ("", "/api/v1/posts/{assignment_id}/sign-in-anew"): said(password="lotus rains on paper"),
    ("", "/posts/{assignment_id}/sign-in-anew"): said(),
    ("", "/posts/{assignment_id}/hand-over"): _handing_over,
    ("", "/api/v1/delegations"): _lending,
    ("", "/delegations"): _lending,
    ("", "/api/v1/delegations/{delegation_id}/ending"): said(),
    ("", "/delegations/{delegation_id}/ending"): said(),
    ("", "/api/v1/emergencies"): _looking_at_once,
    ("", "/emergency"): _looking_at_once,
    ("", "/api/v1/emergencies/{access_id}/uncovering"): said(),
    ("", "/emergency/{access_id}/uncovering"): said(),
    ("", "/api/v1/emergencies/{access_id}/review"): said(verdict="justified", text="确有必要"),
    ("", "/emergency/{access_id}/review"): said(verdict="justified", text="确有必要"),
    ("", "/api/v1/emergencies/{access_id}/deferral"): said(reason_code="investigation", until="2026-12-20"),
    ("", "/emergency/{access_id}/deferral"): said(reason_code="investigation", until="2026-12-20"),
    ("", "/api/v1/people/{person_id}/reveal"): _revealing,
    ("", "/people/{person_id}/reveal"): _revealing_on_a_page,
    ("", "/people/{person_id}/correction"): said(field="education", value="60", source="上门"),
    ("", "/people/{person_id}/verification"): said(),
    ("", "/people/{person_id}/moving-out"): lambda world: {"-": {"last_day": today(world)}},
    ("", "/people/{person_id}/birth"): lambda world: {
        "-": {"name": "新生儿", "sex": "2", "birth": today(world), "relation": "30"}
    },
    ("", "/people/{person_id}/death"): lambda world: {"-": {"died_on": today(world)}},
    ("", "/register/moving-in"): _moving_in,
    ("", "/register/changes/{change_id}/undoing"): said(),
    ("", "/register/proposals/{proposal_id}/approval"): said(),
    ("", "/register/proposals/{proposal_id}/refusal"): said(note="与证件不符"),
    ("", "/register/proposals/{proposal_id}/withdrawal"): said(),
    ("", "/register/rules"): _ruling,
    ("", "/register/sheets"): a_table,
    ("", "/register/sheets/{sheet_id}/application"): said(),
    ("", "/register/sheets/{sheet_id}/undoing"): said(),
    ("", "/register/sheets/{sheet_id}/returning"): said(),
    ("", "/register/sheets/rows/{row_id}/choice"): said(take="phone"),
    ("", "/register/doubles/merger"): two("kept_id", "behind_id"),
    ("", "/register/doubles/distinction"): two("one_id", "other_id"),
    ("", "/register/mergers/{merge_id}/undoing"): said(),
    ("", "/places/{place_id}/correction"): said(field="area", value="61.5", source="上门"),
    ("", "/places/{place_id}/verification"): said(),
    ("", "/places/{place_id}/ending"): said(reason="拆除"),
    ("", "/places/changes/{change_id}/undoing"): said(),
    ("", "/households/{household_id}/correction"): said(field="number", value="0815"),
    ("", "/households/{household_id}/head"): _heading,
    ("", "/households/{household_id}/relation"): _relating,
    ("", "/looks/alarms/{alarm_id}/noted"): said(),
    ("", "/tags"): at_places(code="spare_key", name="备用钥匙", kind="service"),
    ("", "/tags/{definition_id}/retirement"): said(),
    ("", "/people/{person_id}/tags"): lambda world: {"-": {"definition_id": world.rights.common_tag}},
    ("", "/tags/given/{tag_id}/renewal"): said(),
    ("", "/tags/given/{tag_id}/removal"): said(why="no_longer"),
    ("", "/tags/given/{tag_id}/reading"): said(),
    ("", "/groups"): _grouping,
    ("", "/groups/{group_id}/rules"): said(name="长者", age_from="80", living="here"),
    ("", "/groups/{group_id}/ending"): said(),
    ("", "/api/v1/tags"): at_places(code="spare_key", name="备用钥匙", kind="service"),
    ("", "/api/v1/tags/{definition_id}/retirement"): said(),
    ("", "/api/v1/people/{person_id}/tags"): lambda world: {"-": {"definition_id": world.rights.common_tag}},
    ("", "/api/v1/tags/given/{tag_id}/renewal"): said(),
    ("", "/api/v1/tags/given/{tag_id}/removal"): said(why="no_longer"),
    ("", "/api/v1/tags/given/{tag_id}/reading"): said(),
    ("", "/api/v1/groups"): _grouping,
    ("", "/api/v1/groups/{group_id}/rules"): said(place_id="-", name="长者", age_from="80", living="here"),
    ("", "/api/v1/groups/{group_id}/ending"): said(),
    ("", "/people/number"): said(number="11010519491231002X", purpose="registry-correction"),
    ("", "/api/v1/people/number"): said(number="11010519491231002X", purpose="registry-correction"),
    ("", "/looks/{seq}/review"): said(outcome="in_order"),
    ("", "/looks/{seq}/deferral"): said(reason_code="investigation", until="2026-12-20"),
    ("", "/looks/deferrals/{deferral_id}/renewal"): said(reason_code="investigation", until="2026-12-30"),
    ("", "/exports"): for_neighbourhoods(fields="phone", reason="年底要给每户送慰问品"),
    ("", "/exports/{export_id}/approval"): said(),
    ("", "/exports/{export_id}/refusal"): said(note="理由不够清楚"),
    ("", "/data-requests/corrections/{request_id}/uncovering"): said(),
    ("", "/data-requests/corrections/{request_id}/approval"): said(),
    ("", "/data-requests/corrections/{request_id}/refusal"): said(reason="与证件不符"),
    ("", "/data-requests/guardians/{asked_id}/approval"): said(),
    ("", "/data-requests/guardians/{asked_id}/refusal"): said(reason="没有这个孩子"),
    ("", "/sign-in/passkey/options"): said(),
    ("", "/sign-in/passkey"): said(credential="{}"),
    ("", "/me/passkeys/options"): said(),
    ("", "/me/passkeys"): said(credential="{}"),
    ("", "/me/passkeys/{passkey_id}/removal"): said(),
    ("", "/me/password"): said(current="wrong", password="lotus rains on paper"),
    ("", "/sign-in/new-password"): said(current="wrong", password="lotus rains on paper"),
    ("", "/me/messages/reading"): said(),
    ("", "/api/v1/me/messages/reading"): said(),
    ("", "/me/confirm/code"): said(next="/me/data"),
    ("", "/me/confirm"): said(code="000000", password="wrong", otp="000000", next="/me/data"),
    ("", "/me/confirm/passkey"): said(credential="{}", next="/me"),
    # -- one's rights, what residents ask, and looking after those who look, over the API
    ("", "/api/v1/me/data/erasure/code"): said(),
    ("", "/api/v1/me/data/erasure"): said(confirm="注销", code="000000"),
    ("", "/api/v1/me/data/erasure/withdrawal"): said(),
    ("", "/api/v1/me/data/corrections"): for_neighbourhoods(field="sex", value="2", note="登记错了"),
    ("", "/api/v1/me/data/corrections/{request_id}/withdrawal"): said(),
    ("", "/api/v1/me/data/consents/{purpose}/withdrawal"): said(),
    ("", "/api/v1/me/data/children"): for_neighbourhoods(
        child_name="王小宝", birth="2018-05-01", relation="50"
    ),
    ("", "/api/v1/me/data/children/{guardianship_id}/ending"): said(),
    ("", "/api/v1/me/data/children/{child_id}/exports"): said(),
    ("", "/api/v1/me/data/children/{child_id}/consent"): said(),
    ("", "/api/v1/me/data/children/{child_id}/consent/withdrawal"): said(),
    ("", "/api/v1/data-requests/corrections/{request_id}/uncovering"): said(),
    ("", "/api/v1/data-requests/corrections/{request_id}/approval"): said(),
    ("", "/api/v1/data-requests/corrections/{request_id}/refusal"): said(reason="与证件不符"),
    ("", "/api/v1/data-requests/guardians/{asked_id}/approval"): said(),
    ("", "/api/v1/data-requests/guardians/{asked_id}/refusal"): said(reason="没有这个孩子"),
    ("", "/api/v1/looks/{seq}/review"): said(outcome="in_order"),
    ("", "/api/v1/looks/alarms/{alarm_id}/noted"): said(),
    ("", "/api/v1/looks/deferrals"): _deferring,
    ("", "/api/v1/looks/deferrals/{deferral_id}/renewal"): said(
        reason_code="investigation", until="2026-12-30"
    ),
    **WORK,
    ("", "/api/v1/register/rules"): _ruling,
    **REGISTER,
}
