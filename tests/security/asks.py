"""What is asked of each route: for every parameter somebody's thing, near and far, and a body that could be taken.

A parameter nobody knows here, and a changing route without a body, are mistakes that name themselves: whoever adds
a route says here whose things it can be asked for.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from core_db.foundation.ids import new_id
from tests.security.bodies import BODIES, NEAR_AND_FAR, PEOPLE
from tests.security.knocking import Asked, Upload, as_form, as_json, as_upload
from tests.security.places import LEAD
from tests.security.plugged import asks_of_plugins, is_of_plugins
from tests.security.world import World


class UnknownParameter(AssertionError):
    """A path holds a parameter for which this registry knows nothing to put in."""


class NoBody(AssertionError):
    """A changing route for which this registry knows nothing to send."""


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One request of a route, and whose thing it is about."""

    relation: str
    path: str
    query: str = ""
    words: Any = None


#: The state in which a verb fits a case.
FITS: Mapping[str, str] = {
    "self-handling": "accepted", "dispatch": "accepted", "signing": "dispatched", "return": "dispatched",
    "progress": "signed", "handling": "signed", "verification": "handled", "closure": "verified",
    "extension": "signed", "suspension": "in_progress", "resumption": "suspended", "escalation": "accepted",
    "urging": "accepted", "support": "accepted", "evaluation": "verified", "reopening": "disputed",
}  # fmt: skip
#: Whose cases are read, and to whose a verb is done: the most telling, once as a program and once on a page.
READ: Mapping[str, tuple[str, ...]] = {
    "resident": (
        "private",
        "public",
        "unnamed",
        "a neighbour's",
        "a proxy's",
        "next door",
        "other town",
        "other district",
    ),
    "committee": ("private", "public", "unnamed", "escalated", "next door", "other town", "other district"),
}
#: Read further on their way: by those to whom they are handed, and when whoever raised them has judged.
FURTHER = (
    ("private", "in_progress"),
    ("unnamed", "in_progress"),
    ("public", "disputed"),
    ("public", "merged"),
)
DONE_TO: Mapping[tuple[str, bool], tuple[str, ...]] = {
    ("resident", True): ("private", "public", "unnamed", "a proxy's", "next door", "other district"),
    ("resident", False): ("private", "public", "next door"),
    ("committee", True): ("private", "public", "escalated", "next door", "other district"),
    ("committee", False): ("private", "escalated", "next door"),
}
ABSENT = new_id()


def asks_of(world: World, app: str, method: str, route: str) -> Iterator[Ask]:
    """Every request of a route that the matrix makes."""
    if is_of_plugins(route):
        for relation, path, query, words in asks_of_plugins(world, app, method, route):
            yield Ask(relation=relation, path=path, query=query, words=words)
        return
    for ask in _paths(world, app, method, route):
        yield from _with_words(world, app, method, route, ask)


def _paths(world: World, app: str, method: str, route: str) -> Iterator[Ask]:
    if "{" not in route:
        yield from _queries(world, app, method, route)
        return
    if "{kind}" in route:
        yield from _entries(world, route)
        return
    name = route[route.index("{") + 1 : route.index("}")]
    known = KNOWN.get((name, route)) or KNOWN.get((name, ""))
    if known is None or route.count("{") > 1:
        raise UnknownParameter(f"{route}: teach tests/security/asks.py what {{{name}}} can be")
    for relation, value in known(world, app, route).items():
        yield Ask(relation=relation, path=route.replace(f"{{{name}}}", value))


def _entries(world: World, route: str) -> Iterator[Ask]:
    """What a neighbourhood holds: of each address the kind of entry that has such a page."""
    kinds = {"coverage": ("grids", "grid"), "seats": ("building-groups", "building group")}
    kind, name = next((it for word, it in kinds.items() if f"/{word}" in route), ("facilities", "facility"))
    if route.count("{") == 1:
        yield Ask(relation="any", path=route.replace("{kind}", kind))
        return
    for side in ("here", "next door"):
        ids = {"entry_id": name, "seat_id": "seat", "change_id": "entry change"}
        path = route.replace("{kind}", kind)
        for parameter, of in ids.items():
            path = path.replace(f"{{{parameter}}}", world.rights.ids[of][side])
        yield Ask(relation=side, path=path)


# -- parameters -------------------------------------------------------------------------------------


def _case_ids(world: World, app: str, route: str) -> dict[str, str]:
    verb = route.rsplit("/", 1)[1]
    if verb in ("{case_id}", "timeline"):
        found = {
            one: world.cases.get((one, "accepted")) or world.cases[one, "submitted"] for one in READ[app]
        }
        return found | {f"{whose} {state}": world.cases[whose, state] for whose, state in FURTHER}
    whose = READ[app] if verb in ("contact", "fields", "reveal") else DONE_TO[app, route.startswith("/api/")]
    return {one: world.cases[one, FITS.get(verb, "submitted")] for one in whose}


def _photos(world: World, _app: str, _route: str) -> dict[str, str]:
    return world.photos


def _bindings(world: World, _app: str, _route: str) -> dict[str, str]:
    return world.bindings


def _sessions(world: World, app: str, _route: str) -> dict[str, str]:
    of = {"resident": ("own", "household", "next door"), "committee": ("worker", "secretary", "analyst")}
    return {f"of: {who}": world.sessions[who] for who in of[app]}


def _buildings(world: World, _app: str, _route: str) -> dict[str, str]:
    return {name: world.ground.around[n].buildings[0].id for name, n in NEAR_AND_FAR.items()}


def _codes(world: World, _app: str, _route: str) -> dict[str, str]:
    return {name: world.ground.around[n].buildings[0].code or "" for name, n in NEAR_AND_FAR.items()}


def _right(name: str) -> Any:
    """One of here and one of the next neighbourhood, as `tests/security/rights.py` keeps them."""
    return lambda world, _app, _route: world.rights.ids[name]


def _persons(world: World, _app: str, _route: str) -> dict[str, str]:
    return {name: world.people[who].person_id or "" for name, (_n, who) in PEOPLE.items()}


def _homes(world: World, _app: str, _route: str) -> dict[str, str]:
    return {name: world.ground.around[n].homes[0].id for name, n in NEAR_AND_FAR.items()}


KNOWN: Mapping[tuple[str, str], Any] = {
    ("case_id", ""): _case_ids,
    ("photo_id", ""): _photos,
    ("binding_id", ""): _bindings,
    ("session_id", ""): _sessions,
    ("building_id", ""): _buildings,
    ("code", "/at/{code}"): _codes,
    ("person_id", ""): _persons,
    ("export_id", ""): _right("data export"),
    ("export_id", "/exports/{export_id}"): _right("made export"),
    ("export_id", "/exports/{export_id}/approval"): _right("register export"),
    ("export_id", "/exports/{export_id}/refusal"): _right("register export"),
    ("export_id", "/api/v1/exports/{export_id}/file"): _right("made export"),
    ("export_id", "/api/v1/exports/{export_id}/approval"): _right("register export"),
    ("export_id", "/api/v1/exports/{export_id}/refusal"): _right("register export"),
    ("look", ""): _right("seq"),
    ("seq", ""): _right("seq"),
    ("request_id", ""): _right("request"),
    ("guardianship_id", ""): _right("guardianship"),
    ("asked_id", ""): _right("guardianship"),
    ("child_id", ""): lambda world, _app, _route: {"here": world.people["own"].person_id or ""},
    ("purpose", ""): lambda _world, _app, _route: {"any": "public-case"},
    ("assignment_id", ""): _right("assignment"),
    ("delegation_id", ""): _right("delegation"),
    ("access_id", ""): _right("access"),
    ("alarm_id", ""): _right("alarm"),
    ("deferral_id", ""): _right("deferral"),
    ("passkey_id", ""): _right("passkey"),
    ("change_id", ""): _right("change"),
    ("proposal_id", ""): _right("proposal"),
    ("sheet_id", ""): _right("sheet"),
    ("sheet_id", "/register/sheets/{sheet_id}/undoing"): _right("sheet applied"),
    ("sheet_id", "/api/v1/register/sheets/{sheet_id}/undoing"): _right("sheet applied"),
    ("row_id", ""): _right("sheet row"),
    ("merge_id", ""): _right("merge"),
    ("definition_id", ""): _right("definition"),
    ("tag_id", ""): _right("tag"),
    ("group_id", ""): _right("group"),
    ("entry_id", "/neighbourhood/building-groups/{entry_id}/charter"): _right("building group"),
    ("entry_id", "/neighbourhood/facilities/{entry_id}/inspection"): _right("facility"),
    ("entry_id", "/neighbourhood/organisations/{entry_id}/categories"): _right("organisation"),
    ("estate_id", ""): _right("estate"),
    ("home_id", ""): _homes,
    ("place_id", ""): _homes,
    ("place_id", "/places/{place_id}/ending"): _right("empty home"),
    ("place_id", "/api/v1/places/{place_id}/ending"): _right("empty home"),
    ("residency_id", ""): _right("member's stay"),
    ("change_id", "/api/v1/places/changes/{change_id}/undoing"): _right("place change"),
    ("entry_id", "/api/v1/neighbourhood/building-groups/{entry_id}/charter"): _right("building group"),
    ("entry_id", "/api/v1/neighbourhood/facilities/{entry_id}/inspection"): _right("facility"),
    ("entry_id", "/api/v1/neighbourhood/organisations/{entry_id}/categories"): _right("organisation"),
    ("household_id", ""): _right("household"),
    ("change_id", "/places/changes/{change_id}/undoing"): _right("place change"),
    # -- visits
    ("visit_id", ""): _right("visit"),
    ("visit_id", "/visits/{visit_id}/cancelling"): _right("visit of which nothing came"),
    ("visit_id", "/api/v1/visits/{visit_id}/cancelling"): _right("visit of which nothing came"),
    ("word_id", ""): _right("word"),
    ("plan_id", ""): _right("plan"),
    ("canvass_id", ""): _right("canvass"),
    ("need_id", ""): _right("need"),
    ("tag_proposal_id", ""): _right("tag proposal"),
    ("form_id", ""): _right("form"),
    ("fill_id", ""): _right("fill"),
    ("guide_id", ""): _right("guide"),
    ("stamp_id", ""): _right("stamp"),
    ("inquiry_id", ""): _right("inquiry"),
    ("note_id", ""): _right("note"),
    ("told_id", ""): _right("told"),
    ("experience_id", ""): _right("experience"),
    ("experience_id", "/experiences/{experience_id}/thanks"): _right("experience that was taken up"),
    ("experience_id", "/api/v1/experiences/{experience_id}/thanks"): _right("experience that was taken up"),
    ("code", "/problems/{code}"): lambda _world, _app, _route: {"any": "not-found"},
}


# -- what is asked in the address -------------------------------------------------------------------


def _queries(world: World, app: str, method: str, route: str) -> Iterator[Ask]:
    yield Ask(relation="-", path=route, query=urlencode(NEEDED.get(route, {}) if method == "GET" else {}))
    asked_for = (ASKED_FOR.get((app, route)) or ASKED_FOR.get(("", route), {})) if method == "GET" else {}
    for what, key in asked_for.items():
        for name, n in NEAR_AND_FAR.items():
            if name in (("here", "next door") if key == "q" else ("next door", "other district")):
                query = urlencode({what: _value(world, key, n)} | EXTRA.get(route, {}))
                yield Ask(relation=f"{what}: {name}", path=route, query=query)


def _value(world: World, key: str, n: int) -> str:
    here = world.ground.around[n]
    return {
        "community": here.community.id, "building": here.buildings[0].id, "home": here.homes[0].id,
        "firm": here.firms[LEAD].id, "town": here.community.town_id or "", "code": here.buildings[0].code or "",
        # What nobody may find by looking for it: somebody's name and his number.
        "q": f"CN{n}R01Fname", "number": f"1370{n}000177",
    }[key]  # fmt: skip


CASE_LIST = {"community": "community", "building": "building", "handler": "firm", "q": "q"}
#: App (or both) and route → parameter → what of near and far is put in.
ASKED_FOR: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("committee", "/api/v1/cases"): CASE_LIST,
    ("committee", "/cases"): CASE_LIST | {"town": "town"},
    ("", "/api/v1/cases/public"): {"building": "building"},
    ("", "/api/v1/cases/similar"): {"place_id": "building"},
    ("", "/similar"): {"building": "building"},
    ("", "/neighbourhood"): {"building": "building"},
    ("", "/report"): {"building": "building", "at": "code"},
    ("", "/me/home/choose"): {"at": "community"},
    ("", "/api/v1/places"): {"parent": "building", "after": "home", "q": "q"},
    ("", "/api/v1/people"): {"q": "q"},
    ("", "/enter"): {"q": "q"},
    ("", "/api/v1/organisations"): {"community": "community"},
    ("", "/api/v1/figures"): {"place_id": "community"},
    ("", "/figures"): {"place_id": "community"},
    ("", "/below"): {"within": "town"},
    ("", "/figures/types"): {"place_id": "town"},
    ("", "/api/v1/figures/types"): {"place_id": "town"},
    ("", "/register/moving-in"): {"home": "home", "q": "q"},
    ("", "/places"): {"q": "q"},
    ("", "/places/new"): {"at": "building"},
}
EXTRA = {
    "/api/v1/cases/similar": {"text": "楼道灯坏了"},
    "/similar": {"text": "楼道灯坏了"},
    "/places/new": {"kind": "home"},
}
#: What a route cannot be asked without.
NEEDED = {
    "/api/v1/witness/checkpoint": {"origin": "shequyun/audit/0123456789abcdef"},
    "/places/new": {"kind": "estate"},
}


# -- bodies -----------------------------------------------------------------------------------------


def _with_words(world: World, app: str, method: str, route: str, ask: Ask) -> Iterator[Ask]:
    if method in ("GET", "HEAD", "OPTIONS", "DELETE"):
        yield ask
    elif "/{case_id}/" in route:
        yield replace(ask, words=_words_of_verb(world, route.rsplit("/", 1)[1], ask.relation))
        yield from _elsewhere(world, route, ask)
    else:
        bodies = BODIES.get((app, route)) or BODIES.get(("", route))
        if bodies is None:
            raise NoBody(f"{method} {route}: teach tests/security/asks.py what to send")
        for relation, words in bodies(world).items():
            # What begins with a dash is said of whatever the address leads to.
            of = ask.relation + relation[1:] if relation.startswith("-") else relation
            yield replace(ask, relation=of, words=words)


def _words_of_verb(world: World, verb: str, relation: str) -> dict[str, Any]:
    n = NEAR_AND_FAR.get(relation, 1)
    words = world.words_of(verb, n, 1, public=relation not in ("private", "escalated", "a proxy's"))
    if verb == "reveal":
        words = {"purpose": "case"}
    if verb == "merger":
        words = {"into": world.cases[relation, "accepted"]}
    return {name: value for name, value in words.items() if value not in ([], "")}


def _elsewhere(world: World, route: str, ask: Ask) -> Iterator[Ask]:
    """A case one may change, with something of another neighbourhood's put into it."""
    verb = route.rsplit("/", 1)[1]
    if ask.relation != "public":
        return
    beyond = {
        "dispatch": {"lead": world.ground.around[2].firms[LEAD].id},
        "merger": {"into": world.cases["next door", "accepted"]},
        "acceptance": {"place_id": world.ground.around[2].homes[0].id},
    }
    if verb in beyond:
        yield replace(ask, relation="public to next door", words=beyond[verb])


# -- as a request -----------------------------------------------------------------------------------


def request_for(world: World, method: str, ask: Ask, *, headers: tuple[tuple[str, str], ...]) -> Asked:
    """The ask as a browser or a program sends it, with the version it saw and a fresh key."""
    version = str(next((world.versions[part] for part in ask.path.split("/") if part in world.versions), 1))
    if isinstance(ask.words, bytes):
        body, kind = as_upload(ask.words)
    elif isinstance(ask.words, Upload):
        body, kind = as_upload(*ask.words)
    elif ask.words is None:
        body, kind = b"", ()
    elif ask.path.startswith("/api/"):
        body, kind = as_json(ask.words)
    else:
        body, kind = as_form(ask.words | {"version": version, "idempotency_key": new_id()})
    more = (("idempotency-key", new_id()), ("if-match", f'"{version}"')) if method == "POST" else ()
    if not ask.path.startswith("/api/"):
        more = (("accept", "text/html"),)
    return Asked(method=method, path=ask.path, query=ask.query, headers=(*headers, *kind, *more), body=body)
