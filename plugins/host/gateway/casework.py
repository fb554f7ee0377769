"""What a plugin is told of cases, and raising and noting them as the plugin it is."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from core_db.cases import TextDraft, submit_on_behalf, write_note
from core_db.cases.drafts import PluginCaseDraft
from core_db.cases.model import CASES, PARTIES
from core_db.foundation.clock import local_date
from core_db.foundation.drafts import read_draft
from core_db.foundation.errors import NotFound
from core_db.foundation.ids import is_id
from core_db.installs.consents import agreed_to
from core_db.installs.pairs import person_behind
from core_db.installs.sheets import PurposeSeen, category_code
from plugins.host.gateway.filled import filled_by_plugin
from plugins.host.gateway.gates import Asking, Standing
from plugins.host.gateway.noting import Answer, must_be_within_the_day, note_fields, tell_of_many
from plugins.host.gateway.once import came_of_it, is_first, note_what_came
from plugins.host.gateway.parties import parties_of, subject_of
from plugins.sdk.told import Case

MOST = 200
Asked = Mapping[str, Any]


def case(asking: Asking, asked: Asked) -> Answer:
    """One of the neighbourhood's; its words where the purpose covers them and whoever raised it agreed."""
    fields = tuple(dict.fromkeys(asked["fields"]))
    asking.must_be_open(["case:read"])
    purpose = asking.purpose(asked["purpose"], fields) if fields else None
    before = must_be_within_the_day(asking)
    answer: dict[str, Any] = {"purpose": purpose.id if purpose else "", "fields": fields}
    row = asking.session.execute(select(CASES).where(cases_there(asking), case_is(asked["id"]))).first()
    if row is None:
        return Answer(value=None, **answer)
    if purpose is None:
        return Answer(value=_told(asking, row), **answer)
    if not let_read(asking, row, purpose, ["cases.text"] if "text" in fields else []):
        return Answer(value=_told(asking, row, withheld=fields), is_withheld=True, **answer)
    tell_of_many(asking, before, 1)
    text = row.text if "text" in fields else None
    filled = filled_by_plugin(asking, row, purpose) if "fields" in fields else None
    return Answer(value=_told(asking, row, text=text, filled=filled), subjects=1, **answer)


def cases(asking: Asking, asked: Asked) -> Answer:
    """The newest of the neighbourhood, without a word of anybody."""
    asking.must_be_open(["case:read"])
    statement = select(CASES).where(cases_there(asking))
    if asked["category"] is not None:
        statement = statement.where(
            CASES.c.category_code.in_((asked["category"], category_code(asking.plugin_id, asked["category"])))
        )
    if asked["is_open"] is not None:
        ended = CASES.c.closed_at.is_not(None)
        statement = statement.where(~ended if asked["is_open"] else ended)
    rows = asking.session.execute(statement.order_by(CASES.c.seq.desc()).limit(MOST))
    return Answer(value=[_told(asking, row) for row in rows])


def open_case(asking: Asking, asked: Asked) -> Answer:
    """Raise one as the plugin, once for each key; NotFound for an id that leads to nobody."""
    asking.must_be_open(["case:write"])
    person_id = None
    if asked["resident_id"] is not None:
        person_id = person_behind(asking.session, asking.plugin_id, asking.community_id, asked["resident_id"])
        asking.must_be_himself(person_id)
        if person_id is None:
            raise NotFound()
    if not is_first(asking, asked["key"]):
        return Answer(value=came_of_it(asking, asked["key"]))
    draft = case_draft(asking.standing, asked, on_behalf_of=person_id)
    file = submit_on_behalf(asking.session, draft, actor=asking.standing.actor, clock=asking.clock)
    note_what_came(asking, asked["key"], file.case.id)
    return Answer(value=file.case.id, subjects=1 if person_id else 0)


def case_draft(standing: Standing, asked: Asked, *, on_behalf_of: str | None) -> PluginCaseDraft:
    """What it raises, as a case is raised."""
    text = "\n".join(one for one in (asked["title"], asked["text"]) if one)
    category = _known_code(standing, asked["category"]) or None
    said = {
        "text": text, "category": category, "on_behalf_of": on_behalf_of, "place_id": standing.install.community_id,
    }  # fmt: skip
    return read_draft(PluginCaseDraft, said)


def comment(asking: Asking, asked: Asked) -> Answer:
    """A note for the committee, once for each key."""
    asking.must_be_open(["case:write"])
    row = asking.session.execute(select(CASES.c.id).where(cases_there(asking), case_is(asked["id"]))).first()
    if row is None:
        raise NotFound()
    if is_first(asking, asked["key"]):
        draft = read_draft(TextDraft, {"text": asked["text"]})
        write_note(asking.session, row.id, draft, actor=asking.standing.actor, clock=asking.clock)
    return Answer()


# -- finding ----------------------------------------------------------------------------------------


def cases_there(asking: Asking) -> ColumnElement[bool]:
    """Those of the neighbourhood; where a resident looks, those that are his."""
    here: ColumnElement[bool] = CASES.c.community_id == asking.community_id
    if not asking.is_for_resident:
        return here
    himself = asking.himself()
    his = or_(PARTIES.c.account_id.in_(himself), PARTIES.c.person_id.in_(himself))
    return here & CASES.c.id.in_(select(PARTIES.c.case_id).where(his))


def case_is(case_id: Any) -> ColumnElement[bool]:
    return CASES.c.id == (case_id if is_id(str(case_id)) else "")


def let_read(asking: Asking, row: Any, purpose: PurposeSeen, noted: Sequence[str]) -> bool:
    """Whether everybody who stands behind the case agreed; that his words were read is written for each."""
    parties = parties_of(asking, row.id)
    people = [one.person_id for one in parties if one.person_id is not None]
    agreed = agreed_to(asking.session, asking.plugin_id, asking.community_id, purpose, people)
    if not purpose.is_duty and (not parties or len(people) < len(parties) or set(people) - agreed):
        return False
    for one in parties:
        note_fields(asking, subject_of(one, row.id), purpose.id, noted)
    return True


# -- categories, by the plugin's own names ----------------------------------------------------------


def _own(standing: Standing) -> frozenset[str]:
    brought = (standing.plugin.manifest.get("contributes") or {}).get("case_categories") or ()
    return frozenset(one["id"] for one in brought)


def _known_code(standing: Standing, category: str) -> str:
    return category_code(standing.plugin.id, category) if category in _own(standing) else category


def own_name(plugin_id: str, code: str) -> str:
    """A category as the plugin itself calls it."""
    return code.removeprefix(category_code(plugin_id, ""))


def _told(
    asking: Asking,
    row: Any,
    *,
    text: str | None = None,
    filled: Mapping[str, str] | None = None,
    withheld: tuple[str, ...] = (),
) -> dict[str, Any]:
    told = Case.model_validate({
        "id": row.id, "number": row.number, "category": own_name(asking.plugin_id, row.category_code),
        "status": str(row.status), "is_open": row.closed_at is None, "opened_on": local_date(row.created_at),
        "due_on": local_date(row.due_at) if row.due_at else None,
        "closed_on": local_date(row.closed_at) if row.closed_at else None,
        "text": text, "filled": filled, "withheld": withheld,
    })  # fmt: skip
    return told.model_dump(mode="json")
