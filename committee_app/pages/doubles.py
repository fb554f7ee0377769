"""Entries that may be one person: looked at side by side, merged or kept apart; and merges that can be taken back."""

from collections.abc import Mapping, Sequence

from fastapi import Request
from starlette.responses import Response

from app_shell.forms import D, TypedForm, words_for
from app_shell.pages import Page, redirect, render
from app_shell.routing import Access, Id, SecureRouter
from app_shell.words import _
from app_shell.work import WorkDep
from committee_app.register_words import value_in_words
from core_db.doubles import (
    DistinctionDraft,
    MergeDraft,
    PairSeen,
    keep_apart,
    pairs_seen,
)
from core_db.foundation.drafts import read_draft
from core_db.foundation.lean import dataclass
from core_db.mydata import (
    ENTERED_WORDS,
    EnteredAs,
    MergeToPart,
    PartingDraft,
    merge_people,
    merges_to_part,
    part_people,
)
from core_db.people import PersonFile, RegisterField

router = SecureRouter("/register")

#: What is compared first, as the two stand side by side.
COMPARED = (
    RegisterField.SEX,
    RegisterField.BIRTH,
    RegisterField.ID_KIND,
    RegisterField.ID_NUMBER,
    RegisterField.PHONE,
)


#: Of these a page shows a part.
MASKED = (RegisterField.BIRTH, RegisterField.ID_NUMBER, RegisterField.PHONE)


@dataclass(frozen=True, kw_only=True)
class EntryWords:
    """One of two entries, masked."""

    id: str
    name: str
    facts: Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class PairWords:
    """Two entries side by side."""

    one: EntryWords
    other: EntryWords


class DoublesPage(Page, template="doubles/index.html"):
    """Pairs to decide, and what was merged."""

    pairs: Sequence[PairWords]
    merges: Sequence[MergeToPart]
    kinds: Mapping[EnteredAs, str]


@router.get("/doubles", access=Access.COMMITTEE)
async def index(request: Request, work: WorkDep) -> Response:
    pairs = await work.read(pairs_seen)
    words = [
        PairWords(one=_entry(pair.one, pair, work.lang), other=_entry(pair.other, pair, work.lang))
        for pair in pairs
    ]
    kinds = {kind: pair[work.lang == "en"] for kind, pair in ENTERED_WORDS.items()}
    return render(request, DoublesPage(pairs=words, merges=await work.read(merges_to_part), kinds=kinds))


@router.post("/doubles/merger", access=Access.COMMITTEE)
async def merge(request: Request, typed: TypedForm, work: WorkDep) -> Response:
    done = await work.write(merge_people, _draft(MergeDraft, typed))
    return redirect(
        request, f"/people/{done.kept_id}", flash=_("已合并。另一条登记和它的记录都还在，合并可以撤销。")
    )


@router.post("/doubles/distinction", access=Access.COMMITTEE)
async def distinguish(request: Request, typed: TypedForm, work: WorkDep) -> Response:
    await work.write(keep_apart, _draft(DistinctionDraft, typed))
    return redirect(request, "/register/doubles", flash=_("已记下：不是同一个人，以后不再问。"))


@router.post("/mergers/{merge_id}/undoing", access=Access.COMMITTEE)
async def part(request: Request, typed: TypedForm, merge_id: Id, work: WorkDep) -> Response:
    await work.write(part_people, merge_id, read_draft(PartingDraft, {"move": typed.getlist("move")}))
    return redirect(request, "/register/doubles", flash=_("已撤销合并。"))


def _draft(kind: type[D], typed: TypedForm) -> D:
    """Two ids from the buttons of a pair; nobody types them."""
    return read_draft(kind, words_for(kind, typed))


def _entry(file: PersonFile, pair: PairSeen, lang: str) -> EntryWords:
    facts = [(_("住处"), _("；").join(label for _id, label in file.doors) or "—")]
    labels = _labels()
    facts += [(labels[one], _compared(one, file, pair, lang)) for one in COMPARED]
    facts.append((_("从哪里来的"), file.source or "—"))
    return EntryWords(id=file.id, name=file.name, facts=facts)


def _compared(field: RegisterField, file: PersonFile, pair: PairSeen, lang: str) -> str:
    """What an entry says, masked; where the mask leaves both alike, whether they are."""
    said = value_in_words(field, file.masked(field), lang)
    if not said or pair.one.masked(field) != pair.other.masked(field) or field not in MASKED:
        return said or "—"
    return said + (_("（两条不一样）") if field in pair.differing else _("（两条一样）"))


def _labels() -> Mapping[RegisterField, str]:
    return {
        RegisterField.SEX: _("性别"), RegisterField.BIRTH: _("出生日期"), RegisterField.ID_KIND: _("证件种类"),
        RegisterField.ID_NUMBER: _("证件号码"), RegisterField.PHONE: _("电话"),
    }  # fmt: skip
