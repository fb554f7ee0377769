"""What stands in the database in a way of ours, told in a copy by the words under which people know it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from core_db.foundation.recorded import FieldSpec
from core_db.people.fields import FIELDS
from core_db.people.importing.columns import COLUMNS
from core_db.people.stay_fields import STAY_FIELDS
from core_db.people.words import RELATION_WORDS
from core_db.visits.model import CANVASSES

Given = dict[str, Any]
_SPECS: Mapping[str, FieldSpec] = {str(name): spec for name, spec in (*FIELDS.items(), *STAY_FIELDS.items())}
#: Beside the fields of the register: what a table may say of where and how he lives.
_BESIDE = ("relation", "household", "since")


def by_question(session: Session, visits: Sequence[Any]) -> Iterator[Given]:
    """Of each visit what was answered, by the question as it was asked."""
    ids = {row.canvass_id for row in visits if row.canvass_id}
    asked = select(CANVASSES.c.id, CANVASSES.c.questions).where(CANVASSES.c.id.in_(ids))
    questions = {row.id: row.questions for row in session.execute(asked)}
    for row in visits:
        yield {"answers": dict(_answered(row.answers, questions.get(row.canvass_id, ())))}


def _answered(answers: Mapping[str, str], questions: Sequence[str]) -> Iterator[tuple[str, str]]:
    for number, answer in answers.items():
        is_asked = number.isdecimal() and int(number) < len(questions)
        yield questions[int(number)] if is_asked else number, answer


def said_in_a_table(row: Given) -> Given:
    """What a row of a table said of him, by its columns; not which other entries it was compared with."""
    try:
        kept = json.loads(row["said"])
    except (KeyError, ValueError):
        # There is nothing any more, or it does not open and says so.
        return {}
    return {"said": dict(_columns(kept))}


def _columns(kept: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    said = kept["said"] or {"values": {"name": kept["name"]}}
    beside = {name: said.get(name) for name in _BESIDE}
    for name, value in {**said["values"], **said.get("stay", {}), **beside}.items():
        if value:
            yield COLUMNS[name][0], _in_words(name, value)
    if said.get("door"):
        yield COLUMNS["door"][0], "".join(str(one) for one in said["door"].values() if one)


def _in_words(name: str, value: str) -> str:
    """A code as the table's own language says it."""
    if name == "relation":
        return RELATION_WORDS[value][0] if value in RELATION_WORDS else value
    spec = _SPECS.get(name)
    return value if spec is None else spec.said(value, "zh")
