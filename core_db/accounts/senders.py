"""Getting a code to a telephone. Adapters are small: the operator's gateway is one setting.

A message says the code and nothing else: no name, no case. Sending happens after the commit, in a thread.
"""

import base64
import json
import logging
import socket
import ssl
from dataclasses import field, replace
from email.message import EmailMessage
from typing import Protocol
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from core_db.accounts.errors import CodeLate, CodeNotSent
from core_db.foundation.egress import Egress
from core_db.foundation.lean import dataclass
from core_db.foundation.sealing import masked_phone

LOG = logging.getLogger("shequyun.sender")
#: How long a gateway may take, in seconds.
PATIENCE = 8.0
TEXT = "【社区云】验证码 {code}，10 分钟内有效。请不要告诉别人。"


def code_message(code: str) -> str:
    """The sentence that brings a code."""
    return TEXT.format(code=code)


class Sender(Protocol):
    """Whatever gets a short text to a telephone. CodeNotSent: it did not; CodeLate: it still may."""

    def send(self, phone: str, text: str) -> None: ...


@dataclass(frozen=True)
class ConsoleSender:
    """Writes to the log instead: for the demo, and masked wherever real people's numbers may be."""

    demo: bool = False

    def send(self, phone: str, text: str) -> None:
        if self.demo:
            LOG.info("to %s: %s", phone, text)
        else:
            LOG.warning("no gateway is set: a code for %s was not sent", masked_phone(phone))


@dataclass(frozen=True, kw_only=True)
class SmtpSender:
    """By mail to a gateway that turns it into a short message: `{phone}@gateway`."""

    host: str
    port: int
    sender: str
    to: str
    username: str = ""
    password: str = field(default="", repr=False)
    tls: bool = True
    egress: Egress = field(default_factory=Egress, repr=False)

    def send(self, phone: str, text: str) -> None:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self.sender, self.to.format(phone=phone), "code"
        mail.set_content(text)
        way_out = self.egress.also(self.host, self.port)
        try:
            with way_out.mail(self.host, self.port, timeout=PATIENCE) as server:
                if self.tls:
                    server.starttls(context=ssl.create_default_context())
                if self.username:
                    server.login(self.username, self.password)
                server.send_message(mail)
        except TimeoutError as fault:
            raise CodeLate() from fault
        except OSError as fault:
            # What a mail server refuses is an OSError too.
            raise CodeNotSent() from fault


@dataclass(frozen=True, kw_only=True)
class HttpGatewaySender:
    """By one POST of `{"phone", "text"}` to the configured address: no redirect is followed, no proxy asked."""

    scheme: str
    host: str
    port: int
    path: str
    credentials: str = field(default="", repr=False)
    egress: Egress = field(default_factory=Egress, repr=False)

    def send(self, phone: str, text: str) -> None:
        host = f"[{self.host}]" if ":" in self.host else self.host
        way_out = self.egress.also(self.host, self.port)
        body = json.dumps({"phone": phone, "text": text}).encode()
        try:
            reply = way_out.request(
                "POST", f"{self.scheme}://{host}:{self.port}{self.path}", body=body, headers=self._headers(),
                timeout=PATIENCE, most=0,
            )  # fmt: skip
        except TimeoutError as fault:
            raise CodeLate() from fault
        except OSError as fault:
            raise CodeNotSent() from fault
        if not 200 <= reply.status < 300:
            LOG.error("the gateway answered %s", reply.status)
            raise CodeNotSent()

    def _headers(self) -> dict[str, str]:
        headers = {"Content-Type": "application/json"}
        if self.credentials:
            headers["Authorization"] = f"Basic {base64.b64encode(self.credentials.encode()).decode()}"
        return headers


class UnknownSender(RuntimeError):
    """SHEQUYUN_SENDER_URL names no way of sending that we know."""


def sender_from(url: str, *, demo: bool, egress: Egress | None = None) -> Sender:
    """The sender an operator set: `console:`, `smtp://…?from=…&to={phone}@…` or `https://gateway/…`."""
    egress = egress or Egress()
    parts = urlsplit(url)
    if parts.scheme in ("", "console"):
        return ConsoleSender(demo=demo)
    if parts.scheme == "smtp" and parts.hostname:
        return replace(_smtp(parts, parts.hostname), egress=egress)
    if parts.scheme in ("https", "http") and parts.hostname:
        return replace(_gateway(parts, parts.hostname), egress=egress)
    raise UnknownSender("SHEQUYUN_SENDER_URL is none of console:, smtp://…, https://….")


def _smtp(parts: SplitResult, host: str) -> SmtpSender:
    options = parse_qs(parts.query)
    return SmtpSender(
        host=host, port=parts.port or 587, username=unquote(parts.username or ""),
        password=unquote(parts.password or ""), sender=options.get("from", [f"shequyun@{socket.getfqdn()}"])[0],
        to=options.get("to", [f"{{phone}}@{host}"])[0], tls=options.get("tls", ["yes"])[0] != "no",
    )  # fmt: skip


def _gateway(parts: SplitResult, host: str) -> HttpGatewaySender:
    if parts.scheme == "http" and host not in ("127.0.0.1", "localhost", "::1"):
        raise UnknownSender("A gateway outside this machine is reached by https only.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    credentials = f"{unquote(parts.username)}:{unquote(parts.password or '')}" if parts.username else ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return HttpGatewaySender(scheme=parts.scheme, host=host, port=port, path=path, credentials=credentials)
