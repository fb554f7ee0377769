"""What a committee decides about a plugin in its neighbourhood: on, off, how it is set, removed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlmodel import Session

from core_db.access import Permission, require_at, right_used_at
from core_db.audit import record
from core_db.foundation.actor import Actor, Grant
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.errors import NotFound
from core_db.foundation.ids import is_id, new_id
from core_db.foundation.outbox import emit
from core_db.installs.bringing import offer_its_categories, withdraw_its_categories
from core_db.installs.consents import end_all
from core_db.installs.drafts import EnablingDraft, SettingsDraft
from core_db.installs.erasing import want_forgotten
from core_db.installs.errors import PluginIsOff, PluginUnavailable, ScopesMissing, SheetChanged
from core_db.installs.model import INSTALLS, Install, InstalledPlugin
from core_db.installs.operating import audience_of
from core_db.installs.roles import end_roles
from core_db.installs.setting import put_settings
from core_db.installs.sheets import asked_of, needed_of, sheet_of, sheet_version
from core_db.installs.sight import works_at
from core_db.installs.words import InstallState, PluginState
from core_db.places import Place, scope_of
from plugins.sdk.events import (
    PluginDisabled,
    PluginEnabled,
    PluginRemoved,
    PluginSettingsChanged,
)

#: How long what it kept may still be had back after a removal.
KEPT_AFTER_REMOVAL = timedelta(days=30)
BY_COMMITTEE: Final = "committee"


def enable_plugin(
    session: Session, plugin_id: str, community_id: str, draft: EnablingDraft, *, actor: Actor, clock: Clock
) -> Install:
    """Switch a plugin on with the scopes it is given, after the sheet that was read; again after it was held."""
    place, right = decided_by(session, community_id, actor)
    plugin = plugin_of(session, plugin_id)
    if plugin.state is not PluginState.INSTALLED:
        raise PluginUnavailable()
    if draft.sheet_version != sheet_version(plugin):
        raise SheetChanged()
    given = sorted(asked_of(plugin.manifest) & set(draft.scopes))
    _refuse_too_little(plugin, given)

    now = clock.now()
    decided: dict[str, Any] = {
        "state": InstallState.ENABLED, "cause": "", "keep_until": None, "scopes": given, "version": plugin.version,
        "sheet_version": draft.sheet_version, **_decision(actor, right, now),
    }  # fmt: skip
    install = install_of(session, plugin_id, community_id)
    if install is None:
        install = Install(id=new_id(), plugin_id=plugin_id, community_id=community_id, **decided)
    _change(install, decided)
    # Agreed to anew, it goes on as it was set.
    put_settings(session, install, plugin, {**install.settings, **draft.settings})
    session.add(install)
    session.flush()

    offer_its_categories(session, plugin, place.id, clock=clock)
    note(
        session,
        "plugin.enabled",
        install,
        actor=actor,
        clock=clock,
        right=right,
        reference=f"sheet/{draft.sheet_version}",
    )
    fact = PluginEnabled(
        community_id=place.id, plugin_id=plugin_id, scopes=tuple(given), version=plugin.version
    )
    emit(session, fact, actor=actor, at=now, audience=audience_of(place.id), right=right)
    return install


def disable_plugin(
    session: Session, plugin_id: str, community_id: str, *, actor: Actor, clock: Clock
) -> Install:
    """Switch it off: its hooks stop at once and its roles end; what it kept and what residents agreed to stays."""
    place, right = decided_by(session, community_id, actor)
    install = install_of(session, plugin_id, community_id)
    if install is None or install.state in (InstallState.DISABLED, InstallState.REMOVED):
        raise PluginIsOff()
    now = clock.now()
    off = {"state": InstallState.DISABLED, "cause": BY_COMMITTEE}
    _change(install, off | _decision(actor, right, now))
    session.flush()
    withdraw_its_categories(session, plugin_of(session, plugin_id), place.id)
    end_roles(session, plugin_id, community_id, actor=actor, at=now, right=right)

    note(session, "plugin.disabled", install, actor=actor, clock=clock, right=right)
    fact = PluginDisabled(community_id=place.id, plugin_id=plugin_id, cause=BY_COMMITTEE)
    emit(session, fact, actor=actor, at=now, audience=audience_of(place.id), right=right)
    return install


def remove_plugin(
    session: Session, plugin_id: str, community_id: str, *, keep: bool, actor: Actor, clock: Clock
) -> Install:
    """Remove it: what residents agreed to ends, and what it kept is deleted now or, with `keep`, after 30 days."""
    place, right = decided_by(session, community_id, actor)
    install = install_of(session, plugin_id, community_id)
    if install is None or install.state is InstallState.REMOVED:
        raise PluginIsOff()
    now = clock.now()
    gone: dict[str, Any] = {
        "state": InstallState.REMOVED, "cause": BY_COMMITTEE, "scopes": [], "settings": {}, "secrets_sealed": None,
        "keep_until": local_date(now + KEPT_AFTER_REMOVAL) if keep else None,
        # With nothing of an earlier version here there is nothing to bring to a newer one.
        "ran_version": install.ran_version if keep else "", "upgrade_failure": "",
    }  # fmt: skip
    _change(install, gone | _decision(actor, right, now))
    session.flush()
    withdraw_its_categories(session, plugin_of(session, plugin_id), place.id)
    end_all(session, plugin_id, community_id, actor=actor, at=now)
    end_roles(session, plugin_id, community_id, actor=actor, at=now, right=right)
    if not keep:
        want_forgotten(session, plugin_id, community_id, at=now)

    note(
        session,
        "plugin.removed",
        install,
        actor=actor,
        clock=clock,
        right=right,
        reference="kept/30" if keep else "",
    )
    fact = PluginRemoved(community_id=place.id, plugin_id=plugin_id, keeps_data=keep)
    emit(session, fact, actor=actor, at=now, audience=audience_of(place.id), right=right)
    return install


def set_plugin(
    session: Session, plugin_id: str, community_id: str, draft: SettingsDraft, *, actor: Actor, clock: Clock
) -> Install:
    """Set it anew; secrets are written and never shown. Whether the settings make sense the plugin was asked before."""
    place, right = decided_by(session, community_id, actor)
    install = install_of(session, plugin_id, community_id)
    if install is None or install.state is InstallState.REMOVED:
        raise PluginIsOff()
    plugin, now = plugin_of(session, plugin_id), clock.now()
    changed = put_settings(session, install, plugin, draft.settings)
    session.flush()

    note(session, "plugin.set", install, actor=actor, clock=clock, right=right)
    fact = PluginSettingsChanged(community_id=place.id, plugin_id=plugin_id, fields=changed)
    emit(session, fact, actor=actor, at=now, audience=audience_of(place.id), right=right)
    return install


# -- finding ----------------------------------------------------------------------------------------


def decided_by(session: Session, community_id: str, actor: Actor) -> tuple[Place, Grant | None]:
    """A neighbourhood where the actor works, if he may decide there, and whose right he uses."""
    if not is_id(community_id) or not works_at(actor, community_id):
        raise NotFound()
    place = session.get_one(Place, community_id)
    require_at(actor, Permission.PLUGIN_MANAGE, scope_of(place))
    return place, right_used_at(actor, Permission.PLUGIN_MANAGE, scope_of(place))


def plugin_of(session: Session, plugin_id: str) -> InstalledPlugin:
    """What is installed under an id; NotFound for what is not."""
    plugin = session.get(InstalledPlugin, plugin_id)
    if plugin is None:
        raise NotFound()
    return plugin


def install_of(session: Session, plugin_id: str, community_id: str) -> Install | None:
    """How it is in a neighbourhood, held until the end of the transaction."""
    here = (INSTALLS.c.plugin_id == plugin_id) & (INSTALLS.c.community_id == community_id)
    found: Install | None = session.execute(
        select(Install).where(here).with_for_update()
    ).scalar_one_or_none()
    return found


def _decision(actor: Actor, right: Grant | None, at: datetime) -> dict[str, Any]:
    name, acted_for = actor.signing(right), actor.acts_for(right)
    return {"decided_by": actor.id, "decided_name": name, "decided_for": acted_for, "decided_at": at}


def _change(install: Install, said: Mapping[str, Any]) -> None:
    for name, value in said.items():
        setattr(install, name, value)


def _refuse_too_little(plugin: InstalledPlugin, given: list[str]) -> None:
    missing = set(needed_of(plugin.manifest)) - set(given)
    if missing:
        named = [one.words for one in sheet_of(plugin).scopes if one.name in missing]
        raise ScopesMissing(scopes=_Named(named))


class _Named:
    """Scopes by name, in the reader's language."""

    def __init__(self, words: list[tuple[str, str]]) -> None:
        self._words = words

    def within(self, lang: str) -> str:
        return (
            ", ".join(en for _zh, en in self._words)
            if lang == "en"
            else "、".join(zh for zh, _en in self._words)
        )


def note(
    session: Session, action: str, install: Install, *, actor: Actor, clock: Clock, right: Grant | None,
    reference: str = "",
) -> None:  # fmt: skip
    """Write into the record what was decided about it."""
    record(
        session, action=action, actor=actor, clock=clock, object=f"plugin/{install.plugin_id}",
        reference=reference or f"place/{install.community_id}", right=right,
    )  # fmt: skip
