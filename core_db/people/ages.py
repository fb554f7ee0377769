"""How old somebody is, as far as the year of his birth tells: what he turns within this calendar year.

The day and the month stay sealed: an age that changed on a birthday would tell it to whoever asks every day.
"""

from datetime import date
from itertools import pairwise

#: The first age of each band.
_BANDS = (0, 3, 7, 18, 35, 60, 70, 80, 90)
AGE_BANDS = (*(f"{first}-{after - 1}" for first, after in pairwise(_BANDS)), f"{_BANDS[-1]}+")


def age_band(birth_year: int | None, *, today: date) -> str:
    """The band of `AGE_BANDS` somebody is in; empty where nobody knows."""
    if birth_year is None:
        return ""
    age = max(0, today.year - birth_year)
    return AGE_BANDS[max(n for n, first in enumerate(_BANDS) if first <= age)]


def born_between(age_from: int | None, age_to: int | None, *, today: date) -> tuple[int | None, int | None]:
    """The first and the last year in which people of these ages were born; None where there is no bound."""
    first = None if age_to is None else today.year - age_to
    last = None if age_from is None else today.year - age_from
    return first, last
