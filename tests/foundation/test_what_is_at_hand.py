"""What every request asks for is found at once, and not after a look in vain."""

from enum import StrEnum

import pysqlite3.dbapi2 as pysqlite
import pytest

from core_db.foundation import database
from core_db.foundation.at_hand import at_hand


@at_hand
class Tone(StrEnum):
    LOW = "low"
    HIGH = "high"


def test_members_at_hand_are_attributes_of_their_class_and_what_they_were_before():
    assert vars(Tone)["LOW"] is Tone.LOW is Tone("low") is Tone["LOW"]
    assert list(Tone) == [Tone.LOW, Tone.HIGH]
    with pytest.raises(AttributeError):
        _ = Tone.MIDDLE  # type: ignore[attr-defined]


@pytest.mark.parametrize(("value", "kept"), [(None, None), (True, 1), (False, 0), (b"\x00a", b"\x00a")])
def test_sqlite_takes_a_value_without_asking_it_for_a_way_to_adapt_it(value, kept):
    assert database.open_engines
    assert (type(value), pysqlite.PrepareProtocol) in pysqlite.adapters

    with pysqlite.connect(":memory:") as connection:
        assert connection.execute("SELECT ?", (value,)).fetchone() == (kept,)
