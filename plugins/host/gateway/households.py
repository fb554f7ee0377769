"""What a plugin is told of households: those of their people who agreed, and nobody else."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import ColumnElement, Row, Table, or_, select

from core_db.foundation.clock import local_date
from core_db.installs.consents import agreed_to
from core_db.installs.pairs import pair_of, person_behind
from core_db.installs.sheets import PurposeSeen
from core_db.people import RELATION_WORDS
from core_db.people.model import Household as Kept
from core_db.people.queries import PERSONS, RESIDENCIES
from plugins.host.gateway.gates import Asking
from plugins.host.gateway.noting import Answer, must_be_within_the_day, note_fields, tell_of_many
from plugins.sdk.told import Household, Member

HOUSEHOLDS = cast(Table, Kept.__table__)  # type: ignore[attr-defined]
FIELDS = ("household",)
Asked = Mapping[str, Any]


def of_resident(asking: Asking, asked: Asked) -> Answer:
    """Those somebody belongs to today; none of whoever did not agree, and for an id that leads to nobody."""
    purpose = _purpose(asking, asked)
    person_id = person_behind(asking.session, asking.plugin_id, asking.community_id, asked["resident"])
    asking.must_be_himself(person_id)
    before = must_be_within_the_day(asking)
    if person_id is None or person_id not in _agreed(asking, purpose, [person_id]):
        return Answer(value=[], is_withheld=True, purpose=purpose.id, fields=FIELDS)
    his = select(RESIDENCIES.c.household_id).where(RESIDENCIES.c.person_id == person_id, _now(asking))
    return _told(asking, purpose, _members(asking, HOUSEHOLDS.c.id.in_(his)), before)


def household(asking: Asking, asked: Asked) -> Answer:
    """One by the plugin's own id for it; None where nobody of it agreed, and for an id that leads to none."""
    purpose = _purpose(asking, asked)
    household_id = person_behind(asking.session, asking.plugin_id, asking.community_id, asked["id"])
    before = must_be_within_the_day(asking)
    members = _members(asking, HOUSEHOLDS.c.id == household_id) if household_id is not None else []
    if asking.is_for_resident and not asking.himself() & {one.person_id for one in members}:
        members = []
    answer = _told(asking, purpose, members, before)
    (found,) = answer.value or [None]
    return Answer(
        value=found, is_withheld=found is None, purpose=purpose.id, fields=FIELDS, subjects=answer.subjects
    )


def _purpose(asking: Asking, asked: Asked) -> PurposeSeen:
    asking.must_be_open(["household:read"])
    return asking.purpose(asked["purpose"], FIELDS)


def _agreed(asking: Asking, purpose: PurposeSeen, people: Sequence[str]) -> frozenset[str]:
    return agreed_to(asking.session, asking.plugin_id, asking.community_id, purpose, people)


def _now(asking: Asking) -> ColumnElement[bool]:
    return or_(RESIDENCIES.c.valid_to.is_(None), RESIDENCIES.c.valid_to >= local_date(asking.clock.now()))


def _members(asking: Asking, which: ColumnElement[bool]) -> Sequence[Row[Any]]:
    """Everybody of these households today, whoever has belonged to one longest first."""
    rows = (
        select(HOUSEHOLDS.c.id, HOUSEHOLDS.c.head_id, RESIDENCIES.c.person_id, RESIDENCIES.c.relation)
        .join_from(HOUSEHOLDS, RESIDENCIES, RESIDENCIES.c.household_id == HOUSEHOLDS.c.id)
        .join(PERSONS, PERSONS.c.id == RESIDENCIES.c.person_id)
        .where(
            which, _now(asking), HOUSEHOLDS.c.community_id == asking.community_id,
            PERSONS.c.community_id == asking.community_id, PERSONS.c.merged_into_id.is_(None),
            PERSONS.c.died_on.is_(None), PERSONS.c.name != "",
        )
    )  # fmt: skip
    return asking.session.execute(rows.order_by(RESIDENCIES.c.valid_from, RESIDENCIES.c.id)).all()


# -- telling ----------------------------------------------------------------------------------------


def _told(asking: Asking, purpose: PurposeSeen, members: Sequence[Row[Any]], before: int) -> Answer:
    """Of these households those with anybody in them who agreed; that they were seen is written for each."""
    agreed = _agreed(asking, purpose, list(dict.fromkeys(one.person_id for one in members)))
    if asking.is_for_resident:
        # Whoever looks at the page may see nobody but himself.
        agreed &= asking.himself()
    shown = [one for one in members if one.person_id in agreed]
    for person_id in dict.fromkeys(one.person_id for one in shown):
        note_fields(asking, person_id, purpose.id, ["residencies.household"])
    subjects = len({one.person_id for one in shown})
    tell_of_many(asking, before, subjects)
    value = [_one(asking, household_id, members, shown) for household_id in _ids(shown)]
    return Answer(value=value, purpose=purpose.id, fields=FIELDS, subjects=subjects)


def _ids(members: Sequence[Row[Any]]) -> list[str]:
    return list(dict.fromkeys(one.id for one in members))


def _one(
    asking: Asking, household_id: str, members: Sequence[Row[Any]], shown: Sequence[Row[Any]]
) -> dict[str, Any]:  # fmt: skip
    everybody = {one.person_id for one in members if one.id == household_id}
    return Household(
        id=pair_of(asking.session, asking.plugin_id, asking.community_id, "household", household_id),
        members=tuple(_member(asking, one) for one in shown if one.id == household_id),
        lives_alone=len(everybody) == 1,
    ).model_dump(mode="json")


def _member(asking: Asking, row: Row[Any]) -> Member:
    pair = pair_of(asking.session, asking.plugin_id, asking.community_id, "person", row.person_id)
    said = RELATION_WORDS[row.relation][1] if row.relation in RELATION_WORDS else None
    return Member(resident=pair, is_head=row.person_id == row.head_id, relation=said)
