"""What visits say on the committee's pages, in the visitor's language: choices of forms and lines of lists."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from app_shell.words import _
from core_db.cases.words import Words
from core_db.foundation.lean import dataclass
from core_db.overview import Visited
from core_db.visits import NeedSeen, VisitLine, WordSeen
from core_db.visits.words import (
    ANSWER_WORDS,
    CHANNEL_WORDS,
    FIELD_WORDS,
    NEED_STATUS_WORDS,
    NEED_WORDS,
    PURPOSE_WORDS,
    RESULT_WORDS,
    TICK_WORDS,
    Answer,
    NeedStatus,
    Tick,
)

Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class VisitRow:
    """A visit as a list shows it."""

    id: str
    title: str
    result: str
    meta: Sequence[str]
    at: datetime
    cancelled: bool


@dataclass(frozen=True, kw_only=True)
class VisitedRow:
    """A visit as the page of a home or a household shows it, with the canvass that it was of."""

    id: str
    whom: str
    result: str
    meta: Sequence[str]
    at: datetime
    canvass: tuple[str, str] | None


@dataclass(frozen=True, kw_only=True)
class WordRow:
    """A word about a field, with its field in words; `field` is of a code that two texts can both stand in."""

    id: str
    label: str
    field: str
    value: str
    by_name: str
    at: datetime
    differs: bool


@dataclass(frozen=True, kw_only=True)
class NeedRow:
    """A need as a list shows it, with the steps it can take."""

    id: str
    title: str
    status: str
    is_over: bool
    meta: Sequence[str]
    visit_id: str
    at: datetime


def choices(words: Mapping[Any, Words], lang: str) -> Choices:
    return [(str(one), word.within(lang)) for one, word in words.items()]


def cards(words: Mapping[Any, Words], lang: str) -> Sequence[dict[str, str]]:
    return [{"value": str(one), "label": word.within(lang)} for one, word in words.items()]


def labels() -> dict[str, str]:
    return {
        "result": _("见到了吗"), "channel": _("怎么联系的"), "purpose": _("为了什么"), "ticks": _("看到的情况"),
        "text": _("记录"), "next_on": _("下次什么时候"), "reason": _("原因"), "kind": _("需要什么"),
        "what": _("具体是什么"), "definition_id": _("建议什么标签"), "tag": _("或者写一个标签"),
        "name": _("计划叫什么"), "grade": _("多勤"),
        "whom": _("走访谁"), "subjects": _("是谁"), "starts_on": _("从哪天起"), "title": _("排摸叫什么"),
        "questions": _("问什么"), "buildings": _("哪些楼"), "ends_on": _("到哪天"), "days": _("几天一次"),
        "grace_days": _("过几天算逾期"), "valid_from": _("从哪天起"), "place_id": _("在哪里"),
        "visited_at": _("什么时候"), "answers": _("排摸的回答"), "person_id": _("是谁"), "home_id": _("哪一家"),
    }  # fmt: skip


def visit_row(line: VisitLine, lang: str) -> VisitRow:
    who = " ".join(word for word in (line.home, line.name) if word) or _("已不在名册里")
    meta = [CHANNEL_WORDS[line.channel].within(lang), PURPOSE_WORDS[line.purpose].within(lang)]
    if line.next_on:
        meta.append(_("下次 {day}").replace("{day}", str(line.next_on)))
    result = _("已作废") if line.cancelled_at else RESULT_WORDS[line.result].within(lang)
    return VisitRow(
        id=line.id, title=who, result=result, meta=meta, at=line.visited_at,
        cancelled=line.cancelled_at is not None,
    )  # fmt: skip


def visited_row(one: Visited, lang: str) -> VisitedRow:
    meta = [CHANNEL_WORDS[one.channel].within(lang), PURPOSE_WORDS[one.purpose].within(lang)]
    if one.people:
        meta.append(_("{names}去的").replace("{names}", _("、").join(one.people)))
    return VisitedRow(
        id=one.id, whom=one.name or _("这一家"), result=RESULT_WORDS[one.result].within(lang), meta=meta,
        at=one.visited_at, canvass=(one.canvass_id, one.canvass) if one.canvass_id else None,
    )  # fmt: skip


def field_in_words(field: str, lang: str) -> str:
    """A field of a visit, a tick by its own word."""
    kind, _dot, code = field.partition(".")
    if kind == "tick":
        return TICK_WORDS[Tick(code)].within(lang)
    number = f" {int(code) + 1}" if kind == "answer" else ""
    return FIELD_WORDS[kind].within(lang) + number


def word_row(word: WordSeen, lang: str) -> WordRow:
    return WordRow(
        id=word.id, label=field_in_words(word.field, lang), field=word.field,
        value=_value_in_words(word.field, word.value, lang), by_name=word.by_name, at=word.at, differs=word.differs,
    )  # fmt: skip


def need_row(need: NeedSeen, lang: str) -> NeedRow:
    return NeedRow(
        id=need.id, title=NEED_WORDS[need.kind].within(lang), status=NEED_STATUS_WORDS[need.status].within(lang),
        is_over=need.status in (NeedStatus.MET, NeedStatus.DROPPED),
        meta=[word for word in (need.name, need.home) if word], visit_id=need.visit_id, at=need.raised_at,
    )  # fmt: skip


def _value_in_words(field: str, value: str, lang: str) -> str:
    kind = field.partition(".")[0]
    if kind == "tick":
        return _("有") if value else _("没有")
    known: Mapping[str, tuple[type[StrEnum], Mapping[Any, Words]]] = {
        "channel": (type(next(iter(CHANNEL_WORDS))), CHANNEL_WORDS),
        "result": (type(next(iter(RESULT_WORDS))), RESULT_WORDS),
        "purpose": (type(next(iter(PURPOSE_WORDS))), PURPOSE_WORDS), "answer": (Answer, ANSWER_WORDS),
    }  # fmt: skip
    if kind in known:
        of, words = known[kind]
        return words[of(value)].within(lang)
    return value or _("（清空了）")
