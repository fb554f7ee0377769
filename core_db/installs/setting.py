"""How a plugin is set in a neighbourhood: what is readable, and what is secret and only the plugin itself is given."""

import json
from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from core_db.foundation.fields import FieldClass
from core_db.foundation.sealing import keyring_of
from core_db.installs.model import Install, InstalledPlugin
from core_db.installs.places import secrets_place


def settings_for(session: Session, install: Any) -> dict[str, Any]:
    """All its settings as the plugin itself is given them, secrets and all; shown to nobody."""
    return {**install.settings, **json.loads(_secrets(session, install) or "{}")}


def secret_fields(plugin: Any) -> frozenset[str]:
    """The settings of a row of `x_plugins` that its model keeps secret (`SecretStr`)."""
    known: Mapping[str, Any] = (plugin.declared.get("settings") or {}).get("properties") or {}
    return frozenset(name for name, said in known.items() if _is_secret(said))


def _is_secret(said: Mapping[str, Any]) -> bool:
    return bool(said.get("writeOnly")) or any(_is_secret(one) for one in said.get("anyOf") or ())


def put_settings(
    session: Session, install: Install, plugin: InstalledPlugin, said: Mapping[str, Any]
) -> tuple[str, ...]:
    """Take over what was said; which fields say something else now."""
    secret = secret_fields(plugin)
    plain = {name: value for name, value in said.items() if name not in secret}
    hidden = {name: str(value) for name, value in said.items() if name in secret and value}
    changed = {name for name in {*plain, *install.settings} if plain.get(name) != install.settings.get(name)}
    install.settings = plain
    if hidden:
        kept = json.loads(_secrets(session, install) or "{}") | hidden
        spelled = json.dumps(
            {name: kept[name] for name in sorted(kept) if name in secret}, ensure_ascii=False
        )
        install.secrets_sealed = keyring_of(session).seal(
            session, spelled, secrets_place(install), FieldClass.F4
        )
    return tuple(sorted(changed | set(hidden)))


def _secrets(session: Session, install: Any) -> str:
    """What is kept already. It is put together with what is new and sealed again; nobody is shown it."""
    if install.secrets_sealed is None:
        return ""
    place = secrets_place(install)
    return keyring_of(session).unseal(session, install.secrets_sealed, place).in_the_clear()
