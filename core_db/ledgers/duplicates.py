"""Forms that ask what is asked already: which forms in force share how much with a new one."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlmodel import Session

from core_db.foundation.clock import Clock, local_date
from core_db.foundation.lean import dataclass
from core_db.ledgers.catalogue import CATALOGUE, meant_by, plain_name
from core_db.ledgers.model import FORMS, REPORT_FIELDS, ReportField, ReportForm
from core_db.ledgers.nodes import chain_of, place_of
from core_db.ledgers.words import FormStatus, Pair
from core_db.places import PLACES, PlaceKind

#: Fewer shared questions than this name everybody's name and door, and nothing more.
SHARED_AT_LEAST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """A form in force that asks some of the same: who asks it, what both ask, and how much of the new one that is."""

    form_id: str
    name: str
    issuer: str
    shared: Sequence[str]
    #: Of the new form's questions, in percent.
    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """A question of one's own that the catalogue answers, though not in a row of this kind."""

    field_id: str
    name: str
    words: Pair


def overlaps_of(session: Session, form: ReportForm, *, clock: Clock) -> list[Overlap]:
    """Forms in force for the same people or places that share questions with this one, the most first."""
    mine, theirs = _questions(session, [form.id]).get(form.id, {}), _in_force(session, form, clock=clock)
    asked = _questions(session, list(theirs))
    found = []
    for form_id, (name, issuer) in theirs.items():
        shared = [word for question, word in mine.items() if question in asked.get(form_id, {})]
        if len(shared) >= min(SHARED_AT_LEAST, len(mine)) and shared:
            percent = 100 * len(shared) // len(mine)
            found.append(Overlap(form_id=form_id, name=name, issuer=issuer, shared=shared, percent=percent))
    return sorted(found, key=lambda one: (-one.percent, one.name))


def meant_fields(fields: Sequence[ReportField]) -> list[Meant]:
    """Questions of one's own whose words name a field of the catalogue."""
    own = [(one, meant_by(one.name)) for one in fields if one.catalogue is None]
    return [
        Meant(field_id=one.id, name=one.name, words=known.words) for one, known in own if known is not None
    ]


def _in_force(session: Session, form: ReportForm, *, clock: Clock) -> dict[str, tuple[str, str]]:
    """Published forms that reach the same neighbourhoods: asked from above, from here, or from below."""
    today, place = local_date(clock.now()), place_of(session, form.place_id)
    above = FORMS.c.place_id.in_(chain_of(session, (place.id,)))
    below = PLACES.c.kind.in_((PlaceKind.TOWN, PlaceKind.DISTRICT)) & (
        (PLACES.c.town_id == place.id) | (PLACES.c.district_id == place.id)
    )
    rows = session.execute(
        select(FORMS.c.id, FORMS.c.name, PLACES.c.name.label("issuer"))
        .join(PLACES, PLACES.c.id == FORMS.c.place_id)
        .where(above | below, FORMS.c.status == FormStatus.PUBLISHED, FORMS.c.id != form.id)
        .where(FORMS.c.row_kind == form.row_kind, FORMS.c.valid_to >= today)
    )
    return {row.id: (row.name, row.issuer) for row in rows}


def _questions(session: Session, form_ids: Sequence[str]) -> Mapping[str, dict[str, str]]:
    """By form: what is asked, known alike however it is written, with its words."""
    rows = session.execute(
        select(REPORT_FIELDS.c.form_id, REPORT_FIELDS.c.catalogue, REPORT_FIELDS.c.name)
        .where(REPORT_FIELDS.c.form_id.in_(form_ids))
        .order_by(REPORT_FIELDS.c.position)
    )
    found: dict[str, dict[str, str]] = {}
    for form_id, key, name in rows:
        words = CATALOGUE[key].words[0] if key in CATALOGUE else name
        found.setdefault(form_id, {})[key or plain_name(name)] = words
    return found
