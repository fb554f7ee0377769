"""In which neighbourhoods each plugin is on, kept in memory: it is asked at every page, write and fact.

What changes it is a fact (`plugin.enabled`), so whoever follows the facts reads anew when one of them comes.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import select
from sqlmodel import Session

from core_db.foundation.door import Door
from core_db.foundation.outbox import Fact, newest_position
from core_db.foundation.reach import Across, across
from core_db.installs.model import INSTALLS, PLUGINS
from core_db.installs.words import InstallState, PluginState

EVERYWHERE = across(Across.RELAY)
Since = Mapping[str, Mapping[str, datetime]]
#: Plugin, neighbourhood and part.
Resting = frozenset[tuple[str, str, str]]
#: By plugin and neighbourhood what its committee gave it.
Given = Mapping[tuple[str, str], frozenset[str]]
NOWHERE: Mapping[str, datetime] = MappingProxyType({})


class Places:
    """Where plugins are on. Any thread may ask."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._since: Since = {}
        self._resting: Resting = frozenset()
        self._given: Given = {}
        #: The newest fact that is in what is known.
        self._as_of = 0

    def refresh(self) -> None:
        """Read it anew."""
        self._as_of, self._since, self._resting, self._given = self._door.read_now(where_on, reach=EVERYWHERE)

    def follow(self, facts: Sequence[Fact]) -> None:
        """For the stream of facts: only those about plugins change anything."""
        if any(fact.short_type.startswith("plugin.") for fact in facts):
            self.refresh()
        self._as_of = max(self._as_of, facts[-1].position)

    def is_on(self, plugin_id: str, community_id: str | None) -> bool:
        return community_id in self._since.get(plugin_id, NOWHERE)

    def was_on(self, plugin_id: str, fact: Fact) -> bool:
        """Whether a fact is a plugin's to hear. One that is newer than what is known is looked at anew."""
        if fact.position > self._as_of:
            self.refresh()
        return self.is_on(plugin_id, fact.community_id)

    def of(self, plugin_id: str) -> Mapping[str, datetime]:
        """The neighbourhoods where it is on, and since when."""
        return self._since.get(plugin_id, NOWHERE)

    def rests(self, plugin_id: str, community_id: str, part: str) -> bool:
        """Whether the committee lets a part of it rest there: `job:plan_visits`."""
        return (plugin_id, community_id, part) in self._resting

    def holds(self, plugin_id: str, community_id: str, scope: str) -> bool:
        """Whether the committee there gave it that scope; who may write may read."""
        given = self._given.get((plugin_id, community_id), frozenset())
        return scope in given or scope.replace(":read", ":write") in given

    @property
    def plugins(self) -> frozenset[str]:
        """Those that are on anywhere."""
        return frozenset(self._since)


def where_on(session: Session) -> tuple[int, Since, Resting, Given]:
    """By plugin the neighbourhoods that have it on, since when; what rests there and what it was given; as of when."""
    position = newest_position(session)
    on = (INSTALLS.c.state == InstallState.ENABLED) & (PLUGINS.c.state == PluginState.INSTALLED)
    its = select(
        INSTALLS.c.plugin_id, INSTALLS.c.community_id, INSTALLS.c.decided_at, INSTALLS.c.resting, INSTALLS.c.scopes
    )  # fmt: skip
    found: dict[str, dict[str, datetime]] = {}
    resting: set[tuple[str, str, str]] = set()
    given: dict[tuple[str, str], frozenset[str]] = {}
    for row in session.execute(its.join(PLUGINS, PLUGINS.c.id == INSTALLS.c.plugin_id).where(on)):
        found.setdefault(row.plugin_id, {})[row.community_id] = row.decided_at
        resting.update((row.plugin_id, row.community_id, part) for part in row.resting)
        given[row.plugin_id, row.community_id] = frozenset(row.scopes)
    return position, found, frozenset(resting), given
