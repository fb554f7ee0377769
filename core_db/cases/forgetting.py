"""Letting go of a person, or of what was said, without losing what happened: a case's history stays without him.

Search is made anew with the text; what was made of the case for readers is stale, because its version rises.
"""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, select, update
from sqlmodel import Session

from core_db.accounts.model import BindingStatus
from core_db.accounts.sessions import BINDINGS
from core_db.cases.behind import Part
from core_db.cases.filled_fields import FILLED
from core_db.cases.history import erasing
from core_db.cases.model import (
    CASES,
    CLOCKS,
    DISPATCHES,
    ENTRIES,
    EVALUATIONS,
    EXTENSIONS,
    PARTIES,
    PAUSES,
    PHOTOS,
    SUPPORTS,
    Case,
)
from core_db.cases.search import index_anew
from core_db.foundation.spelled import however_written
from core_db.people.model import RESIDENCIES
from core_db.places import Place, PlaceKind

#: Who stands in a history whose person has left; and what stands where something was said.
SOMEBODY, EMPTIED = "一位居民", "（内容已按规定删除）"
SUMMARY = 60
Scrub = Callable[[str], str]


def cases_that_name(session: Session, account_id: str, person_ids: Sequence[str]) -> list[str]:
    """The cases in which somebody stands as a party or a supporter."""
    his = (PARTIES.c.account_id == account_id) | PARTIES.c.person_id.in_(person_ids)
    parties = select(PARTIES.c.case_id).where(his)
    supported = select(SUPPORTS.c.case_id).where(SUPPORTS.c.account_id == account_id)
    return sorted(session.execute(parties.union(supported)).scalars())


def scrubber(words: Sequence[str], rooms: Sequence[str]) -> Scrub:
    """Takes somebody's names and numbers, and his rooms, out of a text; the longest first."""
    doors = frozenset(room for room in rooms if room)
    hidden = {word for word in words if word} | doors
    if not hidden:
        return lambda text: text
    found = re.compile("|".join(map(however_written, sorted(hidden, key=len, reverse=True))))
    return lambda text: found.sub(lambda one: "某室" if one[0] in doors else SOMEBODY, text)


def forget_in_case(session: Session, case_id: str, account_id: str, person_ids: Sequence[str], scrub: Scrub,
                   *, at: datetime) -> None:  # fmt: skip
    """Take somebody out of a case: his name, his door, and what he is known by in all that was said."""
    with erasing(session, case_id, "erasure", at=at):
        _forget_in_history(session, case_id, account_id, scrub)
        _forget_beside(session, case_id, account_id, person_ids, scrub, at=at)


def _forget_beside(session: Session, case_id: str, account_id: str, person_ids: Sequence[str], scrub: Scrub,
                   *, at: datetime) -> None:  # fmt: skip
    """On the case itself, and in what hangs on it."""
    his = (PARTIES.c.account_id == account_id) | PARTIES.c.person_id.in_(person_ids)
    roles = select(PARTIES.c.role).where(PARTIES.c.case_id == case_id, his)
    stood_as = set(session.execute(roles).scalars())
    session.execute(update(PARTIES).where(PARTIES.c.case_id == case_id, his).values(name=SOMEBODY))
    for table, column, which in _said_in(case_id):
        _rewrite(session, table, column, which, scrub)
    if Part.REQUESTER in stood_as:
        _drop_filled(session, case_id)
        _forget_door(session, case_id, scrub, at=at)
    elif stood_as:
        _leave_to_the_other(session, case_id, account_id, person_ids, scrub, at=at)


def _leave_to_the_other(
    session: Session, case_id: str, account_id: str, person_ids: Sequence[str], scrub: Scrub, *, at: datetime
) -> None:
    """Who raised it for somebody else leaves: what he wrote stays the other's, who is asked by the committee now.

    So does the door, unless it is the leaver's and the other never lived behind it.
    """
    proxy = (PARTIES.c.case_id == case_id) & (PARTIES.c.role == Part.PROXY.value)
    nobody = {"account_id": None, "person_id": None}
    session.execute(update(PARTIES).where(proxy, PARTIES.c.account_id == account_id).values(nobody))
    is_his = _lives_there(session, case_id, [account_id], person_ids)
    if is_his and not _lives_there(session, case_id, *_who_stays(session, case_id)):
        _forget_door(session, case_id, scrub, at=at)
    else:
        _rewrite_words(session, case_id, scrub, at=at)


def _lives_there(
    session: Session, case_id: str, accounts: Sequence[str], person_ids: Sequence[str]
) -> bool:  # fmt: skip
    """Whether the place of the case is a home in which one of these lives, or ever did."""
    lived = select(RESIDENCIES.c.home_id).where(RESIDENCIES.c.person_id.in_(person_ids))
    # Whoever merely asked for a home, or was bound to it by mistake, never lived there.
    was_bound = BINDINGS.c.status.in_((BindingStatus.BOUND, BindingStatus.ENDED))
    bound = select(BINDINGS.c.home_id).where(BINDINGS.c.account_id.in_(accounts), was_bound)
    there = select(CASES.c.id).where(CASES.c.id == case_id, CASES.c.place_id.in_(lived.union(bound)))
    return session.execute(there).first() is not None


def _who_stays(session: Session, case_id: str) -> tuple[list[str], list[str]]:
    """The accounts and the entries of whoever it is for."""
    theirs = select(PARTIES.c.account_id, PARTIES.c.person_id).where(
        PARTIES.c.case_id == case_id, PARTIES.c.role == Part.REQUESTER.value
    )
    found = session.execute(theirs).all()
    return [row.account_id for row in found if row.account_id], [
        row.person_id for row in found if row.person_id
    ]


def empty_case(session: Session, case_id: str, ground: str, *, at: datetime) -> None:
    """Let go of all that was said in a case that ended; what happened, when and in which office stays.

    `ground` is the kind of record whose time is over.
    """
    with erasing(session, case_id, ground, at=at):
        said = (ENTRIES.c.case_id == case_id) & ENTRIES.c.text.is_not(None)
        session.execute(update(ENTRIES).where(said).values(text=EMPTIED))
        for table, column, which in _said_in(case_id):
            session.execute(
                update(table).where(which, table.c[column].is_not(None)).values({column: EMPTIED})
            )
        session.execute(update(PARTIES).where(PARTIES.c.case_id == case_id).values(name=SOMEBODY))
        _drop_filled(session, case_id)
        _forget_door(session, case_id, lambda _text: EMPTIED, at=at)


def _drop_filled(session: Session, case_id: str) -> None:
    """What was filled in besides is his alone, and nothing of it tells what happened."""
    session.execute(delete(FILLED).where(FILLED.c.case_id == case_id))


def _forget_in_history(session: Session, case_id: str, account_id: str, scrub: Scrub) -> None:
    here = ENTRIES.c.case_id == case_id
    session.execute(update(ENTRIES).where(here, ENTRIES.c.by_id == account_id).values(by_name=SOMEBODY))
    _rewrite(session, ENTRIES, "text", here, scrub)


def drop_photo_rows(session: Session, ids: Sequence[str], ground: str, *, at: datetime) -> None:
    """Forget photos whose files are gone already; of those that a case shows the record says that and why."""
    gone = delete(PHOTOS).where(PHOTOS.c.id.in_(ids))
    shown = select(PHOTOS.c.case_id).distinct().where(PHOTOS.c.id.in_(ids), PHOTOS.c.case_id.is_not(None))
    for case_id in sorted(session.execute(shown).scalars()):
        with erasing(session, case_id, ground, at=at):
            session.execute(gone.where(PHOTOS.c.case_id == case_id))
    session.execute(gone)


def _said_in(case_id: str) -> Sequence[tuple[Table, str, Any]]:
    """Where somebody wrote something about a case, besides its history."""
    clocks = select(CLOCKS.c.id).where(CLOCKS.c.case_id == case_id)
    extended = select(EXTENSIONS.c.reason).where(EXTENSIONS.c.case_id == case_id)
    return (
        # What lists show of an extension, while the extension still says it.
        (CASES, "clock_reason", (CASES.c.id == case_id) & CASES.c.clock_reason.in_(extended)),
        (CASES, "overdue_reason", CASES.c.id == case_id),
        (DISPATCHES, "note", DISPATCHES.c.case_id == case_id),
        (EVALUATIONS, "text", EVALUATIONS.c.case_id == case_id),
        (EXTENSIONS, "reason", EXTENSIONS.c.case_id == case_id),
        (PAUSES, "reason", PAUSES.c.clock_id.in_(clocks)),
    )


def _rewrite(session: Session, table: Table, column: str, which: Any, scrub: Scrub) -> None:
    key = next(iter(table.primary_key.columns))
    for row in session.execute(select(key, table.c[column]).where(which, table.c[column].is_not(None))).all():
        if (clean := scrub(row[1])) != row[1]:
            session.execute(update(table).where(key == row[0]).values({column: clean}))


def _forget_door(session: Session, case_id: str, scrub: Scrub, *, at: datetime) -> None:
    case, before = _opened(session, case_id)
    _scrub_words(case, scrub)
    case.place_note = None
    place = session.get(Place, case.place_id)
    if place is not None and place.kind is PlaceKind.HOME and place.building_id is not None:
        building = session.get(Place, place.building_id)
        assert building is not None
        case.place_id, case.place_label = building.id, building.label
    _changed(session, case, before, at=at)


def _rewrite_words(session: Session, case_id: str, scrub: Scrub, *, at: datetime) -> None:
    case, before = _opened(session, case_id)
    _scrub_words(case, scrub)
    case.place_note = scrub(case.place_note) if case.place_note else None
    _changed(session, case, before, at=at)


def _opened(session: Session, case_id: str) -> tuple[Case, tuple[str, str, str, str]]:
    """A case, and the words by which it is found."""
    case: Case = session.execute(select(Case).where(CASES.c.id == case_id)).scalar_one()
    return case, (case.number, case.text, case.place_label, case.place_note or "")


def _scrub_words(case: Case, scrub: Scrub) -> None:
    case.text = scrub(case.text)
    case.summary = scrub(case.summary)[:SUMMARY]


def _changed(session: Session, case: Case, before: tuple[str, str, str, str], *, at: datetime) -> None:
    case.version += 1
    case.updated_at = at
    session.flush()
    index_anew(session, case, before=before)
