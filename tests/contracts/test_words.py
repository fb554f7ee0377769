"""Whoever reads us finds words: every refusal, every fact, every use case and every setting says what it is."""

import ast
import importlib
import inspect
import re
from pathlib import Path

import pytest

from app_shell.problems import known_refusals
from app_shell.words import PACKAGES, missing
from core_db.access.words import FIELD_WORDS, PURPOSE_WORDS
from core_db.foundation.fields import F2, F3
from core_db.foundation.settings import Settings
from core_db.installs.words import FIELD_WORDS as ASKED_BY_PLUGINS
from core_db.migrations.tables import all_tables
from core_db.reveals.words import ALSO_FOR_WORDS, FOR_WORDS, Revealable
from plugins.sdk import events
from tests.clients import Client
from tests.databases import settings_for

HOUSE = Path(__file__).resolve().parents[2]
CAPABILITIES = (
    "accounts", "cases", "emergency", "feedback", "insight", "mydata", "people", "places", "relay", "reveals",
    "sheets",
)  # fmt: skip
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def our_refusals():
    for app in ("resident_app", "committee_app"):
        importlib.import_module(f"{app}.main")
    ours = ("core_db", *PACKAGES)
    return {code: kind for code, kind in known_refusals().items() if kind.__module__.split(".")[0] in ours}


def test_every_refusal_has_a_sentence_in_both_languages():
    refusals = our_refusals()
    wrong = [
        code
        for code, kind in refusals.items()
        if not CHINESE.search(kind.zh) or CHINESE.search(kind.en) or not kind.en
    ]

    assert len(refusals) > 30
    assert not wrong


@pytest.mark.parametrize("app", ["resident", "committee"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_refusal_has_a_page_that_explains_its_code(app, lang, tmp_path):
    made = importlib.import_module(f"{app}_app.main").create_app(
        settings_for(f"sqlite:///{tmp_path}/none.db", tmp_path)
    )
    client = Client(made, base_url="http://localhost", cookies={"shequyun_language": lang})
    refusals = our_refusals()
    for code in refusals:
        answer = client.get(f"/problems/{code}")
        assert answer.status_code == 200, code
        assert bool(CHINESE.search(answer.text.split("<h1")[1].split("</h1>")[0])) == (lang == "zh"), code

    assert client.get("/problems/no-such-code").status_code == 404
    assert len(refusals) > 30


def facts() -> list[type[events.Event]]:
    return [
        kind
        for kind in vars(events).values()
        if inspect.isclass(kind) and issubclass(kind, events.Event) and "type" in vars(kind)
    ]


def test_every_fact_says_what_happened_and_has_a_type_of_its_own():
    kinds = facts()
    types = [kind.type for kind in kinds]

    assert len(kinds) > 25
    assert len(set(types)) == len(types)
    assert all(re.fullmatch(r"cn\.shequyun\.[a-z_]+\.[a-z_]+\.v\d+", one) for one in types)
    assert [kind.__name__ for kind in kinds if not (vars(kind).get("__doc__") or "").strip()] == []


def test_a_fact_carries_ids_and_codes_never_a_name_a_phone_or_free_text():
    personal = re.compile(r"(?:^|_)(?:name|phone|text|address|id_number|reporter|note|reason)$")
    fields = [f"{kind.__name__}.{name}" for kind in facts() for name in kind.model_fields]

    assert len(fields) > 60
    assert [name for name in fields if personal.search(name.split(".")[1])] == []


@pytest.mark.parametrize("capability", CAPABILITIES)
def test_whatever_a_capability_hands_out_says_what_it_is(capability):
    module = importlib.import_module(f"core_db.{capability}")
    handed_out = [getattr(module, name) for name in module.__all__]
    functions = [one for one in handed_out if inspect.isfunction(one)]

    assert (module.__doc__ or "").strip()
    assert functions
    assert [one.__name__ for one in functions if not (one.__doc__ or "").strip()] == []


def test_every_setting_says_what_it_is_for_and_stands_in_the_operators_guide():
    source = inspect.getsource(importlib.import_module(Settings.__module__))
    (declared,) = (
        one for one in ast.parse(source).body if isinstance(one, ast.ClassDef) and one.name == "Settings"
    )
    first = next(one for one in declared.body if isinstance(one, ast.AnnAssign))
    guide = (HOUSE / "docs" / "operating.md").read_text(encoding="utf-8")

    assert source.splitlines()[first.lineno - 2].strip().startswith("#:")
    assert len(Settings.model_fields) > 10
    assert [name for name in Settings.model_fields if f"_{name.upper()}`" not in guide] == []


def test_every_chinese_sentence_of_a_page_has_its_english():
    assert missing(HOUSE / package for package in PACKAGES) == []


def test_whatever_can_be_read_in_full_has_a_word_for_whoever_it_is_about_and_so_has_why():
    sealed = {
        column.name
        for table in all_tables().sorted_tables
        for column in table.columns
        if column.name.endswith("_sealed") and column.info["field_class"] in (F2, F3)
    }
    uncovered = {one.column for one in Revealable if one is not Revealable.TAGS}

    assert len(sealed) > 25
    assert uncovered <= sealed
    assert sealed - FIELD_WORDS.keys() == set()
    # Tags of these kinds are noted as tags, and a telephone by the column it stands in.
    assert ASKED_BY_PLUGINS.keys() - FIELD_WORDS.keys() == {"phone", "health", "disability", "aid"}
    assert PURPOSE_WORDS.keys() - {*ALSO_FOR_WORDS, *FOR_WORDS} == set()
