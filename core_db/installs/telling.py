"""Telling the secretaries of a neighbourhood what became of a plugin there without their doing."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlmodel import Session

from core_db.accounts.sessions import ROLES, in_force
from core_db.foundation.actor import Role
from core_db.foundation.clock import Clock
from core_db.installs.messages import send_plugin_message
from core_db.installs.words import Pair

#: As which template of the platform's own a message is kept.
SWITCHED_OFF = "switched-off"
#: Why it is off, as its fact says it.
FAILURES, WANTS_MORE, BROKEN, STOPPED = "failures", "scopes", "broken", "stopped"
_WHY: Mapping[str, Pair] = {
    FAILURES: (
        "它出错太多，平台已经把它停用，别的不受影响，它存的都在。请到“应用”里看看，需要时请运维人员处理，再启用。",
        "It failed too often, so the platform switched it off. Nothing else is affected, and what it kept is there. "
        "See Apps, have whoever runs the platform look if need be, and switch it on again.",
    ),
    WANTS_MORE: (
        "它的新版要看得更多，已经暂停。请到“应用”里看看新的说明，再决定用不用。",
        "Its new version wants to read more, so it is held. Read under Apps what it asks for now, and decide.",
    ),
    BROKEN: (
        "它打不开，平台没有让它运行，别的不受影响，它存的都在。请运维人员处理。",
        "It cannot be started, so it does not run. Nothing else is affected, and what it kept is there. "
        "Please tell whoever runs the platform.",
    ),
    STOPPED: (
        "运维人员把它停下了，别的不受影响，它存的都在。什么时候再用，请问运维人员。",
        "Whoever runs the platform stopped it. Nothing else is affected, and what it kept is there. "
        "Ask them when it will run again.",
    ),
}


def say_it_is_off(session: Session, plugin_id: str, community_id: str, cause: str, *, clock: Clock) -> None:
    """That a plugin that was on is off now, why, and what to do."""
    tell_secretaries(session, plugin_id, community_id, SWITCHED_OFF, _WHY[cause], clock=clock)


def tell_secretaries(
    session: Session, plugin_id: str, community_id: str, template: str, text: Pair, *, clock: Clock
) -> None:  # fmt: skip
    """A message in the box of everybody who is secretary there now."""
    for account_id in _secretaries(session, community_id, clock=clock):
        send_plugin_message(
            session, plugin_id, community_id, account_id, template=template, text=text, at=clock.now()
        )


def _secretaries(session: Session, community_id: str, *, clock: Clock) -> Sequence[str]:
    its = (ROLES.c.place_id == community_id) & (ROLES.c.role == Role.SECRETARY)
    held = select(ROLES.c.account_id).where(its, in_force(ROLES, clock.now())).distinct()
    return session.execute(held).scalars().all()
