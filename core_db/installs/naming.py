"""How a read by a plugin is told to the one it was about: the plugin's name, and what it read for."""

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlmodel import Session

from core_db.foundation.lean import dataclass
from core_db.installs.model import PLUGINS
from core_db.installs.sheets import name_of, purposes_of
from core_db.installs.words import Pair

#: What stands in the record as the purpose of every read by a plugin; which of its own, the reference says.
PURPOSE = "plugin"


@dataclass(frozen=True, slots=True, kw_only=True)
class PurposeNamed:
    """A plugin and one of its purposes, in words."""

    name: Pair
    text: Pair


def reference_for(plugin_id: str, purpose: str) -> str:
    """Through what a plugin read something, as the record keeps it."""
    return f"plugin/{plugin_id}/{purpose}"


def purposes_named(session: Session, references: Iterable[str]) -> Mapping[str, PurposeNamed]:
    """The words for references of plugins; of one that is gone its id is left."""
    parts = {one: one.split("/") for one in references if one.startswith("plugin/")}
    wanted = {said[1] for said in parts.values()}
    if not wanted:
        return {}
    rows = session.execute(select(PLUGINS).where(PLUGINS.c.id.in_(wanted))).all()
    names = {row.id: name_of(row.manifest) for row in rows}
    texts = {(row.id, one.id): one.text for row in rows for one in purposes_of(row)}
    return {
        reference: PurposeNamed(
            name=names.get(said[1], (said[1], said[1])),
            text=texts.get((said[1], said[2]), (said[2], said[2])),
        )
        for reference, said in parts.items()
    }
