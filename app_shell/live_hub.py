"""The live hub: each fact once, in order, to the sockets whose keys meet its audience.

Rights are looked at for each delivery: a fact about a session, roles or homes re-works the sockets of that
account before the next fact is sent. What no fact tells (a session runs out, a role's day comes) is asked of
the database every few seconds, for all sockets at once.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from functools import partial

import orjson
from sqlmodel import Session
from starlette.types import Receive

from app_shell.context import Shell
from app_shell.live_socket import Line, Recent, Socket, line_of
from app_shell.live_wire import framed
from core_db.accounts import actor_of_session
from core_db.foundation.database import let_go_of_pages
from core_db.foundation.errors import DomainError
from core_db.foundation.loggers import get_logger
from core_db.foundation.outbox import Fact, facts_after, newest_position, oldest_position
from core_db.foundation.reach import Across, across
from core_db.relay import (
    FactStream,
    accounts_whose_roles_turned,
    audience_keys,
    living_sessions,
)

SIGNED_OUT, RESTARTING, TOO_SLOW, TOO_LARGE = 4401, 1012, 1013, 1009
#: Facts after which somebody may see more or less than before.
ENDING, TURNING = "session.revoked", frozenset({"account.roles_changed", "home.bound"})
#: Who listens is known as whoever signs in is; facts are everybody's until each socket is asked for its keys.
SIGNING_IN, TELLING = across(Across.SIGN_IN), across(Across.RELAY)
PING_EVERY, CHECK_EVERY = 25.0, 4.0
#: Sockets served between two turns of the loop; bytes a client may say.
PIECE, LISTENED_TO = 500, 1024
#: How many facts back the database is read for those who reconnect.
READ_BACK = 5_000

PING = orjson.dumps({"type": "ping"}).decode()
RESYNC = orjson.dumps({"type": "resync"}).decode()
log = get_logger(__name__)


class LiveHub:
    """Everybody who listens in this process, and under which keys."""

    def __init__(self, shell: Shell, stream: FactStream, *, forget: Callable[[str], None]) -> None:
        self.shell = shell
        self.stream = stream
        self.position = 0
        self.recent = Recent(0)
        self._forget = forget
        self._sockets: set[Socket] = set()
        self._by_account: dict[str, set[Socket]] = {}
        self._by_key: dict[str, set[Socket]] = {}
        self._batches: asyncio.Queue[Sequence[Fact]] = asyncio.Queue()
        self._checked_at: datetime = shell.clock.now()
        self._tasks: list[asyncio.Task[None]] = []

    def __len__(self) -> int:
        return len(self._sockets)

    async def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.stream.follow(self._hear)
        # What is told from here on waits in its batch, and what is known already is skipped by its position.
        self.position = self.stream.position
        self.recent = await self.shell.door.read(partial(_told_lately, up_to=self.position), reach=TELLING)
        for work in (self._tell_forever(), self._ping_forever(), self._check_forever()):
            self._tasks.append(asyncio.create_task(work))

    async def stop(self) -> None:
        """Send everybody to another process. Clients come back after a moment of their own choice."""
        self.stream.unfollow(self._hear)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        parting = list(self._sockets)
        for socket in parting:
            self.dismiss(socket, RESTARTING)
        await asyncio.gather(*(s.worker for s in parting if s.worker), return_exceptions=True)

    # -- telling ------------------------------------------------------------------------------------

    def _hear(self, facts: Sequence[Fact]) -> None:
        self._loop.call_soon_threadsafe(self._batches.put_nowait, facts)

    async def _tell_forever(self) -> None:
        while True:
            facts = [fact for fact in await self._batches.get() if fact.position > self.position]
            # Who is signed out by one of them hears none of the others that were told with it.
            for fact in facts:
                if fact.short_type == ENDING:
                    self._end_sessions(str(fact.data.get("account_id", "")), fact.data.get("session_id"))
            for fact in facts:
                await self._take(fact)

    async def _take(self, fact: Fact) -> None:
        """One fact: first who may hear it and what follows, then everybody who may."""
        account = str(fact.data.get("account_id", ""))
        if fact.short_type == ENDING:
            self._end_sessions(account, fact.data.get("session_id"))
        elif fact.short_type in TURNING:
            await self._rework(account)
        line = line_of(fact)
        self.recent.add(line)
        self.position = fact.position
        await self._send_to(self._entitled(fact), line[2], position=fact.position)

    def _entitled(self, fact: Fact) -> Collection[Socket]:
        sets = [found for key in fact.audience if (found := self._by_key.get(key))]
        return list(sets[0] if len(sets) == 1 else set().union(*sets))

    async def _send_to(self, sockets: Collection[Socket], text: str, *, position: int | None = None) -> None:
        frame = framed(text)
        for count, socket in enumerate(sockets, start=1):
            knows_it = position is not None and position <= socket.position
            if not knows_it and socket.closing is None and not socket.push(text, frame):
                self.dismiss(socket, TOO_SLOW)
            if count % PIECE == 0:
                await asyncio.sleep(0)

    async def _ping_forever(self) -> None:
        while True:
            await asyncio.sleep(PING_EVERY)
            await self.ping()

    async def ping(self) -> None:
        """A sign of life, for proxies that close what is silent."""
        await self._send_to([socket for socket in self._sockets if socket.joined], PING)

    # -- rights -------------------------------------------------------------------------------------

    def _end_sessions(self, account: str, session_id: str | None) -> None:
        self._forget(session_id or account)
        for socket in tuple(self._by_account.get(account, ())):
            if session_id in (None, socket.session_id):
                self.dismiss(socket, SIGNED_OUT)

    async def _rework(self, account: str) -> None:
        """Work out anew what an account's sockets may hear. Cannot it be known, they shall come again."""
        self._forget(account)
        for socket in tuple(self._by_account.get(account, ())):
            socket.turn += 1
            try:
                await self._work_out(socket)
            except Exception as fault:
                log.warning("rights_not_known", fault=type(fault).__name__)
                self.dismiss(socket, TOO_SLOW)

    async def _work_out(self, socket: Socket) -> None:
        """The keys of the socket's actor now; again when they were turned while they were being read."""
        while socket.closing is None:
            turn, clock = socket.turn, self.shell.clock
            read = partial(actor_of_session, session_id=socket.session_id, app=self.shell.name, clock=clock)
            actor = await self.shell.door.read(read, reach=SIGNING_IN)
            if actor is None:
                self.dismiss(socket, SIGNED_OUT)
            elif turn == socket.turn:
                self._give_keys(socket, audience_keys(actor))
                return

    def _give_keys(self, socket: Socket, keys: frozenset[str]) -> None:
        self._unlist(socket)
        socket.keys = keys
        if socket.joined:
            self._list(socket)

    async def _check_forever(self) -> None:
        while True:
            await asyncio.sleep(CHECK_EVERY)
            try:
                await self.check()
            except Exception as fault:
                # A database that is away tells no facts either; the next look will do.
                log.warning("sessions_not_checked", fault=type(fault).__name__)

    async def check(self) -> None:
        """What no fact tells: sessions that ran out, roles whose day came. One look for all sockets."""
        now = self.shell.clock.now()
        sessions = {socket.session_id for socket in self._sockets}
        living = await self.shell.door.read(partial(living_sessions, ids=sessions, now=now), reach=SIGNING_IN)
        for socket in tuple(self._sockets):
            if socket.session_id in sessions and socket.session_id not in living:
                self.dismiss(socket, SIGNED_OUT)
        turned = partial(accounts_whose_roles_turned, since=self._checked_at, now=now)
        for account in await self.shell.door.read(turned, reach=SIGNING_IN):
            await self._rework(account)
        self._checked_at = now

    # -- coming and going ---------------------------------------------------------------------------

    async def serve(self, socket: Socket, receive: Receive, *, after: int | None) -> None:
        """One socket from its hello to its end. It is known by its account first, so that no turn is missed."""
        self._enter(socket)
        try:
            await self._work_out(socket)
            await self._begin(socket, after)
            await self._stay(socket, receive)
        except asyncio.CancelledError:
            if socket.closing is None:
                raise
        except OSError:
            pass  # The client has gone while it was being told something.
        except DomainError:
            self.dismiss(socket, TOO_SLOW)
        finally:
            self._leave(socket)

    async def _begin(self, socket: Socket, after: int | None) -> None:
        """Say hello, tell what was missed, and join without a gap: no await between the last two."""
        resumes = after is not None and await self._can_resume(after)
        socket.position = after if resumes and after is not None else self.position
        hello = {"type": "hello", "position": socket.position}
        await self._say(socket, orjson.dumps(hello).decode())
        if after is not None and not resumes:
            await self._say(socket, RESYNC)
        while socket.closing is None and socket.position < self.position:
            for line in await self._next_lines(socket.position):
                if not socket.keys.isdisjoint(line[1]):
                    await self._say(socket, line[2])
                socket.position = line[0]
        if socket.closing is None:
            socket.joined = True
            self._list(socket)

    async def _say(self, socket: Socket, text: str) -> None:
        if socket.closing is None:
            await socket.say(text)

    async def _can_resume(self, after: int) -> bool:
        if self.recent.start <= after <= self.position:
            return True
        newest, oldest = await self.shell.door.read(
            lambda s: (newest_position(s), oldest_position(s)), reach=TELLING
        )
        # What is no position lies before the first one, also where nothing was told yet.
        return max(0, oldest - 1, newest - READ_BACK) <= after <= newest

    async def _next_lines(self, position: int) -> Iterable[Line]:
        if position >= self.recent.start:
            return self.recent.after(position)
        facts = await self.shell.door.read(partial(facts_after, position=position), reach=TELLING)
        # What the hub has not taken yet it may only tell after it has looked at the rights.
        lines = [line_of(fact) for fact in facts if fact.position <= self.position]
        return lines or [(self.position, (), "")]

    async def _stay(self, socket: Socket, receive: Receive) -> None:
        """Clients have nothing to say; too much of it ends the conversation."""
        while True:
            message = await receive()
            if message["type"] == "websocket.disconnect":
                return
            if len(message.get("text") or message.get("bytes") or "") > LISTENED_TO:
                self.dismiss(socket, TOO_LARGE)

    def dismiss(self, socket: Socket, code: int) -> None:
        """From this moment the socket hears nothing more."""
        self._leave(socket)
        socket.part(code)

    def _enter(self, socket: Socket) -> None:
        self._sockets.add(socket)
        self._by_account.setdefault(socket.account_id, set()).add(socket)
        self.stream.brisk = True

    def _leave(self, socket: Socket) -> None:
        self._unlist(socket)
        self._sockets.discard(socket)
        _drop(self._by_account, socket.account_id, socket)
        self.stream.brisk = bool(self._sockets)

    def _list(self, socket: Socket) -> None:
        for key in socket.keys:
            self._by_key.setdefault(key, set()).add(socket)

    def _unlist(self, socket: Socket) -> None:
        for key in socket.keys:
            _drop(self._by_key, key, socket)


def _told_lately(session: Session, *, up_to: int) -> Recent:
    """The lines as far back as anybody may resume, read once: after a restart all who were here come at once."""
    since = max(oldest_position(session) - 1, up_to - READ_BACK, 0)
    recent = Recent(since)
    # Piece by piece: of a fact only its line stays, and what all of them take at once would never be given back.
    while facts := facts_after(session, since):
        since = facts[-1].position
        for fact in facts:
            if fact.position <= up_to:
                recent.add(line_of(fact))
    let_go_of_pages(session.connection())
    return recent


def _drop(index: dict[str, set[Socket]], key: str, socket: Socket) -> None:
    found = index.get(key)
    if found is not None:
        found.discard(socket)
        if not found:
            del index[key]
