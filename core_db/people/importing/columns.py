"""The columns of a register's table: what committees call them, and which of them a table has."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from core_db.people.fields import RegisterField
from core_db.sheets import SheetRefused

#: Columns of what else the register keeps.
FURTHER: Mapping[RegisterField, tuple[str, ...]] = {
    RegisterField.FORMER_NAME: ("曾用名", "别名"),
    RegisterField.ID_KIND: ("证件种类", "证件类型"),
    RegisterField.ETHNIC_GROUP: ("民族",),
    RegisterField.NATIVE_PLACE: ("籍贯",),
    RegisterField.MARITAL_STATUS: ("婚姻状况", "婚姻", "婚否"),
    RegisterField.POLITICAL_STATUS: ("政治面貌",),
    RegisterField.EDUCATION: ("文化程度", "学历", "教育程度"),
    RegisterField.OCCUPATION: ("职业", "职业类别"),
    RegisterField.WORKPLACE: ("工作单位", "单位", "服务处所"),
    RegisterField.HUKOU_ADDRESS: ("户籍地址", "户籍门（楼）详址", "户口地址", "户籍所在地"),
    RegisterField.HUKOU_CODE: ("户籍区划代码", "户籍地代码"),
}
#: What a column may be called, by the field it fills; the first is what our own tables call it.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "estate": ("小区", "小区名称", "住宅小区"),
    "building": ("楼栋", "楼号", "楼栋号", "门栋", "门牌号", "幢", "幢号", "号"),
    "room": ("室号", "房号", "房间号", "室", "房屋号", "房间"),
    "door": ("地址", "住址", "居住地址", "现住址", "现居住地址", "详细地址", "门牌", "门室", "楼室号"),
    "name": ("姓名", "居民姓名", "名字", "人员姓名"),
    "sex": ("性别",),
    "id_number": ("证件号码", "身份证号", "身份证号码", "公民身份号码", "证件号", "身份证"),
    "phone": ("手机", "手机号", "手机号码", "联系电话", "联系方式", "电话", "电话号码"),
    "birth": ("出生日期", "出生年月日", "生日", "出生年月"),
    "relation": ("与户主关系", "关系"),
    "role": ("居住类型", "居住性质", "居住方式"),
    "household": ("户号", "户编号"),
    "since": ("入住日期", "居住开始日期"),
    "permit": ("居住证件", "居住证件类型", "办证类型", "居住证类型"),
    "came_for": ("来沪事由", "来此事由", "流入原因", "居住事由", "暂住事由", "来沪原因", "居住原因"),
    "status": ("人户状态", "人户一致标识", "人户一致"),
} | {str(field): names for field, names in FURTHER.items()}
#: What our own tables carry beside them, hidden: which entry a row is, and the newest change when it was written.
ROW, VERSION = "行标识（勿改）", "版本（勿改）"
OWN: Mapping[str, tuple[str, ...]] = {"row": (ROW,), "version": (VERSION,)}
_ADDED = re.compile(r"[*＊]|[(（]必填[)）]|[(（]选填[)）]|\s")


def columns_of(headings: Sequence[str], given: Mapping[str, str]) -> dict[str, str]:
    """Which heading fills which field: as given, else by the names committees use, in whatever order."""
    unknown = [heading for heading in given.values() if heading not in headings]
    unknown += [name for name in given if name not in COLUMNS]
    if unknown:
        raise SheetRefused(f"没有“{unknown[0]}”这一列。", f"there is no column “{unknown[0]}”.")
    found, plain = dict(given), {_plain(heading): heading for heading in reversed(headings)}
    for name, words in (*COLUMNS.items(), *OWN.items()):
        if heading := next((plain[_plain(word)] for word in words if _plain(word) in plain), None):
            found.setdefault(name, heading)
    if missing := _missing(found):
        raise SheetRefused(f"缺少列：{'、'.join(missing)}。", f"columns are missing: {', '.join(missing)}.")
    return found


def heads_a_table(cells: Sequence[str]) -> bool:
    """Whether a line names columns of ours: tables have titles and marks above their headings."""
    known = {_plain(word) for words in COLUMNS.values() for word in words}
    return sum(1 for cell in cells if _plain(cell) in known) >= 2


def _missing(found: Mapping[str, str]) -> list[str]:
    """A name, and a door in one column or in two."""
    needed = ["name"] if "door" in found or "row" in found else ["building", "room", "name"]
    return [COLUMNS[name][0] for name in needed if name not in found]


def _plain(heading: str) -> str:
    return unicodedata.normalize("NFKC", _ADDED.sub("", heading))
