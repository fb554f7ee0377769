"""From what a scan begins: whoever the lock lets in first, and for each parameter a word that finds something."""

import re
from collections.abc import Callable, Collection, Iterator
from urllib.parse import parse_qsl, unquote, urlencode

from app_shell.api import cursor
from tests.security.asks import Ask, asks_of
from tests.security.hall import Knock
from tests.security.lock import locked
from tests.security.matrix import BESIDES, NOBODY, ROLES
from tests.security.places import LEAD
from tests.security.world import World

Route = tuple[str, str, str]
#: (status, body) of a knock with these parameters.
Try = Callable[[Knock, dict[str, str]], tuple[int, bytes]]
NEXT = re.compile(rb'(?:"next":\s*"|"next":\s*(?=\d)|[?&;]after=)([^"&,}\s<]+)')
#: Words that parameters of one name take, whatever route reads them; the one that finds most is used.
WORDS = {
    "q": ("CN1R01Fname", "居住证", "楼道堆物", "楼"), "sort": ("name",), "text": ("楼道灯坏了",), "limit": ("1",),
    "mine": ("true",), "start": ("0",), "since": ("2026-11-01",), "until": ("2026-11-23",), "period": ("2026-11",),
    "month": ("2026-11",), "handles": ("1104",), "category": ("1104",), "status": ("accepted", "open", "done"),
    "field": ("name", "area"), "next": ("/",), "kind": ("home", "facility"), "what": ("all", "conflicts"),
    "way": ("all",), "due": ("true",), "show": ("all", "open"), "supported": ("true",), "v": ("1",),
    "origin": ("shequyun/audit/0123456789abcdef",), "subject": ("elder-care",), "after": ("1000000000",),
    "due_before": ("2026-12-31T00:00:00Z",), "list": ("waiting", "all"), "do": ("dispatch",), "overdue": ("true",),
    "to_review": ("true",), "late_contact": ("false",), "escalated": ("false",), "review_due": ("false",),
    "extension_asked": ("false",), "over": ("true",),
}  # fmt: skip


def knock_at(world: World, route: Route) -> Knock:
    """The first ask of a route that somebody is let in with, as the first who is; as it stands where nobody is."""
    app, method, path = route
    if path.startswith("/planted") or method == "WS":
        return Knock(app=app, method=method, role=_usual(app), ask=Ask(relation="-", path=path))
    asks, known = list(asks_of(world, app, method, path)), locked()
    everybody = sorted(
        {*ROLES[app], *BESIDES[app]}, key=lambda role: (role != _usual(app), role in NOBODY.values())
    )
    for ask in asks:
        for role in everybody:
            if known.get((*route, role, ask.relation), "").startswith("2"):
                return Knock(app=app, method=method, role=role, ask=ask)
    return Knock(app=app, method=method, role=_usual(app), ask=asks[0])


def _usual(app: str) -> str:
    return "own" if app == "resident" else "secretary"


def begun_with(
    world: World, knock: Knock, names: Collection[str], tried: Try
) -> tuple[dict[str, str], dict[str, str]]:
    """What each parameter begins with: of those that are taken together, and of those that are refused beside them."""
    taken = dict(parse_qsl(knock.ask.query))
    refused = {}
    for name in sorted(names, key=lambda one: (one == "after", one)):
        candidates = [taken[name]] if name in taken else _candidates(world, knock, name, taken, tried)
        found = {word: tried(knock, taken | {name: word}) for word in dict.fromkeys(candidates)}
        sizes = {word: len(body) for word, (status, body) in found.items() if status < 300}
        if sizes:
            taken[name] = max(sizes, key=lambda word: sizes[word])
        else:
            refused[name] = candidates[0]
    return taken, refused


def _candidates(world: World, knock: Knock, name: str, taken: dict[str, str], tried: Try) -> list[str]:
    found = list(WORDS.get(name, ()))
    if name == "after":
        _status, body = tried(knock, {"limit": "1"})
        cursors = [unquote(one.decode()) for one in NEXT.findall(body)[-1:]]
        return cursors or [*found, cursor("0", "0"), *_ids(world, "inquiry"), *_ids(world, "person")]
    return found or list(_ids(world, name))


def _ids(world: World, name: str) -> Iterator[str]:
    """Ids of things here: those called as the parameter is come first, for what takes any of them is not wrong."""
    here, rights = world.ground.around[1], world.rights.ids
    places = {
        "at": here.community.id, "place_id": here.community.id, "community": here.community.id,
        "building": here.buildings[0].id, "home": here.homes[0].id, "within": here.community.town_id or "",
        "parent": here.buildings[0].id, "town": here.community.town_id or "",
        "handler": here.firms[LEAD].id,
    }  # fmt: skip
    own = {name: ids["here"] for name, ids in rights.items() if "here" in ids}
    own |= {"case": world.cases["public", "accepted"], "ids": world.cases["public", "accepted"]}
    own |= {"child": own["person"], "whom": own["person"], "who": own["person"]}
    yield from (words[name] for words in (places, own) if name in words)
    yield from (here.buildings[0].code or "", here.buildings[0].id, here.community.town_id or "")


def asked_with(words: dict[str, str]) -> str:
    return urlencode(words)
