"""Whoever moved away reads nothing of her neighbours there, and what is her own of there stays hers to end.

Nor does who worked there and works elsewhere now, whatever he had begun.
"""

import asyncio
import re
from itertools import islice

import pytest

from core_db.accounts import RoleDraft, assign_role
from tests.security.asks import asks_of
from tests.security.canaries import ENTITLED
from tests.security.conftest import stage_on
from tests.security.matrix import Cell, Matrix, routes_of

WHO = "own"
#: What she is shown where she lives no more: signs, her own, and a case that was raised for her.
HER_OWN = re.compile(
    r"CN\dR00F(place|door)|CN1R00Forg|CN1R01F[a-z]+|CN1R02F(name|private|placenote|said|evaluated)"
)
#: What everybody at work reads of a neighbourhood: signs, who works there, and himself.
OF_NO_RESIDENT_HERE = re.compile(r"CN[^1]R\d\dF[a-z]+|CN1R00F(place|door|org)|CN1R9\dF[a-z]+")
STILL_HERS = {
    "GET /cases/{case_id} [private]", "POST /cases/{case_id}/messages [private]",
    "POST /me/data/corrections [at: here]", "POST /me/data/corrections/{request_id}/withdrawal [here]",
    "POST /me/data/children/{guardianship_id}/ending [here]", "POST /feedback [-]",
}  # fmt: skip


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def asked(request: pytest.FixtureRequest) -> tuple[list[Cell], list[str]]:
    """Everything of the residents' app, asked by her once she lives nowhere; and what was logged meanwhile."""
    with stage_on(request, request.param) as stage:
        given, her, matrix = stage.world.given, stage.world.people[WHO], stage.matrices["resident"]
        with stage.door.for_good():
            given.moves_away(her)

        with matrix.log as log:
            return asked_by(matrix, WHO, of_each=None), list(log.lines)


def asked_by(matrix: Matrix, who: str, *, of_each: int | None) -> list[Cell]:
    """So many asks of each route, the nearest things first; all of them where no number is said."""

    async def one_by_one() -> list[Cell]:
        return [
            await matrix.ask(method, route, who, ask)
            for method, route in sorted(set(routes_of(matrix.app)))
            for ask in islice(asks_of(matrix.world, matrix.name, method, route), of_each)
        ]

    return asyncio.run(one_by_one())


def named(cell: Cell) -> str:
    return f"{cell.method} {cell.route} [{cell.ask.relation}]"


def test_nothing_of_it_is_a_fault_of_ours(asked):
    cells, said = asked

    assert len(cells) > 250
    assert [named(one) for one in cells if one.answer.status >= 500] == []
    assert [one for one in said if "does not open" in one] == []


def test_she_reads_her_own_and_nothing_of_her_neighbours(asked):
    read = {one for cell in asked[0] for one in cell.canaries}

    assert {one for one in read if not HER_OWN.fullmatch(one)} == set()
    # A control: her own she does read, and who lives there reads more.
    assert {"CN1R01Fprivate", "CN1R01Fwanted", "CN1R01Fchild"} <= read
    assert re.fullmatch(ENTITLED[WHO], "CN1R04Fpublic")


def test_what_is_her_own_of_there_she_goes_on_with_and_nothing_is_begun_there(asked):
    done = {named(one) for one in asked[0] if one.is_done}

    assert done >= STILL_HERS
    assert done.isdisjoint(
        {"POST /report [-]", "POST /api/v1/cases [-]", "POST /me/data/children [at: here]"}
    )


@pytest.mark.either
@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_who_works_next_door_now_reads_nothing_of_where_he_did(request, database):
    """Not even the look he opened in an emergency a moment before."""
    with stage_on(request, database) as stage:
        given, people, matrix = stage.world.given, stage.world.people, stage.matrices["committee"]
        him, there = people["worker"], people["worker next door"].grants[0].place_id
        with stage.door.for_good():
            stage.world.end_roles_of("worker")
            post = RoleDraft(account_id=him.id, role=him.role, place_id=there, reason="调动")
            given.do(assign_role, post, by=given.system())
        cells = asked_by(matrix, "worker", of_each=1)

    assert len(cells) > 300
    assert {one for cell in cells for one in cell.canaries if not OF_NO_RESIDENT_HERE.fullmatch(one)} == set()
    # A control: where he works now he reads of those who live there.
    assert "CN2R01Fname" in {one for cell in cells if cell.is_done for one in cell.canaries}
