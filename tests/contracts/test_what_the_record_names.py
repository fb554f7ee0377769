"""Whatever the record names by a code has its words, in both languages, on the pages of whoever audits it."""

import ast
import re

import pytest

from committee_app.auditing import WHY_WORDS, thing_said
from core_db.access.words import FIELD_WORDS, PURPOSE_WORDS, SOMETHING_ELSE
from core_db.accounts.words import ROLE_WORDS
from core_db.audit.words import DEED_WORDS
from core_db.foundation.actor import Role
from core_db.foundation.fields import F2, F3
from core_db.installs.parts import PartKind
from core_db.migrations.tables import all_tables
from core_db.mydata.meanwhile import EnteredAs
from core_db.neighbourhood.words import EntryKind
from core_db.people import RULED
from tests.contracts.house import modules, nodes

#: What looks like a reference of the record and is none.
NO_REFERENCES = {"change", "photos", "shequyun", "until"}
HEAD = re.compile(r"[a-z][a-z_-]*/$")
LANGUAGES = pytest.mark.parametrize("lang", ["zh", "en"])


def calls_of(*names):
    """Every call of these functions in the product, with its keywords by their names."""
    for tree in modules().values():
        for node in nodes(tree):
            called = isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2]
            if called in names:
                yield node, {one.arg: one.value for one in node.keywords}


def literals(value):
    """The words in which a thing is named, wherever they stand in an expression."""
    return {
        one.value for one in ast.walk(value) if isinstance(one, ast.Constant) and isinstance(one.value, str)
    }


def objects_named():
    """What deeds are said to be done to, where it stands there in words."""
    named = [
        said["object"] for _call, said in calls_of("record") if isinstance(said.get("object"), ast.Constant)
    ]
    return {one.value for one in named} - {""}


def heads_named():
    """The kinds of things of `f"case/{…}"`, of which the record keeps which one."""
    found = set()
    for path, tree in modules().items():
        if path.startswith(("core_db/", "plugins/host/", "app_shell/commands/")):
            whole = (one for one in nodes(tree) if isinstance(one, ast.JoinedStr))
            first = (one.values[0].value for one in whole if isinstance(one.values[0], ast.Constant))
            found |= {str(one)[:-1] for one in first if HEAD.match(str(one))}
    return found - NO_REFERENCES


def codes():
    sealed = {
        f"{table.name}.{column.name}"
        for table in all_tables().sorted_tables
        for column in table.columns
        if column.name.endswith("_sealed") and column.info["field_class"] in (F2, F3)
    }
    # What stands readable beside somebody, and is noted as read where a plugin or a table asks for it.
    read = {f"persons.{one}" for one in FIELD_WORDS if not one.endswith("_sealed")}
    kinds = (EntryKind, EnteredAs, PartKind)
    chosen = {str(one) for kind in kinds for one in kind} | {str(one) for one in Role if one in ROLE_WORDS}
    blind = {"persons.phone_blind", "persons.id_number_blind"}
    return sealed | read | blind | chosen | {*RULED} | objects_named() | heads_named()


def test_the_walk_finds_what_is_named():
    assert {"access_events", "cases", "persons", "register"} <= objects_named()
    assert {"case", "plugin", "sheet", "visit"} <= heads_named()
    assert {"persons.name", "persons.phone_sealed", "home.use", "facilities", "secretary"} <= codes()
    assert len(codes()) > 150


@LANGUAGES
def test_everything_that_is_named_has_words_of_its_own(lang):
    said = {one: thing_said(one, lang) for one in codes()}

    assert {
        one for one, word in said.items() if word == one or word in SOMETHING_ELSE or "_" in word
    } == set()


@LANGUAGES
def test_why_somebody_looked_is_told_his_colleagues_in_words(lang):
    assert {*PURPOSE_WORDS} <= {str(one) for one in WHY_WORDS}
    assert all(words[lang == "en"] for words in WHY_WORDS.values())


def test_every_kind_of_deed_has_words():
    actions = {
        word
        for _call, said in calls_of("record")
        if "action" in said
        for word in literals(said["action"])
        if re.match(r"[a-z_-]+\.", word)
    }

    assert len(actions) > 40
    assert {one.partition(".")[0] for one in actions} - {*DEED_WORDS} == set()
