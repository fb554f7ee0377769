"""A field that a register keeps with where it comes from, the day it was verified, and what it said before.

What people, households and places have in common: how text becomes a value, how a value is stored, sealed, masked and
compared, and how a change of it is signed. Values are text in one spelling each; days as `1949-12-31`. What is opened
here is compared or sealed again at another place; it is shown to nobody.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Session

from core_db.foundation.actor import Actor, Grant
from core_db.foundation.drafts import clean_text
from core_db.foundation.errors import CannotBeRead, DomainError, Stale
from core_db.foundation.fields import F1, F2, FieldClass
from core_db.foundation.ids import new_id
from core_db.foundation.lean import dataclass
from core_db.foundation.sealing import SealedPlace, is_the_mask, keyring_of, shows_mask, with_stars
from core_db.foundation.unsealed import Unsealed

Pair = tuple[str, str]
Codes = Mapping[str, Pair]
Read = Callable[[str, date], str]
#: That the register has something, where not even a part of it may be shown.
RECORDED = "***"
#: Why what came back as it was shown is no value.
MASKED = ("这是打码后的内容，请填写完整的。", "This is masked; please enter all of it.")


class Unread(ValueError):
    """Why what was typed is no value, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = zh, en
        super().__init__(en)


class ChangedSince(DomainError):
    code, status = "changed-since", 409
    zh, en = (
        "这一项后来又改过，不能直接撤销。请看最新的内容，再更正。",
        "This field has been changed since; it cannot simply be undone. Look at what it says now and correct that.",
    )


class ReadBefore(Stale):
    zh = "您看过以后，名册又改过。请看最新的内容，再决定。"
    en = "The register was changed after you read it. Please look at it again, then decide."


class SaysSoAlready(DomainError):
    code, status = "says-so-already", 409
    zh, en = "名册里本来就是这样，没有改动。", "The register says so already; nothing was changed."


class Cause(StrEnum):
    """What a change of the register comes from."""

    REGISTERED = "registered"
    CORRECTED = "corrected"
    IMPORTED = "imported"
    #: A resident asked for it, and the committee found it right.
    ASKED = "asked"
    BORN = "born"
    MOVED_IN = "moved_in"
    MOVED_OUT = "moved_out"
    DIED = "died"
    UNDONE = "undone"
    #: Two entries turned out to be one person.
    MERGED = "merged"
    #: A household has another head, and everybody is something else to him.
    HEAD_CHANGED = "head_changed"
    #: Members of a household keep house by themselves, or with another.
    REGROUPED = "regrouped"
    #: A place is there no more.
    ENDED = "ended"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Who wanted a change that a second person approved."""

    by_id: str
    by_name: str
    by_role: str
    #: In whose right, where another lent it.
    acted_for: str | None = None


@dataclass(frozen=True, kw_only=True)
class Because:
    """What a change rests on. `batch_id` holds together what was done in one go."""

    cause: Cause
    source: str = ""
    reason: str | None = None
    batch_id: str | None = None
    undoes_id: str | None = None
    #: Where a second person was needed: who wanted it; whoever writes it has approved it.
    wanted: Wanted | None = None


@dataclass(frozen=True, kw_only=True)
class FieldSpec:
    """A field: its words, how typed text becomes its value, its class, its codes, and how it is masked when sealed."""

    words: Pair
    read: Read
    field_class: FieldClass = F1
    codes: Codes | None = None
    mask: Callable[[str], str] = lambda _value: RECORDED
    #: What a column of its own type keeps of the text.
    stored: Callable[[str], Any] = str
    #: Equal values are found by a blind index of their own.
    is_indexed: bool = False
    #: Somebody has to be called something.
    may_be_empty: bool = True
    #: People write it in their own words, stars too.
    is_free: bool = False

    @property
    def is_sealed(self) -> bool:
        return self.field_class is F2

    def taken(self, typed: str, today: date) -> str:
        """The value of what was typed. What is shown of a sealed one, sent back, never takes its place."""
        if self.is_masked(typed):
            raise Unread(*MASKED)
        return self.read(typed, today)

    def is_masked(self, typed: str) -> bool:
        """Is this a value of the field as it is shown, sent back?"""
        return self.is_sealed and (is_the_mask(typed, self.mask) if self.is_free else shows_mask(typed))

    def says_what_is_there(self, typed: str, shown: str) -> bool:
        """Does something masked say no more than what is there, of which pages show this? A number never does."""
        said = with_stars(typed)
        return not self.is_free or (bool(shown) and (not said.strip("*") or said == with_stars(shown)))

    def shown(self, value: str) -> str:
        """The value as lists and pages may show it."""
        return self.mask(value) if self.is_sealed else value

    def said(self, value: str, lang: str) -> str:
        """A value in words: that of its code, else itself."""
        pair = (self.codes or {}).get(value)
        return value if pair is None else pair[lang == "en"]


# -- how typed text is read -------------------------------------------------------------------------


def value_from(spec: FieldSpec, typed: str, today: date) -> str | None:
    """The value as a register takes it, nothing where nothing was typed; CannotBeRead beside `value` otherwise."""
    if not typed:
        if spec.may_be_empty:
            return None
        raise CannotBeRead({"value": ("请填写这一项。", "Please fill this in.")})
    try:
        return spec.taken(typed, today)
    except Unread as wrong:
        raise CannotBeRead({"value": (wrong.zh, wrong.en)}) from None


def line(longest: int) -> Read:
    """One line of at most so many characters."""

    def read(text: str, _today: date) -> str:
        said = " ".join(clean_text(text).split())
        if len(said) > longest:
            raise Unread(f"太长了，最多 {longest} 个字。", f"Too long: at most {longest} characters.")
        return said

    return read


def code_of(codes: Codes, standard: str, also: Mapping[str, str] | None = None) -> Read:
    """The code, or the code of a word that people write for it; `also` says which word another one stands for."""
    by_word = {word: code for code, pair in codes.items() for word in pair}
    by_word |= {said: by_word[word] for said, word in (also or {}).items() if word in by_word}

    def read(text: str, _today: date) -> str:
        said = clean_text(text)
        if said in codes:
            return said
        found = by_word.get(said) or by_word.get(f"{said}族")
        if found is None:
            raise Unread(
                f"“{said}”不在代码表里（{standard}）。", f"“{said}” is not in the list of codes ({standard})."
            )
        return found

    return read


def whole(least: int, most: int) -> Read:
    """A whole number of a range."""

    def read(text: str, _today: date) -> str:
        said = clean_text(text).strip()
        sign, digits = said[:1] == "-", said.removeprefix("-")
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
            raise Unread("请写一个整数。", "Please write a whole number.")
        number = -int(digits) if sign else int(digits)
        if not least <= number <= most:
            raise Unread(
                f"请写 {least} 到 {most} 之间的数。", f"Please write a number from {least} to {most}."
            )
        return str(number)

    return read


def day(text: str, _today: date) -> str:
    """A day as `1949-12-31`."""
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise Unread("请写成 1949-12-31 这样。", "Please write it like 1949-12-31.") from None


def coded(
    words: Pair, codes: Codes, standard: str, field_class: FieldClass = F1, also: Mapping[str, str] | None = None
) -> FieldSpec:  # fmt: skip
    """A field whose values are the codes of a list."""
    return FieldSpec(words=words, read=code_of(codes, standard, also), codes=codes, field_class=field_class)


# -- where a value stands ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One field of one row; `table` and `community_id` say where it is sealed."""

    row: Any
    table: str
    field: str
    spec: FieldSpec
    community_id: str

    @property
    def column(self) -> str:
        return f"{self.field}_sealed" if self.spec.is_sealed else self.field

    @property
    def kept(self) -> Any:
        return getattr(self.row, self.column)

    @property
    def place(self) -> SealedPlace:
        return SealedPlace(
            table=self.table, column=self.column, row_id=self.row.id, community_id=self.community_id
        )


def says(session: Session, slot: Slot, value: str | None) -> bool:
    """Does the register say exactly this already?"""
    kept = slot.kept
    if kept is None or value is None:
        return kept is None and value is None
    if not slot.spec.is_sealed:
        return str(kept) == value
    keyring = keyring_of(session)
    if slot.spec.is_indexed:
        return getattr(slot.row, f"{slot.field}_blind") in keyring.blinds(slot.community_id, value)
    return keyring.unseal(session, kept, slot.place) == Unsealed(value)


def put(session: Session, slot: Slot, value: str | None) -> None:
    """Store a value at its place, sealed where its class says so, with its blind index."""
    for column, stored in stored_as(session, slot.place, slot.spec, slot.field, value).items():
        setattr(slot.row, column, stored)


def stored_as(
    session: Session, place: SealedPlace, spec: FieldSpec, field: str, value: str | None
) -> dict[str, Any]:
    """What a value is in the columns of its field."""
    if not spec.is_sealed:
        return {place.column: spec.stored(value) if value is not None else None}
    keyring = keyring_of(session)
    stored: dict[str, Any] = {
        place.column: keyring.seal(session, value, place, FieldClass.F2) if value is not None else None
    }
    if spec.is_indexed:
        stored[f"{field}_blind"] = keyring.blind(place.community_id, value) if value else None
    return stored


def masked(session: Session, slot: Slot) -> str:
    """The value as a page may show it; empty where there is none."""
    kept = slot.kept
    if kept is None:
        return ""
    if not slot.spec.is_sealed:
        return str(kept)
    return keyring_of(session).masked(session, kept, slot.place, slot.spec.mask)


# -- a change of it ---------------------------------------------------------------------------------


def signed(
    because: Because, community_id: str, *, actor: Actor, right: Grant | None, at: datetime
) -> dict[str, Any]:  # fmt: skip
    """What every line of a history has: its id, where, why, when, by whom in which right, and who approved it."""
    used, name, lent = right or next(iter(actor.grants), None), actor.signing(right), actor.acts_for(right)
    role = actor.role_in(right).value
    maker = because.wanted or Wanted(by_id=actor.id, by_name=name, by_role=role, acted_for=lent)
    approved = (
        {"approved_by": actor.id, "approved_name": name, "approved_for": lent} if because.wanted else {}
    )
    return {
        "id": new_id(), "community_id": community_id, "cause": because.cause, "source": because.source,
        "reason": because.reason, "at": at, "by_id": maker.by_id, "by_name": maker.by_name, "by_role": maker.by_role,
        "acted_for": maker.acted_for, "office_id": used.place_id if used else None, "batch_id": because.batch_id,
        "undoes_id": because.undoes_id, **approved,
    }  # fmt: skip


def note_sides(session: Session, change: Any, slot: Slot, value: str | None) -> None:
    """Write into a line of a history what the slot says now and what it is to say: sealed where the field is."""
    kept = slot.kept
    if not slot.spec.is_sealed:
        change.before, change.after = None if kept is None else str(kept), value
        return
    keyring, table = keyring_of(session), change.__tablename__
    if kept is not None:
        was = keyring.unseal(session, kept, slot.place).in_the_clear()
        change.before_sealed = keyring.seal(session, was, side_place(table, change, "before"), FieldClass.F2)
    if value is not None:
        after = side_place(table, change, "after")
        change.after_sealed = keyring.seal(session, value, after, FieldClass.F2)


def side_place(table: str, change: Any, side: str) -> SealedPlace:
    """Where the `before` or the `after` of a line of a history is sealed."""
    return SealedPlace(
        table=table, column=f"{side}_sealed", row_id=change.id, community_id=change.community_id
    )


def side_masked(session: Session, table: str, change: Any, side: str, spec: FieldSpec | None) -> str:
    """A side of a line of a history as a page may show it."""
    sealed = getattr(change, f"{side}_sealed")
    if sealed is None or spec is None:
        return getattr(change, side) or ""
    return keyring_of(session).masked(session, sealed, side_place(table, change, side), spec.mask)


def value_before(session: Session, table: str, change: Any) -> str | None:
    """What a field said before a change, to be put back or proposed again."""
    if change.before_sealed is None:
        said: str | None = change.before
        return said
    place = side_place(table, change, "before")
    return keyring_of(session).unseal(session, change.before_sealed, place).in_the_clear()


# -- its source and its day -------------------------------------------------------------------------


def note_source(row: Any, field: str, source: str, on: date) -> None:
    """Where a field comes from and when it was verified; kept only where it differs from the row's own."""
    told = dict(row.provenance or {})
    name = str(field)
    told[name] = [source, on.isoformat()]
    if told[name] == [row.source, row.verified_on.isoformat() if row.verified_on else None]:
        del told[name]
    row.provenance = told or None


def source_of(row: Any, field: str) -> tuple[str, date | None]:
    """Where a field comes from and when it was verified."""
    source, on = (row.provenance or {}).get(str(field), (row.source, None))
    return source or "", date.fromisoformat(on) if on else row.verified_on


def verify_all(row: Any, today: date) -> None:
    """Somebody looked today and all of it is right; every field keeps where it comes from."""
    sources = {field: source for field, (source, _on) in (row.provenance or {}).items()}
    row.verified_on, row.provenance = today, None
    for field, source in sources.items():
        note_source(row, field, source, today)
