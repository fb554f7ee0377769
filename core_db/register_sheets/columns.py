"""The register as a table to fill in: its columns in order, each explained, with words to choose from and no codes."""

from collections.abc import Sequence

from core_db.people import (
    COLUMNS,
    LIVES_AS_WORDS,
    RELATION_WORDS,
    ROW,
    VERSION,
    RegisterField,
    StayField,
    field_of,
    spec_of,
)
from core_db.people.words.status import RESIDENCE_STATUS_WORDS, CodeSet, ResidenceStatus, code_of
from core_db.sheets import Column, offered_sheet

#: Who reads what somebody is: no drop-down has room for it all, and a worker looks for few of them.
_EXAMPLES = {
    "name": "王小红", "sex": "女", "id_number": "11010519491231002X", "phone": "13812345678", "birth": "1949-12-31",
    "building": "12号", "room": "101室", "household": "100045", "since": "2020-05-01", "hukou_code": "310113008",
    "estate": "牡丹一村", "hukou_address": "友谊路街道牡丹一村12号101室", "native_place": "江苏南通",
}  # fmt: skip
_EXPLAINED = {
    "name": "身份证上的姓名。", "estate": "居民区里有几个小区时才要填。",
    "building": "写“12”或“12号”都可以；也可以不要这两列，改用一列“地址”，写成 12号101室、12-101。",
    "room": "写“101”或“101室”都可以。",
    "id_number": "18 位；15 位老号码会自动补全。会核对校验位。港澳台居住证、护照也写在这里。",
    "phone": "一格写一个号码。",
    "birth": "1949-12-31、1949/12/31、1949年12月31日、19491231 都可以。有身份证号可以不填。",
    "household": "同一户的人写同一个号；不知道就空着。", "since": "什么时候住进来的；空着就记今天。",
    "permit": "户籍不在本市的人才填；居住证、临时居住登记等。", "came_for": "户籍不在本市的人才填。",
    "status": "写文字；如果是别的系统的代码，上传时选是哪一套。",
    "hukou_code": "6、9 或 12 位。", "former_name": "没有就空着。",
}  # fmt: skip
_ORDER = (
    "estate", "building", "room", "name", "sex", "id_number", "id_kind", "phone", "birth", "relation", "role",
    "household", "since", "permit", "came_for", "status", *(str(one) for one in RegisterField if one in (
    "former_name", "ethnic_group", "native_place", "marital_status", "political_status", "education", "occupation",
    "workplace", "hukou_address", "hukou_code")),
)  # fmt: skip
NEEDED = ("building", "room", "name")


def register_columns() -> list[Column]:
    """The columns of the register's own table."""
    return [_column(name) for name in _ORDER]


def own_columns() -> list[Column]:
    """What a table carries along that is changed elsewhere and comes back."""
    explained = "程序用来认出这一行，请不要改。"
    return [Column(heading=heading, explained=explained, is_hidden=True) for heading in (ROW, VERSION)]


def empty_template() -> bytes:
    """The table to fill in."""
    return offered_sheet(register_columns())


def status_written(status: ResidenceStatus, code_set: CodeSet | None) -> str:
    """A residence status in words, or as the chosen set writes it; empty where it has no code for it."""
    if code_set is None:
        return RESIDENCE_STATUS_WORDS[status][0] if status is not ResidenceStatus.UNKNOWN else ""
    return code_of(code_set, status) or ""


def words_of(name: str) -> Sequence[str]:
    """The words a column takes; none where anything may stand in it."""
    if name == "relation":
        return [pair[0] for pair in RELATION_WORDS.values()]
    if name == "role":
        return [pair[0] for pair in LIVES_AS_WORDS.values()]
    if name == "status":
        return [pair[0] for one, pair in RESIDENCE_STATUS_WORDS.items() if one is not ResidenceStatus.UNKNOWN]
    known = (*RegisterField, *StayField)
    codes = spec_of(field_of(name)).codes if name in known else None
    return [pair[0] for pair in (codes or {}).values()]


def _column(name: str) -> Column:
    return Column(
        heading=COLUMNS[name][0], explained=_EXPLAINED.get(name, ""), example=_EXAMPLES.get(name, ""),
        choices=words_of(name), is_needed=name in NEEDED, width=22 if name in ("id_number", "hukou_address") else 14,
    )  # fmt: skip
