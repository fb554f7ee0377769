"""Something to write and to tell, and what of it another connection sees."""

import pytest
from sqlmodel import select

from core_db.foundation.numbers import RunningNumber
from core_db.foundation.outbox import emit, facts_after
from tests.foundation.groups import US, Said


@pytest.fixture
def say(clock):
    """`say(word)`: an operation that writes a row and tells a fact; with a fault it fails after both."""

    def saying(word, fault=None):
        def operation(session):
            session.add(RunningNumber(series=word, next=1))
            emit(session, Said(word=word), actor=US, at=clock.now(), audience=["all"], right=None)
            session.flush()
            if fault is not None:
                raise fault
            return word

        return operation

    return saying


@pytest.fixture
def written(door):
    """What another connection sees: the rows and the facts of these tests."""

    def seen():
        return door.read_now(
            lambda session: (
                sorted(session.exec(select(RunningNumber.series)).all()),
                sorted(f.data["word"] for f in facts_after(session, 0) if f.type == Said.type),
            )
        )

    return seen
