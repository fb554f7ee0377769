"""R-14, at the size of a town: 10,000 cases in every state and 5,000 people of the first release are brought along.

It is killed five times at any moment, each time all stands as before; then it goes through, within half a minute.
What was there is there, case by case, with every tally, and the house's own checks find nothing.
"""

import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Connection, text

from core_db import migrations
from core_db.foundation.sealing import keyring_from
from core_db.foundation.settings import Settings
from core_db.upkeep import verify
from tests.databases import named, open_door, settings_for
from tests.drills import warm
from tests.drills.first_release import FIRST, make_as_it_was, standing
from tests.drills.first_town import rows_of_a_town
from tests.drills.house import only_long
from tests.drills.notes import keep_figures
from tests.drills.test_upgrading_a_full_database import OFF_THE_BOARD, opened, upgrade_and_die

TIMES, PEOPLE, KILLS = 500, 5_000, 5
WITHIN = 30.0
#: Each a question whose answer no upgrade changes: how many of what there are, and what was said of it by how many.
TALLIES = (
    "SELECT status, count(*) FROM cases GROUP BY status ORDER BY status",
    "SELECT count(*), sum(supporters) FROM cases",
    "SELECT case_id, count(*) FROM case_supports GROUP BY case_id ORDER BY case_id",
    "SELECT resolved, satisfied, count(*) FROM case_evaluations GROUP BY 1, 2 ORDER BY 1, 2",
    "SELECT community_id, status, sum(count) FROM case_counts GROUP BY 1, 2 ORDER BY 1, 2",
    "SELECT case_id, count(*), min(position), max(position) FROM case_entries GROUP BY case_id ORDER BY case_id",
    "SELECT type, count(*) FROM outbox GROUP BY type ORDER BY type",
    "SELECT count(*) FROM persons",
    "SELECT count(*) FROM access_events",
)


def tallies(connection: Connection) -> list[list[str]]:
    return [[repr(tuple(row)) for row in connection.execute(text(question))] for question in TALLIES]


def what_stands(settings: Settings) -> tuple[dict[str, list[str]], list[list[str]]]:
    with opened(settings) as engines, engines.read.connect() as connection:
        return standing(connection), tallies(connection)


@pytest.fixture(params=["sqlite", "postgres"])
def town_of_then(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    databases = request.getfixturevalue(f"_{request.param}")
    with databases.empty(tmp_path) as url:
        owner = url if request.param == "sqlite" else named(databases.address, urlsplit(url).path[1:])
        settings = settings_for(url, tmp_path, database_owner_url=owner)
        with opened(settings) as engines:
            make_as_it_was(engines, rows_of_a_town(times=TIMES, people=PEOPLE))
        yield settings


@only_long
def test_a_town_comes_through_though_its_upgrade_is_killed_again_and_again(town_of_then, tmp_path):
    before, counted = what_stands(town_of_then)
    assert (len(before["cases"]), len(before["persons"])) == (20 * TIMES, PEOPLE)
    for _ in range(KILLS):
        killed = warm.run_elsewhere(upgrade_and_die, town_of_then, random.randint(1, 120))
        assert killed == -signal.SIGKILL
        with opened(town_of_then) as engines:
            assert migrations.current(engines) == FIRST
        assert what_stands(town_of_then) == (before, counted)

    begun = time.monotonic()
    migrations.bring_up(town_of_then)
    took = time.monotonic() - begun

    note(town_of_then, took)
    after, counted_after = what_stands(town_of_then)
    assert counted_after == counted
    for table, its_rows in before.items():
        # What was taken back has left the neighbours' board, and nothing else of it has changed.
        gone = {row for row in its_rows if table == "cases" and "'withdrawn'" in row}
        kept = set(its_rows) - gone | {row.replace(*OFF_THE_BOARD) for row in gone}
        assert kept <= set(after[table]), table
    door = open_door(town_of_then)
    checks = list(verify(town_of_then, door.engines, keyring_from(town_of_then)))
    door.close()
    assert [check.sentence("en") for check in checks if not check.holds] == []
    assert took <= WITHIN


def note(settings: Settings, took: float) -> None:
    keep_figures(f"town {'sqlite' if settings.is_embedded else 'postgres'}", {"upgrade s": took})
