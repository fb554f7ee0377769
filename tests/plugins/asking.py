"""Whoever listens at points, as tests of the base have him: he says what he is told to say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from core_db.foundation.door import Door
from core_db.foundation.points import Asked, Points, Vetoed, Words

POINTS = frozenset({"case.submit.v1", "case.close.v1"})
FORM = "form.validate.v1"


@dataclass
class Askers:
    """Says what it is told to say, and remembers what it was asked."""

    answer: Mapping[str, Any] = field(default_factory=dict)
    veto: str = ""
    asked: list[tuple[str, Asked]] = field(default_factory=list)

    async def ask(self, point: str, asked: Asked, *, lang: str) -> Words:
        self.asked.append((point, asked))
        if self.veto:
            raise Vetoed(plugin="捣乱", said=self.veto)
        return {**asked.draft, **self.answer}


@pytest.fixture
def askers(door: Door) -> Askers:
    found = Askers()
    door.points.listen(found, POINTS)
    return found


class OnlyTheTests(Points):
    """Where nobody listens but who listens for a test: the host of an app beside it would take the places."""

    def listen(self, askers: Any, names: frozenset[str]) -> None:
        if isinstance(askers, Askers):
            Points.listen(self, askers, names)


@pytest.fixture
def judges(door: Door) -> Askers:
    """Asked about forms, and about nothing else."""
    found, door.points = Askers(), OnlyTheTests()
    door.points.listen(found, frozenset({FORM}))
    return found
