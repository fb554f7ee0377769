"""A sensitive tag is opened by the secretary alone, for a purpose it is there for, and whoever bears it reads of it."""

import pytest
from sqlmodel import select

from core_db.access import AccessEvent
from core_db.people import person_file
from core_db.reveals import RevealDraft, person_shown, reveal_person
from core_db.reveals.errors import NotRegistered
from tests.tags.conftest import POOR

REASON = "与民政局名单核对，更正登记"


def asked(**more):
    words = {"fields": ("tags",), "purpose": "registry-correction", "reason": REASON}
    return RevealDraft.model_validate(words | more)


@pytest.fixture
def bearer(define, assign, aunt, secretary):
    assign(aunt, define(POOR), by=secretary)
    return aunt


def test_it_is_opened_for_a_purpose_and_leaves_an_access_event(given, bearer, secretary, door):
    found = given.do(reveal_person, bearer, asked(), by=secretary)

    assert list(found.values.values()) == ["低保"]
    events = door.read_now(lambda session: session.exec(select(AccessEvent)).all())
    assert [(one.subject_id, one.field, one.field_class, one.purpose) for one in events] == [
        (bearer, "tag_assignments.tag_sealed", "F3", "registry-correction")
    ]


def test_for_a_worker_there_is_none_to_open(given, bearer, worker):
    assert "tags" not in given.see(person_shown, bearer, by=worker).hidden

    with pytest.raises(NotRegistered):
        given.do(reveal_person, bearer, asked(), by=worker)


def test_the_secretary_is_told_that_there_is_something_to_open(given, bearer, secretary):
    assert "tags" in given.see(person_shown, bearer, by=secretary).hidden
    assert given.see(person_file, bearer, by=secretary).masked("tags") == ""


def test_no_ordinary_case_needs_it():
    with pytest.raises(ValueError, match="No ordinary case"):
        asked(purpose="case", reference="case/1")
