"""All that plugins keep of their own, documents and tables: handed out, erased, expired and taken away as one."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from core_db.foundation.clock import Clock
from core_db.foundation.database import Engines
from plugins.host.documents import Declared, Documents
from plugins.host.tables import Tables


class OwnData:
    """A `plugins.host.ports.Keeping` over both. A plugin with tables may have documents beside them, or from before."""

    def __init__(self, folder: Path, engines: Engines, *, declared: Declared, clock: Clock) -> None:
        self.documents = Documents(folder, engines, declared=declared, clock=clock)
        self.tables = Tables(folder, engines, declared=declared, clock=clock)

    def of_subject(self, plugin_id: str, community_id: str, pair: str) -> Sequence[Mapping[str, Any]]:
        """Every row of a resident, for his copy."""
        rows = self.documents.of_subject(plugin_id, community_id, pair)
        return [*rows, *self.tables.of_subject(plugin_id, community_id, pair)]

    def erase(self, plugin_id: str, community_id: str, pair: str = "") -> int:
        """Forget a resident, or without a pair all of the neighbourhood; how many rows."""
        gone = self.documents.erase(plugin_id, community_id, pair)
        return gone + self.tables.erase(plugin_id, community_id, pair)

    def expire(self, plugin_id: str) -> int:
        """Delete what is over its time; how many rows."""
        return self.documents.expire(plugin_id) + self.tables.expire(plugin_id)

    def drop(self, plugin_id: str, owner: Engine | None = None) -> None:
        """Take everything of a plugin away."""
        self.documents.drop(plugin_id, owner)
        self.tables.drop(plugin_id, owner)

    def close(self) -> None:
        self.documents.close()
        self.tables.close()
