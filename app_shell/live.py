"""Live: `/live` says *what* changed, never the content; the page then asks for its fragment by its own address.

The socket is spoken raw: with ten thousand of them FastAPI's own would cost 60 % more memory each.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial

from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app_shell.api import answer
from app_shell.context import ACCESS_KEY, Shell, shell_of
from app_shell.live_hub import SIGNED_OUT, SIGNING_IN, LiveHub
from app_shell.live_socket import Socket
from app_shell.live_wire import wire_of
from app_shell.refused import note_refusal
from app_shell.routing import Access, ApiRouter, SecureRouter, SecureSocket
from app_shell.security import refuse_foreign_socket
from app_shell.signin import not_signed_in
from app_shell.work import WorkDep
from core_db.accounts import actor_of_session
from core_db.foundation.actor import ANONYMOUS, Actor
from core_db.foundation.came import Came, Way
from core_db.foundation.errors import DomainError
from core_db.relay import (
    FactStream,
    Kind,
    Recipient,
    Relay,
    issue_ticket,
    redeem_ticket,
)


class LiveAddress:
    """What answers at `/live`: who may not listen is refused with the handshake."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        connection = HTTPConnection(scope)
        hub: LiveHub = shell_of(connection).keeps["live"]
        after = _cursor(connection.query_params.get("after"))
        try:
            actor = await _listener(connection)
        except DomainError as refusal:
            note_refusal(refusal, actor=ANONYMOUS, came=Came(Way.SOCKET), route=scope["path"])
            await send({"type": "websocket.close", "code": SIGNED_OUT, "reason": ""})
            return
        await send({"type": "websocket.accept"})
        await hub.serve(Socket(actor, send, wire_of(scope)), receive, after=after)


async def _listener(connection: HTTPConnection) -> Actor:
    """Who listens: by a ticket, which is used up, or as with every request."""
    refuse_foreign_socket(connection)
    shell, ticket = shell_of(connection), connection.query_params.get("ticket")
    actor: Actor | None
    if ticket is None:
        actor = await shell.actor_of(connection)
    else:
        actor = await _behind(shell, ticket)
    if actor is None or not actor.is_signed_in or actor.session_id is None:
        refusal = not_signed_in(connection)
        refusal.brought_a_token |= ticket is not None
        raise refusal
    # Decided here and not by `decide`: a ticket may say who listens.
    connection.scope[ACCESS_KEY] = Access.SIGNED_IN
    return actor


async def _behind(shell: Shell, ticket: str) -> Actor | None:
    session_id = await shell.door.write(
        partial(redeem_ticket, ticket=ticket, clock=shell.clock), reach=SIGNING_IN, came=Came(Way.SOCKET)
    )
    if session_id is None:
        return None
    read = partial(actor_of_session, session_id=session_id, app=shell.name, clock=shell.clock)
    return await shell.door.read(read, reach=SIGNING_IN)


def _cursor(sent: str | None) -> int | None:
    """The position after which to go on; what is no position is older than everything."""
    if sent is None:
        return None
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 19 else -1


def live_pages() -> SecureRouter:
    router = SecureRouter()
    router.routes.append(SecureSocket("/live", LiveAddress(), access=Access.SIGNED_IN))
    return router


def live_api() -> ApiRouter:
    router = ApiRouter("/live")

    @router.post(
        "/ticket", access=Access.SIGNED_IN, keyed=False, status_code=201, summary="A ticket for /live"
    )
    async def ticket(work: WorkDep) -> Response:
        return answer({"ticket": await work.write(issue_ticket)}, 201)

    return router


# -- beside the requests ----------------------------------------------------------------------------

Companion = Callable[[Shell], AbstractAsyncContextManager[None]]


def live(forget: Callable[[str], None] = lambda _id: None) -> Companion:
    """Runs the stream and the hub. `forget` drops what is remembered of a session or an account."""

    @asynccontextmanager
    async def companion(shell: Shell) -> AsyncIterator[None]:
        stream = FactStream(shell.door)
        await asyncio.to_thread(stream.start)
        hub = LiveHub(shell, stream, forget=forget)
        await hub.start()
        shell.keeps |= {"facts": stream, "live": hub}
        shell.position = lambda: hub.position
        try:
            yield
        finally:
            await hub.stop()
            await asyncio.to_thread(stream.stop)

    return companion


def relaying(recipients: Sequence[Recipient] = (), kinds: Sequence[Kind] = ()) -> Companion:
    """Delivers facts to those who act on them and runs jobs. Comes after `live`, whose stream it follows."""

    @asynccontextmanager
    async def companion(shell: Shell) -> AsyncIterator[None]:
        stream: FactStream = shell.keeps["facts"]
        relay = Relay(shell.door, stream, clock=shell.clock, recipients=recipients, kinds=kinds)
        await asyncio.to_thread(relay.start)
        try:
            yield
        finally:
            await asyncio.to_thread(relay.stop)

    return companion
