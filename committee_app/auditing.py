"""Reads and deeds in the words of whoever audits them, and what of the record an address asks for."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app_shell.words import _
from app_shell.work import Work
from committee_app.reading import span_of
from committee_app.register_words import ruled_in_words
from core_db.access.words import field_said
from core_db.accounts import DeedSeen, Narrowing
from core_db.accounts.words import ROLE_WORDS
from core_db.audit.words import DEED_WORDS, THING_WORDS
from core_db.foundation.actor import ActorKind
from core_db.foundation.clock import local_date
from core_db.foundation.errors import CannotBeRead
from core_db.people import RULED
from core_db.reveals.words import ALSO_FOR_WORDS, FOR_WORDS

#: What somebody looked for, as colleagues read it.
WHY_WORDS: Mapping[Any, tuple[str, str]] = {**FOR_WORDS, **ALSO_FOR_WORDS}


def wanted(
    work: Work, since: date | None, until: date | None, who: str | None, place: str | None
) -> Narrowing:
    """The days, the office and the one of the staff that an address names; thirty days where it names none."""
    first, last = span_of(since, until, today=local_date(work.clock.now()))
    return Narrowing(since=first, until=last, who=who, place=place)


def kind_of(kind: str | None) -> str | None:
    """A kind of deeds; any other word is refused beside its name."""
    if kind and kind not in DEED_WORDS:
        raise CannotBeRead({"kind": ("请从给出的选项中选一个。", "Please choose one of the options.")})
    return kind or None


def signed(name: str, acted_for: str, role: str, lang: str) -> str:
    """Who did it, in which role, and in whose right where it was another's.

    The platform says which part of it, a plugin its id.
    """
    if role == ActorKind.ANONYMOUS:
        return _("还没登录的人")
    if role == ActorKind.SYSTEM:
        return _("平台（{part}）").format(part=name.removeprefix("system:"))
    if role == ActorKind.PLUGIN:
        return _("应用（{name}）").format(name=name.removeprefix("plugin:"))
    both = _("{name}（代{giver}）").format(name=name, giver=acted_for) if acted_for else name
    said = said_in(ROLE_WORDS, role, lang)
    return f"{both} · {said}" if said else both


def about(one: DeedSeen, lang: str) -> str:
    """What it was done to, under which paper or thing, and what for."""
    why = said_in(WHY_WORDS, one.purpose, lang)
    said = (thing_said(one.object, lang), thing_said(one.reference, lang), why)
    return " · ".join(dict.fromkeys(filter(None, said)))


def thing_said(code: str, lang: str) -> str:
    """What the record names by a code: a kind of data, a kind of thing, a post, a field or an event of the register."""
    kind, _slash, which = code.partition("/")
    if kind == "plugin" and which:
        return _("应用（{name}）").format(name=which)
    if "." in kind and kind not in RULED:
        # What is looked for by its index is the same kind of data.
        return field_said(kind.partition(".")[2].replace("_blind", "_sealed"), lang)
    if kind in THING_WORDS or kind in ROLE_WORDS:
        return said_in({**ROLE_WORDS, **THING_WORDS}, kind, lang)
    return ruled_in_words(kind, lang)


def said_in(words: Mapping[Any, tuple[str, str]], key: str, lang: str) -> str:
    """A code in words; one without words as it is."""
    return words.get(key, (key, key))[lang == "en"]
