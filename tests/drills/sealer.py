"""Somebody who seals anew in small pieces, as a process of its own that can be killed between two and in the middle."""

from multiprocessing.connection import Connection

from core_db.foundation.database import open_engines
from core_db.foundation.door import Door
from core_db.foundation.sealing import keyring_from
from core_db.foundation.settings import Settings
from core_db.upkeep import finish_rotation, rotating


def seal_anew(settings: Settings, at_once: int, line: Connection) -> None:
    """Say of each piece how many values it held and wait until somebody has heard it; say at the end what was done."""
    rotating.AT_ONCE = at_once

    def say(count: int) -> None:
        line.send(count)
        line.recv()

    door = Door(open_engines(settings), keyring=keyring_from(settings))
    line.send(finish_rotation(door, tell=say))
    door.close()
