"""Reading forms and fills: what is asked of whom, what is due when, and how far the neighbourhoods are."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlmodel import Session

from core_db.access import Permission, may_at, require_at
from core_db.foundation.actor import COMMITTEE, Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.lean import dataclass
from core_db.ledgers.assistance import in_force
from core_db.ledgers.burden import Burden, burden_of
from core_db.ledgers.chosen import chosen_of
from core_db.ledgers.duplicates import Meant, Overlap, meant_fields, overlaps_of
from core_db.ledgers.filling import periods_due
from core_db.ledgers.model import ANSWERS, FILLS, FORMS, ITEMS, ReportField, ReportFill, ReportForm
from core_db.ledgers.nodes import (
    chains_of,
    fill_in_sight,
    fills_visible_to,
    form_in_sight,
    forms_visible_to,
    issuing_nodes,
    place_of,
)
from core_db.ledgers.periods import Period
from core_db.ledgers.rows import OPEN, RowSeen, answers_of, fields_of, period_of, rows_seen, subjects_in
from core_db.ledgers.words import FillStatus, FormStatus
from core_db.places import PLACES, Place, PlaceKind, neighbourhoods_to_choose, scope_of

FORMS_AT_MOST = 200
#: A form that is due within so many days stands on the desk.
SOON = timedelta(days=7)
#: As many cells as one form of a browser sends.
CELLS_AT_MOST = 180


@dataclass(frozen=True, slots=True, kw_only=True)
class FormLine:
    """A form on a list."""

    form: ReportForm
    issuer: str
    #: It stands on no list of assistance that holds.
    is_outside: bool
    may_change: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TownCount:
    """How many neighbourhoods of a town have handed a form in: numbers of neighbourhoods, never of people."""

    name: str
    communities: int
    handed_in: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FillLine:
    """A fill as its issuer sees it."""

    fill: ReportFill
    community: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormShown:
    """A form as its issuer sees it: its questions, its work, what repeats, and how far the neighbourhoods are."""

    line: FormLine
    fields: Sequence[ReportField]
    item: str | None
    burden: Burden
    overlaps: Sequence[Overlap]
    meant: Sequence[Meant]
    period: Period
    towns: Sequence[TownCount]
    waiting: Sequence[FillLine]


@dataclass(frozen=True, slots=True, kw_only=True)
class DueLine:
    """A form that a neighbourhood fills for a period; without a fill nobody has begun."""

    form: ReportForm
    community_id: str
    #: What the neighbourhood is called, where whoever reads it works for several.
    community_name: str
    issuer: str
    is_outside: bool
    period: str
    due_on: date
    fill_id: str | None
    status: FillStatus | None
    handed_in_at: datetime | None
    reason: str | None

    @property
    def is_open(self) -> bool:
        return self.status is None or self.status in OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class FillShown:
    """A page of a fill: its questions and some of its rows."""

    form: ReportForm
    issuer: str
    is_outside: bool
    fill: ReportFill
    fields: Sequence[ReportField]
    rows: Sequence[RowSeen]
    #: Rows that are looked at; of how many in all, where some were chosen.
    total: int
    covered: int
    #: The first row of this page, counted from nought.
    start: int
    answered: int
    is_open: bool
    may_fill: bool

    @property
    def own(self) -> Sequence[ReportField]:
        """The questions that no register answers."""
        return [one for one in self.fields if one.catalogue is None]

    @property
    def to_answer(self) -> int:
        return len(self.own) * self.covered

    @property
    def left_open(self) -> int:
        """Cells that nobody answered this time; where nobody did the last time either, they go out empty."""
        return max(0, self.to_answer - self.answered)


def forms_listed(session: Session, *, actor: Actor, clock: Clock) -> Sequence[FormLine]:
    """The forms that exist for the actor, those in force first."""
    order = (FORMS.c.status != FormStatus.PUBLISHED, FORMS.c.made_at.desc())
    statement = (
        select(ReportForm).where(forms_visible_to(session, actor)).order_by(*order).limit(FORMS_AT_MOST)
    )
    forms = session.execute(statement).scalars().all()
    about = _about(session, forms, today=local_date(clock.now()))
    return [_line(form, about, actor=actor) for form in forms]


def form_shown(session: Session, form_id: str, *, actor: Actor, clock: Clock) -> FormShown:
    """A form for whoever may ask for it or asked for it."""
    form = form_in_sight(session, form_id, actor=actor)
    require_at(actor, Permission.FORM_ISSUE, scope_of(place_of(session, form.place_id)))
    fields, today = fields_of(session, form.id), local_date(clock.now())
    stored = form.burden
    period = _period_shown(form, clock)
    return FormShown(
        line=_line(form, _about(session, [form], today=today), actor=actor), fields=fields, item=_item(session, form),
        burden=Burden(**stored) if stored else burden_of(session, form, actor=actor, clock=clock),
        overlaps=overlaps_of(session, form, clock=clock), meant=meant_fields(fields), period=period,
        towns=_towns(session, form, period.name), waiting=_waiting(session, form, actor=actor),
    )  # fmt: skip


def forms_due(session: Session, *, actor: Actor, clock: Clock) -> Sequence[DueLine]:
    """What the actor's neighbourhood fills: this period, and what of the last is still open; the earliest due first."""
    found = _to_fill(session, actor=actor, clock=clock)
    about = _about(session, [one.form for one in found], today=local_date(clock.now()))
    names = dict(neighbourhoods_to_choose(session, Permission.FORM_FILL, actor=actor, clock=clock))
    lines = [_due(one, about, names) for one in found]
    return sorted(lines, key=lambda one: (not one.is_open, one.due_on, one.form.name, one.community_name))


def due_soon(session: Session, *, actor: Actor, clock: Clock) -> int:
    """How many forms are due within a week, or late."""
    until = local_date(clock.now()) + SOON
    found = _to_fill(session, actor=actor, clock=clock)
    return sum(one.period.due_on <= until and _is_open(one.fill) for one in found)


class _ToFill(NamedTuple):
    form: ReportForm
    community_id: str
    period: Period
    fill: ReportFill | None


def _to_fill(session: Session, *, actor: Actor, clock: Clock) -> Sequence[_ToFill]:
    """The forms asked of the actor's neighbourhoods, the periods that are told of, and what was begun of each."""
    chains = chains_of(session, actor.places_as(COMMITTEE))
    if not chains:
        return []
    published = select(ReportForm).where(
        forms_visible_to(session, actor), FORMS.c.status == FormStatus.PUBLISHED
    )
    forms = session.execute(published.limit(FORMS_AT_MOST)).scalars().all()
    mine = select(ReportFill).where(FILLS.c.community_id.in_([*chains]))
    fills = {
        (one.form_id, one.community_id, one.period): one
        for one in session.execute(mine.where(FILLS.c.form_id.in_([one.id for one in forms]))).scalars()
    }
    every = (
        (count, _ToFill(form, community, period, fills.get((form.id, community, period.name))))
        for form in forms
        for count, period in enumerate(periods_due(form, clock))
        for community, above in chains.items()
        if form.place_id in above
    )
    return [one for count, one in every if count == 0 or _is_open(one.fill)]


def _is_open(fill: ReportFill | None) -> bool:
    return fill is None or fill.status in OPEN


def fill_shown(
    session: Session, fill_id: str, *, start: int = 0, limit: int = 15, whom: str | None = None, actor: Actor,
    clock: Clock,
) -> FillShown:  # fmt: skip
    """A page of a fill's rows, or of those about people of a tag or a group, for the neighbourhood that fills it."""
    fill = fill_in_sight(session, fill_id, actor=actor)
    community = place_of(session, fill.community_id)
    require_at(actor, Permission.FORM_FILL, scope_of(community))
    form = form_in_sight(session, fill.form_id, actor=actor)
    fields, covered = fields_of(session, form.id), subjects_in(session, form, fill)
    subjects = chosen_of(session, form, fill, covered, whom, actor=actor, clock=clock)
    limit = max(1, min(limit, CELLS_AT_MOST // max(1, len(fields))))
    about = _about(session, [form], today=local_date(clock.now()))
    answered = select(func.count()).select_from(ANSWERS).where(answers_of(fill))
    return FillShown(
        form=form, issuer=about.places[form.place_id].name, fill=fill, fields=fields, total=len(subjects),
        covered=len(covered),
        is_outside=about.is_outside(form),
        rows=rows_seen(session, form, fill, fields, subjects[start : start + limit]), start=start,
        answered=int(session.execute(answered).scalar() or 0), is_open=fill.status in OPEN,
        may_fill=may_at(actor, Permission.FORM_FILL, scope_of(community)),
    )  # fmt: skip


def every_row(
    session: Session, fill_id: str, field_id: str, *, whom: str | None = None, actor: Actor, clock: Clock
) -> Sequence[RowSeen]:
    """Every row of a fill with one question, or those chosen by a tag or a group, for an answer to all of them."""
    fill = fill_in_sight(session, fill_id, actor=actor)
    require_at(actor, Permission.FORM_FILL, scope_of(place_of(session, fill.community_id)))
    form = form_in_sight(session, fill.form_id, actor=actor)
    fields = [one for one in fields_of(session, form.id) if one.id == field_id]
    covered = subjects_in(session, form, fill)
    return rows_seen(
        session, form, fill, fields, chosen_of(session, form, fill, covered, whom, actor=actor, clock=clock)
    )  # fmt: skip


def places_to_issue(session: Session, *, actor: Actor, clock: Clock) -> Sequence[tuple[str, str, PlaceKind]]:
    """Where the actor may ask for a form."""
    rows = session.execute(
        select(PLACES.c.id, PLACES.c.name, PLACES.c.kind).where(PLACES.c.id.in_(issuing_nodes(actor)))
    )
    return [(row.id, row.name, row.kind) for row in rows]


@dataclass(frozen=True, slots=True)
class _About:
    """Who asks for some forms, and which items of assistance hold today."""

    places: Mapping[str, Place]
    holding: frozenset[str]

    def is_outside(self, form: ReportForm) -> bool:
        """What a neighbourhood keeps for itself needs no list."""
        is_own = self.places[form.place_id].kind is PlaceKind.COMMUNITY
        return not is_own and form.assist_item_id not in self.holding


def _about(session: Session, forms: Sequence[ReportForm], *, today: date) -> _About:
    places = select(Place).where(PLACES.c.id.in_({one.place_id for one in forms}))
    items = select(ITEMS.c.id).where(ITEMS.c.id.in_({one.assist_item_id for one in forms} - {None}))
    return _About(
        {one.id: one for one in session.execute(places).scalars()},
        frozenset(session.execute(items.where(in_force(today))).scalars()),
    )


def _line(form: ReportForm, about: _About, *, actor: Actor) -> FormLine:
    place = about.places[form.place_id]
    may_change = may_at(actor, Permission.FORM_ISSUE, scope_of(place))
    return FormLine(form=form, issuer=place.name, may_change=may_change, is_outside=about.is_outside(form))


def _item(session: Session, form: ReportForm) -> str | None:
    return session.execute(select(ITEMS.c.text).where(ITEMS.c.id == form.assist_item_id)).scalar()


def _period_shown(form: ReportForm, clock: Clock) -> Period:
    """The one that is filled now; else the first that will be, or the last that was."""
    if due := periods_due(form, clock):
        return due[0]
    today = local_date(clock.now())
    on = period_of(form, min(max(today, form.valid_from), form.valid_to))
    was_due = on.due_on < max(today, form.valid_from) and on.last < form.valid_to
    return period_of(form, on.last + timedelta(days=1)) if was_due else on


def _due(one: _ToFill, about: _About, names: Mapping[str, str]) -> DueLine:
    form, community_id, period, fill = one
    return DueLine(
        form=form, community_id=community_id, community_name=names.get(community_id, ""),
        issuer=about.places[form.place_id].name, is_outside=about.is_outside(form), period=period.name,
        due_on=period.due_on, fill_id=fill.id if fill else None, status=fill.status if fill else None,
        handed_in_at=fill.handed_in_at if fill else None, reason=fill.reason if fill else None,
    )  # fmt: skip


def _towns(session: Session, form: ReportForm, period: str) -> list[TownCount]:
    """By town, in the order of their codes: it is no ranking."""
    place = place_of(session, form.place_id)
    if place.kind is PlaceKind.COMMUNITY:
        return []
    column = PLACES.c.town_id if place.kind is PlaceKind.TOWN else PLACES.c.district_id
    here = (column == place.id) & (PLACES.c.kind == PlaceKind.COMMUNITY) & PLACES.c.ended_at.is_(None)
    done = _by_town(
        session,
        select(PLACES.c.town_id, func.count())
        .join(FILLS, FILLS.c.community_id == PLACES.c.id)
        .where(here, FILLS.c.form_id == form.id, FILLS.c.period == period, FILLS.c.status.not_in(OPEN)),
    )
    all_of = _by_town(session, select(PLACES.c.town_id, func.count()).where(here))
    names = session.execute(
        select(PLACES.c.id, PLACES.c.name).where(PLACES.c.id.in_(list(all_of))).order_by(PLACES.c.sort)
    )
    return [
        TownCount(name=row.name, communities=all_of[row.id], handed_in=done.get(row.id, 0)) for row in names
    ]


def _by_town(session: Session, statement: Any) -> Mapping[str, int]:
    return {row[0]: row[1] for row in session.execute(statement.group_by(PLACES.c.town_id))}


def _waiting(session: Session, form: ReportForm, *, actor: Actor) -> list[FillLine]:
    """What was handed in and waits for the issuer's word, the oldest first."""
    rows = session.execute(
        select(ReportFill, PLACES.c.name)
        .join(PLACES, PLACES.c.id == FILLS.c.community_id)
        .where(
            FILLS.c.form_id == form.id,
            FILLS.c.status == FillStatus.HANDED_IN,
            fills_visible_to(session, actor),
        )
        .order_by(FILLS.c.handed_in_at)
        .limit(FORMS_AT_MOST)
    )
    return [FillLine(fill=fill, community=name) for fill, name in rows]
