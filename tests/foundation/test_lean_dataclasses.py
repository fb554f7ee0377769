"""The house's dataclass is to whoever uses it what the standard library's is."""

import dataclasses
import pickle
from dataclasses import FrozenInstanceError, field
from itertools import product
from typing import Any

import pytest

from core_db.foundation.lean import dataclass

WAYS = [dict(zip(("frozen", "slots", "kw_only"), on, strict=True)) for on in product((True, False), repeat=3)]


def _kinds(**way: Any) -> list[type]:
    """The same class as the house makes it and as the standard library does."""

    class Told:
        """Something told."""

        who: str
        secret: str = field(default="", repr=False)
        seen: int = field(default=0, compare=False)
        words: list[str] = field(default_factory=list, hash=False)

    return [make(**way)(type("Told", (), dict(vars(Told)))) for make in (dataclass, dataclasses.dataclass)]


@pytest.mark.parametrize(
    "way", WAYS, ids=lambda way: " ".join(name for name, on in way.items() if on) or "as it is"
)
def test_a_lean_dataclass_is_compared_shown_and_replaced_as_any_other(way):
    said = []
    for told in _kinds(**way):
        first, same = told(who="a", secret="x", seen=1), told(who="a", secret="x", seen=2)
        other = dataclasses.replace(first, who="b")
        said.append((
            first == same, first != same, first == other, first == ("a", "x", 1, []), repr(other), told.__doc__,
            dataclasses.asdict(other), [one.name for one in dataclasses.fields(told)], told.__match_args__,
            hash(first) == hash(same) if way["frozen"] else told.__hash__,
        ))  # fmt: skip

    lean, usual = said
    assert lean == usual
    assert lean[:4] == (True, False, False, False)
    assert "x" not in lean[4].replace("secret", "")


@pytest.mark.parametrize("slots", [True, False])
def test_what_is_frozen_stays_what_it_was_made_with(slots):
    lean, _usual = _kinds(frozen=True, slots=slots)
    told = lean(who="a")

    with pytest.raises(FrozenInstanceError):
        told.who = "b"
    with pytest.raises(FrozenInstanceError):
        del told.who
    with pytest.raises(FrozenInstanceError):
        told.more = "b"
    assert told.who == "a"


@dataclass(frozen=True, slots=True)
class Parcel:
    what: str


@dataclass(frozen=True)
class HeavyParcel(Parcel):
    grams: int = 0


@dataclass(frozen=True)
class Alone:
    pass


def test_a_child_of_a_dataclass_is_compared_and_shown_with_its_own_fields():
    assert HeavyParcel("tea", 1) != HeavyParcel("tea", 2)
    assert HeavyParcel("tea") != Parcel("tea")
    assert repr(HeavyParcel("tea", 2)) == "HeavyParcel(what='tea', grams=2)"


def test_a_dataclass_without_fields_is_like_every_other_of_its_kind():
    assert Alone() == Alone()
    assert len({Alone(), Alone()}) == 1


def test_a_lean_dataclass_travels_between_processes():
    assert pickle.loads(pickle.dumps(Parcel("tea"))) == Parcel("tea")
    assert pickle.loads(pickle.dumps(HeavyParcel("tea", 3))) == HeavyParcel("tea", 3)


def test_what_a_class_says_of_itself_is_left_to_it():
    @dataclass(frozen=True)
    class Sealed:
        value: str

        def __eq__(self, other: object) -> bool:
            return False

        def __hash__(self) -> int:
            return 7

        def __repr__(self) -> str:
            return "sealed"

    assert Sealed("x") != Sealed("x")
    assert hash(Sealed("x")) == 7
    assert repr(Sealed("x")) == "sealed"
    assert Sealed.__doc__ is None


def test_what_contains_itself_can_be_shown():
    @dataclass
    class Knot:
        inside: list[object]

    knot = Knot([])
    knot.inside.append(knot)

    assert repr(knot).endswith("Knot(inside=[...])")


def test_classes_share_what_compares_shows_and_guards_them():
    for name in ("__eq__", "__hash__", "__repr__", "__setattr__", "__delattr__"):
        assert getattr(Alone, name) is getattr(Parcel, name), name
