"""The codes in facts about cases, visits and plugins: one that nobody says is found before it is waited for.

A fact that is told has one of these. One that is read from the outbox may be of a time that had others: it is read.
"""

from typing import Annotated, Any, Final, Literal

from pydantic import ValidationInfo, ValidatorFunctionWrapHandler, WrapValidator

#: For `model_validate(…, context=TOLD)`: this was told already, whatever codes there were then.
TOLD: Final = {"told": True}


def _as_it_was_told(said: Any, known: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
    return said if info.context == TOLD and isinstance(said, str) else known(said)


_EVEN_OLD = WrapValidator(_as_it_was_told)

CaseStatus = Annotated[
    Literal[
        "submitted", "pre_check", "accepted", "self_handling", "dispatched", "signed", "in_progress", "suspended",
        "returned", "handled", "verified", "closed", "closed_unresolved", "reopened", "not_accepted", "withdrawn",
        "merged",
    ],
    _EVEN_OLD,
]  # fmt: skip
Channel = Annotated[
    Literal["app", "qr", "phone", "visit", "desk", "hotline", "patrol", "import", "plugin"], _EVEN_OLD
]
#: How whoever handled it says that it ended.
HandlingOutcome = Annotated[Literal["done", "partly_done", "answered", "not_done", "not_possible"], _EVEN_OLD]
#: How the committee says that it ended.
ClosureOutcome = Annotated[Literal["resolved", "answered", "unresolved"], _EVEN_OLD]
#: How a case is about to end: the same, or without being worked on.
CaseEnd = Annotated[Literal["resolved", "answered", "unresolved", "not_accepted", "merged"], _EVEN_OLD]
#: What the requester says.
Resolved = Annotated[Literal["yes", "partly", "no"], _EVEN_OLD]
RefusalReason = Annotated[
    Literal[
        "emergency", "legal_procedure", "confidential", "against_law", "heard_unreasonable", "not_our_area",
        "too_little_known", "duplicate", "other",
    ],
    _EVEN_OLD,
]  # fmt: skip
ReturnReason = Annotated[
    Literal["not_our_area", "not_our_duty", "too_little_known", "duplicate", "legal_procedure", "other"],
    _EVEN_OLD,
]
EscalatedTo = Annotated[Literal["town", "district"], _EVEN_OLD]
ByRole = Annotated[
    Literal[
        "requester", "proxy", "neighbour", "committee", "contractor", "town", "district", "system", "plugin"
    ],
    _EVEN_OLD,
]
Grade = Annotated[Literal["high_risk", "key", "general"], _EVEN_OLD]
NeedKind = Annotated[
    Literal["meals", "care", "company", "repair", "errands", "paperwork", "other"], _EVEN_OLD
]
NeedStatus = Annotated[Literal["open", "in_hand", "met", "dropped"], _EVEN_OLD]
#: By the committee, because it wants more than it was given, or because it failed too often.
OffCause = Annotated[Literal["committee", "scopes", "failures"], _EVEN_OLD]
