"""Codes of administrative divisions as somebody types them: 6, 9 or 12 digits, and which place of them is wrong.

The first two digits are a province, the next two a prefecture, then the county (GB/T 2260); three for the town
(GB/T 10114) and three for the village part (001–199 and 400–499 residents', 200–399 and 500–599 villagers' committees).
"""

import re
import unicodedata

from core_db.people.identity import PROVINCES, IdentityFault

LENGTHS = (6, 9, 12)
_VILLAGE_AT_MOST = 599


def hukou_code_from(text: str) -> str:
    """The code as it is kept; a sentence says which place of it cannot be."""
    code = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    if not code.isdigit() or not code.isascii():
        raise IdentityFault("区划代码只有数字。", "A division code has digits only.")
    if len(code) not in LENGTHS:
        raise IdentityFault(
            f"区划代码应为 6、9 或 12 位，这里有 {len(code)} 位。",
            f"A division code has 6, 9 or 12 digits, this one has {len(code)}.",
        )
    if code[:2] not in PROVINCES:
        raise IdentityFault(
            f"第 1–2 位：没有以 {code[:2]} 开头的省级代码。",
            f"Places 1–2: no province has the code {code[:2]}.",
        )
    if len(code) > 6 and code[6:9] == "000":
        raise IdentityFault("第 7–9 位：街镇代码不能是 000。", "Places 7–9: no town has the code 000.")
    if len(code) == 12 and not 1 <= int(code[9:]) <= _VILLAGE_AT_MOST:
        raise IdentityFault(
            f"第 10–12 位：居村代码在 001 到 599 之间，这里是 {code[9:]}。",
            f"Places 10–12: a neighbourhood's code lies between 001 and 599, not {code[9:]}.",
        )
    return code
