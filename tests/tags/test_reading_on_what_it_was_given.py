"""On what a tag was given: read by those alone who may give it, recorded, counted, and told to who bears it."""

import pytest
from sqlalchemy import select

from core_db.access import AccessEvent
from core_db.foundation.errors import CannotBeRead, NotFound, NotPermitted
from core_db.foundation.outbox import OUTBOX
from core_db.reveals import EvidenceDraft, own_looks, read_evidence, who_looked
from core_db.reveals.budget import A_DAY
from core_db.reveals.errors import LookedTooOften, NoLiveReference, NotRegistered
from core_db.tags import RemovalDraft, tag_history, tags_of, take_off_tag
from tests.tags.conftest import ALONE, POOR

ON_WHAT = "老伴去世以后一个人住，女儿在国外"
WHY = "年审：与民政局的名单核对"
EVENTS = AccessEvent.__table__


@pytest.fixture
def resident(given):
    """王阿姨, with an account of her own."""
    return given.resident()


@pytest.fixture
def tag(define, assign, resident):
    return assign(resident.person_id, define(ALONE), evidence=ON_WHAT)


@pytest.fixture
def sealed_tag(define, assign, resident, secretary):
    return assign(resident.person_id, define(POOR), by=secretary, evidence="民政审批表 2026-11")


@pytest.fixture
def read(given):
    """`read(tag, by=worker)`: on what it was given."""

    def reads(tag, *, by, **said):
        return given.do(read_evidence, tag.id, EvidenceDraft(**said), by=by)

    return reads


@pytest.fixture
def looks(door):
    return lambda: door.read_now(lambda session: session.execute(select(EVENTS).order_by(EVENTS.c.seq)).all())


def test_it_is_read_by_a_colleague_and_told_to_who_bears_the_tag(
    given, door, tag, resident, read, worker, looks
):
    found = read(tag, by=worker)

    assert (found.text, found.person_id) == (ON_WHAT, resident.person_id)
    (event,) = looks()
    assert (event.field, event.field_class, event.purpose, event.reference) == (
        "tag_assignments.evidence_sealed", "F3", "tag-review", f"tag/{tag.id}",
    )  # fmt: skip
    (look,) = given.see(who_looked, by=resident)
    assert (look.purpose, look.fields, look.office) == (
        "tag-review", ("evidence_sealed",), given.community.name,
    )  # fmt: skip
    told = door.read_now(
        lambda session: session.execute(
            select(OUTBOX.c.type, OUTBOX.c.audience).order_by(OUTBOX.c.position)
        ).all()
    )
    assert ("cn.shequyun.access.data_read.v1", [f"person:{resident.person_id}"]) in [
        tuple(one) for one in told
    ]


def test_his_own_words_stand_beside_the_look(given, tag, resident, read, worker):
    read(tag, by=worker, reason="复核独居老人名单")

    assert [one.reason for one in given.see(who_looked, by=resident)] == ["复核独居老人名单"]
    assert [one.reason for one in given.see(own_looks, by=worker)] == ["复核独居老人名单"]


def test_of_a_sensitive_tag_the_secretary_alone_reads_and_says_why(
    sealed_tag, resident, read, given, secretary, worker, looks
):
    with pytest.raises(NotFound):
        read(sealed_tag, by=worker, reason=WHY)
    for said in ({}, {"reason": "核对一下"}):
        with pytest.raises(CannotBeRead) as refused:
            read(sealed_tag, by=secretary, **said)
        assert "reason" in refused.value.faults
    assert looks() == []

    assert read(sealed_tag, by=secretary, reason=WHY).text == "民政审批表 2026-11"
    assert [one.reason for one in given.see(who_looked, by=resident)] == [WHY]


def test_whoever_keeps_no_tags_here_reads_nothing(given, tag, read, looks):
    for stranger in (given.worker_next_door(), given.secretary(at=given.neighbouring_community)):
        with pytest.raises(NotFound):
            read(tag, by=stranger)
    with pytest.raises((NotFound, NotPermitted)):
        read(tag, by=given.town_dispatcher())
    assert looks() == []


def test_what_was_given_on_no_words_and_what_is_over_is_not_opened(
    given, define, assign, resident, tag, read, worker, looks
):
    bare = assign(resident.person_id, define(ALONE | {"code": "keys", "name": "备用钥匙"}))
    with pytest.raises(NotRegistered):
        read(bare, by=worker)
    given.do(take_off_tag, tag.id, RemovalDraft(), by=worker)
    with pytest.raises(NoLiveReference):
        read(tag, by=worker)
    assert looks() == []


@pytest.mark.either
def test_a_look_at_it_counts_as_any_look(tag, read, worker):
    for _ in range(A_DAY):
        read(tag, by=worker)

    with pytest.raises(LookedTooOften):
        read(tag, by=worker)


def test_lists_say_that_there_is_something_to_read_and_not_what(given, define, assign, resident, tag, worker):
    assign(resident.person_id, define(ALONE | {"code": "keys", "name": "备用钥匙"}))

    borne = {
        one.word.name: one.has_evidence for one in given.see(tags_of, resident.person_id, by=worker).borne
    }
    past = {one.word.name: one.has_evidence for one in given.see(tag_history, resident.person_id, by=worker)}

    assert borne == past == {"独居": True, "备用钥匙": False}
    assert ON_WHAT not in str(given.see(tags_of, resident.person_id, by=worker))
