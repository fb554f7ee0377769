"""A demonstration with somebody's plugin switched on in it, out of the folder in which he writes it.

It is a small one, with no plugin but his, so that there is soon something to see. The plugin runs in a process of
its own. For each purpose that asks for consent, the oldest of the demonstration's residents agree, so that there is
somebody to see; whoever signs in says for himself.
"""

from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path

from sqlalchemy import select
from sqlmodel import Session

from app_shell.commands.house import CLOCK, COMMAND, EVERYTHING, community_with_code, opened_door
from app_shell.commands.showing import make_world
from app_shell.commands.voice import Mistake
from app_shell.demo.prepare import HERE, SMALL
from core_db.foundation.actor import Actor, ActorKind, Grant, Role
from core_db.foundation.door import Door
from core_db.foundation.settings import Settings
from core_db.installs.consents import agree
from core_db.installs.model import INSTALLS, PLUGINS
from core_db.installs.sheets import purposes_of
from core_db.installs.words import ConsentChannel, InstallState, RunMode
from core_db.people.model import PERSONS
from plugins.host.fetching import Fetched, bundled, fetch_bundled
from plugins.host.operating import declared_by, enable_for_the_demo, install_fetched
from plugins.sdk.manifest_file import BadManifest, package_in, read_manifest

#: So many residents of the demonstration agree.
AGREE = 40
#: What of a plugin is read when it begins.
READ = frozenset({".py", ".toml", ".po", ".json", ".svg", ".png", ".css"})


def prepare_with(project: Path, settings: Settings, *, silent: bool) -> Fetched:
    """The demonstration is there, and the plugin is on in its neighbourhood; Mistake where it cannot run."""
    fetched = as_it_lies(project)
    make_world(settings, SMALL, silent=silent)
    take_up(fetched, settings)
    return fetched


def take_up(fetched: Fetched, settings: Settings) -> None:
    """As it lies in its folder now it is what is installed, and on; Mistake where it cannot run."""
    with opened_door(settings) as door:
        declared = declared_by(fetched, settings.data_dir)
        install_fetched(door, fetched, RunMode.WORKER, declared)
        community_id = community_with_code(door, HERE)
        # What he set meanwhile stays, unless his plugin now asks for what nobody agreed to.
        if not door.read_now(partial(_is_on, fetched.manifest.id, community_id), reach=EVERYTHING):
            enable_for_the_demo(door, fetched.manifest.id, community_id)
        have_some_agree(door, fetched.manifest.id, community_id)


def _is_on(plugin_id: str, community_id: str, session: Session) -> bool:
    its = (INSTALLS.c.plugin_id == plugin_id) & (INSTALLS.c.community_id == community_id)
    return session.execute(select(INSTALLS.c.state).where(its)).scalar() == InstallState.ENABLED


class Changes:
    """Whether anything in the folder of a plugin changed since it was last asked."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen = self._now()

    def have_come(self) -> bool:
        before, self._seen = self._seen, self._now()
        return self._seen != before

    def _now(self) -> Mapping[Path, tuple[int, int]]:
        found = {}
        for path in self._folder.rglob("*"):
            # An editor's own files come and go, and what the interpreter writes is none of his.
            if path.suffix in READ and not path.name.startswith("."):
                with suppress(FileNotFoundError):
                    said = path.stat()
                    found[path] = (said.st_mtime_ns, said.st_size)
        return found


def as_it_lies(project: Path) -> Fetched:
    """The plugin in this folder, read and not run."""
    package = package_in(project).resolve()
    try:
        manifest = read_manifest(package)
    except BadManifest as bad:
        raise Mistake(f"plugin.toml 有错：{bad}", f"plugin.toml is not right: {bad}") from bad
    if bundled().get(manifest.id, "").endswith(f".{package.name}"):
        return fetch_bundled(manifest.id)
    return Fetched(
        manifest=manifest, version=manifest.version or "0", package=package.name, folder=package.parent
    )


def have_some_agree(door: Door, plugin_id: str, community_id: str) -> None:
    """The oldest residents agree to each purpose that asks for it; said twice it is said once."""
    grant = Grant(role=Role.SECRETARY, place_id=community_id)
    actor = Actor(kind=ActorKind.STAFF, id=COMMAND.id, name="shequyun", grants=(grant,))
    write = partial(_agreeing, plugin_id=plugin_id, community_id=community_id, actor=actor)
    door.write_now(write, reach=EVERYTHING)


def _agreeing(session: Session, *, plugin_id: str, community_id: str, actor: Actor) -> None:
    plugin = session.execute(select(PLUGINS).where(PLUGINS.c.id == plugin_id)).one()
    oldest = (
        select(PERSONS.c.id)
        .where(
            PERSONS.c.community_id == community_id,
            PERSONS.c.died_on.is_(None),
            PERSONS.c.birth_year.is_not(None),
        )
        .order_by(PERSONS.c.birth_year, PERSONS.c.id)
        .limit(AGREE)
    )
    people = session.execute(oldest).scalars().all()
    for purpose in (one for one in purposes_of(plugin) if not one.is_duty):
        for person_id in people:
            agree(
                session, plugin_id, community_id, person_id, purpose, channel=ConsentChannel.PAPER, actor=actor,
                at=CLOCK.now(),
            )  # fmt: skip
