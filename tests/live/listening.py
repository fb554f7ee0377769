"""An app behind a real uvicorn, in a thread, and real sockets that listen to it."""

import asyncio
import json
import socket
import threading
from collections.abc import Coroutine, Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from typing import Any

import uvicorn
from websockets.sync.client import ClientConnection, connect

from app_shell.live_hub import LiveHub
from app_shell.live_wire import Wire
from core_db.foundation.clock import Clock
from core_db.foundation.door import Door
from core_db.foundation.settings import Settings

PATIENCE = 30.0
PING = {"type": "ping"}


class Server(uvicorn.Server):
    """Says when it is up."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self.loop = asyncio.get_running_loop()
        self.up.set()


class Serving:
    """A running app: its address, and its hub for what a test need not wait for."""

    def __init__(self, name: str, app: Any, server: Server, port: int) -> None:
        self.name, self.app, self.server, self.ears = name, app, server, ExitStack()
        self.origin = f"http://127.0.0.1:{port}"
        self.address = f"ws://127.0.0.1:{port}/live"

    @property
    def hub(self) -> LiveHub:
        hub: LiveHub = self.app.state.shell.keeps["live"]
        return hub

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Run something in the server's loop, as one of its timers would."""
        return asyncio.run_coroutine_threadsafe(work, self.server.loop).result(PATIENCE)

    def listen(
        self, token: str | None = None, *, ticket: str | None = None, after: int | str | None = None,
        origin: str | None = None,
    ) -> "Ear":  # fmt: skip
        asked = {"after": after, "ticket": ticket}
        query = "&".join(f"{name}={value}" for name, value in asked.items() if value is not None)
        cookie = {} if token is None else {"Cookie": f"shequyun_{self.name}={token}"}
        opening = connect(
            f"{self.address}?{query}", additional_headers=cookie, origin=origin or self.origin,
            compression=None, open_timeout=PATIENCE, proxy=None,
        )  # fmt: skip
        return Ear(self.ears.enter_context(opening))


class Ear:
    """One socket. The hello has been heard when it is made."""

    def __init__(self, opened: ClientConnection) -> None:
        self.socket = opened
        self.hello = self.next()

    def next(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self.socket.recv(timeout=PATIENCE))
        return message

    def until_ping(self) -> list[dict[str, Any]]:
        """Everything up to the next ping."""
        heard = []
        while (message := self.next()) != PING:
            heard.append(message)
        return heard

    def close(self) -> None:
        self.socket.close()


@contextmanager
def serving(name: str, settings: Settings, door: Door, clock: Clock) -> Iterator[Serving]:
    """The app on a free port, until the test is over."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        reached = settings.model_copy(update={f"{name}_url": f"http://127.0.0.1:{port}"})
        app = import_module(f"{name}_app.main").create_app(reached, door=door, clock=clock)
        server = Server(
            uvicorn.Config(app, ws=Wire, ws_per_message_deflate=False, log_level="warning", lifespan="on")
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        assert server.up.wait(PATIENCE)
        running = Serving(name, app, server, port)
        try:
            yield running
        finally:
            running.ears.close()
            server.should_exit = True
            thread.join(PATIENCE)
