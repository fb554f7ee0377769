"""The fields of a person in the register: how each is called, read, kept, masked, and by which standard it is coded.

One table of them. Forms, imports, corrections, history, masks and the person's page all read it; a field that is not
here is in no form and in no history. Values are text in one spelling each; days as `1949-12-31`. By design there is
neither a field for religion nor one for habits: a committee needs neither.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from core_db.foundation.fields import F1, F2
from core_db.foundation.recorded import RECORDED, FieldSpec, Unread, code_of, coded, day, line
from core_db.foundation.sealing import masked_id_number, masked_name, masked_phone
from core_db.people.divisions import hukou_code_from
from core_db.people.identity import identity_from, telephone_from
from core_db.people.words import SEX_WORDS
from core_db.people.words.codes import (
    ALSO_WRITTEN,
    EDUCATION,
    ETHNIC_GROUPS,
    ID_KINDS,
    MARITAL_STATUS,
    OCCUPATIONS,
    POLITICAL_STATUS,
)

NAME_AT_MOST, LINE_AT_MOST = 60, 120
__all__ = ["EDITABLE", "FIELDS", "LINE_AT_MOST", "RECORDED", "FieldSpec", "RegisterField", "column_of"]


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


def _birth(text: str, today: date) -> str:
    born = date.fromisoformat(day(text, today))
    if not today.year - 130 <= born.year or born > today:
        raise Unread("这个日期不可能是出生日期。", "Nobody was born on that day.")
    return born.isoformat()


def _died(text: str, today: date) -> str:
    died = day(text, today)
    if date.fromisoformat(died) > today:
        raise Unread("去世日期不能在今天以后。", "The day of death cannot lie ahead.")
    return died


_SEXES = {str(code): pair for code, pair in SEX_WORDS.items()}
FIELDS: Mapping[RegisterField, FieldSpec] = {
    RegisterField.NAME: FieldSpec(words=("姓名", "Name"), read=line(NAME_AT_MOST), may_be_empty=False),
    RegisterField.FORMER_NAME: FieldSpec(
        words=("曾用名", "Former name"), read=line(NAME_AT_MOST), field_class=F2, mask=masked_name,
        is_free=True,
    ),
    RegisterField.SEX: FieldSpec(
        words=("性别", "Sex"), read=code_of(_SEXES, "GB/T 2261.1"), codes=_SEXES, may_be_empty=False
    ),
    RegisterField.BIRTH: FieldSpec(
        words=("出生日期", "Date of birth"), read=_birth, field_class=F2, mask=lambda born: f"{born[:4]}-**-**"
    ),
    RegisterField.ID_KIND: coded(("证件种类", "Identity document"), ID_KINDS, "证件种类", F1),
    RegisterField.ID_NUMBER: FieldSpec(
        words=("身份证号码", "Identity number"), read=lambda text, today: identity_from(text, today=today).number,
        field_class=F2, mask=masked_id_number, is_indexed=True,
    ),
    RegisterField.PHONE: FieldSpec(
        words=("手机号码", "Telephone"), read=lambda text, _today: telephone_from(text), field_class=F2,
        mask=masked_phone, is_indexed=True,
    ),
    RegisterField.ETHNIC_GROUP: coded(("民族", "Ethnic group"), ETHNIC_GROUPS, "GB/T 3304", F2),
    RegisterField.NATIVE_PLACE: FieldSpec(
        words=("籍贯", "Native place"), read=line(NAME_AT_MOST), field_class=F2, is_free=True
    ),
    RegisterField.MARITAL_STATUS: coded(
        ("婚姻状况", "Marital status"), MARITAL_STATUS, "GB/T 2261.2", F2, ALSO_WRITTEN
    ),
    RegisterField.POLITICAL_STATUS: coded(
        ("政治面貌", "Political affiliation"), POLITICAL_STATUS, "GB/T 4762", F2, ALSO_WRITTEN
    ),
    RegisterField.EDUCATION: coded(("文化程度", "Education"), EDUCATION, "GB/T 4658", F1, ALSO_WRITTEN),
    RegisterField.OCCUPATION: coded(("职业", "Occupation"), OCCUPATIONS, "GB/T 6565", F1),
    RegisterField.WORKPLACE: FieldSpec(
        words=("工作单位", "Workplace"), read=line(LINE_AT_MOST), field_class=F2, is_free=True
    ),
    RegisterField.HUKOU_ADDRESS: FieldSpec(
        words=("户籍地址", "Hukou address"), read=line(LINE_AT_MOST), field_class=F2, is_free=True
    ),
    RegisterField.HUKOU_CODE: FieldSpec(
        words=("户籍区划代码", "Hukou division code"), read=lambda text, _today: hukou_code_from(text)
    ),
    RegisterField.DIED_ON: FieldSpec(
        words=("去世日期", "Date of death"), read=_died, stored=date.fromisoformat
    ),
}  # fmt: skip
#: Fields that are corrected one by one; a death is an event with consequences of its own.
EDITABLE = tuple(one for one in RegisterField if one is not RegisterField.DIED_ON)


_COLUMNS = {one: f"{one}_sealed" if spec.is_sealed else str(one) for one, spec in FIELDS.items()}


def column_of(field: RegisterField) -> str:
    """The column of `persons` that holds a field."""
    return _COLUMNS[field]
