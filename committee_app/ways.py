"""The foot of the desk: every way into the committee's work, under the headings by which a worker looks for it."""

from collections.abc import Sequence

from app_shell.words import _
from core_db.foundation.actor import Actor, Role
from core_db.foundation.lean import dataclass

Way = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Ways:
    """A heading with the pages below it: address and name."""

    id: str
    title: str
    ways: Sequence[Way]


def ways_from_the_desk(actor: Actor) -> Sequence[Ways]:
    """All headings; what only a secretary does, for a secretary."""
    leads = actor.has(Role.SECRETARY)
    return (
        Ways(id="people", title=_("人和房"), ways=_people()),
        Ways(id="visits", title=_("走访和台账"), ways=(*_visits(), *(_ledgers() if leads else ()))),
        Ways(id="cases", title=_("诉求和咨询"), ways=_cases()),
        Ways(id="around", title=_("单位和设施"), ways=_around()),
        Ways(id="looks", title=_("查看和审核"), ways=(*_looks(), *(_reviews() if leads else ()))),
        Ways(id="settings", title=_("设置"), ways=(*_settings(), *(_rules() if leads else ()))),
    )


def _people() -> Sequence[Way]:
    return (
        ("/people", _("查居民")), ("/places", _("楼栋和住户")), ("/register/moving-in", _("迁入登记")),
        ("/groups", _("人群")),
        ("/register/sheets", _("名册表格：导入和交回")), ("/register/doubles", _("可能重复的登记")),
        ("/register/proposals", _("等第二个人批准的更改")), ("/exports", _("导出名册")),
    )  # fmt: skip


def _visits() -> Sequence[Way]:
    return (
        ("/visits", _("今天走访")), ("/visits/plans", _("走访计划")), ("/visits/canvasses", _("排摸")),
        ("/needs", _("需求")), ("/tag-proposals", _("标签建议")), ("/ledgers", _("台账和报表")),
    )  # fmt: skip


def _ledgers() -> Sequence[Way]:
    return (("/report-forms", _("自己的台账")),)


def _cases() -> Sequence[Way]:
    return (
        ("/cases", _("全部案件")), ("/enter", _("替人录入")), ("/all-round", _("全岗通：查指南、记咨询")),
        ("/guides", _("办事指南")), ("/inquiries", _("首问登记")), ("/notes", _("交班留言")),
        ("/experiences", _("经验库")), ("/figures", _("数据")),
    )  # fmt: skip


def _around() -> Sequence[Way]:
    return (
        ("/neighbourhood", _("辖区里有什么")),
        ("/posters", _("打印楼道海报")),
        ("/stamps", _("盖章清单")),
        ("/x", _("应用")),
    )


def _looks() -> Sequence[Way]:
    return (
        ("/emergency", _("紧急查看")), ("/data-requests", _("居民的数据申请")), ("/bindings", _("绑定申请")),
        ("/looks/own", _("我的查看")),
    )  # fmt: skip


def _reviews() -> Sequence[Way]:
    return (("/looks", _("查看记录")), ("/record", _("操作记录")))


def _settings() -> Sequence[Way]:
    return (
        ("/tags", _("标签字典")), ("/tags/review", _("该复核的标签")), ("/delegations", _("请人代办")),
        ("/plugins", _("管理应用")),
    )  # fmt: skip


def _rules() -> Sequence[Way]:
    return (
        ("/posts", _("岗位")),
        ("/visits/intervals", _("多久走访一次")),
        ("/register/rules", _("哪些更改要第二个人批准")),
    )
