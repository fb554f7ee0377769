"""A line of the log is one line, of words we know, and holds nothing that was sealed or that moves a terminal."""

import io
import logging
import logging.config
from datetime import UTC, datetime, timedelta

import orjson
import pytest
import structlog
from sqlalchemy.exc import IntegrityError

from app_shell import refused as refused_lines
from app_shell.logs import configuration, in_one_line, speak_as_one, without_rows
from core_db.accounts import Account
from core_db.foundation.actor import ActorKind, system_actor
from core_db.foundation.came import Came, Way
from core_db.foundation.errors import NotPermitted
from core_db.foundation.ids import new_id
from core_db.foundation.unsealed import Unsealed
from tests.town import NEXT_DOOR

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
INJECTED = [
    "two\nlines", "back\rover", "\x1b[2J\x1b[31mred", "\x9b31mred", "\x07bell", "nul\x00", "\x7f", "\u202egnp.exe",
    '"},{"event":"forged', "\u2028line", "{0.__class__}", "%s%n",
]  # fmt: skip


@pytest.fixture
def heard(monkeypatch):
    """Everything that is logged, as bytes of the one stream; nobody has been refused anything yet."""
    monkeypatch.setattr(refused_lines, "_measure", refused_lines.Measure())
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


def test_a_fault_of_the_database_is_told_without_the_row(heard, door):
    """PostgreSQL repeats the values that it refused; SQLite names the column alone."""
    account = Account(
        id=new_id(), kind=ActorKind.STAFF, username="wangxiaoming", name="王小明\n[不是 SQL]", created_at=NOON
    )

    def twice(session):
        session.add(account)
        session.flush()
        session.add(Account(**account.model_dump() | {"id": new_id()}))
        session.flush()

    with pytest.raises(IntegrityError) as fault:
        door.write_now(twice)
    logging.getLogger("shequyun.web").error("fault %s", fault.value, exc_info=fault.value)

    (line,) = lines(heard)
    assert "IntegrityError" in line["exception"]
    assert "accounts" in line["event"]
    assert "wangxiaoming" not in heard.getvalue()
    assert "王小明" not in heard.getvalue()


def test_a_row_that_cannot_be_is_not_repeated_whole():
    text = (
        'null value in column "name" violates not-null constraint\nDETAIL:  Failing row contains (1, 王小明, two\n'
        "lines, 13812341234).\n[SQL: INSERT INTO people VALUES (%s)]\nHINT: none"
    )
    line = without_rows(None, "", {"event": "x", "exception": text})["exception"]

    assert "王小明" not in line
    assert "13812341234" not in line
    assert line.endswith("DETAIL: …\n[SQL: INSERT INTO people VALUES (%s)]\nHINT: none")


def test_requests_are_logged_without_what_was_asked_behind_the_mark(heard):
    logging.getLogger("uvicorn.access").info(
        '%s - "%s %s HTTP/%s" %d', "1.2.3.4:5", "GET", "/people?q=13812341234", "1.1", 200
    )

    (line,) = lines(heard)
    assert '"GET /people HTTP/1.1" 200' in line["event"]
    assert "13812341234" not in heard.getvalue()


def test_half_a_sign_spoils_no_line():
    assert orjson.loads(in_one_line(None, "", {"event": "half \ud800"})) == {"event": "half \\ud800"}


# -- who is turned away -----------------------------------------------------------------------------


def refused(heard):
    return [line for line in lines(heard) if line["event"] == "refused"]


def test_a_deed_that_is_not_ones_own_stands_in_the_log_once(heard, given, actor_client):
    worker = given.worker()
    answer = actor_client(worker).get("/register/rules", headers={"Accept": "text/html"})

    (line,) = refused(heard)
    assert answer.status_code == 403
    assert (line["kind"], line["status"], line["account"]) == ("not-permitted", 403, worker.id)
    assert worker.name not in heard.getvalue()


def test_a_wrong_password_stands_in_the_log_without_name_or_password(heard, committee_client):
    body = {"username": "wangxiaoming", "password": "not-this-one-1", "otp": "000000"}
    assert committee_client.post("/api/v1/session", json=body).status_code == 401

    (line,) = refused(heard)
    assert line["kind"] == "password-wrong"
    assert "wangxiaoming" not in heard.getvalue()
    assert "not-this-one-1" not in heard.getvalue()


def test_that_a_stranger_has_to_sign_in_is_no_refusal(heard, resident_client):
    resident_client.get("/api/v1/cases")
    resident_client.get("/cases", headers={"Accept": "text/html"})

    assert refused(heard) == []


@pytest.mark.parametrize("page", [False, True])
def test_a_session_that_ended_stands_in_the_log_without_its_token(heard, given, actor_client, clock, page):
    client = actor_client(given.worker(), page=page)
    clock.advance(timedelta(hours=13))
    client.get("/cases" if page else "/api/v1/cases", follow_redirects=False)

    (line,) = refused(heard)
    assert (line["kind"], line["status"], line["account"]) == ("not-signed-in", 401, "anonymous")
    assert client.cookies["shequyun_committee"] not in heard.getvalue()


def test_a_token_nobody_was_given_stands_in_the_log(heard, resident_client):
    resident_client.get("/api/v1/cases", headers={"Authorization": "Bearer made-up"})

    (line,) = refused(heard)
    assert (line["kind"], line["path"]) == ("not-signed-in", "/api/v1/cases")
    assert "made-up" not in heard.getvalue()


@pytest.mark.parametrize("page", [False, True])
def test_what_is_not_ones_own_stands_in_the_log_though_it_reads_as_absent(heard, given, actor_client, page):
    case, stranger = given.a_case().case, given.worker(at=NEXT_DOOR)
    address = f"/cases/{case.id}" if page else f"/api/v1/cases/{case.id}"
    answer = actor_client(stranger, page=page).get(address)

    (line,) = refused(heard)
    assert answer.status_code == 404
    assert (line["kind"], line["status"], line["account"]) == ("not-found", 404, stranger.id)
    assert line["path"] == address.replace(case.id, "{case_id}")
    assert case.id not in heard.getvalue()


def test_what_nobody_ever_served_and_what_a_stranger_seeks_is_no_refusal(
    heard, given, actor_client, resident_client
):
    actor_client(given.worker()).get("/api/v1/nowhere")
    resident_client.get("/problems/none-such")

    assert refused(heard) == []


def test_of_a_flood_some_lines_remain_and_say_how_many_do_not(heard):
    now = [0.0]
    refused_lines._measure = measure = refused_lines.Measure(monotonic=lambda: now[0])
    came = Came(Way.API)

    def turned_away(account, times):
        for _time in range(times):
            refused_lines.note_refusal(NotPermitted(), actor=system_actor(account), came=came)

    turned_away("one", refused_lines.A_MINUTE + 7)
    turned_away("another", 1)
    now[0] = 60.0
    turned_away("one", 2)

    said = [(line["account"], line.get("unheard")) for line in refused(heard)]
    flood = [("system:one", None)] * refused_lines.A_MINUTE
    assert said == [*flood, ("system:another", None), ("system:one", 7), ("system:one", None)]
    assert len(measure._floods) == 2


def test_of_how_many_it_is_remembered_has_an_end():
    measure = refused_lines.Measure()
    for number in range(refused_lines.KEPT_AT_MOST + 100):
        measure.unheard(str(number), "not-found")

    assert len(measure._floods) <= refused_lines.KEPT_AT_MOST + 1
