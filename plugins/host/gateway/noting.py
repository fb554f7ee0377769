"""What is written of every question: one row of `x_calls`, and for each person whose fields were shown who saw them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session

from core_db.access import note_read
from core_db.accounts.budgets import budget_key, spend
from core_db.foundation.came import came_in
from core_db.foundation.clock import Clock
from core_db.foundation.errors import TooMany
from core_db.foundation.fields import FieldClass
from core_db.foundation.ids import new_id
from core_db.foundation.lean import dataclass
from core_db.installs.model import CALLS, PLUGINS, PluginCall
from core_db.installs.naming import PURPOSE, reference_for
from core_db.installs.words import Decision, RunMode
from core_db.reveals.budget import raise_alarm
from plugins.host.gateway.gates import GATES, Asking, AsksTooMuch, Denied, Where

#: Questions of a plugin in a neighbourhood within a minute, and people it may see on a day.
A_MINUTE, A_DAY = 600, 5_000
#: So many people on a day are told to the secretary, once.
MANY = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of a question, and what is to be written of it."""

    value: Any = None
    scopes: tuple[str, ...] = ()
    purpose: str = ""
    fields: tuple[str, ...] = ()
    subjects: int = 0
    is_withheld: bool = False


def spend_question(asking: Asking) -> None:
    """Count one more question; over its measure nothing is answered for the rest of the minute."""
    key = budget_key(asking.session, "plugin-questions", asking.plugin_id, asking.community_id)
    try:
        spend(asking.session, key, limit=A_MINUTE, window=timedelta(minutes=1), now=asking.clock.now())
    except TooMany as over:
        raise AsksTooMuch(over.sentence("en")) from over


def must_be_within_the_day(asking: Asking) -> int:
    """How many people it has seen today; refused where it may see no more."""
    seen = _seen_today(asking)
    if seen >= A_DAY:
        raise Denied(f"{asking.op}: {A_DAY} residents were read today, and no more are", Decision.OVER_BUDGET)
    return seen


def tell_of_many(asking: Asking, before: int, more: int) -> None:
    """A plugin that reads a whole neighbourhood is told to its secretary."""
    if before < MANY <= before + more:
        raise_alarm(
            asking.session,
            asking.community_id,
            looks=MANY,
            actor=asking.standing.actor,
            now=asking.clock.now(),
        )


def note_fields(asking: Asking, subject_id: str, purpose: str, fields: Sequence[str]) -> None:
    """So that the resident reads which plugin saw what of him, and for what. Sealed values note themselves."""
    for field in fields:
        note_read(
            asking.session, field, asking.community_id, field_class=FieldClass.F1, subject_id=subject_id,
            purpose=PURPOSE, reference=reference_for(asking.plugin_id, purpose), actor=asking.standing.actor,
            clock=asking.clock, right=None,
        )  # fmt: skip


def note_call(
    session: Session, where: Where, op: str, decision: Decision, answer: Answer, *, clock: Clock
) -> None:
    """The row of a question, however it was decided."""
    plugin = session.execute(select(PLUGINS).where(PLUGINS.c.id == where.plugin_id)).first()
    visitor = where.visitor
    session.add(
        PluginCall(
            id=new_id(), at=clock.now(), plugin_id=where.plugin_id, version=plugin.version if plugin else "",
            community_id=where.community_id, run_mode=plugin.run_mode if plugin else RunMode.WORKER,
            hook=where.hook[:120], op=op, scope=" ".join(answer.scopes) or GATES[op].scope, purpose=answer.purpose,
            fields=list(answer.fields), subjects=answer.subjects, decision=decision,
            actor_id=visitor.actor.id if visitor else None,
            actor_role=visitor.actor.role.value if visitor else "plugin", request_id=came_in(session).request,
        )
    )  # fmt: skip
    session.flush()


def _seen_today(asking: Asking) -> int:
    """Within the last 24 hours: a day that began at midnight would let two days be read within an hour."""
    its = (CALLS.c.plugin_id == asking.plugin_id) & (CALLS.c.community_id == asking.community_id)
    total = select(func.sum(CALLS.c.subjects)).where(its, CALLS.c.at > asking.clock.now() - timedelta(days=1))
    return int(asking.session.execute(total).scalar() or 0)
