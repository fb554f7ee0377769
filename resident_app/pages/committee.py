"""My committee (我的居委会): where it ends, when it is open, who serves in it, and my building's group."""

from collections.abc import Sequence

from fastapi import Request
from starlette.responses import Response

from app_shell.pages import Page, render
from app_shell.routing import Access, SecureRouter
from app_shell.words import _
from app_shell.work import WorkDep
from core_db.neighbourhood import CommitteeShown, SeatSeen, my_committees
from core_db.neighbourhood.words import BODIES, COMMUNITY_KINDS, TITLE_WORDS

router = SecureRouter("/committee")


class CommitteePage(Page, template="committee/show.html"):
    """The committees of where one lives."""

    committees: Sequence[
        tuple[CommitteeShown, Sequence[tuple[str, str]], Sequence[tuple[str, str, str, str]]]
    ]
    #: What a title is called.
    titles: dict[str, str]


@router.get("", access=Access.RESIDENT)
async def show(request: Request, work: WorkDep) -> Response:
    found, lang = await work.read(my_committees), work.lang
    page = CommitteePage(
        committees=[(one, _facts(one, lang), _people(one.seats, lang)) for one in found],
        titles={title: pair[lang == "en"] for title, pair in TITLE_WORDS.items()},
    )
    return render(request, page)


def _facts(one: CommitteeShown, lang: str) -> list[tuple[str, str]]:
    """Only what is written down: an empty line tells nobody anything."""
    at = one.community
    sides = [
        (_("东至{place}"), at.east),
        (_("南至{place}"), at.south),
        (_("西至{place}"), at.west),
        (_("北至{place}"), at.north),
    ]
    facts = [
        (_("性质"), COMMUNITY_KINDS.get(at.kind, ("", ""))[lang == "en"]), (_("办公地址"), at.address),
        (_("办公时间"), at.hours), (_("电话"), at.phone),
        (_("范围"), _("；").join(word.replace("{place}", said) for word, said in sides if said)),
    ]  # fmt: skip
    return [(word, said) for word, said in facts if said]


def _people(seats: Sequence[SeatSeen], lang: str) -> list[tuple[str, str, str, str]]:
    place = lang == "en"
    return [
        (one.name, BODIES[one.body][place], TITLE_WORDS[one.title][place], one.duty or "—") for one in seats
    ]
