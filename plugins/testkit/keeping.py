"""What a plugin keeps, as the platform answers it: documents by kind, found by what their fields say."""

import operator
from collections.abc import Callable, Mapping
from typing import Any

from plugins.testkit.world import Row, World

_COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {
    "": operator.eq, "lte": operator.le, "lt": operator.lt, "gte": operator.ge, "gt": operator.gt,
    "in": lambda value, wanted: value in wanted,
}  # fmt: skip


def fits(row: Row, where: Mapping[str, Any]) -> bool:
    """Whether a row matches all of it; what is not there is neither less nor more than anything."""
    for said, wanted in where.items():
        name, _, how = said.partition("__")
        value = row.get(name)
        if how not in ("", "in") and (value is None or wanted is None):
            return False
        if not _COMPARED[how](value, wanted):
            return False
    return True


class Keeping:
    """The documents of one plugin in one neighbourhood."""

    def __init__(self, world: World, plugin_id: str, community_id: str) -> None:
        self._world = world
        self._of = (plugin_id, community_id)

    def rows(self, kind: str) -> dict[str, Row]:
        return self._world.kept.setdefault((*self._of, kind), {})

    def get(self, asked: Mapping[str, Any]) -> Row | None:
        return self.rows(asked["kind"]).get(asked["id"])

    def put(self, asked: Mapping[str, Any]) -> None:
        self.rows(asked["kind"])[asked["id"]] = {name: asked[name] for name in ("id", "version", "row")}

    def find(self, asked: Mapping[str, Any]) -> list[Row]:
        found = self.rows(asked["kind"])
        return [row for _, row in sorted(found.items()) if fits(row["row"], asked["where"])]

    def delete(self, asked: Mapping[str, Any]) -> int:
        gone = self.find(asked)
        for one in gone:
            del self.rows(asked["kind"])[one["id"]]
        return len(gone)
