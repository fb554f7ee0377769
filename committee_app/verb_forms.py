"""Each verb as a form: what is filled in, and what will happen. Which verbs are open, the policy says."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any

from app_shell.forms import Filled, fresh_key
from committee_app.verb_choices import Choices
from committee_app.verb_fields import FIELDS, Field
from core_db.cases import VERBS
from core_db.cases.words import CaseStatus, Verb, verb_words
from core_db.foundation.lean import dataclass

#: Those who work on cases do these, and no others.
OF_STAFF = tuple(FIELDS)


@dataclass(frozen=True, kw_only=True)
class VerbForm:
    """A verb open to the actor, ready to be filled in."""

    verb: Verb
    label: str
    effect: str
    fields: Sequence[Field]
    is_open: bool
    with_photos: bool
    #: The form as it was sent and refused; None when it was not sent yet.
    filled: Filled[Any] | None
    version: int | None
    key: str = field(default_factory=fresh_key)

    @property
    def labels(self) -> Mapping[str, str]:
        """What the fields are called, for the summary of what is missing."""
        return {one.name: one.label for one in self.fields}


def forms_of(
    allowed: Sequence[str], choices: Choices, *, status: CaseStatus, version: int, lang: str, wanted: str | None = None,
    refused: Mapping[str, Filled[Any]] | None = None,
) -> list[VerbForm]:  # fmt: skip
    """The forms of the allowed verbs in the order of the work; the wanted or refused one stands open."""
    sent = refused or {}
    return [
        _form(
            Verb(verb), choices, status=status, version=version, lang=lang, is_open=verb == wanted,
            filled=sent.get(verb),
        )
        for verb in allowed
    ]  # fmt: skip


def _form(
    verb: Verb, choices: Choices, *, status: CaseStatus, version: int, lang: str, is_open: bool,
    filled: Filled[Any] | None,
) -> VerbForm:  # fmt: skip
    words = verb_words(verb, status)
    fields = FIELDS[verb](choices, lang)
    return VerbForm(
        verb=verb, label=words.label.within(lang), effect=words.effect.within(lang), fields=fields,
        is_open=is_open or filled is not None, filled=filled,
        with_photos=any(one.kind == "photos" for one in fields),
        version=version if VERBS[verb].versioned else None,
    )  # fmt: skip
