"""Whom data are about: an account, the entries of the register that are his, and the cases he raised."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import load_only
from sqlmodel import Session

from core_db.accounts.model import BindingStatus
from core_db.accounts.sessions import ACCOUNTS, BINDINGS
from core_db.cases.model import PARTIES, SUPPORTS
from core_db.foundation.actor import Actor
from core_db.foundation.lean import dataclass
from core_db.people.model import PERSONS, Person

#: What stands for nobody in a comparison: an id never looks like this.
NOBODY = "-"


@dataclass(frozen=True, kw_only=True)
class Subject:
    """One person, by everything that points to him. `phone_blind` finds the codes that were sent to him."""

    account_id: str
    person_ids: tuple[str, ...]
    case_ids: tuple[str, ...]
    #: Cases of others in which he did something: supported them, or passed them on.
    touched_ids: tuple[str, ...] = ()
    #: Cases that are nobody's to read in this copy: what was raised in a child's name, where its guardian takes it.
    withheld_ids: tuple[str, ...] = ()
    #: Whether it is its guardian who takes it: what a child wrote of the platform, or photographed and never sent,
    #: is in its own copy alone, too.
    is_for_guardian: bool = False
    phone_blind: bytes | None = None
    #: The moment at which it is asked what he may know; without it, whatever is put off stays so.
    at: datetime | None = None

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids under which a read of his data is recorded."""
        return (self.account_id, *self.person_ids)


def subject_of_account(session: Session, account_id: str) -> Subject:
    """Who is behind an account."""
    row = session.execute(
        select(ACCOUNTS.c.person_id, ACCOUNTS.c.phone_blind).where(ACCOUNTS.c.id == account_id)
    ).one()
    bound = session.execute(
        select(BINDINGS.c.person_id).where(
            BINDINGS.c.account_id == account_id, BINDINGS.c.status == BindingStatus.BOUND
        )
    ).scalars()
    persons = _with_merged(session, _known([row.person_id, *bound]))
    cases = _cases(session, account_id, persons)
    return Subject(
        account_id=account_id, person_ids=persons, case_ids=cases, touched_ids=_touched(session, account_id),
        phone_blind=row.phone_blind,
    )  # fmt: skip


def subject_of_child(session: Session, person_id: str) -> Subject:
    """A minor of the register, with the account he may have, as his guardian is told of him.

    What was raised in his name is in his own copy alone: it may be about his guardian.
    """
    row = session.execute(
        select(ACCOUNTS.c.id, ACCOUNTS.c.phone_blind).where(ACCOUNTS.c.person_id == person_id)
    ).first()
    account_id, persons = row.id if row is not None else NOBODY, _with_merged(session, (person_id,))
    own = _cases(session, account_id, persons)
    return Subject(
        account_id=account_id, person_ids=persons, case_ids=(),
        touched_ids=tuple(one for one in _touched(session, account_id) if one not in own), withheld_ids=own,
        is_for_guardian=True, phone_blind=row.phone_blind if row is not None else None,
    )  # fmt: skip


def _with_merged(session: Session, persons: tuple[str, ...]) -> tuple[str, ...]:
    """His entries, and those that stand behind one of them since they were merged."""
    # Asked of the model: what a resident reaches of it is his own.
    own_ids = load_only(Person.id)  # type: ignore[arg-type]
    behind = (
        select(Person).options(own_ids).where(PERSONS.c.merged_into_id.in_(persons)).order_by(PERSONS.c.id)
    )
    return (*persons, *(one.id for one in session.execute(behind).scalars())) if persons else ()


def entries_of(session: Session, actor: Actor) -> Mapping[str, str]:
    """Whoever asks as he stands in each register, by its neighbourhood; of two entries in one, what he is known by.

    Also where he lived: his entry of there is still his.
    """
    ids = [one for one in actor.himself if one != actor.id]
    who = load_only(Person.id, Person.community_id)  # type: ignore[arg-type]
    found = session.execute(select(Person).options(who).where(PERSONS.c.id.in_(ids))).scalars()
    last_first = sorted(found, key=lambda one: ids.index(one.id), reverse=True)
    return {one.community_id: one.id for one in last_first}


def _known(ids: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for one in ids if one is not None))


def _cases(session: Session, account_id: str, persons: tuple[str, ...]) -> tuple[str, ...]:
    """The cases he raised; what he passed on for somebody else is that one's."""
    his = or_(PARTIES.c.account_id == account_id, PARTIES.c.person_id.in_(persons))
    found = select(PARTIES.c.case_id).where(PARTIES.c.role == "requester", his)
    return tuple(session.execute(found.order_by(PARTIES.c.case_id)).scalars())


def _touched(session: Session, account_id: str) -> tuple[str, ...]:
    supported = select(SUPPORTS.c.case_id).where(SUPPORTS.c.account_id == account_id)
    party = select(PARTIES.c.case_id).where(PARTIES.c.account_id == account_id)
    return tuple(session.execute(supported.union(party)).scalars())
