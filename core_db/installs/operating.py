"""What the operator does with plugins: installs, upgrades, stops and takes away. Installed is not switched on."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlmodel import Session

from core_db.access import Permission
from core_db.audit import record
from core_db.foundation.actor import Actor, ActorKind
from core_db.foundation.clock import Clock
from core_db.foundation.errors import NotFound
from core_db.foundation.lean import dataclass
from core_db.foundation.outbox import emit
from core_db.installs.bringing import end_its_categories, settle_its_categories, withdraw_its_categories
from core_db.installs.errors import DataStillThere, PluginInUse
from core_db.installs.model import (
    ERASURES,
    INSTALLS,
    JOB_RUNS,
    KEYS,
    PULSES,
    SUBJECTS,
    Install,
    InstalledPlugin,
)
from core_db.installs.sheets import is_wider, needed_of
from core_db.installs.telling import BROKEN, FAILURES, STOPPED, WANTS_MORE, say_it_is_off
from core_db.installs.words import InstallState, PluginState, RunMode
from core_db.places.rights import right_in
from plugins.sdk.events import PluginDisabled

#: Ends a grant because the plugin wants more than was given.


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginFiles:
    """Where a plugin's code is, and where it runs. `folder` is empty for one that comes with the platform."""

    version: str
    package: str
    folder: str
    run_mode: RunMode


def record_plugin(
    session: Session, manifest: Mapping[str, Any], files: PluginFiles, declared: Mapping[str, Any], *, actor: Actor,
    clock: Clock,
) -> InstalledPlugin:  # fmt: skip
    """Install a plugin, or another version of it. Who was not asked for what it wants now is asked first.

    `manifest` is the manifest as plain data; `declared` what its code says of itself. A neighbourhood that has it on
    and has not given a scope it now needs, or did not read a purpose it now has, holds it until its committee agrees.
    """
    _operator_alone(actor)
    now, plugin = clock.now(), session.get(InstalledPlugin, manifest["id"])
    before = plugin.manifest if plugin is not None else None
    said: dict[str, Any] = {
        "version": files.version, "package": files.package, "folder": files.folder, "run_mode": files.run_mode,
        "state": PluginState.INSTALLED, "fault": "", "manifest": dict(manifest), "declared": dict(declared),
        # Approved is what the operator looked at, and these are other files.
        "strikes": 0, "changed_at": now, "any_host_version": "",
    }  # fmt: skip
    if plugin is None:
        plugin = InstalledPlugin(id=manifest["id"], installed_at=now, **said)
    else:
        _hold_where_it_wants_more(session, plugin, manifest, actor=actor, clock=clock)
        # What the operator approved was the narrower one.
        plugin.duty_approved = plugin.duty_approved and not is_wider(plugin.manifest, manifest)
        for name, value in said.items():
            setattr(plugin, name, value)
    session.add(plugin)
    session.flush()
    settle_its_categories(session, plugin, before=before, clock=clock)
    _note(
        session, "plugin.installed", plugin.id, actor=actor, clock=clock, reference=f"version/{files.version}"
    )
    return plugin


def plugin_broken(
    session: Session, plugin_id: str, fault: str, *, actor: Actor, clock: Clock
) -> InstalledPlugin:
    """It cannot be loaded, and why; it stays off everywhere until another version or a second try.

    Those where it was on are told once, whatever the number of processes that find it so.
    """
    plugin = _its_row(session, plugin_id, actor)
    if plugin.state is not PluginState.BROKEN:
        _say_it_is_off_everywhere(session, plugin_id, BROKEN, clock=clock)
    plugin.state, plugin.fault, plugin.changed_at = PluginState.BROKEN, fault[:2_000], clock.now()
    session.flush()
    settle_its_categories(session, plugin, clock=clock)
    return plugin


def stop_plugin(session: Session, plugin_id: str, *, actor: Actor, clock: Clock) -> InstalledPlugin:
    """Stop it everywhere at once; what committees decided stays for when it is let run again."""
    plugin = _its_row(session, plugin_id, actor)
    if plugin.state is not PluginState.STOPPED:
        _say_it_is_off_everywhere(session, plugin_id, STOPPED, clock=clock)
    plugin.state, plugin.changed_at = PluginState.STOPPED, clock.now()
    session.flush()
    settle_its_categories(session, plugin, clock=clock)
    _note(session, "plugin.stopped", plugin_id, actor=actor, clock=clock)
    return plugin


def let_plugin_run(session: Session, plugin_id: str, *, actor: Actor, clock: Clock) -> InstalledPlugin:
    """Let it run again after it was stopped, or was broken."""
    plugin = _its_row(session, plugin_id, actor)
    plugin.state, plugin.fault, plugin.strikes = PluginState.INSTALLED, "", 0
    plugin.changed_at = clock.now()
    session.flush()
    settle_its_categories(session, plugin, clock=clock)
    _note(session, "plugin.resumed", plugin_id, actor=actor, clock=clock)
    return plugin


def approve_duty(session: Session, plugin_id: str, *, actor: Actor, clock: Clock) -> InstalledPlugin:
    """Its purposes that rest on a public duty need nobody's consent from now on (PIPL art. 13(3))."""
    plugin = _its_row(session, plugin_id, actor)
    plugin.duty_approved, plugin.changed_at = True, clock.now()
    session.flush()
    _note(session, "plugin.duty-approved", plugin_id, actor=actor, clock=clock)
    return plugin


def approve_any_host(session: Session, plugin_id: str, *, actor: Actor, clock: Clock) -> InstalledPlugin:
    """The version that is here may reach any host from now on; the next one is asked about anew."""
    plugin = _its_row(session, plugin_id, actor)
    plugin.any_host_version, plugin.changed_at = plugin.version, clock.now()
    session.flush()
    reference = f"version/{plugin.version}"
    _note(session, "plugin.any-host-approved", plugin_id, actor=actor, clock=clock, reference=reference)
    return plugin


def forget_plugin(session: Session, plugin_id: str, *, actor: Actor, clock: Clock) -> None:
    """Take it off the platform: only when every neighbourhood removed it and what it kept is deleted."""
    plugin = _its_row(session, plugin_id, actor)
    _refuse_where_in_use(session, plugin_id)
    end_its_categories(session, plugin, clock=clock)
    for table in (SUBJECTS, KEYS, JOB_RUNS, PULSES, INSTALLS):
        session.execute(delete(table).where(table.c.plugin_id == plugin_id))
    session.delete(plugin)
    session.flush()
    _note(session, "plugin.uninstalled", plugin_id, actor=actor, clock=clock)


def fail_plugin(
    session: Session, plugin_id: str, community_id: str, *, actor: Actor, clock: Clock
) -> bool:  # fmt: skip
    """It failed too often there and is switched off by the platform; whether it was on."""
    _operator_alone(actor)
    here = (INSTALLS.c.plugin_id == plugin_id) & (INSTALLS.c.community_id == community_id)
    on = here & (INSTALLS.c.state == InstallState.ENABLED)
    failed = update(INSTALLS).where(on).values(state=InstallState.FAILED, cause=FAILURES)
    if session.execute(failed.returning(INSTALLS.c.id)).first() is None:
        return False
    withdraw_its_categories(session, _its_row(session, plugin_id, actor), community_id)
    _tell_it_is_off(session, plugin_id, community_id, FAILURES, actor=actor, clock=clock)
    return True


def _refuse_where_in_use(session: Session, plugin_id: str) -> None:
    def count(*which: Any) -> int:
        return int(session.execute(select(func.count()).where(*which)).scalar() or 0)

    if used := count(INSTALLS.c.plugin_id == plugin_id, INSTALLS.c.state != InstallState.REMOVED):
        raise PluginInUse(count=used)
    kept = count(INSTALLS.c.plugin_id == plugin_id, INSTALLS.c.keep_until.is_not(None))
    if kept := kept or count(ERASURES.c.plugin_id == plugin_id, ERASURES.c.done_at.is_(None)):
        raise DataStillThere(count=kept)


def _hold_where_it_wants_more(
    session: Session, plugin: InstalledPlugin, manifest: Mapping[str, Any], *, actor: Actor, clock: Clock
) -> None:
    wider, needed = is_wider(plugin.manifest, manifest), set(needed_of(manifest))
    on = (INSTALLS.c.plugin_id == plugin.id) & (INSTALLS.c.state == InstallState.ENABLED)
    for install in session.execute(select(Install).where(on)).scalars():
        if wider or not needed <= set(install.scopes):
            install.state, install.cause = InstallState.HELD, WANTS_MORE
            _tell_it_is_off(session, plugin.id, install.community_id, WANTS_MORE, actor=actor, clock=clock)
    session.flush()


def _tell_it_is_off(
    session: Session, plugin_id: str, community_id: str, cause: str, *, actor: Actor, clock: Clock
) -> None:
    right = right_in(session, community_id, Permission.PLUGIN_MANAGE, actor=actor)
    fact = PluginDisabled.model_validate(
        {"community_id": community_id, "plugin_id": plugin_id, "cause": cause}
    )
    emit(session, fact, actor=actor, at=clock.now(), audience=audience_of(community_id), right=right)
    say_it_is_off(session, plugin_id, community_id, cause, clock=clock)


def _say_it_is_off_everywhere(session: Session, plugin_id: str, cause: str, *, clock: Clock) -> None:
    on = (INSTALLS.c.plugin_id == plugin_id) & (INSTALLS.c.state == InstallState.ENABLED)
    for community_id in session.execute(select(INSTALLS.c.community_id).where(on)).scalars().all():
        say_it_is_off(session, plugin_id, community_id, cause, clock=clock)


def audience_of(community_id: str) -> Sequence[str]:
    """Who hears of a plugin of a neighbourhood: those who work there."""
    return [f"staff:{community_id}"]


def _its_row(session: Session, plugin_id: str, actor: Actor) -> InstalledPlugin:
    _operator_alone(actor)
    plugin = session.get(InstalledPlugin, plugin_id)
    if plugin is None:
        raise NotFound()
    return plugin


def _operator_alone(actor: Actor) -> None:
    if actor.kind is not ActorKind.SYSTEM:
        raise NotFound()


def _note(
    session: Session, action: str, plugin_id: str, *, actor: Actor, clock: Clock, reference: str = ""
) -> None:
    record(
        session,
        action=action,
        actor=actor,
        clock=clock,
        object=f"plugin/{plugin_id}",
        reference=reference,
        right=None,
    )
