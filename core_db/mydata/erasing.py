"""Carrying out an erasure, in pieces: each is a transaction, and each may be done again.

A run that was killed begins at the first piece and finds most of it done. What he is known by, name and number,
is needed to take it out of texts, so it goes last. The id is written down outside the database before the first.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session

from core_db.access.forgetting import forget_subject
from core_db.accounts.codes import phone_place
from core_db.accounts.leaving import (
    answers_about,
    forget_account,
    forget_answers,
    is_bound_elsewhere,
    shut_account,
)
from core_db.accounts.register import BY_APPROVAL
from core_db.accounts.sessions import ACCOUNTS, BINDINGS
from core_db.cases.forgetting import cases_that_name, drop_photo_rows, forget_in_case, scrubber
from core_db.cases.model import PHOTOS
from core_db.cases.photos import photo_path
from core_db.emergency.forgetting import forget_opened
from core_db.feedback.forgetting import forget_writer
from core_db.foundation.actor import system_actor
from core_db.foundation.clock import Clock
from core_db.foundation.door import Door
from core_db.foundation.ids import is_id, new_id
from core_db.foundation.lean import dataclass
from core_db.foundation.outbox import emit
from core_db.foundation.reach import Across, across
from core_db.foundation.sealing import SealBroken, SealedPlace, keyring_of
from core_db.handover_notes.forgetting import forget_in_notes
from core_db.inquiries.forgetting import forget_who_asked
from core_db.installs.forgetting import forget_in_plugins
from core_db.ledgers.forgetting import forget_in_reports
from core_db.mydata.exporting import drop_exports
from core_db.mydata.forgetting import copies_of, forget_child, forget_requests
from core_db.mydata.ledger import erased_ids, note_erased
from core_db.mydata.model import ERASURES, Erasure
from core_db.mydata.one_by_one import OneByOne
from core_db.mydata.others import PERSONS, PLACES, RESIDENCIES
from core_db.mydata.subject import Subject, subject_of_account
from core_db.mydata.sweeping import sweep
from core_db.neighbourhood.leaving import forget_seats
from core_db.people import sealed_place
from core_db.people.leaving import forget_person
from core_db.places import once_called
from core_db.register_sheets.forgetting import forget_in_sheets
from core_db.reveals.forgetting import forget_looked_at
from core_db.tags.leaving import forget_tags
from core_db.visits.forgetting import forget_visited
from plugins.sdk.events import AccountErased

EVERYTHING = across(Across.JOB)
ERASER = system_actor("erasures")
#: Cases rewritten in one transaction, so that nobody waits long for the writer.
PIECE = 3


@dataclass(frozen=True, kw_only=True)
class Known:
    """What somebody is known by while he is being erased."""

    subject: Subject
    entries_to_forget: tuple[str, ...]
    scrub: Callable[[str], str]
    #: The neighbourhoods in which he is or was known.
    communities: tuple[str, ...]


def carry_out_erasures(door: Door, folder: Path, *, clock: Clock) -> int:
    """Erase everybody whose seven days are over, and whom a copy that was put back has brought with it."""
    back = door.read_now(partial(_brought_back, ids=erased_ids(folder)), reach=EVERYTHING)
    if back:
        door.write_now(partial(_erase_at_once, ids=back, at=clock.now()), reach=EVERYTHING)
    due = door.read_now(partial(_due, now=clock.now()), reach=EVERYTHING)
    erased = OneByOne("carry-out-erasures")
    erased.go(due, lambda row: _erase(door, folder, row.account_id, clock=clock))
    if erased.done:
        sweep(door.engines)
    for row in erased.done:
        door.write_now(partial(_is_done, row=row, at=clock.now()), reach=EVERYTHING)
    erased.tell()
    return len(due)


def _erase(door: Door, folder: Path, account_id: str, *, clock: Clock) -> None:
    """Erase one person, from wherever an earlier run came to."""
    note_erased(folder, account_id)
    door.write_now(
        lambda session: shut_account(session, account_id, actor=ERASER, at=clock.now()), reach=EVERYTHING
    )
    known = door.read_now(partial(_known, account_id=account_id), reach=EVERYTHING)
    _erase_from_cases(door, known, at=clock.now())
    _erase_files(door, folder, known, at=clock.now())
    door.write_now(partial(_erase_rows, known=known, at=clock.now()), reach=EVERYTHING)


def _due(session: Session, *, now: datetime) -> Sequence[Any]:
    is_open = ERASURES.c.withdrawn_at.is_(None) & ERASURES.c.done_at.is_(None)
    return session.execute(select(ERASURES).where(is_open, ERASURES.c.due_at <= now)).all()


def _brought_back(session: Session, *, ids: Sequence[str]) -> Sequence[str]:
    """Who stands in the ledger and is here as if he had not left: he was erased after a copy was made."""
    done = select(ERASURES.c.account_id).where(ERASURES.c.done_at.is_not(None))
    here = ACCOUNTS.c.id.in_([one for one in ids if is_id(one)])
    return session.execute(select(ACCOUNTS.c.id).where(here, ACCOUNTS.c.id.not_in(done))).scalars().all()


def _erase_at_once(session: Session, *, ids: Sequence[str], at: datetime) -> None:
    """Have them erased without another seven days."""
    for account_id in ids:
        is_open = ERASURES.c.done_at.is_(None) & ERASURES.c.withdrawn_at.is_(None)
        begun = update(ERASURES).where(ERASURES.c.account_id == account_id, is_open).values(due_at=at)
        if session.execute(begun.returning(ERASURES.c.id)).first() is None:
            session.add(Erasure(id=new_id(), account_id=account_id, asked_at=at, due_at=at))
            session.flush()


# -- what he is known by ----------------------------------------------------------------------------


def _known(session: Session, *, account_id: str) -> Known:
    subject = subject_of_account(session, account_id)
    return Known(
        subject=subject, entries_to_forget=_entries_to_forget(session, subject),
        scrub=scrubber(_words(session, subject), _rooms(session, subject)),
        communities=_communities(session, subject),
    )  # fmt: skip


def _communities(session: Session, subject: Subject) -> tuple[str, ...]:
    registered = select(PERSONS.c.community_id).where(PERSONS.c.id.in_(subject.person_ids))
    bound = select(BINDINGS.c.community_id).where(BINDINGS.c.account_id == subject.account_id)
    return tuple(session.execute(registered.union(bound)).scalars())


def _entries_to_forget(session: Session, subject: Subject) -> tuple[str, ...]:
    """The entries of the register that the platform made for him and nobody else is bound to."""
    made = select(PERSONS.c.id).where(PERSONS.c.id.in_(subject.person_ids), PERSONS.c.source == BY_APPROVAL)
    found = session.execute(made).scalars()
    return tuple(one for one in found if not is_bound_elsewhere(session, one, subject.account_id))


def _words(session: Session, subject: Subject) -> list[str]:
    """His names and numbers. What is unsealed here is compared, shown to nobody and kept nowhere."""
    words: set[str] = set()
    account = session.execute(select(ACCOUNTS).where(ACCOUNTS.c.id == subject.account_id)).one()
    words.add(account.name)
    if account.phone_sealed is not None:
        words.update(_opened(session, account.phone_sealed, phone_place(account.id)))
    given = select(BINDINGS.c.name_given).where(BINDINGS.c.account_id == subject.account_id)
    words.update(session.execute(given).scalars())
    for row in session.execute(select(PERSONS).where(PERSONS.c.id.in_(subject.person_ids))):
        words.add(row.name)
        for column in ("phone_sealed", "id_number_sealed", "former_name_sealed"):
            if (sealed := getattr(row, column)) is not None:
                words.update(_opened(session, sealed, sealed_place(row.id, row.community_id, column)))
    return [word for word in words if len(word) > 1]


def _opened(session: Session, sealed: bytes, place: SealedPlace) -> tuple[str, ...]:
    """What he is known by, if it opens: what nobody can read any more is no ground to keep all else of him."""
    try:
        return (keyring_of(session).unseal(session, sealed, place).in_the_clear(),)
    except SealBroken:
        return ()


def _rooms(session: Session, subject: Subject) -> list[str]:
    """His doors, as people write them and ever did: `12号 101室`, `101室`."""
    lived = select(RESIDENCIES.c.home_id).where(RESIDENCIES.c.person_id.in_(subject.person_ids))
    bound = select(BINDINGS.c.home_id).where(BINDINGS.c.account_id == subject.account_id)
    homes = select(PLACES.c.id).where(PLACES.c.id.in_(lived.union(bound)))
    return once_called(session, session.execute(homes).scalars().all())


# -- the pieces -------------------------------------------------------------------------------------


def _erase_from_cases(door: Door, known: Known, *, at: datetime) -> None:
    subject = known.subject
    cases = door.read_now(
        lambda session: cases_that_name(session, subject.account_id, subject.person_ids), reach=EVERYTHING
    )
    for start in range(0, len(cases), PIECE):
        door.write_now(
            partial(_piece, cases=cases[start : start + PIECE], known=known, at=at), reach=EVERYTHING
        )
    answers = door.read_now(lambda session: answers_about(session, cases), reach=EVERYTHING)
    door.write_now(lambda session: forget_answers(session, answers), reach=EVERYTHING)


def _piece(session: Session, *, cases: Sequence[str], known: Known, at: datetime) -> None:
    subject = known.subject
    for case_id in cases:
        forget_in_case(session, case_id, subject.account_id, subject.person_ids, known.scrub, at=at)


def _erase_files(door: Door, folder: Path, known: Known, *, at: datetime) -> None:
    """His copies, and the photos that no case shows; the file first, so that none is left without its row."""
    account_id = known.subject.account_id
    copies = copies_of(account_id, known.entries_to_forget)
    drop_exports(
        door, folder, door.read_now(lambda session: session.execute(copies).scalars().all(), reach=EVERYTHING)
    )
    loose = select(PHOTOS.c.id).where(PHOTOS.c.account_id == account_id, PHOTOS.c.case_id.is_(None))
    photos = door.read_now(lambda session: session.execute(loose).scalars().all(), reach=EVERYTHING)
    for photo_id in photos:
        photo_path(folder, photo_id).unlink(missing_ok=True)
    door.write_now(lambda session: drop_photo_rows(session, photos, "erasure", at=at), reach=EVERYTHING)


def _erase_rows(session: Session, *, known: Known, at: datetime) -> None:
    account_id = known.subject.account_id
    forget_writer(session, account_id, known.scrub)
    forget_looked_at(session, known.subject.ids, known.scrub)
    forget_opened(session, known.subject.person_ids, known.scrub)
    forget_who_asked(session, known.subject.person_ids, known.scrub)
    forget_in_notes(session, known.communities, known.scrub)
    forget_requests(session, account_id, at=at)
    forget_child(session, known.entries_to_forget, at=at)
    forget_visited(session, known.entries_to_forget)
    forget_in_reports(session, known.entries_to_forget)
    forget_in_sheets(session, known.entries_to_forget)
    forget_seats(session, account_id=account_id, person_ids=known.entries_to_forget)
    # An entry may stay with the committee; what plugins were let read of it was his to say.
    forget_in_plugins(session, account_id, known.subject.person_ids, actor=ERASER, at=at)
    for person_id in known.entries_to_forget:
        forget_tags(session, person_id)
        forget_person(session, person_id)
    # An entry that stays with the committee is still read, and so has to be known in the record.
    for one in (account_id, *known.entries_to_forget):
        forget_subject(session, one)
    # Last: from here on nothing leads from the account to what else was his.
    forget_account(session, account_id)


def _is_done(session: Session, *, row: Any, at: datetime) -> None:
    session.execute(update(ERASURES).where(ERASURES.c.id == row.id).values(done_at=at))
    fact = AccountErased(community_id="", account_id=row.account_id)
    emit(session, fact, actor=ERASER, at=at, audience=(), right=None)
