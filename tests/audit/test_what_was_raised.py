"""What a resident wrote, where, and with which photos is held with its case: whoever rewrites it is found out."""

import io
import json
from datetime import timedelta
from hashlib import sha256
from types import SimpleNamespace

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import text
from sqlmodel import select

from core_db.audit import KEPT_ENTRIES
from core_db.cases import VERBS, Verb, clean_photo, keep_histories, upload_photo
from core_db.cases.drafts import AcceptanceDraft
from core_db.cases.forgetting import drop_photo_rows, empty_case, forget_in_case, scrubber
from core_db.cases.model import CASES, ENTRIES, PHOTOS
from core_db.cases.said import said_by
from core_db.foundation.ids import new_id
from core_db.mydata import ground_words
from core_db.upkeep import gather_evidence

WORDS = "我是赵阿姨，楼道灯坏了"


@pytest.fixture
def a_photo(given):
    """`a_photo(who)`: the id of a picture he uploaded."""

    def upload(who, colour="red"):
        kept = io.BytesIO()
        Image.new("RGB", (8, 8), colour).save(kept, "PNG")
        photo, photo_id = clean_photo(kept.getvalue(), most_bytes=10_000, most_pixels=10_000), new_id()
        given.do(upload_photo, photo_id, photo, by=who)
        return photo_id

    return upload


@pytest.fixture
def who(given):
    return given.resident(name="赵阿姨", phone="13812345678")


@pytest.fixture
def raised(given, who, a_photo, door, clock):
    """A case with two photos, held by the record, and another beside it."""
    case = given.a_case(by=who, text=WORDS, photos=[a_photo(who), a_photo(who, "blue")]).case
    given.a_case()
    keep_histories(door, clock=clock)
    return case


def evidence(door):
    return door.read_now(lambda session: gather_evidence(session, door.keyring))


def entries(door, case_id):
    statement = select(ENTRIES).where(ENTRIES.c.case_id == case_id).order_by(ENTRIES.c.position)
    return door.read_now(lambda session: session.execute(statement).all())


def test_what_was_not_rewritten_is_as_it_was_raised(raised, door):
    assert evidence(door).is_whole
    (first,) = entries(door, raised.id)
    assert (len(first.said), len(first.shown)) == (80, 48)


REWRITING = {
    "a word": "UPDATE cases SET text = replace(text, '灯', '门') WHERE id = :id",
    "its beginning": "UPDATE cases SET summary = '没有事' WHERE id = :id",
    "its number": "UPDATE cases SET number = 'BS-0' WHERE id = :id",
    "where it is": "UPDATE cases SET place_label = '13号' WHERE id = :id",
    "which door": "UPDATE cases SET place_note = '101室' WHERE id = :id",
    "a photo": "DELETE FROM photos WHERE case_id = :id AND id = (SELECT min(id) FROM photos)",
    "which picture it was": "UPDATE photos SET digest = NULL WHERE case_id = :id",
    "one more photo": (
        "INSERT INTO photos (id, account_id, case_id, entry_position, width, height, size, created_at) "
        "SELECT 'planted', account_id, case_id, entry_position, 8, 8, 8, created_at FROM photos WHERE case_id = :id "
        "LIMIT 1"
    ),
}


@pytest.mark.parametrize("what", REWRITING)
def test_whoever_owns_the_database_and_rewrites_what_was_said_is_seen(what, raised, door, unguarded):
    unguarded(REWRITING[what], id=raised.id)

    found = evidence(door)
    assert found.histories.rewritten == {raised.id}
    assert not found.histories.altered
    assert not found.is_whole


@pytest.mark.parametrize("column", ["said", "shown"])
@pytest.mark.parametrize("to", ["NULL", "'x'"])
def test_nor_can_it_be_taken_out_of_the_history_that_holds_it(column, to, raised, door, unguarded):
    (first,) = entries(door, raised.id)

    value = {"NULL": None, "'x'": b"x"}[to]
    unguarded(f"UPDATE case_entries SET {column} = :value WHERE case_id = :id", value=value, id=raised.id)

    assert evidence(door).histories.altered == {first.position}


def test_a_later_entry_made_up_for_it_does_not_excuse_other_words(raised, door, clock, unguarded):
    """Nobody changes words afterwards but an erasure: so each entry that holds them must hold the same."""
    now = door.read_now(lambda s: s.execute(select(CASES).where(CASES.c.id == raised.id)).one())._asdict()
    now["text"] = "什么事也没有"
    unguarded("UPDATE cases SET text = :text WHERE id = :id", text=now["text"], id=raised.id)
    unguarded(
        "INSERT INTO case_entries (case_id, type, at, by_role, by_id, by_name, audience, said) SELECT case_id, "
        "'accepted', at, by_role, by_id, by_name, audience, :said FROM case_entries WHERE case_id = :id",
        said=said_by(SimpleNamespace(**now)), id=raised.id,
    )  # fmt: skip
    keep_histories(door, clock=clock)

    assert evidence(door).histories.rewritten == {raised.id}


def test_a_place_that_a_worker_puts_right_is_held_from_then_on(raised, given, door, clock, unguarded):
    draft = AcceptanceDraft(place_id=given.other_building.id)
    given.do(VERBS[Verb.ACCEPTANCE].use_case, raised.id, draft, by=given.worker())
    keep_histories(door, clock=clock)
    assert evidence(door).is_whole
    assert [one.said is not None for one in entries(door, raised.id)] == [True, True]

    unguarded("UPDATE cases SET place_label = :old WHERE id = :id", old=raised.place_label, id=raised.id)

    assert evidence(door).histories.rewritten == {raised.id}


# -- what the law takes out ---------------------------------------------------------------------------


def test_whoever_leaves_leaves_nothing_to_be_tried_out(raised, who, door, clock):
    (before,) = entries(door, raised.id)
    clock.advance(timedelta(days=8))

    scrub = scrubber(["赵阿姨"], [])
    door.write_now(lambda session: forget_in_case(session, raised.id, who.id, (), scrub, at=clock.now()))

    (after,) = entries(door, raised.id)
    kept = door.read_now(lambda s: s.execute(select(KEPT_ENTRIES).order_by(KEPT_ENTRIES.c.version)).all())
    old = next(one for one in kept if one.position == before.position and one.version == 1)
    assert after.said != before.said
    assert after.said[:16] != before.said[:16]
    assert (old.salt, after.shown) == (b"", before.shown)
    assert evidence(door).is_whole


def test_a_time_that_is_over_takes_the_digests_with_the_words(raised, door, clock):
    (before,) = entries(door, raised.id)

    door.write_now(lambda session: empty_case(session, raised.id, "case-content", at=clock.now()))

    (after,) = entries(door, raised.id)
    assert after.said[:16] != before.said[:16]
    assert evidence(door).is_whole


def test_photos_whose_time_is_over_go_with_an_event_that_says_so(raised, door, clock):
    ids = door.read_now(
        lambda s: s.execute(select(PHOTOS.c.id).where(PHOTOS.c.case_id == raised.id)).scalars().all()
    )

    door.write_now(lambda session: drop_photo_rows(session, ids, "case-photos", at=clock.now()))

    found = evidence(door)
    assert [(one.case_id, one.ground) for one in found.histories.erased] == [(raised.id, "case-photos")]
    assert found.is_whole
    assert ground_words("case-photos") != ("case-photos", "case-photos")
    assert door.read_now(lambda s: s.execute(text("SELECT count(*) FROM photos")).scalar()) == 0


def test_other_cases_are_not_opened_by_an_erasure(raised, given, door, clock):
    before = given.a_case(text="13号门口有积水").case

    door.write_now(lambda session: empty_case(session, raised.id, "case-content", at=clock.now()))

    said = door.read_now(lambda s: s.execute(select(CASES.c.text).where(CASES.c.id == before.id)).scalar())
    assert said == "13号门口有积水"
    assert evidence(door).is_whole


# -- cases from before --------------------------------------------------------------------------------


def test_a_case_from_before_is_whole_and_held_from_its_next_move_on(given, door, clock, unguarded):
    case = given.a_case().case
    unguarded("UPDATE case_entries SET said = NULL WHERE case_id = :id", id=case.id)
    keep_histories(door, clock=clock)

    unguarded("UPDATE cases SET text = 'x' WHERE id = :id", id=case.id)

    assert evidence(door).is_whole


@for_all(number=st.text(max_size=20), words=st.text(max_size=200), note=st.none() | st.text(max_size=20))
def test_anybody_can_work_the_digests_out_with_json_and_sha_256_alone(number, words, note):
    case = SimpleNamespace(
        number=number, text=words, summary=words, place_id="p", place_label=number, place_note=note
    )

    held = said_by(case)

    salt = held[:16]
    listed = ([number, words, words], ["p", number, note])
    spelled = [json.dumps(one, ensure_ascii=False, separators=(",", ":")).encode() for one in listed]
    assert held == salt + b"".join(sha256(salt + one).digest() for one in spelled)
