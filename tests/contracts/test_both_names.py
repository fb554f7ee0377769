"""Whatever is signed by name says in whose right it was done: the columns for it, and how they are filled."""

import ast

import pytest
from sqlalchemy import Column, MetaData, String, Table

from core_db.foundation.fields import F0, F1, held
from core_db.migrations.tables import all_tables
from tests.contracts.house import modules, nodes

#: Names that stand below nothing that somebody did.
NO_SIGNATURES = {
    "accounts.name": "what an account is called",
    "accounts.username": "by what name somebody signs in",
    "case_dispatches.organisation_name": "what an organisation is called",
    "cases.lead_name": "what an organisation is called",
    "guardianships.child_name": "the child as its guardian wrote it",
    "handover_notes.to_name": "whom a note is for",
    "persons.name": "what somebody is called",
    "report_rows.form_name": "what a form is called",
    "register_sheets.name": "what a file is called",
    "visit_plans.name": "what a plan is called",
}
#: Where a person's own name is asked for, and nothing is signed with it.
OWN_NAME = {
    "core_db/cases/for_whom.py": "who raised a case for himself or another, by his own right",
    "core_db/cases/commands/asking.py": "who asks about a look at himself",
    "core_db/mydata/correcting.py": "who asks to have something put right about himself",
    "core_db/foundation/actor.py": "where both names are put together",
}


def signatures(table):
    """The columns of a table by which somebody's name stands below what he did."""
    for column in table.columns:
        is_of_somebody = column.info.get("field_class") is F1 and column.type.python_type is str
        if column.name.endswith("_name") or (is_of_somebody and column.name.endswith(("name", "_by"))):
            yield column


def unsaid(table):
    """Those of them beside which no column says in whose right it was."""
    for column in signatures(table):
        if f"{table.name}.{column.name}" not in NO_SIGNATURES and not _kept_beside(table, column.name):
            yield f"{table.name}.{column.name}"


def _kept_beside(table, signed):
    """`decided_for` of `decided_name`. Of whoever made the row `acted_for` will do; a history of cases has `for_id`."""
    step = signed.removesuffix("_name").removesuffix("_by")
    if f"{step}_for" in table.columns:
        return True
    first = next(signatures(table)).name == signed
    return first and not {"acted_for", "for_id"}.isdisjoint(table.columns.keys())


TABLES = all_tables().sorted_tables


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_beside_each_name_that_signs_something_stands_in_whose_right_it_was(table):
    assert list(unsaid(table)) == [], "add the column, or say in NO_SIGNATURES why nothing is signed there"


def test_the_walk_finds_what_is_signed_and_each_reason_is_needed():
    named = {f"{table.name}.{column.name}" for table in TABLES for column in signatures(table)}

    assert len(named) > 25
    assert {*NO_SIGNATURES} - named == set()


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        ({"by_name": F1}, ["planted.by_name"]),
        ({"by_name": F1, "acted_for": F0}, []),
        ({"asked_name": F1, "acted_for": F0, "decided_name": F1}, ["planted.decided_name"]),
        ({"asked_name": F1, "acted_for": F0, "decided_name": F1, "decided_for": F0}, []),
        ({"decided_by": F1}, ["planted.decided_by"]),
        ({"decided_by": F0, "name": F0}, []),
        ({"decided_name": F0}, ["planted.decided_name"]),
    ],
)
def test_a_name_that_was_planted_is_found(columns, found):
    planted = Table(
        "planted", MetaData(), *(Column(one, String, **held(kept)) for one, kept in columns.items())
    )

    assert list(unsaid(planted)) == found


def own_names(tree):
    """Where a module takes `actor.name`: the one name of somebody who may act in another's right."""
    for node in nodes(tree):
        is_his = isinstance(node, ast.Attribute) and node.attr == "name"
        if is_his and ast.unparse(node.value).rpartition(".")[2] in ("actor", "self.actor"):
            yield node.lineno


def test_nobody_signs_with_his_own_name_alone():
    found = {path for path, tree in modules().items() if path.startswith("core_db/") and any(own_names(tree))}

    assert found <= {*OWN_NAME}, (
        "sign with `actor.signing(right)`, and keep `actor.acts_for(right)` beside it"
    )


def test_a_signature_that_was_planted_is_found():
    planted = "row.by_name = actor.name\nother.by_name = change.actor.name\nthird = place.name\n"

    assert [*own_names(ast.parse(planted))] == [1, 2]
