"""Questions about looks at somebody, asked by an account that was taken for him: no answer to them is its to read."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import load_only
from sqlmodel import Session

from core_db.accounts.bindings import when_mistaken
from core_db.cases.coming_home import leave_cases
from core_db.cases.model import PARTIES
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.people.model import PERSONS, Person
from core_db.reveals.model import EVENTS, QUESTIONS


def let_go_of_questions(
    session: Session, account_id: str, person_id: str, *, since: datetime, actor: Actor, clock: Clock
) -> None:
    """The account leaves what it asked about looks at him, and he may ask about them himself.

    Whenever it asked: nobody asks about looks at an entry who does not go by it.
    """
    own_ids = load_only(Person.id)  # type: ignore[arg-type]
    behind = select(Person).options(own_ids).where(PERSONS.c.merged_into_id == person_id)
    entries = (person_id, *(one.id for one in session.execute(behind).scalars()))
    asked = (
        select(QUESTIONS.c.seq, QUESTIONS.c.case_id)
        .join_from(QUESTIONS, EVENTS, EVENTS.c.seq == QUESTIONS.c.seq)
        .join(PARTIES, PARTIES.c.case_id == QUESTIONS.c.case_id)
        .where(EVENTS.c.subject_id.in_(entries))
        .where(PARTIES.c.account_id == account_id)
    )
    found = session.execute(asked.order_by(QUESTIONS.c.seq)).all()
    leave_cases(session, account_id, [row.case_id for row in found], clock=clock)
    session.execute(delete(QUESTIONS).where(QUESTIONS.c.seq.in_([row.seq for row in found])))


when_mistaken(let_go_of_questions)
