"""A tag as a line: at the person who bears it, and among those that are due."""

from collections.abc import Sequence

from app_shell.words import _
from core_db.foundation.lean import dataclass
from core_db.tags import TagSeen


@dataclass(frozen=True, kw_only=True)
class TagRow:
    """A tag that somebody bears."""

    id: str
    person_id: str
    person_name: str
    name: str
    sensitive: bool
    facts: Sequence[str]
    is_due: bool
    has_evidence: bool


def tag_row(seen: TagSeen, lang: str) -> TagRow:
    """A tag in words; of a sensitive one only that there is one."""
    facts = [seen.door] if seen.door else []
    facts += [_("{day} 起").replace("{day}", str(seen.valid_from))]
    facts += [_("到 {day} 止").replace("{day}", str(seen.valid_to))] if seen.valid_to else []
    facts += [_("{day} 前复核").replace("{day}", str(seen.review_by))] if seen.review_by else []
    facts += [one for one in (seen.source, seen.assigned_name) if one]
    return TagRow(
        id=seen.id, person_id=seen.person_id, person_name=seen.person_name, sensitive=seen.word is None,
        name=seen.word.within(lang) if seen.word else _("敏感标签（按用途查看）"), facts=facts, is_due=seen.is_due,
        has_evidence=seen.has_evidence,
    )  # fmt: skip
