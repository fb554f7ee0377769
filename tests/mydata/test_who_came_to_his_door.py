"""In his copy a resident reads who of the committee came to him, and not in whose right: that is the staff's own."""

from dataclasses import replace

import pytest

from core_db.visits import VisitDraft, record_visit


@pytest.mark.parametrize(
    ("name", "lends"), [("小甲", "周书记"), ("李明（代理）", "周书记"), ("小甲", "周梅（代理）")]
)
def test_he_reads_who_came_and_not_who_had_lent_the_right(given, copy_for, name, lends):
    aunt, worker = given.resident(name="王阿姨"), given.worker(name=name)
    lender = given.secretary(name=lends)
    lent = tuple(replace(one, giver_id=lender.id, giver_name=lender.name) for one in worker.grants)
    visit = VisitDraft(person_id=aunt.person_id, result="met")
    given.do(record_visit, visit, by=replace(worker, grants=lent))

    copy = copy_for(aunt)

    assert [one["name"] for one in copy.data["visit_people"]] == [name]
    assert lends not in copy.everything


def test_a_name_of_somebody_in_his_own_right_stands_whole(given, copy_for):
    aunt = given.resident(name="王阿姨")
    visit = VisitDraft(person_id=aunt.person_id, result="met")
    given.do(record_visit, visit, by=given.worker(name="李明（代理）"))

    assert [one["name"] for one in copy_for(aunt).data["visit_people"]] == ["李明（代理）"]
