"""Keeping the register: who somebody is, where he lives, and which organisations handle what people raise."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from core_db.access import Permission, require_at
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.errors import CannotBeRead, NotFound
from core_db.foundation.fields import FieldClass
from core_db.foundation.ids import new_id
from core_db.foundation.sealing import SealedPlace, keyring_of
from core_db.people.drafts import MoveIn, OrganisationDraft, PersonCorrection, PersonDraft
from core_db.people.errors import LivesThere, OrganisationExists, PersonExists
from core_db.people.handlers import forget_organisations
from core_db.people.identity import Identity, IdentityFault, identity_from
from core_db.people.model import Household, Organisation, OrganisationCategory, Person, Residency
from core_db.people.words import HEADS
from core_db.places import Place, PlaceKind, scope_of


def register_person(session: Session, draft: PersonDraft, *, actor: Actor, clock: Clock) -> Person:
    """Enter somebody in a neighbourhood's register. Telephone, identity number and birth date are sealed."""
    community = _place(session, draft.community_id)
    require_at(actor, Permission.PEOPLE_KEEP, scope_of(community))
    refuse_masked(draft, known=None)
    identity = identity_of(draft, today=local_date(clock.now()))
    if identity is not None and person_with_id_number(session, draft.community_id, identity.number):
        raise PersonExists()

    now = clock.now()
    person = Person(
        id=new_id(), community_id=draft.community_id, name=draft.name, sex=sex_of(draft, identity),
        source=draft.source, verified_on=draft.verified_on, created_at=now, updated_at=now,
    )  # fmt: skip
    set_phone(session, person, draft.phone)
    set_id_number(session, person, identity.number if identity else None)
    set_birth(session, person, birth_of(draft, identity))
    session.add(person)
    session.flush()
    return person


def move_in(session: Session, person_id: str, draft: MoveIn, *, actor: Actor, clock: Clock) -> Residency:
    """Register that somebody lives in a home of his neighbourhood."""
    person = session.get(Person, person_id)
    home = _place(session, draft.home_id)
    if person is None or home.kind is not PlaceKind.HOME or home.community_id != person.community_id:
        raise NotFound()
    require_at(actor, Permission.PEOPLE_KEEP, scope_of(home))
    if residency_in(session, person_id, home.id) is not None:
        raise LivesThere()

    household = _household(session, home, draft, person_id, clock=clock)
    residency = Residency(
        id=new_id(), person_id=person_id, home_id=home.id, household_id=household.id, role=draft.role,
        relation=draft.relation, valid_from=draft.since,
    )  # fmt: skip
    session.add(residency)
    session.flush()
    return residency


def move_out(
    session: Session, residency_id: str, *, last_day: date, actor: Actor, clock: Clock
) -> Residency:  # fmt: skip
    """Register the last day on which somebody lived in a home."""
    residency = session.get(Residency, residency_id)
    if residency is None:
        raise NotFound()
    require_at(actor, Permission.PEOPLE_KEEP, scope_of(_place(session, residency.home_id)))

    residency.valid_to = last_day
    session.flush()
    return residency


def register_organisation(
    session: Session, draft: OrganisationDraft, *, actor: Actor, clock: Clock
) -> Organisation:
    """Enter an organisation and the categories it handles; a class covers its sub-classes."""
    place = _place(session, draft.place_id)
    require_at(actor, Permission.PLACES_KEEP, scope_of(place))
    same = (Organisation.place_id == place.id, Organisation.name == draft.name)
    if session.exec(select(Organisation.id).where(*same)).first() is not None:
        raise OrganisationExists(name=draft.name)

    organisation = Organisation(
        id=new_id(), place_id=place.id, name=draft.name, kind=draft.kind, phone=draft.phone
    )
    session.add(organisation)
    session.flush()
    for code in dict.fromkeys(draft.handles):
        session.add(OrganisationCategory(organisation_id=organisation.id, category_code=code))
    session.flush()
    forget_organisations()
    return organisation


# -- what a person is known by ----------------------------------------------------------------------


def refuse_masked(draft: PersonDraft, *, known: Person | None) -> None:
    """A masked number stays what it is; where there is none, it says nothing."""
    faults = {
        str(name): ("这是打码后的号码，请填写完整的。", "This number is masked; please enter all of it.")
        for name in sorted(draft.kept)
        if known is None or getattr(known, f"{name}_sealed") is None
    }
    if faults:
        raise CannotBeRead(faults)


def identity_of(draft: PersonDraft, *, today: date) -> Identity | None:
    """The identity number that was given, checked; its birth date must not contradict the one beside it."""
    if draft.id_number is None:
        return None
    try:
        identity = identity_from(draft.id_number, today=today)
        if draft.birth and identity.birth and draft.birth != identity.birth:
            raise IdentityFault(
                f"与出生日期 {draft.birth} 不一致。", f"it contradicts the birth date {draft.birth}."
            )
        if draft.sex in ("1", "2") and identity.sex in ("1", "2") and draft.sex != identity.sex:
            raise IdentityFault("与性别不一致。", "it contradicts the sex beside it.")
    except IdentityFault as wrong:
        raise CannotBeRead({"id_number": (wrong.zh, wrong.en)}) from None
    return identity


def sex_of(draft: PersonDraft, identity: Identity | None) -> str:
    return identity.sex if draft.sex == "0" and identity is not None else draft.sex


def birth_of(draft: PersonDraft, identity: Identity | None) -> date | None:
    return draft.birth or (identity.birth if identity is not None else None)


def person_with_id_number(session: Session, community_id: str, number: str) -> Person | None:
    """The person with an identity number in a register."""
    blinds = keyring_of(session).blinds(community_id, number)
    statement = select(Person).where(
        Person.community_id == community_id, col(Person.id_number_blind).in_(blinds)
    )
    return session.exec(statement).first()


def residency_in(session: Session, person_id: str, home_id: str) -> Residency | None:
    """That a person lives in a home now."""
    statement = select(Residency).where(
        Residency.person_id == person_id, Residency.home_id == home_id, col(Residency.valid_to).is_(None)
    )
    return session.exec(statement).first()


def set_phone(session: Session, person: Person, phone: str | None) -> None:
    person.phone_sealed = _sealed(session, person, "phone_sealed", phone)
    person.phone_blind = keyring_of(session).blind(person.community_id, phone) if phone else None


def set_id_number(session: Session, person: Person, number: str | None) -> None:
    person.id_number_sealed = _sealed(session, person, "id_number_sealed", number)
    person.id_number_blind = keyring_of(session).blind(person.community_id, number) if number else None


def set_birth(session: Session, person: Person, birth: date | None) -> None:
    person.birth_sealed = _sealed(session, person, "birth_sealed", birth.isoformat() if birth else None)


def sealed_place(person_id: str, community_id: str, column: str) -> SealedPlace:
    """Where a field of a person is sealed; it opens nowhere else."""
    return SealedPlace(table="persons", column=column, row_id=person_id, community_id=community_id)


def _sealed(session: Session, person: Person, column: str, value: str | None) -> bytes | None:
    if value is None:
        return None
    place = sealed_place(person.id, person.community_id, column)
    return keyring_of(session).seal(session, value, place, FieldClass.F2)


def _place(session: Session, place_id: str) -> Place:
    place = session.get(Place, place_id)
    if place is None or place.ended_at is not None:
        raise NotFound()
    return place


def _household(session: Session, home: Place, draft: MoveIn, person_id: str, *, clock: Clock) -> Household:
    """The household of this number in the home; its first head, if nobody is yet, is who moves in as such."""
    statement = select(Household).where(Household.home_id == home.id, Household.number == draft.household)
    found = session.exec(statement).first()
    if found is None:
        found = Household(
            id=new_id(), community_id=home.community_id or "", home_id=home.id, number=draft.household,
            created_at=clock.now(),
        )  # fmt: skip
        session.add(found)
    if found.head_id is None and draft.relation in HEADS:
        found.head_id = person_id
    session.flush()
    return found


def correct_person(
    session: Session, person_id: str, draft: PersonCorrection, *, actor: Actor, clock: Clock
) -> Person:
    """Put right one thing that the register says of somebody. It is verified with that, on this day."""
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound()
    require_at(actor, Permission.PEOPLE_KEEP, scope_of(_place(session, person.community_id)))
    now = clock.now()
    _SET[draft.field](session, person, draft.value_on(local_date(now)))
    person.verified_on, person.updated_at = local_date(now), now
    session.flush()
    return person


def _set_number_and_birth(session: Session, person: Person, identity: Identity) -> None:
    known = person_with_id_number(session, person.community_id, identity.number)
    if known is not None and known.id != person.id:
        raise PersonExists()
    set_id_number(session, person, identity.number)
    set_birth(session, person, identity.birth)


def _set_plain(column: str) -> Callable[[Session, Person, Any], None]:
    return lambda _session, person, value: setattr(person, column, value)


_SET: Mapping[str, Callable[[Session, Person, Any], None]] = {
    "name": _set_plain("name"),
    "sex": _set_plain("sex"),
    "phone": set_phone,
    "birth": set_birth,
    "id_number": _set_number_and_birth,
}
