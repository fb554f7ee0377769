"""Answers of the JSON API: bytes once made, versions as ETags, keys that make a POST count once, cursors."""

import base64
import binascii
import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode

import orjson
from fastapi import Query
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from app_shell.context import header
from app_shell.forms import Typed
from app_shell.work import Work
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, HeldClock
from core_db.foundation.errors import CannotBeRead, VersionMissing
from core_db.foundation.idempotency import Answer, Asked, was_answered
from core_db.foundation.idempotency import once as once_in
from core_db.foundation.ids import LAST_NUMBER

T = TypeVar("T")
Row = Mapping[str, Any]
KEY_LENGTH = 255
_IS_JSON = (b"content-type", b"application/json")

#: How many a list gives at most.
Limit = Annotated[int, Query(ge=1, le=100)]
#: Where a list goes on: the `next` of the page before.
After = Annotated[str | None, Query(max_length=400)]


def answer(value: Any, status: int = 200, *, version: int | None = None) -> Response:
    """A value as JSON; `version` becomes its ETag."""
    return respond_with(orjson.dumps(value), status, etag=None if version is None else etag_of(version))


def respond_with(body: bytes, status: int = 200, *, etag: str | None = None) -> Response:
    """Bytes that are JSON already."""
    return _Json(body, status, etag)


class _Json(Response):
    """An answer whose headers are known: the framework works out at each what kind and how long it is."""

    def __init__(self, body: bytes, status: int, etag: str | None) -> None:
        self.status_code, self.body, self.background = status, body, None
        self.raw_headers = [(b"content-length", str(len(body)).encode()), _IS_JSON]
        if etag is not None:
            self.raw_headers.insert(0, (b"etag", etag.encode("latin-1")))


def nothing() -> Response:
    return Response(status_code=204)


# -- versions ---------------------------------------------------------------------------------------


def etag_of(version: int) -> str:
    return f'"{version}"'


def if_match(request: Request) -> int:
    """The version the caller saw. Missing: 428."""
    sent = (header(request, b"if-match") or "").strip().removeprefix("W/").strip('"')
    if not sent:
        raise VersionMissing()
    if not (sent.isascii() and sent.isdigit() and len(sent) < 10):
        # Something that was never a version of ours: stale by nature.
        return -1
    return int(sent)


# -- once is once -----------------------------------------------------------------------------------


async def once(
    request: Request, work: Work, use_case: Callable[..., T], *args: Any,
    render: Callable[[Session, T], Any], status: int | Callable[[T], int] = 201, versioned: bool = False,
    content: bytes | None = None, **kwargs: Any,
) -> Response:  # fmt: skip
    """Run a use case under the caller's Idempotency-Key, if one is sent, and answer with what `render` makes of it.

    The answer is made in the writing transaction and kept there (sealed, where something sealed was met on the way);
    the same key and body gets it again, byte for byte. `render(session, result)` is pure: it may read, never change.
    With `versioned` its `version` becomes the ETag. `content` stands for the body where that was a stream (uploads).
    `status` may depend on what came of it: what waits for a second person is accepted, and not done.
    """
    body = await request.body() if content is None else content
    asked = _asked(request, work.actor, _key_of(request), body)
    args = await filtered_once(work, use_case, args, asked)

    def write(session: Session, *, actor: Actor, clock: Clock) -> Answer:
        # What is done and the record that it was done are of one moment.
        held = HeldClock(clock.now())

        def make() -> Answer:
            result = use_case(session, *args, actor=actor, clock=held, **kwargs)
            session.flush()
            shown = render(session, result)
            etag = etag_of(shown["version"]) if versioned else None
            came_of_it = status if isinstance(status, int) else status(result)
            return Answer(status=came_of_it, body=orjson.dumps(shown), etag=etag)

        return _answered(session, asked, make, held.moment)

    given = await work.write(write)
    return respond_with(given.body, given.status, etag=given.etag)


async def filtered_once(
    work: Work, use_case: Callable[..., Any], args: tuple[Any, ...], asked: Asked
) -> tuple[Any, ...]:
    """`work.filtered`, but for what was answered already: it is answered again, whatever a plugin says meanwhile."""
    if not work.door.points.asks_before(use_case) or (asked.key and await work.read(was_answered, asked)):
        return args
    return await work.filtered(use_case, args)


async def once_sealed(
    request: Request, work: Work, use_case: Callable[..., T], *args: Any, render: Callable[[T], Any], status: int = 200,
    **kwargs: Any,
) -> Response:  # fmt: skip
    """`once` for an answer with personal data in it: what is kept for a retry is sealed in any case.

    A retry under the same key is the same look again, byte for byte, and is recorded as the one look it is.
    """
    asked = _asked(request, work.actor, _key_of(request), await request.body())

    def write(session: Session, *, actor: Actor, clock: Clock) -> bytes:
        def make() -> Answer:
            shown = orjson.dumps(render(use_case(session, *args, actor=actor, clock=clock, **kwargs)))
            return Answer(status=status, body=shown, is_personal=True)

        return _answered(session, asked, make, clock.now()).body

    return respond_with(await work.write(write), status)


async def once_from_form(
    request: Request, work: Work, typed: Typed, use_case: Callable[..., T], *args: Any,
    to: Callable[[T], str], **kwargs: Any,
) -> str:  # fmt: skip
    """The same for a page's form with an `idempotency_key` field; gives the path to go on to."""
    key = typed.get("idempotency_key", "")
    words = sorted((name, typed.getlist(name)) for name in typed if name != "csrf_token")
    asked = _asked(request, work.actor, _checked(key) if key else "", urlencode(words, doseq=True).encode())
    args = await filtered_once(work, use_case, args, asked)

    def write(session: Session, *, actor: Actor, clock: Clock) -> str:
        def make() -> Answer:
            result = use_case(session, *args, actor=actor, clock=clock, **kwargs)
            return Answer(status=303, body=to(result).encode())

        return _answered(session, asked, make, clock.now()).body.decode()

    return await work.write(write)


def _answered(session: Session, asked: Asked, make: Callable[[], Answer], now: datetime) -> Answer:
    """Whoever sends no key is answered as often as he asks: it is counted again each time."""
    return once_in(session, asked, make, now=now) if asked.key else make()


def _key_of(request: Request) -> str:
    """The key that came along; an empty one was meant to protect something, and is refused."""
    key = header(request, b"idempotency-key")
    return "" if key is None else _checked(key)


def _checked(key: str) -> str:
    if not 0 < len(key) <= KEY_LENGTH or not (key.isascii() and key.isprintable()):
        raise CannotBeRead({
            "Idempotency-Key": ("请写 1 到 255 个可见的 ASCII 字符。", "1 to 255 printable ASCII characters.")
        })  # fmt: skip
    return key


def _asked(request: Request, actor: Actor, key: str, body: bytes) -> Asked:
    route = f"{request.method} {request.scope['path']}"
    # For whom or where something is asked may stand in the address: with another, it is another thing that is asked.
    query = request.scope["query_string"]
    said = b"?".join((query, body)) if query else body
    return Asked(account_id=actor.id, route=route, key=key, digest=hashlib.sha256(said).digest())


# -- lists ------------------------------------------------------------------------------------------


def listed(rows: Sequence[Any], *, next_after: str | None) -> dict[str, Any]:
    return {"items": rows, "next": next_after}


def cursor(*keys: str | int | None) -> str:
    """The sort keys of the last row, opaque to the caller."""
    return base64.urlsafe_b64encode(orjson.dumps(keys)).rstrip(b"=").decode()


def keys_of(after: str | None, *kinds: type) -> tuple[Any, ...] | None:
    """The sort keys again; a cursor that is not one of ours is 422."""
    if after is None:
        return None
    try:
        keys = orjson.loads(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))
    except (ValueError, binascii.Error):
        keys = None
    if not isinstance(keys, list) or [type(key) for key in keys] != list(kinds):
        raise CannotBeRead({"after": ("翻页位置不对，请从第一页看起。", "Not a cursor of this list.")})
    return tuple(keys)


def cursor_of(after: str | None) -> int | None:
    """The cursor of a list of cases; what is none is refused beside its name."""
    if not after:
        return None
    if not (after.isascii() and after.isdigit() and len(after) < 20 and int(after) <= LAST_NUMBER):
        raise CannotBeRead({"after": ("翻页位置不对，请从第一页看起。", "Not a cursor of this list.")})
    return int(after)
