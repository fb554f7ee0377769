"""The dictionary: what tags there are, for whom, on what ground. Each serves its place and all below it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlmodel import Session

from core_db.access import MAY_AT, Permission, may_at, require_at
from core_db.audit import record
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.errors import NotFound
from core_db.foundation.ids import is_id, new_id
from core_db.foundation.lean import dataclass
from core_db.foundation.outbox import emit
from core_db.places import PLACES, Place, PlaceKind, Scope, lies_below, place_in_sight, scope_of
from core_db.places.rights import right_in
from core_db.tags.drafts import DefinitionDraft
from core_db.tags.errors import NoLongerGiven, TagExists
from core_db.tags.model import DEFINITIONS, TagDefinition
from core_db.tags.words import TagClass
from plugins.sdk.events import TagDefined, TagRetired

#: Where a dictionary is kept.
LEVELS = (PlaceKind.DISTRICT, PlaceKind.TOWN, PlaceKind.COMMUNITY)
MOST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class TagWord:
    """A word of the dictionary as it is read."""

    id: str
    place_id: str
    place_name: str
    level: PlaceKind
    code: str
    name: str
    name_en: str
    kind: TagClass
    sensitive: bool
    legal_basis: str
    valid_days: int | None
    review_days: int | None
    active_from: date
    active_to: date | None
    may_retire: bool

    def within(self, lang: str) -> str:
        return self.name_en if lang == "en" and self.name_en else self.name

    def is_active(self, on: date) -> bool:
        return self.active_from <= on and (self.active_to is None or on <= self.active_to)


def define_tag(session: Session, draft: DefinitionDraft, *, actor: Actor, clock: Clock) -> TagDefinition:
    """Put a word into the dictionary of a neighbourhood, a town or the district."""
    place = session.get(Place, draft.place_id) if is_id(draft.place_id) else None
    if place is None or place.kind not in LEVELS:
        raise NotFound()
    place_in_sight(session, place.id, actor=actor, clock=clock)
    require_at(actor, Permission.TAG_DEFINE, scope_of(place))
    same = or_(DEFINITIONS.c.code == draft.code, DEFINITIONS.c.name == draft.name)
    in_use = same & (DEFINITIONS.c.active_to.is_(None) | (DEFINITIONS.c.code == draft.code))
    if session.execute(select(DEFINITIONS.c.id).where(DEFINITIONS.c.place_id == place.id, in_use)).first():
        raise TagExists()

    now = clock.now()
    definition = TagDefinition(
        id=new_id(), place_id=place.id, code=draft.code, name=draft.name, name_en=draft.name_en, kind=draft.kind,
        sensitive=draft.is_sensitive, legal_basis=draft.legal_basis, valid_days=draft.valid_days,
        review_days=draft.review_days, active_from=draft.active_from or local_date(now), made_by=actor.id, made_at=now,
    )  # fmt: skip
    session.add(definition)
    session.flush()

    right = right_in(session, place.id, Permission.TAG_DEFINE, actor=actor)
    record(
        session, action="tag.defined", actor=actor, clock=clock, object=f"tag/{definition.id}",
        reference=f"place/{place.id}", right=right,
    )  # fmt: skip
    fact = TagDefined(
        community_id=place.community_id or "", definition_id=definition.id, code=definition.code
    )
    emit(session, fact, actor=actor, at=now, audience=[f"staff:{place.id}"], right=right)
    return definition


def retire_tag(session: Session, definition_id: str, *, actor: Actor, clock: Clock) -> TagDefinition:
    """Give a tag to nobody any more from tomorrow on; who bears it bears it until it runs out or is taken off."""
    definition = session.get(TagDefinition, definition_id) if is_id(definition_id) else None
    place = session.get(Place, definition.place_id) if definition is not None else None
    if definition is None or place is None or not _is_seen_from(session, place, actor):
        raise NotFound()
    require_at(actor, Permission.TAG_DEFINE, scope_of(place))
    now = clock.now()
    if definition.active_to is not None:
        raise NoLongerGiven()

    definition.active_to = local_date(now)
    session.flush()
    right = right_in(session, place.id, Permission.TAG_DEFINE, actor=actor)
    record(
        session, action="tag.retired", actor=actor, clock=clock, object=f"tag/{definition.id}",
        reference=f"place/{place.id}", right=right,
    )  # fmt: skip
    fact = TagRetired(
        community_id=place.community_id or "", definition_id=definition.id, code=definition.code
    )
    emit(session, fact, actor=actor, at=now, audience=[f"staff:{place.id}"], right=right)
    return definition


def tag_dictionary(session: Session, *, actor: Actor, clock: Clock) -> Sequence[TagWord]:
    """The words in force where the actor works: those of his places and of all above them; the retired last."""
    nodes = _nodes(actor)
    mine = PLACES.alias()
    above = select(mine.c.id).where(mine.c.id.in_(nodes)).union(
        *(select(mine.c[name]).where(mine.c.id.in_(nodes), mine.c[name].is_not(None))
          for name in ("town_id", "district_id"))
    )  # fmt: skip
    statement = _WORD.where(DEFINITIONS.c.place_id.in_(above)).order_by(
        DEFINITIONS.c.active_to.is_not(None), PLACES.c.sort, DEFINITIONS.c.kind, DEFINITIONS.c.code
    )
    return [_word(row, actor) for row in session.execute(statement.limit(MOST))]


def words_for(session: Session, community_id: str, *, actor: Actor, on: date) -> Sequence[TagWord]:
    """What may be given to somebody of a neighbourhood on a day; sensitive ones by those alone who may see them."""
    place = session.get(Place, community_id)
    sees_all = place is not None and sees_sensitive(actor, scope_of(place))
    return [
        one
        for one in words_in_use(session, community_id, actor=actor, on=on)
        if sees_all or not one.sensitive
    ]


def words_in_use(session: Session, community_id: str, *, actor: Actor, on: date) -> Sequence[TagWord]:
    """What the dictionaries that serve a neighbourhood have on a day. The words are no secret; who bears one may be."""
    rows = session.execute(
        _WORD.where(_serves(community_id)).order_by(DEFINITIONS.c.kind, DEFINITIONS.c.code)
    )
    return [one for one in (_word(row, actor) for row in rows) if one.is_active(on)]


def words_by_id(session: Session, ids: Sequence[str], *, actor: Actor) -> Mapping[str, TagWord]:
    """Words of the dictionary by their ids, the retired too."""
    return {row.id: _word(row, actor) for row in session.execute(_WORD.where(DEFINITIONS.c.id.in_(ids)))}


def word_serving(session: Session, definition_id: str, community_id: str) -> Any:
    """A row of the dictionary that serves a neighbourhood; None where there is none."""
    return session.execute(_WORD.where(DEFINITIONS.c.id == definition_id, _serves(community_id))).first()


def sees_sensitive(actor: Actor, scope: Scope) -> bool:
    """May the actor know which sensitive tags somebody there bears?"""
    return may_at(actor, Permission.TAG_SENSITIVE, scope)


_WORD = select(
    *(DEFINITIONS.c[name] for name in (
        "id", "place_id", "code", "name", "name_en", "kind", "sensitive", "legal_basis", "valid_days", "review_days",
        "active_from", "active_to",
    )),
    PLACES.c.name.label("place_name"), PLACES.c.kind.label("level"), PLACES.c.community_id, PLACES.c.town_id,
    PLACES.c.district_id,
).join(PLACES, PLACES.c.id == DEFINITIONS.c.place_id)  # fmt: skip


def _serves(community_id: str) -> ColumnElement[bool]:
    """The words of a neighbourhood, its town and its district."""
    here = PLACES.alias()
    nodes = [
        select(here.c[name]).where(here.c.id == community_id) for name in ("id", "town_id", "district_id")
    ]
    return or_(*(DEFINITIONS.c.place_id == one.scalar_subquery() for one in nodes))


def _word(row: Any, actor: Actor) -> TagWord:
    values = dict(row._mapping)
    scope = Scope(*(values.pop(name) or "" for name in ("community_id", "town_id", "district_id")))
    may_retire = values["active_to"] is None and may_at(actor, Permission.TAG_DEFINE, scope)
    return TagWord(**values, may_retire=may_retire)


def _nodes(actor: Actor) -> tuple[str, ...]:
    return actor.places_as(MAY_AT[Permission.TAG_KEEP] | MAY_AT[Permission.TAG_DEFINE])


def _is_seen_from(session: Session, place: Place, actor: Actor) -> bool:
    """Somebody sees the dictionary of his own place, of those above it and of those below it."""
    nodes = _nodes(actor)
    above = PLACES.c.id.in_(nodes) & or_(PLACES.c.id == place.id, PLACES.c.town_id == place.id,
                                         PLACES.c.district_id == place.id)  # fmt: skip
    below = (PLACES.c.id == place.id) & lies_below(nodes) if nodes else above
    return session.execute(select(PLACES.c.id).where(or_(above, below))).first() is not None


def places_with_dictionary(session: Session, *, actor: Actor, clock: Clock) -> Sequence[tuple[str, str]]:
    """Where the actor may put a word into the dictionary: (id, name)."""
    nodes = actor.places_as(MAY_AT[Permission.TAG_DEFINE])
    rows = session.execute(
        select(PLACES.c.id, PLACES.c.name).where(PLACES.c.id.in_(nodes), PLACES.c.kind.in_(LEVELS))
    )
    return [(row.id, row.name) for row in rows]
