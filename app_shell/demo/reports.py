"""Forms of the demo: the town asks for two, the committee keeps a ledger of its own, and one is half filled."""

from datetime import timedelta

from sqlmodel import Session

from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.ledgers import (
    AnswerDraft,
    AnswersDraft,
    FieldsDraft,
    FormDraft,
    OpenDraft,
    PublishDraft,
    ReportForm,
    add_fields,
    answer_cells,
    draft_form,
    fill_shown,
    forms_due,
    items_in_force,
    open_fill,
    publish_form,
    store_examples,
)
from core_db.ledgers.words import AnswerKind, Cycle, Family, RowKind

#: So many rows of the half-filled form are answered.
ANSWERED = 6


def lay_out_reports(
    session: Session, district_id: str, town_id: str, *, preparer: Actor, town: Actor, secretary: Actor, worker: Actor,
    community_id: str, clock: Clock,
) -> None:  # fmt: skip
    """The list of assistance, three forms in force, and the beginnings of an answer."""
    store_examples(session, district_id, actor=preparer, clock=clock)
    day, item = local_date(clock.now()), items_in_force(session, actor=town, clock=clock)[2]
    first, last = day - timedelta(days=40), day + timedelta(days=320)
    old = FormDraft(
        place_id=town_id, name="高龄老人助餐需求月报", family=Family.SERVICE, basis="街道养老服务工作要点",
        assist_item_id=item.id, cycle=Cycle.MONTH, due_day=31, row_kind=RowKind.PERSON, age_from=80, is_reviewed=True,
        valid_from=first, valid_to=last,
    )  # fmt: skip
    facts = FormDraft(
        place_id=town_id, name="居民区基本情况季报", family=Family.BASICS, basis="街道办公室通知", cycle=Cycle.QUARTER, due_day=31,
        row_kind=RowKind.COMMUNITY, valid_from=first, valid_to=last,
    )  # fmt: skip
    own = FormDraft(
        place_id=community_id, name="党员联系册", family=Family.PARTY, basis="居委会自己的台账", cycle=Cycle.YEAR, due_day=31,
        row_kind=RowKind.PERSON, age_from=60, valid_from=first, valid_to=last,
    )  # fmt: skip
    keys = ("person.name", "person.phone", "person.birth", "person.home")
    asked = FieldsDraft(catalogue=keys, name="是否需要助餐", kind=AnswerKind.YES_NO)
    form = _asked(session, old, asked, actor=town, clock=clock)
    counts = (
        "community.households",
        "community.residents",
        "community.cases_raised",
        "community.cases_closed",
    )
    _asked(
        session,
        facts,
        FieldsDraft(catalogue=counts, name="本季活动次数", kind=AnswerKind.NUMBER),
        actor=town,
        clock=clock,
    )
    _asked(
        session,
        own,
        FieldsDraft(catalogue=("person.name", "person.political_status")),
        actor=secretary,
        clock=clock,
    )
    _begin(session, form, actor=worker, clock=clock)


def _asked(
    session: Session, draft: FormDraft, fields: FieldsDraft, *, actor: Actor, clock: Clock
) -> ReportForm:
    form = draft_form(session, draft, actor=actor, clock=clock)
    add_fields(session, form.id, fields, actor=actor, clock=clock)
    return publish_form(
        session, form.id, PublishDraft(seen="yes", version=form.version), actor=actor, clock=clock
    )


def _begin(session: Session, form: ReportForm, *, actor: Actor, clock: Clock) -> None:
    """Some rows of the period that runs are answered."""
    period = next(
        one.period for one in forms_due(session, actor=actor, clock=clock) if one.form.id == form.id
    )
    fill = open_fill(session, OpenDraft(form_id=form.id, period=period), actor=actor, clock=clock)
    shown = fill_shown(session, fill.id, limit=ANSWERED, actor=actor, clock=clock)
    answers = [
        AnswerDraft(subject_id=row.subject_id, field_id=shown.own[0].id, value="no" if count % 3 else "yes")
        for count, row in enumerate(shown.rows)
    ]
    answer_cells(
        session, fill.id, AnswersDraft(version=fill.version, answers=tuple(answers)), actor=actor, clock=clock
    )
