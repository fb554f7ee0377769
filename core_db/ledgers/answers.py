"""What may stand in a cell, read from what people write; and answers about many rows out of one pasted column."""

from collections.abc import Mapping, Sequence
from datetime import date

from core_db.foundation.drafts import clean_text
from core_db.foundation.errors import CannotBeRead
from core_db.ledgers.drafts import ANSWER_AT_MOST, AnswerDraft, ColumnDraft
from core_db.ledgers.rows import RowSeen
from core_db.ledgers.words import YES_NO, AnswerKind, Pair
from core_db.sheets import CellUnreadable, date_from, number_from

_SAID = {word.casefold(): code for code, pair in YES_NO.items() for word in pair} | {
    "有": "yes", "无": "no", "没有": "no", "y": "yes", "n": "no", "√": "yes", "×": "no",
}  # fmt: skip


def read_answer(kind: AnswerKind, text: str) -> str:
    """The answer in one spelling; CellUnreadable for what it cannot be."""
    said = clean_text(text)
    if kind is AnswerKind.NUMBER:
        number = number_from(said)
        return "" if number is None else f"{number:.15g}"
    if kind is AnswerKind.DAY:
        day: date | None = date_from(said) if said else None
        return day.isoformat() if day else ""
    if kind is AnswerKind.YES_NO:
        code = said if said in ("", *YES_NO) else _SAID.get(said.casefold())
        if code is None:
            raise CellUnreadable(said, "不是“是”或“否”", "is neither yes nor no")
        return code
    return said


def name_of(field_id: str, subject_id: str) -> str:
    """What a cell's input is called in a page's form, and its fault beside it."""
    return f"a_{field_id}_{subject_id}"


def unreadable(name: str, fault: CellUnreadable) -> CannotBeRead:
    return CannotBeRead({name: (f"{fault.sentence('zh')}。", f"{fault.sentence('en')}.")})


def column_answers(draft: ColumnDraft, rows: Sequence[RowSeen]) -> list[AnswerDraft]:
    """A column as answers: one value for every row without one, or the pasted lines in order or by name."""
    if draft.value:
        return [
            AnswerDraft(subject_id=row.subject_id, field_id=draft.field_id, value=draft.value)
            for row in rows
            if not _value_in(row, draft.field_id)
        ]
    lines = draft.pasted.replace("\r\n", "\n").rstrip("\n").split("\n")
    said = _by_name(lines, rows) if any("\t" in line for line in lines) else _in_order(lines, rows)
    return [
        AnswerDraft(subject_id=subject, field_id=draft.field_id, value=value[:ANSWER_AT_MOST])
        for subject, value in said.items()
        if value
    ]


def _value_in(row: RowSeen, field_id: str) -> str:
    return next((cell.value for cell in row.cells if cell.field_id == field_id), "")


def _in_order(lines: Sequence[str], rows: Sequence[RowSeen]) -> dict[str, str]:
    if len(lines) != len(rows):
        raise _refused((
            f"粘贴了 {len(lines)} 行，表里有 {len(rows)} 行。请按表里的顺序贴满，或者每行写“姓名〔Tab〕答案”。",
            f"{len(lines)} lines for {len(rows)} rows. Paste one a row, or write name, tab, answer.",
        ))  # fmt: skip
    return {row.subject_id: clean_text(line) for row, line in zip(rows, lines, strict=True)}


def _by_name(lines: Sequence[str], rows: Sequence[RowSeen]) -> dict[str, str]:
    """Each line names its row, by name alone or with the door where two are called the same."""
    known = _names(rows)
    found: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        *who, answer = (clean_text(part) for part in line.split("\t"))
        subject = known.get(" ".join(who))
        if subject is None:
            raise _refused((
                f"第 {number} 行：表里没有“{' '.join(who)}”，或者有同名的人（再写上住处）。",
                f"Line {number}: nobody here is called “{' '.join(who)}”, or two are; add the door.",
            ))  # fmt: skip
        found[subject] = answer
    return found


def _names(rows: Sequence[RowSeen]) -> Mapping[str, str]:
    names: dict[str, str | None] = {}
    for row in rows:
        names[row.title] = None if row.title in names else row.subject_id
        names[f"{row.title} {row.door}"] = row.subject_id
    return {name: subject for name, subject in names.items() if subject is not None}


def _refused(words: Pair) -> CannotBeRead:
    return CannotBeRead({"pasted": words})
