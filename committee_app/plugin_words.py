"""What the pages about plugins say: how one is, where it runs, what it asked and how that was decided."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from app_shell.plugin_words import within
from app_shell.words import _
from core_db.foundation.lean import dataclass
from core_db.installs import PartKind, PluginHere, PluginRoles, RoleSeen
from core_db.installs.words import Decision, InstallState, PluginState, RunMode


def state_in_words(here: PluginHere) -> tuple[str, str]:
    """How it is, and the tone in which that is said."""
    if here.plugin_state is not PluginState.INSTALLED:
        return _broken(here.plugin_state), "bad"
    return {
        InstallState.ENABLED: (_("已启用"), "ok"),
        InstallState.DISABLED: (_("已停用"), "mute"),
        InstallState.HELD: (_("停着，等书记重新决定"), "warn"),
        InstallState.FAILED: (_("出错太多，平台已停用"), "bad"),
        InstallState.REMOVED: (_("已移除"), "mute"),
        None: (_("没有启用"), "mute"),
    }[here.state]


def _broken(state: PluginState) -> str:
    return {
        PluginState.BROKEN: _("装不起来，运维人员在处理"),
        PluginState.STOPPED: _("运维人员已停用"),
    }.get(state, str(state))


def runs_in_words(mode: RunMode) -> str:
    """Where it runs, and what that means for whoever decides."""
    if mode is RunMode.IN_PROCESS:
        return _("在平台内部运行。这是信任，不是隔离：它出错可能拖慢平台，只给信得过的应用。")
    return _("在单独的进程里运行，只能通过平台拿到这里写明的东西。")


def part_in_words(kind: PartKind) -> str:
    return {PartKind.REPORT: _("报表"), PartKind.JOB: _("定时做的事")}[kind]


def decision_in_words(decision: Decision) -> str:
    return {
        Decision.ALLOWED: _("给了"),
        Decision.WITHHELD: _("没有授权的没给"),
        Decision.FORBIDDEN: _("不许，没给"),
        Decision.REFUSED: _("照规矩办不了，没办"),
        Decision.OVER_BUDGET: _("问得太多，没给"),
    }[decision]


def subject_in_words(code: str) -> str:
    """What a question or a fact is about, by the first word of its name."""
    return {
        "residents": _("居民信息"), "person": _("居民信息"), "resident": _("居民信息"), "cases": _("诉求"),
        "case": _("诉求"), "visits": _("走访"), "visit": _("走访"), "guides": _("办事指南"), "messages": _("发消息"),
        "staff": _("工作人员"), "http": _("访问外部网站"), "store": _("它自己的数据"), "household": _("户"),
        "consent": _("居民的授权"), "plugin": _("应用"),
        "households": _("户"), "files": _("诉求里的照片"), "stats": _("统计数字"),
    }.get(code.partition(".")[0], _("其他"))  # fmt: skip


def questions_in_words(questions: Sequence[tuple[str, Decision, int]]) -> list[tuple[str, str, int]]:
    """What it asked about, how that was decided, and how often."""
    counted: Counter[tuple[str, str]] = Counter()
    for op, decision, count in questions:
        counted[subject_in_words(op), decision_in_words(decision)] += count
    return [(what, how, count) for (what, how), count in counted.most_common()]


@dataclass(frozen=True, slots=True, kw_only=True)
class RolesInWords:
    """A plugin's own roles as its page shows them, and what the form for giving one offers."""

    #: Each with its name and who holds it: id, name, days, and whether that is still to begin.
    held: Sequence[tuple[str, Sequence[dict[str, Any]]]]
    roles: Sequence[tuple[str, str]]
    colleagues: Sequence[tuple[str, str]]

    @property
    def of_nobody(self) -> list[str]:
        """The roles that nobody holds today: what they open is open to nobody."""
        return [name for name, holders in self.held if all(one["is_coming"] for one in holders)]


def roles_in_words(found: PluginRoles, lang: str) -> RolesInWords:
    return RolesInWords(
        held=[
            (within(role.name, lang), [_holder(one) for one in found.held if one.role == role.id])
            for role in found.roles
        ],
        roles=[(role.id, within(role.name, lang)) for role in found.roles],
        colleagues=[(account, f"{name} · {within(post, lang)}") for account, name, post in found.colleagues],
    )  # fmt: skip


def _holder(one: RoleSeen) -> dict[str, Any]:
    first, last = str(one.first_day), str(one.last_day)
    days = _("{first} 起") if one.last_day is None else _("{first} 至 {last}")
    said = days.replace("{first}", first).replace("{last}", last)
    return {"id": one.id, "name": one.holder, "days": said, "is_coming": one.is_coming}
