"""What the residents' API answers with beyond what both do, for its document alone."""

from datetime import datetime

from app_shell.case_shapes import CaseOpened, CaseShape, Coded
from app_shell.shapes import Shape


class AdviceShape(Shape):
    """What to do at once: the numbers to call, and a sentence."""

    numbers: list[str]
    text: str


class CaseRaised(CaseOpened):
    advice: AdviceShape | None


class SimilarShape(Shape):
    items: list[CaseShape]
    next: None


class CaseNamed(Shape):
    id: str
    number: str


class LookShape(Shape):
    """One look at one's own data by somebody else; `reason` are the reader's own words."""

    id: int
    at: datetime
    office: str
    role: str
    fields: list[Coded]
    purpose: Coded
    reason: str | None
    case: CaseNamed | None
    #: Until when it was kept from one, where it was.
    deferred_until: datetime | None
    #: The case in which one asked about it.
    question: CaseNamed | None


class LookList(Shape):
    items: list[LookShape]
    #: The number of the last one, where there are older ones.
    next: str | None
