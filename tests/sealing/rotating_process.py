"""A process of its own that seals anew in small pieces and says each, so that a test can kill it between two."""

import sys

from core_db.foundation.database import open_engines
from core_db.foundation.door import Door
from core_db.foundation.sealing import keyring_from
from core_db.foundation.settings import Settings
from core_db.upkeep import finish_rotation, rotating


def say(*words):
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


rotating.AT_ONCE = int(sys.argv[1])
settings = Settings()
door = Door(open_engines(settings), keyring=keyring_from(settings))
done = finish_rotation(door, tell=say)
say("done", done.left)
door.close()
