"""Whoever listens at points, as tests of the base have him: he says what he is told to say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from core_db.foundation.door import Door
from core_db.foundation.points import Asked, Vetoed, Words

POINTS = frozenset({"case.submit.v1", "case.close.v1"})


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
