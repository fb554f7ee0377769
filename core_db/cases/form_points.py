"""What a plugin is asked about a form that holds fields of its own: what is wrong with them stands beside each field.

The base judges first, by the rules of the manifest; what it refuses is shown to nobody.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import Session

from core_db.cases.asked_fields import AskedField, read_fields
from core_db.cases.drafts import CaseDraft, OnBehalfDraft
from core_db.cases.reference import reference_of
from core_db.foundation.actor import Actor, ActorKind
from core_db.foundation.errors import CannotBeRead
from core_db.foundation.points import Arguments, Asked

FORM_AT = "form.validate.v1"


def filled_in(session: Session, draft: CaseDraft | OnBehalfDraft, community_id: str) -> Mapping[str, str]:
    """What stands in the fields of the category that was chosen, by key, empty ones too; nothing where it cannot be."""
    asked = reference_of(session).fields_of(draft.category, community_id) if draft.category else ()
    return _as_kept(asked, draft.fields, must=True)


def case_form(
    session: Session, draft: CaseDraft | OnBehalfDraft, community_id: str, *, person_id: str | None, actor: Actor
) -> Asked | None:  # fmt: skip
    """The form of a category, where a person filled it in for a person of the register."""
    if actor.kind not in (ActorKind.RESIDENT, ActorKind.STAFF):
        return None
    return form_sent(
        draft.category or "", filled_in(session, draft, community_id), community_id, person_id=person_id
    )


def form_sent(
    form: str, fields: Mapping[str, str], community_id: str, *, person_id: str | None
) -> Asked | None:
    """A form with what stands in it. Of whom nobody knows who he is, nobody can know whether he agreed."""
    if not fields or person_id is None:
        return None
    said = {"form": form, "fields": fields, "faults": {}}
    return Asked(community_id=community_id, draft=said, about=("person", person_id))


def about_him(asked: Sequence[AskedField], given: Mapping[str, Any]) -> Mapping[str, str]:
    """What stands in the fields about a resident, where nothing has to be filled in."""
    return _as_kept(asked, given, must=False)


def as_judged(_session: Session, arguments: Arguments, answer: Asked) -> Arguments:
    """Raises CannotBeRead with what was found wrong, field by field."""
    if faults := answer.draft["faults"]:
        raise CannotBeRead(faults)
    return arguments


def _as_kept(asked: Sequence[AskedField], given: Mapping[str, Any], *, must: bool) -> Mapping[str, str]:
    try:
        kept = read_fields(asked, given, must=must)
    except CannotBeRead:
        # The use case says it, to whoever filled it in.
        return {}
    return {one.key: kept.get(one.key, "") for one in asked}
