"""A fact as a plugin hears it: only what its scopes let it hear, with its own ids instead of anybody's."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from core_db.accounts.sessions import ACCOUNTS
from core_db.foundation.ids import is_id
from core_db.foundation.outbox import Fact
from core_db.installs.pairs import known_pair, pair_of
from core_db.people.model import PERSONS
from plugins.host.gateway.casework import own_name
from plugins.host.gateway.gates import Standing, standing_of
from plugins.sdk.heard import heard_with

#: Of no concern to a plugin: who of an office did it, and in whose right.
KEPT_BACK = frozenset({"acted_by", "acted_for"})
#: Ids that are always somebody's home or household.
KIND_OF = {"home_id": "home", "household_id": "household"}


def may_hear(standing: Standing, fact: Fact) -> bool:
    """Whether its scopes let it hear the fact; of plugins it hears what is its own."""
    scope = heard_with(fact.short_type)
    if scope is None:
        return False
    return fact.data.get("plugin_id") == standing.plugin.id if not scope else standing.holds(scope)


def hears(session: Session, plugin_id: str, fact: Fact) -> Standing | None:
    """How the plugin stands where it happened, if it may hear of it."""
    standing = standing_of(session, plugin_id, fact.community_id) if fact.community_id else None
    return standing if standing is not None and may_hear(standing, fact) else None


def people_in(session: Session, fact: Fact) -> dict[str, str]:
    """Every id in the fact that is somebody's: `person`, `account`, `home` or `household` by id."""
    values = [(name, one) for name, value in fact.data.items() for one in _texts(value) if is_id(one)]
    found = {one: KIND_OF[name] for name, one in values if name in KIND_OF}
    ids = [one for _name, one in values]
    for kind, table in (("person", PERSONS), ("account", ACCOUNTS)):
        # By id alone: the neighbourhood is the fact's own, and its walls stand around this session.
        here = (table.c.community_id == fact.community_id) if kind == "person" else ACCOUNTS.c.id.is_not(None)
        found |= dict.fromkeys(
            session.execute(select(table.c.id).where(table.c.id.in_(ids), here)).scalars(), kind
        )
    return found


def told_with_pairs(session: Session, standing: Standing, fact: Fact) -> Mapping[str, Any] | None:
    """The fact's data with the plugin's own ids; None where it speaks of somebody it is to forget or has forgotten."""
    plugin_id, community_id = standing.plugin.id, str(fact.community_id)
    pairs: dict[str, str] = {}
    for one, kind in people_in(session, fact).items():
        is_over = fact.short_type == "plugin.consent_withdrawn"
        pair = (
            known_pair(session, plugin_id, community_id, one)
            if is_over
            else pair_of(session, plugin_id, community_id, kind, one)
        )
        if pair is None:
            return None
        pairs[one] = pair
    return as_told(plugin_id, fact, pairs)


def as_told(plugin_id: str, fact: Fact, pairs: Mapping[str, str]) -> Mapping[str, Any]:
    """The data of a fact with pairs for ids, and categories by the plugin's own names."""
    said = {name: _with(value, pairs) for name, value in fact.data.items() if name not in KEPT_BACK}
    if isinstance(category := said.get("category"), str):
        said["category"] = own_name(plugin_id, category)
    return said


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _texts(one)


def _with(value: Any, pairs: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return pairs.get(value, value)
    return [_with(one, pairs) for one in value] if isinstance(value, (list, tuple)) else value
