"""A line of the log is one line, of words we know, and holds nothing that was sealed or that moves a terminal."""

import io
import logging
import logging.config

import orjson
import pytest
import structlog

from app_shell.logs import configuration, in_one_line, speak_as_one
from core_db.foundation.unsealed import Unsealed

INJECTED = [
    "two\nlines", "back\rover", "\x1b[2J\x1b[31mred", "\x9b31mred", "\x07bell", "nul\x00", "\x7f", "\u202egnp.exe",
    '"},{"event":"forged', "\u2028line", "{0.__class__}", "%s%n",
]  # fmt: skip


@pytest.fixture
def heard():
    """Everything that is logged, as bytes of the one stream."""
    stream, root = io.StringIO(), logging.getLogger()
    before = root.handlers[:], root.level
    shaped = {
        name: dict(part) if isinstance(part, dict) else part for name, part in configuration("info").items()
    }
    shaped["handlers"]["log"]["stream"] = stream
    logging.config.dictConfig(shaped)
    speak_as_one()
    yield stream
    structlog.reset_defaults()
    for name in ("uvicorn", "uvicorn.access"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
        logging.getLogger(name).setLevel(logging.NOTSET)
    root.handlers[:], root.level = before


def lines(stream):
    return [orjson.loads(line) for line in stream.getvalue().splitlines()]


@pytest.mark.parametrize("text", INJECTED, ids=ascii)
def test_whatever_somebody_sends_is_one_line_without_signs_for_a_terminal(heard, text):
    structlog.get_logger("ours").warning(text, path=text)
    logging.getLogger("shequyun.web").error("fault: %s", text)

    raw = heard.getvalue()
    assert raw.count("\n") == 2
    assert not [sign for sign in raw if sign != "\n" and (sign < " " or "\x7f" <= sign <= "\x9f")]
    ours, others = lines(heard)
    assert ours["level"] == "warning"
    assert others["logger"] == "shequyun.web"


def test_a_key_that_nobody_put_on_the_list_is_left_out(heard):
    structlog.get_logger("ours").warning("case_closed", phone="13812341234", count=3)

    (line,) = lines(heard)
    assert line["event"] == "case_closed"
    assert line["count"] == 3
    assert "13812341234" not in heard.getvalue()


def test_a_sealed_value_is_not_logged_wherever_it_stands(heard):
    value = Unsealed("13812341234")
    structlog.get_logger("ours").warning("seen", count=value, path=[value])
    logging.getLogger("shequyun.web").error("%s %r", value, {"phone": value})

    assert "13812341234" not in heard.getvalue()
    assert "•••" in heard.getvalue()


def test_a_fault_is_told_in_the_same_line(heard):
    try:
        raise ZeroDivisionError("first\nsecond")
    except ZeroDivisionError as fault:
        logging.getLogger("shequyun.web").error("fault", exc_info=fault)

    (line,) = lines(heard)
    assert "ZeroDivisionError" in line["exception"]


def test_requests_are_logged_without_what_was_asked_behind_the_mark(heard):
    logging.getLogger("uvicorn.access").info(
        '%s - "%s %s HTTP/%s" %d', "1.2.3.4:5", "GET", "/people?q=13812341234", "1.1", 200
    )

    (line,) = lines(heard)
    assert '"GET /people HTTP/1.1" 200' in line["event"]
    assert "13812341234" not in heard.getvalue()


def test_half_a_sign_spoils_no_line():
    assert orjson.loads(in_one_line(None, "", {"event": "half \ud800"})) == {"event": "half \\ud800"}
