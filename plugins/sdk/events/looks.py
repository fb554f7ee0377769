"""Facts about who read what of residents' data, about exports of it, and about the platform itself."""

from typing import ClassVar

from plugins.sdk.events.base import Event


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
