"""Types of communities: the district's own list, with the days from and to which each holds."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlmodel import Session

from core_db.access import Permission, require_at
from core_db.audit import record
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.errors import CannotBeRead, NotFound
from core_db.foundation.ids import new_id
from core_db.foundation.lean import dataclass
from core_db.foundation.outbox import emit
from core_db.neighbourhood.drafts import CommunityTypeDraft
from core_db.neighbourhood.model import TYPES, CommunityType
from core_db.neighbourhood.words import EXAMPLE_TYPES
from core_db.places import Place, PlaceKind, place_in_sight, scope_of
from core_db.places.rights import right_in
from plugins.sdk.events import CommunityTypeSet


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeSeen:
    """A type of community."""

    code: str
    zh: str
    en: str
    valid_from: date
    valid_to: date | None

    def said(self, lang: str) -> str:
        return self.en if lang == "en" else self.zh


def set_community_type(
    session: Session, draft: CommunityTypeDraft, *, actor: Actor, clock: Clock
) -> CommunityType:
    """Configure a type from a day on; the same code and day again says it anew, a last day ends it."""
    place_in_sight(session, draft.district_id, actor=actor, clock=clock)
    district = session.get(Place, draft.district_id)
    if district is None or district.kind is not PlaceKind.DISTRICT:
        raise NotFound()
    require_at(actor, Permission.COMMUNITY_TYPE, scope_of(district))
    if draft.valid_to is not None and draft.valid_to < draft.valid_from:
        raise CannotBeRead({"valid_to": ("不能早于第一天。", "It cannot end before it begins.")})

    same = (TYPES.c.district_id == district.id, TYPES.c.code == draft.code)
    row = session.execute(select(CommunityType).where(*same, TYPES.c.valid_from == draft.valid_from)).scalar()
    row = row or CommunityType(
        id=new_id(), district_id=district.id, code=draft.code, zh="", en="", valid_from=draft.valid_from
    )
    row.zh, row.en, row.valid_to = draft.zh, draft.en, draft.valid_to
    session.add(row)
    session.flush()
    right = right_in(session, district.id, Permission.COMMUNITY_TYPE, actor=actor)
    record(
        session, action="community-type.set", actor=actor, clock=clock, object="community_types",
        reference=f"community-type/{draft.code}",
        right=right,
    )  # fmt: skip
    fact = CommunityTypeSet(community_id=district.id, code=draft.code)
    emit(session, fact, actor=actor, at=clock.now(), audience=[f"staff:{district.id}"], right=right)
    return row


def store_example_types(
    session: Session, district_id: str, *, valid_from: date, actor: Actor, clock: Clock
) -> None:
    """The seven types of the example, to try the figures with; their names say that they are one."""
    for code, (zh, en) in EXAMPLE_TYPES.items():
        draft = CommunityTypeDraft(district_id=district_id, code=code, zh=zh, en=en, valid_from=valid_from)
        set_community_type(session, draft, actor=actor, clock=clock)


def types_in_force(
    session: Session, district_id: str, *, on: date | None = None, actor: Actor, clock: Clock
) -> Sequence[TypeSeen]:
    """The types of a district on a day (today), in the order in which they were configured."""
    return _types(session, district_id, on or local_date(clock.now()))


def refuse_unknown_type(session: Session, code: str, district_id: str, *, on: date) -> None:
    """A community is of a type that its district has on that day."""
    if code not in {one.code for one in _types(session, district_id, on)}:
        raise CannotBeRead({
            "value": (
                "区里没有设这个类型，请从给出的选项中选。",
                "The district has no such type; please choose one of the options.",
            )
        })  # fmt: skip


def _types(session: Session, district_id: str, on: date) -> list[TypeSeen]:
    statement = (
        select(TYPES.c.code, TYPES.c.zh, TYPES.c.en, TYPES.c.valid_from, TYPES.c.valid_to)
        .where(TYPES.c.district_id == district_id, TYPES.c.valid_from <= on)
        .where(TYPES.c.valid_to.is_(None) | (TYPES.c.valid_to >= on))
        .order_by(TYPES.c.id)
    )
    # A later line of the same code says it anew.
    latest = {row.code: TypeSeen(**row._mapping) for row in session.execute(statement)}
    return list(latest.values())
