"""`verify --audit`, `audit checkpoint`, `key` and `copy`: whole is 0, altered 1 with the first event, cannot tell 2."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from app_shell.commands import auditing
from core_db.audit import WitnessAway, audit_key, make_checkpoint, record, witness_key
from core_db.audit.notes import cosigned
from core_db.cases import keep_histories
from core_db.cases.forgetting import empty_case
from core_db.foundation.actor import system_actor
from core_db.foundation.clock import SystemClock
from core_db.reveals import uncover_contact
from tests.audit.conftest import SCRIPT


@pytest.fixture
def kept(at_home, door, tmp_path):
    """A record of five events, and a checkpoint of it on paper."""
    for _ in range(5):
        door.write_now(
            lambda s: record(
                s, action="test.deed", actor=system_actor("tests"), clock=SystemClock(), right=None
            )
        )
    paper = tmp_path / "paper.txt"
    paper.write_text(at_home("audit", "checkpoint").out, encoding="utf-8")
    return str(paper)


def alter(door, table: str, change: str) -> None:
    """What somebody does who owns the database: past the trigger that stands on the table."""
    with door.operator.write.begin() as connection:
        if door.engines.is_sqlite:
            connection.execute(text(f"DROP TRIGGER {table}_no_update"))
        else:
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        connection.execute(text(f"UPDATE {table} SET {change}"))


def test_with_the_paper_of_the_notice_board_it_is_whole(kept, at_home):
    said, as_json = (
        at_home("verify", "--audit", "--witness", kept),
        at_home("verify", "--witness", kept, "--json"),
    )

    assert said.status == 0
    assert "共 5 条" in said.out
    assert "相符" in said.out
    assert as_json.json["verdict"] == "whole"
    assert as_json.json["size"] == as_json.json["witnessed_size"] == 5
    assert at_home("verify", "--json").json["ok"]


def test_a_paper_may_have_empty_lines_at_its_end(kept, at_home, tmp_path):
    typed_off = tmp_path / "typed.txt"
    typed_off.write_text(Path(kept).read_text(encoding="utf-8") + "\n\n", encoding="utf-8")

    assert at_home("verify", "--audit", "--witness", str(typed_off)).status == 0


def test_what_was_erased_is_told_with_its_day_and_ground(kept, at_home, given, door):
    case = given.a_case(text="灯坏了").case
    keep_histories(door, clock=SystemClock())
    at = SystemClock().now()
    door.write_now(lambda s: empty_case(s, case.id, "case-content", at=at))

    said, as_json = at_home("verify", "--audit"), at_home("verify", "--audit", "--json")

    assert f"依规删去：{at:%Y-%m-%d}，案件 {case.id}，依据：民法典第188条" in said.out
    assert "已被改动" not in said.out
    assert as_json.json["erased"][0]["ground"] == "case-content"
    assert as_json.json["verdict"] == "cannot_tell"


def test_an_altered_history_is_said_and_ends_with_1(kept, at_home, given, door):
    given.a_case()
    keep_histories(door, clock=SystemClock())
    alter(door, "case_entries", "by_name = '别人'")

    said = at_home("verify", "--audit", "--witness", kept)

    assert said.status == 1
    assert "已被改动：经过第" in said.out


def test_without_anybody_outside_it_cannot_be_told(kept, at_home, monkeypatch):
    monkeypatch.setenv("SHEQUYUN_LANGUAGE", "en")
    said = at_home("verify", "--audit")

    assert said.status == 2
    assert "chain ok   tree ok   not witnessed" in said.out
    assert "CANNOT TELL" in said.out


def test_what_was_altered_is_named(kept, at_home, door, monkeypatch):
    alter(door, "audit_events", "outcome = 'refused' WHERE seq = 3")

    said, as_json = at_home("verify", "--audit"), at_home("verify", "--audit", "--witness", kept, "--json")
    everything = at_home("verify", "--json").json["checks"]

    assert said.status == as_json.status == 1
    assert "从第 3 条起" in said.out
    assert as_json.json["first_bad"] == 3
    assert [check["name"] for check in everything if not check["ok"]] == ["record"]


def test_the_witness_is_asked(kept, at_home, door, monkeypatch):
    newest = make_checkpoint(door, clock=SystemClock())
    seen, _line = cosigned(
        newest, door.keyring.signing_key("witness"), witness_key(door.keyring), at=SystemClock().now()
    )
    monkeypatch.setenv("SHEQUYUN_WITNESS_URL", "https://street.example")
    monkeypatch.setenv("SHEQUYUN_WITNESS_KEY", str(witness_key(door.keyring)))
    monkeypatch.setattr(auditing, "fetch_last_seen", lambda *_: str(seen))

    said = at_home("verify", "--audit")

    assert said.status == 0
    assert "秒前有见证" in said.out


def test_a_witness_who_is_away_cannot_vouch(kept, at_home, door, monkeypatch):
    def away(*_: object) -> str:
        raise WitnessAway("TimeoutError")

    monkeypatch.setattr(auditing, "fetch_last_seen", away)
    said = at_home("verify", "--audit", "--witness", "https://street.example")

    assert said.status == 2
    assert "TimeoutError" in said.err


@pytest.mark.parametrize("words", ["of another record", ""])
def test_a_paper_that_is_not_of_this_record_is_no_verdict(words, kept, at_home, tmp_path):
    other = tmp_path / "other.txt"
    other.write_text(words, encoding="utf-8")

    assert at_home("verify", "--audit", "--witness", str(other)).status == 2
    assert at_home("verify", "--audit", "--witness", str(tmp_path / "missing.txt")).status == 2


def test_with_another_key_the_paper_does_not_fit(kept, at_home, door, tmp_path):
    right, wrong = tmp_path / "audit.pub", tmp_path / "other.pub"
    own, witnessing = at_home("audit", "key").out.split()
    right.write_text(own, encoding="utf-8")
    wrong.write_text(witnessing, encoding="utf-8")

    assert own == str(audit_key(door.keyring))
    assert at_home("verify", "--audit", "--pub", str(right), "--witness", kept).status == 0
    assert at_home("verify", "--audit", "--pub", str(wrong), "--witness", kept).status == 2


def test_a_checkpoint_can_be_drawn(kept, at_home, tmp_path):
    drawn = at_home("audit", "checkpoint", "--qr", str(tmp_path / "qr.svg"), "--print")

    assert drawn.status == 0
    assert "█" in drawn.out
    assert (tmp_path / "qr.svg").read_text(encoding="utf-8").count("<path") >= 1
    assert at_home("audit", "checkpoint", "--json").json["size"] == 5


def test_an_empty_record_has_no_checkpoint(at_home):
    assert at_home("audit", "checkpoint").status == 1


def test_a_read_told_to_somebody_else_is_found(at_home, given, door):
    who = given.resident(phone="13812345678")
    given.do(uncover_contact, given.a_case(by=who).case.id, by=given.worker())
    assert at_home("verify", "--json").json["ok"]

    alter(door, "access_events", "subject_id = actor_id")

    checks = at_home("verify", "--json").json["checks"]
    assert [check["name"] for check in checks if not check["ok"]] == ["reads"]


def test_exports_copies_and_returns_are_recorded_and_exports_rest_unwitnessed(
    at_home, given, door, monkeypatch
):
    at_home("export", "cases", "cases.csv", "--community", "310113008001")
    rows = door.read_now(
        lambda s: s.execute(text("SELECT action, object FROM audit_events ORDER BY seq")).all()
    )
    assert [tuple(row) for row in rows] == [("export", "cases")]
    at_home("audit", "checkpoint")
    monkeypatch.setenv("SHEQUYUN_WITNESS_URL", "https://127.0.0.1:1")
    monkeypatch.setenv("SHEQUYUN_WITNESS_KEY", str(witness_key(door.keyring)))

    refused, doctor = (
        at_home("export", "cases", "again.csv", "--community", "310113008001"),
        at_home("doctor"),
    )

    assert refused.status == 1
    assert "暂停导出" in refused.err
    assert "24 小时没有见证签名" in doctor.out


def test_the_record_alone_is_copied_for_somebody_outside_who_names_nobody_and_checks_it(
    kept, at_home, door, tmp_path
):
    file, public = tmp_path / "record.db", tmp_path / "key"
    public.write_text(at_home("audit", "key", "--json").json["audit"], encoding="utf-8")

    done = at_home("audit", "copy", str(file), "--json")
    again = at_home("audit", "copy", str(file))

    assert (done.json["events"], again.status) == (5, 1)
    assert file.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(file)) as copy:
        tables = {name for (name,) in copy.execute("SELECT name FROM sqlite_master")}
    assert tables == {"audit_events", "audit_checkpoints"}
    checked = [sys.executable, "-I", "-S", str(SCRIPT), str(file), str(public), kept]
    assert subprocess.run(checked, check=False).returncode == 0
    with closing(sqlite3.connect(file)) as copy:
        copy.execute("UPDATE audit_events SET outcome = 'other' WHERE seq = 3")
        copy.commit()
    assert subprocess.run(checked, check=False).returncode == 1
