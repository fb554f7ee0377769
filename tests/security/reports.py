"""Forms that offices ask for, and how far neighbourhoods are with them: one of each for the matrix."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from core_db.foundation.actor import Actor
from core_db.foundation.clock import local_date
from core_db.ledgers import (
    AnswersDraft,
    FieldsDraft,
    FormDraft,
    OpenDraft,
    PublishDraft,
    ReportForm,
    add_fields,
    answer_cells,
    covered_now,
    draft_form,
    fill_shown,
    form_shown,
    hand_in,
    open_fill,
    publish_form,
)

if TYPE_CHECKING:
    from tests.security.rights import Rights


class Reports:
    """A draft and a published form of the town, one of another district; fills here and next door, one handed in."""

    def __init__(self, rights: "Rights") -> None:
        self.world = rights.world
        self.do, self.see = self.world.given.do, self.world.given.see
        town, far = (
            self.world.people[one] for one in ("town dispatcher", "dispatcher of the other district")
        )
        published = self._published(town, reviewed=False)
        forms = {
            "draft": self._draft(town, reviewed=False),
            "published": published,
            "other district": self._published(far, reviewed=False),
        }
        rights.ids["form"] = {name: form.id for name, form in forms.items()}
        reviewed = self._published(town, reviewed=True)
        here, next_door = (self.world.people[f"worker of {n}"] for n in (1, 2))
        rights.ids["fill"] = {
            "here": self._filled(published, here, 1),
            "next door": self._filled(published, next_door, 2),
            "handed in": self._handed_in(reviewed, here),
        }
        shown = self.see(fill_shown, rights.ids["fill"]["here"], by=here)
        rights.ids["cells"] = {one.name: one.id for one in shown.fields} | {
            "rows": shown.rows[0].subject_id, "own": shown.own[0].id,
        }  # fmt: skip

    def _draft(self, by: Actor, *, reviewed: bool) -> ReportForm:
        (grant,), today, marked = by.grants, local_date(self.world.clock.now()), self.world.marked
        draft = FormDraft.model_validate({
            "place_id": grant.place_id, "name": marked("情况表"), "family": "service", "basis": marked("通知"),
            "due_day": 31, "cycle": "month",
            "row_kind": "person", "valid_from": today, "valid_to": today + timedelta(days=200), "is_reviewed": reviewed,
        })  # fmt: skip
        form: ReportForm = self.do(draft_form, draft, by=by)
        known = ("person.name", "person.phone", "person.id_number")
        asked = FieldsDraft(catalogue=known, name=marked("情况说明"))
        self.do(add_fields, form.id, asked, by=by)
        return form

    def _published(self, by: Actor, *, reviewed: bool) -> ReportForm:
        form = self._draft(by, reviewed=reviewed)
        version = self.see(form_shown, form.id, by=by).line.form.version
        published: ReportForm = self.do(
            publish_form, form.id, PublishDraft(seen="yes", version=version), by=by
        )
        return published

    def _open(self, form: ReportForm, by: Actor) -> str:
        fill: Any = self.do(open_fill, OpenDraft(form_id=form.id, period="2026-11"), by=by)
        return str(fill.id)

    def _filled(self, form: ReportForm, by: Actor, n: int) -> str:
        fill_id = self._open(form, by)
        shown = self.see(fill_shown, fill_id, by=by)
        said = {
            "subject_id": shown.rows[0].subject_id, "field_id": shown.own[0].id,
            "value": self.world.word(n, 1, "asked"),
        }  # fmt: skip
        self.do(answer_cells, fill_id, AnswersDraft(version=1, answers=(said,)), by=by)  # type: ignore[arg-type]
        return fill_id

    def _handed_in(self, form: ReportForm, by: Actor) -> str:
        fill_id = self._open(form, by)
        self.do(hand_in, fill_id, self.see(covered_now, fill_id, by=by), by=by)
        return fill_id
