"""Lists of cases: newest first or in an order of their own, paged by keyset, never unbounded.

A case that has not changed is not shown anew: what a reader sees of it is kept by its version (see `kept`).
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

import orjson
from sqlalchemy import BindParameter, bindparam, select
from sqlmodel import Session

from core_db.accounts.sessions import ACCOUNTS
from core_db.cases.awaiting import awaiting_among, is_to_be_judged
from core_db.cases.behind import NOBODY, Behind, behind
from core_db.cases.kept import Kept, Key, Made
from core_db.cases.model import CASES, PARTIES
from core_db.cases.narrowing import COLUMNS, KEYS, CaseFilter, Scopes, found_cases, public_near, scopes_of
from core_db.cases.orders import cursor_at
from core_db.cases.reference import Reference, reference_of
from core_db.cases.timing import assisting_parts, rests_of
from core_db.cases.views import Reader, case_view, reader_of
from core_db.foundation.actor import COMMITTEE, Actor, ActorKind, Role
from core_db.foundation.clock import Clock
from core_db.foundation.lean import dataclass

T = TypeVar("T")
#: How many cases' bytes a process keeps; about a kilobyte each.
BYTES_KEPT = 8_000
#: So long a list may go on saying that somebody's word is waited for who has left, or that nobody's is.
ASKED_FOR_AGAIN = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class CasePage:
    """A page of a list: rows as the contract shows them, the rows themselves, and where to go on."""

    items: list[dict[str, Any]]
    rows: Sequence[Any]
    next: str | None


@dataclass(frozen=True, kw_only=True)
class MadePage(Generic[T]):
    """A page of a list as its readers see it, and where to go on."""

    items: list[T]
    next: str | None


def cases(session: Session, wanted: CaseFilter, *, actor: Actor, clock: Clock, lang: str = "zh") -> CasePage:
    """The cases the actor may see and asked for, in the order asked for."""
    return _page(session, wanted, scopes_of(actor), actor=actor, now=clock.now(), lang=lang)


def own_cases(
    session: Session, wanted: CaseFilter, *, actor: Actor, clock: Clock, lang: str = "zh"
) -> CasePage:
    """The cases the resident raised, or that were raised for him, newest first."""
    return _page(session, wanted, {"own": actor.id}, actor=actor, now=clock.now(), lang=lang)


def public_cases(
    session: Session, wanted: CaseFilter, *, actor: Actor, clock: Clock, lang: str = "zh"
) -> CasePage:
    """The public cases of the neighbourhoods the resident lives in; never with the reporter."""
    near = public_near(actor)
    return _page(session, wanted, near, actor=actor, now=clock.now(), lang=lang, reader=Reader.NEIGHBOUR)


def cases_as_json(
    session: Session, wanted: CaseFilter, *, actor: Actor, clock: Clock, lang: str = "zh"
) -> bytes:
    """The same list as `cases`, as the bytes of the API's answer."""
    page = made_cases(session, wanted, _as_json, _bytes_kept, actor=actor, clock=clock, lang=lang)
    return orjson.dumps({"items": [orjson.Fragment(one) for one in page.items], "next": page.next})


def made_cases(
    session: Session, wanted: CaseFilter, make: Callable[[dict[str, Any], Any], Made[T]], kept: Kept[T], *,
    shown_as: str = "", actor: Actor, clock: Clock, lang: str = "zh",
) -> MadePage[T]:  # fmt: skip
    """The cases the actor may see and asked for, as `make(view, row)` shows each: kept ones, or made now.

    `kept` belongs to this `make`; `shown_as` names whatever else than case, reader and language it depends on.
    """
    now = clock.now()
    found = found_cases(session, "keys", wanted, scopes_of(actor), actor=actor, now=now)
    rows = found[: wanted.limit]
    keys = _keys(rows, reference_of(session), actor, f"{lang}|{shown_as}")
    known = kept.get(keys, now)
    missing = {row.id: key for row, key, one in zip(rows, keys, known, strict=True) if one is None}
    if missing:
        made = _make(session, list(missing), make, actor=actor, now=now, lang=lang)
        for case_id, key in missing.items():
            kept.put(key, made[case_id])
        known = [one or made[row.id] for row, one in zip(rows, known, strict=True)]
    return MadePage(items=[one.content for one in known if one], next=_next(found, wanted))


# -- rows as people see them --------------------------------------------------------------------------

_OF_THESE: BindParameter[str] = bindparam("ids", expanding=True)
_NAMES = select(PARTIES.c.case_id, PARTIES.c.role, PARTIES.c.name, PARTIES.c.account_id).where(
    PARTIES.c.case_id.in_(_OF_THESE)
)
_OWN = PARTIES.alias()
_OWN_OF_THESE = select(_OWN.c.case_id).where(
    _OWN.c.account_id == bindparam("me"), _OWN.c.case_id.in_(_OF_THESE)
)
#: Each with when his account was closed: it says whose word is waited for.
_MINE = (
    _NAMES.add_columns(ACCOUNTS.c.closed_at)
    .outerjoin(ACCOUNTS, ACCOUNTS.c.id == PARTIES.c.account_id)
    .where(PARTIES.c.case_id.in_(_OWN_OF_THESE))
)
_ROWS = select(*COLUMNS).where(CASES.c.id.in_(bindparam("ids", expanding=True)))


def _page(
    session: Session, wanted: CaseFilter, scopes: Scopes, *, actor: Actor, now: datetime, lang: str,
    reader: Reader | None = None,
) -> CasePage:  # fmt: skip
    found = found_cases(session, "rows", wanted, scopes, actor=actor, now=now)
    rows = found[: wanted.limit]
    items = _views(session, rows, actor=actor, now=now, lang=lang, reader=reader)
    return CasePage(items=items, rows=rows, next=_next(found, wanted))


def _next(found: Sequence[Any], wanted: CaseFilter) -> str | None:
    """Where the next page begins, if there is one."""
    return cursor_at(wanted.order, found[wanted.limit - 1]) if len(found) > wanted.limit else None


def _views(
    session: Session,
    rows: Sequence[Any],
    *,
    actor: Actor,
    now: datetime,
    lang: str,
    reader: Reader | None = None,
) -> list[dict[str, Any]]:
    names = {} if reader is Reader.NEIGHBOUR else _behind(session, rows, actor)
    reference = reference_of(session)
    assisting, resting = assisting_parts(session, [row.id for row in rows]), rests_of(session, rows)
    awaiting = awaiting_among(session, rows)
    return [
        case_view(
            row, reference, now=now, lang=lang, of=names.get(row.id, NOBODY), assisting=assisting.get(row.id, ()),
            resting=resting.get(row.id), awaits_word=row.id in awaiting, reader=reader or _reader_of(row, actor),
        )
        for row in rows
    ]  # fmt: skip


def _reader_of(row: Any, actor: Actor) -> Reader:
    """Within his own scopes: whoever works for no firm raised it, or answers for it."""
    return reader_of(row, actor, is_his=not actor.has(Role.CONTRACTOR), has_a_part=True)


def _behind(session: Session, rows: Sequence[Any], actor: Actor) -> Mapping[str, Behind]:
    """Who stands behind each, for the committee of the neighbourhood alone, and of his own cases for a resident."""
    if actor.kind is ActorKind.RESIDENT:
        ids = [row.id for row in rows]
        found = session.connection().execute(_MINE, {"ids": ids, "me": actor.id}).all()
        closed = [row.account_id for row in found if row.closed_at is not None]
        return _grouped(found, account_id=actor.id, closed=closed)
    nodes = set(actor.places_as(COMMITTEE))
    ids = [row.id for row in rows if row.community_id in nodes and not row.anonymous]
    if not ids:
        return {}
    return _grouped(session.connection().execute(_NAMES, {"ids": ids}))


def _grouped(
    found: Iterable[Any], *, account_id: str | None = None, closed: Collection[str] = ()
) -> dict[str, Behind]:
    parties: dict[str, list[Any]] = {}
    for row in found:
        parties.setdefault(row.case_id, []).append(row)
    return {
        case_id: behind(those, account_id=account_id, closed=closed) for case_id, those in parties.items()
    }


# -- what is kept -------------------------------------------------------------------------------------

_bytes_kept: Kept[bytes] = Kept(BYTES_KEPT)


def _keys(rows: Sequence[Any], reference: Reference, actor: Actor, shown_as: str) -> list[Key]:
    """All that what is shown of a case depends on: who reads it in which words, and how far the case is."""
    words = f"{reference.digest}|{shown_as}"
    # A firm's man may have a seat elsewhere, for as long as he has it, and reads each case as the one he is of it.
    by_himself = actor.kind is ActorKind.RESIDENT or actor.has(Role.CONTRACTOR)
    reader = f"{words}|{actor.id}|{_seats(actor)}" if by_himself else words
    # Those who sit on its committee read the requester's name in it.
    sitting, nodes = f"{words}|named", set(actor.places_as(COMMITTEE))
    own = slice(len(KEYS))
    return [(sitting if row.community_id in nodes else reader, row[own]) for row in rows]


def _seats(actor: Actor) -> str:
    return ",".join(sorted(f"{one.role}@{one.place_id}" for one in actor.grants))


def _make(
    session: Session, ids: list[str], make: Callable[[dict[str, Any], Any], Made[T]], *, actor: Actor,
    now: datetime, lang: str,
) -> dict[str, Made[T]]:  # fmt: skip
    rows = session.connection().execute(_ROWS, {"ids": ids}).all()
    views = _views(session, rows, actor=actor, now=now, lang=lang)
    made = {row.id: make(view, row) for view, row in zip(views, rows, strict=True)}
    return made | {row.id: _for_a_while(made[row.id], now) for row in rows if is_to_be_judged(row)}


def _for_a_while(made: Made[T], now: datetime) -> Made[T]:
    """Whether anybody can still be asked stands in his account, which changes no case."""
    until = now + ASKED_FOR_AGAIN
    return replace(made, until=until if made.until is None else min(made.until, until))


def _as_json(view: dict[str, Any], _row: Any) -> Made[bytes]:
    clocks = (view, *view["assisting"])
    running = [
        one["due_at"] for one in clocks if one["clock"] is not None and one["clock"]["state"] == "running"
    ]
    # A running clock is overdue from its moment on, whether or not anybody has noted it.
    return Made(orjson.dumps(view), until=datetime.fromisoformat(min(running)) if running else None)
