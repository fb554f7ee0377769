"""Which of a plugin's own roles whoever looks holds: read for its pages, and for its entries in the navigation."""

from collections.abc import Mapping

from sqlmodel import Session

from app_shell.plugged import Visitor
from core_db.foundation.actor import ActorKind
from core_db.foundation.clock import Clock
from core_db.installs.roles import roles_held, roles_named
from plugins.host.gateway.gates import Asking


def roles_here(asking: Asking) -> tuple[str, ...]:
    """Those that today's manifest names; nothing is read where it names none, and none is a resident's."""
    named = {one.id for one in roles_named(asking.standing.plugin.manifest)}
    if not named or asking.visitor is None:
        return ()
    held = all_roles(asking.session, asking.visitor, clock=asking.clock)
    return tuple(sorted(held.get(asking.plugin_id, frozenset()) & named))


def all_roles(session: Session, visitor: Visitor, *, clock: Clock) -> Mapping[str, frozenset[str]]:
    """The same of every plugin at once."""
    if visitor.actor.kind is not ActorKind.STAFF:
        return {}
    return roles_held(session, visitor.community_id, visitor.actor.id, now=clock.now())
