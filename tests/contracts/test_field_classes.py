"""Every column says how sensitive it is, and what is sensitive is never kept readable."""

import pytest
from sqlalchemy import Column, Integer, LargeBinary, MetaData, String, Table

from core_db.foundation.fields import F0, F1, F2, F5, READABLE, FieldClass, held
from core_db.foundation.tables import long_text, text_column
from core_db.migrations.tables import all_tables
from scripts.list_fields import LIST, listed


def faults_of(table):
    """What is wrong with a table's columns, in sentences."""
    for column in table.columns:
        field_class = column.info.get("field_class")
        if not isinstance(field_class, FieldClass):
            yield f"{table.name}.{column.name} has no field class"
        elif field_class not in READABLE:
            yield from _kept_readable(table, column)


def _kept_readable(table, column):
    if column.info.get("digest"):
        return
    if not ("sealed" in column.info or "blind_of" in column.info):
        yield f"{table.name}.{column.name} is {column.info['field_class']} and neither sealed nor a digest"
    elif not isinstance(column.type, LargeBinary):
        yield f"{table.name}.{column.name} is sealed in a column that is not binary"
    elif (of := column.info.get("blind_of")) and "sealed" not in table.columns[of].info:
        yield f"{table.name}.{column.name} finds {of}, which is not sealed"


TABLES = all_tables().sorted_tables


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_column_says_how_sensitive_it_is(table):
    assert list(faults_of(table)) == []


def test_there_are_columns_of_the_classes_that_are_sealed():
    classes = [c.info["field_class"] for table in TABLES for c in table.columns if "sealed" in c.info]

    assert len(TABLES) > 20
    assert classes.count(F2) >= 5
    assert classes.count(F5) >= 1


@pytest.mark.parametrize(
    ("planted", "fault"),
    [
        (Column("salary", Integer), "has no field class"),
        (Column("phone", String, **held(F2)), "neither sealed nor a digest"),
        (Column("phone", String, **held(F2, sealed=True)), "not binary"),
        (Column("phone", LargeBinary, **held(F2, blind_of="name")), "finds name, which is not sealed"),
    ],
)
def test_a_column_that_was_planted_is_found(planted, fault):
    table = Table("planted", MetaData(), Column("name", String, **held(F1)), planted)

    found = list(faults_of(table))

    assert len(found) == 1
    assert fault in found[0]


def test_whoever_makes_a_column_for_words_has_to_say_it():
    with pytest.raises(TypeError):
        text_column()
    with pytest.raises(TypeError):
        long_text(nullable=True)
    assert text_column(F0).info == {"field_class": F0}


def test_the_list_of_fields_is_of_today():
    assert LIST.read_text(encoding="utf-8") == listed(), "python -m scripts.list_fields writes it anew"
