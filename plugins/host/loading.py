"""Loading what is installed: each plugin by itself, so that one that is broken keeps nobody else from starting.

In a worker it is imported by the worker alone; within the platform in a thread, for ten seconds at most.
"""

import asyncio
import importlib
import importlib.util
import logging
import os
import sys
import threading
import warnings
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any

from pydantic.warnings import UnsupportedFieldAttributeWarning
from sqlalchemy import select, update
from sqlmodel import Session

from core_db.foundation.actor import system_actor
from core_db.foundation.clock import Clock
from core_db.foundation.door import Door
from core_db.foundation.lean import dataclass
from core_db.foundation.reach import Across, across
from core_db.installs import plugin_broken
from core_db.installs.model import PLUGINS
from core_db.installs.words import PluginState, RunMode
from plugins.host import marks
from plugins.host.birth import Birth
from plugins.host.inprocess import InProcess
from plugins.host.known import Running
from plugins.host.line import NotBorn
from plugins.host.loop import LoopThread
from plugins.host.tables import NOT_IN_A_WORKER, Tables
from plugins.host.worker import Told, Worker
from plugins.sdk.manifest import Manifest
from plugins.sdk.manifest_file import kept_manifest
from plugins.sdk.performing import handlers_of, settings_schema
from plugins.sdk.plugin import Plugin

# The framework silences this remark itself while it makes a route, but not for a plugin that is imported beside it.
warnings.filterwarnings("ignore", category=UnsupportedFieldAttributeWarning)

_log = logging.getLogger("shequyun.plugins")
#: Without any plugin, whatever is installed: for an operator who wants to see whether it is one of them.
SAFE_MODE = "SHEQUYUN_PLUGIN_SAFE_MODE"
IMPORTED_WITHIN = 10.0
STRIKES = 2
HOST = system_actor("plugins")
EVERYTHING = across(Across.JOB)


class Broken(Exception):
    """It cannot be loaded, and why, for the operator."""


class Behind(Exception):
    """Its tables have to be moved up first. It is not broken: after that and a restart it runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """A plugin as the base has it."""

    id: str
    version: str
    package: str
    folder: str
    run_mode: RunMode
    strikes: int
    manifest: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loader:
    """What loading needs: the two loops, where plugins may work, and who is told when a worker stays off."""

    door: Door
    clock: Clock
    data_dir: Path
    host_loop: LoopThread
    plugin_loop: LoopThread
    tell_down: Told
    tables: Tables
    #: Filled with those that have to be moved up, and why.
    behind: dict[str, str]

    async def load(self, one: Installed) -> Running | None:
        """Run it, or note why it cannot be run."""
        try:
            manifest = kept_manifest(one.manifest)
            self._strike(one)
            begin = self._worker if one.run_mode is RunMode.WORKER else self._own
            running = await begin(one, manifest)
        except Behind as fault:
            _log.warning("plugin %s is off: %s", one.id, fault)
            self.behind[one.id] = str(fault)
            self._write(partial(_noted, plugin_id=one.id, fault=str(fault)))
            return None
        except (Broken, NotBorn, ValueError) as fault:
            said = f"{fault} {getattr(fault, 'where', '')}".strip()
            _log.warning("plugin %s cannot be loaded: %s", one.id, said)
            self._write(partial(plugin_broken, plugin_id=one.id, fault=said, actor=HOST, clock=self.clock))
            return None
        self._write(partial(_loaded, plugin_id=one.id, declared=running.declared))
        return running  # fmt: skip

    def charge(self, folders: Mapping[str, Path]) -> bool:
        """Those who held a whole process up until it ended have a strike each; whether there was one."""
        charged = False
        for said in marks.last_words(self.data_dir):
            found = marks.who_was_at_it(said, dict(folders))
            if found is None:
                _log.error("a process was stuck, in none of the plugins:\n%s", said[:4_000])
                continue
            plugin_id, where = found
            _log.error("plugin %s held the whole process up at %s: let it run in a worker", plugin_id, where)
            self._write(partial(_struck, plugin_id=plugin_id, count=1))
            charged = True
        return charged

    def _strike(self, one: Installed) -> None:
        """Two processes that it took down, and it is left out."""
        died = marks.died_importing(self.data_dir, one.id)
        if died:
            self._write(partial(_struck, plugin_id=one.id, count=died))
        if one.strikes + died >= STRIKES:
            raise Broken(f"it took the whole process down {one.strikes + died} times")

    async def _worker(self, one: Installed, manifest: Manifest) -> Running:
        path = await asyncio.to_thread(self._file_of, one, manifest)
        birth = Birth(
            plugin_id=one.id, package=one.package, folder=one.folder, memory_mb=manifest.run.memory_mb,
            workplace=marks.folder_of(self.data_dir) / one.id / "work", tables=path,
            quota_mb=manifest.storage.quota_mb,
        )  # fmt: skip
        worker = Worker(birth, on=self.host_loop, tell_down=self.tell_down)
        try:
            declared = await worker.start()
            must_do_what_it_says(declared)
            await asyncio.to_thread(self._must_be_up, one.id, declared)
        except (NotBorn, Broken, Behind):
            await worker.stop()
            raise
        return _running(one, manifest, declared, worker)

    async def _own(self, one: Installed, manifest: Manifest) -> Running:
        with marks.importing(self.data_dir, one.id):
            plugin = imported(one.package, one.folder)
        declared = {**handlers_of(plugin), "settings": settings_schema(plugin)}
        must_do_what_it_says(declared)
        await asyncio.to_thread(self._must_be_up, one.id, declared)
        if declared["tables"]:
            plugin.place = self.tables.place(one.id, manifest.storage.quota_mb)
        return _running(one, manifest, declared, InProcess(plugin, on=self.plugin_loop))

    def _file_of(self, one: Installed, manifest: Manifest) -> Path | None:
        """The file of its tables for a worker, which is told of no other."""
        if manifest.storage.mode != "tables":
            return None
        path = self.tables.path(one.id)
        if path is None:
            raise Broken(NOT_IN_A_WORKER[1])
        return path

    def _must_be_up(self, plugin_id: str, declared: Mapping[str, Any]) -> None:
        if lacks := self.tables.lacks(plugin_id, declared):
            raise Behind(lacks)

    def _write(self, operation: Any) -> None:
        self.door.write_now(operation, reach=EVERYTHING)


def to_load(session: Session) -> Sequence[Installed]:
    """What is installed and may run; none of it in safe mode."""
    if os.environ.get(SAFE_MODE, "") not in ("", "0"):
        return ()
    rows = session.execute(
        select(PLUGINS).where(PLUGINS.c.state == PluginState.INSTALLED).order_by(PLUGINS.c.id)
    )
    return [
        Installed(
            id=row.id, version=row.version, package=row.package, folder=row.folder, run_mode=row.run_mode,
            strikes=row.strikes, manifest=row.manifest,
        )
        for row in rows
    ]  # fmt: skip


def package_folder(package: str, folder: str) -> Path:
    """Where a package lies, found without running any of it. Broken: nowhere."""
    if folder:
        top, *rest = package.split(".")
        spec = PathFinder.find_spec(top, [folder])
    else:
        rest, spec = [], importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise Broken(f"there is no package {package} {f'in {folder}' if folder else ''}".strip())
    return Path(spec.origin).parent.joinpath(*rest)


def must_do_what_it_says(declared: Mapping[str, Any]) -> None:
    """Broken: what its code declares is not what its plugin.toml says, and a committee decides by that."""
    if disagrees := declared["disagrees"]:
        raise Broken(f"its code is not what its plugin.toml says: {'; '.join(disagrees)}"[:1_000])


def _running(one: Installed, manifest: Manifest, declared: Mapping[str, Any], runner: Any) -> Running:
    return Running(
        id=one.id, version=one.version, mode=one.run_mode, package=one.package,
        folder=package_folder(one.package, one.folder), manifest=manifest, declared=declared, runner=runner,
    )  # fmt: skip


def imported(package: str, folder: str) -> Plugin:
    """The plugin of a package. Broken: it raised, it is none, or it did not come back in time."""
    found: list[Any] = []

    def bring() -> None:
        try:
            found.append(getattr(importlib.import_module(package), "plugin", None))
        except BaseException as fault:
            found.append(fault)

    if folder and folder not in sys.path:
        sys.path.append(folder)
    # A thread that does not come back is left behind: nothing in Python ends one.
    thread = threading.Thread(target=bring, daemon=True, name=f"import-{package}")
    thread.start()
    thread.join(IMPORTED_WITHIN)
    if not found:
        raise Broken(f"it was not imported within {IMPORTED_WITHIN:g} s")
    if isinstance(found[0], BaseException):
        raise Broken(f"{type(found[0]).__name__}: {found[0]}"[:300]) from found[0]
    if not isinstance(found[0], Plugin):
        raise Broken(f"{package} has no `plugin = Plugin(__name__)`")
    return found[0]


def _loaded(session: Session, *, plugin_id: str, declared: Mapping[str, Any]) -> None:
    """It came up: what it declares is kept for the committee's page, and it has no strikes any more."""
    is_news = (PLUGINS.c.declared != dict(declared)) | (PLUGINS.c.strikes > 0) | (PLUGINS.c.fault != "")
    its = (PLUGINS.c.id == plugin_id) & is_news
    session.execute(update(PLUGINS).where(its).values(declared=dict(declared), strikes=0, fault=""))


def _noted(session: Session, *, plugin_id: str, fault: str) -> None:
    """Why it is off, for the operator's list; its state stays what it is."""
    session.execute(update(PLUGINS).where(PLUGINS.c.id == plugin_id).values(fault=fault[:2_000]))


def all_installed(session: Session) -> Sequence[str]:
    """The ids of all, whether or not they run."""
    return session.execute(select(PLUGINS.c.id).order_by(PLUGINS.c.id)).scalars().all()


def _struck(session: Session, *, plugin_id: str, count: int) -> None:
    its = update(PLUGINS).where(PLUGINS.c.id == plugin_id)
    session.execute(its.values(strikes=PLUGINS.c.strikes + count))


def folders_of(installed: Iterable[Installed]) -> Mapping[str, Path]:
    """Where each lies that can be found."""
    found = {}
    for one in installed:
        try:
            found[one.id] = package_folder(one.package, one.folder)
        except (Broken, ValueError, ModuleNotFoundError):
            continue
    return found
