"""One worker's life as the platform sees it: calls sent, questions answered, and the end, whatever brought it."""

import asyncio
import logging
import os
import signal
import socket
import subprocess
from collections.abc import Callable, Mapping
from contextlib import suppress
from itertools import count
from typing import Any

from core_db.foundation.lean import dataclass
from plugins.host.wire import LONGEST, QUESTIONS, line_of, said_in
from plugins.sdk.calls import Answered, Ask, Call
from plugins.sdk.context import Forbidden, Refused

#: A worker waits with what it may not ask yet, but something in it may go around that. What a call asked that nobody
#: waits for any more may be under way beside it; each question beyond is refused, and so many refused while its calls
#: last are a flood, and end it.
MOST_QUESTIONS, FLOOD = 2 * QUESTIONS, 1_000
_log = logging.getLogger("shequyun.plugins")
_said = logging.getLogger("shequyun.plugins.said")


class NotBorn(Exception):
    """A worker that did not come up: what it said, and where in the plugin."""

    def __init__(self, said: str, where: str = "") -> None:
        self.said, self.where = said, where
        super().__init__(said)


@dataclass(frozen=True, slots=True)
class _UnderWay:
    ended: "asyncio.Future[Answered]"
    ask: Ask


class Line:
    """The line to one process. Everything here happens on the host's loop."""

    def __init__(self, plugin_id: str, process: subprocess.Popen[bytes], ours: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        self.plugin_id = plugin_id
        self.process = process
        self.up: asyncio.Future[None] = loop.create_future()
        self.ready: asyncio.Future[dict[str, Any]] = loop.create_future()
        self.gone: asyncio.Future[int] = loop.create_future()
        self.heard_at = loop.time()
        #: Bytes of memory it held when it was last asked.
        self.resident = 0
        #: It has no network but the host's; known once it is ready.
        self.is_cut_off = False
        #: Its end is wanted, and no crash.
        self.is_let_go = False
        self._ours = ours
        self._calls: dict[int, _UnderWay] = {}
        self._questions: set[asyncio.Task[None]] = set()
        self._refused = 0
        self._numbers = count(1)
        self._writer: asyncio.StreamWriter | None = None
        self._reading = loop.create_task(self._read())

    @property
    def is_idle(self) -> bool:
        return not self._calls

    # -- what the platform says ---------------------------------------------------------------------

    def begin(self, call: Call, ask: Ask) -> "tuple[int, asyncio.Future[Answered]]":
        """Send a call; its number, and a promise of its end."""
        number = next(self._numbers)
        ended = asyncio.get_running_loop().create_future()
        if self.gone.done():
            ended.set_result(Answered(ok=False, why="fault", said="its worker ended"))
            return number, ended
        if self.is_idle:
            self._refused = 0
        self._calls[number] = _UnderWay(ended, ask)
        ended.add_done_callback(lambda _: self._calls.pop(number, None))
        self._write({"is": "call", "n": number, "call": call.model_dump(mode="json")})
        return number, ended

    def cancel(self, number: int) -> None:
        """Nobody waits for it any more."""
        self._write({"is": "cancel", "n": number})

    def ping(self) -> None:
        self._write({"is": "ping", "n": next(self._numbers)})

    def kill(self) -> None:
        """End it and whatever it started, at once."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)

    # -- what the worker says -----------------------------------------------------------------------

    async def _read(self) -> None:
        try:
            reader, self._writer = await asyncio.open_connection(sock=self._ours, limit=LONGEST)
            while (line := await reader.readline()) and self._refused < FLOOD:
                self.heard_at = asyncio.get_running_loop().time()
                self._hear(said_in(line))
        except Exception as fault:
            # What cannot be understood ends the worker as a crash does: nothing it says is believed any more.
            _log.warning("plugin %s: its worker said what nobody understands: %r", self.plugin_id, fault)
        finally:
            await self._bury()

    def _hear(self, said: dict[str, Any]) -> None:
        hears: Mapping[str, Callable[[dict[str, Any]], None]] = {
            "up": lambda _: self.up.set_result(None),
            "ready": self._begin_its_life,
            "broken": lambda said: self.ready.set_exception(NotBorn(said["said"], said["where"])),
            "ended": self._end, "asks": self._take_question, "pong": self._note_memory, "log": self._log,
        }  # fmt: skip
        hears[said["is"]](said)

    def _begin_its_life(self, said: dict[str, Any]) -> None:
        self.is_cut_off = bool(said["is_cut_off"])
        self.ready.set_result(said["declared"])

    def _end(self, said: dict[str, Any]) -> None:
        under_way = self._calls.get(said["n"])
        if under_way is not None and not under_way.ended.done():
            under_way.ended.set_result(Answered.model_validate(said["answered"]))

    def _take_question(self, said: dict[str, Any]) -> None:
        under_way = self._calls.get(said["call"])
        if under_way is None or len(self._questions) >= MOST_QUESTIONS:
            self._refuse(said)
            return
        task = asyncio.get_running_loop().create_task(self._answer(said, under_way.ask))
        self._questions.add(task)
        task.add_done_callback(self._questions.discard)

    def _refuse(self, said: dict[str, Any]) -> None:
        """To refuse one costs little; thousands cost everybody, so whoever floods us ends as one that hangs does."""
        self._refused += 1
        if self._refused == FLOOD:
            _log.warning(
                "plugin %s: it asks more at once than anybody answers; its worker is ended", self.plugin_id
            )
            self.kill()
            return
        no = {"ok": False, "why": "refused", "said": "this call is over, or asks too much at once"}
        self._write({"is": "reply", "n": said["n"], **no})

    async def _answer(self, said: dict[str, Any], ask: Ask) -> None:
        reply = {"is": "reply", "n": said["n"], "ok": False}
        try:
            self._write({**reply, "ok": True, "value": await ask(said["op"], said["given"])})
        except (Forbidden, Refused) as no:
            why = "forbidden" if isinstance(no, Forbidden) else "refused"
            self._write({**reply, "why": why, "said": str(no)})
        except Exception as fault:
            # Nothing of the inside goes to a plugin; the operator reads what it was.
            _log.exception("plugin %s: %s could not be answered", self.plugin_id, said["op"])
            why = f"{said['op']} could not be answered: {type(fault).__name__}"
            self._write({**reply, "why": "fault", "said": why})

    def _note_memory(self, said: dict[str, Any]) -> None:
        self.resident = int(said["resident"])

    def _log(self, said: dict[str, Any]) -> None:
        """Its own words, under the name we know it by."""
        level = min(max(int(said["level"]), logging.INFO), logging.ERROR)
        more = said["more"] if isinstance(said["more"], dict) else {}
        heard = {
            "plugin": self.plugin_id, "community": str(said["community"]), "more": more,
            "left_out": int(said.get("left_out", 0)),
        }  # fmt: skip
        _said.log(level, "%s", str(said["said"]), extra=heard)

    # -- the end ------------------------------------------------------------------------------------

    async def _bury(self) -> None:
        """Whoever waits hears of the end; the process is waited for, so that nothing of it stays."""
        self.kill()
        if self._writer is not None:
            self._writer.close()
        else:
            self._ours.close()
        for task in self._questions:
            task.cancel()
        code = await asyncio.get_running_loop().run_in_executor(None, self.process.wait)
        said = f"its worker ended (signal {-code})" if code < 0 else f"its worker ended ({code})"
        for under_way in list(self._calls.values()):
            if not under_way.ended.done():
                under_way.ended.set_result(Answered(ok=False, why="fault", said=said))
        for promise in (self.up, self.ready):
            if not promise.done():
                promise.set_exception(NotBorn(said))
                promise.exception()
        self.gone.set_result(code)

    def _write(self, said: Mapping[str, Any]) -> None:
        if self._writer is not None and not self._writer.is_closing():
            self._writer.write(line_of(said))
