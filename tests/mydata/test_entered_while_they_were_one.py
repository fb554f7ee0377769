"""What the committee entered while two people were one is listed as they are parted, and goes where it belongs."""

from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import select

from core_db.audit.model import EVENTS
from core_db.audit.pseudonyms import pseudonym
from core_db.cases import CaseFilter, OnBehalfDraft, own_cases, submit_on_behalf
from core_db.doubles import MergeDraft
from core_db.foundation.errors import NotFound
from core_db.inquiries import InquiryDraft, take_inquiry
from core_db.inquiries.model import INQUIRIES
from core_db.mydata import PartingDraft, merge_people, merges_to_part, part_people
from core_db.tags import (
    ASSIGNMENTS,
    AssignmentDraft,
    DefinitionDraft,
    RemovalDraft,
    TagTakenOff,
    assign_tag,
    define_tag,
    take_off_tag,
)
from core_db.tags.words import TagClass
from core_db.visits import NeedDraft, VisitDraft, need_from_visit, record_visit
from core_db.visits.model import NEEDS, VISITS
from tests.cases import for_another

known, parties = for_another.known, for_another.parties


@pytest.fixture
def worker(given):
    return given.worker(name="小张")


@pytest.fixture
def aunt(given):
    """Hers is the entry that is kept."""
    return given.resident(given.home, name="赵阿姨")


@pytest.fixture
def uncle(given):
    """His stands behind hers until they are parted."""
    return given.neighbour("李叔")


@pytest.fixture
def merge(given, aunt, uncle, worker, clock):
    given.do(record_visit, VisitDraft(person_id=aunt.person_id, result="met"), by=worker)
    clock.advance(timedelta(hours=1))
    done = given.do(
        merge_people, MergeDraft(kept_id=aunt.person_id, behind_id=uncle.person_id), by=given.secretary()
    )
    clock.advance(timedelta(hours=1))
    return done


@pytest.fixture
def tag(given):
    """`tag(person id, **more)`: somebody gets a tag of the dictionary."""

    def assigned(person_id, by, code="alone", **more):
        word = DefinitionDraft(
            place_id=given.community.id, code=code, name="独居", kind=TagClass.SERVICE, **more
        )
        defined = given.do(define_tag, word, by=given.secretary())
        return given.do(assign_tag, person_id, AssignmentDraft(definition_id=defined.id), by=by)

    return assigned


@pytest.fixture
def entered(given, aunt, uncle, worker, merge, tag):
    """One of each, entered for him under her entry; by its kind."""
    visit = given.do(record_visit, VisitDraft(person_id=aunt.person_id, result="met"), by=worker)
    given.do(need_from_visit, visit.id, NeedDraft(kind="repair", what="门锁坏了"), by=worker)
    asked = given.do(take_inquiry, InquiryDraft(about="低保怎么办", person_id=aunt.person_id), by=worker)
    called = OnBehalfDraft(text="楼上天天吵", channel="phone", on_behalf_of=aunt.person_id)
    return {
        "visit": visit.id, "tag": tag(aunt.person_id, worker).id, "inquiry": asked.id,
        "case": given.do(submit_on_behalf, called, by=worker).case.id,
    }  # fmt: skip


def offered(given, by):
    (one,) = given.see(merges_to_part, by=by)
    return one


def whose(given, table, own_id):
    wanted = select(table.c.person_id).where(table.c.id == own_id)
    return given.door.read_now(lambda session: session.execute(wanted).scalar_one())


def test_what_was_entered_since_is_listed_and_what_was_there_before_is_not(given, worker, entered):
    one = offered(given, worker)

    assert one.other_name == "李叔"
    assert {each.key for each in one.entered} == {f"{kind}/{own_id}" for kind, own_id in entered.items()}
    assert {each.by_name for each in one.entered} == {"小张"}
    assert {each.called for each in one.entered if each.kind == "tag"} == {"独居"}


def test_what_is_ticked_goes_to_him_and_is_recorded(
    given, aunt, uncle, worker, merge, entered, known, parties
):
    keys = tuple(f"{kind}/{own_id}" for kind, own_id in entered.items())

    given.do(part_people, merge.id, PartingDraft(move=keys), by=worker)

    for table, kind in ((VISITS, "visit"), (ASSIGNMENTS, "tag"), (INQUIRIES, "inquiry")):
        assert whose(given, table, entered[kind]) == uncle.person_id
    needs = given.door.read_now(lambda session: session.execute(select(NEEDS.c.person_id)).scalars().all())
    assert needs == [uncle.person_id]
    # His complaint is read by him, and no more by her.
    assert parties(entered["case"]) == [("requester", uncle.id, uncle.person_id, "赵阿姨")]
    cases = [
        [one["id"] for one in given.see(own_cases, CaseFilter(), by=known(who)).items]
        for who in (aunt, uncle)
    ]
    assert cases == [[], [entered["case"]]]
    his = given.door.write_now(lambda session: pseudonym(session, uncle.person_id))
    deeds = select(EVENTS.c.object).where(EVENTS.c.action == "register.moved-apart", EVENTS.c.subject == his)
    assert set(given.door.read_now(lambda session: session.execute(deeds).scalars().all())) == set(entered)


def test_what_is_not_ticked_stays_with_her(given, aunt, worker, merge, entered):
    given.do(part_people, merge.id, by=worker)

    for table, kind in ((VISITS, "visit"), (ASSIGNMENTS, "tag"), (INQUIRIES, "inquiry")):
        assert whose(given, table, entered[kind]) == aunt.person_id


def test_nothing_is_moved_that_is_not_offered(given, aunt, uncle, worker, merge, entered):
    """A visit of before they were merged, and one of somebody else."""
    other = given.do(record_visit, VisitDraft(person_id=given.resident().person_id, result="met"), by=worker)
    before = select(VISITS.c.id).where(VISITS.c.recorded_at < merge.merged_at)
    (hers,) = given.door.read_now(lambda session: session.execute(before).scalars().all())

    for own_id in (other.id, hers):
        with pytest.raises(NotFound):
            given.do(part_people, merge.id, PartingDraft(move=(f"visit/{own_id}",)), by=worker)
    assert offered(given, worker).merge.id == merge.id


def test_a_sensitive_tag_is_offered_to_whoever_may_know_of_it_without_its_name(given, aunt, merge, tag):
    secretary = given.secretary(name="吴书记")
    given_tag = tag(aunt.person_id, secretary, code="ill", sensitive=True, legal_basis="精神卫生法")

    assert [(one.id, one.called) for one in offered(given, secretary).entered] == [(given_tag.id, "")]
    assert offered(given, given.worker()).entered == []


def test_a_tag_that_he_bears_by_now_is_not_borne_twice(given, aunt, uncle, worker, clock, tag):
    """Of the two that were one while merged his own comes back; the one entered meanwhile ends as it goes to him."""
    his = tag(uncle.person_id, worker)
    word = AssignmentDraft(definition_id=his.definition_id)
    hers = given.do(assign_tag, aunt.person_id, word, by=worker)
    merge = given.do(merge_people, MergeDraft(kept_id=aunt.person_id, behind_id=uncle.person_id), by=worker)
    clock.advance(timedelta(hours=1))
    for one in (his, hers):
        with suppress(TagTakenOff):
            given.do(take_off_tag, one.id, RemovalDraft(why="mistake"), by=worker)
    again = given.do(assign_tag, aunt.person_id, word, by=worker)

    given.do(part_people, merge.id, PartingDraft(move=(f"tag/{again.id}",)), by=worker)

    in_force = ASSIGNMENTS.c.removed_at.is_(None) & (ASSIGNMENTS.c.person_id == uncle.person_id)
    found = given.door.read_now(
        lambda session: session.execute(select(ASSIGNMENTS.c.id).where(in_force)).scalars().all()
    )
    assert len(found) == 1


def test_the_page_lists_it_with_boxes_to_tick(given, aunt, uncle, worker, merge, entered, actor_client):
    page = actor_client(worker, page=True)

    said = page.get("/register/doubles").text
    assert "哪些是另一位（李叔）的" in said
    assert said.count('name="move"') == len(entered)

    page.post(f"/register/mergers/{merge.id}/undoing", data={"move": [f"tag/{entered['tag']}"]})

    assert whose(given, ASSIGNMENTS, entered["tag"]) == uncle.person_id
    assert whose(given, VISITS, entered["visit"]) == aunt.person_id


def test_the_api_lists_it_and_takes_what_is_the_others(given, uncle, worker, merge, entered, actor_client):
    api = actor_client(worker)
    (said,) = api.get("/api/v1/register/mergers").json()["items"]
    (asked,) = (one for one in said["entered"] if one["kind"]["code"] == "inquiry")
    assert (said["behind_name"], asked["by"]) == ("李叔", "小张")

    parted = api.post(f"/api/v1/register/mergers/{merge.id}/undoing", json={"move": [asked["key"]]})

    assert parted.status_code == 200
    assert whose(given, INQUIRIES, entered["inquiry"]) == uncle.person_id
