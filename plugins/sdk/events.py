"""Every fact the base tells, one class each: past tense, ids only, never a name, a phone or free text.

The type of a fact is `cn.shequyun.<area>.<past>.v<major>`. Its meaning never changes; optional fields may
be added; anything else is a `v2` beside it.
"""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class Event(BaseModel):
    """Parent of every fact. `community_id` is the neighbourhood it happened in.

    Where somebody acted in another's right, `acted_by` is his account and `acted_for` the other's.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: ClassVar[str]

    community_id: str
    acted_by: str | None = None
    acted_for: str | None = None

    @property
    def subject(self) -> str:
        """What it is about, as `case/<id>`."""
        raise NotImplementedError


class CaseEvent(Event):
    """Something happened to a case. `status` and `category` are the case's after it."""

    case_id: str
    category: str
    status: str

    @property
    def subject(self) -> str:
        return f"case/{self.case_id}"


class CaseSubmitted(CaseEvent):
    """Somebody raised a case, or a worker raised it for him."""

    type: ClassVar[str] = "cn.shequyun.case.submitted.v1"
    channel: str
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
    reason_code: str


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
    reason_code: str


class CaseProgressed(CaseEvent):
    """Somebody reported progress. `visible_to_resident` says whether the requester may read it."""

    type: ClassVar[str] = "cn.shequyun.case.progressed.v1"
    visible_to_resident: bool


class CaseHandled(CaseEvent):
    """The handling organisation or the committee says it is done; nobody has verified it yet."""

    type: ClassVar[str] = "cn.shequyun.case.handled.v1"
    outcome: str


class CaseVerified(CaseEvent):
    """The committee looked and found it done; the requester is asked."""

    type: ClassVar[str] = "cn.shequyun.case.verified.v1"


class CaseVerificationFailed(CaseEvent):
    """The committee looked and found it not done; it goes back to work."""

    type: ClassVar[str] = "cn.shequyun.case.verification_failed.v1"


class CaseClosed(CaseEvent):
    """A case ended, by the committee or by the requester's yes."""

    type: ClassVar[str] = "cn.shequyun.case.closed.v1"
    outcome: str


class CaseEvaluated(CaseEvent):
    """The requester said whether it is fixed, and how satisfied he is (1–5)."""

    type: ClassVar[str] = "cn.shequyun.case.evaluated.v1"
    resolved: str
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
    outcome: str


class CaseEscalated(CaseEvent):
    """A case was raised to the town or the district."""

    type: ClassVar[str] = "cn.shequyun.case.escalated.v1"
    to: str


class CaseUrged(CaseEvent):
    """Somebody asked those who hold a case to hurry."""

    type: ClassVar[str] = "cn.shequyun.case.urged.v1"


class CaseNoted(CaseEvent):
    """A worker or dispatcher left an internal note."""

    type: ClassVar[str] = "cn.shequyun.case.noted.v1"


class CaseCommented(CaseEvent):
    """The requester or the committee wrote a message."""

    type: ClassVar[str] = "cn.shequyun.case.commented.v1"
    author_role: str


class CaseSupported(CaseEvent):
    """A neighbour supports a public case."""

    type: ClassVar[str] = "cn.shequyun.case.supported.v1"
    supporters: int


class CaseWithdrawn(CaseEvent):
    """The requester took it back."""

    type: ClassVar[str] = "cn.shequyun.case.withdrawn.v1"


class CaseWarned(CaseEvent):
    """Half or four fifths of the time are used up (`percent`)."""

    type: ClassVar[str] = "cn.shequyun.case.warned.v1"
    percent: int


class CaseOverdue(CaseEvent):
    """The due moment passed and it is not done."""

    type: ClassVar[str] = "cn.shequyun.case.overdue.v1"


class AccountEvent(Event):
    """Something happened to an account or what it may do."""

    account_id: str

    @property
    def subject(self) -> str:
        return f"account/{self.account_id}"


class SessionRevoked(AccountEvent):
    """A signed-in device was signed out; its sockets close. Without `session_id`: all of the account's."""

    type: ClassVar[str] = "cn.shequyun.session.revoked.v1"
    session_id: str | None = None


class PasskeysChanged(AccountEvent):
    """Somebody added a passkey to his account, or removed one."""

    type: ClassVar[str] = "cn.shequyun.account.passkeys_changed.v1"


class RolesChanged(AccountEvent):
    """An account's roles or homes changed; what it may see is worked out anew."""

    type: ClassVar[str] = "cn.shequyun.account.roles_changed.v1"


class HomeBindingAsked(AccountEvent):
    """A resident asks to be bound to a home; a worker decides."""

    type: ClassVar[str] = "cn.shequyun.home.binding_asked.v1"
    binding_id: str


class HomeBound(AccountEvent):
    """An account was bound to a home."""

    type: ClassVar[str] = "cn.shequyun.home.bound.v1"
    binding_id: str


class HomeBindingRefused(AccountEvent):
    """A worker refused a binding, with a reason."""

    type: ClassVar[str] = "cn.shequyun.home.binding_refused.v1"
    binding_id: str


class DataExportAsked(AccountEvent):
    """Somebody asked for a copy of everything about himself, or about a child he is guardian of."""

    type: ClassVar[str] = "cn.shequyun.mydata.export_asked.v1"
    export_id: str


class DataExportReady(AccountEvent):
    """A copy can be fetched, for a week, by whoever asked for it."""

    type: ClassVar[str] = "cn.shequyun.mydata.export_ready.v1"
    export_id: str


class ErasureAsked(AccountEvent):
    """Somebody said that he leaves the platform; for seven days he may take it back."""

    type: ClassVar[str] = "cn.shequyun.mydata.erasure_asked.v1"


class ErasureWithdrawn(AccountEvent):
    """He stays after all."""

    type: ClassVar[str] = "cn.shequyun.mydata.erasure_withdrawn.v1"


class AccountErased(AccountEvent):
    """Whatever said whose account it was is gone; listeners that kept something of it forget it too."""

    type: ClassVar[str] = "cn.shequyun.mydata.account_erased.v1"


class CorrectionAsked(AccountEvent):
    """Somebody says that the register is wrong about him; the committee decides within fifteen working days."""

    type: ClassVar[str] = "cn.shequyun.mydata.correction_asked.v1"
    correction_id: str


class CorrectionDecided(AccountEvent):
    """The committee put the register right, or said why not; or he took it back."""

    type: ClassVar[str] = "cn.shequyun.mydata.correction_decided.v1"
    correction_id: str
    status: str


class ConsentGiven(AccountEvent):
    """Somebody agreed to a use of data beyond what his cases need."""

    type: ClassVar[str] = "cn.shequyun.mydata.consent_given.v1"
    purpose: str


class ConsentWithdrawn(AccountEvent):
    """He took it back; it has had its effect already."""

    type: ClassVar[str] = "cn.shequyun.mydata.consent_withdrawn.v1"
    purpose: str


class GuardianshipAsked(AccountEvent):
    """Somebody says that he is guardian of a minor; the committee decides."""

    type: ClassVar[str] = "cn.shequyun.mydata.guardianship_asked.v1"
    guardianship_id: str


class GuardianshipDecided(AccountEvent):
    """The committee said whether somebody acts for a minor; or it ended."""

    type: ClassVar[str] = "cn.shequyun.mydata.guardianship_decided.v1"
    guardianship_id: str
    status: str


class RetentionChanged(Event):
    """The operator keeps a kind of record for another number of days from now on."""

    type: ClassVar[str] = "cn.shequyun.retention.changed.v1"
    what: str
    days: int

    @property
    def subject(self) -> str:
        return f"retention/{self.what}"


class DataRead(Event):
    """Somebody read what is sealed of a person or account; told to whoever it was about. What was read is not said."""

    type: ClassVar[str] = "cn.shequyun.access.data_read.v1"
    subject_id: str
    purpose: str

    @property
    def subject(self) -> str:
        return f"access/{self.subject_id}"


class EmergencyEvent(Event):
    """Something happened to a look without the usual reference."""

    emergency_id: str

    @property
    def subject(self) -> str:
        return f"emergency-look/{self.emergency_id}"


class EmergencyOpened(EmergencyEvent):
    """Somebody of the committee opened a resident's data in an emergency; secretary and town are told at once."""

    type: ClassVar[str] = "cn.shequyun.emergency.opened.v1"
    reason_code: str


class EmergencyReviewed(EmergencyEvent):
    """Somebody else looked at it afterwards and said whether it was right."""

    type: ClassVar[str] = "cn.shequyun.emergency.reviewed.v1"
    verdict: str


class ManyLooks(Event):
    """Somebody read sealed data of many people within an hour; told to whoever oversees him."""

    type: ClassVar[str] = "cn.shequyun.access.many_looks.v1"
    alarm_id: str

    @property
    def subject(self) -> str:
        return f"alarm/{self.alarm_id}"


class ManyLooksNoted(ManyLooks):
    """Whoever oversees it has seen that somebody read sealed data of many people."""

    type: ClassVar[str] = "cn.shequyun.access.many_looks_noted.v1"


class LookEvent(Event):
    """Something happened to a look: one act of reading sealed data, known by the number of its record."""

    look: int

    @property
    def subject(self) -> str:
        return f"look/{self.look}"


class LookQuestioned(LookEvent):
    """Whoever it was about asked about a look; the answer is given in a case."""

    type: ClassVar[str] = "cn.shequyun.access.questioned.v1"
    case_id: str


class LookReviewed(LookEvent):
    """A secretary found a look in order, or asks whoever took it."""

    type: ClassVar[str] = "cn.shequyun.access.reviewed.v1"
    outcome: str


class LooksDeferred(Event):
    """A named person had a look, or all looks under a case, told later, for a coded reason; or renewed that."""

    type: ClassVar[str] = "cn.shequyun.access.deferred.v1"
    deferral_id: str
    reason_code: str

    @property
    def subject(self) -> str:
        return f"deferral/{self.deferral_id}"


class ExportEvent(Event):
    """Something happened to an export of a neighbourhood's register in full."""

    export_id: str

    @property
    def subject(self) -> str:
        return f"export/{self.export_id}"


class ExportAsked(ExportEvent):
    """A worker asks for the register in full; somebody else decides."""

    type: ClassVar[str] = "cn.shequyun.export.asked.v1"


class ExportApproved(ExportEvent):
    """A secretary approved an export of the register in full; the file is made next."""

    type: ClassVar[str] = "cn.shequyun.export.approved.v1"


class ExportRefused(ExportEvent):
    """A secretary refused an export of the register in full."""

    type: ClassVar[str] = "cn.shequyun.export.refused.v1"


class ExportMade(ExportEvent):
    """The file of an approved export is there, for a day, for whoever asked."""

    type: ClassVar[str] = "cn.shequyun.export.made.v1"


class FeedbackLeft(Event):
    """Somebody said what he thinks of the platform. Empty `community_id`: he belongs to none, or is not signed in."""

    type: ClassVar[str] = "cn.shequyun.feedback.left.v1"
    feedback_id: str

    @property
    def subject(self) -> str:
        return f"feedback/{self.feedback_id}"
