"""What a plugin is told of residents: the fields its purpose covers, of those who agreed to it."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select

from core_db.access import read_sealed
from core_db.foundation.clock import local_date
from core_db.foundation.fields import FieldClass
from core_db.foundation.sealing import SealedPlace
from core_db.installs.consents import agreed_to, who_agreed
from core_db.installs.model import CONSENTS
from core_db.installs.naming import PURPOSE, reference_for
from core_db.installs.pairs import pair_of, person_behind
from core_db.installs.profile import profile_rows
from core_db.installs.sheets import PurposeSeen
from core_db.people.model import PERSONS
from core_db.people.queries import RESIDENCIES
from core_db.people.words import SEX_WORDS, Sex
from core_db.places import PLACES
from core_db.tags import ASSIGNMENTS, DEFINITIONS, holds, tag_names
from plugins.host.gateway.filled import filled_about
from plugins.host.gateway.gates import OPENED_BY, Asking, Denied
from plugins.host.gateway.noting import Answer, must_be_within_the_day, note_fields, tell_of_many
from plugins.sdk.told import Resident

#: How many residents come at once.
PIECE = 50
Asked = Mapping[str, Any]


def resident(asking: Asking, asked: Asked) -> Answer:
    """One of them; all withheld for whoever did not agree, and for an id that leads to nobody."""
    fields, scopes = _fields(asked["fields"]), _scopes_of(asked["fields"])
    asking.must_be_open(scopes)
    purpose = asking.purpose(asked["purpose"], fields)
    person_id = person_behind(asking.session, asking.plugin_id, asking.community_id, asked["id"])
    asking.must_be_himself(person_id)
    before = must_be_within_the_day(asking)
    told = _told(asking, purpose, fields, [person_id] if person_id else [])
    answer: dict[str, Any] = {"scopes": tuple(scopes), "purpose": purpose.id, "fields": fields}
    if not told:
        nothing = Resident(id=asked["id"], withheld=fields).model_dump(mode="json")
        return Answer(value=nothing, is_withheld=True, **answer)
    tell_of_many(asking, before, 1)
    return Answer(value=told[0], subjects=1, **answer)


def residents(asking: Asking, asked: Asked) -> Answer:
    """Those who agreed to the purpose and fit, by pieces, and nobody else."""
    fields = _fields(asked["fields"])
    # What is asked for by a field tells the field, so the purpose and the scope have to cover that as well.
    filters = {"tag": "tags", "building": "building", "age_from": "birth_year"}
    wanted = tuple(
        dict.fromkeys((*fields, *(field for name, field in filters.items() if asked.get(name) is not None)))
    )
    scopes = _scopes_of(wanted)
    asking.must_be_open(scopes)
    purpose = asking.purpose(asked["purpose"], wanted)
    before = must_be_within_the_day(asking)
    found = asking.session.execute(_looked_for(asking, purpose, asked).limit(PIECE + 1)).scalars().all()
    piece = list(found[:PIECE])
    told = _told(asking, purpose, wanted, piece, shown=fields)
    tell_of_many(asking, before, len(told))
    value = {"items": told, "next": piece[-1] if len(found) > PIECE else None}
    return Answer(value=value, subjects=len(told), scopes=tuple(scopes), purpose=purpose.id, fields=wanted)


def _fields(said: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(said))


def _scopes_of(fields: Sequence[str]) -> list[str]:
    """The scopes these fields need; who is there at all is part of the basic one."""
    if strange := sorted(set(fields) - OPENED_BY.keys()):
        raise Denied(f"residents have no {', '.join(strange)}")
    return sorted({OPENED_BY[field] for field in fields}) or ["resident.basic:read"]


def _looked_for(asking: Asking, purpose: PurposeSeen, asked: Asked) -> Select[Any]:
    statement = select(PERSONS.c.id).where(
        PERSONS.c.community_id == asking.community_id, PERSONS.c.name != "", PERSONS.c.merged_into_id.is_(None),
        PERSONS.c.died_on.is_(None),
    )  # fmt: skip
    if not purpose.is_duty:
        agreed = who_agreed(asking.plugin_id, asking.community_id, purpose)
        statement = statement.where(PERSONS.c.id.in_(select(CONSENTS.c.person_id).where(agreed)))
    for condition in _conditions(asking, asked):
        statement = statement.where(condition)
    return statement.order_by(PERSONS.c.id)


def _conditions(asking: Asking, asked: Asked) -> list[ColumnElement[bool]]:
    today = local_date(asking.clock.now())
    found: list[ColumnElement[bool]] = []
    if asked.get("tag") is not None:
        # Sensitive tags are sealed and given to no plugin.
        named = or_(*(DEFINITIONS.c[name] == asked["tag"] for name in ("name", "name_en", "code")))
        bears = select(ASSIGNMENTS.c.person_id).join(
            DEFINITIONS, DEFINITIONS.c.id == ASSIGNMENTS.c.definition_id
        )
        found.append(
            PERSONS.c.id.in_(
                bears.where(named, holds(today), ASSIGNMENTS.c.community_id == asking.community_id)
            )
        )
    if asked.get("building") is not None:
        lives = _lives(today).where(or_(_UP.c.label == asked["building"], _UP.c.name == asked["building"]))
        found.append(PERSONS.c.id.in_(lives.with_only_columns(RESIDENCIES.c.person_id)))
    if asked.get("age_from") is not None:
        found.append(PERSONS.c.birth_year <= today.year - int(asked["age_from"]))
    if asked.get("after"):
        found.append(PERSONS.c.id > str(asked["after"]))
    return found


_UP = PLACES.alias("building")


def _lives(today: Any) -> Select[Any]:
    """Who lives in which building today."""
    now = or_(RESIDENCIES.c.valid_to.is_(None), RESIDENCIES.c.valid_to >= today)
    return (
        select(RESIDENCIES.c.person_id, _UP.c.label)
        .join_from(RESIDENCIES, PLACES, PLACES.c.id == RESIDENCIES.c.home_id)
        .join(_UP, _UP.c.id == PLACES.c.building_id)
        .where(now)
        .order_by(RESIDENCIES.c.id)
    )


# -- telling ----------------------------------------------------------------------------------------


def _told(
    asking: Asking, purpose: PurposeSeen, fields: Sequence[str], people: Sequence[str], *,
    shown: Sequence[str] | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    """Those of these people who agreed, with the fields; that they were seen is written for each."""
    agreed = agreed_to(asking.session, asking.plugin_id, asking.community_id, purpose, people)
    rows = _rows(asking, [one for one in people if one in agreed])
    known = _besides(asking, [row.id for row in rows], fields)
    return [_one(asking, row, purpose, fields, fields if shown is None else shown, known) for row in rows]


def _rows(asking: Asking, people: Sequence[str]) -> Sequence[Any]:
    # Of two entries that became one, what was agreed to for the one behind opens nothing.
    here = (PERSONS.c.community_id == asking.community_id) & PERSONS.c.merged_into_id.is_(None)
    here &= PERSONS.c.id.in_(people)
    return asking.session.execute(select(PERSONS).where(here).order_by(PERSONS.c.id)).all()


def _besides(asking: Asking, people: Sequence[str], fields: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    """What does not stand in the register's own row: buildings and tags."""
    today = local_date(asking.clock.now())
    found: dict[str, Mapping[str, Any]] = {}
    if "building" in fields:
        lives = asking.session.execute(_lives(today).where(RESIDENCIES.c.person_id.in_(people)))
        found["building"] = {row.person_id: row.label for row in lives}
    if "profile" in fields:
        found["profile"] = profile_rows(asking.session, asking.plugin_id, asking.community_id, people)
    if "tags" in fields:
        found["tags"] = {
            one: tuple(names) for one, names in tag_names(asking.session, people, today=today).items()
        }
    return found


def _one(
    asking: Asking, row: Any, purpose: PurposeSeen, read: Sequence[str], shown: Sequence[str],
    known: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any]:  # fmt: skip
    plain: dict[str, Any] = {
        "name": row.name, "birth_year": row.birth_year, "sex": SEX_WORDS[Sex(row.sex)][1],
        "building": known.get("building", {}).get(row.id), "tags": known.get("tags", {}).get(row.id, ()),
    }  # fmt: skip
    note_fields(asking, row.id, purpose.id, [f"persons.{one}" for one in read if one in plain])
    told = {name: plain[name] for name in shown if name in plain}
    if "profile" in shown:
        told["profile"] = filled_about(asking, row.id, known["profile"].get(row.id, ()), purpose)
    if "phone" in shown and row.phone_sealed is not None:
        told["phone"] = _phone(asking, row, purpose)
    pair = pair_of(asking.session, asking.plugin_id, asking.community_id, "person", row.id)
    return Resident.model_validate({"id": pair, **told}).model_dump(mode="json")


def _phone(asking: Asking, row: Any, purpose: PurposeSeen) -> str:
    place = SealedPlace(table="persons", column="phone_sealed", row_id=row.id, community_id=row.community_id)
    return read_sealed(
        asking.session, row.phone_sealed, place, field_class=FieldClass.F2, subject_id=row.id, purpose=PURPOSE,
        reference=reference_for(asking.plugin_id, purpose.id), actor=asking.standing.actor, clock=asking.clock,
        right=None,
    )  # fmt: skip
