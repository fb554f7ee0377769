"""Words of the experience library."""

from collections.abc import Mapping
from enum import StrEnum


class Origin(StrEnum):
    """What an experience was told from."""

    CASE = "case"
    GUIDE = "guide"
    PLAN = "plan"


class ProposalStatus(StrEnum):
    """How far an experience is on its way out of its neighbourhood."""

    WAITING = "waiting"
    SHARED = "shared"
    REFUSED = "refused"


ORIGIN_WORDS: Mapping[Origin, tuple[str, str]] = {
    Origin.CASE: ("办结的诉求", "A solved request"),
    Origin.GUIDE: ("办事指南", "A guide"),
    Origin.PLAN: ("方案或表格", "A plan or a form"),
}
STATUS_WORDS: Mapping[ProposalStatus, tuple[str, str]] = {
    ProposalStatus.WAITING: ("等书记看", "Waits for a second look"),
    ProposalStatus.SHARED: ("已分享", "Shared"),
    ProposalStatus.REFUSED: ("没有分享", "Not shared"),
}
