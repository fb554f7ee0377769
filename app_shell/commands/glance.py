"""What can be seen of an installation at a glance, by its files and without whatever else serves it."""

from contextlib import closing, suppress
from typing import Any

import pysqlite3.dbapi2 as pysqlite

from app_shell.commands.voice import Mistake
from core_db.foundation.house_keys import house_keys_of, key_file
from core_db.foundation.settings import Settings
from core_db.revisions import head

#: The file that says that everything beside it may be deleted.
MARKER = "demo.txt"
#: The member of staff who is entered when everything else of a demonstration is there.
LAST = "demo-prepared"


def must_have_key(settings: Settings) -> None:
    """A database that is there was sealed with a key; a new one made in its place would open nothing."""
    if settings.is_embedded and settings.secret_key is None and settings.sqlite_path.exists():
        key = key_file(settings)
        if not key.exists():
            raise Mistake(
                f"密钥 {key} 不见了：请放回原来的密钥，否则加密的字段打不开。",
                f"The key {key} is missing: put it back, or sealed fields stay shut.",
            )


def demo_stands(settings: Settings) -> bool:
    """Whether a demonstration is whole, sealed with a key that is there, and of this program's tables.

    Who is told no looks again, and has all of it made, mended or refused.
    """
    if not settings.is_embedded or not (settings.data_dir / MARKER).exists():
        return False
    must_have_key(settings)
    house_keys_of(settings)
    with suppress(pysqlite.Error), closing(_opened(settings)) as file:
        revision = file.execute("SELECT version_num FROM alembic_version").fetchone()
        last = file.execute("SELECT 1 FROM accounts WHERE username = ?", (LAST,)).fetchone()
        return revision == (head(),) and last is not None
    return False


def _opened(settings: Settings) -> Any:
    return pysqlite.connect(f"{settings.sqlite_path.absolute().as_uri()}?mode=rw", uri=True)
