"""From which states a verb is possible. The table of domain knowledge that tests drive cell by cell.

After domain notes on case handling: submitted → accepted → dispatched → signed → in_progress → handled →
verified → closed, with its side paths. Who may do it is the policy's business.
"""

from collections.abc import Mapping

from core_db.cases.words import CaseStatus, EscalatedTo, Verb

S = CaseStatus

ENDED = frozenset({S.CLOSED, S.CLOSED_UNRESOLVED, S.NOT_ACCEPTED, S.WITHDRAWN, S.MERGED})
OPEN = frozenset(S) - ENDED
#: Its handling clock runs in these.
TIMED = frozenset(
    {S.ACCEPTED, S.SELF_HANDLING, S.DISPATCHED, S.SIGNED, S.IN_PROGRESS, S.RETURNED, S.REOPENED}
)
#: With a handling organisation.
WITH_HANDLER = frozenset({S.DISPATCHED, S.SIGNED, S.IN_PROGRESS})
RATEABLE = frozenset({S.VERIFIED, S.CLOSED, S.CLOSED_UNRESOLVED})

FROM: Mapping[Verb, frozenset[CaseStatus]] = {
    Verb.PRE_CHECK: frozenset({S.SUBMITTED}),
    Verb.ACCEPTANCE: frozenset({S.SUBMITTED, S.PRE_CHECK, S.RETURNED}),
    Verb.REFUSAL: frozenset({S.SUBMITTED, S.PRE_CHECK}),
    Verb.SELF_HANDLING: frozenset({S.ACCEPTED, S.REOPENED}),
    #: Out of a wrong dispatch, too, and out of handling it oneself.
    Verb.DISPATCH: WITH_HANDLER | {S.ACCEPTED, S.REOPENED, S.RETURNED, S.SELF_HANDLING},
    Verb.SIGNING: WITH_HANDLER,
    Verb.RETURN: WITH_HANDLER | {S.RETURNED},
    Verb.PROGRESS: TIMED | {S.SUSPENDED},
    Verb.HANDLING: frozenset({S.SIGNED, S.IN_PROGRESS, S.SELF_HANDLING}),
    Verb.VERIFICATION: frozenset({S.HANDLED}),
    Verb.CLOSURE: frozenset({S.VERIFIED, S.SUSPENDED}),
    Verb.EXTENSION: TIMED,
    Verb.SUSPENSION: frozenset({S.IN_PROGRESS, S.SELF_HANDLING}),
    Verb.RESUMPTION: frozenset({S.SUSPENDED}),
    Verb.MERGER: frozenset({S.SUBMITTED, S.PRE_CHECK, S.ACCEPTED}),
    Verb.ESCALATION: OPEN,
    Verb.URGING: OPEN - {S.VERIFIED},
    Verb.NOTE: frozenset(S),
    Verb.MESSAGES: frozenset(S) - {S.MERGED},
    Verb.SUPPORT: OPEN,
    #: Whatever has become of it, as long as neighbours read it.
    Verb.HIDING: frozenset(S),
    Verb.WITHDRAWAL: frozenset({S.SUBMITTED}),
    Verb.EVALUATION: RATEABLE,
    Verb.REOPENING: RATEABLE,
    Verb.CALLBACK: RATEABLE,
}


def levels_above(level: str | None) -> tuple[EscalatedTo, ...]:
    """To whom a case can be escalated that a level has already, or none has: it is taken down from nobody."""
    levels = tuple(EscalatedTo)
    return levels if level is None else levels[levels.index(EscalatedTo(level)) + 1 :]
