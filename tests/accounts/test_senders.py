"""Senders reach only what the operator set, follow nobody elsewhere, and say when nothing left."""

import json
import logging
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import pytest

from core_db.accounts import senders
from core_db.accounts.errors import CodeLate, CodeNotSent
from core_db.accounts.senders import (
    ConsoleSender,
    HttpGatewaySender,
    SmtpSender,
    UnknownSender,
    code_message,
    sender_from,
)

PHONE, TEXT = "13912345678", code_message("123456")


class Gateway(BaseHTTPRequestHandler):
    """Keeps what it is asked, answers with what the test wants."""

    status = 200
    asked: ClassVar[list[tuple[str, dict[str, str], str | None]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.asked.append((self.path, json.loads(body), self.headers.get("Authorization")))
        self.send_response(self.status)
        self.send_header("Location", f"http://{self.headers['Host']}/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def gateway():
    server = HTTPServer(("127.0.0.1", 0), Gateway)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    Gateway.asked, Gateway.status = [], 200
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_gateway_gets_number_and_text_and_its_password(gateway):
    sender_from(f"http://user:p%40ss@{gateway}/sms?key=1", demo=False).send(PHONE, TEXT)

    assert Gateway.asked == [("/sms?key=1", {"phone": PHONE, "text": TEXT}, "Basic dXNlcjpwQHNz")]


@pytest.mark.parametrize("status", [302, 307, 400, 500])
def test_a_gateway_that_does_not_take_it_has_not_sent_it_and_is_not_followed(gateway, status):
    Gateway.status = status

    with pytest.raises(CodeNotSent):
        sender_from(f"http://{gateway}/sms", demo=False).send(PHONE, TEXT)
    assert len(Gateway.asked) == 1


def test_a_gateway_that_is_not_there_has_not_sent_it(unused_port):
    with pytest.raises(CodeNotSent):
        sender_from(f"http://127.0.0.1:{unused_port}/", demo=False).send(PHONE, TEXT)


def test_a_gateway_that_is_silent_may_still_have_sent_it(unused_port, monkeypatch):
    import socket

    monkeypatch.setattr(senders, "PATIENCE", 0.05)
    with socket.create_server(("127.0.0.1", unused_port)), pytest.raises(CodeLate):
        sender_from(f"http://127.0.0.1:{unused_port}/", demo=False).send(PHONE, TEXT)


def test_a_mail_gateway_that_is_not_there_has_not_sent_it(unused_port):
    with pytest.raises(CodeNotSent):
        sender_from(f"smtp://127.0.0.1:{unused_port}/?tls=no", demo=False).send(PHONE, TEXT)


@pytest.mark.parametrize(
    "typed", ["13912345678\r\nBcc: all@example.org", "13912345678\nRCPT TO:<a@example.org>"]
)
def test_what_somebody_typed_becomes_no_line_of_a_mail(typed, unused_port):
    sender = SmtpSender(host="127.0.0.1", port=unused_port, sender="a@example.org", to="{phone}@example.org")

    with pytest.raises(ValueError, match="linefeed or carriage return"):
        sender.send(typed, TEXT)


def test_the_console_shows_numbers_in_the_demo_only(caplog):
    with caplog.at_level(logging.INFO, logger="shequyun.sender"):
        ConsoleSender(demo=True).send(PHONE, TEXT)
        assert PHONE in caplog.text
        caplog.clear()
        ConsoleSender().send(PHONE, TEXT)

    assert PHONE not in caplog.text
    assert "123456" not in caplog.text
    assert "139****5678" in caplog.text


def test_a_setting_is_understood_as_it_is_written():
    smtp = sender_from(
        "smtp://me:secret@mail.example:2525/?from=a@b.example&to={phone}@sms.example", demo=False
    )

    assert isinstance(sender_from("console:", demo=False), ConsoleSender)
    assert isinstance(sender_from("https://gateway.example/sms", demo=False), HttpGatewaySender)
    assert isinstance(smtp, SmtpSender)
    assert (smtp.host, smtp.port, smtp.sender, smtp.to) == (
        "mail.example", 2525, "a@b.example", "{phone}@sms.example",
    )  # fmt: skip
    assert "secret" not in repr(smtp)


@pytest.mark.parametrize("url", ["ftp://gateway.example/", "http://gateway.example/sms", "https://"])
def test_an_unsafe_or_unknown_way_of_sending_stops_the_start(url):
    with pytest.raises(UnknownSender):
        sender_from(url, demo=False)


@pytest.fixture
def unused_port():
    import socket

    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
    return port
