"""Finding people does not grow dear: names, letters, doors, groups and pages at a tenth of a register and at all of it.

python -m bench register [--database sqlite|postgres] [--people 500000] [--town 180000] [--rounds 200]

Builds neighbourhoods of about 3,900 people, `town` people of them in one town, and asks as a worker of one
neighbourhood and as a committee's post at that town. Names, homes and tags are drawn; numbers are not sealed, because
what is measured reads fifty of them and not a million. In a district of 2.3 million on PostgreSQL: `--people 2300000`.
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
FLOORS = {"name": 100, "letters": 100, "door": 100, "name in a town": 100, "letters in a town": 100,
          "group in a town": 500, "group": 500, "person page": 60}  # fmt: skip
MOST_GROWTH = 1.5


@dataclass(frozen=True)
class Laid:
    """What was built: who asks, and for what."""

    worker: Actor
    at_town: Actor
    people: Sequence[str]
    group: str
    town_group: str


def main(database: str, people: int, town: int, rounds: int) -> None:
    measured = {size: _measure(database, size, town, rounds) for size in (people // 10, people)}
    few, many = (measured[size] for size in (people // 10, people))
    rows = [
        {
            "what": what, f"p95 ms at {people // 10:,}": round(_p95(few[what]), 2),
            f"p95 ms at {people:,}": round(_p95(many[what]), 2), "floor": FLOORS[what],
            "ratio": round(_p95(many[what]) / _p95(few[what]), 2),
            f"p50 ms at {people:,}": round(statistics.median(many[what]), 2),
        }
        for what in FLOORS
    ]  # fmt: skip
    record(
        f"register-{database}",
        rows,
        f"one caller, at the use case; ratio at most {MOST_GROWTH}; town of {town:,}",
    )


def _p95(times: Sequence[float]) -> float:
    return sorted(times)[len(times) * 95 // 100]


def _measure(database: str, people: int, town: int, rounds: int) -> dict[str, list[float]]:
    with databases(database) as here:
        settings = _settings(here)
        migrations.bring_up(settings)
        engine = create_engine((here.owner or here.url).replace("postgresql://", "postgresql+psycopg://"))
        laid = _lay_out(engine, people, min(town, people))
        engine.dispose()
        return _ask(settings, laid, rounds)


def _settings(here: Installation) -> Settings:
    return Settings(
        database_url=here.url, database_owner_url=here.owner, data_dir=here.folder, secret_key="b" * 64, demo=True
    )  # fmt: skip


# -- building ---------------------------------------------------------------------------------------


def _lay_out(engine: Engine, people: int, town: int) -> Laid:
    dice, district = random.Random(20261126), new_id()
    at_first, elsewhere, definition = new_id(), new_id(), new_id()
    communities = [new_id() for _ in range(max(1, people // OF_ONE))]
    _bulk(engine, PLACES, _above(district, at_first, elsewhere))
    of_town = max(1, town // OF_ONE)
    known: list[str] = []
    _bulk(engine, DEFINITIONS, iter([_definition(definition, district)]))
    for n, community in enumerate(communities):
        above = {"district_id": district, "town_id": at_first if n < of_town else elsewhere}
        rows = _neighbourhood(community, n, above, definition, dice)
        for table in (PLACES, PERSONS, RESIDENCIES, ASSIGNMENTS):
            _bulk(engine, table, iter(rows[table.name]))
        known += [row["id"] for row in rows["persons"][:200]] if n == 0 else []
    group, town_group = new_id(), new_id()
    rules = {"all_of": [definition], "age_from": 80}
    _bulk(engine, GROUPS, iter([_group(group, communities[0], rules), _group(town_group, at_first, rules)]))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE" if engine.dialect.name == "sqlite" else "VACUUM ANALYZE"))
    return Laid(_staff(communities[0]), _staff(at_first), known, group, town_group)


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

    def door(self) -> str:
        return f"{self.dice.randint(1, 50)}号{self.dice.randint(1, 6)}0{self.dice.randint(1, 4)}"


def _ask(settings: Settings, laid: Laid, rounds: int) -> dict[str, list[float]]:
    engines, keyring, typing = open_engines(settings), keyring_from(settings), Typing()
    name, letters, door = typing.name, typing.letters, typing.door

    def page(session: Session, actor: Actor) -> None:
        person = typing.dice.choice(laid.people)
        person_overview(session, person, actor=actor, clock=SystemClock())
        tags_of(session, person, actor=actor, clock=SystemClock())

    asked: dict[str, tuple[Actor, Callable[[Session, Actor], Any]]] = {
        "name": (laid.worker, lambda s, a: find_people(s, name(), actor=a, clock=SystemClock())),
        "letters": (laid.worker, lambda s, a: find_people(s, letters(), actor=a, clock=SystemClock())),
        "door": (laid.worker, lambda s, a: find_people(s, door(), actor=a, clock=SystemClock())),
        "name in a town": (laid.at_town, lambda s, a: find_people(s, name(), actor=a, clock=SystemClock())),
        "letters in a town": (
            laid.at_town,
            lambda s, a: find_people(s, letters(), actor=a, clock=SystemClock()),
        ),
        "group": (laid.worker, lambda s, a: group_shown(s, laid.group, actor=a, clock=SystemClock())),
        "group in a town": (
            laid.at_town,
            lambda s, a: group_shown(s, laid.town_group, actor=a, clock=SystemClock()),
        ),
        "person page": (laid.worker, page),
    }
    took: dict[str, list[float]] = {what: [] for what in asked}
    for turn in range(rounds + rounds // 10):
        for what, (actor, ask) in asked.items():
            with reading(engines, keyring, reach_of(actor)) as session:
                begun = time.perf_counter()
                ask(session, actor)
                milliseconds = (time.perf_counter() - begun) * 1000
            # The first tenth warms caches and statements up.
            if turn >= rounds // 10:
                took[what].append(milliseconds)
    engines.dispose()
    return took
