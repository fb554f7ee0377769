"""The burden meter: how many cells a form makes of a year's work, how many the register fills, and how many minutes.

Shown to whoever asks, before he may ask. People are counted, never read: above the neighbourhood the numbers come in
tens, and where ages narrow them they are scaled up from a sample, so that no form tells how many live behind a door.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlmodel import Session

from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.lean import dataclass
from core_db.foundation.reach import widen
from core_db.ledgers.catalogue import CATALOGUE, PERSON
from core_db.ledgers.covering import HOUSEHOLDS, PERSONS, RESIDENCIES, born_in, narrowed, within
from core_db.ledgers.model import FORMS, REPORT_FIELDS, ReportForm
from core_db.ledgers.nodes import place_of
from core_db.ledgers.periods import TIMES_A_YEAR
from core_db.ledgers.words import FormStatus, Pair, RowKind
from core_db.people.fields import RegisterField, column_of
from core_db.places import PLACES, PlaceKind

#: So many birthdays are looked at to scale the number of an age up.
SAMPLE = 2_000
TENS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Seconds that a cell takes, from a day on: one that is typed, and one that is only looked over."""

    valid_from: date
    typed: int
    looked_over: int
    source: Pair


#: An estimate, to be set anew when somebody has measured it with a stop-watch; the newest that holds is used.
RATES: Sequence[Rate] = (
    Rate(
        valid_from=date(2026, 1, 1),
        typed=20,
        looked_over=2,
        source=("估计值，未经实测", "an estimate, not measured"),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Burden:
    """A form's work: fields, committees, rows each time; in a year times, cells, those that come filled, minutes."""

    fields: int
    committees: int
    rows: int
    times: int
    cells: int
    prefilled: int
    minutes: int
    #: Of all forms the issuer has published in this year, this one not among them.
    minutes_so_far: int = 0
    rate_source: Pair = ("", "")

    @property
    def typed(self) -> int:
        return self.cells - self.prefilled

    @property
    def stored(self) -> dict[str, Any]:
        """As it is kept with the published form."""
        return asdict(self)


def work_of(
    *, fields: int, committees: int, rows: int, times: int, filled: int, rate: Rate, so_far: int = 0
) -> Burden:
    """Plain arithmetic: `filled` are the cells that the register fills each time."""
    cells, prefilled = fields * rows * times, min(filled, fields * rows) * times
    seconds = (cells - prefilled) * rate.typed + prefilled * rate.looked_over
    return Burden(
        fields=fields, committees=committees, rows=rows, times=times, cells=cells, prefilled=prefilled,
        minutes=-(-seconds // 60), minutes_so_far=so_far, rate_source=rate.source,
    )  # fmt: skip


def burden_of(session: Session, form: ReportForm, *, actor: Actor, clock: Clock) -> Burden:
    """The work of a form as the registers below its issuer stand today."""
    today, communities = local_date(clock.now()), _communities(session, form.place_id)
    # Counting is no browsing: only numbers leave this function, and they come in tens.
    widen(session, *communities)
    asked = select(REPORT_FIELDS.c.catalogue).where(REPORT_FIELDS.c.form_id == form.id)
    fields = list(session.execute(asked).scalars())
    rows, filled = _rows_and_filled(session, form, communities, [one for one in fields if one], today=today)
    rate = max(
        (one for one in RATES if one.valid_from <= today), key=lambda one: one.valid_from, default=RATES[0]
    )
    return work_of(
        fields=len(fields), committees=len(communities), rows=rows, times=TIMES_A_YEAR[form.cycle], filled=filled,
        rate=rate, so_far=_so_far(session, form, year=today.year),
    )  # fmt: skip


def _communities(session: Session, place_id: str) -> list[str]:
    place = place_of(session, place_id)
    if place.kind is PlaceKind.COMMUNITY:
        return [place.id]
    below = PLACES.c.town_id == place.id if place.kind is PlaceKind.TOWN else PLACES.c.district_id == place.id
    here = (PLACES.c.kind == PlaceKind.COMMUNITY) & PLACES.c.ended_at.is_(None)
    return list(session.execute(select(PLACES.c.id).where(below, here)).scalars())


def _rows_and_filled(
    session: Session, form: ReportForm, communities: Sequence[str], keys: Sequence[str], *, today: date
) -> tuple[int, int]:
    """How many rows all committees fill each time, and how many of their cells the base fills."""
    if form.row_kind is RowKind.COMMUNITY:
        return len(communities), len(communities) * len(keys)
    people = _people(session, communities, form, today=today)
    columns = [
        PERSONS.c[column_of(RegisterField(key.removeprefix(PERSON)))]
        for key in keys
        if CATALOGUE[key].register
    ]
    total, *known = session.execute(
        select(func.count(), *(func.count(column) for column in columns)).select_from(PERSONS).where(people)
    ).one()
    share = _share_of_age(session, form, people, total, year=today.year)
    if form.row_kind is RowKind.HOUSEHOLD and total:
        share *= _households(session, communities) / total
    filled = sum(known) + (len(keys) - len(columns)) * total
    step = 1 if len(communities) == 1 else TENS
    return _rounded(total * share, step), _rounded(filled * share, step)


def _people(
    session: Session, communities: Sequence[str], form: ReportForm, *, today: date
) -> ColumnElement[bool]:
    lives = select(RESIDENCIES.c.person_id).where(RESIDENCIES.c.valid_to.is_(None))
    clause = PERSONS.c.community_id.in_(communities) & PERSONS.c.died_on.is_(None) & PERSONS.c.id.in_(lives)
    return and_(clause, *narrowed(session, communities, form.covers, on=today))


def _share_of_age(
    session: Session, form: ReportForm, people: ColumnElement[bool], total: int, *, year: int
) -> float:
    ages = form.covers.get("ages")
    if not ages or not total:
        return 1.0
    sample = select(PERSONS.c.id).where(people).order_by(PERSONS.c.id).limit(SAMPLE)
    born = born_in(session, sample)
    return sum(within(one, ages, year=year) for one in born.values()) / min(total, SAMPLE)


def _households(session: Session, communities: Sequence[str]) -> int:
    where = HOUSEHOLDS.c.community_id.in_(communities) & HOUSEHOLDS.c.ended_on.is_(None)
    return int(session.execute(select(func.count()).select_from(HOUSEHOLDS).where(where)).scalar() or 0)


def _rounded(number: float, step: int) -> int:
    return -(-round(number) // step) * step


def _so_far(session: Session, form: ReportForm, *, year: int) -> int:
    """Minutes a year of what the same issuer published in this year."""
    published = (
        (FORMS.c.place_id == form.place_id) & (FORMS.c.id != form.id) & (FORMS.c.status != FormStatus.DRAFT)
    )
    rows = session.execute(select(FORMS.c.burden, FORMS.c.published_at).where(published))
    return sum(
        int((burden or {}).get("minutes", 0)) for burden, at in rows if at is not None and at.year == year
    )
