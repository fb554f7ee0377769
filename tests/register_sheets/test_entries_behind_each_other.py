"""Two entries of a register that stand behind each other are shown nowhere: the check of an installation names them."""

from datetime import date

import pytest
from sqlalchemy import select, update

from core_db.doubles import MergedOnward, MergeDraft, merges_seen
from core_db.mydata import merge_people, part_people
from core_db.people import MoveIn, PersonDraft, move_in, people_of, register_person
from core_db.people.model import PERSONS
from core_db.people.queries import RESIDENCIES
from core_db.upkeep import verify


def test_two_entries_that_stand_behind_each_other_are_named_with_the_merger_to_be_taken_back(
    given, door, settings, worker
):
    """Two who merged at once, each the other way round, could make them so; neither was shown or named anywhere."""

    def stands_behind(person, main):
        moved = update(PERSONS).where(PERSONS.c.id == person.id)
        door.write_now(lambda session: session.execute(moved.values(merged_into_id=main and main.id)))

    def mergers():
        return next(one for one in verify(settings, door.engines, door.keyring) if one.name == "mergers")

    named = PersonDraft(community_id=given.community.id, name="王小红")
    one, other = (given.do(register_person, named, by=worker) for _twice in range(2))
    given.do(merge_people, MergeDraft(kept_id=one.id, behind_id=other.id), by=worker)
    assert mergers().holds
    stands_behind(other, None)
    merge = given.do(merge_people, MergeDraft(kept_id=other.id, behind_id=one.id), by=worker)
    stands_behind(other, one)

    found = mergers()
    given.do(part_people, merge.id, by=worker)

    assert found.sentence("en").endswith(f"({one.id} {other.id} {merge.id})")
    assert (mergers().holds, mergers().zh.count("撤回"), found.zh.count("撤回")) == (True, 0, 1)
    assert one.id in [shown.id for shown in given.see(people_of, given.community.id, by=worker)]


def test_of_mergers_one_upon_the_other_the_last_is_taken_back_first(given, worker):
    """What the first entry had hangs on the last one: taken back out of turn, it would go to the one between."""
    named = PersonDraft(community_id=given.community.id, name="王小红")
    first, between, last = (given.do(register_person, named, by=worker) for _thrice in range(3))
    given.do(move_in, first.id, MoveIn(home_id=given.home.id, since=date(2026, 1, 1)), by=worker)
    one = given.do(merge_people, MergeDraft(kept_id=between.id, behind_id=first.id), by=worker)
    two = given.do(merge_people, MergeDraft(kept_id=last.id, behind_id=between.id), by=worker)

    assert [shown.id for shown in given.see(merges_seen, by=worker)] == [two.id]
    with pytest.raises(MergedOnward):
        given.do(part_people, one.id, by=worker)
    given.do(part_people, two.id, by=worker)
    assert [shown.id for shown in given.see(merges_seen, by=worker)] == [one.id]
    given.do(part_people, one.id, by=worker)

    lives_there = select(RESIDENCIES.c.id).where(RESIDENCIES.c.person_id == first.id)
    assert len(given.door.read_now(lambda session: session.execute(lives_there).all())) == 1
