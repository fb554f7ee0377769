"""Tables for others: masked from the start, so that no list of telephones leaves the house by this way."""

from collections.abc import Iterator, Sequence

from sqlmodel import Session, col, select

from core_db.cases.configured import Category
from core_db.cases.model import Case
from core_db.cases.words import CHANNEL_WORDS, NATURE_WORDS, STATUS_WORDS, VISIBILITY_WORDS
from core_db.foundation.actor import Actor, ActorKind
from core_db.foundation.clock import Clock
from core_db.foundation.errors import NotPermitted
from core_db.foundation.spelled import masked_numbers
from core_db.people import people_of
from core_db.places import Building, Place, PlaceKind
from core_db.sheets import Cell

PEOPLE_HEADINGS = ("姓名", "手机", "住处")
PLACE_HEADINGS = ("类型", "名称", "全称", "二维码")
CASE_HEADINGS = (
    "编号", "状态", "类别", "性质", "渠道", "公开", "地点", "内容", "承办单位", "提出时间", "期限", "办结时间",
    "附议", "满意度",
)  # fmt: skip
_KIND_WORDS = {
    PlaceKind.COMMUNITY: "居村",
    PlaceKind.ESTATE: "小区",
    PlaceKind.BUILDING: "楼栋",
    PlaceKind.HOME: "房屋",
}
AT_ONCE = 500


def people_rows(
    session: Session, community_id: str, *, actor: Actor, clock: Clock
) -> Iterator[Sequence[Cell]]:
    """A neighbourhood's register: names, doors, masked telephones."""
    _must_be_the_house(actor)
    after: str | None = None
    while some := people_of(session, community_id, after=after, limit=AT_ONCE, actor=actor, clock=clock):
        yield from ((person.name, person.phone, person.home) for person in some)
        after = some[-1].id


def place_rows(
    session: Session, community_id: str, *, actor: Actor, clock: Clock
) -> Iterator[Sequence[Cell]]:
    """A neighbourhood's places in the order people count, with the codes of the posters."""
    _must_be_the_house(actor)
    statement = (
        select(Place, Building.code)
        .join(Building, col(Building.id) == col(Place.id), isouter=True)
        .where(Place.community_id == community_id, col(Place.ended_at).is_(None))
        .order_by(Place.sort, Place.id)
    )
    for place, code in session.exec(statement):
        yield (_KIND_WORDS[place.kind], place.name, place.label, code)


def case_rows(session: Session, community_id: str, *, actor: Actor, clock: Clock) -> Iterator[Sequence[Cell]]:
    """A neighbourhood's cases, oldest first; nobody's name, and numbers in the text are masked."""
    _must_be_the_house(actor)
    names = dict(iter(session.exec(select(Category.code, Category.name_zh))))
    after = 0
    statement = select(Case).where(Case.community_id == community_id).order_by(col(Case.seq)).limit(AT_ONCE)
    while some := session.exec(statement.where(col(Case.seq) > after)).all():
        yield from (_case(case, names) for case in some)
        after = some[-1].seq or 0
        session.expunge_all()


def _must_be_the_house(actor: Actor) -> None:
    """Whole tables leave by the command alone, which the operator types; nobody else has such a right yet."""
    if actor.kind is not ActorKind.SYSTEM:
        raise NotPermitted()


def _case(case: Case, names: dict[str, str]) -> Sequence[Cell]:
    return (
        case.number, STATUS_WORDS[case.status].zh, names.get(case.category_code, case.category_code),
        NATURE_WORDS[case.nature].zh, CHANNEL_WORDS[case.channel].zh, VISIBILITY_WORDS[case.visibility].zh,
        case.place_label, masked_numbers(case.text), case.lead_name, case.created_at, case.due_at, case.closed_at,
        case.supporters, case.satisfied,
    )  # fmt: skip
