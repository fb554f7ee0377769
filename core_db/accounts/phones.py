"""Mobile numbers: written many ways, kept one way."""

import re
import unicodedata

_BETWEEN = re.compile(r"[\s\-]")
_COUNTRY = re.compile(r"^(?:\+|00)?86(?=1[0-9]{10}$)")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")


def normalised_phone(text: str) -> str | None:
    """`＋86 139-0000-0001` → `13900000001`; None for what is no mobile number of this country."""
    plain = _BETWEEN.sub("", unicodedata.normalize("NFKC", text))
    plain = _COUNTRY.sub("", plain)
    return plain if _MOBILE.fullmatch(plain) else None
