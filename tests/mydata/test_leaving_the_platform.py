"""Who leaves is asked twice, may come back for seven days, and is then nowhere: no file, no search, no next copy."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core_db.accounts import Account
from core_db.accounts.errors import CodeWrong
from core_db.cases import (
    CaseDraft,
    CaseFilter,
    MessageDraft,
    accept_case,
    case_timeline,
    cases,
    close_case,
    hand_in_case,
    own_cases,
    self_handle_case,
    submit_case,
    verify_case,
    write_message,
)
from core_db.cases.drafts import AcceptanceDraft, ClosureDraft, HandlingDraft, TextDraft, VerificationDraft
from core_db.cases.model import CASES
from core_db.emergency import EmergencyDraft, open_emergency, review_emergency
from core_db.emergency import ReviewDraft as EmergencyReviewDraft
from core_db.feedback import FeedbackDraft, FeedbackGate, leave_feedback
from core_db.foundation.drafts import read_draft
from core_db.foundation.errors import CannotBeRead
from core_db.mydata import (
    ErasureDraft,
    ErasureUnderWay,
    NoErasure,
    apply_retention,
    ask_for_erasure,
    ask_for_export,
    carry_out_erasures,
    make_exports,
    what_leaving_means,
    withdraw_erasure,
)
from core_db.mydata.ledger import erased_ids, note_erased
from core_db.mydata.model import ERASURES
from core_db.people import Person
from core_db.places import PlaceNaming, rename_place
from core_db.reveals import RevealDraft, ReviewDraft, looks_to_review, reveal_person, review_look
from core_db.upkeep import back_up, restore, verify
from tests.command.conftest import at_home, typed
from tests.databases import open_door, settings_for
from tests.mydata.conftest import _photo
from tests.mydata.leaving import (
    NAME,
    PARTS,
    PHONE,
    ROOM,
    files_in,
    found,
    move_in,
    rows_of,
    say_that_he_leaves,
)

__all__ = ["at_home", "typed"]
WORDS = (NAME, PHONE, ROOM)
SAID = f"我是{NAME}，住12号 {ROOM}，电话{PHONE}，楼道灯坏了 canary-private"


@pytest.fixture
def resident(given, tmp_path):
    """He raised a private case with a photo and a public one, wrote to the platform and took a copy."""
    who = move_in(given)
    photo = given.do(_photo, tmp_path, by=who)
    given.do(_photo, tmp_path, by=who)
    mine = given.do(
        submit_case, CaseDraft(text=SAID, place_id=given.homes[2].id, photos=[photo]), by=who
    ).case
    public = CaseDraft(
        text=f"电梯坏了，{NAME}说的 canary-public", visibility="public", place_id=given.homes[2].id
    )
    given.do(submit_case, public, by=who)
    given.do(write_message, mine.id, MessageDraft(text=f"请打{PHONE}"), by=who)
    gate = FeedbackGate(app="resident", version="1", address="192.0.2.9")
    given.do(leave_feedback, FeedbackDraft(text=f"{NAME}觉得字太小", contact=PHONE), gate, by=who)
    given.do(ask_for_export, lang="zh", by=who)
    make_exports(given.door, tmp_path, clock=given.clock)
    return who, mine.id


@pytest.fixture
def finished(given, resident):
    """The committee did what the private case asked for, in words that name him."""
    who, case_id = resident
    worker = given.worker(name="张晓梅")
    given.do(accept_case, case_id, AcceptanceDraft(), by=worker)
    given.do(self_handle_case, case_id, TextDraft(text=f"{NAME}在家，上门看过"), by=worker)
    given.do(hand_in_case, case_id, HandlingDraft(outcome="done", text="换了灯泡"), by=worker)
    given.do(verify_case, case_id, VerificationDraft(passed=True, text="亮了"), by=worker)
    given.do(close_case, case_id, ClosureDraft(outcome="resolved", text="办好了"), by=worker)
    _look_at(given, who, worker)
    return who, case_id


def _look_at(given, who, worker):
    """The committee looked at him twice, and wrote down why and how it was, in words that name him."""
    secretary = given.secretary()
    correcting = RevealDraft(
        fields=("phone",), purpose="registry-correction", reason=f"核对{NAME}的电话{PHONE}"
    )
    given.do(reveal_person, who.person_id, correcting, by=worker)
    (look, *_others) = given.see(looks_to_review, by=secretary)
    given.do(review_look, look.seq, ReviewDraft(outcome="asked", note=f"{NAME}自己要求的吗？"), by=secretary)
    why = EmergencyDraft(
        person_id=who.person_id, reason_code="missing", reason=f"{NAME}三天没有出门，敲门没人应"
    )
    opened = given.do(open_emergency, why, by=worker)
    said = EmergencyReviewDraft(verdict="justified", text=f"{NAME}在医院")
    given.do(review_emergency, opened.id, said, by=secretary)


@pytest.fixture
def gone(given, finished, clock, tmp_path):
    """He said that he leaves, and the seven days are over."""
    say_that_he_leaves(given, finished[0])
    clock.advance(timedelta(days=7))
    assert carry_out_erasures(given.door, tmp_path, clock=clock) == 1
    return finished


def test_before_he_leaves_his_words_are_there_to_be_found(given, finished, tmp_path):
    assert set(found(WORDS, rows_of(given))) == {NAME, PHONE, ROOM}


def test_afterwards_nothing_in_the_database_says_who_he_was(given, gone):
    assert found(WORDS, rows_of(given)) == []


def test_his_door_goes_under_the_name_it_had_when_he_wrote_it(given, finished, clock, tmp_path):
    given.do(rename_place, given.homes[2].id, PlaceNaming(name="209"), by=given.worker())
    say_that_he_leaves(given, finished[0])
    clock.advance(timedelta(days=7))
    carry_out_erasures(given.door, tmp_path, clock=clock)

    assert found(WORDS, rows_of(given, but_for=("places", "place_changes"))) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_file_and_no_new_copy_holds_a_byte_of_him(given, gone, settings, tmp_path, clock):
    back_up(settings, tmp_path / "copy.tar", clock=clock)
    wrong = {name: found(PARTS, content) for name, content in files_in(tmp_path)}

    assert {"shequyun.db", "copy.tar"} <= set(wrong)
    assert {name: words for name, words in wrong.items() if words} == {}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_without_overwriting_and_cutting_the_log_he_would_be_found(given, finished, tmp_path):
    """The test above can fail: while he is here, file or log holds his name."""
    assert any(
        found((NAME,), content) for name, content in files_in(tmp_path) if name.startswith("shequyun.db")
    )


def test_search_no_longer_finds_him_and_still_finds_the_case_by_what_it_is_about(given, gone):
    worker = given.worker()

    def hits(words):
        return [row["number"] for row in given.see(cases, CaseFilter(q=words), by=worker).items]

    assert hits("月娥") == hits(PHONE) == []
    assert len(hits("楼道灯")) == 1
    assert len(hits("电梯坏了")) == 1


def test_the_history_stays_without_him(given, gone):
    _, case_id = gone
    told = given.see(case_timeline, case_id, by=given.worker(), lang="zh")

    assert len(told) > 6
    assert "一位居民" in str(told)
    assert not any(word in str(told) for word in WORDS)


def test_the_account_is_closed_and_the_number_begins_anew(given, gone, door):
    who, _ = gone
    account = door.read_now(lambda session: session.get(Account, who.id))
    person = door.read_now(lambda session: session.get(Person, who.person_id))

    assert (account.name, account.phone_sealed, account.phone_blind, account.person_id) == (
        "",
        None,
        None,
        None,
    )
    assert account.closed_at is not None
    assert (person.name, person.phone_sealed, person.phone_blind) == ("", None, None)
    assert given.resident(of=None, name="新人", phone=PHONE).id != who.id


def test_a_neighbour_with_the_same_building_keeps_everything(given, resident, clock, tmp_path):
    uncle = given.neighbour(name="李国栋")
    given.a_case(by=uncle, text="canary-uncle 楼上漏水")
    say_that_he_leaves(given, resident[0])
    clock.advance(timedelta(days=7))
    carry_out_erasures(given.door, tmp_path, clock=clock)

    assert given.see(own_cases, CaseFilter(), by=uncle).items[0]["text"] == "canary-uncle 楼上漏水"
    assert b"\xe6\x9d\x8e\xe5\x9b\xbd\xe6\xa0\x8b" in rows_of(given)


def test_what_the_committee_registered_by_itself_stays_with_it_and_that_is_said(given, clock, tmp_path, door):
    aunt = given.resident(name="王桂芳")
    assert given.see(what_leaving_means, by=aunt).kept_entries == 1
    say_that_he_leaves(given, aunt)
    clock.advance(timedelta(days=7))
    carry_out_erasures(given.door, tmp_path, clock=clock)

    assert door.read_now(lambda session: session.get(Person, aunt.person_id)).name == "王桂芳"


def test_three_years_after_its_end_what_he_said_in_private_goes_too(given, gone, clock, tmp_path, door):
    apply_retention(door, tmp_path, clock=clock)
    assert b"canary-private" in rows_of(given)

    clock.advance(timedelta(days=1097))
    apply_retention(door, tmp_path, clock=clock)
    assert b"canary-private" not in rows_of(given)
    assert b"canary-public" in rows_of(given)
    assert list((tmp_path / "photos").rglob("*.jpg")) == []
    assert given.see(cases, CaseFilter(q="楼道灯"), by=given.worker()).items == []


def test_the_books_still_agree_after_an_erasure(given, gone, settings, door):
    checks = list(verify(settings, door.engines, door.keyring))

    assert len(checks) > 5
    assert [check.en for check in checks if not check.holds] == []


# -- saying so --------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["", "好的", "zhuxiao"])
def test_the_word_has_to_be_typed(word):
    with pytest.raises(CannotBeRead):
        read_draft(ErasureDraft, {"confirm": word, "code": "123456"})


def test_a_wrong_code_changes_nothing(given, door):
    aunt = given.resident()
    draft = ErasureDraft(confirm="leave", code="000000")
    outcome = given.do(ask_for_erasure, draft, address="192.0.2.7", demo=False, by=aunt)

    assert isinstance(outcome, CodeWrong)
    assert door.read_now(lambda session: session.execute(select(ERASURES)).all()) == []


def test_for_seven_days_one_may_stay_after_all_and_then_no_longer(given, clock, tmp_path):
    aunt = given.resident()
    say_that_he_leaves(given, aunt)
    clock.advance(timedelta(minutes=1))
    with pytest.raises(ErasureUnderWay):
        say_that_he_leaves(given, aunt)
    clock.advance(timedelta(days=7) - timedelta(minutes=1, seconds=1))
    assert carry_out_erasures(given.door, tmp_path, clock=clock) == 0
    given.do(withdraw_erasure, by=aunt)
    clock.advance(timedelta(days=30))
    assert carry_out_erasures(given.door, tmp_path, clock=clock) == 0

    say_that_he_leaves(given, aunt)
    clock.advance(timedelta(days=7))
    with pytest.raises(NoErasure):
        given.do(withdraw_erasure, by=aunt)


def test_his_sessions_end_when_he_is_erased(given, clock, tmp_path, actor_client):
    aunt = given.resident()
    client = actor_client(aunt)
    say_that_he_leaves(given, aunt)
    clock.advance(timedelta(days=7))
    assert client.get("/me/data").status_code == 200
    carry_out_erasures(given.door, tmp_path, clock=clock)

    assert client.get("/api/v1/me").status_code == 401


# -- killed, and brought back -----------------------------------------------------------------------

PIECES = (
    "shut_account", "forget_in_case", "drop_exports", "forget_writer", "forget_account", "sweep", "forget_subject",
)  # fmt: skip


@pytest.mark.parametrize("piece", PIECES)
def test_wherever_it_is_killed_the_next_run_comes_to_the_end(
    given, finished, clock, tmp_path, monkeypatch, piece
):
    say_that_he_leaves(given, finished[0])
    clock.advance(timedelta(days=7))

    def killed(*_args, **_kwargs):
        raise OSError("killed")

    with monkeypatch.context() as broken:
        broken.setattr(f"core_db.mydata.erasing.{piece}", killed)
        with pytest.raises(OSError, match="killed"):
            carry_out_erasures(given.door, tmp_path, clock=clock)
    assert erased_ids(tmp_path) == [finished[0].id]
    carry_out_erasures(given.door, tmp_path, clock=clock)

    assert found((NAME, PHONE), rows_of(given)) == []
    assert erased_ids(tmp_path) == [finished[0].id]
    assert carry_out_erasures(given.door, tmp_path, clock=clock) == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_copy_from_before_is_put_back_and_he_is_erased_again(
    given, finished, settings, clock, tmp_path, door
):
    back_up(settings, tmp_path / "before.tar", clock=clock)
    say_that_he_leaves(given, finished[0])
    clock.advance(timedelta(days=7))
    carry_out_erasures(door, tmp_path, clock=clock)

    anew = tmp_path / "anew"
    anew.mkdir()
    (anew / "erased.ids").write_bytes((tmp_path / "erased.ids").read_bytes())
    there = settings_for(f"sqlite:///{anew}/shequyun.db", anew)
    restore(there, tmp_path / "before.tar")
    assert any(found((NAME,), content) for _, content in files_in(anew))

    with_ledger = open_door(there)
    assert carry_out_erasures(with_ledger, anew, clock=clock) == 1
    with_ledger.close()
    assert {
        name: found((NAME, PHONE), content)
        for name, content in files_in(anew)
        if found((NAME, PHONE), content)
    } == {}


def test_a_case_that_is_open_goes_on_without_him(given, resident, clock, tmp_path):
    who, case_id = resident
    assert given.see(what_leaving_means, by=who).open_cases == 2
    say_that_he_leaves(given, who)
    clock.advance(timedelta(days=7))
    carry_out_erasures(given.door, tmp_path, clock=clock)

    given.do(accept_case, case_id, AcceptanceDraft(), by=given.worker())
    row = given.door.read_now(
        lambda session: session.execute(select(CASES).where(CASES.c.id == case_id)).one()
    )
    assert row.status == "accepted"
    assert row.place_id == given.building.id


def test_on_the_page_he_reads_what_goes_then_confirms_with_a_code_and_takes_it_back(
    given, actor_client, send_form, door
):
    client = actor_client(given.resident(), page=True)
    first = client.get("/me/data/erasure").text
    assert "会删去的" in first
    assert "居委会自己登记的名册不是从这里来的" in first
    assert 'name="code"' not in first

    sent = send_form(client, "/me/data/erasure", "/me/data/erasure/code", {})
    assert sent.status_code == 200
    assert 'name="code"' in sent.text
    wrong = send_form(client, sent.text, "/me/data/erasure", {"code": "000000", "confirm": "算了"})
    assert wrong.status_code == 422
    assert "请照着填写" in wrong.text
    wrong = send_form(client, sent.text, "/me/data/erasure", {"code": "000000", "confirm": "注销"})
    assert wrong.status_code == 422
    assert "验证码不对" in wrong.text
    shell = client.app.state.shell
    shell.settings = shell.settings.model_copy(update={"demo": True})
    done = send_form(client, sent.text, "/me/data/erasure", {"code": "246810", "confirm": "注销"})
    assert done.headers["location"] == "/me/data/erasure"
    assert "您已申请注销" in client.get("/me/data/erasure").text
    send_form(client, "/me/data/erasure", "/me/data/erasure/withdrawal", {})
    assert "您已申请注销" not in client.get("/me/data/erasure").text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_command_that_puts_a_copy_back_erases_again_and_says_how_many(at_home, given, settings):
    gone = given.resident(of=None, name=NAME, phone=PHONE)
    at_home("backup", "copy.tar")
    note_erased(settings.data_dir, gone.id)
    for file in settings.data_dir.glob("shequyun.db*"):
        file.unlink()

    assert at_home("restore", "copy.tar", "--json").json["erased"] == 1
    assert found((NAME,), settings.sqlite_path.read_bytes()) == []
