"""`--shuffle SEED`: the same tests in another order, the files each together, and again in it for the same number."""

from itertools import pairwise
from types import SimpleNamespace

from tests.shuffled import in_another_order

ITEMS = [SimpleNamespace(nodeid=f"tests/{file}.py::test_{n}") for file in "abcde" for n in range(6)]


def order(seed, items=ITEMS):
    return [item.nodeid for item in in_another_order(items, seed)]


def test_nothing_is_lost_and_a_files_own_stay_together():
    shuffled = order(7)
    files = [name.partition("::")[0] for name in shuffled]

    assert sorted(shuffled) == [item.nodeid for item in ITEMS]
    assert sum(one != other for one, other in pairwise(files)) == 4


def test_each_number_gives_an_order_of_its_own_again_and_again():
    assert order(7) == order(7)
    assert len({tuple(order(seed)) for seed in range(8)}) == 8
    assert all(order(seed) != [item.nodeid for item in ITEMS] for seed in range(8))


def test_of_two_tests_either_comes_first_with_one_number_or_another():
    of_two_files, of_one = (ITEMS[0].nodeid, ITEMS[-1].nodeid), (ITEMS[0].nodeid, ITEMS[1].nodeid)

    for first, second in (of_two_files, of_one):
        assert {order(seed).index(first) < order(seed).index(second) for seed in range(20)} == {True, False}
