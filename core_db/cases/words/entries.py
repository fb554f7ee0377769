"""What happened to a case, as its timeline tells residents and staff, and in what role somebody acted."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from core_db.cases.words.base import Words
from core_db.foundation.at_hand import at_hand


@at_hand
class EntryType(StrEnum):
    """What happened, as a line of the timeline tells it."""

    SUBMITTED = "submitted"
    PRE_CHECKED = "pre_checked"
    ACCEPTED = "accepted"
    TAKEN_BACK = "taken_back"
    REFUSED = "refused"
    SELF_HANDLING = "self_handling"
    DISPATCHED = "dispatched"
    INSTRUCTED = "instructed"
    SIGNED = "signed"
    RETURNED = "returned"
    PROGRESSED = "progressed"
    HANDLED = "handled"
    CONDITION_MET = "condition_met"
    VERIFIED = "verified"
    VERIFICATION_FAILED = "verification_failed"
    CLOSED = "closed"
    CLOSED_UNRESOLVED = "closed_unresolved"
    EXTENSION_ASKED = "extension_asked"
    EXTENDED = "extended"
    EXTENSION_REFUSED = "extension_refused"
    SUSPENDED = "suspended"
    AWAITS_REQUESTER = "awaits_requester"
    RESUMED = "resumed"
    MERGED = "merged"
    ABSORBED = "absorbed"
    MAIN_CLOSED = "main_closed"
    UNMERGED = "unmerged"
    ESCALATED = "escalated"
    URGED = "urged"
    NOTED = "noted"
    MESSAGE = "message"
    SUPPORTED = "supported"
    HIDDEN = "hidden"
    WITHDRAWN = "withdrawn"
    EVALUATED = "evaluated"
    CALLED_BACK = "called_back"
    REVIEW_OPENED = "review_opened"
    REOPENED = "reopened"
    WARNED = "warned"
    CONTACT_OVERDUE = "contact_overdue"
    OVERDUE = "overdue"
    OVERDUE_EXPLAINED = "overdue_explained"
    RECOUNTED = "recounted"


class EntrySentences(NamedTuple):
    """One happening as each is told it. None for the resident: residents never see it."""

    resident: Words | None
    staff: Words
    #: For residents who did not raise it, where the raiser's sentence does not fit them.
    neighbour: Words | None = None


ENTRY_SENTENCES: Mapping[EntryType, EntrySentences] = {
    EntryType.SUBMITTED: EntrySentences(
        Words(
            "您的诉求已提交，居委会会尽快联系您。",
            "Your request was submitted; the committee will be in touch.",
        ),
        Words("居民提交了诉求。", "A resident submitted the request."),
        Words("有邻居反映了这件事，居委会已收到。", "A neighbour raised this; the committee has it."),
    ),
    EntryType.PRE_CHECKED: EntrySentences(
        Words("居委会正在核查情况。", "The committee is checking the facts."),
        Words(
            "转入核查，补全信息后再立案。",
            "Moved to pre-check, to be completed before registering.",
        ),
    ),
    EntryType.ACCEPTED: EntrySentences(
        Words(
            "居委会已受理立案，开始计时。",
            "The committee accepted it and the clock started.",
        ),
        Words("已受理立案，办理时限开始。", "Accepted; the handling deadline started."),
    ),
    EntryType.TAKEN_BACK: EntrySentences(
        Words(
            "居委会收回了这件事，正在重新安排。",
            "The committee took it back and is arranging who handles it.",
        ),
        Words("已收回，重新安排；办理时限接着走。", "Taken back, to be arranged anew; the deadline runs on."),
    ),
    EntryType.REFUSED: EntrySentences(
        Words("这件事没有受理，原因如下。", "This was not accepted, for the reason below."),
        Words("不予受理，已告知居民原因。", "Not accepted; the resident was told why."),
    ),
    EntryType.SELF_HANDLING: EntrySentences(
        Words("居委会自己来办这件事。", "The committee handles this itself."),
        Words("居委会自办，不派遣。", "Handled by the committee, without dispatch."),
    ),
    EntryType.DISPATCHED: EntrySentences(
        Words("已派给承办单位。", "It was sent to the unit that handles it."),
        Words("已派遣，等待签收。", "Dispatched, to be signed for."),
    ),
    EntryType.INSTRUCTED: EntrySentences(
        None,
        Words(
            "给承办单位的交代，居民和邻居看不到。", "Said to those who handle it; residents do not read it."
        ),
    ),
    EntryType.SIGNED: EntrySentences(
        Words(
            "承办单位已签收，准备办理。",
            "The unit signed for it and is getting ready.",
        ),
        Words("承办单位已签收。", "The unit signed for it."),
    ),
    EntryType.RETURNED: EntrySentences(
        Words(
            "承办单位退回，居委会正在重新安排。",
            "The unit sent it back; the committee is arranging who handles it.",
        ),
        Words("承办单位退单，等待审定。", "Returned by the unit, awaiting a ruling."),
    ),
    EntryType.PROGRESSED: EntrySentences(
        Words("办理有了新进展。", "There is news."),
        Words("填写了办理进展。", "Progress was reported."),
    ),
    EntryType.HANDLED: EntrySentences(
        Words(
            "承办单位反馈已办，居委会会去核实。",
            "It was reported as handled; the committee will verify.",
        ),
        Words("已反馈办理结果，等待核实。", "The outcome was reported, to be verified."),
    ),
    EntryType.CONDITION_MET: EntrySentences(
        Words(
            "居委会核对过：已达到结案条件。", "The committee checked it: the condition for closing is met."
        ),
        Words("已勾选：达到结案条件。", "Ticked: the condition for closing is met."),
    ),
    EntryType.VERIFIED: EntrySentences(
        Words("居委会已核实，请您评价。", "The committee verified it; please rate it."),
        Words(
            "核实通过，等待回访评价。",
            "Verification passed; awaiting the resident's word.",
        ),
        Words("居委会已核实，等反映的人评价。", "The committee verified it; whoever raised it will rate it."),
    ),
    EntryType.VERIFICATION_FAILED: EntrySentences(
        Words(
            "核实后认为还没办好，已要求继续办。",
            "It was found not done yet and goes on.",
        ),
        Words("核实不通过，退回返工。", "Verification failed; sent back to be redone."),
    ),
    EntryType.CLOSED: EntrySentences(
        Words(
            "这件事已结案；在规定的时间内可以评价，评价过的可以改。",
            "This is closed; within the time set for that you can rate it, or change your rating.",
        ),
        Words("已结案。", "Closed."),
        Words("这件事已结案。", "This is closed."),
    ),
    EntryType.CLOSED_UNRESOLVED: EntrySentences(
        Words(
            "因客观原因没能解决，已结案，原因如下。",
            "It could not be resolved and was closed, for the reason below.",
        ),
        Words("客观未解决，已结案。", "Closed as not resolved."),
    ),
    EntryType.EXTENSION_ASKED: EntrySentences(
        None,
        Words("申请延期，等待审批。", "An extension was asked for, to be approved."),
    ),
    EntryType.EXTENDED: EntrySentences(
        Words(
            "办理期限延长了，原因和新日期如下。",
            "The deadline was extended; reason and new date are below.",
        ),
        Words(
            "延期已批准，改用新期限。",
            "The extension was approved; the new date counts.",
        ),
    ),
    EntryType.EXTENSION_REFUSED: EntrySentences(
        None,
        Words(
            "延期没有批准，原期限不变。",
            "The extension was not approved; the old date stands.",
        ),
    ),
    EntryType.AWAITS_REQUESTER: EntrySentences(
        Words(
            "要等您答复才能接着办，先停表；您一留言就接着办。",
            "It waits for your answer with the clock stopped; it goes on as soon as you write a message.",
        ),
        Words(
            "等诉求人答复，先停表；一有留言就接着办。",
            "Waiting for an answer of whoever raised it, with the clock stopped; it goes on with his message.",
        ),
        Words(
            "要等反映的人答复，先停表。",
            "It waits for an answer of whoever raised it, with the clock stopped.",
        ),
    ),
    EntryType.SUSPENDED: EntrySentences(
        Words(
            "眼下没有条件办，先挂起，到复查日再看。",
            "It cannot be done now; it will be looked at on the review day.",
        ),
        Words(
            "已挂起停表，到期复查。",
            "Suspended with the clock stopped, to be reviewed.",
        ),
    ),
    EntryType.RESUMED: EntrySentences(
        Words("恢复办理，时间接着算。", "Work goes on and the clock runs again."),
        Words("已恢复办理，剩余时限接着走。", "Resumed; the remaining time runs."),
    ),
    EntryType.MERGED: EntrySentences(
        Words(
            "已和相同的案件合并办理，进展会一起通知您。",
            "It was joined with a case about the same; you will be told of both.",
        ),
        Words("已并入主案。", "Merged into the main case."),
        Words("已和相同的案件合并办理。", "It was joined with a case about the same."),
    ),
    EntryType.ABSORBED: EntrySentences(
        Words(
            "有邻居反映同一件事，已并到这里。",
            "A neighbour's case about the same was joined to this one.",
        ),
        Words("并入了一件相同的案件。", "A case about the same was merged into this one."),
    ),
    EntryType.MAIN_CLOSED: EntrySentences(
        Words(
            "一起办的主案已经办结，结果如下；您也可以评价。",
            "The main case it was merged into is closed, with the outcome below; you may rate it too.",
        ),
        Words("主案已结案，已告知诉求人。", "The main case was closed; the one who raised this was told."),
        Words("一起办的主案已经办结。", "The main case it was merged into is closed."),
    ),
    EntryType.UNMERGED: EntrySentences(
        Words(
            "一起办的那件撤回了，或没有受理；您的这件接着办。",
            "The case it was joined with was withdrawn or not accepted; yours goes on.",
        ),
        Words(
            "主案撤回了，或没有受理；本件恢复单独办理。",
            "The main case was withdrawn or not accepted; this one goes on by itself.",
        ),
        Words(
            "一起办的那件撤回了，或没有受理；这件接着办。",
            "The case it was joined with was withdrawn or not accepted; this one goes on.",
        ),
    ),
    EntryType.ESCALATED: EntrySentences(
        Words(
            "已报上级帮助协调。",
            "The town or district was asked to help.",
        ),
        Words("已上报，请上级协调。", "Escalated for the level above to step in."),
    ),
    EntryType.URGED: EntrySentences(
        Words("已催办。", "Those who handle it were reminded."),
        Words("有人催办，请尽快办理。", "Urged; please attend to it."),
    ),
    EntryType.NOTED: EntrySentences(
        None,
        Words("写了一条内部备注。", "An internal note was written."),
    ),
    EntryType.MESSAGE: EntrySentences(
        Words("补充了一条留言。", "A message was added."),
        Words("有新的留言。", "A new message."),
    ),
    EntryType.SUPPORTED: EntrySentences(
        Words("有邻居也遇到了同样的事。", "A neighbour has the same concern."),
        Words("多了一位邻居附议。", "One more neighbour supports it."),
    ),
    EntryType.HIDDEN: EntrySentences(
        Words("这件事不再对邻居公开。", "Neighbours do not see this any more."),
        Words("不再对邻居公开。", "Taken off the neighbours' board."),
    ),
    EntryType.WITHDRAWN: EntrySentences(
        Words("已撤回。", "Withdrawn."),
        Words("居民撤回了诉求。", "The resident withdrew the request."),
    ),
    EntryType.EVALUATED: EntrySentences(
        Words("已评价，谢谢。", "Rated; thank you."),
        Words("居民作了评价。", "The resident rated it."),
    ),
    EntryType.CALLED_BACK: EntrySentences(
        Words(
            "居委会回访过，记下了对结果的评价。",
            "The committee called back and wrote down what was said of the outcome.",
        ),
        Words(
            "已回访，记下了诉求人的评价。", "Called back; what the one who raised it says was written down."
        ),
    ),
    EntryType.REVIEW_OPENED: EntrySentences(
        Words(
            "您说没有解决，居委会会复核。",
            "You said it is not resolved; the committee will look again.",
        ),
        Words(
            "居民说没有解决，请复核。",
            "The resident says it is not resolved; please review.",
        ),
    ),
    EntryType.REOPENED: EntrySentences(
        Words("已重新办理，重新计时。", "It is open again, with a new clock."),
        Words("已重办，请重新派遣。", "Reopened; please dispatch it again."),
    ),
    EntryType.WARNED: EntrySentences(
        None,
        Words("办理时限快到了。", "The deadline is near."),
    ),
    EntryType.CONTACT_OVERDUE: EntrySentences(
        Words(
            "居委会没有按时联系您，可以催办。",
            "The committee has not been in touch in time; you may urge it.",
        ),
        Words(
            "超过了首次联系的期限，还没有联系诉求人。",
            "The time for a first contact has passed, and there was none.",
        ),
        Words("居委会没有按时联系反映的人。", "The committee has not been in touch in time."),
    ),
    EntryType.OVERDUE: EntrySentences(
        Words(
            "已超过办理期限，正在督促。",
            "It is past its deadline and being followed up.",
        ),
        Words("已超时。", "Overdue."),
    ),
    EntryType.OVERDUE_EXPLAINED: EntrySentences(
        Words("说明了为什么晚了。", "Those who have it say why it is late."),
        Words("填写了超时原因，居民看得到。", "The reason for being late was given; the resident reads it."),
    ),
    EntryType.RECOUNTED: EntrySentences(
        Words(
            "节假日安排有变，期限按新的日历重新计算。",
            "The holidays changed, and the time was counted anew.",
        ),
        Words(
            "节假日安排有变，期限按新的日历重新计算。",
            "The holidays changed, and the time was counted anew.",
        ),
    ),
}


#: What is said of the moment that an entry names, behind its sentence.
UNTIL_WORDS: Mapping[EntryType, Words] = {
    EntryType.AWAITS_REQUESTER: Words(
        "最多等到{day}，过了这天就接着办。", "It waits until {day} at most, and goes on after that day."
    ),
    EntryType.SUSPENDED: Words("复查日是{day}。", "It will be looked at again on {day}."),
    EntryType.EXTENSION_ASKED: Words("想延到{day} {time}。", "The day asked for is {day}, {time}."),
    EntryType.EXTENDED: Words("新的期限是{day} {time}。", "The new deadline is {day}, {time}."),
    EntryType.RECOUNTED: Words("现在到{day} {time}为止。", "It now ends on {day}, {time}."),
}


@at_hand
class ByRole(StrEnum):
    """Who acted, as far as residents are told: a role, and a name only where the case allows it."""

    REQUESTER = "requester"
    PROXY = "proxy"
    NEIGHBOUR = "neighbour"
    COMMITTEE = "committee"
    CONTRACTOR = "contractor"
    TOWN = "town"
    DISTRICT = "district"
    SYSTEM = "system"
    PLUGIN = "plugin"


BY_ROLE_WORDS: Mapping[ByRole, Words] = {
    ByRole.REQUESTER: Words("诉求人", "The one who raised it"),
    ByRole.PROXY: Words("代办人", "Proxy"),
    ByRole.NEIGHBOUR: Words("邻居", "A neighbour"),
    ByRole.COMMITTEE: Words("居委会", "The committee"),
    ByRole.CONTRACTOR: Words("承办单位", "The handling unit"),
    ByRole.TOWN: Words("街镇", "The town"),
    ByRole.DISTRICT: Words("区", "The district"),
    ByRole.SYSTEM: Words("系统", "The platform"),
    ByRole.PLUGIN: Words("应用", "Plugin"),
}
