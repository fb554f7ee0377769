"""What the residents' API answers with beyond what both do, for its document alone."""

from pydantic import BaseModel

from app_shell.case_shapes import CaseOpened, CaseShape


class AdviceShape(BaseModel):
    """What to do at once: the numbers to call, and a sentence."""

    numbers: list[str]
    text: str


class CaseRaised(CaseOpened):
    advice: AdviceShape | None


class SimilarShape(BaseModel):
    items: list[CaseShape]
    next: None
