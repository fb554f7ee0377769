"""Facts that a plugin did not take although it was told often enough: shown, and told anew when somebody says so."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlmodel import Session

from app_shell.plugged import DeadLetter
from core_db.foundation.clock import Clock
from core_db.foundation.outbox import OUTBOX
from core_db.relay import Delivery, deliver_again
from plugins.host.hearing import listener_name

DELIVERIES = Delivery.__table__  # type: ignore[attr-defined]
AT_MOST = 100


def dead_letters(session: Session, plugin_id: str, community_id: str | None) -> Sequence[DeadLetter]:
    """Those of a neighbourhood, or of all, the newest first; a hundred at most."""
    rows = session.execute(_dead(plugin_id, community_id).limit(AT_MOST))
    return [
        DeadLetter(
            id=_id_of(row), fact=row.type.removeprefix("cn.shequyun."), at=row.dead_at,
            attempts=row.attempts, said=row.last_error or "",
        )
        for row in rows
    ]  # fmt: skip


def tell_again(
    session: Session, plugin_id: str, community_id: str | None, *, letter_id: str = "", clock: Clock
) -> int:
    """Have them delivered anew, or the one with this id; how many that are."""
    rows = session.execute(_dead(plugin_id, community_id)).all()
    found = [row for row in rows if letter_id in ("", _id_of(row))]
    return sum(deliver_again(session, row.listener, position=row.position, clock=clock) for row in found)


def _id_of(row: Any) -> str:
    return f"{row.listener}:{row.position}"


def _dead(plugin_id: str, community_id: str | None) -> Select[Any]:
    its = DELIVERIES.c.listener.startswith(listener_name(plugin_id, ""), autoescape=True)
    statement = (
        select(
            DELIVERIES.c.listener, DELIVERIES.c.position, DELIVERIES.c.dead_at, DELIVERIES.c.attempts,
            DELIVERIES.c.last_error, OUTBOX.c.type,
        )
        .join(OUTBOX, OUTBOX.c.position == DELIVERIES.c.position)
        .where(its, DELIVERIES.c.dead_at.is_not(None))
        .order_by(DELIVERIES.c.position.desc())
    )  # fmt: skip
    return statement if community_id is None else statement.where(OUTBOX.c.community_id == community_id)
