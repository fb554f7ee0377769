"""Facts about visits, their plans and canvasses, and what comes of them. Whom a visit was to is never told."""

from typing import ClassVar

from plugins.sdk.events.base import Event
from plugins.sdk.events.codes import Grade, NeedKind, NeedStatus


class VisitPlanEvent(Event):
    """Something happened to a plan by which people are visited again and again."""

    plan_id: str

    @property
    def subject(self) -> str:
        return f"visit-plan/{self.plan_id}"


class VisitPlanned(VisitPlanEvent):
    """Some people or homes are to be visited at the interval of their grade."""

    type: ClassVar[str] = "cn.shequyun.visit.planned.v1"
    grade: Grade


class VisitPlanEnded(VisitPlanEvent):
    """Nobody is due by this plan any more."""

    type: ClassVar[str] = "cn.shequyun.visit.plan_ended.v1"


class VisitMissed(VisitPlanEvent):
    """Somebody whom a plan names was not visited in time; told once for each day he was due."""

    type: ClassVar[str] = "cn.shequyun.visit.missed.v1"
    missed_id: str


class VisitIntervalSet(Event):
    """How often a grade is visited was said anew for a neighbourhood, or for a district (empty `community_id`)."""

    type: ClassVar[str] = "cn.shequyun.visit.interval_set.v1"
    interval_id: str

    @property
    def subject(self) -> str:
        return f"visit-interval/{self.interval_id}"


class CanvassEvent(Event):
    """Something happened to a canvass: questions at every home of some buildings."""

    canvass_id: str

    @property
    def subject(self) -> str:
        return f"canvass/{self.canvass_id}"


class CanvassBegun(CanvassEvent):
    """A committee asks something at every home of some buildings."""

    type: ClassVar[str] = "cn.shequyun.canvass.begun.v1"


class CanvassEnded(CanvassEvent):
    """A canvass was ended before its last day."""

    type: ClassVar[str] = "cn.shequyun.canvass.ended.v1"


class VisitEvent(Event):
    """Something happened to a visit."""

    visit_id: str

    @property
    def subject(self) -> str:
        return f"visit/{self.visit_id}"


class VisitRecorded(VisitEvent):
    """Somebody came back from a visit, or added to what another had said of it; `fields` are the kinds of its words."""

    type: ClassVar[str] = "cn.shequyun.visit.recorded.v1"
    fields: list[str]


class VisitCorrected(VisitEvent):
    """Something of a visit was said anew, or decided between two words about it."""

    type: ClassVar[str] = "cn.shequyun.visit.corrected.v1"
    fields: list[str]


class VisitCancelled(VisitEvent):
    """A visit was none: the wrong door, or entered twice."""

    type: ClassVar[str] = "cn.shequyun.visit.cancelled.v1"


class NeedEvent(Event):
    """Something happened to what somebody needs, that is no case."""

    need_id: str

    @property
    def subject(self) -> str:
        return f"need/{self.need_id}"


class NeedRaised(NeedEvent):
    """On a visit it was found that somebody needs something."""

    type: ClassVar[str] = "cn.shequyun.need.raised.v1"
    kind: NeedKind


class NeedChanged(NeedEvent):
    """A need is in hand, met, or needed no longer."""

    type: ClassVar[str] = "cn.shequyun.need.changed.v1"
    status: NeedStatus


class TagProposalEvent(Event):
    """Something happened to the proposal of a tag; which tag it is, the fact does not say."""

    proposal_id: str

    @property
    def subject(self) -> str:
        return f"tag-proposal/{self.proposal_id}"


class TagProposed(TagProposalEvent):
    """After a visit somebody proposed a tag for a resident."""

    type: ClassVar[str] = "cn.shequyun.tag.proposed.v1"


class TagProposalDecided(TagProposalEvent):
    """A proposed tag was accepted, refused or withdrawn."""

    type: ClassVar[str] = "cn.shequyun.tag.proposal_decided.v1"
    state: str
