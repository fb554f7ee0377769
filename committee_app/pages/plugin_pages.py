"""Plugins' own pages and cards in the committee's app: what their slots here can be about."""

from collections.abc import Sequence

from app_shell.plugin_pages import AppOfPlugins, Sight, plugin_pages
from app_shell.routing import Access
from app_shell.words import _
from app_shell.work import Work
from committee_app.roles import committee_of
from core_db.cases import cases_in_sight
from core_db.people import household_in_sight, people_in_sight


async def _cases(work: Work, ids: Sequence[str]) -> Sequence[Sight]:
    found = await work.read(cases_in_sight, ids)
    return [Sight(id=one.id, community_id=one.community_id, label=one.number) for one in found]


async def _people(work: Work, ids: Sequence[str]) -> Sequence[Sight]:
    found = await work.read(people_in_sight, ids)
    return [Sight(id=one.id, community_id=one.community_id, label=one.name) for one in found]


async def _household(work: Work, ids: Sequence[str]) -> Sequence[Sight]:
    found = [await work.read(household_in_sight, one) for one in ids[:1]]
    return [Sight(id=one.id, community_id=one.community_id, label=one.label) for one in found]


router = plugin_pages(
    AppOfPlugins(
        name="committee", access=Access.COMMITTEE, communities=lambda work: committee_of(work.actor), tells_away=True,
        slots={
            "committee.home.cards": None, "committee.reports": None, "committee.case.panels": _cases,
            "committee.case.actions": _cases, "committee.plugin.status": None,
            "committee.resident.panels": _people, "committee.household.panels": _household,
            "committee.case.list.columns": _cases, "committee.resident.list.columns": _people,
        },
        of_itself=frozenset({"committee.plugin.status"}),
        columns=frozenset({"committee.case.list.columns", "committee.resident.list.columns"}),
        links=lambda: ((_("管理应用"), "/plugins"),),
    )
)  # fmt: skip
