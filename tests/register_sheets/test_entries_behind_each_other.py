"""Two entries of a register that stand behind each other are shown nowhere: the check of an installation names them."""

from sqlalchemy import update

from core_db.doubles import MergeDraft
from core_db.mydata import merge_people, part_people
from core_db.people import PersonDraft, people_of, register_person
from core_db.people.model import PERSONS
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
