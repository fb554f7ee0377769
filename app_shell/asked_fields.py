"""The fields that plugins ask for in a case, as forms show them and as browsers send them back."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app_shell.forms import Typed
from app_shell.words import _
from core_db.cases import FIELD_MARK, AskedField
from core_db.foundation.fields import F0, READABLE
from core_db.foundation.lean import dataclass

#: So many options stand one below the other; more fold into a list.
CARDS_AT_MOST = 6


@dataclass(frozen=True, kw_only=True)
class FieldAsked:
    """A field of a form: `kind` says by which control it is filled in."""

    name: str
    label: str
    hint: str
    kind: str
    options: Sequence[tuple[str, str]]
    longest: int
    is_required: bool
    is_whole: bool

    @property
    def has_cards(self) -> bool:
        return self.is_required and len(self.options) <= CARDS_AT_MOST


def fields_asked(
    fields: Iterable[AskedField], lang: str, *, who_reads: str | None = None
) -> list[FieldAsked]:  # fmt: skip
    """In the visitor's language, each with who will read it: of a case's by its class."""
    return [
        FieldAsked(
            name=one.key, label=one.label(lang), hint=who_reads or _who_reads(one), kind=one.kind,
            options=one.options(lang),
            longest=one.longest, is_required=one.is_required, is_whole=one.rules["type"] == "integer",
        )
        for one in fields
    ]  # fmt: skip


def fields_typed(typed: Typed) -> Mapping[str, Any]:
    """What was typed for such fields, by key; what was left empty is left out."""
    return {name: typed[name] for name in typed if name.startswith(FIELD_MARK) and typed[name].strip()}


def _who_reads(field: AskedField) -> str:
    if field.field_class == F0:
        return _("居委会和办理的人能看到。")
    if field.field_class in READABLE:
        return _("只有居委会能看到。")
    return _("只有居委会能看到，平时遮住，查看会留下记录。")
