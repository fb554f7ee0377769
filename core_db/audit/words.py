"""What kinds of deeds the record knows, and what else it says in codes, for whoever reads it: (Chinese, English)."""

from collections.abc import Mapping

#: By the first word of an action.
DEED_WORDS: Mapping[str, tuple[str, str]] = {
    "role": ("岗位的任免和代理", "Roles given, lent and ended"),
    "sign-in": ("登录", "Signing in"),
    "export": ("导出名册", "Exports of the register"),
    "emergency": ("紧急查看", "Looks in an emergency"),
    "look": ("对查看的复核和暂缓告知", "Reviews and deferrals of looks"),
    "data": ("查看完整信息", "Looks at what is sealed"),
    "reads": ("到期的查看记录", "Old looks that were dropped"),
    "history": ("案件历史的遮盖", "Words taken out of histories"),
    "register": ("名册的改动", "Changes of the register"),
    "household": ("户的改动", "Changes of households"),
    "persons": ("重复的人合并或分开", "Double entries"),
    "sheet": ("名册表格的交入", "Tables handed in"),
    "report": ("报表的填写", "Reports filled in"),
    "report-form": ("报表的下发", "Forms that are asked for"),
    "tag": ("标签", "Tags"),
    "group": ("分组", "Groups"),
    "place": ("楼栋和住处", "Buildings and homes"),
    "entry": ("社区台账", "What a neighbourhood holds"),
    "facility": ("设施巡查", "Inspections"),
    "seat": ("居民组织的成员", "Seats of residents' bodies"),
    "charter": ("居民公约", "Charters"),
    "assistance": ("协助事项", "What committees help with"),
    "community-type": ("社区类型", "Types of neighbourhoods"),
    "exclusion": ("不计入评价的规则", "What rates leave out"),
    "plugin": ("应用的安装和使用", "Plugins"),
    "guide": ("办事指南", "Guides"),
    "stamp": ("盖章事项", "Stamps"),
    "experience": ("经验", "Experiences"),
    "inquiry": ("咨询", "Inquiries"),
    "handover_note": ("交接事项", "Notes left for whoever comes next"),
    "backup": ("备份", "Copies made"),
    "restore": ("从备份恢复", "Copies put back"),
    "rebuild": ("重新算出的数据", "What was worked out anew"),
}

#: Along which way it was asked (`core_db.foundation.came.Way`).
WAY_WORDS: Mapping[str, tuple[str, str]] = {
    "page": ("网页", "page"),
    "api": ("接口", "API"),
    "socket": ("实时连接", "socket"),
    "command": ("命令行", "command line"),
    "job": ("后台任务", "job"),
}
#: What came of it; a kind of deed may say more in codes of its own.
OUTCOME_WORDS: Mapping[str, tuple[str, str]] = {
    "done": ("已办", "Done"),
    "shown": ("已显示", "Shown"),
    "handed-out": ("已交出", "Handed out"),
    "resolved": ("已弄清", "Cleared up"),
    "unresolved": ("没弄清", "Not cleared up"),
    "nobody": ("没有找到人", "Nobody found"),
    "person": ("找到了人", "Somebody found"),
    "too-many": ("次数太多，没办", "Refused: too often"),
}


def deed_said(action: str, lang: str) -> str:
    """The kind of a deed in words; one without words by its code."""
    kind = action.partition(".")[0]
    return DEED_WORDS.get(kind, (action, action))[lang == "en"]
