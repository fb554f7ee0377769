"""What the pages of forms and ledgers call things: choices, the facts of a form, a cell with where it comes from."""

from collections.abc import Mapping, Sequence
from typing import Any

from app_shell.words import _
from core_db.foundation.lean import dataclass
from core_db.ledgers import CATALOGUE, Cell, FillShown, FormShown, Origin, RowSeen, name_of
from core_db.ledgers.words import (
    CYCLE_WORDS,
    FAMILY_WORDS,
    ROW_WORDS,
    YES_NO,
    AnswerKind,
    RowKind,
)
from core_db.people import RECORDED

Options = Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class CellDrawn:
    """A cell as the page shows it."""

    name: str
    label: str
    value: str
    #: The value as a field takes it.
    raw: str
    origin: str
    may_type: bool
    options: Options
    is_day: bool
    #: What says which cell it is, where there is more than is shown.
    look: str
    correct_href: str


@dataclass(frozen=True, kw_only=True)
class RowDrawn:
    """A row of a fill."""

    id: str
    title: str
    door: str
    person_id: str | None
    cells: Sequence[CellDrawn]


def options_of(words: Mapping[Any, tuple[str, str]], lang: str) -> Options:
    return [(str(one), pair[lang == "en"]) for one, pair in words.items()]


def field_options(row_kind: RowKind, lang: str) -> Options:
    """The fields of the catalogue that fit the rows of a form."""
    return [(key, one.words[lang == "en"]) for key, one in CATALOGUE.items() if row_kind in one.rows]


def form_labels() -> dict[str, str]:
    return {
        "place_id": _("谁要的"), "name": _("表的名称"), "family": _("哪一类台账"), "basis": _("依据什么文件"),
        "assist_item_id": _("协助清单里的哪一项"), "cycle": _("多久报一次"), "due_day": _("哪天截止"),
        "row_kind": _("每一行是什么"), "is_reviewed": _("报送以后要审核"), "valid_from": _("从哪天起"),
        "valid_to": _("到哪天自动停用"), "age_from": _("多少岁以上"), "age_to": _("多少岁以下"), "sex": _("性别"),
        "buildings": _("哪些楼"), "tags": _("有哪些标签的人"), "group_id": _("哪个人群"), "form": "",
    }  # fmt: skip


def form_facts(found: FormShown, lang: str) -> list[tuple[str, str]]:
    """What is said of a form above its questions."""
    form, en = found.line.form, lang == "en"
    days = _("{first} 到 {last}").format(first=form.valid_from, last=form.valid_to)
    return [
        (_("谁要的"), found.line.issuer), (_("哪一类台账"), FAMILY_WORDS[form.family][en]),
        (_("依据什么文件"), form.basis),
        (_("协助清单里的哪一项"), found.item or _("不在清单里")),
        (_("多久报一次"), _("{cycle}，{due} 截止").format(cycle=CYCLE_WORDS[form.cycle][en], due=found.period.due_on)),
        (_("每一行是什么"), ROW_WORDS[form.row_kind][en]), (_("哪些人"), covers_in_words(form.covers)),
        (_("有效期"), days), (_("审核"), _("报送以后要审核") if form.is_reviewed else _("报送就算完成")),
    ]  # fmt: skip


def covers_in_words(covers: Mapping[str, Any]) -> str:
    said = []
    youngest, oldest = covers.get("ages") or (None, None)
    if youngest is not None:
        said.append(_("{n} 岁以上").replace("{n}", str(youngest)))
    if oldest is not None:
        said.append(_("{n} 岁以下").replace("{n}", str(oldest)))
    if covers.get("sex"):
        said.append(_("男") if covers["sex"] == "1" else _("女"))
    if covers.get("buildings"):
        said.append(_("选定的 {n} 幢楼").replace("{n}", str(len(covers["buildings"]))))
    if covers.get("tags"):
        said.append(_("有标签：{names}").replace("{names}", " / ".join(covers["tag_names"])))
    if covers.get("group"):
        said.append(_("人群：{name}").replace("{name}", covers["group_name"]))
    return _("、").join(said) or _("全部")


def rows_drawn(found: FillShown, lang: str) -> list[RowDrawn]:
    return [
        RowDrawn(
            id=row.subject_id, title=row.title, door=row.door, person_id=row.person_id,
            cells=[
                _cell(found, row, field, cell, lang) for field, cell in zip(found.fields, row.cells, strict=True)
            ],
        )
        for row in found.rows
    ]  # fmt: skip


def _cell(found: FillShown, row: RowSeen, field: Any, cell: Cell, lang: str) -> CellDrawn:
    may_type = cell.may_type and found.is_open
    codes = CATALOGUE[field.catalogue].codes if field.catalogue else None
    options = options_of(YES_NO, lang) if field.kind is AnswerKind.YES_NO else options_of(codes or {}, lang)
    may_look = cell.is_hidden and found.is_open and row.person_id and cell.origin is not Origin.LAST_TIME
    may_correct = cell.register and cell.origin is Origin.REGISTER and found.is_open and row.person_id
    return CellDrawn(
        name=name_of(field.id, row.subject_id), label=f"{row.title} {field.name}", value=_said(field, cell, lang),
        raw=cell.value, origin=_origin(cell), may_type=may_type, options=options,
        is_day=field.kind is AnswerKind.DAY or field.catalogue == "person.birth",
        look=f"{row.subject_id} {field.id}" if may_look else "",
        correct_href=f"/people/{row.person_id}/correction?field={cell.register}" if may_correct else "",
    )  # fmt: skip


def _said(field: Any, cell: Cell, lang: str) -> str:
    if cell.value == RECORDED:
        return _("已登记，不显示")
    if field.catalogue:
        return CATALOGUE[field.catalogue].said(cell.value, lang)
    if field.kind is AnswerKind.YES_NO and cell.value in YES_NO:
        return YES_NO[cell.value][lang == "en"]
    return cell.value


def _origin(cell: Cell) -> str:
    """Where a value comes from, in a few words."""
    day = str(cell.on or "")
    if cell.origin is Origin.REGISTER:
        return " ".join(part for part in (_("名册"), cell.source, day) if part)
    if cell.origin is Origin.LAST_TIME:
        return _("上期 {period}").replace("{period}", cell.source)
    return " ".join(part for part in (cell.source, day) if part) if cell.origin is Origin.ANSWERED else ""
