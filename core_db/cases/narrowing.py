"""Which cases a list holds: who asks, what he narrows it to, and the one statement that finds them.

Statements are put together from named conditions and kept, so that a list asked for a thousand times is
built once.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache, reduce
from operator import add
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Date,
    Integer,
    Select,
    TextClause,
    and_,
    bindparam,
    cast,
    literal_column,
    or_,
    select,
    text,
    true,
    type_coerce,
)
from sqlalchemy.types import NULLTYPE
from sqlmodel import Session

from core_db.cases.asked_for import refuse_what_is_not
from core_db.cases.awaiting import AWAITS_ME, AWAITS_WORD, WAITS_FOR_WORD, rated_since
from core_db.cases.indexes import BY_STAFF, ESCALATED
from core_db.cases.model import CASES, DISPATCHES, ENTRIES, PARTIES, SUPPORTS
from core_db.cases.numbering import parse_number, spellings
from core_db.cases.orders import FURTHEST, NEWEST, ORDERS
from core_db.cases.reference import reference_of
from core_db.cases.search import END, FOUND, conditions_that_find, ways_in_one, ways_in_several
from core_db.cases.transitions import OPEN
from core_db.cases.words import CaseStatus, Visibility
from core_db.foundation.actor import COMMITTEE, Actor, ActorKind, Role
from core_db.foundation.clock import local_date
from core_db.foundation.errors import CannotBeRead
from core_db.foundation.lean import dataclass
from core_db.foundation.tables import found_otherwise

#: What about a case waits for somebody, as one number: each of these a bit of it.
_WAITS: tuple[ColumnElement[bool], ...] = (
    CASES.c.contacted_at.is_(None), CASES.c.needs_review, CASES.c.has_new_message, CASES.c.urged_at.is_not(None),
    CASES.c.escalated_to.is_not(None),
)  # fmt: skip
_WAITING = reduce(add, (cast(one, Integer) * 2**place for place, one in enumerate(_WAITS))).label("waiting")
#: When something was last changed that is no new version, deadlines counted anew: only told apart, never read.
_CHANGED = type_coerce(CASES.c.updated_at, NULLTYPE).label("changed")
#: What a case is told apart by: enough to know whether what was made of it still holds.
KEYS = (
    CASES.c.seq, CASES.c.id, CASES.c.version, CASES.c.supporters, CASES.c.clock_state, CASES.c.community_id, _WAITING,
    _CHANGED,
)  # fmt: skip
COLUMNS = (
    *KEYS, CASES.c.town_id, CASES.c.district_id, CASES.c.needs_review, CASES.c.has_new_message, CASES.c.due_at,
    CASES.c.anonymous, CASES.c.number, CASES.c.status, CASES.c.category_code, CASES.c.nature, CASES.c.summary,
    CASES.c.text, CASES.c.place_id, CASES.c.place_label, CASES.c.place_note, CASES.c.visibility, CASES.c.lead_id,
    CASES.c.lead_name, CASES.c.clock_unit, CASES.c.clock_limit, CASES.c.clock_reason, CASES.c.resolved,
    CASES.c.satisfied, CASES.c.urgent, CASES.c.escalated_to, CASES.c.created_at, CASES.c.updated_at,
    CASES.c.contact_due_at, CASES.c.contacted_at, CASES.c.review_on, CASES.c.returns, CASES.c.handled_at,
    CASES.c.building_id, CASES.c.urged_at, CASES.c.asks_extension, CASES.c.overdue_reason, CASES.c.condition,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class CaseFilter:
    """What a list is narrowed to, its order, and the cursor: the `seq` of the last case seen, and what it stood by."""

    status: tuple[str, ...] = ()
    #: How far the part is that one's own organisation has of it.
    own_part: tuple[str, ...] = ()
    category: str | None = None
    handler: str | None = None
    mine: bool = False
    overdue: bool = False
    due_before: datetime | None = None
    to_review: bool = False
    #: Done, and the one who raised it has yet to say whether it is fixed; False: all that are not verified so.
    awaits_word: bool | None = None
    #: Verified, and it is the reader who has yet to say whether it is fixed; False: all the others.
    awaits_me: bool | None = None
    #: Verified and judged, with nothing to look at again: the committee closes it.
    to_close: bool = False
    new_message: bool = False
    #: Somebody asked to hurry, and nothing was done about it since.
    urged: bool = False
    #: Raised by others, and the reader said “me too”.
    supported: bool = False
    late_contact: bool = False
    escalated: bool = False
    #: Suspended, and the day has come on which it is to be looked at again.
    review_due: bool = False
    #: A later day was asked for, and nobody has answered.
    extension_asked: bool = False
    q: str | None = None
    building: str | None = None
    community: str | None = None
    town: str | None = None
    #: `newest`, or one of `orders.ORDERS`.
    order: str = NEWEST
    after: int | None = None
    after_at: datetime | None = None
    after_rank: int = 0
    limit: int = 50


_OWN = CASES.c.id.in_(select(PARTIES.c.case_id).where(PARTIES.c.account_id == bindparam("own")))
#: Said as the indexes over few cases say it, so that the database knows them again.
_IS_PUBLIC = CASES.c.visibility == literal_column(f"'{Visibility.PUBLIC}'")
_RUNS = CASES.c.clock_state == literal_column("'running'")
_HANDED = (
    select(DISPATCHES.c.case_id)
    .where(DISPATCHES.c.organisation_id.in_(bindparam("handed", expanding=True)))
    .where(DISPATCHES.c.is_current.is_(True))
)
_WITH_HANDLER = select(DISPATCHES.c.case_id).where(
    DISPATCHES.c.organisation_id == bindparam("handler"), DISPATCHES.c.is_current.is_(True)
)
#: Whether somebody has more cases than are found and sorted sooner than a district's newest are looked through.
MANY = 20_000
_MORE = _WITH_HANDLER.offset(MANY).limit(1)
#: The ways in which a case can exist for somebody. Each takes a value of its own name. One place is told from
#: several, because most people have one, and a list of unknown length is written out anew each time.
SCOPES: Mapping[str, ColumnElement[bool]] = {
    "own": _OWN,
    "public": and_(CASES.c.community_id == bindparam("public"), _IS_PUBLIC),
    "publics": and_(CASES.c.community_id.in_(bindparam("publics", expanding=True)), _IS_PUBLIC),
    "community": CASES.c.community_id == bindparam("community"),
    "communities": CASES.c.community_id.in_(bindparam("communities", expanding=True)),
    "town": CASES.c.town_id == bindparam("town"),
    "towns": CASES.c.town_id.in_(bindparam("towns", expanding=True)),
    "district": CASES.c.district_id == bindparam("district"),
    "districts": CASES.c.district_id.in_(bindparam("districts", expanding=True)),
    #: Newest first, a district is walked by `seq`: nearly every case is one of its own, so no index says it.
    "whole_district": found_otherwise(CASES.c.district_id) == bindparam("district"),
    "handed": CASES.c.id.in_(_HANDED),
    "all": true(),
}

Scopes = Mapping[str, Any]
#: All that happens somewhere: the places by whose words the search finds for whoever works there.
LEVELS = frozenset({"community", "communities", "town", "towns", "district", "districts", "whole_district"})

CONDITIONS: Mapping[str, ColumnElement[bool] | TextClause] = {
    "status": CASES.c.status.in_(bindparam("status", expanding=True)),
    "category": CASES.c.category_code == bindparam("category"),
    # A class stands for its sub-classes, whose codes begin with it.
    "class": and_(
        CASES.c.category_code >= bindparam("category"), CASES.c.category_code <= bindparam("category_end")
    ),
    "handler": CASES.c.id.in_(_WITH_HANDLER),
    "busy_handler": _WITH_HANDLER.where(DISPATCHES.c.case_id == CASES.c.id).correlate(CASES).exists(),
    "own_part": CASES.c.id.in_(
        select(DISPATCHES.c.case_id).where(
            DISPATCHES.c.organisation_id.in_(bindparam("ours", expanding=True)),
            DISPATCHES.c.is_current.is_(True),
            DISPATCHES.c.status.in_(bindparam("own_part", expanding=True)),
        )
    ),
    "overdue": and_(_RUNS, CASES.c.due_at < bindparam("now")),
    "due_soon": and_(
        _RUNS,
        CASES.c.due_at >= bindparam("now"),
        CASES.c.due_at < bindparam("due_before"),
    ),
    "to_review": text("needs_review"),
    "awaits_word": WAITS_FOR_WORD,
    "awaits_none": or_(CASES.c.status != CaseStatus.VERIFIED, ~AWAITS_WORD),
    "awaits_me": AWAITS_ME,
    "awaits_others": ~AWAITS_ME,
    "to_close": and_(CASES.c.status == CaseStatus.VERIFIED, ~AWAITS_WORD, CASES.c.needs_review.is_(False)),
    "new_message": text("has_new_message"),
    "urged": text("urged_at IS NOT NULL"),
    "late_contact": and_(
        CASES.c.contacted_at.is_(None),
        CASES.c.contact_due_at < bindparam("now"),
        # Most that wait for a first word are new; what the platform registered by itself waits, too.
        CASES.c.status.in_(sorted(OPEN)),
    ),
    "escalated": text(ESCALATED),
    "extension_asked": text("asks_extension"),
    "review_due": and_(
        CASES.c.status == CaseStatus.SUSPENDED, CASES.c.review_on <= bindparam("today", type_=Date())
    ),
    "building": CASES.c.building_id == bindparam("building"),
    "within": CASES.c.community_id == bindparam("within"),
    "in_town": CASES.c.town_id == bindparam("in_town"),
    "mine": CASES.c.id.in_(
        select(ENTRIES.c.case_id).where(ENTRIES.c.by_id == bindparam("me"), text(BY_STAFF))
    ),
    "supported": CASES.c.id.in_(select(SUPPORTS.c.case_id).where(SUPPORTS.c.account_id == bindparam("me"))),
    "number": CASES.c.number.in_(bindparam("number", expanding=True)),
    "nothing": CASES.c.seq < 0,
    "after": CASES.c.seq < bindparam("after"),
    **{f"after_{name}": order.beyond for name, order in ORDERS.items()},
}
#: What has an index of its own at each level, or finds a few cases by themselves.
INDEXED = frozenset(
    {
        "status", "overdue", "due_soon", "to_review", "awaits_word", "late_contact", "escalated", "within", "in_town",
        "number", "found", "nothing", "review_due", "to_close",
    }
)  # fmt: skip
#: What finds a few cases by itself, whosever they are: a district's own index would say nearly all of them.
FEW_ANYWHERE = frozenset({"extension_asked", "urged", "new_message", "mine", "handler"})


@lru_cache(maxsize=512)
def _statement(
    what: str, scopes: tuple[str, ...], conditions: tuple[str, ...], order: str, dialect: str
) -> Select[Any]:  # fmt: skip
    """A list's statement; made once for each combination of conditions and each order."""
    columns = KEYS if what == "keys" else COLUMNS
    statement: Select[Any] = select(*columns).where(or_(*(SCOPES[one] for one in scopes)))
    for name in conditions:
        statement = statement.where(_condition(name, dialect))
    if order == NEWEST:
        # Few are sorted sooner than the table is walked for them.
        few = scopes == ("whole_district",) and FEW_ANYWHERE.intersection(conditions)
        newest = found_otherwise(CASES.c.seq) if few else CASES.c.seq
        return statement.order_by(newest.desc()).limit(bindparam("most"))
    ordered = ORDERS[order]
    return statement.add_columns(*ordered.columns).order_by(*ordered.by).limit(bindparam("most"))


def _condition(name: str, dialect: str) -> Any:
    if name in FOUND:
        return text(FOUND[name][dialect])
    if name.startswith("word"):
        # The index knows pairs of characters; the words themselves are looked for again in the few hits.
        said: BindParameter[str] = bindparam(name)
        columns = (CASES.c.text, CASES.c.number, CASES.c.place_label, CASES.c.place_note)
        return or_(*(column.ilike(said, escape="\\") for column in columns))
    return CONDITIONS[name]


def scopes_of(actor: Actor) -> Scopes:
    """What exists for the actor, as names of scopes with their values; agrees with `visible_to`."""
    if actor.kind is ActorKind.SYSTEM:
        return {"all": None}
    own = {"own": actor.id} if actor.kind is ActorKind.RESIDENT else {}
    handed = (
        {"handed": list(actor.organisations)} if actor.has(Role.CONTRACTOR) and actor.organisations else {}
    )
    return (
        own
        | public_near(actor)
        | _at(("community", "communities"), actor.places_as(COMMITTEE))
        | _at(("town", "towns"), actor.places_as({Role.TOWN_DISPATCHER}))
        | _at(("district", "districts"), actor.places_as({Role.DISTRICT_DISPATCHER}))
        | handed
    )


def public_near(actor: Actor) -> dict[str, Any]:
    """The public cases of the neighbourhoods the resident lives in."""
    return _at(("public", "publics"), actor.communities)


def _at(names: tuple[str, str], places: Sequence[str]) -> dict[str, Any]:
    one, several = names
    if len(places) == 1:
        return {one: places[0]}
    return {several: list(places)} if places else {}


def _asked(wanted: CaseFilter, actor: Actor, now: datetime) -> dict[str, dict[str, Any]]:
    """The conditions of a filter with their values, in a fixed order."""
    code = wanted.category or ""
    said: dict[str, tuple[bool, dict[str, Any]]] = {
        "status": (bool(wanted.status), {"status": [_status(one) for one in wanted.status]}),
        "own_part": (
            bool(wanted.own_part),
            {"own_part": list(wanted.own_part), "ours": list(actor.organisations)},
        ),
        "category": (len(code) > 2, {"category": code}),
        "class": (0 < len(code) <= 2, {"category": code, "category_end": code + "99"}),
        "handler": (bool(wanted.handler), {"handler": wanted.handler}),
        "overdue": (wanted.overdue, {"now": now}),
        "due_soon": (wanted.due_before is not None, {"now": now, "due_before": wanted.due_before}),
        "to_review": (wanted.to_review, {}),
        "awaits_word": (wanted.awaits_word is True, {}),
        "awaits_none": (wanted.awaits_word is False, {}),
        "awaits_me": (wanted.awaits_me is True, {"me": actor.id}),
        "awaits_others": (wanted.awaits_me is False, {"me": actor.id}),
        "to_close": (wanted.to_close, {}),
        "new_message": (wanted.new_message, {}),
        "urged": (wanted.urged, {}),
        "late_contact": (wanted.late_contact, {"now": now}),
        "escalated": (wanted.escalated, {}),
        "extension_asked": (wanted.extension_asked, {}),
        "review_due": (wanted.review_due, {"today": local_date(now)}),
        "building": (bool(wanted.building), {"building": wanted.building}),
        "within": (bool(wanted.community), {"within": wanted.community}),
        "in_town": (bool(wanted.town), {"in_town": wanted.town}),
        "mine": (wanted.mine, {"me": actor.id}),
        "supported": (wanted.supported, {"me": actor.id}),
        **_beyond(wanted),
    }
    return {name: values for name, (holds, values) in said.items() if holds}


def _beyond(wanted: CaseFilter) -> dict[str, tuple[bool, dict[str, Any]]]:
    """What goes on behind the last case that was seen, in the list's own order."""
    goes_on, here = wanted.after is not None, {"after": wanted.after}
    if wanted.order == NEWEST:
        return {"after": (goes_on, here)}
    ranked = {} if ORDERS[wanted.order].rank is None else {"after_rank": wanted.after_rank}
    return {f"after_{wanted.order}": (goes_on, here | {"after_at": wanted.after_at} | ranked)}


def _status(said: str) -> CaseStatus:
    try:
        return CaseStatus(said)
    except ValueError:
        raise CannotBeRead({"status": ("没有这个状态。", "There is no such status.")}) from None


def _searched(wanted: CaseFilter, actor: Actor, dialect: str, letters: str) -> dict[str, dict[str, Any]]:
    """The conditions that find words: a number as people say it, or words in the index and again in the text."""
    said = wanted.q or ""
    number = parse_number(said, prefix=letters)
    if number is not None:
        return {"number": {"number": spellings(number, said)}}
    before = END if wanted.after is None or wanted.order != NEWEST else wanted.after
    found = conditions_that_find(said, within=_search_scope(wanted, actor), before=before, dialect=dialect)
    return found or {"nothing": {}}


def _search_scope(wanted: CaseFilter, actor: Actor) -> tuple[str, ...]:
    """The places a search can be narrowed to; none for those who see single cases only."""
    if wanted.community or wanted.town:
        return (wanted.community or wanted.town or "",)
    if actor.kind is ActorKind.RESIDENT:
        return actor.communities if len(actor.communities) == 1 else ()
    places = actor.places_as({*COMMITTEE, Role.TOWN_DISPATCHER, Role.DISTRICT_DISPATCHER})
    return () if actor.organisations else tuple(dict.fromkeys(places))


def _by_how_many(connection: Connection, asked: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """A large firm has a good part of a district: its newest are soon met among all, and never all sorted."""
    # PostgreSQL is no slower as it is, and would ask of each that is counted whether it may be seen.
    has_many = connection.dialect.name == "sqlite" and connection.execute(_MORE, asked["handler"]).first()
    return {"busy_handler" if has_many and name == "handler" else name: of for name, of in asked.items()}


def found_cases(
    session: Session, what: str, wanted: CaseFilter, scopes: Scopes, *, actor: Actor, now: datetime
) -> Sequence[Any]:
    """The rows of a page and one more, by which one knows whether there is a next page. `what`: `keys` or `rows`."""
    if not scopes:
        return []
    refuse_what_is_not(
        session, actor=actor, limit=wanted.limit, category=wanted.category, handler=wanted.handler,
        places={"building": wanted.building, "community": wanted.community, "town": wanted.town},
    )  # fmt: skip
    connection = session.connection()
    dialect, letters = connection.dialect.name, reference_of(session).letters_of(None)
    asked = _asked(wanted, actor, now) | (_searched(wanted, actor, dialect, letters) if wanted.q else {})
    names = tuple(scopes)
    if names == ("district",) and "handler" in asked and wanted.order == NEWEST:
        asked = _by_how_many(connection, asked)
    if names == ("district",) and FEW_ANYWHERE & asked.keys():
        names = ("whole_district",)
    elif names == ("district",) and wanted.order == NEWEST and not INDEXED & asked.keys():
        names, asked = ("whole_district",), {"after": {"after": FURTHEST}} | asked
    params: dict[str, Any] = {name: value for name, value in scopes.items() if name != "all"}
    for values in asked.values():
        params |= values
    if not asked.keys().isdisjoint(("awaits_word", "awaits_me", "awaits_others")):
        params |= rated_since(session, now)
    params |= {"most": wanted.limit + 1}
    if "found" in asked and wanted.order == NEWEST:
        return _among_the_latest_first(connection, what, names, asked, params)
    return connection.execute(_statement(what, names, tuple(asked), wanted.order, dialect), params).all()


def _among_the_latest_first(
    connection: Connection, what: str, names: tuple[str, ...], asked: Mapping[str, Any], params: dict[str, Any]
) -> Sequence[Any]:  # fmt: skip
    """Most words are said often enough of late; only for those that are not are all years gone through."""
    rows: Sequence[Any] = []
    page = {"hits": params["most"]} if asked.keys() <= {"found", "after"} and LEVELS.issuperset(names) else {}
    ways = ways_in_one if names == ("community",) else ways_in_several
    for found, values in ways(connection, params["before"], page):
        conditions = tuple(found if name == "found" else name for name in asked)
        statement = _statement(what, names, conditions, NEWEST, connection.dialect.name)
        rows = connection.execute(statement, params | values).all()
        if len(rows) == params["most"]:
            break
    return rows
