"""Splits, joinings and their taking back in any order: nobody is said to be what he is not, and the last goes back."""

from datetime import date
from random import Random

import pytest

from core_db.foundation.recorded import ChangedSince
from core_db.life_events import FamilyMoveIn, MemberDraft, move_family_in, regroup_household
from core_db.overview import home_file, household_file
from core_db.people import CannotBeUndone, RegroupDraft, history_of, undo_change
from core_db.people.relating import seen_from

FAMILY = (("孙伯", "02"), ("吴妈", "10"), ("孙儿", "20"), ("孙女", "30"), ("老太", "50"))
#: What each is to each who might head a household: the truth, of which the register may know less and nothing else.
TRUTH = {
    "孙伯": {"吴妈": "10", "孙儿": "20", "孙女": "30", "老太": "50"},
    "吴妈": {"孙伯": "10", "孙儿": "20", "孙女": "30", "老太": "50"},
    "孙儿": {"孙伯": "50", "吴妈": "50", "孙女": "70", "老太": "60"},
    "孙女": {"孙伯": "50", "吴妈": "50", "孙儿": "70", "老太": "60"},
    "老太": {"孙伯": "20", "吴妈": "30", "孙儿": "40", "孙女": "40"},
}


class House:
    """A home and what is done in it."""

    def __init__(self, given, worker):
        self.given, self.worker = given, worker
        draft = FamilyMoveIn(
            home_id=given.home.id, since=date(2026, 2, 1),
            members=tuple(MemberDraft(name=name, relation=relation) for name, relation in FAMILY),
        )  # fmt: skip
        done = given.do(move_family_in, draft, by=worker)
        self.people = dict(zip((name for name, _relation in FAMILY), done.person_ids, strict=True))
        self.first = done.household_id

    def households(self):
        """Those that are there: by id, who is in each, as what, and by which time in the home."""
        home = self.given.see(home_file, self.given.home.id, by=self.worker)
        there = [one.id for one in home.households if one.ended_on is None]
        files = {one: self.given.see(household_file, one, by=self.worker) for one in there}
        return {
            one: {member.stay.name: (member.stay.relation, member.is_head, member.stay.id) for member in file.members}
            for one, file in files.items()
        }  # fmt: skip

    def regroup(self, names, into=None, head=None):
        now = self.households()
        old = next(one for one, members in now.items() if names[0] in members)
        stays = tuple(now[old][name][2] for name in names)
        draft = RegroupDraft(residency_ids=stays, into=into, head_id=self.people.get(head))
        made = self.given.do(regroup_household, old, draft, by=self.worker)
        return made.id

    def lines(self, name):
        return self.given.see(history_of, self.people[name], by=self.worker)

    def undo(self, line_id):
        self.given.do(undo_change, line_id, by=self.worker)


@pytest.fixture
def house(given, worker):
    return House(given, worker)


def is_sound(households):
    """Everybody keeps house once, under a head who is there, as what he truly is or as nothing yet."""
    names = [name for members in households.values() for name in members]
    assert sorted(names) == sorted(TRUTH)
    for members in households.values():
        heads = [name for name, (_relation, is_head, _stay) in members.items() if is_head]
        assert len(heads) == 1
        for name, (relation, is_head, _stay) in members.items():
            assert relation in (("02",) if is_head else (None, TRUTH[heads[0]][name]))


def test_who_comes_back_is_what_he_was(house):
    before = house.households()
    made = house.regroup(["孙儿"])
    assert house.households()[made]["孙儿"][:2] == ("02", True)
    house.regroup(["孙儿"], into=house.first)

    assert house.households() == before


def test_the_head_who_comes_back_is_known_to_whoever_heads_now(house):
    house.regroup(["孙伯"])
    made = house.regroup(["孙伯"], into=house.first)

    assert made == house.first
    assert {name: one[0] for name, one in house.households()[made].items()} == {
        "孙伯": "10", "吴妈": "02", "孙儿": "20", "孙女": "30", "老太": None
    }  # fmt: skip


def test_who_goes_with_the_head_stays_what_he_is_to_him(house):
    made = house.regroup(["孙伯", "老太", "孙女"])

    assert {name: one[0] for name, one in house.households()[made].items()} == {
        "孙伯": "02", "老太": "50", "孙女": "30"
    }  # fmt: skip


def test_a_joining_taken_back_leaves_the_split_to_be_taken_back(house):
    before = house.households()
    house.regroup(["孙儿", "孙女"])
    apart = house.households()
    split = next(one for one in house.lines("孙儿") if one.field == "household").id
    house.regroup(["孙儿", "孙女"], into=house.first)
    joined = next(one for one in house.lines("孙儿") if one.field == "household")
    house.undo(joined.id)
    assert house.households() == apart

    assert [one.id for one in house.lines("孙儿") if one.field == "household" and one.may_undo] == [split]
    house.undo(split)
    assert house.households() == before


def test_half_an_event_is_not_taken_back_once_more(house):
    house.regroup(["孙儿"])
    line = next(one for one in house.lines("孙儿") if one.field == "household")
    house.undo(line.id)
    back = next(one for one in house.lines("孙儿") if one.field == "household")

    assert (back.cause, back.may_undo) == ("undone", False)
    with pytest.raises(CannotBeUndone):
        house.undo(back.id)


def test_nobody_comes_back_under_another_head_than_he_left(house):
    house.regroup(["孙儿"])
    split = next(one for one in house.lines("孙儿") if one.field == "household")
    house.regroup(["孙伯"])

    with pytest.raises(ChangedSince):
        house.undo(split.id)
    is_sound(house.households())


@pytest.mark.parametrize(
    "seed", [*range(4), *(pytest.param(n, marks=pytest.mark.throughout) for n in range(4, 8))]
)
def test_whatever_is_split_joined_and_taken_back_the_house_is_sound_and_the_last_goes_back(house, seed):
    chance, done, in_order = Random(seed), [], True
    taken_back = 0
    for step in range(12):
        now = house.households()
        deed = chance.choice(("split", "join", "undo", "undo", "undo any")) if step else "split"
        name = chance.choice([*house.people])
        members = next(one for one in now.values() if name in one)
        going = [name, *(one for one in members if one != name and chance.random() < 0.3)]
        others = [one for one, there in now.items() if name not in there]
        if deed == "split" and len(going) < len(members):
            house.regroup(going, head=chance.choice([None, *going]))
        elif deed == "join" and others:
            house.regroup(going, into=chance.choice(others))
        elif deed.startswith("undo") and done:
            last = len(done) - 1
            at = last if deed == "undo" else chance.randrange(len(done))
            line, before = done[at]
            try:
                house.undo(line)
            except (ChangedSince, CannotBeUndone):
                # Only what others lie upon is not lifted.
                assert at != last or not in_order
                continue
            if at == last and in_order:
                assert house.households() == before
            in_order, taken_back = in_order and at == last, taken_back + 1
            done.pop(at)
        is_sound(house.households())
        if deed in ("split", "join") and house.households() != now:
            line = next(one for one in house.lines(name) if one.field == "household")
            done.append((line.id, now))
    while done and in_order:
        line, before = done.pop()
        house.undo(line)
        taken_back += 1
        assert house.households() == before
    assert taken_back


@pytest.mark.parametrize(
    ("head", "one", "is_to_him"),
    [("02", "20", "20"), ("10", "30", "30"), ("10", "50", None), ("20", "02", "50"), ("20", "30", None),
     ("40", "02", "60"), ("50", "02", None), ("70", "02", "70"), (None, "02", None)],
)  # fmt: skip
def test_what_follows_of_two_relations_to_a_third(head, one, is_to_him):
    assert seen_from(head, one) == is_to_him
