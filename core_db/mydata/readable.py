"""A copy as a page that anybody can open and read, without a network: headings, a list a row, in one's language."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from html import escape
from typing import Any

from core_db.access.words import FIELD_WORDS, PURPOSE_WORDS, SOMETHING_ELSE
from core_db.accounts.words import BINDING_WORDS, ROLE_WORDS
from core_db.cases.words import (
    BY_ROLE_WORDS,
    CHANNEL_WORDS,
    CLOSURE_WORDS,
    ENTRY_SENTENCES,
    NATURE_WORDS,
    RESIDENT_STATUS_WORDS,
    RESOLVED_WORDS,
    UNIT_WORDS,
    VISIBILITY_WORDS,
)
from core_db.foundation.clock import LOCAL
from core_db.inquiries.words import STATUS_WORDS as INQUIRY_WORDS
from core_db.inquiries.words import WAY_WORDS
from core_db.mydata.collecting import Found, Given
from core_db.mydata.words import COLUMN_WORDS, TABLE_WORDS, YES_NO, within
from core_db.people.words import HOUSEHOLD_KINDS, LIVES_AS_WORDS, RELATION_WORDS, SEX_WORDS
from core_db.people.words.codes import CAME_FOR, PERMITS
from core_db.places.words import OWNERSHIPS
from core_db.places.words import YES_NO as PLACE_YES_NO
from core_db.tags.words import REMOVAL_WORDS
from core_db.visits.words import (
    ANSWER_WORDS,
    NEED_STATUS_WORDS,
    NEED_WORDS,
    PROPOSAL_WORDS,
    RESULT_WORDS,
    TICK_WORDS,
    Tick,
)
from core_db.visits.words import CHANNEL_WORDS as VISIT_CHANNEL_WORDS
from core_db.visits.words import FIELD_WORDS as VISIT_FIELD_WORDS
from core_db.visits.words import PURPOSE_WORDS as VISIT_PURPOSE_WORDS

Say = Callable[[Any], tuple[str, str]]
#: The names of categories, by their codes.
Names = Mapping[str, tuple[str, str]]
_ONE_OR_MORE = re.compile(r"\[\w+\|(\w+)\]")
_STYLE = (
    "body{font:18px/1.6 sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}"
    "dl{border-top:1px solid;padding-top:.5rem}dt{font-weight:bold}dd{margin:0 0 .4rem;white-space:pre-wrap}"
)


def _in(words: Mapping[Any, Any]) -> Say:
    return lambda value: words.get(value, (str(value), str(value)))


def _unit(value: Any) -> tuple[str, str]:
    """A unit of time without its number: in English the one for several."""
    zh, en = UNIT_WORDS[value]
    return zh.removeprefix("个"), _ONE_OR_MORE.sub(r"\1", en)


def _told(kind: Any) -> tuple[str, str]:
    sentences = ENTRY_SENTENCES[kind]
    return sentences.resident or sentences.staff


def _ticks(value: Sequence[str]) -> tuple[str, str]:
    """What was ticked, as one phrase."""
    words = [TICK_WORDS[Tick(one)] for one in value]
    return "、".join(zh for zh, _en in words), ", ".join(en for _zh, en in words)


def _by_name(words: Mapping[Any, Any]) -> Say:
    """Several things, each with its name before it."""

    def say(value: Any) -> tuple[str, str]:
        if not isinstance(value, Mapping):
            return str(value), str(value)
        pairs = [(name, words.get(one, (str(one), str(one)))) for name, one in value.items()]
        return "；".join(f"{n}：{zh}" for n, (zh, _) in pairs), "; ".join(
            f"{n}: {en}" for n, (_, en) in pairs
        )

    return say


#: What stands in a column as a code, and how it is said.
_SAID: Mapping[tuple[str, str], Say] = {
    ("access_events", "actor_role"): _in(ROLE_WORDS),
    ("access_events", "field"): lambda value: FIELD_WORDS.get(value.split(".")[-1], SOMETHING_ELSE),
    ("access_events", "purpose"): _in(PURPOSE_WORDS),
    ("case_clocks", "unit"): _unit,
    ("case_dispatches", "status"): _in(RESIDENT_STATUS_WORDS),
    ("case_entries", "by_role"): _in(BY_ROLE_WORDS),
    ("case_entries", "status"): _in(RESIDENT_STATUS_WORDS),
    ("case_entries", "type"): _told,
    ("case_evaluations", "resolved"): _in(RESOLVED_WORDS),
    ("case_parties", "role"): _in(BY_ROLE_WORDS),
    ("case_rounds", "resolved"): _in(RESOLVED_WORDS),
    ("cases", "clock_unit"): _unit,
    ("cases", "contact_unit"): _unit,
    ("cases", "channel"): _in(CHANNEL_WORDS),
    ("cases", "closure"): _in(CLOSURE_WORDS),
    ("cases", "nature"): _in(NATURE_WORDS),
    ("cases", "resolved"): _in(RESOLVED_WORDS),
    ("cases", "status"): _in(RESIDENT_STATUS_WORDS),
    ("cases", "visibility"): _in(VISIBILITY_WORDS),
    ("home_bindings", "status"): _in(BINDING_WORDS),
    ("inquiries", "status"): _in(INQUIRY_WORDS),
    ("inquiries", "way"): _in(WAY_WORDS),
    ("persons", "sex"): _in(SEX_WORDS),
    ("households", "kind"): _in(HOUSEHOLD_KINDS),
    ("place_records", "group_let"): _in(PLACE_YES_NO),
    ("place_records", "ownership"): _in(OWNERSHIPS),
    ("residencies", "came_for"): _in(CAME_FOR),
    ("residencies", "permit"): _in(PERMITS),
    ("residencies", "relation"): _in(RELATION_WORDS),
    ("residencies", "role"): _in(LIVES_AS_WORDS),
    ("role_assignments", "role"): _in(ROLE_WORDS),
    ("tag_assignments", "removed_why"): _in(REMOVAL_WORDS),
    # -- visits
    ("visits", "channel"): _in(VISIT_CHANNEL_WORDS),
    ("visits", "result"): _in(RESULT_WORDS),
    ("visits", "purpose"): _in(VISIT_PURPOSE_WORDS),
    ("visits", "ticks"): _ticks,
    ("visits", "answers"): _by_name(ANSWER_WORDS),
    ("register_sheet_rows", "said"): _by_name({}),
    ("visit_words", "field"): lambda value: VISIT_FIELD_WORDS[value.partition(".")[0]],
    ("needs", "kind"): _in(NEED_WORDS),
    ("needs", "status"): _in(NEED_STATUS_WORDS),
    ("visit_tag_proposals", "state"): _in(PROPOSAL_WORDS),
}
_HEAD = ("我的数据", "My data")
_INTRO = (
    "这是社区云里关于您的全部数据，制作于 {at}。别人的姓名、电话、住处不在里面；"
    "工作人员只写单位和身份，上门走访过您的人写姓名。居委会之间、居委会与承办单位之间的内部备注也不在里面，要看请向居委会提出。",
    "This is everything the community cloud holds about you, made at {at}. Nobody else's name, telephone or home is in "
    "it; staff appear by office and role, and those who visited you by name. Internal notes "
    "are not in it either; ask the committee for them.",
)
_OF_A_CHILD = (
    "这是孩子的数据。以孩子的名义提的诉求不在里面，孩子可以用自己的账号拿。",
    "These are a child's data. What was raised in its name is not in it; the child can take that from its own account.",
)
_KEPT = ("应用“{plugin}”保存的关于我的内容", "What the plugin “{plugin}” keeps of me")
_NOTHING = ("没有。", "Nothing.")


def page_of(
    found: Found, by_plugins: Sequence[Mapping[str, Any]] = (), *, categories: Names | None = None,
    child_id: str | None = None, made_at: datetime, lang: str,
) -> str:  # fmt: skip
    """The page as HTML that asks nothing of any other site; of a child it says what is not in it."""
    parts = "".join(_part(name, found.get(name, []), categories or {}, lang) for name in TABLE_WORDS)
    parts += "".join(_by_plugin(one, lang) for one in by_plugins if one["rows"])
    head = escape(within(_HEAD, lang))
    intro = escape(within(_INTRO, lang).format(at=_value(made_at, lang)))
    if child_id is not None:
        intro = f"{escape(within(_OF_A_CHILD, lang))}</p><p>{intro}"
    return (
        f'<!doctype html><html lang="{"en" if lang == "en" else "zh-CN"}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{head}</title><style>{_STYLE}</style></head>'
        f"<body><h1>{head}</h1><p>{intro}</p>{parts}</body></html>"
    )


def _part(name: str, rows: list[Given], categories: Names, lang: str) -> str:
    head = f"<h2>{escape(within(TABLE_WORDS[name], lang))}</h2>"
    return head + (
        "".join(_row(name, row, categories, lang) for row in rows) or f"<p>{within(_NOTHING, lang)}</p>"
    )


def _by_plugin(kept: Mapping[str, Any], lang: str) -> str:
    """What a plugin keeps, by the names that its author gave it."""
    head = f"<h2>{escape(within(_KEPT, lang).format(plugin=kept['plugin']))}</h2>"
    return head + "".join(
        f"<dl>{''.join(f'<dt>{escape(name)}</dt><dd>{escape(str(value))}</dd>' for name, value in row.items())}</dl>"
        for row in kept["rows"]
    )


def _row(name: str, row: Given, categories: Names, lang: str) -> str:
    said = (
        (_label(column, lang), _shown(name, column, value, categories, lang))
        for column, value in row.items()
        if value not in (None, "", {}, [])
    )
    return f"<dl>{''.join(f'<dt>{escape(label)}</dt><dd>{value}</dd>' for label, value in said)}</dl>"


def _label(column: str, lang: str) -> str:
    return within(COLUMN_WORDS[column], lang)


def _shown(name: str, column: str, value: Any, categories: Names, lang: str) -> str:
    if column == "category_code":
        return escape(within(categories.get(value, (str(value), str(value))), lang))
    if name == "photos" and column == "id":
        file = escape(f"photos/{value}.jpg")
        return f'<a href="{file}">{file}</a>'
    say = _SAID.get((name, column))
    return escape(within(say(value), lang) if say else _value(value, lang))


def _value(value: Any, lang: str) -> str:
    if isinstance(value, bool):
        return within(YES_NO[value], lang)
    if isinstance(value, datetime):
        return value.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M")
    return value.isoformat() if isinstance(value, date) else str(value)
