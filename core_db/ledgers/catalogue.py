"""The field catalogue: every fact the base keeps, by one key, so that a form names it instead of asking it again.

A person's fields are those of `core_db.people.fields`, not a copy of them; beside them stands what follows from where
somebody lives, what is known of a household, and what is counted of a neighbourhood.
"""

import re
import unicodedata
from collections.abc import Mapping

from core_db.foundation.fields import F1, F2, FieldClass
from core_db.foundation.lean import dataclass
from core_db.foundation.recorded import Codes
from core_db.ledgers.words import Pair, RowKind
from core_db.people import (
    COLUMNS,
    FIELDS,
    LIVES_AS_WORDS,
    RELATION_WORDS,
    STAY_FIELDS,
    RegisterField,
    StayField,
)
from core_db.people.words.codes import CAME_FOR, PERMITS

PERSON = "person."
#: A row about a household speaks of its head.
OF_PEOPLE = frozenset({RowKind.PERSON, RowKind.HOUSEHOLD})
_LIVES_AS: Codes = {str(one): pair for one, pair in LIVES_AS_WORDS.items()}
_NOISE = re.compile(r"[\s（）()【】：:、,，.。*/\-]+")
#: What people put before or behind the name of a field without meaning another one.
_AROUND = re.compile(r"^(?:居民|本人|户主|人员|老人|个人)|(?:情况|信息|栏|内容)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueField:
    """A fact of the base: its key, its words, how sensitive it is, its codes, and in which rows it can stand."""

    key: str
    words: Pair
    rows: frozenset[RowKind]
    field_class: FieldClass = F1
    codes: Codes | None = None
    #: The field of the register, where it is one: corrected and uncovered there.
    register: RegisterField | None = None

    @property
    def is_sealed(self) -> bool:
        return self.field_class is F2

    def said(self, value: str, lang: str) -> str:
        """A value in words: that of its code, else itself."""
        pair = (self.codes or {}).get(value)
        return value if pair is None else pair[lang == "en"]


def _of_person(field: RegisterField) -> CatalogueField:
    spec = FIELDS[field]
    return CatalogueField(
        key=f"{PERSON}{field}", words=spec.words, rows=OF_PEOPLE, field_class=spec.field_class, codes=spec.codes,
        register=field,
    )  # fmt: skip


def _derived(key: str, words: Pair, *rows: RowKind, codes: Codes | None = None) -> CatalogueField:
    return CatalogueField(key=key, words=words, rows=frozenset(rows), codes=codes)


_DERIVED = (
    _derived("person.home", ("住处", "Home"), RowKind.PERSON, RowKind.HOUSEHOLD),
    _derived("person.relation", ("与户主关系", "Relation to the head"), RowKind.PERSON, codes=RELATION_WORDS),
    _derived("person.lives_as", ("居住类型", "Lives there as"), RowKind.PERSON, codes=_LIVES_AS),
    _derived("person.permit", STAY_FIELDS[StayField.PERMIT].words, RowKind.PERSON, codes=PERMITS),
    _derived("person.came_for", STAY_FIELDS[StayField.CAME_FOR].words, RowKind.PERSON, codes=CAME_FOR),
    _derived("person.since", ("入住日期", "Lives there since"), RowKind.PERSON),
    _derived("household.number", ("户号", "Household number"), RowKind.HOUSEHOLD, RowKind.PERSON),
    _derived("household.members", ("家庭人数", "Members of the household"), RowKind.HOUSEHOLD),
    _derived("community.name", ("居村名称", "Neighbourhood"), *RowKind),
    _derived("community.buildings", ("楼栋数", "Buildings"), RowKind.COMMUNITY),
    _derived("community.homes", ("房屋数", "Homes"), RowKind.COMMUNITY),
    _derived("community.households", ("户数", "Households"), RowKind.COMMUNITY),
    _derived("community.residents", ("居住人数", "Residents"), RowKind.COMMUNITY),
    _derived("community.cases_raised", ("本期诉求数", "Cases raised in the period"), RowKind.COMMUNITY),
    _derived("community.cases_closed", ("本期办结数", "Cases closed in the period"), RowKind.COMMUNITY),
)  # fmt: skip
CATALOGUE: Mapping[str, CatalogueField] = {
    one.key: one for one in (*map(_of_person, RegisterField), *_DERIVED)
}
#: What people call a field besides its words: the headings that tables of the register may carry.
_CALLED: Mapping[str, tuple[str, ...]] = {f"{PERSON}{name}": said for name, said in COLUMNS.items()} | {
    "person.home": ("地址", "家庭住址", "居住地址", "现住址", "住址", "门牌", "现居住地"),
    "person.relation": COLUMNS["relation"],
    "person.lives_as": COLUMNS["role"],
    "person.birth": (*COLUMNS["birth"], "年龄", "出生年月"),
    "household.number": COLUMNS["household"],
    "household.members": ("家庭人口", "人口数", "户内人数"),
    "community.name": ("居委会", "村委会", "社区", "居村", "居民区", "所属社区"),
    "community.residents": ("人口数", "常住人口", "实有人口", "总人口"),
    "community.households": ("总户数", "家庭户数"),
}


def plain_name(name: str) -> str:
    """A heading without the signs that tell nobody anything."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", name)).casefold()


def names_of(key: str) -> tuple[str, ...]:
    """What a column of somebody's table may be called that holds this field."""
    return (*CATALOGUE[key].words, *_CALLED.get(key, ()))


def _names() -> dict[str, str]:
    found: dict[str, str] = {}
    for key in CATALOGUE:
        for said in names_of(key):
            found.setdefault(plain_name(said), key)
    return found


_BY_NAME = _names()


def meant_by(name: str) -> CatalogueField | None:
    """The field that a heading means, whatever else stands around it; None where it asks something of its own."""
    heading = plain_name(name)
    stripped = _AROUND.sub("", heading)
    key = _BY_NAME.get(heading) or _BY_NAME.get(stripped) or _BY_NAME.get(_AROUND.sub("", stripped))
    return CATALOGUE[key] if key is not None else None
