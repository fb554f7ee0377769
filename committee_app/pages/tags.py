"""Tags: the dictionary, giving and taking off, and what is due to be looked at again."""

from collections.abc import Mapping, Sequence
from datetime import date

from fastapi import Request
from sqlmodel import Session
from starlette.responses import Response

from app_shell.api import once_from_form
from app_shell.forms import Filled, TypedForm, fill, fresh_key, shown
from app_shell.pages import Page, redirect, render
from app_shell.routing import Access, Id, SecureRouter
from app_shell.words import _
from app_shell.work import Work, WorkDep
from committee_app.pages.people import person_page
from committee_app.register_words import Options
from committee_app.tag_rows import TagRow, tag_row
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.lean import dataclass
from core_db.people import person_in_sight
from core_db.reveals import Evidence, EvidenceDraft, read_evidence
from core_db.tags import (
    REMOVAL_WORDS,
    TAG_CLASS_WORDS,
    AssignmentDraft,
    DefinitionDraft,
    RemovalDraft,
    TagPast,
    TagWord,
    assign_tag,
    assignment_in_sight,
    define_tag,
    places_with_dictionary,
    renew_tag,
    retire_tag,
    tag_dictionary,
    tag_history,
    tags_to_review,
    take_off_tag,
)

router = SecureRouter()
REVIEW = "/tags/review"


@dataclass(frozen=True, kw_only=True)
class WordRow:
    """A word of the dictionary as it is read."""

    id: str
    name: str
    place: str
    kind: str
    about: Sequence[str]
    basis: str
    sensitive: bool
    is_over: bool
    may_retire: bool


class TagsPage(Page, template="tags/index.html"):
    """The dictionary, and a form for whoever keeps one."""

    words: Sequence[WordRow]
    places: Options
    kinds: Options
    labels: Mapping[str, str]
    form: Filled[DefinitionDraft] | None
    key: str


class ReviewPage(Page, template="tags/review.html"):
    """What is due to be looked at again, the longest overdue first."""

    due: Sequence[TagRow]


@dataclass(frozen=True, kw_only=True)
class PastRow:
    """A tag that somebody bears or bore: its name, what became of it in words, and whether it still holds."""

    id: str
    name: str
    facts: Sequence[tuple[str, str]]
    holds: bool
    sensitive: bool
    #: There are words on what it was given, and they may be asked for.
    has_evidence: bool


class TagHistoryPage(Page, template="tags/history.html"):
    """Every tag somebody was given, the newest first; on what, only on the answer to whoever asked for it."""

    person_id: str
    name: str
    past: Sequence[PastRow]
    #: On what a tag was given, by its id, where it was just opened; and the form that came back, by the same.
    opened: Mapping[str, str]
    returned: Mapping[str, Filled[EvidenceDraft]]


@router.get("/tags", access=Access.TAGS)
async def index(request: Request, work: WorkDep) -> Response:
    return await _page(request, work)


@router.post("/tags", access=Access.TAGS)
async def define(request: Request, typed: TypedForm, work: WorkDep) -> Response:
    form = fill(DefinitionDraft, typed)
    done = None
    if form.draft is not None:
        done = await shown(
            form, once_from_form(request, work, typed, define_tag, form.draft, to=lambda one: one.id)
        )
    if done is None:
        return await _page(request, work, form)
    return redirect(request, "/tags", flash=_("已写进字典。"))


@router.post("/tags/{definition_id}/retirement", access=Access.TAGS)
async def retire(request: Request, definition_id: Id, work: WorkDep) -> Response:
    await work.write(retire_tag, definition_id)
    return redirect(request, "/tags", flash=_("已停用：不再加给人，已有的到期为止。"))


@router.get(REVIEW, access=Access.COMMITTEE)
async def review(request: Request, work: WorkDep) -> Response:
    due = [tag_row(one, work.lang) for one in await work.read(tags_to_review)]
    return render(request, ReviewPage(due=due))


@router.get("/people/{person_id}/tags", access=Access.COMMITTEE)
async def past(request: Request, person_id: Id, work: WorkDep) -> Response:
    """Which tags he has borne: given by whom, reviewed when, taken off why."""
    return await _history_page(request, work, person_id)


@router.post("/people/{person_id}/tags", access=Access.COMMITTEE)
async def assign(request: Request, person_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    """Back on his page; what is wrong with the form is said there, with the words typed."""
    form = fill(AssignmentDraft, typed)
    done = None
    if form.draft is not None:
        done = await shown(form, work.write(assign_tag, person_id, form.draft))
    if done is None:
        return await person_page(request, work, person_id, tag_form=form, status=422)
    return redirect(request, f"/people/{person_id}", flash=_("已加上标签。"))


@router.post("/tags/given/{tag_id}/renewal", access=Access.COMMITTEE)
async def renew(request: Request, tag_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    renewed = await work.write(renew_tag, tag_id)
    return redirect(request, _back(typed, renewed.person_id), flash=_("已复核，继续有效。"))


@router.post("/tags/given/{tag_id}/removal", access=Access.COMMITTEE)
async def take_off(request: Request, tag_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    form = fill(RemovalDraft, typed)
    removed = await work.write(take_off_tag, tag_id, form.draft or RemovalDraft())
    return redirect(request, _back(typed, removed.person_id), flash=_("已去掉标签。"))


@router.post("/tags/given/{tag_id}/reading", access=Access.COMMITTEE)
async def read(request: Request, tag_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    """On what it was given, on the answer to this very request: no address and no notice ever holds it."""
    form = fill(EvidenceDraft, typed)
    found = (
        await shown(form, work.write(read_evidence, tag_id, form.draft)) if form.draft is not None else None
    )
    if found is None:
        whose = await work.read(bearer_of, tag_id)
        return await _history_page(request, work, whose, returned={tag_id: form})
    return await _history_page(request, work, found.person_id, opened=found)


def bearer_of(session: Session, tag_id: str, *, actor: Actor, clock: Clock) -> str:  # noqa: ARG001 - a query
    return assignment_in_sight(session, tag_id, actor=actor)[0].person_id


async def _history_page(
    request: Request, work: Work, person_id: str, *, opened: Evidence | None = None,
    returned: Mapping[str, Filled[EvidenceDraft]] | None = None,
) -> Response:  # fmt: skip
    page = TagHistoryPage(
        person_id=person_id, name=await work.read(person_in_sight_named, person_id),
        past=[_past_row(one, work.lang) for one in await work.read(tag_history, person_id)],
        opened={opened.tag_id: opened.text} if opened else {}, returned=returned or {},
    )  # fmt: skip
    return render(request, page, status=422 if returned else 200)


def person_in_sight_named(session: Session, person_id: str, *, actor: Actor, clock: Clock) -> str:  # noqa: ARG001 - a query
    return person_in_sight(session, person_id, actor=actor).name


def _past_row(past: TagPast, lang: str) -> PastRow:
    facts = [
        (_("谁加的"), f"{past.assigned_name}，{local_date(past.assigned_at)}"),
        (_("从哪里知道的"), past.source or "—"),
        (_("有效"), f"{past.valid_from} – {past.valid_to or _('没有定')}"),
    ]
    facts += [(_("上次复核"), str(local_date(past.reviewed_at)))] if past.reviewed_at else []
    if past.removed_at is not None:
        why = REMOVAL_WORDS[past.removed_why][lang == "en"] if past.removed_why else ""
        facts.append(
            (_("去掉"), _("，").join(part for part in (str(local_date(past.removed_at)), why) if part))
        )
    name = past.word.within(lang) if past.word else _("敏感标签（按用途查看）")
    return PastRow(
        id=past.id, name=name, facts=facts, holds=past.holds, sensitive=past.word is None,
        has_evidence=past.has_evidence and past.holds,
    )  # fmt: skip


def _back(typed: Mapping[str, str], person_id: str) -> str:
    return REVIEW if typed.get("back") == "review" else f"/people/{person_id}"


async def _page(request: Request, work: Work, form: Filled[DefinitionDraft] | None = None) -> Response:
    lang, today = work.lang, local_date(work.clock.now())
    labels = {
        "place_id": _("哪里的字典"), "code": _("代码"), "name": _("名称"), "name_en": _("英文名称"), "kind": _("类别"),
        "sensitive": _("敏感标签"), "legal_basis": _("依据"), "valid_days": _("有效期（天）"),
        "review_days": _("多少天复核一次"),
    }  # fmt: skip
    page = TagsPage(
        words=[_word_row(one, lang, today) for one in await work.read(tag_dictionary)],
        places=await work.read(places_with_dictionary),
        kinds=[(str(one), pair[lang == "en"]) for one, pair in TAG_CLASS_WORDS.items()],
        labels=labels, form=form, key=fresh_key(),
    )  # fmt: skip
    return render(request, page, status=422 if form else 200)


def _word_row(word: TagWord, lang: str, today: date) -> WordRow:
    about = []
    if word.valid_days:
        about.append(_("有效 {n} 天").replace("{n}", str(word.valid_days)))
    if word.review_days:
        about.append(_("每 {n} 天复核").replace("{n}", str(word.review_days)))
    if word.active_to is not None:
        about.append(_("{day} 停用").replace("{day}", str(word.active_to)))
    return WordRow(
        id=word.id, name=word.within(lang), place=word.place_name, kind=TAG_CLASS_WORDS[word.kind][lang == "en"],
        about=about, basis=word.legal_basis, sensitive=word.sensitive, is_over=not word.is_active(today),
        may_retire=word.may_retire,
    )  # fmt: skip
