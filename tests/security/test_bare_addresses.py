"""Every address that stands on a page which somebody may read, asked by others: none opens what is his by itself."""

import asyncio
from collections.abc import Iterable
from urllib.parse import unquote

import pytest

from tests.security.addresses import few_of_each_form, route_at
from tests.security.asks import Ask
from tests.security.canaries import entitled
from tests.security.matrix import NOBODY, Cell, with_cookie
from tests.security.open_to_all import PUBLIC, TOLD_TO_ALL

#: Who from next door asks for what stands there.
NEXT_DOOR = {"resident": "next door", "committee": "worker next door"}
#: Who reads most of what stands there.
OWN = {"resident": "own", "committee": "secretary"}
#: Files of ours, the same for everybody, and no route of the matrix.
OURS = "/static/"
#: Places are on signs in the street; whoever has no home yet looks for his among all of them.
ON_A_SIGN = {"/at/{code}", "/problems/{code}"}


def read_by(stage, app: str) -> dict[str, set[str]]:
    """Each address that stands in an answer which somebody got, with who they were; files of ours are everybody's."""
    return {one: roles for one, roles in stage.addresses[app].items() if not one.startswith(OURS)}


async def asked(stage, app: str, address: str, who: str, token: str | None = None) -> Cell:
    path, _, query = address.partition("?")
    matrix, ask = stage.matrices[app], Ask(relation="-", path=unquote(path), query=query)
    headers = None if token is None else with_cookie(matrix.app, token)
    return await matrix.ask("GET", route_at(matrix.app, path), who, ask, headers)


def all_of(stage, app: str, addresses: Iterable[str], *who: tuple[str, str | None]) -> list[tuple[str, Cell]]:
    """Each of the addresses, asked by each of these."""

    async def one_by_one() -> list[tuple[str, Cell]]:
        return [
            (address, await asked(stage, app, address, role, token))
            for address in addresses
            for role, token in who
        ]

    return asyncio.run(one_by_one())


@pytest.mark.either
@pytest.mark.parametrize("app", NEXT_DOOR)
def test_no_address_opens_without_a_session_or_with_one_that_is_over(app, stage):
    """The cookie that was there a moment ago, of somebody who read it, opens no more than none."""
    addresses = few_of_each_form(read_by(stage, app))
    over = stage.world.over[app, "signed out"]

    found = all_of(stage, app, addresses, (NOBODY[app], None), (NOBODY[app], over))

    opened = {c.route or address for address, c in found if c.is_done and f"GET {c.route}" not in PUBLIC[app]}
    assert len(addresses) > 60
    assert opened == set()


@pytest.mark.either
@pytest.mark.parametrize("app", NEXT_DOOR)
def test_no_address_of_somebodys_own_opens_to_whoever_lives_or_works_next_door(app, stage):
    """What has an id of his in it and does not stand in what they read themselves is not there for them."""
    other = NEXT_DOOR[app]
    addresses = {one: roles for one, roles in read_by(stage, app).items() if other not in roles}
    few = few_of_each_form(addresses)

    found = all_of(stage, app, few, (other, None))

    opened, read = set(), set()
    for address, cell in found:
        may = entitled(other, "GET", cell.route)
        read |= {f"{address}: {one}" for one in cell.canaries if not may.fullmatch(one)}
        if cell.is_done and "{" in cell.route and ("GET", cell.route) not in TOLD_TO_ALL:
            opened.add(cell.route)
    assert len(few) > 30
    assert read == set()
    assert opened - ON_A_SIGN == set()


@pytest.mark.either
@pytest.mark.parametrize("app", NEXT_DOOR)
def test_addresses_of_photos_cases_and_people_are_among_those_that_are_asked(app, stage):
    """The control: what is worth asking for stands on pages, and opens to whoever reads them."""
    wanted = {
        "resident": {"/api/v1/photos/{photo_id}", "/cases/{case_id}"},
        "committee": {"/api/v1/photos/{photo_id}", "/cases/{case_id}", "/people/{person_id}"},
    }[app]  # fmt: skip
    own = {one for one, roles in read_by(stage, app).items() if OWN[app] in roles}
    few = [one for one in few_of_each_form(own) if route_at(stage.apps[app], one.partition("?")[0]) in wanted]

    found = all_of(stage, app, few, (OWN[app], None))

    assert {cell.route for _, cell in found if cell.is_done and cell.canaries} == wanted
