"""Looks at one's own data in words: one shape for the page and the API."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from core_db.access.words import ABOUT_ONES_HOME, PURPOSE_WORDS, REACHED_BY, TO_REACH, field_said
from core_db.accounts.words import ROLE_WORDS
from core_db.foundation.actor import Role
from core_db.foundation.lean import dataclass
from core_db.reveals import Look


@dataclass(frozen=True, kw_only=True)
class LookShown:
    """One look, in words."""

    seq: int
    at: datetime
    office: str
    role: str
    #: What was read: its code and its word.
    fields: Sequence[tuple[str, str]]
    purpose: str
    why: str
    reason: str | None
    case_id: str | None
    case_number: str | None
    deferred_until: datetime | None
    asked: bool
    question_id: str | None
    question_number: str | None

    @property
    def who(self) -> str:
        return f"{self.office} · {self.role}" if self.office else self.role


def look_shown(look: Look, lang: str) -> LookShown:
    fields = [(one.removesuffix("_sealed"), field_said(one, lang)) for one in look.fields]
    return LookShown(
        seq=look.seq, at=look.at, office=look.office, role=_role(look, lang), fields=fields,
        purpose=look.purpose, why=_why(look, lang), reason=look.reason, case_id=look.case_id,
        case_number=look.case_number, deferred_until=look.deferred_until, asked=look.asked,
        question_id=look.question_id, question_number=look.question_number,
    )  # fmt: skip


def _role(look: Look, lang: str) -> str:
    """The office's role; of a plugin its name."""
    if look.plugin is not None:
        return f"Plugin “{look.plugin.name[1]}”" if lang == "en" else f"应用“{look.plugin.name[0]}”"
    return _said(ROLE_WORDS, Role(look.role), lang)


def _why(look: Look, lang: str) -> str:
    """Of somebody else's case one is told that there was one, and nothing more; of a plugin what it read for."""
    if look.plugin is not None:
        return look.plugin.text[1 if lang == "en" else 0]
    if look.purpose == "case" and look.for_a_case and look.case_id is None:
        return ABOUT_ONES_HOME[1 if lang == "en" else 0]
    if look.purpose == "case" and not REACHED_BY.isdisjoint(look.fields):
        return TO_REACH[1 if lang == "en" else 0]
    return _said(PURPOSE_WORDS, look.purpose, lang)


def _said(words: Mapping[Any, tuple[str, str]], key: str, lang: str) -> str:
    zh, en = words.get(key, (str(key), str(key)))
    return en if lang == "en" else zh
