"""Whose app it is: which pages stand at the top for whom, and where he works."""

from collections.abc import Mapping, Sequence

from sqlmodel import Session

from app_shell.context import NavEntry
from core_db.foundation.actor import COMMITTEE, DISPATCHERS, Actor, Role
from core_db.foundation.clock import Clock
from core_db.places import building_names

DESK = NavEntry(href="/desk", icon="list-checks", label="待办")
INBOX = NavEntry(href="/inbox", icon="inbox", label="收到的派单")
BELOW = NavEntry(href="/below", icon="layers", label="各居村")
CASES = NavEntry(href="/cases", icon="folder-open", label="案件")
ENTER = NavEntry(href="/enter", icon="square-pen", label="代录")
FIGURES = NavEntry(href="/figures", icon="chart-column", label="数据")
POSTS = NavEntry(href="/posts", icon="users", label="岗位")
READS = NavEntry(href="/reads", icon="file-search", label="查看记录")
DEEDS = NavEntry(href="/deeds", icon="clipboard-list", label="操作记录")
RECORD = NavEntry(href="/record", icon="shield-check", label="核对点")
OPERATION = NavEntry(href="/operation", icon="settings", label="运行情况")
PLACES = NavEntry(href="/places", icon="building-2", label="楼栋")
ME = NavEntry(href="/me", icon="circle-user", label="我的")

#: The pages of a role, its first page first.
PAGES: Mapping[frozenset[Role], Sequence[NavEntry]] = {
    COMMITTEE: (DESK, CASES, ENTER, PLACES, FIGURES),
    #: Who fills posts; the committee's workers do not.
    frozenset({Role.SECRETARY}): (POSTS,),
    frozenset({Role.CONTRACTOR}): (INBOX, CASES),
    DISPATCHERS: (BELOW, CASES, FIGURES, POSTS),
    frozenset({Role.DISTRICT_ANALYST}): (FIGURES,),
    frozenset({Role.SECADMIN}): (POSTS,),
    frozenset({Role.AUDITOR}): (READS, DEEDS, RECORD),
    frozenset({Role.SYSADMIN}): (OPERATION,),
}


def nav(actor: Actor) -> Sequence[NavEntry]:
    """The main pages of whoever looks; those of all his roles, none twice."""
    if not actor.is_signed_in:
        return ()
    pages = [page for roles, pages in PAGES.items() if actor.has(*roles) for page in pages]
    return (*dict.fromkeys(pages), ME)


def first_page(actor: Actor) -> str:
    """Where somebody's day begins."""
    return nav(actor)[0].href


def seat_of(actor: Actor) -> str:
    """The node at which somebody works: his neighbourhood, town or district."""
    return actor.grants[0].place_id if actor.grants else ""


def own_buildings(session: Session, *, actor: Actor, clock: Clock) -> Sequence[tuple[str, str]]:  # noqa: ARG001 - a query
    """The buildings of whoever keeps a neighbourhood, by id and name; a town chooses none of its thousands."""
    return building_names(session, *committee_of(actor))


def committee_of(actor: Actor) -> tuple[str, ...]:
    """The neighbourhoods on whose committee somebody sits."""
    return tuple(dict.fromkeys(actor.places_as(COMMITTEE)))
