"""What is remembered of people while a table is read: a hundred thousand have to fit beside everything else."""

import gc
import tracemalloc

import pytest

from core_db.foundation.ids import new_id
from core_db.people import Known, RegisterField, RowSaid
from core_db.places import Place

PEOPLE = 3_000
#: Of each newcomer: a name that nobody else has, a number, a telephone and a door.
MOST_BYTES = 600
#: What was made by these; other threads go on meanwhile.
HERE = [tracemalloc.Filter(True, one) for one in ("*/core_db/*", __file__)]


def newcomers(numbers):
    for n in numbers:
        values = {
            RegisterField.NAME: f"人{n:04d}", RegisterField.PHONE: f"1390000{n:04d}",
            RegisterField.ID_NUMBER: f"3101131980{n:08d}", RegisterField.WORKPLACE: "某某公司" * 40,
        }  # fmt: skip
        yield RowSaid(number=n, values=values, door=None)


@pytest.mark.either
@pytest.mark.throughout
def test_somebody_new_takes_half_a_kilobyte_whatever_his_row_says(given):
    known = given.door.read_now(lambda session: Known.of(session, session.get(Place, given.community.id)))

    def enter(numbers):
        for said in newcomers(numbers):
            known.hears(said.number)
            known.enter(said, f"12-{said.number}", person_id=new_id())
        gc.collect()

    # What is made once for all is made by the first of them.
    enter(range(PEOPLE, PEOPLE + 100))
    tracemalloc.start()
    enter(range(PEOPLE))
    taken = sum(one.size for one in tracemalloc.take_snapshot().filter_traces(HERE).traces)
    tracemalloc.stop()

    assert 100 < taken / PEOPLE < MOST_BYTES
