"""What the audit administrator reads: who looked at what in full, and what was done, by whom and in whose right."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query, Request
from starlette.responses import Response

from app_shell.api import cursor_of
from app_shell.pages import Page, render
from app_shell.routing import Access, SecureRouter
from app_shell.words import _
from app_shell.work import Work, WorkDep
from committee_app.auditing import WHY_WORDS, about, kind_of, said_in, signed, wanted
from committee_app.reading import Word
from core_db.access.words import field_said
from core_db.accounts import DeedSeen, Narrowing, ReadSeen, deeds_done, offices_to_read, unmasked_reads
from core_db.audit.words import DEED_WORDS, OUTCOME_WORDS, WAY_WORDS, deed_said

router = SecureRouter()
AT_A_TIME = 50
#: A day of an address.
Day = date | None
Line = tuple[datetime, Sequence[str]]


class AuditPage(Page, template="administration/audit.html"):
    """Lines of the record, the newest first, and what they are narrowed to."""

    title: str
    about: str
    action: str
    headings: Sequence[str]
    lines: Sequence[Line]
    #: What the form holds: the days, who, the office, and what each list has besides.
    chosen: Mapping[str, Any]
    offices: Sequence[tuple[str, str]]
    kinds: Sequence[tuple[str, str]]
    next_href: str | None


@router.get("/reads", access=Access.AUDITOR)
async def reads(
    request: Request, work: WorkDep, since: Day = None, until: Day = None, who: Word = None, place: Word = None,
    person: Word = None, case_id: Annotated[Word, Query(alias="case")] = None, after: Word = None,
) -> Response:  # fmt: skip
    narrowing = wanted(work, since, until, who, place)
    found = await work.read(
        unmasked_reads, narrowing, person=person, case_id=case_id, before=cursor_of(after), limit=AT_A_TIME
    )
    chosen = _chosen(narrowing, person=person or "", case=case_id or "")
    page = AuditPage(
        title=_("查看记录"), action="/reads", chosen=chosen, lines=[_read(one, work.lang) for one in found],
        about=_("谁看了谁的完整信息、为了什么。这里没有内容，居民只显示姓；一次导出算一行。"),
        headings=[_("什么时候"), _("谁看的"), _("哪里的"), _("看了谁"), _("看了什么"), _("为什么")], kinds=(),
        offices=await work.read(offices_to_read), next_href=_onward("/reads", chosen, found),
    )  # fmt: skip
    return render(request, page)


@router.get("/deeds", access=Access.AUDITOR)
async def deeds(
    request: Request,
    work: WorkDep,
    since: Day = None,
    until: Day = None,
    who: Word = None,
    place: Word = None,
    kind: Word = None,
    after: Word = None,
) -> Response:
    narrowing = wanted(work, since, until, who, place)
    found = await work.read(
        deeds_done, narrowing, kind=kind_of(kind), before=cursor_of(after), limit=AT_A_TIME
    )
    chosen = _chosen(narrowing, kind=kind or "")
    page = AuditPage(
        title=_("操作记录"), action="/deeds", chosen=chosen, lines=[_deed(one, work) for one in found],
        about=_("谁做了什么、用谁的权限。居民只有代号；查看完整信息的另见“查看记录”。"),
        headings=[_("什么时候"), _("谁做的"), _("哪里的"), _("做了什么"), _("对谁"), _("关于什么"), _("结果")],
        kinds=[(code, words[work.lang == "en"]) for code, words in DEED_WORDS.items()],
        offices=await work.read(offices_to_read), next_href=_onward("/deeds", chosen, found),
    )  # fmt: skip
    return render(request, page)


def _chosen(narrowing: Narrowing, **more: str) -> dict[str, Any]:
    kept = {"since": narrowing.since, "until": narrowing.until, "who": narrowing.who or ""}
    return {**kept, "place": narrowing.place or "", **more}


def _onward(
    path: str, chosen: Mapping[str, Any], found: Sequence[ReadSeen] | Sequence[DeedSeen]
) -> str | None:
    if len(found) < AT_A_TIME:
        return None
    return f"{path}?{urlencode({name: word for name, word in chosen.items() if word} | {'after': found[-1].seq})}"


def _read(one: ReadSeen, lang: str) -> Line:
    whom, what = one.subject, field_said(one.field, lang)
    if one.looks > 1:
        whom, what = _("{n} 次查看").format(n=one.looks), ""
    reader = signed(one.reader, one.acted_for, one.role, lang)
    return one.at, (reader, one.office, whom, what, said_in(WHY_WORDS, one.purpose, lang))


def _deed(one: DeedSeen, work: Work) -> Line:
    done = f"{deed_said(one.action, work.lang)} · {one.action}"
    actor = signed(one.actor, one.acted_for, one.role, work.lang)
    came = said_in(OUTCOME_WORDS, one.outcome, work.lang), said_in(WAY_WORDS, one.channel, work.lang)
    return one.at, (actor, one.office, done, one.subject, about(one, work.lang), " · ".join(came))
