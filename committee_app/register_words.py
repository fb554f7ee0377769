"""What the register's pages call things: fields with their values in words, causes of changes, ways of living."""

from collections.abc import Sequence
from typing import Any

from app_shell.words import _
from core_db.foundation.lean import dataclass
from core_db.people import (
    FIELDS,
    LIVES_AS_WORDS,
    RECORDED,
    RELATION_WORDS,
    RULED,
    STAY_FIELDS,
    ChangeSeen,
    FieldSeen,
    RegisterField,
    StayField,
    WaitingHere,
)
from core_db.people.words.status import CodeSet

Options = Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class FieldRow:
    """A field on a person's page."""

    field: str
    label: str
    value: str
    origin: str
    may_correct: bool


@dataclass(frozen=True, kw_only=True)
class ChangeRow:
    """A line of a history."""

    id: str
    label: str
    change: str
    why: str
    who: str
    at: object
    may_undo: bool


def label_of(field: str, lang: str) -> str:
    """A field's name, or that of a step which is no field."""
    if field in list(RegisterField):
        return FIELDS[RegisterField(field)].words[lang == "en"]
    if field in list(StayField):
        return STAY_FIELDS[StayField(field)].words[lang == "en"]
    steps = {
        "registered": _("登记"), "moved_in": _("迁入"), "moved_out": _("迁出"), "head": _("户主"),
        "relation": _("与户主关系"), "household_ended": _("这一户结束"),
        "household": _("换到另一户"),
        "merged": _("与另一条登记合并"), "parted": _("撤销合并"),
        "number_proves_nothing": _("这个号码的账号绑错过人，不再凭号码自动绑定"),
    }  # fmt: skip
    return steps.get(field, field)


def ruled_in_words(name: str, lang: str) -> str:
    """What can need a second person: a field of people or of places, or an event of life."""
    return RULED[name][lang == "en"] if name in RULED else name


def waiting_rows(waiting: Sequence[WaitingHere], lang: str) -> list[tuple[str, str, str]]:
    """What waits of the thing that a page shows: its id, what it is of, and who proposed it."""
    return [(one.id, ruled_in_words(one.field, lang), one.proposed_name) for one in waiting]


def value_in_words(field: str, value: str, lang: str) -> str:
    """A value as it is read: the word of its code; that there is one, where it is not shown."""
    if value == RECORDED:
        return _("已登记，不显示")
    if field == "relation":
        return relation_in_words(value or None, lang)
    if field in list(StayField):
        return STAY_FIELDS[StayField(field)].said(value, lang)
    if field == "head" or field not in list(RegisterField):
        return value if field in ("moved_in", "moved_out", "household_ended") else ""
    return FIELDS[RegisterField(field)].said(value, lang)


def relation_in_words(relation: str | None, lang: str) -> str:
    pair = RELATION_WORDS.get(relation or "")
    return pair[lang == "en"] if pair else _("还没有登记")


def lives_as_in_words(role: str, lang: str) -> str:
    return next((pair[lang == "en"] for one, pair in LIVES_AS_WORDS.items() if one == role), role)


def field_row(seen: FieldSeen, lang: str) -> FieldRow:
    day = _("{day} 核对").replace("{day}", str(seen.verified_on)) if seen.verified_on else _("还没有核对过")
    origin = _("{source}，{day}").format(source=seen.source, day=day) if seen.source else day
    return FieldRow(
        field=seen.field, label=label_of(seen.field, lang), value=value_in_words(seen.field, seen.value, lang) or "—",
        origin=origin if seen.value else "", may_correct=seen.field is not RegisterField.DIED_ON,
    )  # fmt: skip


def change_row(seen: ChangeSeen, lang: str) -> ChangeRow:
    before, after = (value_in_words(seen.field, side, lang) for side in (seen.before, seen.after))
    change = from_to(before, after)
    why = _("；").join(part for part in (causes()[seen.cause], seen.source, seen.reason) if part)
    return ChangeRow(
        id=seen.id, label=label_of(seen.field, lang), change=change, why=why, who=who_did(seen), at=seen.at,
        may_undo=seen.may_undo,
    )  # fmt: skip


def from_to(before: str, after: str) -> str:
    """What changed into what; where the mask leaves both alike, that it changed all the same."""
    if not before and not after:
        return ""
    said = _("{before} → {after}").format(before=before or "—", after=after or "—")
    return said + changed_unseen(before, after)


def changed_unseen(before: str, after: str) -> str:
    """Said beside two sides that read alike; empty where one sees what is another."""
    return _("（已改，改的地方不显示）") if before and before == after else ""


def who_did(seen: Any) -> str:
    """Who made a change, and who approved it where that was somebody else."""
    if not seen.approved_name:
        return str(seen.by_name)
    return _("{who}，{second}批准").format(who=seen.by_name, second=seen.approved_name)


def done_or_waiting(proposal: object | None, said: str) -> str:
    """What a worker reads of what he did: that it is done, or that it waits for a second person."""
    return said if proposal is None else _("这一步要第二个人批准，已经交给书记。")


def causes() -> dict[str, str]:
    return {
        "registered": _("登记"), "corrected": _("更正"), "imported": _("导入"), "asked": _("本人申请更正"),
        "born": _("出生登记"), "moved_in": _("迁入登记"), "moved_out": _("迁出登记"), "died": _("去世登记"),
        "undone": _("撤销"), "merged": _("合并登记"), "head_changed": _("换户主"),
        "regrouped": _("分户或并户"), "ended": _("不再有这里"),
    }  # fmt: skip


def choices(field: RegisterField, lang: str) -> Options:
    """The codes of a field to choose from, in words."""
    return [(code, pair[lang == "en"]) for code, pair in (FIELDS[field].codes or {}).items()]


def stay_choices(field: StayField, lang: str) -> Options:
    """The codes of a field of somebody's time in a home, in words."""
    return [(code, pair[lang == "en"]) for code, pair in (STAY_FIELDS[field].codes or {}).items()]


def stay_in_words(field: StayField, code: str | None, lang: str) -> str:
    """The word of such a code; empty where nothing is known."""
    return STAY_FIELDS[field].said(code, lang) if code else ""


def relations(lang: str) -> Options:
    return [(code, pair[lang == "en"]) for code, pair in RELATION_WORDS.items()]


def born_in_words(year: int | None) -> str:
    """`1949 年生`, beside a name that two may have; empty where nobody knows."""
    return _("{year} 年生").replace("{year}", str(year)) if year else ""


def age_in_words(band: str) -> str:
    """`80-89` as it is read; empty where nobody knows."""
    return _("{age} 岁").replace("{age}", band.replace("-", "–")) if band else ""


def sources() -> Options:
    """What a worker most often reads a fact from; kept in the words of the register, whoever reads it later."""
    return [("上门", _("上门")), ("电话", _("电话")), ("证件", _("证件")), ("本人告知", _("本人告知"))]


def code_sets() -> Options:
    """How other systems write the residence status, to choose from."""
    words = {
        CodeSet.A: _("A：1 人户一致，2 人在户不在，3 户在人不在"),
        CodeSet.A_PRIME: _("A′：1 人在户在，2 人在户不在，3 户在人不在"),
        CodeSet.B: _("B：0 未知，1 人户一致，2 人在户不在，3 流动人口"),
        CodeSet.C: _("C：0 人在户不在，1 户在人不在，999 误报"),
        CodeSet.D: _("D：01 一致，02 不一致"),
        CodeSet.E: _("E：RY00931 人在户不在，RY00932 户在人不在"),
    }
    return [(str(one), words[one]) for one in CodeSet]
