"""Ids sort in the order in which things were born, and look like nothing but ids."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from core_db.foundation.ids import id_born_at, is_id, new_id, packed, unpacked


def test_ids_sort_in_the_order_they_were_made():
    made = [new_id() for _ in range(10_000)]

    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_threads_never_make_the_same_id():
    with ThreadPoolExecutor(8) as threads:
        made = [
            one for many in threads.map(lambda _n: [new_id() for _ in range(500)], range(16)) for one in many
        ]

    assert len(set(made)) == len(made)


def test_an_id_is_a_uuid_of_version_7():
    made = UUID(new_id())

    assert made.version == 7
    assert str(made.variant) == "specified in RFC 4122"


def test_an_id_of_another_moment_carries_that_moment():
    earlier, later = id_born_at(1_700_000_000_000), id_born_at(1_700_000_000_001)

    assert earlier < later < new_id()
    assert UUID(earlier).int >> 80 == 1_700_000_000_000


def test_what_is_no_id_is_told_apart():
    made = new_id()

    assert is_id(made)
    for text in ("", "4711", made.upper(), made + "\n", made[:-1], "g" * 36):
        assert not is_id(text)


def test_an_id_packed_into_sixteen_bytes_is_the_same_id_again():
    made = new_id()

    assert (len(packed(made)), unpacked(packed(made))) == (16, made)
