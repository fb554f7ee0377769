"""Words of the register in both languages, and what committees write for them in their tables."""

from collections.abc import Mapping
from enum import StrEnum

from core_db.sheets import Cell, line_from


class Sex(StrEnum):
    """GB/T 2261.1."""

    UNKNOWN = "0"
    MALE = "1"
    FEMALE = "2"
    NOT_STATED = "9"


class LivesAs(StrEnum):
    """As what somebody lives in a home."""

    OWNER = "owner"
    TENANT = "tenant"
    FAMILY = "family"
    STAFF = "staff"


SEX_WORDS: Mapping[Sex, tuple[str, str]] = {
    Sex.UNKNOWN: ("未知", "unknown"),
    Sex.MALE: ("男", "male"),
    Sex.FEMALE: ("女", "female"),
    Sex.NOT_STATED: ("未说明", "not stated"),
}
LIVES_AS_WORDS: Mapping[LivesAs, tuple[str, str]] = {
    LivesAs.OWNER: ("产权人", "owner"),
    LivesAs.TENANT: ("租住", "tenant"),
    LivesAs.FAMILY: ("家庭成员", "family"),
    LivesAs.STAFF: ("集体居住", "staff"),
}
#: GB/T 4761 in the groups that registers use.
RELATION_WORDS: Mapping[str, tuple[str, str]] = {
    "01": ("本人", "self"),
    "02": ("户主", "head of the household"),
    "10": ("配偶", "spouse"),
    "20": ("子", "son"),
    "30": ("女", "daughter"),
    "40": ("孙辈", "grandchild"),
    "50": ("父母", "parent"),
    "60": ("祖父母", "grandparent"),
    "70": ("兄弟姐妹", "sibling"),
    "97": ("其他", "other"),
    "99": ("非亲属", "no relative"),
}
HOUSEHOLD_KINDS: Mapping[str, tuple[str, str]] = {
    "family": ("家庭户", "family"),
    "collective": ("集体户", "collective"),
}
HEADS = frozenset({"01", "02"})

_SEX_SAID = {"男": "1", "男性": "1", "M": "1", "1": "1", "女": "2", "女性": "2", "F": "2", "2": "2", "0": "0", "9": "9",
             "未知": "0", "未说明": "9", "": "0"}  # fmt: skip
_LIVES_AS_SAID = {
    "owner": ("自住", "业主", "产权人", "自有", "产权", "房东", "OWNER"),
    "tenant": ("租住", "出租", "租客", "租户", "承租", "承租人", "租赁", "公租", "TENANT"),
    "family": ("家庭成员", "家属", "同住", "亲属", "借住", "FAMILY", ""),
    "staff": ("集体", "集体居住", "员工", "务工", "宿舍", "STAFF"),
}
_RELATION_SAID = {
    "01": ("本人", "自己"),
    "02": ("户主",),
    "10": ("配偶", "妻", "夫", "妻子", "丈夫", "爱人", "老婆", "老公"),
    "20": ("子", "儿子", "长子", "次子", "三子", "独生子", "女婿", "养子", "继子"),
    "30": ("女", "女儿", "长女", "次女", "三女", "独生女", "儿媳", "媳妇", "养女", "继女"),
    "40": ("孙", "孙子", "孙女", "外孙", "外孙子", "外孙女", "孙辈"),
    "50": ("父", "母", "父亲", "母亲", "父母", "公公", "婆婆", "岳父", "岳母"),
    "60": ("祖父", "祖母", "外祖父", "外祖母", "祖父母", "爷爷", "奶奶", "外公", "外婆"),
    "70": ("兄", "弟", "姐", "妹", "哥哥", "弟弟", "姐姐", "妹妹", "兄弟姐妹", "兄弟", "姐妹"),
    "97": ("其他", "其它", "亲戚", "其他亲属"),
    "99": ("非亲属", "租客", "保姆", "朋友", "同事"),
}
_LIVES_AS = {said: code for code, words in _LIVES_AS_SAID.items() for said in words}
_RELATION = {said: code for code, words in _RELATION_SAID.items() for said in words}


def sex_from(cell: Cell) -> str | None:
    """A sex as a table says it; None for a word nobody knows."""
    return _SEX_SAID.get(line_from(cell).upper())


def lives_as_from(cell: Cell) -> str | None:
    return _LIVES_AS.get(line_from(cell).upper())


def relation_from(cell: Cell) -> str | None:
    """The code of a relation, `97` for a word nobody has listed; None where nothing is said."""
    said = line_from(cell)
    if said in RELATION_WORDS:
        return said
    return _RELATION.get(said, "97") if said else None
