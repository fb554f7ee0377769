"""Facts about guides, stamps, questions at the counter, notes from shift to shift, and the experience library."""

from typing import ClassVar

from plugins.sdk.events.base import Event


class GuideKept(Event):
    """A place wrote a guide or changed one. Empty `community_id`: it is a town's or a district's."""

    type: ClassVar[str] = "cn.shequyun.guide.kept.v1"
    guide_id: str

    @property
    def subject(self) -> str:
        return f"guide/{self.guide_id}"


class StampEvent(Event):
    """Something happened to an item of a list of stamps."""

    stamp_id: str

    @property
    def subject(self) -> str:
        return f"stamp/{self.stamp_id}"


class StampKept(StampEvent):
    """An item was put on a list of stamps."""

    type: ClassVar[str] = "cn.shequyun.stamp.kept.v1"


class StampTakenOff(StampEvent):
    """An item was taken off a list of stamps."""

    type: ClassVar[str] = "cn.shequyun.stamp.ended.v1"


class InquiryEvent(Event):
    """Something happened to a question that somebody asked a committee. Who asked is never told."""

    inquiry_id: str

    @property
    def subject(self) -> str:
        return f"inquiry/{self.inquiry_id}"


class InquiryTaken(InquiryEvent):
    """Somebody asked, and whoever heard it stays responsible until it is answered."""

    type: ClassVar[str] = "cn.shequyun.inquiry.taken.v1"
    way: str


class InquiryHandedOn(InquiryEvent):
    """A question was handed to somebody else to do; it is not answered yet."""

    type: ClassVar[str] = "cn.shequyun.inquiry.handed_on.v1"


class InquiryAnswered(InquiryEvent):
    """A question was answered."""

    type: ClassVar[str] = "cn.shequyun.inquiry.answered.v1"
    guide_id: str | None = None


class InquiryBecameCase(InquiryEvent):
    """A question became a case."""

    type: ClassVar[str] = "cn.shequyun.inquiry.became_case.v1"
    case_id: str


class NoteEvent(Event):
    """Something happened to a note from one shift to the next."""

    note_id: str

    @property
    def subject(self) -> str:
        return f"handover-note/{self.note_id}"


class NoteWritten(NoteEvent):
    """A note was left for a colleague or a post."""

    type: ClassVar[str] = "cn.shequyun.handover_note.written.v1"


class NoteRead(NoteEvent):
    """The first of those a note is for has read it."""

    type: ClassVar[str] = "cn.shequyun.handover_note.read.v1"


class NoteDone(NoteEvent):
    """What a note asked for is done."""

    type: ClassVar[str] = "cn.shequyun.handover_note.done.v1"


class ExperienceProposed(Event):
    """Somebody of a committee would like others to have an experience."""

    type: ClassVar[str] = "cn.shequyun.experience.proposed.v1"
    proposal_id: str

    @property
    def subject(self) -> str:
        return f"experience-proposal/{self.proposal_id}"


class ExperienceDecided(ExperienceProposed):
    """A second person let an experience leave its neighbourhood, or kept it."""

    type: ClassVar[str] = "cn.shequyun.experience.decided.v1"
    status: str


class ExperienceEvent(Event):
    """Something happened to an experience that is shared; `community_id` is whoever did it."""

    experience_id: str

    @property
    def subject(self) -> str:
        return f"experience/{self.experience_id}"


class ExperienceAdopted(ExperienceEvent):
    """A neighbourhood took an experience up as a guide of its own."""

    type: ClassVar[str] = "cn.shequyun.experience.adopted.v1"
    guide_id: str


class ExperienceThanked(ExperienceEvent):
    """A neighbourhood that took it up thanked for it."""

    type: ClassVar[str] = "cn.shequyun.experience.thanked.v1"


class ExperienceWithdrawn(ExperienceEvent):
    """The neighbourhood whose experience it was shares it no more."""

    type: ClassVar[str] = "cn.shequyun.experience.withdrawn.v1"
