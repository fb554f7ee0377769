"""Facts about cases."""

from typing import ClassVar

from plugins.sdk.events.base import Event
from plugins.sdk.events.codes import (
    ByRole,
    CaseStatus,
    Channel,
    ClosureOutcome,
    EscalatedTo,
    HandlingOutcome,
    RefusalReason,
    Resolved,
    ReturnReason,
)


class CaseEvent(Event):
    """Something happened to a case. `status` and `category` are the case's after it."""

    case_id: str
    category: str
    status: CaseStatus

    @property
    def subject(self) -> str:
        return f"case/{self.case_id}"


class CaseSubmitted(CaseEvent):
    """Somebody raised a case, or a worker raised it for him."""

    type: ClassVar[str] = "cn.shequyun.case.submitted.v1"
    channel: Channel
    urgent: bool = False


class CasePreChecked(CaseEvent):
    """The committee looks into a case before it registers it."""

    type: ClassVar[str] = "cn.shequyun.case.pre_checked.v1"


class CaseAccepted(CaseEvent):
    """The committee registered a case; its clock runs."""

    type: ClassVar[str] = "cn.shequyun.case.accepted.v1"


class CaseRefused(CaseEvent):
    """The committee did not accept a case and said why."""

    type: ClassVar[str] = "cn.shequyun.case.refused.v1"
    reason_code: RefusalReason


class CaseSelfHandled(CaseEvent):
    """The committee handles a case itself."""

    type: ClassVar[str] = "cn.shequyun.case.self_handled.v1"


class CaseDispatched(CaseEvent):
    """A case was handed to a lead organisation, perhaps with assisting ones."""

    type: ClassVar[str] = "cn.shequyun.case.dispatched.v1"
    lead_id: str
    assisting_ids: tuple[str, ...] = ()


class CaseSigned(CaseEvent):
    """A handling organisation signed for a case."""

    type: ClassVar[str] = "cn.shequyun.case.signed.v1"
    organisation_id: str


class CaseReturned(CaseEvent):
    """A handling organisation sent a case back, with a coded reason."""

    type: ClassVar[str] = "cn.shequyun.case.returned.v1"
    organisation_id: str
    reason_code: ReturnReason


class CaseProgressed(CaseEvent):
    """Somebody reported progress. `visible_to_resident` says whether the requester may read it."""

    type: ClassVar[str] = "cn.shequyun.case.progressed.v1"
    visible_to_resident: bool


class CaseHandled(CaseEvent):
    """The handling organisation or the committee says it is done; nobody has verified it yet."""

    type: ClassVar[str] = "cn.shequyun.case.handled.v1"
    outcome: HandlingOutcome


class CaseVerified(CaseEvent):
    """The committee looked and found it done; the requester is asked."""

    type: ClassVar[str] = "cn.shequyun.case.verified.v1"


class CaseVerificationFailed(CaseEvent):
    """The committee looked and found it not done; it goes back to work."""

    type: ClassVar[str] = "cn.shequyun.case.verification_failed.v1"


class CaseClosed(CaseEvent):
    """A case ended, by the committee or by the requester's yes."""

    type: ClassVar[str] = "cn.shequyun.case.closed.v1"
    outcome: ClosureOutcome


class CaseEvaluated(CaseEvent):
    """The requester said whether it is fixed, and how satisfied he is (1–5)."""

    type: ClassVar[str] = "cn.shequyun.case.evaluated.v1"
    resolved: Resolved
    satisfied: int


class CaseReopened(CaseEvent):
    """The requester had it opened again, with a reason."""

    type: ClassVar[str] = "cn.shequyun.case.reopened.v1"


class CaseExtensionAsked(CaseEvent):
    """A handling organisation asked for a later day."""

    type: ClassVar[str] = "cn.shequyun.case.extension_asked.v1"


class CaseExtended(CaseEvent):
    """A later day was approved; the requester is told reason and day."""

    type: ClassVar[str] = "cn.shequyun.case.extended.v1"


class CaseExtensionRefused(CaseEvent):
    """A later day that was asked for was not approved; the deadline stays."""

    type: ClassVar[str] = "cn.shequyun.case.extension_refused.v1"


class CaseSuspended(CaseEvent):
    """It cannot be done now; its clock stands still until the review day."""

    type: ClassVar[str] = "cn.shequyun.case.suspended.v1"


class CaseResumed(CaseEvent):
    """A suspended case goes on."""

    type: ClassVar[str] = "cn.shequyun.case.resumed.v1"


class CaseMerged(CaseEvent):
    """A case joined another, which carries the work."""

    type: ClassVar[str] = "cn.shequyun.case.merged.v1"
    into_id: str


class CaseMainClosed(CaseEvent):
    """The main case, into which this one was merged, was closed; told to whoever raised this one."""

    type: ClassVar[str] = "cn.shequyun.case.main_closed.v1"
    outcome: ClosureOutcome


class CaseUnmerged(CaseEvent):
    """The case that this one was merged into was withdrawn or refused (`from_id`): this one goes on by itself."""

    type: ClassVar[str] = "cn.shequyun.case.unmerged.v1"
    from_id: str


class CaseEscalated(CaseEvent):
    """A case was raised to the town or the district."""

    type: ClassVar[str] = "cn.shequyun.case.escalated.v1"
    to: EscalatedTo


class CaseUrged(CaseEvent):
    """Somebody asked those who hold a case to hurry."""

    type: ClassVar[str] = "cn.shequyun.case.urged.v1"


class CaseNoted(CaseEvent):
    """A worker or dispatcher left an internal note."""

    type: ClassVar[str] = "cn.shequyun.case.noted.v1"


class CaseHidden(CaseEvent):
    """A public case was taken off the neighbours' board."""

    type: ClassVar[str] = "cn.shequyun.case.hidden.v1"


class CaseCommented(CaseEvent):
    """The requester or the committee wrote a message."""

    type: ClassVar[str] = "cn.shequyun.case.commented.v1"
    author_role: ByRole


class CaseSupported(CaseEvent):
    """A neighbour supports a public case; several at once where one that they supported was merged into it."""

    type: ClassVar[str] = "cn.shequyun.case.supported.v1"
    supporters: int


class CaseWithdrawn(CaseEvent):
    """The requester took it back."""

    type: ClassVar[str] = "cn.shequyun.case.withdrawn.v1"


class CaseWarned(CaseEvent):
    """Half or four fifths of the time are used up (`percent`)."""

    type: ClassVar[str] = "cn.shequyun.case.warned.v1"
    percent: int


class CaseContactOverdue(CaseEvent):
    """The moment passed by which somebody was to be in touch with the requester, and nobody was."""

    type: ClassVar[str] = "cn.shequyun.case.contact_overdue.v1"


class CaseOverdue(CaseEvent):
    """The due moment passed and it is not done."""

    type: ClassVar[str] = "cn.shequyun.case.overdue.v1"


class CaseRecounted(CaseEvent):
    """The holidays changed, and a deadline of the case, or the one of its first contact, was counted anew."""

    type: ClassVar[str] = "cn.shequyun.case.recounted.v1"
