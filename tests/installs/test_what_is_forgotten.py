"""Whoever leaves, takes back what he agreed to or wants a copy: what plugins have of him goes with him, and to him."""

import io
import json
import zipfile
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select

from core_db.installs import due_erasures, erasure_done, erasure_failed, my_messages
from core_db.installs.erasing import TRIES
from core_db.installs.model import MESSAGES, SUBJECTS
from core_db.mydata import (
    ask_for_export,
    carry_out_erasures,
    make_exports,
    open_export,
    withdraw_from_purpose,
)
from core_db.mydata.sweeping import sweep
from core_db.upkeep import CopyTrouble, back_up, restore
from tests.installs.test_what_a_plugin_keeps import TRACE, holds_a_trace
from tests.mydata.leaving import move_in, say_that_he_leaves

PLUGIN = "elder-care"


@dataclass
class Known:
    """Somebody whom the plugin knows: his own id there, and what it keeps."""

    actor: object
    pair: str


@pytest.fixture
def known(given, on, agreed, asked, pair, documents, door):
    on()
    documents.prepare(PLUGIN, None if door.engines.is_sqlite else door.operator.write)
    who = move_in(given)
    agreed(who)
    pairs = pair(who)
    row = {"resident": pairs, "name": TRACE}
    documents.put(PLUGIN, given.community.id, {"kind": "Elder", "id": "1", "version": 1, "row": row})
    args = {"name": TRACE, "days": "3"}
    asked(lambda ctx: ctx.messages.send(to=pairs, template="overdue", key="1", args=args))
    return Known(who, pairs)


@pytest.fixture
def forget(given, documents):
    """What the host does each minute: asks plugins to forget, and deletes what is left."""

    def forgotten():
        due = given.see(due_erasures, by=given.system())
        for one in due:
            rows = documents.erase(one.plugin_id, one.community_id, one.pair)
            given.do(erasure_done, one.id, rows, by=given.system())
        return len(due)

    return forgotten


def test_what_was_agreed_to_and_taken_back_is_deleted_and_the_id_leads_nowhere(
    given, known, forget, purpose_of, documents, door, settings
):
    given.do(withdraw_from_purpose, purpose_of(known.actor), by=known.actor)

    assert forget() == 1

    assert documents.of_subject(PLUGIN, given.community.id, known.pair) == []
    assert door.read_now(lambda s: s.execute(select(SUBJECTS)).all()) == []
    assert holds_a_trace(settings.data_dir / "x") == []
    assert len(given.see(my_messages, by=known.actor)) == 1


def test_of_whoever_left_no_byte_is_found(given, known, forget, clock, settings, door, documents):
    say_that_he_leaves(given, known.actor)
    clock.advance(timedelta(days=7))
    carry_out_erasures(door, settings.data_dir, clock=clock)

    assert forget() == 1
    sweep(door.engines)

    assert holds_a_trace(settings.data_dir) == []
    assert documents.of_subject(PLUGIN, given.community.id, known.pair) == []
    for table in (SUBJECTS, MESSAGES):
        assert door.read_now(lambda s, table=table: s.execute(select(table)).all()) == []


def test_a_plugin_that_does_not_manage_is_asked_again_and_in_the_end_not_waited_for(
    given, known, purpose_of, clock
):
    given.do(withdraw_from_purpose, purpose_of(known.actor), by=known.actor)
    goes_on = []
    for _ in range(TRIES):
        (due,) = given.see(due_erasures, by=given.system())
        goes_on.append(given.do(erasure_failed, due.id, by=given.system()))
        assert given.see(due_erasures, by=given.system()) == []
        clock.advance(timedelta(days=1))

    assert goes_on == [True] * (TRIES - 1) + [False]


def test_a_copy_of_everything_holds_what_each_plugin_keeps(given, known, documents, settings, clock, door):
    asked = given.do(ask_for_export, lang="zh", by=known.actor)
    make_exports(door, settings.data_dir, kept_of=documents.of_subject, clock=clock)

    _seen, pieces = given.see(open_export, asked.id, folder=settings.data_dir, by=known.actor)

    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as archive:
        data = json.loads(archive.read("data.json"))
        page = archive.read("index.html").decode()
    (kept,) = data["kept_by_plugins"]
    assert (kept["plugin"], kept["rows"][0]["name"]) == (PLUGIN, TRACE)
    assert [one["purpose"] for one in data["data"]["x_consents"]] == ["visit"]
    assert json.loads(data["data"]["x_messages"][0]["text"])["zh"].startswith(TRACE)
    assert f"应用“{PLUGIN}”保存的关于我的内容" in page


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_copy_of_the_installation_brings_back_what_plugins_keep(
    given, known, documents, settings, tmp_path, clock
):
    back_up(settings, tmp_path / "copy.tar", clock=clock)
    there = settings.model_copy(
        update={"data_dir": tmp_path / "there", "database_url": f"sqlite:///{tmp_path}/there/new.db"}
    )

    restore(there, tmp_path / "copy.tar")

    assert (tmp_path / "there/x/elder-care.db").exists()
    assert holds_a_trace(tmp_path / "there/x") == ["elder-care.db"]
    (tmp_path / "there/new.db").unlink()
    with pytest.raises(CopyTrouble):
        restore(there, tmp_path / "copy.tar")
