"""Every route of both apps × every role × whose thing it is: the golden cells, and what holds whatever they say.

Nothing here is computed from the policy. The lock was read by a person; the invariants know only what trust promises.
"""

import asyncio
import csv
import logging
import re
from collections import defaultdict
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from core_db.access import AccessEvent
from core_db.foundation.errors import StorageAway
from core_db.foundation.reach import stand_in
from tests.databases import ARRANGING
from tests.rehearsal import COUNTERS, TOLD
from tests.security.canaries import SEALED, entitled
from tests.security.lock import different, locked, missing, surplus
from tests.security.matrix import (
    BESIDES,
    NOBODY,
    ROLES,
    Cell,
    is_fetching,
    is_uncovering,
    routes_of,
    without_its_object,
)
from tests.security.nobodys import NOBODY_BY_A_SUBJECT_TEST, NOBODYS
from tests.security.open_to_all import KEPT, PUBLIC, REACH, SAID_BY_ALL, TOLD_TO_ALL
from tests.security.sealed import HOLDS, HOLDS_NONE
from tests.security.untold import NOT_WRITTEN_DOWN, WRITTEN_DOWN

DOCS = Path(__file__).resolve().parents[2] / "docs"
READING = ("GET", "HEAD", "OPTIONS")


def named(cell: Cell) -> str:
    return ",".join((*cell.key, cell.outcome))


# -- the lock ------------------------------------------------------------------------------------------


def test_every_cell_gives_what_the_lock_says(stage):
    """What is missing is printed as it would stand in the lock: judge it, then put it in."""
    known = {key: outcome for key, outcome in locked().items() if stage.wanted(key)}

    assert len(stage.cells) > 4000
    assert missing(stage.cells, known) == []
    assert different(stage.cells, known) == []
    assert surplus(stage.cells, known) == []


@pytest.mark.either
def test_every_route_is_asked_by_every_role(stage):
    for name, matrix in stage.matrices.items():
        asked = {(cell.method, cell.route, cell.role) for cell in stage.cells if cell.app == name}
        wanted = {(*one, role) for one in routes_of(matrix.app) for role in (*ROLES[name], *BESIDES[name])}
        assert len(wanted) > 500
        assert asked == wanted


def test_no_ask_is_a_fault_of_ours(stage):
    assert [named(cell) for cell in stage.cells if cell.answer.status >= 500] == []


# -- who gets an answer at all --------------------------------------------------------------------------


def test_who_has_not_signed_in_gets_answers_from_a_short_list_alone(stage):
    nobody = NOBODY.values()
    done = {
        f"{cell.app} {cell.method} {cell.route}"
        for cell in stage.cells
        if cell.role in nobody and cell.is_done
    }

    assert done == {f"{app} {route}" for app, routes in PUBLIC.items() for route in routes}


def test_nobody_reaches_beyond_his_own_neighbourhood_town_or_district(stage):
    far = [
        cell
        for cell in stage.cells
        if cell.ask.relation in REACH
        and "{" in cell.route
        and not cell.route.startswith("/at/")
        and (cell.method, cell.route) not in TOLD_TO_ALL
    ]

    assert len(far) > 1000
    assert [named(c) for c in far if c.is_done and c.role not in REACH[c.ask.relation]] == []


# -- what is changed ------------------------------------------------------------------------------------


def test_who_reads_changes_nothing(stage):
    reads = [cell for cell in stage.cells if cell.method in READING]

    assert len(reads) > 1000
    assert [named(cell) for cell in reads if cell.written - TOLD] == []


def test_whoever_changes_something_is_written_down(stage):
    """In the record, in a history that is kept, or as a fact: who did what is told by one of them."""
    changed = [cell for cell in stage.cells if cell.is_done and cell.written - COUNTERS]
    untold = {f"{c.app} {c.method} {c.route}" for c in changed if not c.written & WRITTEN_DOWN}

    assert len(changed) > 1000
    assert untold == {one for routes in NOT_WRITTEN_DOWN.values() for one in routes}


def test_nothing_can_be_written_where_one_reads(stage):
    """The other half of it: the reading door itself refuses."""

    def write(session):
        session.connection().execute(text("UPDATE cases SET text = ''"))

    before = stage.digest()
    with pytest.raises((DBAPIError, StorageAway)):
        stage.door.read_now(write)

    assert stage.digest() == before


def test_what_is_refused_has_changed_nothing(stage):
    refused = [cell for cell in stage.cells if cell.answer.status >= 400]
    #: A try at signing in is counted, whoever makes it; so is a wrong code on the way out.
    tries = ("/sign-in", "/api/v1/session", "/me/data/erasure", "/api/v1/me/data/erasure", "/me/confirm")

    assert len(refused) > 2000
    assert [named(c) for c in refused if c.written - COUNTERS and not c.route.startswith(tries)] == []


@pytest.mark.either
def test_what_is_refused_leaves_nothing_behind_when_it_may(stage):
    """The same for good: no rehearsal, and the whole database looked at before and after.

    One asker for each way of being refused: that none of the others wrote either, the rehearsal has said.
    """
    each = {
        (*c.key[:3], c.ask.relation, c.answer.status): c
        for c in stage.cells
        if c.method not in READING and c.answer.status in (401, 403, 404)
    }
    refused = list(each.values())
    before = stage.digest()

    async def again():
        for cell in refused:
            await stage.matrices[cell.app].ask(cell.method, cell.route, cell.role, cell.ask)

    with stage.door.for_good():
        asyncio.run(again())

    assert len(refused) > 1000
    assert stage.digest() == before


def test_the_look_at_the_whole_database_would_notice(stage):
    before = stage.digest()
    with stage.door.engines.write.begin() as connection:
        stand_in(connection, ARRANGING)
        connection.execute(text("UPDATE cases SET supporters = supporters + 1"))
        changed = stage.digest(connection)
        connection.rollback()

    assert changed != before
    assert stage.digest() == before


# -- denied is absent -----------------------------------------------------------------------------------


def test_what_is_not_ones_own_is_answered_as_what_is_not_there(stage):
    denied = [cell for cell in stage.cells if "{" in cell.route and cell.answer.status == 404]

    async def differing() -> list[str]:
        known, wrong = {}, []
        for cell in denied:
            asked = (cell.app, cell.method, cell.route, cell.role, cell.ask.query)
            if asked not in known:
                absent = without_its_object(cell)
                known[asked] = (await stage.matrices[cell.app].ask(*asked[1:4], absent)).gist
            if cell.gist != known[asked]:
                wrong.append(named(cell))
        return wrong

    assert len(denied) > 700
    assert asyncio.run(differing()) == []


def test_every_denial_has_somebody_to_whom_it_is_not_denied(stage):
    """Else a cell would pass for a wrong reason: a body nobody could send, a state in which nobody may."""
    done = defaultdict(set)
    for cell in stage.cells:
        if cell.is_done and (cell.method in READING or "writes" in cell.outcome or cell.route in UNWRITTEN):
            done[cell.key[:3]].add(cell.ask.relation)
    denied = [c for c in stage.cells if c.answer.status in (401, 403, 404) and c.route not in SIGNING_IN]
    alone = {
        f"{cell.app} {cell.method} {cell.route} [{cell.ask.relation}]"
        for cell in denied
        if cell.ask.relation not in done[cell.key[:3]] and not is_nobodys(cell)
    }

    assert len(denied) > 2000
    assert alone - NOBODY_BY_A_SUBJECT_TEST == set()
    known = {one.rsplit(" [", 1)[0] for one in NOBODY_BY_A_SUBJECT_TEST}
    assert {" ".join(cell.key[:3]) for cell in denied} - known <= {
        " ".join(key) for key, to in done.items() if to
    }


#: Done without a row: an answer alone.
UNWRITTEN = (
    "/preferences",
    "/sign-out",
    "/x/{plugin_id}/{path:path}",
    "/plugins/{plugin_id}/replay",
    "/api/v1/plugins/{plugin_id}/replay",
)
#: The matrix signs nobody in: whom it sends there has no word of his own. tests/accounts does.
SIGNING_IN = ("/sign-in", "/api/v1/session", "/sign-in/second-factor")


def is_nobodys(cell: Cell) -> bool:
    known = NOBODYS.get(cell.ask.relation)
    return known is not None and bool(re.fullmatch(known, f"{cell.app} {cell.method} {cell.route}"))


# -- canaries -------------------------------------------------------------------------------------------


def test_nobody_reads_what_he_is_not_entitled_to(stage):
    wrong = [
        f"{named(cell)}: {found}"
        for cell in stage.cells
        for found in sorted(cell.canaries)
        if not entitled(cell.role, cell.method, cell.route).fullmatch(found)
    ]

    assert wrong == []


def test_the_canaries_do_sing_where_they_may(stage):
    """A control: each kind of word is read by somebody, but for those that no answer ever holds."""
    kinds = {re.sub(r"CN\dR\d\dF", "", found) for cell in stage.cells for found in cell.canaries}

    assert kinds == {
        "place", "door", "org", "staff", "name", "hidden", "private", "public", "placenote", "said", "settled",
        "message", "note", "handlers", "evaluated", "photo", "asked", "phone", "idno", "wanted", "why", "child",
        "plan", "canvass", "question", "visit", "need", "tag", "letter", "birth", "former", "native", "workplace",
        "hukou", "profile", "illness", "filled", "suffered",
    }  # fmt: skip


@pytest.mark.either
def test_every_sealed_column_holds_a_word_of_the_world_or_says_why_not(stage):
    with (DOCS / "fields.csv").open(encoding="utf-8", newline="") as file:
        sealed = {
            f"{one['table']}.{one['column']}" for one in csv.DictReader(file) if one["kept"] == "sealed"
        }

    def is_held(session):
        return {
            column for column in HOLDS
            if session.execute(
                text("SELECT 1 FROM {} WHERE {} IS NOT NULL".format(*column.split(".")))
            ).first()
        }  # fmt: skip

    assert sealed == {*HOLDS, *HOLDS_NONE}
    assert stage.door.read_now(is_held) == set(HOLDS)


def test_every_number_in_the_clear_was_recorded_and_every_record_was_a_number_shown(stage):
    people = stage.world.people.items()
    owner = {one: who for who, actor in people for one in (actor.id, actor.person_id) if one is not None}
    shown = recorded = 0
    for cell in stage.cells:
        sealed = sorted(
            found for found in cell.canaries if SEALED.fullmatch(found) and not is_his(cell, found)
        )
        looks = sorted(
            of(owner, one) for one in cell.looks if one.purpose in SHOWN_FOR and KIND_OF.get(one.field)
        )
        if is_fetching(cell):
            looks = looks_of(owner, stage, cell)
        assert sealed == looks, named(cell)
        assert not looks or is_uncovering(cell) or is_fetching(cell), named(cell)
        shown, recorded = shown + len(sealed), recorded + len(looks)

    assert shown == recorded > 5


def test_a_file_in_full_is_opened_and_holds_what_its_looks_were_at(stage):
    fetched = [cell for cell in stage.cells if is_fetching(cell) and cell.answer.status == 200]
    kinds = {
        found.rpartition("F")[2] for cell in fetched for found in cell.canaries if SEALED.fullmatch(found)
    }

    assert {cell.role for cell in fetched} == {"worker", "worker next door"}
    assert kinds == {"phone", "idno", "birth"}


def looks_of(owner: dict[str, str], stage, cell: Cell) -> list[str]:
    """What was recorded when the file was made that is handed out here: of those in the world who have canaries."""
    made = cell.answer.status == 200 and stage.world.rights.ids["made export"][cell.ask.relation]
    wanted = select(AccessEvent).where(AccessEvent.reference == f"export/{made}")
    events = stage.door.read_now(lambda session: session.exec(wanted).all()) if made else []
    return sorted(
        of(owner, one) for one in events if owner.get(one.subject_id) in WHOSE and KIND_OF.get(one.field)
    )


def is_his(cell: Cell, found: str) -> bool:
    """What somebody reads of himself is no look."""
    return found.startswith(WHOSE.get(cell.role, "nobody's"))


#: For whom somebody looks; what else is recorded, a machine compares or sends.
SHOWN_FOR = ("case", "emergency", "visit", "statistics", "tag-review")
KIND_OF = {
    "accounts.phone_sealed": "phone", "persons.phone_sealed": "phone", "persons.id_number_sealed": "idno",
    "visits.text_sealed": "visit", "needs.what_sealed": "need", "visit_tag_proposals.tag_sealed": "tag",
    "tag_assignments.evidence_sealed": "tag", "persons.birth_sealed": "birth", "persons.former_name_sealed": "former",
    "persons.native_place_sealed": "native", "persons.workplace_sealed": "workplace",
    "persons.hukou_address_sealed": "hukou", "case_filled_fields.personal_sealed": "filled",
    "case_filled_fields.sensitive_sealed": "suffered",
}  # fmt: skip
WHOSE = {
    "own": "CN1R01", "household": "CN1R02", "same building": "CN1R03", "same community": "CN1R04",
    "anonymous": "CN1R06", "building lead": "CN1R07", "next door": "CN2R01", "other town": "CN3R01",
    "other district": "CN4R01",
}  # fmt: skip


def of(owner: dict[str, str], look: AccessEvent) -> str:
    """The number that a look was at, as its canary."""
    return f"{WHOSE[owner[look.subject_id]]}F{KIND_OF[look.field]}"


def test_no_line_of_the_log_and_no_short_message_holds_anybodys_words(stage):
    assert stage.cells
    lines = [line for matrix in stage.matrices.values() for line in matrix.log.lines]
    found = [line for line in lines if stage.world.canaries.found_in(line.encode())]

    assert found == []
    assert stage.sent
    assert [said for _to, said in stage.sent if stage.world.canaries.found_in(said.encode())] == []


def test_the_log_is_listened_to(stage):
    assert stage.cells
    with stage.matrices["resident"].log:
        logging.getLogger("shequyun.web").warning("heard")

    assert stage.matrices["resident"].log.lines.pop() == "heard"


# -- headers --------------------------------------------------------------------------------------------


def test_every_answer_carries_the_headers_and_what_is_somebodys_is_kept_by_nobody(stage):
    for cell in stage.cells:
        for name in SAID_BY_ALL:
            assert cell.answer.header(name), f"{named(cell)} has no {name}"
        kept = cell.answer.header("cache-control") != "no-store"
        assert not kept or cell.route in KEPT, named(cell)
