"""What can be done to a case: the button, and what happens to the deadline and who is told."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from core_db.cases.words.base import Words
from core_db.cases.words.states import CaseStatus
from core_db.foundation.at_hand import at_hand


@at_hand
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
    HIDING = "hiding"
    WITHDRAWAL = "withdrawal"
    EVALUATION = "evaluation"
    REOPENING = "reopening"
    CALLBACK = "callback"


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
        Words("办结反馈", "Hand it in"),
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
            "不再计时；居民会收到结果，在规定的时间内还可以评价。",
            "No deadline runs; the resident is told and can still rate it within the time set for that.",
        ),
    ),
    Verb.EXTENSION: VerbWords(
        Words("延期", "Extend"),
        Words(
            "要在到期以前；批准后改用新的期限，最多两次。居民会收到原因和新日期。",
            "Before the deadline; once approved the new date counts, twice at most. The resident is told why.",
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
            "时限不变；手上有这件事的人会马上收到提醒。",
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
            "时限不变；诉求人和居委会看得到，承办单位看不到。",
            "The deadline stays; whoever raised it and the committee read it, the handling unit does not.",
        ),
    ),
    Verb.SUPPORT: VerbWords(
        Words("我也遇到了", "Me too"),
        Words(
            "时限不变；办得怎样，在“我的诉求”的“我也遇到的”里看。",
            "The deadline stays; how it goes stands under “Me too” in your cases.",
        ),
    ),
    Verb.HIDING: VerbWords(
        Words("不再公开", "Take off the board"),
        Words(
            "时限不变，照常办理；邻居从现在起看不到这件，诉求人会看到原因。",
            "The deadline stays and work goes on; neighbours see it no more, and whoever raised it reads why.",
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
    Verb.CALLBACK: VerbWords(
        Words("回访评价", "Enter his word"),
        Words(
            "诉求人没有账号，打电话或上门问他；他说“解决了”就结案，说“没有解决”可以替他要求重办。",
            "He has no account: ring or call on him. “Yes” closes it; after a “no” it can be reopened for him.",
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

#: Acceptance of a case that was returned: it was accepted before, and its deadline goes on.
TAKING_BACK = VerbWords(
    Words("收回，重新安排", "Take it back"),
    Words(
        "时限接着走，改了类别只会提前，不会延后；居民会看到正在重新安排。",
        "The deadline runs on; another category can bring it forward, never back. The resident sees it arranged anew.",
    ),
)


#: Dispatch of a case that a unit or the committee is at already.
PASSING_ON = VerbWords(
    Words("改派", "Dispatch to another"),
    Words(
        "时限照走；原来在办的单位会看到派单已撤回，新的单位和居民会收到通知。",
        "The deadline keeps running; whoever was at it sees it go, the new units and the resident are told.",
    ),
)
ASKING_OF_MERGED = VerbWords(
    VERB_WORDS[Verb.CALLBACK].label,
    Words(
        "诉求人没有账号，打电话或上门问他；他说的记在这一件上，主案照旧。",
        "He has no account: ring or call on him. His word stands on this case; the main one stays as it is.",
    ),
)
AT_WORK = (
    CaseStatus.DISPATCHED, CaseStatus.SIGNED, CaseStatus.IN_PROGRESS, CaseStatus.SELF_HANDLING,
)  # fmt: skip


def verb_words(verb: Verb, status: CaseStatus) -> VerbWords:
    """The button of a verb, and its effect, for a case in this status."""
    takes_back = verb is Verb.ACCEPTANCE and status is CaseStatus.RETURNED
    if verb is Verb.DISPATCH and status in AT_WORK:
        return PASSING_ON
    if verb is Verb.CALLBACK and status is CaseStatus.MERGED:
        return ASKING_OF_MERGED
    return TAKING_BACK if takes_back else VERB_WORDS[verb]
