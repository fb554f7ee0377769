"""Operations that wait for a writer together, and what they write and tell."""

import asyncio
import threading
from typing import ClassVar

from pydantic import BaseModel

from core_db.foundation.actor import system_actor
from core_db.foundation.errors import DomainError

US = system_actor("tests")


class Said(BaseModel):
    """A fact of these tests alone."""

    type: ClassVar[str] = "cn.shequyun.tests.said.v1"
    word: str

    @property
    def subject(self) -> str:
        return f"word/{self.word}"


class NotThisOne(DomainError):
    code = "not-this-one"


class Gate:
    """Keeps every writer busy, so that what is asked meanwhile waits and makes one group."""

    def __init__(self, door):
        self.door = door
        self._open = threading.Event()
        self._inside = threading.Semaphore(0)

    async def __aenter__(self):
        self._held = []
        for _lane in range(self.door.engines.writers):
            # One after the other: a writer that finds two of them waiting takes both.
            self._held.append(asyncio.create_task(self.door.write(self._hold)))
            await asyncio.to_thread(self._inside.acquire)
        return self

    def _hold(self, _session):
        self._inside.release()
        self._open.wait(10)

    async def __aexit__(self, *_fault):
        self._open.set()
        # What became of the gate itself is nobody's matter.
        await asyncio.gather(*self._held, return_exceptions=True)


async def in_one_group(door, operations):
    """The outcomes of operations that were waiting together."""
    async with Gate(door):
        asked = [asyncio.create_task(door.write(one)) for one in operations]
        await asyncio.sleep(0)
        assert door.waiting == len(operations)
    return await asyncio.gather(*asked, return_exceptions=True)
