"""The command answers in sentences, for programs in JSON, and to a mistake with one sentence and a status."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tarfile
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
import typer

from app_shell import command
from app_shell.commands import showing
from app_shell.commands.bringing import parsed_map
from core_db.feedback import FeedbackDraft, FeedbackGate, leave_feedback
from core_db.foundation.actor import ANONYMOUS
from core_db.foundation.settings import Settings
from core_db.upkeep import is_marked, mark_damaged

HOUSE = Path(__file__).parents[2]


def test_a_first_start_makes_everything(typed):
    first, second = typed("init", "--district", "310113"), typed("init", "--district", "310113", "--json")

    assert first.status == 0
    assert "582" in first.out
    assert second.json["divisions"] == 0
    assert typed("verify").status == 0
    assert typed("upgrade", "--json").json["steps"] == []


@pytest.mark.parametrize(
    "words",
    [
        ("verify",),
        ("backup", "a.tar"),
        ("restore", "a.tar"),
        ("upgrade",),
        ("import", "places", "nowhere.csv"),
        ("import", "people", "nowhere.csv", "--community", "1"),
        ("export", "people", "a.csv", "--community", "1"),
        ("import", "cases", "nowhere.csv", "--community", "1", "--timezone", "Mars/Olympus"),
        ("init", "--district", "110101"),
        ("serve", "everything"),
        ("serve", "all", "--port", "seven"),
        ("no-such-command",),
        ("doctor", "--no-such-option"),
    ],
)
def test_a_mistake_gets_one_sentence_and_a_status(typed, words):
    said = typed(*words)

    assert said.status != 0
    assert said.out == ""
    assert len(said.err.strip().splitlines()) == 1
    assert "Traceback" not in said.err


def test_what_nobody_thought_of_is_a_sentence_too(capsys):
    def fall() -> None:
        raise ZeroDivisionError("nobody thought of it")

    assert command.run(fall) == 1
    assert capsys.readouterr().err == "nobody thought of it\n"


def test_it_speaks_english_where_the_terminal_does(typed, monkeypatch):
    monkeypatch.setenv("SHEQUYUN_LANGUAGE", "en")

    assert "There is no database" in typed("verify").err


def test_the_doctor_says_what_is_missing_and_then_what_is_well(typed):
    before = typed("doctor", "--json")
    typed("init", "--district", "310113")
    after = typed("doctor", "--json")

    assert before.status == 1
    assert not before.json["ok"]
    assert after.status == 0
    assert after.json["ok"]


def test_the_doctor_sees_a_demonstration_open_to_the_world(at_home, monkeypatch):
    monkeypatch.setenv("SHEQUYUN_DEMO", "true")
    monkeypatch.setenv("SHEQUYUN_RESIDENT_URL", "http://shequ.example.org")
    said = at_home("doctor")

    assert said.status == 1
    assert "演示模式" in said.out
    assert "https" in said.out


def test_the_town_passes_every_check(at_home, given):
    given.a_case()
    said = at_home("verify", "--json")

    assert said.json["ok"], said.out
    assert len(said.json["checks"]) >= 9


def test_a_counter_that_lies_is_found(at_home, given, door):
    given.a_case()
    with door.one_transaction() as session:
        session.connection().exec_driver_sql("UPDATE case_counts SET count = count + 1")
    said = at_home("verify", "--json")

    assert said.status == 1
    assert [check["name"] for check in said.json["checks"] if not check["ok"]] == ["counters"]


def test_what_lies_is_made_anew(at_home, given, door):
    given.a_case(by=given.resident())
    with door.one_transaction() as session:
        session.connection().exec_driver_sql("UPDATE case_counts SET count = count + 1")
        session.connection().exec_driver_sql("UPDATE cases SET supporters = 3")
    assert at_home("verify").status == 1

    said = at_home("rebuild", "--json")

    assert said.status == 0
    assert said.json == {"cases": 1, "corrected": 1, "counters": 1, "people": 0, "series": 0}
    assert at_home("verify").status == 0


def test_nothing_is_reopened_that_was_not_closed(at_home):
    said = at_home("reopen")

    assert said.status == 1
    assert len(said.err.strip().splitlines()) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_after_damage_it_is_verified_before_anybody_writes_again(at_home, settings, door, clock, given):
    resident = given.resident()
    given.a_case(by=resident)
    mark_damaged(settings, ["page 7"], clock=clock)
    with door.one_transaction() as session:
        session.connection().exec_driver_sql("UPDATE case_counts SET count = count + 1")
    assert "reopen" in at_home("doctor").out

    assert at_home("reopen").status == 1
    assert is_marked(settings)
    with door.one_transaction() as session:
        session.connection().exec_driver_sql("UPDATE case_counts SET count = count - 1")

    assert at_home("reopen").status == 0
    assert not is_marked(settings)


def test_a_photo_without_its_file_and_a_status_without_its_history_are_found(at_home, given, door):
    resident = given.resident()
    given.a_case(by=resident)
    with door.one_transaction() as session:
        run = session.connection().exec_driver_sql
        run(
            "INSERT INTO photos (id, account_id, width, height, size, created_at) "
            f"VALUES ('x', '{resident.id}', 1, 1, 1, '2026-11-23T00:00:00.000000Z')"
        )
        run("UPDATE cases SET status = 'accepted'")
        run("UPDATE case_counts SET status = 'accepted'")
    said = at_home("verify", "--json")

    assert {check["name"] for check in said.json["checks"] if not check["ok"]} == {"photos", "history"}


def test_a_copy_returns_whole_and_without_the_key(typed, monkeypatch, tmp_path):
    typed("init", "--district", "310113")
    photo = tmp_path / "var/photos/ab/photo.jpg"
    photo.parent.mkdir(parents=True)
    photo.write_bytes(b"a picture")

    made = typed("backup", "copy.tar.gz")
    again, onto_itself = typed("backup", "copy.tar.gz"), typed("restore", "copy.tar.gz")
    monkeypatch.setenv("SHEQUYUN_DATA_DIR", "elsewhere")
    monkeypatch.setenv("SHEQUYUN_DATABASE_URL", "sqlite:///elsewhere/other.db")
    returned, without_key = typed("restore", "copy.tar.gz"), typed("verify")
    shutil.copy(tmp_path / "var/secret.key", tmp_path / "elsewhere/secret.key")

    assert made.status == 0
    assert "密钥不在备份里" in made.err
    assert stat.S_IMODE((tmp_path / "copy.tar.gz").stat().st_mode) == 0o600
    assert again.status == onto_itself.status == without_key.status == 1
    assert returned.status == 0
    assert "secret.key" in without_key.err
    assert (tmp_path / "elsewhere/photos/ab/photo.jpg").read_bytes() == b"a picture"
    assert typed("verify").status == 0


def test_what_is_no_copy_is_refused(typed, tmp_path):
    (tmp_path / "letter.tar").write_text("Dear committee")

    assert typed("restore", "letter.tar").status == 1
    assert not (tmp_path / "var/shequyun.db").exists()


@pytest.mark.parametrize("name", ["../outside.txt", "photos/../../outside.txt", "/outside.txt", "link", "."])
def test_a_copy_that_was_made_to_break_out_stays_inside(typed, tmp_path, name):
    member = tarfile.TarInfo(name)
    if name == "link":
        member.type, member.linkname = tarfile.SYMTYPE, "../outside.txt"
    with tarfile.open(tmp_path / "copy.tar", "w") as copy:
        copy.addfile(member)

    said = typed("restore", "copy.tar")

    assert said.status == 1
    assert "Traceback" not in said.err
    assert "不是本系统的备份" in said.err
    assert not list(tmp_path.rglob("outside*"))
    assert not Path("/outside.txt").exists()
    assert not (tmp_path / "var/shequyun.db").exists()


def test_what_is_handed_out_is_masked_and_does_not_come_alive(at_home, given, tmp_path):
    resident = given.resident(name="=cmd|' /C calc'!A0")
    given.a_case(by=resident, text="灯坏了，打我电话13912345678，证件310113198001010017")
    people = at_home("export", "people", "people.csv", "--community", "310113008001")
    cases = at_home("export", "cases", "cases.csv", "--community", "310113008001")
    places = at_home("export", "places", "places.xlsx", "--community", "310113008001", "--json")

    assert people.status == cases.status == 0
    register, list_of_cases = (
        (tmp_path / "people.csv").read_text("utf-8-sig"),
        (tmp_path / "cases.csv").read_text(),
    )
    assert "\"'=cmd" in register
    assert given.phone_of[resident.id] not in register
    assert "13912345678" not in list_of_cases
    assert "19800101" not in list_of_cases
    assert "139****5678" in list_of_cases
    assert places.json["rows"] == 9


def test_staff_are_made_with_a_role_at_a_place(at_home, monkeypatch):
    monkeypatch.setenv("SHEQUYUN_STAFF_PASSWORD", "a long and good password")
    words = ("staff", "xiaowang", "--name", "小王", "--role", "worker", "--place", "310113008001")

    assert at_home(*words, "--json").json["place"] == "牡丹一村"
    assert at_home(*words).status == 1
    assert at_home(*words[:-1], "999").status == 1
    assert len(at_home("renew", "xiaowang", "--json").json["password"]) > 8
    assert "没有这个账号" in at_home("renew", "nobody").err


def test_a_contractor_is_made_with_the_firm_he_works_for(at_home, monkeypatch):
    monkeypatch.setenv("SHEQUYUN_STAFF_PASSWORD", "a long and good password")
    words = ("staff", "wuye", "--name", "陈工", "--role", "contractor", "--place", "310113008001")

    assert "承办单位" in at_home(*words).err
    assert "没有“月球物业”" in at_home(*words, "--organisation", "月球物业").err
    assert at_home(*words, "--organisation", "牡丹物业", "--json").json["role"] == "contractor"


def test_a_map_pairs_fields_with_headings():
    assert parsed_map("text=留言详情, title=主题\\,标题") == {"text": "留言详情", "title": "主题,标题"}


def test_a_database_that_is_no_demonstration_is_never_reset(typed, tmp_path):
    typed("init")
    before = (tmp_path / "var/shequyun.db").read_bytes()

    said = typed("demo", "--reset", "--prepare-only")

    assert said.status == 1
    assert "不是演示" in said.err
    assert (tmp_path / "var/shequyun.db").read_bytes() == before


@pytest.mark.drill
def test_a_demonstration_starts_over_only_when_asked(typed, tmp_path, monkeypatch):
    def fill(settings: Settings, **_how: object) -> None:
        settings.data_dir.mkdir(exist_ok=True)
        (settings.data_dir / "made").touch()

    monkeypatch.setattr("app_shell.demo.prepare_demo", fill)
    monkeypatch.setenv("SHEQUYUN_DEMO", "true")
    settings = Settings()
    photo = tmp_path / "var/photos/one.jpg"

    showing.prepare(settings, reset=False, silent=True)
    photo.parent.mkdir()
    photo.touch()
    showing.prepare(settings, reset=False, silent=True)
    assert photo.exists()
    showing.prepare(settings, reset=True, silent=True)

    assert not photo.exists()


@pytest.mark.drill
def test_a_plugin_adds_commands_of_its_own(monkeypatch):
    mine = typer.Typer()
    sung: list[str] = []
    mine.command("sing")(lambda: sung.append("la"))
    mine.command("dance")(lambda: None)
    point = EntryPoint(name="choir", value="x", group=command.COMMANDS)
    monkeypatch.setattr(EntryPoint, "load", lambda _self: mine)
    monkeypatch.setattr(command, "entry_points", lambda group: [point] if group == command.COMMANDS else [])
    groups = list(command.app.registered_groups)

    command._add_plugins()
    status = command.run(lambda: command.app(["choir", "sing"], standalone_mode=False))
    command.app.registered_groups[:] = groups

    assert status == 0
    assert sung == ["la"]


@pytest.mark.drill
def test_both_apps_start_together_and_stop_together(typed, tmp_path):
    typed("init")
    port = _two_free_ports()
    with subprocess.Popen(
        [sys.executable, "-c", _START_AND_TELL.format(port=port)], cwd=tmp_path, stdout=subprocess.PIPE, text=True,
        env=os.environ | {"PYTHONPATH": str(HOUSE)},
    ) as both:  # fmt: skip
        assert both.stdout is not None
        told = both.stdout.readline()
        both.send_signal(signal.SIGTERM)
        status = both.wait(60)

    assert status == 0
    assert told.strip() == f"http://127.0.0.1:{port} http://127.0.0.1:{port + 1}"
    assert _is_free(port)
    assert _is_free(port + 1)


_START_AND_TELL = """
import sys
from app_shell.commands.both import serve_both
from app_shell.commands.serving import make_ready
from core_db.foundation.settings import Settings
make_ready(Settings())
tell = lambda addresses: print(*addresses.values(), flush=True)
sys.exit(serve_both(Settings(), host="127.0.0.1", port={port}, flags=[], when_up=tell))
"""


def _two_free_ports() -> int:
    return next(
        port for port in range(18170 + os.getpid() % 1000, 30000, 2) if _is_free(port) and _is_free(port + 1)
    )


def _is_free(port: int) -> bool:
    import socket

    with socket.socket() as knocking:
        return knocking.connect_ex(("127.0.0.1", port)) != 0


def test_the_operator_reads_what_people_think_of_the_platform(at_home, given):
    assert at_home("feedback").out.strip() == "还没有意见。"
    gate = FeedbackGate(app="resident", version="0.1.0", address="192.0.2.1")
    for n in (1, 2, 3):
        given.do(leave_feedback, FeedbackDraft(text=f"意见 {n}", contact=f"微信 {n}"), gate, by=ANONYMOUS)
    read = at_home("feedback", "--limit", "2")

    assert read.out.index("意见 3") < read.out.index("意见 2")
    assert "意见 1" not in read.out
    assert "2026年11月23日 10:00" in read.out
    assert "微信" not in read.out
    assert "留了联系方式" in read.out
    assert [one["contact"] for one in at_home("feedback", "--json").json["items"]] == [None] * 3
    assert "微信 3" in at_home("feedback", "--with-contact").out


def test_what_people_wrote_does_nothing_to_the_terminal_of_whoever_reads_it(at_home, given):
    gate = FeedbackGate(app="resident", version="0.1.0", address="192.0.2.1")
    wicked = "红\x1b[2J\u009b31m\x07[bold]字[/bold]"
    given.do(leave_feedback, FeedbackDraft(text=wicked, contact="微\u009b2J信"), gate, by=ANONYMOUS)

    read = at_home("feedback", "--with-contact").out

    assert "[bold]字[/bold]" in read
    assert [sign for sign in read if sign != "\n" and (sign < " " or "\x7f" <= sign <= "\x9f")] == []
