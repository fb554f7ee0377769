"""Finding people does not grow dear: names, letters, doors, groups and pages at a tenth of a register and at all of it.

python -m bench register [--database sqlite|postgres] [--people 500000] [--town 180000] [--rounds 200] [--cpu]

Builds neighbourhoods of about 3,900 people, `town` people of them in one town and a tenth of all in another, and asks
as a worker of one neighbourhood and as a committee's post at each of the towns. What grows is the register: the same
town is asked for in a tenth of it and in all of it, and the large one, which a tenth may not hold, beside them. Names,
homes and tags are drawn; numbers are not sealed, because what is measured reads fifty of them and not a million.
SQLite is given no figures about its tables (ANALYZE), as an installation gives it none. In a district of 2.3 million on
PostgreSQL: `--people 2300000`. With `--cpu` what is counted is the time of the thread that asks, in which SQLite does all
of its work: for a machine that is busy with something else.
"""

import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Engine, create_engine, insert, text
from sqlmodel import Session

from app_shell.demo.people import MEN, SURNAMES, WOMEN
from bench.recording import record
from bench.serving import Installation, databases
from core_db import migrations
from core_db.finding import find_people
from core_db.foundation.actor import Actor, ActorKind, Grant, Role
from core_db.foundation.clock import SystemClock
from core_db.foundation.database import open_engines, reading
from core_db.foundation.ids import new_id
from core_db.foundation.reach import reach_of
from core_db.foundation.sealing import keyring_from
from core_db.foundation.settings import Settings
from core_db.groups import group_shown
from core_db.groups.model import GROUPS
from core_db.overview import person_overview
from core_db.people import name_columns
from core_db.people.queries import PERSONS, RESIDENCIES
from core_db.places import PLACES, PlaceKind
from core_db.tags import ASSIGNMENTS, DEFINITIONS, TagClass, tags_of

#: People of a neighbourhood, of a home, and homes of a building.
OF_ONE, OF_A_HOME, OF_A_BUILDING = 3_900, 3, 24
AT_ONCE = 20_000
#: Milliseconds at the 95th percentile, and how much dearer all of it may be than a tenth.
FLOORS = {"name": 100, "letters": 100, "door": 100, "group": 500, "person page": 60, "name in a town": 100,
          "letters in a town": 100, "nobody in a town": 100, "group in a town": 500}  # fmt: skip
MOST_GROWTH = 1.5
IN_LARGE, IN_TOWN = " in the large town", " in a town"


@dataclass(frozen=True)
class Laid:
    """What was built: who asks, and for what."""

    worker: Actor
    #: At each town: who asks there, and its group.
    towns: dict[str, tuple[Actor, str]]
    people: Sequence[str]
    group: str


def main(database: str, people: int, town: int, rounds: int, *, cpu: bool) -> None:
    tenth, clock = people // 10, time.thread_time if cpu else time.perf_counter
    few = _measure(database, tenth, {IN_TOWN: tenth}, rounds, clock)
    many = _measure(database, people, {IN_LARGE: min(town, people - tenth), IN_TOWN: tenth}, rounds, clock)
    rows = [_row(what, few.get(what.replace(IN_LARGE, IN_TOWN), []), many[what]) for what in many]
    at = f"at {tenth:,} and at {people:,} people"
    counted = "CPU time of the thread" if cpu else "time on the wall"
    note = f"{counted}; {at}; one caller, at the use case; ratio at most {MOST_GROWTH}; a town is {tenth:,}, the large one {town:,}"
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


def _measure(
    database: str, people: int, towns: dict[str, int], rounds: int, clock: Callable[[], float]
) -> dict[str, list[float]]:  # fmt: skip
    with databases(database) as here:
        settings = _settings(here)
        migrations.bring_up(settings)
        engine = create_engine((here.owner or here.url).replace("postgresql://", "postgresql+psycopg://"))
        laid = _lay_out(engine, people, towns)
        engine.dispose()
        return _ask(settings, laid, rounds, clock)


def _settings(here: Installation) -> Settings:
    return Settings(
        database_url=here.url, database_owner_url=here.owner, data_dir=here.folder, secret_key="b" * 64, demo=True
    )  # fmt: skip


# -- building ---------------------------------------------------------------------------------------


def _lay_out(engine: Engine, people: int, towns: dict[str, int]) -> Laid:
    dice, district, definition = random.Random(20261126), new_id(), new_id()
    nodes = {name: new_id() for name in towns} | {"": new_id()}
    communities = [new_id() for _ in range(max(1, people // OF_ONE))]
    _bulk(engine, PLACES, _above(district, *nodes.values()))
    lies_in = [name for name, size in towns.items() for _ in range(max(1, size // OF_ONE))]
    known: list[str] = []
    _bulk(engine, DEFINITIONS, iter([_definition(definition, district)]))
    for n, community in enumerate(communities):
        town = nodes[lies_in[n]] if n < len(lies_in) else nodes[""]
        rows = _neighbourhood(community, n, {"district_id": district, "town_id": town}, definition, dice)
        for table in (PLACES, PERSONS, RESIDENCIES, ASSIGNMENTS):
            _bulk(engine, table, iter(rows[table.name]))
        known += [row["id"] for row in rows["persons"][:200]] if n == 0 else []
    rules = {"all_of": [definition], "age_from": 80}
    groups = {place: _group(new_id(), place, rules) for place in (communities[0], *nodes.values())}
    _bulk(engine, GROUPS, iter(groups.values()))
    if engine.dialect.name != "sqlite":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    at = {name: (_staff(nodes[name]), groups[nodes[name]]["id"]) for name in towns}
    return Laid(_staff(communities[0]), at, known, groups[communities[0]]["id"])


def _bulk(engine: Engine, table: Any, rows: Iterator[dict[str, Any]]) -> None:
    while piece := [row for row, _n in zip(rows, range(AT_ONCE), strict=False)]:
        with engine.begin() as connection:
            connection.execute(insert(table), piece)


def _above(district: str, *towns: str) -> Iterator[dict[str, Any]]:
    yield _place(district, PlaceKind.DISTRICT, "区", None, "1", {"district_id": district})
    for n, town in enumerate(towns):
        yield _place(
            town, PlaceKind.TOWN, f"街道{n}", district, f"1 {n}", {"district_id": district, "town_id": town}
        )


def _neighbourhood(
    community: str, n: int, above: dict[str, str], definition: str, dice: random.Random
) -> dict[str, list[dict[str, Any]]]:  # fmt: skip
    above = above | {"community_id": community}
    sort = f"1 {n:05d}"
    rows: dict[str, list[dict[str, Any]]] = {
        "places": [],
        "persons": [],
        "residencies": [],
        "tag_assignments": [],
    }
    rows["places"].append(_place(community, PlaceKind.COMMUNITY, f"{n}村", above["town_id"], sort, above))
    building = ""
    for number in range(OF_ONE // OF_A_HOME):
        if number % OF_A_BUILDING == 0:
            building, name = new_id(), f"{number // OF_A_BUILDING + 1}号"
            inside = above | {"building_id": building}
            sort_of = f"{sort} {number // OF_A_BUILDING + 1:08d}"
            rows["places"].append(_place(building, PlaceKind.BUILDING, name, community, sort_of, inside))
        room = f"{number % OF_A_BUILDING // 4 + 1}{number % 4 + 1:02d}室"
        home = new_id()
        rows["places"].append(
            _place(home, PlaceKind.HOME, room, building, f"{sort_of} {room}", inside, label=f"{name} {room}")
        )
        for _ in range(OF_A_HOME):
            _settle(rows, community, home, definition, dice)
    return rows


def _settle(
    rows: dict[str, list[dict[str, Any]]], community: str, home: str, definition: str, dice: random.Random
) -> None:
    born, sex = dice.randint(1932, 2025), dice.choice("12")
    given = dice.choice((MEN if sex == "1" else WOMEN)[0 if born < 1965 else 1 if born < 1990 else 2].split())
    person, now = new_id(), SystemClock().now()
    rows["persons"].append({
        "id": person, "community_id": community, **name_columns(dice.choice(SURNAMES) + given), "sex": sex,
        "birth_year": born, "source": "bench", "created_at": now, "updated_at": now,
    })  # fmt: skip
    rows["residencies"].append({
        "id": new_id(), "person_id": person, "home_id": home, "role": "family", "valid_from": date(2020, 1, 1),
    })  # fmt: skip
    if dice.random() < (0.25 if born < 1960 else 0.01):
        rows["tag_assignments"].append({
            "id": new_id(), "community_id": community, "person_id": person, "definition_id": definition,
            "source": "bench", "assigned_by": "bench", "assigned_name": "bench", "assigned_at": now,
            "valid_from": date(2026, 1, 1),
        })  # fmt: skip


def _place(
    own: str,
    kind: PlaceKind,
    name: str,
    parent: str | None,
    sort: str,
    above: dict[str, str],
    label: str = "",
) -> dict[str, Any]:
    nodes = {"district_id": None, "town_id": None, "community_id": None, "building_id": None} | above
    return {
        "id": own, "kind": kind, "name": name, "label": label or name, "parent_id": parent, "sort": sort,
        "created_at": SystemClock().now(), **nodes,
    }  # fmt: skip


def _definition(own: str, district: str) -> dict[str, Any]:
    return {
        "id": own, "place_id": district, "code": "lives_alone", "name": "独居", "name_en": "", "kind": TagClass.FAMILY,
        "sensitive": False, "legal_basis": "", "active_from": date(2020, 1, 1), "made_by": "bench",
        "made_at": SystemClock().now(),
    }  # fmt: skip


def _group(own: str, place: str, rules: dict[str, Any]) -> dict[str, Any]:
    now = SystemClock().now()
    return {
        "id": own,
        "place_id": place,
        "name": "高龄独居",
        "rules": rules,
        "made_by": "bench",
        "made_at": now,
    }


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


def _ask(
    settings: Settings, laid: Laid, rounds: int, clock: Callable[[], float]
) -> dict[str, list[float]]:  # fmt: skip
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
        "name": (laid.worker, find(typing.name)), "letters": (laid.worker, find(typing.letters)),
        "door": (laid.worker, find(typing.door)), "group": (laid.worker, group(laid.group)),
        "person page": (laid.worker, page),
    }  # fmt: skip
    for where, (actor, its_group) in laid.towns.items():
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
