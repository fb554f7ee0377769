"""Finding people does not grow dear: names, letters, doors, groups and pages at a tenth of a register and at all of it.

python -m bench register [--database sqlite|postgres] [--people 500000] [--town 180000] [--rounds 200] [--cpu]
                         [--seed-only FOLDER | --use FOLDER]

Builds neighbourhoods of about 3,900 people, `town` people of them in one town and a tenth of all in another
(`bench.district`), and asks as a worker of one neighbourhood and as a committee's post at each of the towns. What grows
is the register: the same town is asked for in a tenth of it and in all of it, and the large one, which a tenth may not
hold, beside them. With `--cpu` what is counted is the time of the thread that asks, in which SQLite does all of its
work: for a machine that is busy with something else.

A district of 2.3 million is built once, and asked as often as one likes, on a quiet machine:

    nice python -m bench register --database postgres --people 2300000 --seed-only FOLDER
    python -m bench register --database postgres --use FOLDER
"""

import random
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sqlmodel import Session

from app_shell.demo.people import MEN, SURNAMES, WOMEN
from bench.district import Laid, lay_out, settings_of
from bench.recording import record
from bench.serving import Installation, databases, kept_databases
from core_db.finding import find_people
from core_db.foundation.actor import Actor, ActorKind, Grant, Role
from core_db.foundation.clock import SystemClock
from core_db.foundation.database import open_engines, reading
from core_db.foundation.ids import new_id
from core_db.foundation.reach import reach_of
from core_db.foundation.sealing import keyring_from
from core_db.groups import group_shown
from core_db.overview import person_overview
from core_db.people import name_columns
from core_db.tags import tags_of

#: Milliseconds at the 95th percentile, and how much dearer all of it may be than a tenth.
FLOORS = {"name": 100, "letters": 100, "door": 100, "group": 500, "person page": 60, "name in a town": 100,
          "letters in a town": 100, "nobody in a town": 100, "group in a town": 500}  # fmt: skip
MOST_GROWTH = 1.5
IN_LARGE, IN_TOWN = " in the large town", " in a town"
TENTH, ALL = "tenth", "all_of_it"
Clock = Callable[[], float]


def main(
    database: str, people: int, town: int, rounds: int, *, cpu: bool, seed_only: Path | None, use: Path | None
) -> None:
    sizes = {TENTH: (people // 10, {IN_TOWN: people // 10}),
             ALL: (people, {IN_LARGE: min(town, people - people // 10), IN_TOWN: people // 10})}  # fmt: skip
    clock = time.thread_time if cpu else time.perf_counter
    if seed_only is not None:
        _seed(database, seed_only.resolve(), sizes)
    elif use is not None:
        _report(database, *_of_kept(database, use.resolve(), rounds, clock), cpu=cpu)
    else:
        _report(database, *_of_new(database, sizes, rounds, clock), cpu=cpu)


def _seed(database: str, folder: Path, sizes: dict[str, tuple[int, dict[str, int]]]) -> None:
    with kept_databases(database, folder) as called:
        for name, (people, towns) in sizes.items():
            begun = time.perf_counter()
            here = called(name)
            lay_out(here, people, towns).keep(here.folder / "laid.json")
            print(f"{name}: {people:,} people in {time.perf_counter() - begun:.0f} s", flush=True)


Measured = tuple[Laid, dict[str, list[float]]]


def _of_kept(database: str, folder: Path, rounds: int, clock: Clock) -> list[Measured]:
    with kept_databases(database, folder) as called:
        return [_measured(called(name), rounds, clock) for name in (TENTH, ALL)]


def _measured(here: Installation, rounds: int, clock: Clock) -> Measured:
    laid = Laid.kept(here.folder / "laid.json")
    return laid, _ask(here, laid, rounds, clock)


def _of_new(
    database: str, sizes: dict[str, tuple[int, dict[str, int]]], rounds: int, clock: Clock
) -> list[Measured]:
    found = []
    for people, towns in sizes.values():
        with databases(database) as here:
            laid = lay_out(here, people, towns)
            found.append((laid, _ask(here, laid, rounds, clock)))
    return found


def _report(database: str, tenth: Measured, whole: Measured, *, cpu: bool) -> None:
    (small, few), (large, many) = tenth, whole
    rows = [_row(what, few.get(what.replace(IN_LARGE, IN_TOWN), []), many[what]) for what in many]
    counted = "CPU time of the thread" if cpu else "time on the wall"
    note = (
        f"{counted}; at {small.size:,} and at {large.size:,} people; one caller, at the use case; ratio at most {MOST_GROWTH}; "
        f"a town is {large.sizes[IN_TOWN]:,}, the large one {large.sizes[IN_LARGE]:,}"
    )
    record(f"register-{database}", rows, note)


def _row(what: str, few: Sequence[float], many: Sequence[float]) -> dict[str, Any]:
    """Beside the large town stands the other one in a tenth of the register: a question about more people besides."""
    return {
        "what": what, "p95 ms of a tenth": round(_p95(few), 2), "p95 ms": round(_p95(many), 2),
        "floor": FLOORS[what.replace(IN_LARGE, IN_TOWN)], "ratio": round(_p95(many) / _p95(few), 2),
        "p50 ms of a tenth": round(statistics.median(few), 2), "p50 ms": round(statistics.median(many), 2),
    }  # fmt: skip


def _p95(times: Sequence[float]) -> float:
    return sorted(times)[len(times) * 95 // 100]


def _staff(place: str) -> Actor:
    return Actor(
        kind=ActorKind.STAFF, id=new_id(), name="bench", grants=(Grant(role=Role.SECRETARY, place_id=place),)
    )  # fmt: skip


# -- asking -----------------------------------------------------------------------------------------


class Typing:
    """What people type into the one box."""

    def __init__(self) -> None:
        self.dice = random.Random(1)
        self._given = [name for names in (*MEN, *WOMEN) for name in names.split()]

    def name(self) -> str:
        given = self.dice.choice(self._given)
        return self.dice.choice(SURNAMES) + given if self.dice.random() < 0.5 else given

    def letters(self) -> str:
        columns = name_columns(self.dice.choice(SURNAMES) + self.dice.choice(self._given))
        pinyin = columns["name_pinyin"]
        return str(self.dice.choice((columns["name_initials"], pinyin, pinyin[:5])))

    def nobody(self) -> str:
        """A name that nobody has: every way to look is gone."""
        return "龘" + self.name()

    def door(self) -> str:
        return f"{self.dice.randint(1, 50)}号{self.dice.randint(1, 6)}0{self.dice.randint(1, 4)}"


def _ask(here: Installation, laid: Laid, rounds: int, clock: Clock) -> dict[str, list[float]]:
    settings, worker = settings_of(here), _staff(laid.community)
    engines, keyring, typing = open_engines(settings), keyring_from(settings), Typing()

    def page(session: Session, actor: Actor) -> None:
        person = typing.dice.choice(laid.people)
        person_overview(session, person, actor=actor, clock=SystemClock())
        tags_of(session, person, actor=actor, clock=SystemClock())

    def find(typed: Callable[[], str]) -> Callable[[Session, Actor], Any]:
        return lambda session, actor: find_people(session, typed(), actor=actor, clock=SystemClock())

    def group(group_id: str) -> Callable[[Session, Actor], Any]:
        return lambda session, actor: group_shown(session, group_id, actor=actor, clock=SystemClock())

    asked = {
        "name": (worker, find(typing.name)), "letters": (worker, find(typing.letters)),
        "door": (worker, find(typing.door)), "group": (worker, group(laid.group)),
        "person page": (worker, page),
    }  # fmt: skip
    for where, (town, its_group) in laid.towns.items():
        actor = _staff(town)
        for what, ask in (
            ("name", find(typing.name)), ("letters", find(typing.letters)), ("nobody", find(typing.nobody)),
            ("group", group(its_group)),
        ):  # fmt: skip
            asked[what + where] = (actor, ask)
    took: dict[str, list[float]] = {what: [] for what in asked}
    for turn in range(rounds + rounds // 10):
        for what, (actor, ask) in asked.items():
            with reading(engines, keyring, reach_of(actor)) as session:
                begun = clock()
                ask(session, actor)
                milliseconds = (clock() - begun) * 1000
            # The first tenth warms caches and statements up.
            if turn >= rounds // 10:
                took[what].append(milliseconds)
    engines.dispose()
    return took
