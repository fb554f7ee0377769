"""Asking for a form: drafting it, choosing its questions, publishing it with its work in sight, and ending it."""

from sqlalchemy import delete, func, select
from sqlmodel import Session

from core_db.access import Permission, require_at, right_used_at
from core_db.audit import record
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.errors import CannotBeRead, NotFound, NotPermitted
from core_db.foundation.ids import new_id
from core_db.foundation.outbox import emit
from core_db.groups import GroupRules, check_rules, group_in_sight
from core_db.ledgers.assistance import is_on_the_list
from core_db.ledgers.burden import burden_of
from core_db.ledgers.catalogue import CATALOGUE, meant_by
from core_db.ledgers.drafts import FIELDS_AT_MOST, FieldsDraft, FormDraft, PublishDraft
from core_db.ledgers.errors import BurdenChanged, FormIsEmpty, FormIsPublished, FormNotInForce
from core_db.ledgers.model import REPORT_FIELDS, ReportField, ReportForm
from core_db.ledgers.nodes import form_in_sight, issuing_nodes, place_of
from core_db.ledgers.words import FormStatus, RowKind
from core_db.places import Place, PlaceKind, place_in_sight, scope_of
from core_db.places.rights import right_in
from core_db.tags import words_by_id
from plugins.sdk.events import ReportFormEnded, ReportFormEvent, ReportFormPublished

#: A neighbourhood's ledger is its own: nobody above reviews it.
ISSUERS = (PlaceKind.DISTRICT, PlaceKind.TOWN, PlaceKind.COMMUNITY)


def draft_form(session: Session, draft: FormDraft, *, actor: Actor, clock: Clock) -> ReportForm:
    """Begin a form at one's own node. It asks nothing yet and nobody below sees it."""
    place_in_sight(session, draft.place_id, actor=actor, clock=clock)
    place = place_of(session, draft.place_id)
    require_at(actor, Permission.FORM_ISSUE, scope_of(place))
    if place.kind not in ISSUERS:
        raise NotFound()
    if place.id not in issuing_nodes(actor):
        # Nobody asks in the name of somebody below him: of one neighbourhood alone counts would tell too much.
        raise NotPermitted()
    if draft.buildings and place.kind is not PlaceKind.COMMUNITY:
        raise CannotBeRead({
            "buildings": ("只有居村自己的台账才能按楼选。", "Only a neighbourhood's own ledger names buildings.")
        })  # fmt: skip
    today = local_date(clock.now())
    if draft.assist_item_id and not is_on_the_list(session, draft.assist_item_id, place.id, on=today):
        raise CannotBeRead({"assist_item_id": ("清单里没有这一项。", "There is no such item on the list.")})
    about = draft.model_dump(
        exclude={"buildings", "age_from", "age_to", "sex", "tags", "group_id", "assist_item_id"}
    )
    whom = {**draft.covers, **_by_tag_and_group(session, draft, place, actor=actor)}
    covers = {} if draft.row_kind is RowKind.COMMUNITY else whom
    about["is_reviewed"] = draft.is_reviewed and place.kind is not PlaceKind.COMMUNITY
    form = ReportForm(
        id=new_id(), **about, covers=covers, assist_item_id=draft.assist_item_id or None, made_by=actor.id,
        made_at=clock.now(),
    )  # fmt: skip
    session.add(form)
    session.flush()
    _recorded(session, form, "drafted", actor=actor, clock=clock)
    return form


def add_fields(
    session: Session, form_id: str, draft: FieldsDraft, *, actor: Actor, clock: Clock
) -> ReportForm:
    """Add questions. One of one's own that means a field of the catalogue becomes it: nothing is asked twice."""
    form = _to_change(session, form_id, actor=actor)
    there = list(session.execute(select(REPORT_FIELDS).where(REPORT_FIELDS.c.form_id == form.id)))
    known, position = {row.catalogue for row in there}, max((row.position for row in there), default=0)
    wanted = list(draft.catalogue)
    meant = meant_by(draft.name) if draft.name else None
    if meant is not None and form.row_kind in meant.rows:
        wanted.append(meant.key)
    new = [_of_catalogue(form, key) for key in dict.fromkeys(wanted) if key not in known]
    if draft.name and (meant is None or form.row_kind not in meant.rows):
        new.append(ReportField(
            id=new_id(), form_id=form.id, position=0, name=draft.name, kind=draft.kind, is_sensitive=draft.is_sensitive
        ))  # fmt: skip
    if len(there) + len(new) > FIELDS_AT_MOST:
        raise CannotBeRead({
            "form": (f"一张表最多 {FIELDS_AT_MOST} 项。", f"A form asks {FIELDS_AT_MOST} things at most.")
        })  # fmt: skip
    for count, one in enumerate(new, start=1):
        one.position = position + count
    session.add_all(new)
    return _changed(session, form, actor=actor, clock=clock)


def remove_field(session: Session, form_id: str, field_id: str, *, actor: Actor, clock: Clock) -> ReportForm:
    """Take a question out of a form that is not published."""
    form = _to_change(session, form_id, actor=actor)
    session.execute(
        delete(REPORT_FIELDS).where(REPORT_FIELDS.c.id == field_id, REPORT_FIELDS.c.form_id == form.id)
    )
    return _changed(session, form, actor=actor, clock=clock)


def keep_template(
    session: Session, form_id: str, template: bytes, *, actor: Actor, clock: Clock
) -> ReportForm:
    """Keep the issuer's own table; what comes in is handed out in its layout. It was opened and read before."""
    form = form_in_sight(session, form_id, actor=actor, held=True)
    require_at(actor, Permission.FORM_ISSUE, scope_of(place_of(session, form.place_id)))
    form.template = template
    session.flush()
    _recorded(session, form, "template", actor=actor, clock=clock)
    return form


def publish_form(
    session: Session, form_id: str, draft: PublishDraft, *, actor: Actor, clock: Clock
) -> ReportForm:
    """Ask for it from its first day on. Whoever publishes has seen the work of just this version."""
    form = _to_change(session, form_id, actor=actor)
    if draft.version != form.version:
        raise BurdenChanged()
    if session.execute(select(func.count()).where(REPORT_FIELDS.c.form_id == form.id)).scalar() == 0:
        raise FormIsEmpty()
    if form.valid_to < local_date(clock.now()):
        raise FormNotInForce()
    form.burden = burden_of(session, form, actor=actor, clock=clock).stored
    form.status, form.published_at, form.version = FormStatus.PUBLISHED, clock.now(), form.version + 1
    session.flush()
    _recorded(session, form, "published", actor=actor, clock=clock)
    _tell(session, ReportFormPublished, form, actor=actor, clock=clock)
    return form


def end_form(session: Session, form_id: str, *, actor: Actor, clock: Clock) -> ReportForm:
    """Ask for it no longer. What came stays; a second click changes nothing."""
    form = form_in_sight(session, form_id, actor=actor, held=True)
    require_at(actor, Permission.FORM_ISSUE, scope_of(place_of(session, form.place_id)))
    if form.status is FormStatus.ENDED:
        return form
    form.status = FormStatus.ENDED
    session.flush()
    _recorded(session, form, "ended", actor=actor, clock=clock)
    _tell(session, ReportFormEnded, form, actor=actor, clock=clock)
    return form


def _by_tag_and_group(session: Session, draft: FormDraft, place: Place, *, actor: Actor) -> dict[str, object]:
    """Which tags and what rules the people have, with their names: the form means the same whatever becomes of both."""
    said: dict[str, object] = {}
    if draft.tags:
        words = words_by_id(session, draft.tags, actor=actor)
        if any(one.sensitive for one in words.values()):
            raise CannotBeRead({
                "tags": ("敏感标签不能用来选人。", "Nobody is chosen by a sensitive tag.")
            })  # fmt: skip
        check_rules(session, GroupRules(any_of=draft.tags), place, actor=actor, beside="tags")
        said |= {"tags": list(draft.tags), "tag_names": [words[one].name for one in draft.tags]}
    if draft.group_id:
        group = group_in_sight(session, draft.group_id, actor=actor)
        check_rules(session, GroupRules.model_validate(group.rules), place, actor=actor, beside="group_id")
        said |= {"group": group.rules, "group_name": group.name}
    return said


def _of_catalogue(form: ReportForm, key: str) -> ReportField:
    known = CATALOGUE.get(key)
    if known is None or form.row_kind not in known.rows:
        raise CannotBeRead(
            {"catalogue": ("这一项不适合这张表。", "This field does not fit the form's rows.")}
        )
    return ReportField(id=new_id(), form_id=form.id, position=0, catalogue=key, name=known.words[0])


def _to_change(session: Session, form_id: str, *, actor: Actor) -> ReportForm:
    form = form_in_sight(session, form_id, actor=actor, held=True)
    require_at(actor, Permission.FORM_ISSUE, scope_of(place_of(session, form.place_id)))
    if form.status is not FormStatus.DRAFT:
        raise FormIsPublished()
    return form


def _changed(session: Session, form: ReportForm, *, actor: Actor, clock: Clock) -> ReportForm:
    form.version += 1
    session.flush()
    _recorded(session, form, "changed", actor=actor, clock=clock)
    return form


def _recorded(session: Session, form: ReportForm, what: str, *, actor: Actor, clock: Clock) -> None:
    record(
        session, action=f"report-form.{what}", actor=actor, clock=clock, object="report_forms",
        reference=f"report-form/{form.id}",
        right=right_in(session, form.place_id, Permission.FORM_ISSUE, actor=actor),
    )  # fmt: skip


def _tell(
    session: Session, event: type[ReportFormEvent], form: ReportForm, *, actor: Actor, clock: Clock
) -> None:
    place = place_of(session, form.place_id)
    right = right_used_at(actor, Permission.FORM_ISSUE, scope_of(place))
    fact = event(community_id=place.community_id or "", form_id=form.id)
    emit(session, fact, actor=actor, at=clock.now(), audience=[f"staff:{form.place_id}"], right=right)
