"""Plugins' own pages and cards in the residents' app: what their slots here can be about."""

from collections.abc import Sequence

from app_shell.plugin_pages import AppOfPlugins, Sight, plugin_pages
from app_shell.routing import Access
from app_shell.words import _
from app_shell.work import Work
from core_db.cases import cases_in_sight
from resident_app.where import own_categories


async def _cases(work: Work, ids: Sequence[str]) -> Sequence[Sight]:
    found = await work.read(cases_in_sight, ids)
    return [Sight(id=one.id, community_id=one.community_id, label=one.number) for one in found]


async def _categories(work: Work, codes: Sequence[str]) -> Sequence[Sight]:
    found = await work.read(own_categories)
    return [
        Sight(id=code, community_id=community_id, label=name)
        for community_id, code, name in found
        if code in codes
    ]


router = plugin_pages(
    AppOfPlugins(
        name="resident", access=Access.RESIDENT, communities=lambda work: work.actor.communities,
        slots={
            "resident.home.cards": None, "resident.profile.sections": None, "resident.consents.notes": None,
            "resident.case.panels": _cases, "resident.case.form": _categories,
        },
        of_itself=frozenset({"resident.consents.notes"}),
        links=lambda: ((_("我的授权"), "/me/plugins"), (_("应用的消息"), "/me/messages")),
    )
)  # fmt: skip
