"""Entering an organisation: where it is responsible, for what, and what it is by law."""

from sqlmodel import Session, select

from core_db.access import Permission, require_at
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.errors import CannotBeRead
from core_db.foundation.ids import new_id
from core_db.people.commands import place_there
from core_db.people.credit_code import credit_code_from
from core_db.people.drafts import OrganisationDraft
from core_db.people.errors import OrganisationExists
from core_db.people.handlers import forget_organisations
from core_db.people.identity import IdentityFault
from core_db.people.model import Organisation, OrganisationCategory
from core_db.places import scope_of


def register_organisation(
    session: Session, draft: OrganisationDraft, *, actor: Actor, clock: Clock
) -> Organisation:
    """Enter an organisation and the categories it handles; a class covers its sub-classes."""
    place = place_there(session, draft.place_id)
    require_at(actor, Permission.PLACES_KEEP, scope_of(place))
    same = (Organisation.place_id == place.id, Organisation.name == draft.name)
    if session.exec(select(Organisation.id).where(*same)).first() is not None:
        raise OrganisationExists(name=draft.name)

    organisation = Organisation(
        id=new_id(), place_id=place.id, name=draft.name, kind=draft.kind, phone=draft.phone, form=draft.form,
        credit_code=_credit_code(draft),
    )  # fmt: skip
    session.add(organisation)
    session.flush()
    for code in dict.fromkeys(draft.handles):
        session.add(OrganisationCategory(organisation_id=organisation.id, category_code=code))
    session.flush()
    forget_organisations()
    return organisation


def organisation_named(session: Session, name: str, *, place_id: str) -> str | None:
    """The id of the organisation of this name that is responsible at a place; the nearest, where several are."""
    place = place_there(session, place_id)
    for node in (place.id, place.community_id, place.town_id, place.district_id):
        same = (Organisation.place_id == (node or ""), Organisation.name == name)
        if (found := session.exec(select(Organisation.id).where(*same)).first()) is not None:
            return found
    return None


def _credit_code(draft: OrganisationDraft) -> str | None:
    if not draft.credit_code:
        return None
    try:
        return credit_code_from(draft.credit_code)
    except IdentityFault as wrong:
        raise CannotBeRead({"credit_code": (wrong.zh, wrong.en)}) from None
