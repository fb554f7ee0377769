"""What a plugin says in its log is heard in service, in one line that is safe to show; a flood of it is measured."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from plugins.host import said
from plugins.host.said import Said, as_line, forget_said, last_said
from tests.plugins.hosted.conftest import Hosted
from tests.plugins.hosted.test_a_host_and_its_plugins import BOTH, cards
from tests.shell.test_logs import heard, lines

__all__ = ["heard"]


def a_record(text: str = "all is well", **more: Any) -> logging.LogRecord:
    made = logging.LogRecord("shequyun.plugins.said", logging.INFO, "", 0, "%s", (text,), None)
    made.__dict__ |= {"plugin": "chaos", "community": "c1", "more": more}
    return made


@pytest.fixture
def minutes() -> Callable[[], float]:
    """A clock that goes when it is told to."""

    def now() -> float:
        return now.at  # type: ignore[attr-defined,no-any-return]

    now.at = 0.0  # type: ignore[attr-defined]
    return now


@BOTH
def test_it_stands_in_the_services_log_with_its_name_and_in_what_is_kept(
    hosted: Hosted, heard: Any, settings: Any
) -> None:
    hosted.gateway.deed = "say"

    cards(hosted)

    wanted = "a card was shown to=••• note=two\\nlines\\x1b[2J"
    (line,) = [one for one in lines(heard) if one["event"] == "plugin_said"]
    assert (line["plugin"], line["community"], line["said"]) == ("chaos", hosted.town.community.id, wanted)
    assert (line["level"], line["logger"]) == ("info", "shequyun.said")
    (kept,) = last_said(settings.data_dir, "chaos", 10)
    assert (kept["said"], kept["level"]) == (wanted, "info")
    assert "13812345678" not in heard.getvalue()


@BOTH
def test_of_a_flood_a_measure_remains(hosted: Hosted, heard: Any, settings: Any) -> None:
    hosted.gateway.deed = "chatter"

    for _ in range(3):
        cards(hosted)

    told = [one for one in lines(heard) if one["event"] == "plugin_said"]
    assert 0 < len(told) <= said.AT_ONCE + 3
    assert len(last_said(settings.data_dir, "chaos", 1000)) == len(told)


def test_what_was_left_out_is_counted_and_it_is_heard_again(tmp_path: Path, minutes: Any) -> None:
    ear = Said(tmp_path, monotonic=minutes)
    for _ in range(said.AT_ONCE + 50):
        ear.emit(a_record())
    minutes.at = said.EVERY

    ear.emit(a_record("and now"))

    kept = last_said(tmp_path, "chaos", 1000)
    assert len(kept) == said.AT_ONCE + 1
    assert (kept[-1]["said"], kept[-1]["unheard"]) == ("and now", 50)


def test_the_files_never_grow_past_two_measures(tmp_path: Path, minutes: Any) -> None:
    ear = Said(tmp_path, monotonic=minutes)
    for n in range(1500):
        minutes.at = n * said.EVERY
        ear.emit(a_record("x" * 2000, n=n))

    sizes = [path.stat().st_size for path in (tmp_path / "x" / "chaos").iterdir()]
    assert len(sizes) == 2
    assert sum(sizes) <= 2 * (said.FULL_AT + 4 * said.LONGEST)
    assert len(last_said(tmp_path, "chaos", 20)) == 20


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("call 13812345678", "call •••"),
        ("call 138 1234 5678", "call •••"),
        ("no 11010519491231002X", "no •••"),
        ("on 2026-11-26 at 08:00, 42 visits", "on 2026-11-26 at 08:00, 42 visits"),
        ("back\rover\u202e", "back\\rover\\u202e"),
        ("%s %d {0}", "%s %d {0}"),
    ],
)
def test_a_line_is_one_line_without_long_numbers(text: str, shown: str) -> None:
    assert as_line(a_record(text)) == shown


def test_when_somebody_is_forgotten_so_is_what_was_said(tmp_path: Path) -> None:
    Said(tmp_path).emit(a_record())
    assert last_said(tmp_path, "chaos", 1)

    forget_said(tmp_path, "chaos")

    assert last_said(tmp_path, "chaos", 1) == []


def test_a_link_in_place_of_the_file_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "x" / "chaos").mkdir(parents=True)
    elsewhere = tmp_path / "elsewhere"
    (tmp_path / "x" / "chaos" / "said.jsonl").symlink_to(elsewhere)

    Said(tmp_path).emit(a_record())

    assert not elsewhere.exists()
