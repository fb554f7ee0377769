"""Who and what there is in the neighbourhood of a test: people, cases, visits, guides, messages and the day."""

import datetime as dt
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from plugins.sdk.plugin import Plugin
from plugins.sdk.told import Colleague, Guide, Stamp

LOCAL = ZoneInfo("Asia/Shanghai")
#: A Monday morning in office hours.
START = dt.datetime(2026, 11, 23, 10, 0, tzinfo=LOCAL)
Row = dict[str, Any]


@dataclass
class Person:
    """A resident. `agreed` are the purposes he said yes to, of whichever plugin has them."""

    id: str
    community_id: str
    name: str
    agreed: set[str] = field(default_factory=set)
    fields: Row = field(default_factory=dict)


@dataclass
class Loaded:
    """A plugin that is on in some neighbourhoods, with the scopes and settings it has there."""

    plugin: Plugin
    scopes: tuple[str, ...]
    settings: Mapping[str, Any]
    communities: set[str] = field(default_factory=set)

    def holds(self, scope: str) -> bool:
        return scope in self.scopes or scope.replace(":read", ":write") in self.scopes


@dataclass
class World:
    """Everything the platform would know; `pair` is what a plugin gets instead of somebody's id."""

    now: dt.datetime = START
    people: dict[str, Person] = field(default_factory=dict)
    staff: dict[str, Colleague] = field(default_factory=dict)
    #: Which of the plugins' own roles colleagues were given.
    roles: dict[str, frozenset[str]] = field(default_factory=dict)
    #: What plugins filled in for their own fields, by plugin and resident.
    profiles: dict[tuple[str, str], Row] = field(default_factory=dict)
    #: By id: whose they are, with the relation of each to the head.
    households: dict[str, Row] = field(default_factory=dict)
    cases: dict[str, Row] = field(default_factory=dict)
    #: Photos that residents put to their cases, by id.
    photos: dict[str, Row] = field(default_factory=dict)
    visits: dict[str, Row] = field(default_factory=dict)
    plans: dict[str, Row] = field(default_factory=dict)
    missed: list[Row] = field(default_factory=list)
    #: By what is counted (`residents/age`): how many there are of each group.
    figures: dict[str, dict[str, int]] = field(default_factory=dict)
    guides: list[Guide] = field(default_factory=list)
    stamps: list[Stamp] = field(default_factory=list)
    sent: dict[str, Row] = field(default_factory=dict)
    #: Documents by plugin, neighbourhood, kind and id.
    kept: dict[tuple[str, str, str], dict[str, Row]] = field(default_factory=dict)
    #: What was written once for a key, and what came of it.
    keys: dict[tuple[str, str, str, str], Any] = field(default_factory=dict)
    audit: list[Row] = field(default_factory=list)
    loaded: dict[str, Loaded] = field(default_factory=dict)
    failing: dict[str, Exception] = field(default_factory=dict)
    answers: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)

    @property
    def today(self) -> dt.date:
        return self.now.astimezone(LOCAL).date()

    def pair(self, plugin_id: str, community_id: str, person_id: str) -> str:
        """The plugin's own id for somebody; an id that is one already stays."""
        if person_id.startswith("r_"):
            return person_id
        text = f"{plugin_id}|{community_id}|{person_id}".encode()
        return f"r_{hmac.new(b'a key of tests', text, 'sha256').hexdigest()[:16]}"

    def behind(self, plugin_id: str, community_id: str, pair: str) -> Person | None:
        """Whom a plugin means in its neighbourhood."""
        here = (one for one in self.people.values() if one.community_id == community_id)
        return next((one for one in here if self.pair(plugin_id, community_id, one.id) == pair), None)

    def filled_about(self, plugin_id: str, person_id: str) -> Row:
        """What a plugin filled in about somebody."""
        return self.profiles.get((plugin_id, person_id), {})

    def documents_of(self, plugin_id: str) -> list[Row]:
        """All that a plugin keeps, in all neighbourhoods."""
        return [row for (owner, *_), rows in self.kept.items() if owner == plugin_id for row in rows.values()]
