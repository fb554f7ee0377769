"""Telephone and identity numbers as people write them in a text: in one go, with spaces or strokes, in wide digits.

Whoever makes a number unreadable looks for it here, so that none is left because somebody typed it otherwise.
"""

import re
import unicodedata

from core_db.foundation.sealing import masked_id_number, masked_phone

#: What stands between the digits of one number: at most three signs, and never a new line.
_GAP = "[ \\t\u00a0\u3000.·\\-‐‑‒–—―－]{0,3}"
_DIGIT = "[0-9０-９]"
_NOT_WITHIN = f"(?<!{_DIGIT})", f"(?!{_DIGIT})"


def _of(parts: list[str]) -> str:
    return _GAP.join(parts)


MOBILE = re.compile(
    f"{_NOT_WITHIN[0]}(?:[+＋]?(?:86|８６){_GAP})?{_of(['[1１]', '[3-9３-９]', *[_DIGIT] * 9])}{_NOT_WITHIN[1]}"
)
IDENTITY = re.compile(f"{_NOT_WITHIN[0]}{_of([*[_DIGIT] * 17, '[0-9０-９XxＸｘ]'])}{_NOT_WITHIN[1]}")


def masked_numbers(text: str) -> str:
    """A text with the telephones and identity numbers in it made unreadable."""
    text = IDENTITY.sub(lambda found: masked_id_number(_bare(found[0])), text)
    return MOBILE.sub(lambda found: masked_phone(_bare(found[0])[-11:]), text)


def however_written(word: str) -> str:
    """A pattern for a word: of a number however it is spelled, of anything else as it stands."""
    if not re.fullmatch(r"\+?[0-9]{7,}[0-9Xx]", word):
        return re.escape(word)
    return _of([_either(sign) for sign in word])


def _either(sign: str) -> str:
    """A sign as it is typed, narrow or wide, large or small."""
    wide = chr(ord(sign) + 0xFEE0)
    return f"[{re.escape(''.join(sorted({sign, wide, sign.lower(), sign.upper(), wide.lower(), wide.upper()})))}]"


def _bare(number: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFKC", number) if one.isalnum())
