"""The unified social credit code of an organisation (统一社会信用代码, GB 32100-2015), checked place by place.

18 places: the authority that gave it, the kind of organisation, the area in six, the body in nine (GB 11714, with a
check of its own), and the check of all. Neither I nor O, S, V or Z is in it, so that none is read for a digit.
"""

import re
import unicodedata

from core_db.people.identity import PROVINCES, IdentityFault

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_BODY_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def credit_code_from(text: str) -> str:
    """The code as it is kept; a sentence says which place of it is wrong."""
    code = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text)).upper()
    if len(code) != 18:
        raise IdentityFault(
            f"统一社会信用代码应为 18 位，这里有 {len(code)} 位。",
            f"The code has 18 places, this one has {len(code)}.",
        )
    for place, sign in enumerate(code, start=1):
        if sign not in ALPHABET:
            raise IdentityFault(
                f"第 {place} 位是“{sign}”，代码里没有这个字符（不用 I、O、S、V、Z）。",
                f"Place {place} is “{sign}”, which no code contains (I, O, S, V and Z are not used).",
            )
    _must_be_of_an_area(code[2:8])
    if body_check(code[8:16]) != code[16]:
        raise IdentityFault(
            "第 9–17 位（主体标识码）的校验位不对，请逐位核对。",
            "Places 9–17 (the body): their check digit is wrong; please compare place by place.",
        )
    if check(code[:17]) != code[17]:
        raise IdentityFault(
            "第 18 位校验位不对，请逐位核对。",
            "Place 18, the check digit, is wrong; please compare place by place.",
        )
    return code


def body_check(first_eight: str) -> str:
    """The ninth place of the body (GB 11714): weights modulo 11, with X for ten."""
    total = sum(
        _BODY_ALPHABET.index(sign) * weight for sign, weight in zip(first_eight, _BODY_WEIGHTS, strict=True)
    )
    return "0123456789X0"[11 - total % 11]


def check(first_seventeen: str) -> str:
    """The last place: powers of three modulo 31."""
    total = sum(ALPHABET.index(sign) * pow(3, place, 31) for place, sign in enumerate(first_seventeen))
    return ALPHABET[(31 - total % 31) % 31]


def _must_be_of_an_area(area: str) -> None:
    #: 100000 is the whole country: what ministries register.
    if not area.isdigit() or (area != "100000" and area[:2] not in PROVINCES):
        raise IdentityFault(
            f"第 3–8 位：没有以 {area[:2]} 开头的登记机关区划代码。",
            f"Places 3–8: no registering area has a code beginning with {area[:2]}.",
        )
