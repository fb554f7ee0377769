"""Everything that is worked out from something else, made anew: search, counters, what lists show, numbers.

In pieces through the door, while people go on. May be broken off at any moment and begun again: what stands is the
old or the new, never neither. The record is no such thing: what `verify` says of it stays said.
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from core_db.audit import record
from core_db.cases.anew import (
    count_anew,
    counted_places,
    go_on_behind,
    last_numbers,
    make_cases_anew,
    newest_case,
)
from core_db.cases.search_anew import lay_out, take_into_use
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.door import Door
from core_db.foundation.reach import Across, across
from core_db.people import make_people_anew

EVERYTHING = across(Across.COMMAND)
Tell = Callable[[int], None]


class Rebuilt(NamedTuple):
    """How many cases were gone through, and what was not as it should be: cases, neighbourhoods' counters, series;

    and people whose name or year of birth was not found as the register says it.
    """

    cases: int
    corrected: int
    counters: int
    series: int
    people: int


def rebuild(door: Door, *, actor: Actor, clock: Clock, tell: Tell = lambda _n: None) -> Rebuilt:
    """Make every projection anew. `tell` hears how many cases each piece had."""
    write = partial(door.write_now, reach=EVERYTHING)
    # First, because without it no case can be raised meanwhile.
    numbers = door.read_now(last_numbers, reach=EVERYTHING)
    series = write(partial(go_on_behind, given=numbers))
    write(lay_out)
    seen, corrected = _cases(door, clock, tell)
    places = door.read_now(counted_places, reach=EVERYTHING)
    counters = sum(write(partial(count_anew, community_id=place)) for place in places)
    take_into_use(write)
    done = Rebuilt(seen, corrected, counters, series, _people(door))
    write(
        lambda session: record(
            session, action="rebuild", object="cases", actor=actor, clock=clock, right=None
        )
    )
    return done


def _people(door: Door) -> int:
    """How many people were found otherwise than their names and birth dates say."""
    after, corrected = "", 0
    while True:
        piece = door.write_now(partial(make_people_anew, after=after), reach=EVERYTHING)
        if piece.last is None:
            return corrected
        after, corrected = piece.last, corrected + piece.corrected


def _cases(door: Door, clock: Clock, tell: Tell) -> tuple[int, int]:
    # What is raised from now on is right, and in the index that is there: who goes on to the last never ends.
    until = door.read_now(newest_case, reach=EVERYTHING)
    after, seen, corrected = 0, 0, 0
    while True:
        piece = door.write_now(
            partial(make_cases_anew, after=after, until=until, clock=clock), reach=EVERYTHING
        )
        if piece.last is None:
            return seen, corrected
        after, seen, corrected = piece.last, seen + piece.seen, corrected + piece.corrected
        tell(piece.seen)
