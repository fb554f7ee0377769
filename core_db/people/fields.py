"""The fields of a person in the register: how each is called, read, kept, masked, and by which standard it is coded.

One table of them. Forms, imports, corrections, history, masks and the person's page all read it; a field that is not
here is in no form and in no history. Values are text in one spelling each; days as `1949-12-31`. By design there is
neither a field for religion nor one for habits: a committee needs neither.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core_db.foundation.drafts import clean_text
from core_db.foundation.fields import F1, F2, FieldClass
from core_db.foundation.sealing import masked_id_number, masked_name, masked_phone
from core_db.people.divisions import hukou_code_from
from core_db.people.identity import IdentityFault, identity_from, telephone_from
from core_db.people.words import SEX_WORDS
from core_db.people.words.codes import (
    EDUCATION,
    ETHNIC_GROUPS,
    ID_KINDS,
    MARITAL_STATUS,
    OCCUPATIONS,
    POLITICAL_STATUS,
    Codes,
)

Pair = tuple[str, str]
Read = Callable[[str, date], str]
#: That the register has something, where not even a part of it may be shown.
RECORDED = "***"
NAME_AT_MOST, LINE_AT_MOST = 60, 120


class RegisterField(StrEnum):
    """What the register says of a person."""

    NAME = "name"
    FORMER_NAME = "former_name"
    SEX = "sex"
    BIRTH = "birth"
    ID_KIND = "id_kind"
    ID_NUMBER = "id_number"
    PHONE = "phone"
    ETHNIC_GROUP = "ethnic_group"
    NATIVE_PLACE = "native_place"
    MARITAL_STATUS = "marital_status"
    POLITICAL_STATUS = "political_status"
    EDUCATION = "education"
    OCCUPATION = "occupation"
    WORKPLACE = "workplace"
    HUKOU_ADDRESS = "hukou_address"
    HUKOU_CODE = "hukou_code"
    DIED_ON = "died_on"


@dataclass(frozen=True, kw_only=True)
class FieldSpec:
    """A field: its words, how typed text becomes its value, its class, its codes, and how it is masked when sealed."""

    words: Pair
    read: Read
    field_class: FieldClass = F1
    codes: Codes | None = None
    mask: Callable[[str], str] = lambda _value: RECORDED
    #: Equal values are found by a blind index of their own.
    is_indexed: bool = False
    #: Somebody has to be called something.
    may_be_empty: bool = True

    @property
    def is_sealed(self) -> bool:
        return self.field_class is F2

    def shown(self, value: str) -> str:
        """The value as lists and pages may show it."""
        return self.mask(value) if self.is_sealed else value

    def said(self, value: str, lang: str) -> str:
        """A value in words: that of its code, else itself."""
        pair = (self.codes or {}).get(value)
        return value if pair is None else pair[lang == "en"]


def _line(longest: int) -> Read:
    def read(text: str, _today: date) -> str:
        line = " ".join(clean_text(text).split())
        if len(line) > longest:
            raise IdentityFault(f"太长了，最多 {longest} 个字。", f"Too long: at most {longest} characters.")
        return line

    return read


def _code_of(codes: Codes, standard: str) -> Read:
    """The code, or the code of a word that people write for it."""
    by_word = {word: code for code, pair in codes.items() for word in pair}

    def read(text: str, _today: date) -> str:
        said = clean_text(text)
        if said in codes:
            return said
        found = by_word.get(said) or by_word.get(f"{said}族")
        if found is None:
            raise IdentityFault(
                f"“{said}”不在代码表里（{standard}）。", f"“{said}” is not in the list of codes ({standard})."
            )
        return found

    return read


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise IdentityFault("请写成 1949-12-31 这样。", "Please write it like 1949-12-31.") from None


def _birth(text: str, today: date) -> str:
    day = _day(text)
    if not today.year - 130 <= day.year or day > today:
        raise IdentityFault("这个日期不可能是出生日期。", "Nobody was born on that day.")
    return day.isoformat()


def _died(text: str, today: date) -> str:
    day = _day(text)
    if day > today:
        raise IdentityFault("去世日期不能在今天以后。", "The day of death cannot lie ahead.")
    return day.isoformat()


def _coded(words: Pair, codes: Codes, standard: str, field_class: FieldClass) -> FieldSpec:
    return FieldSpec(words=words, read=_code_of(codes, standard), codes=codes, field_class=field_class)


_SEXES = {str(code): pair for code, pair in SEX_WORDS.items()}
FIELDS: Mapping[RegisterField, FieldSpec] = {
    RegisterField.NAME: FieldSpec(words=("姓名", "Name"), read=_line(NAME_AT_MOST), may_be_empty=False),
    RegisterField.FORMER_NAME: FieldSpec(
        words=("曾用名", "Former name"), read=_line(NAME_AT_MOST), field_class=F2, mask=masked_name
    ),
    RegisterField.SEX: FieldSpec(
        words=("性别", "Sex"), read=_code_of(_SEXES, "GB/T 2261.1"), codes=_SEXES, may_be_empty=False
    ),
    RegisterField.BIRTH: FieldSpec(
        words=("出生日期", "Date of birth"), read=_birth, field_class=F2, mask=lambda day: f"{day[:4]}-**-**"
    ),
    RegisterField.ID_KIND: _coded(("证件种类", "Identity document"), ID_KINDS, "证件种类", F1),
    RegisterField.ID_NUMBER: FieldSpec(
        words=("身份证号码", "Identity number"), read=lambda text, today: identity_from(text, today=today).number,
        field_class=F2, mask=masked_id_number, is_indexed=True,
    ),
    RegisterField.PHONE: FieldSpec(
        words=("手机号码", "Telephone"), read=lambda text, _today: telephone_from(text), field_class=F2,
        mask=masked_phone, is_indexed=True,
    ),
    RegisterField.ETHNIC_GROUP: _coded(("民族", "Ethnic group"), ETHNIC_GROUPS, "GB/T 3304", F2),
    RegisterField.NATIVE_PLACE: FieldSpec(
        words=("籍贯", "Native place"), read=_line(NAME_AT_MOST), field_class=F2
    ),
    RegisterField.MARITAL_STATUS: _coded(("婚姻状况", "Marital status"), MARITAL_STATUS, "GB/T 2261.2", F2),
    RegisterField.POLITICAL_STATUS: _coded(
        ("政治面貌", "Political affiliation"), POLITICAL_STATUS, "GB/T 4762", F2
    ),
    RegisterField.EDUCATION: _coded(("文化程度", "Education"), EDUCATION, "GB/T 4658", F1),
    RegisterField.OCCUPATION: _coded(("职业", "Occupation"), OCCUPATIONS, "GB/T 6565", F1),
    RegisterField.WORKPLACE: FieldSpec(
        words=("工作单位", "Workplace"), read=_line(LINE_AT_MOST), field_class=F2
    ),
    RegisterField.HUKOU_ADDRESS: FieldSpec(
        words=("户籍地址", "Hukou address"), read=_line(LINE_AT_MOST), field_class=F2
    ),
    RegisterField.HUKOU_CODE: FieldSpec(
        words=("户籍区划代码", "Hukou division code"), read=lambda text, _today: hukou_code_from(text)
    ),
    RegisterField.DIED_ON: FieldSpec(words=("去世日期", "Date of death"), read=_died),
}  # fmt: skip
#: Fields that are corrected one by one; a death is an event with consequences of its own.
EDITABLE = tuple(one for one in RegisterField if one is not RegisterField.DIED_ON)


def column_of(field: RegisterField) -> str:
    """The column of `persons` that holds a field."""
    return f"{field}_sealed" if FIELDS[field].is_sealed else str(field)
