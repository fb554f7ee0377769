"""Numbers people carry: the citizen's identity number (GB 11643-1999) and telephones, checked and kept one way."""

import re
import unicodedata
from datetime import date
from operator import mul

from core_db.foundation.lean import dataclass
from core_db.foundation.recorded import Unread

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
#: First two digits of provinces (GB/T 2260), with Taiwan, Hong Kong and Macao.
PROVINCES = frozenset(
    str(code)
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 82))
    for code in range(first, last + 1)
)
#: Besides, what numbers begin with: residence permits of people of Taiwan (83), foreigners' cards (9x since 2023).
_AREAS = PROVINCES | {"83"} | {str(code) for code in range(91, 100)}
#: Numbers of other papers by the kind of paper, the narrowest first: three letters and twelve digits are a foreigner's
#: card as issued until 2023, H or M with 8 or 10 digits is a travel permit of people of Hong Kong and Macao.
_OTHER_KINDS = (
    ("foreigner_card", re.compile(r"[A-Z]{3}\d{12}")),
    ("hmt_pass", re.compile(r"[HM]\d{8}(?:\d\d)?|[A-Z]\d{6}\([0-9A]\)")),
    ("passport", re.compile(r"[A-Z]{1,3}\d{6,12}[A-Z]?")),
)
_RESIDENT, _SET_APART = re.compile(r"[0-9]{17}[0-9X]"), re.compile(r"[\s\-·]")
_MOBILE, _MOBILE_AS_KEPT = re.compile(r"1[3-9]\d{9}"), re.compile(r"1[3-9][0-9]{9}")
_FIXED = re.compile(r"0\d{9,11}|[2-8]\d{6,7}|400\d{7}|800\d{7}")


class IdentityFault(Unread):
    """Why a number is none, in both languages."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A number that passed, and what it says about its bearer."""

    number: str
    birth: date | None
    #: GB/T 2261.1: 1 male, 2 female, 0 not said by this kind of number.
    sex: str
    #: The paper it stands on, one of `ID_KINDS`.
    kind: str = "resident_card"


def identity_from(text: str, *, today: date) -> Identity:
    """The number as it is kept, with 18 places; an old one of 15 is written out. Passports are taken as they are."""
    number = (
        text if _RESIDENT.fullmatch(text) else _SET_APART.sub("", unicodedata.normalize("NFKC", text)).upper()
    )
    if not _RESIDENT.fullmatch(number):
        for kind, looks in _OTHER_KINDS:
            if looks.fullmatch(number):
                return Identity(number, None, "0", kind)
        if re.fullmatch(r"\d{15}", number):
            number = _written_out(number)
    _must_look_like_one(number)
    birth = _birth(number, today=today)
    if check_digit(number[:17]) != number[17]:
        raise IdentityFault(
            "校验位不对，请逐位核对。",
            "the check digit is wrong; please compare digit by digit.",
        )
    return Identity(number, birth, "1" if int(number[16]) % 2 else "2", _kind(number))


def _kind(number: str) -> str:
    """Hong Kong, Macao and Taiwan have 81, 82 and 83 of their own; a foreigner's card of 18 places begins with 9."""
    if number[:2] in ("81", "82", "83"):
        return "hmt_permit"
    return "foreigner_card" if number[0] == "9" else "resident_card"


def check_digit(first_seventeen: str) -> str:
    """The eighteenth place."""
    if len(first_seventeen) != len(_WEIGHTS):
        raise ValueError(first_seventeen)
    total = sum(map(mul, map(int, first_seventeen), _WEIGHTS))
    return _CHECKS[total % 11]


def telephone_from(text: str) -> str:
    """A telephone as it is kept: a mobile of 11 digits, or a fixed line with its area code."""
    if _MOBILE_AS_KEPT.fullmatch(text):
        return text
    number = re.sub(r"[\s\-－()（）]", "", unicodedata.normalize("NFKC", text))
    number = re.sub(r"^(?:\+|00)?86(?=1\d{10}$|0?\d{9,11}$)", "", number)
    if _MOBILE.fullmatch(number) or _FIXED.fullmatch(number):
        return number
    if number.startswith("1"):
        raise IdentityFault(
            f"手机号应为 11 位数字，这里有 {len(number)} 位。",
            f"a mobile number has 11 digits, this one has {len(number)}.",
        )
    raise IdentityFault("不是电话号码。", "this is no telephone number.")


def _written_out(old: str) -> str:
    body = old[:6] + "19" + old[6:]
    return body + check_digit(body)


def _must_look_like_one(number: str) -> None:
    if not re.fullmatch(r"\d{17}[\dX]", number):
        if len(number) != 18:
            raise IdentityFault(
                f"证件号码应为 18 位，这里有 {len(number)} 位。",
                f"an identity number has 18 places, this one has {len(number)}.",
            )
        raise IdentityFault(
            "证件号码只有数字，最后一位可以是 X。", "it has digits only, at its end perhaps an X."
        )
    if number[:2] not in _AREAS:
        raise IdentityFault(
            f"没有以 {number[:2]} 开头的地区代码。", f"no area has a code beginning with {number[:2]}."
        )


def _birth(number: str, *, today: date) -> date:
    try:
        birth = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise IdentityFault(
            f"出生日期 {number[6:14]} 不存在。", f"there is no day {number[6:14]} to be born on."
        ) from None
    if not date(1880, 1, 1) <= birth <= today:
        raise IdentityFault(
            f"出生日期 {birth.isoformat()} 不可能。", f"nobody in a register was born on {birth.isoformat()}."
        )
    return birth
