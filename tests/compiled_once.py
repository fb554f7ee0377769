"""Templates that one worker of the tests has compiled, for the others of the same run: each would compile all of them.

They lie in a folder of the run and go with it, so nothing old is ever taken for new.
"""

import hashlib
import marshal
import os
import tempfile
from pathlib import Path
from types import CodeType
from typing import Any

import orjson
import pytest

from app_shell import compiling, words
from plugins.testkit.workplaces import new_workplace

Kept = tuple[str, CodeType | None]


class Shelf(dict[str, Kept]):
    """What a process compiled, and below it the folder in which all put what they did."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def get(self, key: str, default: Any = None) -> Any:
        if key not in self and (path := self._place(key)).exists():
            super().__setitem__(key, marshal.loads(path.read_bytes()))
        return super().get(key, default)

    def __setitem__(self, key: str, kept: Kept) -> None:
        super().__setitem__(key, kept)
        # Another may read it meanwhile, or put the same there.
        handle, half = tempfile.mkstemp(dir=self._folder)
        with os.fdopen(handle, "wb") as file:
            marshal.dump(kept, file)
        Path(half).replace(self._place(key))

    def _place(self, key: str) -> Path:
        """By the sentences too, which are compiled in: a test may have brought others."""
        said = orjson.dumps([key, words._ENGLISH])
        return self._folder / hashlib.sha256(said).hexdigest()


class OneFolder:
    """Whoever hands out the tests has the folder, and says where it is."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        node.workerinput["compiled"] = self._folder


def compile_once(config: pytest.Config) -> None:
    """Share what is compiled among the workers of a run; one process alone keeps it in its memory anyway."""
    given = getattr(config, "workerinput", None)
    if given is not None:
        compiling.COMPILED = Shelf(Path(given["compiled"]))
    elif config.getoption("numprocesses", None):
        folder = new_workplace("shequyun-compiled-")
        config.pluginmanager.register(OneFolder(str(folder)), "compiled once")
