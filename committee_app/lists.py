"""The named lists of cases: each a question somebody at work asks, with its filter and its order."""

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime, timedelta
from itertools import product
from typing import Any

from committee_app.rows import NEXT
from core_db.cases import CaseFilter
from core_db.cases.words import CaseStatus, Verb
from core_db.foundation.actor import COMMITTEE, DISPATCHERS, Actor, Role
from core_db.foundation.lean import dataclass

SOON = timedelta(days=1)
#: Organisations are at work on it; what they hand in of it waits to be verified.
AT_WORK = ("dispatched", "signed", "in_progress")


@dataclass(frozen=True, kw_only=True)
class NamedList:
    """A list by its name. `title` and `what_to_do` are Chinese msgids."""

    title: str
    what_to_do: str = ""
    tone: str | None = None
    wanted: CaseFilter = field(default_factory=CaseFilter)
    #: Its end lies in the coming day, which only the clock knows.
    due_soon: bool = False
    #: One of the base's orders: across all pages, not within one.
    order: str = "newest"
    #: What comes next, by status.
    following: Mapping[CaseStatus, Verb] = field(default_factory=lambda: NEXT)
    #: The statuses whose counters say how many there are, for lists that are nothing but statuses.
    counted: tuple[str, ...] = ()

    def count_in(self, by_status: Mapping[str, int], by_part: Mapping[tuple[str, str], int]) -> int | None:
        """How many there are, where counters say so."""
        if self.wanted.own_part:
            pairs = product(self.wanted.own_part, self.wanted.status)
            return sum(by_part.get(pair, 0) for pair in pairs)
        return sum(by_status[one] for one in self.counted) if self.counted else None

    def filter_at(self, now: datetime, **narrower: Any) -> CaseFilter:
        """The list as the base looks for it, narrowed further."""
        known: dict[str, Any] = {"due_before": now + SOON} if self.due_soon else {}
        return replace(self.wanted, order=self.order, **known, **narrower)


def _always(verb: Verb) -> Mapping[CaseStatus, Verb]:
    """Whatever the status: in this list the same comes next for all."""
    return dict.fromkeys(CaseStatus, verb)


def _in(title: str, *status: str, **more: Any) -> NamedList:
    return NamedList(title=title, wanted=CaseFilter(status=status), counted=status, **more)


def _ours(title: str, *own_part: str, status: tuple[str, ...] = AT_WORK, **more: Any) -> NamedList:
    """What a handling organisation has to do goes by its own part, not by how far the lead is."""
    return NamedList(title=title, wanted=CaseFilter(own_part=own_part, status=status), **more)


LISTS: Mapping[str, NamedList] = {
    "all": NamedList(title="全部"),
    "to-accept": _in("待受理", "submitted", "pre_check", what_to_do="先联系居民，再立案或说明不受理。", tone="warn",
                     order="pressing"),
    "late-contact": NamedList(title="首次联系超时", what_to_do="先给居民打电话，告诉他收到了。", tone="bad",
                              wanted=CaseFilter(late_contact=True), order="pressing"),
    "overdue": NamedList(title="已超时", what_to_do="催办；问清楚为什么晚了，写下来让居民看到。", tone="bad",
                         wanted=CaseFilter(overdue=True), order="due"),
    "due-soon": NamedList(title="一天内到期", what_to_do="看看卡在哪里。", tone="warn", due_soon=True,
                          order="due"),
    "returned": _in("退单待审", "returned", what_to_do="改派别的单位；不派出去的，先收回，再重新安排。", tone="warn",
                    order="due_or_raised"),
    "to-dispatch": _in("待派遣", "accepted", "reopened", what_to_do="派给承办单位，或者居委自己办。",
                       order="due_or_raised"),
    "to-verify": _in("待核实", "handled", what_to_do="去现场看一眼，再请居民评价。"),
    "badly-rated": NamedList(title="居民不满意", tone="bad", wanted=CaseFilter(to_review=True),
                             what_to_do="打电话问问哪里没办好，告诉他可以要求重办，再把他说的记下来。",
                             following=_always(Verb.NOTE)),
    "new-message": NamedList(title="有新留言", tone="warn", wanted=CaseFilter(new_message=True),
                             what_to_do="看看居民补充了什么，回他一句。", following=_always(Verb.MESSAGES)),
    "urged": NamedList(title="有人催办", tone="warn", wanted=CaseFilter(urged=True), order="due_or_raised",
                       what_to_do="看看卡在哪里，给居民回句话；办了、写了进展，这里就没有了。"),
    "extension-asked": NamedList(title="延期待批", tone="warn", wanted=CaseFilter(extension_asked=True),
                                 what_to_do="看看为什么、延到哪天，批准或者不批准。", order="due_or_raised",
                                 following=_always(Verb.EXTENSION)),
    "escalated": NamedList(title="已上报", what_to_do="协调、裁定退单、批准延期。", tone="warn",
                           wanted=CaseFilter(escalated=True), order="due_or_raised"),
    "under-way": _in("办理中", "dispatched", "signed", "in_progress", "self_handling"),
    "suspended": _in("已挂起", "suspended"),
    "review-due": NamedList(title="该复查的", tone="warn", wanted=CaseFilter(review_due=True), order="due_or_raised",
                            what_to_do="能办了就恢复办理；还是办不了，写明原因，按客观未解决结案。"),
    "to-close": NamedList(title="待结案", wanted=CaseFilter(to_close=True),
                          what_to_do="居民评价过、没有要复核的，还有没有人可问的：可以结案。"),
    "to-call-back": NamedList(title="待回访", wanted=CaseFilter(awaits_word=True),
                              what_to_do="没有账号的，打电话问问办好了没有，把他说的记下来；有账号的，等他自己评价。"),
    "ended": _in("已结束", "closed", "closed_unresolved", "not_accepted", "withdrawn", "merged"),
    "to-sign": _ours("待签收", "dispatched", what_to_do="看清楚再签收；不该由我们办的，退单并说明。", tone="warn",
                   order="due_or_raised"),
    "in-hand": _ours("在办", "signed", "in_progress", status=(*AT_WORK, "suspended"),
                     what_to_do="写进展，办好了就反馈。", order="due_or_raised"),
    "handed-in": _ours("已反馈，待核实", "handled", status=(*AT_WORK, "suspended", "handled")),
}  # fmt: skip

#: The lists of a role above the table of cases.
OFFERED: Mapping[frozenset[Role], Sequence[str]] = {
    COMMITTEE: (
        "all", "late-contact", "to-accept", "to-dispatch", "under-way", "due-soon", "overdue", "returned", "to-verify",
        "to-call-back", "to-close", "badly-rated", "new-message", "urged", "suspended", "review-due", "extension-asked",
        "escalated", "ended",
    ),
    DISPATCHERS: (
        "all", "escalated", "overdue", "late-contact", "due-soon", "returned", "to-accept", "under-way", "suspended",
        "ended",
    ),
    frozenset({Role.CONTRACTOR}): ("all", "to-sign", "in-hand", "overdue", "due-soon", "handed-in", "ended"),
}  # fmt: skip
#: What stands on the committee's desk, in this order.
ON_THE_DESK = (
    "late-contact",
    "to-accept",
    "overdue",
    "urged",
    "due-soon",
    "returned",
    "extension-asked",
    "review-due",
    "to-dispatch",
    "to-verify",
    "badly-rated",
    "to-close",
    "new-message",
)
ABOVE = ("escalated", "overdue", "late-contact")


def offered_to(actor: Actor) -> list[str]:
    names = [name for roles, names in OFFERED.items() if actor.has(*roles) for name in names]
    return list(dict.fromkeys(names))
