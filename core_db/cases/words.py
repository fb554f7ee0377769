"""The words of a case, in Chinese and English: what stands in the database, and what people read.

Values are part of the contract with other programs and stay; the sentences beside them may be improved.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from core_db.cases.calendar import ClockUnit
from core_db.cases.clocks import ClockState


class Words(NamedTuple):
    zh: str
    en: str

    def within(self, language: str) -> str:
        return self.en if language.lower().startswith("en") else self.zh


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
    CaseStatus.VERIFIED: Words("待回访", "Verified, awaiting your word"),
    CaseStatus.CLOSED: Words("已结案", "Closed"),
    CaseStatus.CLOSED_UNRESOLVED: Words("客观未解决", "Closed, not resolved"),
    CaseStatus.REOPENED: Words("重办中", "Reopened"),
    CaseStatus.NOT_ACCEPTED: Words("不予受理", "Not accepted"),
    CaseStatus.WITHDRAWN: Words("已撤回", "Withdrawn"),
    CaseStatus.MERGED: Words("已并案", "Merged"),
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
    CaseStatus.WITHDRAWN: Words("您已撤回。", "It was withdrawn by the one who raised it."),
    CaseStatus.MERGED: Words("已并到另一件，办理进展在那里看。", "It was merged; follow the other case."),
}


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


class Nature(StrEnum):
    CONSULT = "consult"
    HELP = "help"
    COMPLAINT = "complaint"
    REPORT = "report"
    SUGGESTION = "suggestion"
    PRAISE = "praise"
    OTHER = "other"


NATURE_WORDS: Mapping[Nature, Words] = {
    Nature.CONSULT: Words("咨询", "Question"),
    Nature.HELP: Words("求助", "Request for help"),
    Nature.COMPLAINT: Words("投诉", "Complaint"),
    Nature.REPORT: Words("举报", "Report of a wrong"),
    Nature.SUGGESTION: Words("建议", "Suggestion"),
    Nature.PRAISE: Words("表扬感谢", "Praise or thanks"),
    Nature.OTHER: Words("其他", "Other"),
}


class Channel(StrEnum):
    APP = "app"
    QR = "qr"
    PHONE = "phone"
    VISIT = "visit"
    DESK = "desk"
    HOTLINE = "hotline"
    PATROL = "patrol"
    IMPORT = "import"


CHANNEL_WORDS: Mapping[Channel, Words] = {
    Channel.APP: Words("居民端", "Residents' app"),
    Channel.QR: Words("扫码", "QR code"),
    Channel.PHONE: Words("电话", "Telephone"),
    Channel.VISIT: Words("走访", "Home visit"),
    Channel.DESK: Words("窗口", "Committee desk"),
    Channel.HOTLINE: Words("12345热线", "12345 hotline"),
    Channel.PATROL: Words("巡查发现", "Found on patrol"),
    Channel.IMPORT: Words("批量导入", "Import"),
}

# A worker files for somebody only as the contract says: by telephone, on a visit, or at the desk.
ON_BEHALF_CHANNELS = frozenset({Channel.PHONE, Channel.VISIT, Channel.DESK})


class Visibility(StrEnum):
    PRIVATE = "private"
    PUBLIC = "public"


VISIBILITY_WORDS: Mapping[Visibility, Words] = {
    Visibility.PRIVATE: Words("只有我和办理的人能看", "Only me and those who handle it"),
    Visibility.PUBLIC: Words("邻居也能看，可以一起附议", "My neighbours too; they may support it"),
}


class RefusalReason(StrEnum):
    EMERGENCY = "emergency"
    LEGAL_PROCEDURE = "legal_procedure"
    CONFIDENTIAL = "confidential"
    AGAINST_LAW = "against_law"
    HEARD_UNREASONABLE = "heard_unreasonable"
    NOT_OUR_AREA = "not_our_area"
    TOO_LITTLE_KNOWN = "too_little_known"
    DUPLICATE = "duplicate"
    OTHER = "other"


REFUSAL_WORDS: Mapping[RefusalReason, Words] = {
    RefusalReason.EMERGENCY: Words(
        "紧急情况，请直接拨打110、119、120", "An emergency: please call 110, 119 or 120"
    ),
    RefusalReason.LEGAL_PROCEDURE: Words(
        "已进入诉讼、仲裁、复议、信访或纪检程序",
        "It is before a court, an arbitrator or another authority",
    ),
    RefusalReason.CONFIDENTIAL: Words(
        "涉及国家秘密、商业秘密或他人隐私",
        "It concerns secrets or other people's private matters",
    ),
    RefusalReason.AGAINST_LAW: Words("违反法律法规或公序良俗", "It is against the law or public order"),
    RefusalReason.HEARD_UNREASONABLE: Words(
        "经听证会讨论，认为诉求不合理", "A hearing found the request unreasonable"
    ),
    RefusalReason.NOT_OUR_AREA: Words("不在本居村范围内", "It lies outside this neighbourhood"),
    RefusalReason.TOO_LITTLE_KNOWN: Words(
        "内容不清楚，又联系不上", "Too little is known and nobody could be reached"
    ),
    RefusalReason.DUPLICATE: Words("与已有的案件重复", "There is a case about this already"),
    RefusalReason.OTHER: Words("其他", "Other"),
}


class ReturnReason(StrEnum):
    NOT_OUR_AREA = "not_our_area"
    NOT_OUR_DUTY = "not_our_duty"
    TOO_LITTLE_KNOWN = "too_little_known"
    DUPLICATE = "duplicate"
    LEGAL_PROCEDURE = "legal_procedure"
    OTHER = "other"


RETURN_WORDS: Mapping[ReturnReason, Words] = {
    ReturnReason.NOT_OUR_AREA: Words("非本辖区", "Not in our area"),
    ReturnReason.NOT_OUR_DUTY: Words("非本职责", "Not our duty"),
    ReturnReason.TOO_LITTLE_KNOWN: Words("信息不足", "Too little is known"),
    ReturnReason.DUPLICATE: Words("重复", "Duplicate"),
    ReturnReason.LEGAL_PROCEDURE: Words("已进入法定程序", "In a legal procedure"),
    ReturnReason.OTHER: Words("其他", "Other"),
}


class HandlingOutcome(StrEnum):
    DONE = "done"
    PARTLY_DONE = "partly_done"
    ANSWERED = "answered"
    NOT_DONE = "not_done"
    NOT_POSSIBLE = "not_possible"


HANDLING_WORDS: Mapping[HandlingOutcome, Words] = {
    HandlingOutcome.DONE: Words("已办到", "Done"),
    HandlingOutcome.PARTLY_DONE: Words("部分办到", "Partly done"),
    HandlingOutcome.ANSWERED: Words("已答复说明", "Answered and explained"),
    HandlingOutcome.NOT_DONE: Words("没有办到", "Not done"),
    HandlingOutcome.NOT_POSSIBLE: Words("客观上办不到", "Not possible"),
}


class ClosureOutcome(StrEnum):
    RESOLVED = "resolved"
    ANSWERED = "answered"
    UNRESOLVED = "unresolved"


CLOSURE_WORDS: Mapping[ClosureOutcome, Words] = {
    ClosureOutcome.RESOLVED: Words("已解决", "Resolved"),
    ClosureOutcome.ANSWERED: Words("已答复", "Answered"),
    ClosureOutcome.UNRESOLVED: Words("客观未解决", "Not resolved"),
}


class Resolved(StrEnum):
    """What the resident says, beside what the staff say."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


RESOLVED_WORDS: Mapping[Resolved, Words] = {
    Resolved.YES: Words("解决了", "Yes, resolved"),
    Resolved.PARTLY: Words("解决了一部分", "Partly"),
    Resolved.NO: Words("没有解决", "No"),
}

SATISFACTION_WORDS: Mapping[int, Words] = {
    5: Words("满意", "Satisfied"),
    4: Words("基本满意", "Fairly satisfied"),
    3: Words("一般", "Neither"),
    2: Words("不太满意", "Rather dissatisfied"),
    1: Words("不满意", "Dissatisfied"),
}


class EscalatedTo(StrEnum):
    TOWN = "town"
    DISTRICT = "district"


ESCALATED_TO_WORDS: Mapping[EscalatedTo, Words] = {
    EscalatedTo.TOWN: Words("街镇", "Town"),
    EscalatedTo.DISTRICT: Words("区", "District"),
}


class Verb(StrEnum):
    """What can be done to a case; the value is the last word of its address."""

    PRE_CHECK = "pre-check"
    ACCEPTANCE = "acceptance"
    REFUSAL = "refusal"
    SELF_HANDLING = "self-handling"
    DISPATCH = "dispatch"
    SIGNING = "signing"
    RETURN = "return"
    PROGRESS = "progress"
    HANDLING = "handling"
    VERIFICATION = "verification"
    CLOSURE = "closure"
    EXTENSION = "extension"
    SUSPENSION = "suspension"
    RESUMPTION = "resumption"
    MERGER = "merger"
    ESCALATION = "escalation"
    URGING = "urging"
    NOTE = "note"
    MESSAGES = "messages"
    SUPPORT = "support"
    WITHDRAWAL = "withdrawal"
    EVALUATION = "evaluation"
    REOPENING = "reopening"


class VerbWords(NamedTuple):
    """The button, and one line under it: what happens to the deadline, and who is told."""

    label: Words
    effect: Words


VERB_WORDS: Mapping[Verb, VerbWords] = {
    Verb.PRE_CHECK: VerbWords(
        Words("先核查", "Check first"),
        Words(
            "还没开始计办理时限；居民会看到正在核查。",
            "The deadline has not begun; the resident sees it is being checked.",
        ),
    ),
    Verb.ACCEPTANCE: VerbWords(
        Words("受理立案", "Accept"),
        Words(
            "办理时限从现在开始；居民会收到通知。",
            "The deadline starts now; the resident is told.",
        ),
    ),
    Verb.REFUSAL: VerbWords(
        Words("不予受理", "Do not accept"),
        Words(
            "不再计时；居民会收到原因和去处。",
            "No deadline runs; the resident is told why and where to turn.",
        ),
    ),
    Verb.SELF_HANDLING: VerbWords(
        Words("居委自办", "Handle ourselves"),
        Words(
            "时限照走；居民会看到居委会在办。",
            "The deadline keeps running; the resident sees the committee is on it.",
        ),
    ),
    Verb.DISPATCH: VerbWords(
        Words("派遣", "Dispatch"),
        Words(
            "时限照走，各单位各自计时；承办单位和居民都会收到通知。",
            "The deadline keeps running, each unit on its own clock; the units and the resident are told.",
        ),
    ),
    Verb.SIGNING: VerbWords(
        Words("签收", "Sign for it"),
        Words(
            "时限不变；居委会和居民会看到已签收。",
            "The deadline stays; the committee and the resident see it.",
        ),
    ),
    Verb.RETURN: VerbWords(
        Words("退单", "Return"),
        Words(
            "时限照走，不因退单停表；派单的人会收到原因。",
            "The deadline keeps running; the one who dispatched it is told the reason.",
        ),
    ),
    Verb.PROGRESS: VerbWords(
        Words("写进展", "Report progress"),
        Words(
            "时限不变；勾选后居民也能看到。",
            "The deadline stays; the resident sees it if you tick the box.",
        ),
    ),
    Verb.HANDLING: VerbWords(
        Words("办结反馈", "Report as handled"),
        Words(
            "时限停表，等待核实；居委会和居民会收到通知。",
            "The clock stops until verified; committee and resident are told.",
        ),
    ),
    Verb.VERIFICATION: VerbWords(
        Words("核实", "Verify"),
        Words(
            "通过后请居民评价；不通过就退回返工，时限接着走。",
            "If it passes the resident is asked to rate it; if not it goes back and the clock runs on.",
        ),
    ),
    Verb.CLOSURE: VerbWords(
        Words("结案", "Close"),
        Words(
            "不再计时；居民会收到结果，15天内还可以评价。",
            "No deadline runs; the resident is told and has 15 days to rate it.",
        ),
    ),
    Verb.EXTENSION: VerbWords(
        Words("延期", "Extend"),
        Words(
            "批准后改用新的期限，最多两次；居民会收到原因和新日期。",
            "Once approved the new date counts, twice at most; the resident is told the reason and the date.",
        ),
    ),
    Verb.SUSPENSION: VerbWords(
        Words("挂起", "Suspend"),
        Words(
            "停表到复查日，最多一次；居民会收到原因和日期。",
            "The clock stops until the review day, once only; the resident is told.",
        ),
    ),
    Verb.RESUMPTION: VerbWords(
        Words("恢复办理", "Resume"),
        Words(
            "剩下的时间从现在接着算；承办单位和居民会收到通知。",
            "The time left runs from now; the unit and the resident are told.",
        ),
    ),
    Verb.MERGER: VerbWords(
        Words("并案", "Merge"),
        Words(
            "这件不再单独计时，跟着主案走；提出的居民会收到通知，仍可各自评价。",
            "It follows the main case's clock; those who raised it are told and still rate it themselves.",
        ),
    ),
    Verb.ESCALATION: VerbWords(
        Words("上报", "Escalate"),
        Words(
            "时限不变；街镇或区会看到并协调。",
            "The deadline stays; the town or district sees it and steps in.",
        ),
    ),
    Verb.URGING: VerbWords(
        Words("催办", "Urge"),
        Words(
            "时限不变；承办单位会马上收到提醒。",
            "The deadline stays; whoever handles it is reminded at once.",
        ),
    ),
    Verb.NOTE: VerbWords(
        Words("内部备注", "Internal note"),
        Words("时限不变；只有工作人员能看到。", "The deadline stays; only staff see it."),
    ),
    Verb.MESSAGES: VerbWords(
        Words("补充留言", "Add a message"),
        Words(
            "时限不变；办理的人会收到。",
            "The deadline stays; those who handle it are told.",
        ),
    ),
    Verb.SUPPORT: VerbWords(
        Words("我也遇到了", "Me too"),
        Words(
            "时限不变；有进展会一起通知您。",
            "The deadline stays; you will be told how it goes.",
        ),
    ),
    Verb.WITHDRAWAL: VerbWords(
        Words("撤回", "Withdraw"),
        Words(
            "不再办理也不再计时；居委会会看到您已撤回。",
            "Nobody handles it any more; the committee sees you withdrew it.",
        ),
    ),
    Verb.EVALUATION: VerbWords(
        Words("评价", "Rate it"),
        Words(
            "说“解决了”就结案；说“没有解决”，居委会会复核。",
            "“Yes” closes it; “no” makes the committee look again.",
        ),
    ),
    Verb.REOPENING: VerbWords(
        Words("要求重办", "Ask to reopen"),
        Words(
            "重新计时；居委会会收到并重新派遣。",
            "A new deadline starts; the committee is told and dispatches it again.",
        ),
    ),
}


class EntryType(StrEnum):
    """What happened, as a line of the timeline tells it."""

    SUBMITTED = "submitted"
    PRE_CHECKED = "pre_checked"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    SELF_HANDLING = "self_handling"
    DISPATCHED = "dispatched"
    SIGNED = "signed"
    RETURNED = "returned"
    PROGRESSED = "progressed"
    HANDLED = "handled"
    VERIFIED = "verified"
    VERIFICATION_FAILED = "verification_failed"
    CLOSED = "closed"
    CLOSED_UNRESOLVED = "closed_unresolved"
    EXTENSION_ASKED = "extension_asked"
    EXTENDED = "extended"
    EXTENSION_REFUSED = "extension_refused"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    MERGED = "merged"
    ABSORBED = "absorbed"
    ESCALATED = "escalated"
    URGED = "urged"
    NOTED = "noted"
    MESSAGE = "message"
    SUPPORTED = "supported"
    WITHDRAWN = "withdrawn"
    EVALUATED = "evaluated"
    REVIEW_OPENED = "review_opened"
    REOPENED = "reopened"
    WARNED = "warned"
    OVERDUE = "overdue"


class EntrySentences(NamedTuple):
    """One happening told twice: to the resident, and to staff. None: residents never see it."""

    resident: Words | None
    staff: Words


ENTRY_SENTENCES: Mapping[EntryType, EntrySentences] = {
    EntryType.SUBMITTED: EntrySentences(
        Words(
            "您的诉求已提交，居委会会尽快联系您。",
            "Your request was submitted; the committee will be in touch.",
        ),
        Words("居民提交了诉求。", "A resident submitted the request."),
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
    EntryType.SIGNED: EntrySentences(
        Words(
            "承办单位已签收，会先和您联系。",
            "The unit signed for it and will contact you first.",
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
    EntryType.VERIFIED: EntrySentences(
        Words("居委会已核实，请您评价。", "The committee verified it; please rate it."),
        Words(
            "核实通过，等待回访评价。",
            "Verification passed; awaiting the resident's word.",
        ),
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
            "这件事已结案，15天内还可以评价。",
            "This is closed; you can rate it for 15 days.",
        ),
        Words("已结案。", "Closed."),
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
    ),
    EntryType.ABSORBED: EntrySentences(
        Words(
            "有邻居反映同一件事，已并到这里。",
            "A neighbour's case about the same was joined to this one.",
        ),
        Words("并入了一件相同的案件。", "A case about the same was merged into this one."),
    ),
    EntryType.ESCALATED: EntrySentences(
        Words(
            "居委会已报上级帮助协调。",
            "The committee asked the town or district to help.",
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
    EntryType.WITHDRAWN: EntrySentences(
        Words("已撤回。", "Withdrawn."),
        Words("居民撤回了诉求。", "The resident withdrew the request."),
    ),
    EntryType.EVALUATED: EntrySentences(
        Words("已评价，谢谢。", "Rated; thank you."),
        Words("居民作了评价。", "The resident rated it."),
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
    EntryType.OVERDUE: EntrySentences(
        Words(
            "已超过办理期限，正在督促。",
            "It is past its deadline and being followed up.",
        ),
        Words("已超时。", "Overdue."),
    ),
}


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


BY_ROLE_WORDS: Mapping[ByRole, Words] = {
    ByRole.REQUESTER: Words("诉求人", "The one who raised it"),
    ByRole.PROXY: Words("代办人", "Proxy"),
    ByRole.NEIGHBOUR: Words("邻居", "A neighbour"),
    ByRole.COMMITTEE: Words("居委会", "The committee"),
    ByRole.CONTRACTOR: Words("承办单位", "The handling unit"),
    ByRole.TOWN: Words("街镇", "The town"),
    ByRole.DISTRICT: Words("区", "The district"),
    ByRole.SYSTEM: Words("系统", "The platform"),
}


UNIT_WORDS: Mapping[ClockUnit, Words] = {
    ClockUnit.URGENT_HOUR: Words("小时（不分昼夜）", "hours, day and night"),
    ClockUnit.WORK_HOUR: Words("工作时", "working hours"),
    ClockUnit.WORKDAY: Words("个工作日", "working days"),
    ClockUnit.NATURAL_DAY: Words("天", "days"),
}

CLOCK_STATE_WORDS: Mapping[ClockState, Words] = {
    ClockState.RUNNING: Words("计时中", "Running"),
    ClockState.PAUSED: Words("已停表", "Paused"),
    ClockState.MET: Words("按时办结", "In time"),
    ClockState.OVERDUE: Words("已超时", "Overdue"),
}
