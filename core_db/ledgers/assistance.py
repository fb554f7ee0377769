"""The list of what committees help offices with (协助行政事务清单), with dates; a form outside it is flagged."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlmodel import Session

from core_db.access import Permission, require_at
from core_db.audit import record
from core_db.foundation.actor import COMMITTEE, Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.ids import new_id
from core_db.foundation.lean import dataclass
from core_db.foundation.outbox import emit
from core_db.ledgers.drafts import ItemDraft
from core_db.ledgers.model import ITEMS, AssistItem
from core_db.ledgers.nodes import chain_of, issuing_nodes, place_of
from core_db.ledgers.words import ListKind
from core_db.places import place_in_sight, scope_of
from core_db.places.rights import right_in
from plugins.sdk.events import AssistItemKept

MOST = 300
_EXAMPLE = "示例，请按本地公布的清单替换（上海 2015/16：居委会 37 项、村委会 46 项）"
#: Rows to begin with, told from the published kind of list and named as examples: the real list is the district's own.
EXAMPLES: Sequence[tuple[ListKind, str]] = (
    (ListKind.RESIDENTS, "协助做好人口信息登记和核对"),
    (ListKind.RESIDENTS, "协助做好最低生活保障、临时救助对象的入户调查和公示"),
    (ListKind.RESIDENTS, "协助做好老年人福利和养老服务的摸底、申请受理"),
    (ListKind.RESIDENTS, "协助做好残疾人服务和就业帮扶的信息核对"),
    (ListKind.RESIDENTS, "协助做好居民区消防安全宣传和隐患排查"),
    (ListKind.RESIDENTS, "协助做好爱国卫生和传染病防控的宣传动员"),
    (ListKind.RESIDENTS, "协助做好兵役登记"),
    (ListKind.VILLAGERS, "协助做好人口信息登记和核对"),
    (ListKind.VILLAGERS, "协助做好最低生活保障、临时救助对象的入户调查和公示"),
    (ListKind.VILLAGERS, "协助做好村民建房申请的现场核实"),
    (ListKind.VILLAGERS, "协助做好农业补贴对象的登记和公示"),
    (ListKind.VILLAGERS, "协助做好村容环境整治的宣传动员"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemSeen:
    """An item of a list in force."""

    id: str
    kind: ListKind
    number: int
    text: str
    source: str
    valid_from: date
    valid_to: date | None


def keep_item(session: Session, draft: ItemDraft, *, actor: Actor, clock: Clock) -> AssistItem:
    """Put an item on the list of a district or a town, from a day on."""
    place_in_sight(session, draft.place_id, actor=actor, clock=clock)
    place = place_of(session, draft.place_id)
    require_at(actor, Permission.ASSIST_KEEP, scope_of(place))
    item = AssistItem(id=new_id(), **draft.model_dump())
    session.add(item)
    session.flush()

    right = right_in(session, place.id, Permission.ASSIST_KEEP, actor=actor)
    record(
        session,
        action="assistance.kept",
        actor=actor,
        clock=clock,
        object="assist_items",
        reference=f"item/{item.id}",
        right=right,
    )
    fact = AssistItemKept(community_id=place.community_id or "", item_id=item.id)
    emit(session, fact, actor=actor, at=clock.now(), audience=[f"staff:{place.id}"], right=right)
    return item


def store_examples(session: Session, place_id: str, *, actor: Actor, clock: Clock) -> int:
    """Rows to begin with, where a place has no list yet. They say themselves that they are examples."""
    if session.execute(select(ITEMS.c.id).where(ITEMS.c.place_id == place_id)).first() is not None:
        return 0
    day, numbers = local_date(clock.now()), dict.fromkeys(ListKind, 0)
    for kind, text in EXAMPLES:
        numbers[kind] += 1
        draft = ItemDraft(
            place_id=place_id, kind=kind, number=numbers[kind], text=text, source=_EXAMPLE, valid_from=day
        )
        keep_item(session, draft, actor=actor, clock=clock)
    return len(EXAMPLES)


def items_in_force(session: Session, *, actor: Actor, clock: Clock) -> Sequence[ItemSeen]:
    """The lists that hold where the actor works, today."""
    nodes = (*issuing_nodes(actor), *actor.places_as(COMMITTEE))
    rows = session.execute(
        select(*(ITEMS.c[name] for name in ItemSeen.__dataclass_fields__))
        .where(ITEMS.c.place_id.in_(chain_of(session, nodes)), in_force(local_date(clock.now())))
        .order_by(ITEMS.c.kind, ITEMS.c.number, ITEMS.c.id)
        .limit(MOST)
    )
    return [ItemSeen(**row._mapping) for row in rows]


def in_force(day: date) -> ColumnElement[bool]:
    """The item holds on this day."""
    return (ITEMS.c.valid_from <= day) & or_(ITEMS.c.valid_to.is_(None), ITEMS.c.valid_to >= day)


def is_on_the_list(session: Session, item_id: str | None, place_id: str, *, on: date) -> bool:
    """Does the item stand on a list that holds for whoever asks, today?"""
    where = ITEMS.c.place_id.in_(chain_of(session, (place_id,)))
    found = select(ITEMS.c.id).where(ITEMS.c.id == item_id, where, in_force(on))
    return item_id is not None and session.execute(found).first() is not None
