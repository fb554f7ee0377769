"""The outermost middleware: whom we answer at all, how much we read, and the headers every answer carries.

Also the two questions about other sites: may this form be theirs, may this socket be theirs?
"""

import hmac
import ipaddress
import json
import logging
import re
from collections import Counter
from collections.abc import Collection, MutableMapping
from functools import lru_cache
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app_shell.context import SHELL_KEY, Shell, header, header_in, is_decided, shell_of
from app_shell.problems import respond
from core_db.foundation.errors import CannotBeRead, DomainError, FilesTooLarge, NotPermitted, TooLarge

LOG = logging.getLogger("shequyun.web")
JSON_LIMIT = 64 * 1024
#: A browser writes each Chinese sign as nine, an emoji as twelve: 9,000 of them and the other fields.
FORM_LIMIT = 128 * 1024
#: Six photos of 12 MB and the words beside them. Pages make photos smaller before they send them, where scripts run.
MULTIPART_LIMIT = 75 * 1024 * 1024
FORM = "application/x-www-form-urlencoded"
#: Percent signs that escape nothing, in one piece that is read of a form.
MOST_STRAY = 100
#: What a stranger may send; no files are asked for there, and none are waited for.
WITHOUT_FILES = ("/sign-in", "/sign-out", "/preferences", "/feedback")

CSP = "; ".join((
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data: blob:",
    "font-src 'self'", "connect-src 'self'", "manifest-src 'self'", "worker-src 'self'",
    "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
))  # fmt: skip

HEADERS = (
    (b"content-security-policy", CSP.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
NO_STORE = (b"cache-control", b"no-store")
HSTS = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")
#: Watchers call by address or container name, never by the public one.
ANY_HOST = ("/healthz", "/readyz", "/metrics")


class OtherSite(DomainError):
    code, status = "other-site", 403
    zh = "这次提交不是从本站页面发出的，请回到页面再提交一次。"
    en = "This did not come from one of our own pages. Please go back to the page and send it again."


class UnknownHost(DomainError):
    code, status = "unknown-host", 400
    zh, en = "这个网址不是本站的网址。", "This is not an address of this site."


class BadAddress(DomainError):
    code, status = "bad-address", 400
    zh, en = "这个网址看不懂。", "This address cannot be understood."


UNSTORABLE = ("里面有不能保存的字符。", "It holds characters that cannot be stored.")


class Undecided(RuntimeError):
    """A route answered without its access having been decided: whoever asks reads that he may not."""


class Guard:
    """Around everything: nothing leaves without the headers, and no fault of ours leaves as a traceback."""

    def __init__(self, app: ASGIApp, shell: Shell) -> None:
        self.app = app
        self.shell = shell
        self.hosts = own_hosts(shell)
        self.headers = (*HEADERS, HSTS) if shell.is_https else HEADERS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[SHELL_KEY] = self.shell
        if scope["type"] == "http":
            await self._answer(scope, receive, send)
        elif scope["type"] == "websocket":
            await self.app(scope, receive, _deciding(scope, send))
        else:
            await self.app(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                _refuse_undecided(scope, message["status"])
                started = True
                self._add_headers(message)
            await send(message)

        try:
            self._refuse_strange(scope)
            limited = _limited(scope, receive)
            await self.app(scope, limited, send_with_headers)
        except Exception as fault:
            if started:
                raise
            await self._say_fault(fault, scope, receive, send_with_headers)

    async def _say_fault(self, fault: Exception, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = NotPermitted() if isinstance(fault, Undecided) else fault
        response = await respond(Request(scope, receive), refusal)
        await response(scope, receive, send)

    def _add_headers(self, message: MutableMapping[str, Any]) -> None:
        given: list[tuple[bytes, bytes]] = list(message.get("headers", ()))
        names = {name for name, _ in given}
        given.extend(pair for pair in self.headers if pair[0] not in names)
        if b"cache-control" not in names:
            given.append(NO_STORE)
        message["headers"] = given

    def _refuse_strange(self, scope: Scope) -> None:
        if not _is_own_host(header_in(scope, b"host") or "", self.hosts) and scope["path"] not in ANY_HOST:
            raise UnknownHost()
        if "\x00" in scope["path"] or b"%00" in scope.get("query_string", b""):
            raise BadAddress()


def _deciding(scope: Scope, send: Send) -> Send:
    """The same lock at a socket: none is accepted before its decision."""

    async def send_decided(message: Message) -> None:
        if message["type"] == "websocket.accept" and not is_decided(scope):
            LOG.critical("undecided: WS %s", _route(scope))
            await send({"type": "websocket.close", "code": 4403, "reason": NotPermitted.code})
            raise Undecided(f"WS {scope['path']} was accepted without deciding access")
        await send(message)

    return send_decided


def _refuse_undecided(scope: Scope, status: int) -> None:
    """The third lock: what a route answers, it answers after its decision."""
    endpoint = scope.get("endpoint")
    reached = endpoint is not None and not isinstance(endpoint, StaticFiles)
    if reached and status < 400 and not is_decided(scope):
        LOG.critical("undecided: %s %s", scope["method"], _route(scope))
        raise Undecided(f"{scope['method']} {scope['path']} answered without deciding access")


def _route(scope: Scope) -> str:
    """What was asked for, without whose it is."""
    return str(getattr(scope.get("route"), "path", scope["path"]))


def own_hosts(shell: Shell) -> frozenset[str]:
    """The names this app answers to."""
    return frozenset({urlsplit(shell.url).hostname or "", "localhost"})


@lru_cache(maxsize=256)
def _is_own_host(host: str, hosts: frozenset[str]) -> bool:
    """One of our names, or a bare address: only names can be made to point at somebody else's machine."""
    name = urlsplit(f"//{host}").hostname or ""
    if name in hosts:
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


# -- how much is read -------------------------------------------------------------------------------


def _limited(scope: Scope, receive: Receive) -> Receive:
    if scope["method"] in ("GET", "HEAD", "OPTIONS"):
        return receive
    kind = (header_in(scope, b"content-type") or "").lower()
    limit, refusal = _most(kind, scope["path"])
    said = header_in(scope, b"content-length")
    announced = "0" if said is None else said
    if not announced.isascii() or not announced.isdigit():
        raise HTTPException(400)
    if int(announced) > limit:
        raise refusal()
    counted = _counting(receive, limit, refusal)
    return _escaped(counted) if kind.startswith(FORM) else counted


def _most(kind: str, path: str) -> tuple[int, type[TooLarge]]:
    """How much is read of what is sent, and what is said of more."""
    if kind.startswith("multipart/") and not path.startswith(WITHOUT_FILES):
        return MULTIPART_LIMIT, FilesTooLarge
    if kind.startswith(("multipart/", FORM)):
        return FORM_LIMIT, TooLarge
    return JSON_LIMIT, TooLarge


def _counting(receive: Receive, limit: int, refusal: type[TooLarge]) -> Receive:
    read = 0

    async def counted() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > limit:
            # The framework lets no other fault through while it reads a body.
            raise HTTPException(413) from refusal()
        return message

    return counted


#: A percent sign that escapes nothing. A browser escapes the sign itself; a hand that types a command may not.
_STRAY = re.compile(rb"%(?![0-9A-Fa-f]{2})")


def _escaped(receive: Receive) -> Receive:
    """What is read of a form, as long as it is escaped: each stray sign takes the decoder as long as twenty others."""

    async def read() -> Message:
        message = await receive()
        stray = islice(_STRAY.finditer(message.get("body", b"")), MOST_STRAY, None)
        if next(stray, None) is not None:
            raise HTTPException(400)
        return message

    return read


#: Escapes that JSON allows and no database stores: NUL, and half of a sign that takes two.
_SUSPECT = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")


def refuse_said_twice(request: Request, once: Collection[str]) -> None:
    """A parameter that is one, sent twice: which of the two is meant nobody can know (ASVS 15.3.7)."""
    said = Counter(name for name, _value in request.query_params.multi_items() if name in once)
    if twice := {name for name, times in said.items() if times > 1}:
        fault = ("这个参数只能写一次。", "This parameter can be given once.")
        raise CannotBeRead(dict.fromkeys(sorted(twice), fault))


async def refuse_unstorable(request: Request) -> None:
    """Refuse JSON with characters that could not be stored."""
    body = await request.body()
    if _SUSPECT.search(body) is None:
        return
    try:
        said = json.dumps(json.loads(body), ensure_ascii=False)
        said.encode()
    except (ValueError, RecursionError):
        raise CannotBeRead({"body": UNSTORABLE}) from None
    if "\\u0000" in said.replace("\\\\", ""):
        raise CannotBeRead({"body": UNSTORABLE})


# -- other sites ------------------------------------------------------------------------------------


async def refuse_other_sites(request: Request, *, is_api: bool) -> None:
    """Refuse a change that another site made the browser send.

    Pages: the browser says where a form came from (Sec-Fetch-Site, Origin); one that does neither has to
    repeat the word in its cookie. The API: a bearer cannot be made to be sent; a cookie can, so there an
    Origin that is sent must be ours, and what is no JSON and no multipart is not read.
    """
    if is_api and header(request, b"authorization"):
        return
    verdict = _says_the_browser(request)
    if verdict is None:
        verdict = not _is_a_form(request) if is_api else await _repeats_the_word(request)
    if not verdict:
        raise OtherSite()


def _is_a_form(request: Request) -> bool:
    """What a page of any site can make a browser send without asking; no program of ours sends it."""
    kind = (header(request, b"content-type") or "").partition(";")[0].strip().lower()
    return kind in ("text/plain", FORM)


def refuse_foreign_socket(connection: HTTPConnection) -> None:
    """A socket opened by another site's page would come with our cookie."""
    if connection.scope["type"] == "websocket" and _says_the_browser(connection) is False:
        raise OtherSite()


def _says_the_browser(connection: HTTPConnection) -> bool | None:
    """True: our own page. False: another's. None: it does not say."""
    origin = header(connection, b"origin")
    if origin is not None:
        return _is_own_origin(origin, connection)
    site = header(connection, b"sec-fetch-site")
    return None if site is None else site in ("same-origin", "none")


def _is_own_origin(origin: str, connection: HTTPConnection) -> bool:
    netloc = urlsplit(origin).netloc
    shell = shell_of(connection)
    return bool(netloc) and netloc in (header(connection, b"host"), urlsplit(shell.url).netloc)


async def _repeats_the_word(request: Request) -> bool:
    shell = shell_of(request)
    word = request.cookies.get(shell.cookie("shequyun_csrf"), "")
    if not word:
        return False
    said = request.headers.get("x-csrf-token")
    if said is None:
        said = str((await request.form()).get("csrf_token", ""))
    return hmac.compare_digest(said.encode(), word.encode())
