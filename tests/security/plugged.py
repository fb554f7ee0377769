"""A plugin that is on here and next door, a host that shows something everywhere, and what is asked of both."""

import copy
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app_shell.plugged import Entry, PageAnswer, Shown
from core_db.foundation.actor import Actor, Role
from core_db.installs import (
    EnablingDraft,
    PluginFiles,
    PluginRoleDraft,
    consent_sheet,
    enable_plugin,
    give_plugin_role,
    record_plugin,
)
from core_db.installs.messages import send_plugin_message
from core_db.installs.words import RunMode
from core_db.mydata import PurposeOf, agree_to_purpose, my_plugin_consents
from tests.plugged import PlantedHost, card, text
from tests.security.places import Marked

if TYPE_CHECKING:
    from tests.security.world import World

ID = "elder-care"
PURPOSE = {
    "id": "visit", "basis": "consent", "sensitive": True, "retention_days": 400, "fields": ["name"],
    "text": {"zh": "安排探访", "en": "Arrange visits"},
}  # fmt: skip


def _asked(form: str, key: str, field_class: str, label: str) -> dict[str, Any]:
    """A field of a form, kept sealed."""
    said = {"zh": label, "en": key}
    return {"form": form, "key": key, "class": field_class, "schema": {"type": "string"}, "label": said}


MANIFEST = {
    "manifest": 1, "id": ID, "version": "1.0.0", "api": "^1.0", "name": {"zh": "探访", "en": "Visits"},
    "license": "MIT", "contact": "dev@example.org",
    "scopes": ["resident.basic:read", "resident.fields:write", "message:send"],
    "purposes": [PURPOSE, copy.deepcopy(PURPOSE) | {"id": "greet"}],
    "contributes": {
        "form_fields": [
            _asked("resident.profile", "mobile", "P2", "另一个手机"), _asked("resident.profile", "illness", "P3", "病"),
            _asked("case.1104", "doctor", "P2", "看哪个医生"), _asked("case.1104", "pain", "P3", "哪里不舒服"),
            {
                "form": "resident.profile", "key": "called", "class": "P1", "schema": {"type": "string"},
                "label": {"zh": "怎么称呼您", "en": "How you like to be called"},
            }
        ],
        "reports": [{"id": "monthly", "name": {"zh": "月报", "en": "Figures"}}],
        "roles": [{"id": "lead", "name": {"zh": "协调员", "en": "Lead"}, "grants": ["/pairs"]}],
    },
}  # fmt: skip
#: Where it is on, and who lives there.
SIDES = {"here": (1, "own"), "next door": (2, "next door")}
PERSON = {**SIDES, "other district": (4, "other district")}
CASES = {
    "resident": ("private", "a neighbour's", "next door"),
    "committee": ("private", "next door", "other district"),
}


def planted(folder: Path, marked: Marked) -> PlantedHost:
    """Shows the same card in every slot, has one page in either app and one picture."""
    (folder / "map.png").write_bytes(b"a map")
    slots = (
        "resident.home.cards", "resident.case.panels", "resident.profile.sections", "committee.home.cards",
        "committee.case.panels", "committee.resident.panels", "committee.household.panels", "committee.reports",
        "committee.plugin.status", "resident.consents.notes",
    )  # fmt: skip
    shown = card(marked("探访"), text(marked("周二")))
    board = {"kind": "page", "title": marked("安排"), "body": [text(marked("周二"))]}
    return PlantedHost(
        folder=folder,
        shown={slot: [Shown(plugin_id=ID, name=marked("探访"), card=shown)] for slot in slots},
        columns={"committee.case.list.columns": [], "committee.resident.list.columns": []},
        pages={"/board": PageAnswer(status=200, blocks=board)},
        reports={"monthly": _table(marked)}, nav=[Entry(href=f"/x/{ID}/board", label=marked("安排"), icon="puzzle")],
    )  # fmt: skip


def _table(marked: Marked) -> dict[str, Any]:
    head, rows = [marked("项目"), "数"], [[marked("探访"), "12"]]
    return {"kind": "table", "caption": marked("月报"), "head": head, "rows": rows}


def on_the_platform(world: "World") -> Iterator[tuple[str, str, str]]:
    """It is installed, switched on here and next door, agreed to by one resident each, and has written to him."""
    files = PluginFiles(version="1.0.0", package="elder_care", folder="", run_mode=RunMode.WORKER)
    world.given.do(record_plugin, _manifest(world), files, {}, by=world.given.system())
    for side, (n, who) in SIDES.items():
        place, resident = world.ground.around[n].community, world.people[who]
        secretary = world.given.staff(Role.SECRETARY, place, world.word(n, 88, "staff"))
        sheet = world.given.see(consent_sheet, ID, place.id, by=secretary)
        given = EnablingDraft(
            scopes=tuple(one.name for one in sheet.scopes), sheet_version=sheet.sheet_version
        )
        world.given.do(enable_plugin, ID, place.id, given, by=secretary)
        yield "plugin sheet", side, sheet.sheet_version
        for purpose, version in _texts(world, resident):
            yield f"text of {purpose}", side, version
        what = PurposeOf(
            plugin_id=ID,
            community_id=place.id,
            purpose="visit",
            text_version=dict(_texts(world, resident))["visit"],
        )
        world.given.do(agree_to_purpose, what, by=resident)
        lead = PluginRoleDraft(role="lead", account_id=secretary.id)
        yield "plugin role", side, world.given.do(give_plugin_role, ID, place.id, lead, by=secretary).id
        _write_to(world, n, resident)


def _manifest(world: "World") -> dict[str, Any]:
    """What stands in it for people to read says what every word of the world says."""

    def said(part: Any) -> Any:
        if isinstance(part, dict):
            is_read = set(part) == {"zh", "en"}
            return {key: world.marked(one) if is_read else said(one) for key, one in part.items()}
        return [said(one) for one in part] if isinstance(part, list) else part

    found: dict[str, Any] = said(MANIFEST)
    return found


def _texts(world: "World", resident: Actor) -> list[tuple[str, str]]:
    (found,) = world.given.see(my_plugin_consents, by=resident)
    return [(one.purpose.id, one.purpose.text_version) for one in found.purposes]


def _write_to(world: "World", n: int, resident: Actor) -> None:
    said, place = world.word(n, 1, "letter"), world.ground.around[n].community.id
    world.door.write_now(
        lambda session: send_plugin_message(
            session, ID, place, resident.id, template="letter", text=(said, said), at=world.clock.now()
        )
    )


# -- what is asked ----------------------------------------------------------------------------------


def is_of_plugins(route: str) -> bool:
    return route.startswith("/x/") or "{plugin_id}" in route


def asks_of_plugins(
    world: "World", app: str, method: str, route: str
) -> Iterator[tuple[str, str, str, Mapping[str, Any] | None]]:
    """Relation, path, query and words of everything that is asked of a route of plugins."""
    path = route.replace("{plugin_id}", ID).replace("{report_id}", "monthly")
    if route.startswith("/x/slots"):
        yield from _slots(world, app)
    elif route.startswith("/x/"):
        path = path.replace("{path:path}", "map.png" if "/static/" in route else "board")
        yield "any", path, "", {"day": "2026-12-01"} if method == "POST" else None
    elif "{person_id}" in route:
        for relation, (n, who) in PERSON.items():
            words = _purpose(world, relation, n, path, "greet" if route.endswith("agreement") else "visit")
            yield relation, path.replace("{person_id}", world.people[who].person_id or ""), "", words
    elif "{held_id}" in route:
        for side in SIDES:
            yield side, path.replace("{held_id}", world.rights.ids["plugin role"][side]), "", {}
    elif route.endswith("/me/fields/{plugin_id}"):
        said = {f"x.{ID}.called": "王老师"}
        for side, (n, _who) in SIDES.items():
            words = {"community_id": world.ground.around[n].community.id}
            yield side, path, "", words | ({"fields": said} if route.startswith("/api/") else said)
    elif "{purpose}" in route:
        purpose = "visit" if route.endswith("withdrawal") else "greet"
        for side, (n, _who) in SIDES.items():
            words = _purpose(world, side, n, path, purpose) if method == "POST" else None
            query = "" if words else f"at={world.ground.around[n].community.id}"
            yield side, path.replace("{purpose}", purpose), query, words
    else:
        yield "any", path, "", _deciding(world, route) if method == "POST" else None


def _slots(world: "World", app: str) -> Iterator[tuple[str, str, str, None]]:
    yield "-", f"/x/slots/{app}.home.cards", "", None
    its_own = {"resident": "resident.consents.notes", "committee": "committee.plugin.status"}[app]
    yield "of a plugin", f"/x/slots/{its_own}", f"subject={ID}", None
    for whose in CASES[app]:
        case_id = world.cases[whose, "submitted"]
        yield f"of: {whose}", f"/x/slots/{app}.case.panels", f"subject={case_id}", None
    if app == "committee":
        for relation, (_n, who) in PERSON.items():
            query = f"subject={world.people[who].person_id}"
            yield f"person: {relation}", "/x/slots/committee.resident.panels", query, None


def _purpose(world: "World", side: str, n: int, path: str, purpose: str) -> dict[str, str]:
    ids = world.rights.ids[f"text of {purpose}"]
    words = {"community_id": world.ground.around[n].community.id, "text_version": ids.get(side, ids["here"])}
    if path.startswith("/api/"):
        return words if path.endswith("agreement") else {"community_id": words["community_id"]}
    return words | ({"purpose": purpose} if path.startswith("/people") else {})


def _deciding(world: "World", route: str) -> dict[str, Any]:
    scopes: list[str] = MANIFEST["scopes"]  # type: ignore[assignment]
    sheet = world.rights.ids["plugin sheet"]["here"]
    if route.startswith("/api/"):
        said: dict[str, dict[str, Any]] = {
            "enabling": {"scopes": scopes, "sheet_version": sheet}, "settings": {"settings": {}},
            "removal": {"keeps_data": True}, "parts": {"part": "report:monthly", "is_on": True},
            "roles": {"role": "lead", "account_id": world.people["worker"].id},
        }  # fmt: skip
        return said.get(route.rpartition("/")[2], {})
    if route.endswith("/file"):
        return {"kind": "csv", "month": f"{world.clock.now():%Y-%m}"}
    if route.endswith("/roles"):
        return {"role": "lead", "account_id": world.people["worker"].id}
    if route.endswith("/parts"):
        return {"part": "report:monthly", "is_on": "yes"}
    return {"scopes": scopes, "sheet_version": sheet, "agreed": "yes", "data": "keep"}
