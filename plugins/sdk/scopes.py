"""What a plugin may ask a committee for: few nouns that a resident understands, each with the fields it opens.

A scope is a promise to people, so the list is short and stays. `…:write` opens what `…:read` opens.
"""

from dataclasses import dataclass
from enum import StrEnum


class Sensitivity(StrEnum):
    """How near a scope comes to a person. P2 and P3 need a purpose that names their fields."""

    PUBLIC = "P0"
    INTERNAL = "P1"
    PERSONAL = "P2"
    SENSITIVE = "P3"


@dataclass(frozen=True, slots=True)
class Scope:
    """One thing a plugin may ask for, in words for the committee that decides, and the personal fields in it."""

    name: str
    sensitivity: Sensitivity
    zh: str
    en: str
    fields: tuple[str, ...] = ()
    #: Whether anything of this platform answers it; what nothing answers is refused, not given.
    is_answered: bool = True

    @property
    def is_personal(self) -> bool:
        return self.sensitivity in (Sensitivity.PERSONAL, Sensitivity.SENSITIVE)


_P0, _P1, _P2, _P3 = Sensitivity
#: With which a plugin reads and fills in what it asks of residents (`form = "resident.profile"`).
OWN_FIELDS = "resident.fields:write"
_ALL = (
    Scope("community:read", _P0, "本居村的名称和地址", "name and address of the neighbourhood"),
    Scope(
        "resident.basic:read", _P2, "居民的姓名、出生年份、性别和楼栋",
        "residents' names, birth years, sexes and buildings",
        ("name", "birth_year", "sex", "building"),
    ),
    Scope("resident.contact:read", _P2, "居民的联系电话", "residents' telephone numbers", ("phone",)),
    Scope("resident.tags:read", _P3, "居民的标签", "residents' tags", ("tags",)),
    Scope(
        "resident.sensitive:read", _P3, "居民的健康、残疾和救助情况", "residents' health, disability and aid",
        ("health", "disability", "aid"), is_answered=False,
    ),
    Scope(
        OWN_FIELDS, _P2, "读取和填写应用自己的居民信息项", "read and fill in the plugin's own fields of residents",
        ("profile",),
    ),
    Scope("household:read", _P2, "户和户内成员", "households and who belongs to them", ("household",)),
    Scope(
        "case:read", _P2, "诉求的类别、进展、原文，和应用自己问的几项",
        "cases: their category, progress and words, and what the plugin itself asked in them", ("text", "fields"),
    ),
    Scope("case:write", _P2, "新建诉求，在诉求里留言", "raise cases, and write in them", ("text",)),
    Scope("visit:read", _P2, "走访计划和记录", "planned and recorded visits", ("visits",)),
    Scope("visit:write", _P2, "安排和记录走访", "plan and record visits", ("visits",)),
    Scope("guide:read", _P0, "办事指南和印章清单", "guides and the list of stamps"),
    Scope("notice:read", _P0, "公告", "notices", is_answered=False),
    Scope("notice:publish", _P1, "发布公告", "publish notices", is_answered=False),
    Scope("activity:read", _P1, "活动和报名人数", "activities and how many signed up", is_answered=False),
    Scope("activity:write", _P1, "组织活动", "organise activities", is_answered=False),
    Scope("topic:read", _P1, "居社互动的话题", "topics of discussion", is_answered=False),
    Scope("topic:write", _P1, "发起和回复话题", "open topics and answer", is_answered=False),
    Scope("vote:aggregate", _P0, "表决的合计结果", "results of votes, never who voted how", is_answered=False),
    Scope("message:send", _P2, "按模板向居民发消息", "send residents messages made from templates"),
    Scope("file:read", _P2, "居民在诉求里传的照片", "photos that residents put to their cases", ("files",)),
    Scope("stats:read", _P0, "统计数字", "figures, never about fewer than ten people"),
    Scope("staff:read", _P1, "工作人员的姓名和岗位", "names and posts of staff"),
)  # fmt: skip
SCOPES = {scope.name: scope for scope in _ALL}
#: The events of another plugin: `event:` and its id.
OF_A_PLUGIN = "event:"


def fields_of(names: tuple[str, ...]) -> frozenset[str]:
    """Every personal field that these scopes open."""
    return frozenset(field for name in names if name in SCOPES for field in SCOPES[name].fields)
