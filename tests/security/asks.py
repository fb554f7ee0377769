"""What is asked of each route: for every parameter somebody's thing, near and far, and a body that could be taken.

A parameter nobody knows here, and a changing route without a body, are mistakes that name themselves: whoever adds
a route says here whose things it can be asked for.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from core_db.foundation.ids import new_id
from tests.security.knocking import Asked, as_form, as_json, as_upload
from tests.security.places import LEAD
from tests.security.world import World, picture


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
    ("resident", True): ("private", "public", "unnamed", "next door", "other district"),
    ("resident", False): ("private", "public", "next door"),
    ("committee", True): ("private", "public", "escalated", "next door", "other district"),
    ("committee", False): ("private", "escalated", "next door"),
}
ABSENT = new_id()


def asks_of(world: World, app: str, method: str, route: str) -> Iterator[Ask]:
    """Every request of a route that the matrix makes."""
    for ask in _paths(world, app, method, route):
        yield from _with_words(world, app, method, route, ask)


def _paths(world: World, app: str, method: str, route: str) -> Iterator[Ask]:
    if "{" not in route:
        yield from _queries(world, app, method, route)
        return
    name = route[route.index("{") + 1 : route.index("}")]
    known = KNOWN.get((name, route)) or KNOWN.get((name, ""))
    if known is None or route.count("{") > 1:
        raise UnknownParameter(f"{route}: teach tests/security/asks.py what {{{name}}} can be")
    for relation, value in known(world, app, route).items():
        yield Ask(relation=relation, path=route.replace(f"{{{name}}}", value))


# -- parameters -------------------------------------------------------------------------------------


def _case_ids(world: World, app: str, route: str) -> dict[str, str]:
    verb = route.rsplit("/", 1)[1]
    if verb in ("{case_id}", "timeline"):
        found = {
            one: world.cases.get((one, "accepted")) or world.cases[one, "submitted"] for one in READ[app]
        }
        return found | {f"{whose} {state}": world.cases[whose, state] for whose, state in FURTHER}
    whose = READ[app] if verb == "contact" else DONE_TO[app, route.startswith("/api/")]
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


NEAR_AND_FAR = {"here": 1, "next door": 2, "other town": 3, "other district": 4}
KNOWN: Mapping[tuple[str, str], Any] = {
    ("case_id", ""): _case_ids,
    ("photo_id", ""): _photos,
    ("binding_id", ""): _bindings,
    ("session_id", ""): _sessions,
    ("building_id", ""): _buildings,
    ("code", "/at/{code}"): _codes,
    ("person_id", ""): _persons,
    ("export_id", ""): _right("data export"),
    ("export_id", "/exports/{export_id}"): _right("register export"),
    ("export_id", "/exports/{export_id}/approval"): _right("register export"),
    ("export_id", "/exports/{export_id}/refusal"): _right("register export"),
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
    ("code", "/problems/{code}"): lambda _world, _app, _route: {"any": "not-found"},
}


# -- what is asked in the address -------------------------------------------------------------------


def _queries(world: World, app: str, method: str, route: str) -> Iterator[Ask]:
    yield Ask(relation="-", path=route)
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
    ("committee", "/cases"): {"community": "community", "building": "building", "q": "q"},
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
}
EXTRA = {"/api/v1/cases/similar": {"text": "楼道灯坏了"}, "/similar": {"text": "楼道灯坏了"}}


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
            yield replace(ask, relation=ask.relation if relation == "-" else relation, words=words)


def _words_of_verb(world: World, verb: str, relation: str) -> dict[str, Any]:
    n = NEAR_AND_FAR.get(relation, 1)
    words = world.words_of(verb, n, 1, public=relation not in ("private", "escalated"))
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


def _said(**words: Any) -> Any:
    return lambda _world: {"-": words}


def _raising(world: World) -> dict[str, Any]:
    homes = {name: world.ground.around[n].homes[0].id for name, n in NEAR_AND_FAR.items()}
    first = {"-": {"text": "楼道灯又坏了"}}
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


PEOPLE = {"here": (1, "own"), "next door": (2, "next door"), "other district": (4, "other district")}


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


def _revealing(world: World) -> dict[str, Any]:
    through = f"case/{world.cases['private', 'submitted']}"
    return {"-": {"fields": ["phone"], "purpose": "case", "reference": through}}


def _revealing_on_a_page(world: World) -> dict[str, Any]:
    return {"-": {"fields": "phone", "why": f"case case/{world.cases['private', 'submitted']}"}}


BODIES: Mapping[tuple[str, str], Any] = {
    ("resident", "/api/v1/cases"): _raising,
    ("committee", "/api/v1/cases"): _entering,
    ("", "/report"): _raising_on_a_page,
    ("", "/enter"): _entering,
    ("", "/cases/batch"): _batch,
    ("", "/api/v1/uploads"): lambda _world: {"-": picture()},
    ("", "/api/v1/live/ticket"): _said(),
    ("", "/api/v1/session/code"): _said(phone="13700000000"),
    ("resident", "/api/v1/session"): _said(phone="13700000000", code="000000"),
    ("committee", "/api/v1/session"): _said(username="nobody", password="wrong-word"),
    ("", "/api/v1/homes/bindings"): _asking_for_a_home,
    ("", "/me/home"): _asking_for_a_home,
    ("", "/sign-in/code"): _said(phone="13700000000"),
    ("resident", "/sign-in"): _said(phone="13700000000", code="000000"),
    ("committee", "/sign-in"): _said(username="nobody", password="wrong-word"),
    ("", "/sign-in/second-factor"): _said(otp="000000"),
    ("", "/sign-out"): _said(),
    ("", "/me/home/{binding_id}/ending"): _said(),
    ("", "/me/devices/sign-out"): _said(),
    ("", "/me/devices/{session_id}/sign-out"): _said(),
    ("", "/feedback"): _said(text="很好用"),
    ("", "/preferences"): _said(theme="dark"),
    ("", "/bindings/{binding_id}/approval"): _said(),
    ("", "/bindings/{binding_id}/refusal"): _said(reason="没有这个人"),
    ("", "/api/v1/bindings/{binding_id}/approval"): _said(),
    ("", "/api/v1/bindings/{binding_id}/refusal"): _said(reason="没有这个人"),
    ("", "/api/v1/me/data/exports"): _said(),
    ("", "/me/data/exports"): _said(),
    ("", "/me/data/erasure/code"): _said(),
    ("", "/me/data/erasure"): _said(confirm="注销", code="000000"),
    ("", "/me/data/erasure/withdrawal"): _said(),
    ("", "/me/data/corrections"): _said(field="name", value="王小明", note="登记错了"),
    ("", "/me/data/corrections/{request_id}/withdrawal"): _said(),
    ("", "/me/data/consents/{purpose}/withdrawal"): _said(),
    ("", "/me/data/children"): _said(child_name="王小宝", birth="2018-05-01", relation="50"),
    ("", "/me/data/children/{guardianship_id}/ending"): _said(),
    ("", "/me/data/children/{child_id}/exports"): _said(),
    ("", "/me/data/children/{child_id}/consent"): _said(),
    ("", "/me/data/children/{child_id}/consent/withdrawal"): _said(),
    ("", "/api/v1/me/seen/{look}/question"): _said(text="为什么看我的电话？"),
    ("", "/me/seen/{seq}/question"): _said(text="为什么看我的电话？"),
    ("", "/api/v1/posts"): _filling,
    ("", "/posts"): _filling,
    ("", "/api/v1/posts/hiring"): _hiring,
    ("", "/posts/hiring"): _hiring,
    ("", "/posts/leads"): lambda world: {"-": {"account_id": world.people["own"].id, "reason": "热心"}},
    ("", "/api/v1/posts/{assignment_id}/ending"): _said(),
    ("", "/posts/{assignment_id}/ending"): _said(),
    ("", "/api/v1/posts/{assignment_id}/hand-over"): _handing_over,
    ("", "/posts/{assignment_id}/hand-over"): _handing_over,
    ("", "/api/v1/delegations"): _lending,
    ("", "/delegations"): _lending,
    ("", "/api/v1/delegations/{delegation_id}/ending"): _said(),
    ("", "/delegations/{delegation_id}/ending"): _said(),
    ("", "/api/v1/emergencies"): _looking_at_once,
    ("", "/emergency"): _looking_at_once,
    ("", "/api/v1/emergencies/{access_id}/uncovering"): _said(),
    ("", "/emergency/{access_id}/uncovering"): _said(),
    ("", "/api/v1/emergencies/{access_id}/review"): _said(verdict="justified", text="确有必要"),
    ("", "/emergency/{access_id}/review"): _said(verdict="justified", text="确有必要"),
    ("", "/api/v1/people/{person_id}/reveal"): _revealing,
    ("", "/people/{person_id}/reveal"): _revealing_on_a_page,
    ("", "/looks/alarms/{alarm_id}/noted"): _said(),
    ("", "/looks/{seq}/review"): _said(outcome="in_order"),
    ("", "/looks/{seq}/deferral"): _said(reason_code="investigation", until="2026-12-20"),
    ("", "/looks/deferrals/{deferral_id}/renewal"): _said(reason_code="investigation", until="2026-12-30"),
    ("", "/exports"): _said(fields="phone", reason="年底要给每户送慰问品"),
    ("", "/exports/{export_id}/approval"): _said(),
    ("", "/exports/{export_id}/refusal"): _said(note="理由不够清楚"),
    ("", "/data-requests/corrections/{request_id}/uncovering"): _said(),
    ("", "/data-requests/corrections/{request_id}/approval"): _said(),
    ("", "/data-requests/corrections/{request_id}/refusal"): _said(reason="与证件不符"),
    ("", "/data-requests/guardians/{asked_id}/approval"): _said(),
    ("", "/data-requests/guardians/{asked_id}/refusal"): _said(reason="没有这个孩子"),
    ("", "/sign-in/passkey/options"): _said(),
    ("", "/sign-in/passkey"): _said(credential="{}"),
    ("", "/me/passkeys/options"): _said(),
    ("", "/me/passkeys"): _said(credential="{}"),
    ("", "/me/passkeys/{passkey_id}/removal"): _said(),
    ("", "/me/password"): _said(current="wrong", password="lotus rains on paper"),
    ("", "/sign-in/new-password"): _said(current="wrong", password="lotus rains on paper"),
}


# -- as a request -----------------------------------------------------------------------------------


def request_for(world: World, method: str, ask: Ask, *, headers: tuple[tuple[str, str], ...]) -> Asked:
    """The ask as a browser or a program sends it, with the version it saw and a fresh key."""
    case_id = ask.path.split("/")[-2] if ask.words is not None and "/cases/" in ask.path else ""
    version = str(world.versions.get(case_id, 1))
    if isinstance(ask.words, bytes):
        body, kind = as_upload(ask.words)
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
