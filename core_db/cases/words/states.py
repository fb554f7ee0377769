"""The states of a case, and the six steps that residents see."""

from collections.abc import Mapping
from enum import StrEnum

from core_db.cases.words.base import Words
from core_db.foundation.at_hand import at_hand


@at_hand
class CaseStatus(StrEnum):
    SUBMITTED = "submitted"
    PRE_CHECK = "pre_check"
    ACCEPTED = "accepted"
    SELF_HANDLING = "self_handling"
    DISPATCHED = "dispatched"
    SIGNED = "signed"
    IN_PROGRESS = "in_progress"
    SUSPENDED = "suspended"
    RETURNED = "returned"
    HANDLED = "handled"
    VERIFIED = "verified"
    CLOSED = "closed"
    CLOSED_UNRESOLVED = "closed_unresolved"
    REOPENED = "reopened"
    NOT_ACCEPTED = "not_accepted"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


STATUS_WORDS: Mapping[CaseStatus, Words] = {
    CaseStatus.SUBMITTED: Words("已提交", "Submitted"),
    CaseStatus.PRE_CHECK: Words("核查中", "Being checked"),
    CaseStatus.ACCEPTED: Words("已立案", "Accepted"),
    CaseStatus.SELF_HANDLING: Words("自办中", "Handled by the committee"),
    CaseStatus.DISPATCHED: Words("待签收", "Dispatched"),
    CaseStatus.SIGNED: Words("已签收", "Signed for"),
    CaseStatus.IN_PROGRESS: Words("办理中", "In progress"),
    CaseStatus.SUSPENDED: Words("已挂起", "Suspended"),
    CaseStatus.RETURNED: Words("退单待审", "Returned, under review"),
    CaseStatus.HANDLED: Words("已办待核实", "Handled, to be verified"),
    CaseStatus.VERIFIED: Words("待回访", "Verified, to be rated"),
    CaseStatus.CLOSED: Words("已结案", "Closed"),
    CaseStatus.CLOSED_UNRESOLVED: Words("客观未解决", "Closed, not resolved"),
    CaseStatus.REOPENED: Words("重办中", "Reopened"),
    CaseStatus.NOT_ACCEPTED: Words("不予受理", "Not accepted"),
    CaseStatus.WITHDRAWN: Words("已撤回", "Withdrawn"),
    CaseStatus.MERGED: Words("已并案", "Merged"),
}

#: The same for residents: where the office's own word says nothing to whoever raised it, another stands.
RESIDENT_STATUS_WORDS: Mapping[CaseStatus, Words] = {
    **STATUS_WORDS,
    CaseStatus.SELF_HANDLING: Words("居委会在办", "With the committee"),
    CaseStatus.SUSPENDED: Words("暂缓办理", "On hold"),
    CaseStatus.RETURNED: Words("重新安排中", "Being reassigned"),
    CaseStatus.VERIFIED: Words("等评价", "Verified, to be rated"),
}

STATUS_SENTENCES: Mapping[CaseStatus, Words] = {
    CaseStatus.SUBMITTED: Words("居委会已收到，正在看。", "The committee has it and is reading it."),
    CaseStatus.PRE_CHECK: Words("居委会正在核对情况。", "The committee is checking the facts."),
    CaseStatus.ACCEPTED: Words("已经立案，开始计时。", "It is registered and the clock is running."),
    CaseStatus.SELF_HANDLING: Words("居委会自己在办。", "The committee is handling it itself."),
    CaseStatus.DISPATCHED: Words(
        "已派给承办单位，等它签收。",
        "It was sent to a unit that has yet to sign for it.",
    ),
    CaseStatus.SIGNED: Words("承办单位已签收。", "The unit has signed for it."),
    CaseStatus.IN_PROGRESS: Words("承办单位正在办理。", "The unit is working on it."),
    CaseStatus.SUSPENDED: Words(
        "眼下没有条件办，先挂起，到期再看。",
        "It cannot be done now; it will be looked at again.",
    ),
    CaseStatus.RETURNED: Words(
        "承办单位认为不该由它办，居委会正在定。",
        "The unit sent it back; the committee decides who handles it.",
    ),
    CaseStatus.HANDLED: Words(
        "承办单位说办好了，居委会要去核实。",
        "The unit says it is done; the committee will verify.",
    ),
    CaseStatus.VERIFIED: Words(
        "已核实，请您说说解决了没有。",
        "It was verified; please say whether it is resolved.",
    ),
    CaseStatus.CLOSED: Words("这件事已结案。", "This case is closed."),
    CaseStatus.CLOSED_UNRESOLVED: Words(
        "因客观原因没能解决，已结案。", "It could not be resolved and was closed."
    ),
    CaseStatus.REOPENED: Words("已经重新办理，等待派遣。", "It is open again and will be dispatched."),
    CaseStatus.NOT_ACCEPTED: Words("没有受理，原因写在下面。", "It was not accepted; the reason is below."),
    CaseStatus.WITHDRAWN: Words("已撤回。", "It was withdrawn."),
    CaseStatus.MERGED: Words(
        "已和相同的案件一起办，办到哪里、结果怎样都会告诉您。",
        "It is worked on together with a case about the same; you will be told how it goes.",
    ),
}


#: For residents who did not raise it, where the raiser's sentence does not fit them.
NEIGHBOUR_SENTENCES: Mapping[CaseStatus, Words] = {
    CaseStatus.VERIFIED: Words(
        "已核实，等反映的人说解决了没有。",
        "It was verified; whoever raised it will say whether it is resolved.",
    ),
    CaseStatus.NOT_ACCEPTED: Words("这件事没有受理。", "This was not accepted."),
    CaseStatus.WITHDRAWN: Words("反映的人已撤回。", "It was withdrawn by the one who raised it."),
    CaseStatus.MERGED: Words(
        "已和相同的案件一起办。", "It is worked on together with a case about the same."
    ),
}


def status_sentence(status: CaseStatus, *, neighbour: bool = False) -> Words:
    """What a status means, for the one who raised the case or for a neighbour who reads it."""
    said = STATUS_SENTENCES[status]
    return NEIGHBOUR_SENTENCES.get(status, said) if neighbour else said


class Step(StrEnum):
    """The six steps that residents see; the finer states stay inside."""

    REPORT = "report"
    REGISTER = "register"
    DISPATCH = "dispatch"
    HANDLE = "handle"
    FEEDBACK = "feedback"
    CLOSE = "close"


STEP_WORDS: Mapping[Step, Words] = {
    Step.REPORT: Words("上报", "Report"),
    Step.REGISTER: Words("立案", "Register"),
    Step.DISPATCH: Words("派遣", "Dispatch"),
    Step.HANDLE: Words("处置", "Handle"),
    Step.FEEDBACK: Words("反馈", "Feedback"),
    Step.CLOSE: Words("结案", "Close"),
}

STEP_OF: Mapping[CaseStatus, Step] = {
    CaseStatus.SUBMITTED: Step.REPORT,
    CaseStatus.PRE_CHECK: Step.REPORT,
    CaseStatus.ACCEPTED: Step.REGISTER,
    CaseStatus.REOPENED: Step.REGISTER,
    CaseStatus.DISPATCHED: Step.DISPATCH,
    CaseStatus.RETURNED: Step.DISPATCH,
    CaseStatus.SIGNED: Step.DISPATCH,
    CaseStatus.SELF_HANDLING: Step.HANDLE,
    CaseStatus.IN_PROGRESS: Step.HANDLE,
    CaseStatus.SUSPENDED: Step.HANDLE,
    CaseStatus.HANDLED: Step.FEEDBACK,
    CaseStatus.VERIFIED: Step.FEEDBACK,
    CaseStatus.CLOSED: Step.CLOSE,
    CaseStatus.CLOSED_UNRESOLVED: Step.CLOSE,
    CaseStatus.NOT_ACCEPTED: Step.CLOSE,
    CaseStatus.WITHDRAWN: Step.CLOSE,
    CaseStatus.MERGED: Step.CLOSE,
}
