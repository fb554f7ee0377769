"""Lists of cases: newest first, paged by keyset, never unbounded.

Statements are put together from named conditions and kept, so that a list asked for a thousand times is
built once. As JSON, a case that has not changed is not written anew: its bytes are kept by id and version.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import BindParameter, ColumnElement, Result, Select, and_, bindparam, or_, select, text, true
from sqlmodel import Session

from core_db.cases.model import CASES, DISPATCHES, ENTRIES, PARTIES
from core_db.cases.numbering import parse_number
from core_db.cases.reference import Reference, reference_of
from core_db.cases.search import found_sql, search_words
from core_db.cases.transitions import ENDED
from core_db.cases.views import case_view
from core_db.cases.words import CaseStatus, Visibility
from core_db.foundation.actor import COMMITTEE, Actor, ActorKind, Role
from core_db.foundation.clock import Clock
from core_db.foundation.errors import CannotBeRead
from core_db.foundation.grams import runs

LONGEST_PAGE = 100
#: How many hits a search looks at; past that people refine their words.
SEARCH_AT_MOST = 1_000
WORDS_AT_MOST = 6
#: How many cases' bytes a process keeps; about a kilobyte each.
BYTES_KEPT = 8_000

KEYS = (
    CASES.c.seq, CASES.c.id, CASES.c.version, CASES.c.supporters, CASES.c.clock_state, CASES.c.due_at,
    CASES.c.community_id, CASES.c.anonymous,
)  # fmt: skip
COLUMNS = (
    *KEYS, CASES.c.number, CASES.c.status, CASES.c.category_code, CASES.c.nature, CASES.c.summary, CASES.c.text,
    CASES.c.place_id, CASES.c.place_label, CASES.c.place_note, CASES.c.visibility, CASES.c.lead_id,
    CASES.c.lead_name, CASES.c.clock_unit, CASES.c.clock_limit, CASES.c.clock_reason, CASES.c.resolved,
    CASES.c.satisfied, CASES.c.urgent, CASES.c.escalated_to, CASES.c.created_at, CASES.c.updated_at,
    CASES.c.contact_due_at, CASES.c.contacted_at, CASES.c.needs_review, CASES.c.review_on, CASES.c.returns,
    CASES.c.building_id,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class CaseFilter:
    """What a list is narrowed to. `after` is the cursor: the `seq` of the last case seen."""

    status: tuple[str, ...] = ()
    category: str | None = None
    handler: str | None = None
    mine: bool = False
    overdue: bool = False
    due_before: datetime | None = None
    to_review: bool = False
    late_contact: bool = False
    escalated: bool = False
    q: str | None = None
    building: str | None = None
    community: str | None = None
    after: int | None = None
    limit: int = 50


@dataclass(frozen=True, kw_only=True)
class CasePage:
    """A page of a list: rows as the contract shows them, the rows themselves, and where to go on."""

    items: list[dict[str, Any]]
    rows: Sequence[Any]
    next: str | None


def cases(session: Session, wanted: CaseFilter, *, actor: Actor, clock: Clock, lang: str = "zh") -> CasePage:
    """The cases the actor may see and asked for, newest first."""
    return _page(session, wanted, _scopes_of(actor), actor=actor, now=clock.now(), lang=lang)


def own_cases(
    session: Session, wanted: CaseFilter, *, actor: Actor, clock: Clock, lang: str = "zh"
) -> CasePage:
    """The cases the resident raised, newest first."""
    return _page(session, wanted, ("own",), actor=actor, now=clock.now(), lang=lang)


def public_cases(
    session: Session, wanted: CaseFilter, *, actor: Actor, clock: Clock, lang: str = "zh"
) -> CasePage:
    """The public cases of the neighbourhoods the resident lives in; never with the reporter."""
    return _page(session, wanted, ("public",), actor=actor, now=clock.now(), lang=lang, neighbours=True)


def cases_as_json(
    session: Session, wanted: CaseFilter, *, actor: Actor, clock: Clock, lang: str = "zh"
) -> bytes:
    """The same list as `cases`, as the bytes of the API's answer."""
    now = clock.now()
    found = _found(session, "keys", wanted, _scopes_of(actor), actor=actor, now=now)
    rows, more = found[: wanted.limit], len(found) > wanted.limit
    fragments = _fragments(session, rows, actor=actor, now=now, lang=lang)
    cursor = str(rows[-1].seq) if more else None
    return orjson.dumps({"items": [orjson.Fragment(one) for one in fragments], "next": cursor})


# -- statements ---------------------------------------------------------------------------------------

SCOPES: Mapping[str, ColumnElement[bool]] = {
    "community": CASES.c.community_id.in_(bindparam("communities", expanding=True)),
    "town": CASES.c.town_id.in_(bindparam("towns", expanding=True)),
    "district": CASES.c.district_id.in_(bindparam("districts", expanding=True)),
    "handed": CASES.c.id.in_(
        select(DISPATCHES.c.case_id).where(
            DISPATCHES.c.organisation_id.in_(bindparam("organisations", expanding=True)),
            DISPATCHES.c.is_current.is_(True),
        )
    ),
    "own": CASES.c.id.in_(select(PARTIES.c.case_id).where(PARTIES.c.account_id == bindparam("me"))),
    "public": and_(
        CASES.c.community_id.in_(bindparam("neighbourhoods", expanding=True)),
        CASES.c.visibility == Visibility.PUBLIC,
    ),
    "all": true(),
}

CONDITIONS: Mapping[str, ColumnElement[bool]] = {
    "status": CASES.c.status.in_(bindparam("status", expanding=True)),
    "category": CASES.c.category_code == bindparam("category"),
    # A class stands for its sub-classes, whose codes begin with it.
    "class": and_(
        CASES.c.category_code >= bindparam("category"), CASES.c.category_code <= bindparam("category_end")
    ),
    "handler": CASES.c.id.in_(
        select(DISPATCHES.c.case_id).where(
            DISPATCHES.c.organisation_id == bindparam("handler"), DISPATCHES.c.is_current.is_(True)
        )
    ),
    "overdue": and_(CASES.c.clock_state == "running", CASES.c.due_at < bindparam("now")),
    "due_soon": and_(
        CASES.c.clock_state == "running",
        CASES.c.due_at >= bindparam("now"),
        CASES.c.due_at < bindparam("due_before"),
    ),
    "to_review": CASES.c.needs_review.is_(True),
    "late_contact": and_(
        CASES.c.contacted_at.is_(None),
        CASES.c.contact_due_at < bindparam("now"),
        CASES.c.status.not_in(sorted(ENDED)),
    ),
    "escalated": CASES.c.escalated_to.is_not(None),
    "building": CASES.c.building_id == bindparam("building"),
    "within": CASES.c.community_id == bindparam("within"),
    "mine": CASES.c.id.in_(select(ENTRIES.c.case_id).where(ENTRIES.c.by_id == bindparam("me"))),
    "number": CASES.c.number == bindparam("number"),
    "nothing": CASES.c.seq < 0,
    "after": CASES.c.seq < bindparam("after"),
}


@lru_cache(maxsize=512)
def _statement(what: str, scopes: tuple[str, ...], conditions: tuple[str, ...], dialect: str) -> Select[Any]:
    """A list's statement; made once for each combination of conditions."""
    columns = KEYS if what == "keys" else COLUMNS
    statement: Select[Any] = select(*columns).where(or_(*(SCOPES[one] for one in scopes)))
    for name in conditions:
        statement = statement.where(_condition(name, dialect))
    return statement.order_by(CASES.c.seq.desc()).limit(bindparam("most"))


def _condition(name: str, dialect: str) -> Any:
    if name == "found":
        return text(found_sql(dialect))
    if name.startswith("word"):
        # The index knows pairs of characters; the words themselves are looked for again in the few hits.
        said: BindParameter[str] = bindparam(name)
        columns = (CASES.c.text, CASES.c.number, CASES.c.place_label, CASES.c.place_note)
        return or_(*(column.ilike(said, escape="\\") for column in columns))
    return CONDITIONS[name]


def _scopes_of(actor: Actor) -> tuple[str, ...]:
    """What exists for the actor, as names of conditions; agrees with `visible_to`."""
    if actor.kind is ActorKind.SYSTEM:
        return ("all",)
    held = (
        ("own", actor.kind is ActorKind.RESIDENT),
        ("public", bool(actor.communities)),
        ("community", actor.has(*COMMITTEE)),
        ("town", actor.has(Role.TOWN_DISPATCHER)),
        ("district", actor.has(Role.DISTRICT_DISPATCHER)),
        ("handed", actor.has(Role.CONTRACTOR) and bool(actor.organisations)),
    )
    return tuple(name for name, holds in held if holds)


def _params_of(actor: Actor) -> dict[str, Any]:
    return {
        "me": actor.id,
        "neighbourhoods": list(actor.communities),
        "communities": list(actor.places_as(COMMITTEE)),
        "towns": list(actor.places_as({Role.TOWN_DISPATCHER})),
        "districts": list(actor.places_as({Role.DISTRICT_DISPATCHER})),
        "organisations": list(actor.organisations),
    }


_USED_BY_SCOPE = {
    "own": "me", "public": "neighbourhoods", "community": "communities", "town": "towns", "district": "districts",
    "handed": "organisations",
}  # fmt: skip


def _asked(wanted: CaseFilter, actor: Actor, now: datetime) -> dict[str, dict[str, Any]]:
    """The conditions of a filter with their values, in a fixed order."""
    code = wanted.category or ""
    said: dict[str, tuple[bool, dict[str, Any]]] = {
        "status": (bool(wanted.status), {"status": [_status(one) for one in wanted.status]}),
        "category": (len(code) > 2, {"category": code}),
        "class": (0 < len(code) <= 2, {"category": code, "category_end": code + "99"}),
        "handler": (bool(wanted.handler), {"handler": wanted.handler}),
        "overdue": (wanted.overdue, {"now": now}),
        "due_soon": (wanted.due_before is not None, {"now": now, "due_before": wanted.due_before}),
        "to_review": (wanted.to_review, {}),
        "late_contact": (wanted.late_contact, {"now": now}),
        "escalated": (wanted.escalated, {}),
        "building": (bool(wanted.building), {"building": wanted.building}),
        "within": (bool(wanted.community), {"within": wanted.community}),
        "mine": (wanted.mine, {"me": actor.id}),
        "after": (wanted.after is not None, {"after": wanted.after}),
    }
    return {name: values for name, (holds, values) in said.items() if holds}


def _status(said: str) -> CaseStatus:
    try:
        return CaseStatus(said)
    except ValueError:
        raise CannotBeRead({"status": ("没有这个状态。", "There is no such status.")}) from None


def _searched(wanted: CaseFilter, actor: Actor, dialect: str) -> dict[str, dict[str, Any]]:
    """The conditions that find words: a number as people say it, or words in the index and again in the text."""
    said = wanted.q or ""
    number = parse_number(said)
    if number is not None:
        return {"number": {"number": str(number)}}
    found: dict[str, dict[str, Any]] = {}
    within = _search_scope(wanted, actor)
    if within is not None:
        words = search_words(said, within=within, dialect=dialect)
        if words is None:
            return {"nothing": {}}
        before = 2**62 if wanted.after is None else wanted.after
        found["found"] = {"words": words, "before": before, "hits": SEARCH_AT_MOST}
    # Pairs can stand apart in a text that does not hold the longer word: those are looked for once more.
    again = (
        said.split() if within is None else [run for run in runs(said) if len(run) > 2 and not run.isascii()]
    )
    for place, word in enumerate(again[:WORDS_AT_MOST]):
        found[f"word{place}"] = {f"word{place}": f"%{_escaped(word)}%"}
    return found or {"nothing": {}}


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _search_scope(wanted: CaseFilter, actor: Actor) -> str | None:
    """The one place a search can be narrowed to; None for those who see single cases only."""
    if wanted.community:
        return wanted.community
    if actor.kind is ActorKind.RESIDENT:
        return actor.communities[0] if len(actor.communities) == 1 else None
    places = actor.places_as({*COMMITTEE, Role.TOWN_DISPATCHER, Role.DISTRICT_DISPATCHER})
    return places[0] if len(places) == 1 and not actor.organisations else None


def _found(
    session: Session, what: str, wanted: CaseFilter, scopes: tuple[str, ...], *, actor: Actor, now: datetime
) -> Sequence[Any]:
    """The rows of a page and one more, by which one knows whether there is a next page."""
    if not 1 <= wanted.limit <= LONGEST_PAGE:
        raise CannotBeRead(
            {"limit": (f"一页最多 {LONGEST_PAGE} 条。", f"A page has 1 to {LONGEST_PAGE} items.")}
        )
    if not scopes:
        return []
    connection = session.connection()
    dialect = connection.dialect.name
    asked = _asked(wanted, actor, now) | (_searched(wanted, actor, dialect) if wanted.q else {})
    mine = _params_of(actor)
    params: dict[str, Any] = {
        _USED_BY_SCOPE[one]: mine[_USED_BY_SCOPE[one]] for one in scopes if one != "all"
    }
    for values in asked.values():
        params |= values
    statement = _statement(what, scopes, tuple(asked), dialect)
    return connection.execute(statement, params | {"most": wanted.limit + 1}).all()


# -- rows as people see them --------------------------------------------------------------------------

_NAMES = select(PARTIES.c.case_id, PARTIES.c.name).where(
    PARTIES.c.role == "requester", PARTIES.c.case_id.in_(bindparam("ids", expanding=True))
)
_MINE = _NAMES.where(PARTIES.c.account_id == bindparam("me"))
_ROWS = select(*COLUMNS).where(CASES.c.id.in_(bindparam("ids", expanding=True)))


def _page(
    session: Session, wanted: CaseFilter, scopes: tuple[str, ...], *, actor: Actor, now: datetime, lang: str,
    neighbours: bool = False,
) -> CasePage:  # fmt: skip
    found = _found(session, "rows", wanted, scopes, actor=actor, now=now)
    rows, more = found[: wanted.limit], len(found) > wanted.limit
    names = {} if neighbours else _requesters(session, rows, actor)
    reference = reference_of(session)
    items = [
        case_view(row, reference, now=now, lang=lang, requester=names.get(row.id), for_neighbours=neighbours)
        for row in rows
    ]
    return CasePage(items=items, rows=rows, next=str(rows[-1].seq) if more else None)


def _requesters(session: Session, rows: Sequence[Any], actor: Actor) -> Mapping[str, str]:
    """Names of requesters, for the committee of the neighbourhood alone, and one's own for a resident."""
    if actor.kind is ActorKind.RESIDENT:
        ids = [row.id for row in rows]
        return _pairs(session.connection().execute(_MINE, {"ids": ids, "me": actor.id}))
    nodes = set(actor.places_as(COMMITTEE))
    ids = [row.id for row in rows if row.community_id in nodes and not row.anonymous]
    if not ids:
        return {}
    return _pairs(session.connection().execute(_NAMES, {"ids": ids}))


def _pairs(found: Result[Any]) -> dict[str, str]:
    return {row.case_id: row.name for row in found}


class _Kept:
    """Bytes of cases by what they depend on; the longest unused goes first."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.bytes: OrderedDict[tuple[Any, ...], bytes] = OrderedDict()

    def get(self, key: tuple[Any, ...]) -> bytes | None:
        return self.bytes.get(key)

    def put(self, key: tuple[Any, ...], value: bytes) -> None:
        self.bytes[key] = value
        while len(self.bytes) > self.most:
            self.bytes.popitem(last=False)


_kept = _Kept(BYTES_KEPT)


def _fragments(
    session: Session, rows: Sequence[Any], *, actor: Actor, now: datetime, lang: str
) -> list[bytes]:
    """Each case's bytes: kept ones, or written now for the ones that changed."""
    reference = reference_of(session)
    keys = [_key(row, reference, actor, now, lang) for row in rows]
    found = [_kept.get(key) for key in keys]
    if None in found:
        missing = [row.id for row, one in zip(rows, found, strict=True) if one is None]
        written = _written(session, missing, reference, actor=actor, now=now, lang=lang)
        for place, (row, key) in enumerate(zip(rows, keys, strict=True)):
            if found[place] is None:
                found[place] = written[row.id]
                _kept.put(key, written[row.id])
    return [one for one in found if one is not None]


def _key(row: Any, reference: Reference, actor: Actor, now: datetime, lang: str) -> tuple[Any, ...]:
    """All that a case's bytes depend on: its version, who reads it, whether it is late, and the words in force."""
    late = row.clock_state == "running" and row.due_at is not None and row.due_at < now
    named = any(g.role in COMMITTEE and g.place_id == row.community_id for g in actor.grants)
    reader = actor.id if actor.kind is ActorKind.RESIDENT else named
    database = reference.digest
    return (row.id, row.version, row.supporters, late, reader, lang, database)


def _written(
    session: Session, ids: list[str], reference: Reference, *, actor: Actor, now: datetime, lang: str
) -> dict[str, bytes]:
    rows = session.connection().execute(_ROWS, {"ids": ids}).all()
    names = _requesters(session, rows, actor)
    return {
        row.id: orjson.dumps(case_view(row, reference, now=now, lang=lang, requester=names.get(row.id)))
        for row in rows
    }
