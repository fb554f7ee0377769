"""Case numbers that people can say: `BS-20261123-0007`, and what they say when they mean one."""

import re
from datetime import date
from functools import lru_cache
from typing import NamedTuple
from unicodedata import normalize

#: What stands between the parts. Bounded, or a long row of signs would be gone through from each of them anew.
_APART, _GAP = r"[^0-9A-Z]{0,8}", r"[^0-9A-Z]{1,8}"
_YEAR, _MONTH, _DAY = r"(\d{4})", r"(\d{1,2})", r"(\d{1,2})"

#: Said with a date in one piece. Only a running number of four digits may follow without a gap.
_COMPACT = re.compile(rf"(?<![0-9A-Z])([A-Z]{{0,6}}){_APART}(\d{{8}})(?:{_GAP}(\d{{1,9}})|(\d{{4,9}}))(?!\d)")
#: Said with a date in three: 2026-11-23, 2026年11月23日.
_SPELT = re.compile(
    rf"(?<![0-9A-Z])([A-Z]{{0,6}}){_APART}{_YEAR}{_GAP}{_MONTH}{_GAP}{_DAY}{_GAP}(\d{{1,9}})(?!\d)"
)


#: The letters of a district, as the national table of divisions has them; elsewhere those of 案件, or what is set.
LETTERS = {
    "310101": "HP", "310104": "XH", "310105": "CN", "310106": "JA", "310107": "PT", "310109": "HK", "310110": "YP",
    "310112": "MH", "310113": "BS", "310114": "JD", "310115": "PD", "310116": "JS", "310117": "SJ", "310118": "QP",
    "310120": "FX", "310151": "CM",
}  # fmt: skip
ELSEWHERE = "AJ"
#: With these all cases were numbered before a district had letters of its own.
OF_BEFORE = ("BS",)
_LETTERED = re.compile(r"[A-Z]")


class CaseNumber(NamedTuple):
    prefix: str
    day: date
    running: int

    def __str__(self) -> str:
        return f"{self.prefix}-{_compact(self.day)}-{self.running:04d}"


def series_of(prefix: str, day: date) -> str:
    """The counter from which the numbers of a day are taken."""
    return f"case:{prefix}-{_compact(day)}"


@lru_cache(maxsize=16)
def _compact(day: date) -> str:
    return f"{day:%Y%m%d}"


def parse_number(text: str, *, prefix: str) -> CaseNumber | None:
    """The number meant by what somebody wrote or said; `prefix` where they left it out."""
    said = normalize("NFKC", text).upper()
    if found := _COMPACT.search(said):
        letters, day, apart, joined = found.groups()
        return _number(letters or prefix, day, apart or joined)
    if found := _SPELT.search(said):
        letters, year, month, day, running = found.groups()
        return _number(letters or prefix, f"{year}{month:0>2}{day:0>2}", running)
    return None


def spellings(number: CaseNumber, said: str) -> list[str]:
    """As which a number may stand: where the letters were left out, also as those of other years."""
    known = (
        {number.prefix} if _LETTERED.search(normalize("NFKC", said).upper()) else {number.prefix, *OF_BEFORE}
    )
    return sorted(str(number._replace(prefix=one)) for one in known)


def _number(prefix: str, day: str, running: str) -> CaseNumber | None:
    try:
        return CaseNumber(prefix, date(int(day[:4]), int(day[4:6]), int(day[6:])), int(running))
    except ValueError:
        return None
