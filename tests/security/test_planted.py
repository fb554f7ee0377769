"""Tests of the tests: each hole that somebody could make is planted, and the look that is for it finds it."""

import ast
import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import select
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from app_shell.routing import Access, SecureRouter, UndeclaredRoute, refuse_undeclared
from app_shell.security import Guard, Undecided
from app_shell.work import WorkDep
from core_db.accounts.codes import phone_place
from core_db.accounts.model import Account
from core_db.foundation.sealing import keyring_of
from tests.security.asks import Ask, NoBody, UnknownParameter, asks_of
from tests.security.canaries import SEALED, entitled
from tests.security.chosen import ALIKE, kind_of, one_of_each
from tests.security.exports import (
    MAKERS,
    asked_for,
    hands_out,
    imported_in,
    makers_in_the_core,
    source_of,
    unguarded,
    ways_out,
)
from tests.security.lock import different, locked, missing, surplus
from tests.security.matrix import BESIDES, ROLES, routes_of

HOUSE = Path(__file__).resolve().parents[2]
EXPORTING = HOUSE / "core_db" / "upkeep" / "exporting.py"


@pytest.fixture
def planted(stage):
    """`planted(router, path, role)`: what the residents' app gives when these routes are among its own."""
    routes = stage.apps["resident"].router.routes
    before = list(routes)

    def ask(router: SecureRouter, path: str, role: str):
        routes[:] = [*router.routes, *before]
        return asyncio.run(stage.matrices["resident"].ask("GET", path, role, Ask(relation="-", path=path)))

    yield ask
    routes[:] = before


def leaking(session, *, actor, clock) -> str:
    """Forgets to ask whose it is, in a way that no wall of the database is in the way of a neighbour's."""
    every = text("SELECT text FROM cases WHERE cases.community_id = cases.community_id")
    return "".join(session.execute(every).scalars())


def peeping(session, *, actor, clock) -> str:
    """Opens a number past the one way that records it."""
    sealed = session.exec(select(Account.phone_sealed).where(Account.id == actor.id)).one()
    return keyring_of(session).unseal(session, sealed, phone_place(actor.id)).in_the_clear()


def counting(session, *, actor, clock) -> str:
    """Writes although it is only asked."""
    session.connection().execute(text("UPDATE cases SET supporters = supporters + 1"))
    return "counted"


def router_of(use_case, access=Access.RESIDENT, *, writes=False) -> SecureRouter:
    router = SecureRouter()

    @router.get("/planted", access=access)
    async def answer(work: WorkDep) -> Response:
        return PlainTextResponse(await (work.write if writes else work.read)(use_case))

    return router


# -- a route ------------------------------------------------------------------------------------------


def test_a_route_without_access_does_not_start(stage):
    routes = list(stage.apps["resident"].router.routes)

    async def open_to_all(_request: Request) -> Response:
        return PlainTextResponse("come in")

    with pytest.raises(UndeclaredRoute, match="/planted"):
        refuse_undeclared([*routes, Route("/planted", open_to_all)])


@pytest.mark.parametrize("way", ["head", "options", "trace", "api_route", "route", "websocket_route"])
def test_no_other_way_of_declaring_a_route_is_there_to_forget_it_by(way):
    with pytest.raises(TypeError, match="who may use it"):
        getattr(SecureRouter(), way)("/planted")


@pytest.mark.either
def test_a_socket_that_forgets_to_decide_lets_nobody_in(stage):
    sent = []

    async def forgetful(_scope, _receive, send):
        await send({"type": "websocket.accept"})

    async def keep(message):
        sent.append(message)

    guard = Guard(forgetful, stage.apps["resident"].state.shell)
    with pytest.raises(Undecided, match="/planted"):
        asyncio.run(guard({"type": "websocket", "path": "/planted"}, keep, keep))

    assert [one["type"] for one in sent] == ["websocket.close"]


def test_a_new_route_is_missing_in_the_lock_with_its_very_lines(planted):
    cell = planted(router_of(leaking), "/planted", "own")

    assert missing([cell], locked()) == ["resident,GET,/planted,own,-,200"]


def test_a_cell_that_gives_otherwise_and_a_line_that_is_no_more_are_named(planted):
    cell = planted(router_of(leaking), "/planted", "own")
    known = {cell.key: "404", ("resident", "GET", "/gone", "own", "-"): "200"}

    assert different([cell], known) == ["resident,GET,/planted,own,-,200 (locked: 404)"]
    assert surplus([cell], known) == ["resident,GET,/gone,own,-,200"]


def test_a_parameter_nobody_knows_and_a_body_nobody_knows_name_themselves(stage):
    with pytest.raises(UnknownParameter, match="letter_id"):
        list(asks_of(stage.world, "resident", "GET", "/letters/{letter_id}"))
    with pytest.raises(NoBody, match="/letters"):
        list(asks_of(stage.world, "resident", "POST", "/letters"))


def test_every_route_has_a_line_for_every_role(stage):
    """What no test runs would still be seen: the lock is looked at without asking anything."""
    known = {key[:3] for key in locked()}

    for name, app in stage.apps.items():
        assert {(name, *one) for one in routes_of(app)} <= known


def test_a_push_asks_postgresql_each_way_in_and_each_refusal_and_all_that_is_new():
    known = locked()
    wanted = one_of_each(known)
    asked = {key: outcome for key, outcome in known.items() if wanted(key)}

    assert len(known) / 5 < len(asked) < len(known) / 3
    assert {kind_of(*one) for one in asked.items()} == {kind_of(*one) for one in known.items()}
    assert {(*key[:3], it) for key, it in asked.items()} == {(*key[:3], it) for key, it in known.items()}
    assert wanted(("resident", "GET", "/planted", "own", "-"))


def test_whoever_is_let_in_reaching_otherwise_than_the_others_is_asked():
    """Of those who reach alike one is asked; a resident or a firm let in beside a committee is another."""
    known = {
        ("committee", "GET", "/planted", role, "-"): "200"
        for role in (*ROLES["committee"][1:], *ROLES["resident"], *BESIDES["committee"])
    }
    asked = {key[3] for key in known if one_of_each(known)(key)}

    assert all(len(asked.intersection(roles)) == 1 for roles in ALIKE.values())
    assert {role for _app, _method, _route, role, _relation in known} - asked <= {
        role for roles in ALIKE.values() for role in roles
    }


def test_those_who_reach_alike_are_roles_of_the_matrix():
    named = [role for roles in ALIKE.values() for role in roles]

    assert len(named) == len(set(named)) > 10
    assert set(named) < {role for roles in (*ROLES.values(), *BESIDES.values()) for role in roles}


def test_a_line_that_becomes_an_admission_is_asked_unless_one_who_reaches_alike_is_let_in_already():
    """The lock chooses: whoever writes another outcome into it has that cell asked."""
    known = locked()
    left_out = next(key for key in known if not one_of_each(known)(key))

    assert one_of_each(known | {left_out: "299"})(left_out)


# -- what it gives ---------------------------------------------------------------------------------------


def test_an_answer_with_others_words_is_found(planted):
    cell = planted(router_of(leaking), "/planted", "same community")

    beyond = [one for one in cell.canaries if not entitled(cell.role, "GET", "/planted").fullmatch(one)]
    assert "CN1R01Fprivate" in beyond


def test_a_number_that_nobody_recorded_is_found(planted):
    cell = planted(router_of(peeping), "/planted", "own")

    assert [one for one in cell.canaries if SEALED.fullmatch(one)] == ["CN1R01Fphone"]
    assert cell.looks == ()


def test_a_reading_route_that_writes_is_found(planted, stage):
    before = stage.digest()
    cell = planted(router_of(counting, writes=True), "/planted", "own")

    assert "cases" in cell.written
    assert cell.outcome == "200 writes"
    assert stage.digest() == before


def test_the_rehearsal_gives_the_answer_and_keeps_nothing(stage):
    before = stage.digest()

    def deed(session):
        return session.execute(text("UPDATE cases SET supporters = supporters + 1")).rowcount

    assert asyncio.run(stage.door.write(deed)) > 50
    assert stage.digest() == before


# -- an export -------------------------------------------------------------------------------------------


def test_every_table_of_the_operators_asks_first_who_wants_it():
    source = EXPORTING.read_text(encoding="utf-8")
    tables = [
        ast.unparse(node) for node in ast.parse(source).body if getattr(node, "name", "").endswith("_rows")
    ]

    assert len(tables) > 2
    assert unguarded("\n".join(tables)) == []


def test_every_file_that_a_route_hands_out_asks_first_who_wants_it():
    found = list(ways_out())

    assert len(found) >= 10
    assert [one.where for one in found if not one.use_cases and not one.is_empty] == []
    forgot = {name for one in found for deed in one.use_cases for name in unguarded(source_of(deed))}
    assert forgot == set()
    assert {deed.__name__ for one in found for deed in one.use_cases} == {
        "fetch_export", "figures_of", "give_back", "hand_out_report", "open_export", "report_here", "sheet_of",
    }  # fmt: skip


def test_files_are_made_where_somebody_looks_for_a_guard():
    """Whoever makes files somewhere else says here who may have them, and where that is asked."""
    assert makers_in_the_core() == {
        "ledgers/handing_out", "mydata/exporting", "register_sheets/columns", "register_sheets/giving_back",
        "reveals/exporting",
    }  # fmt: skip


def test_what_makes_files_is_seen_however_it_is_brought():
    for brought in ("import zipfile", "from zipfile import ZipFile", "from csv import writer, DictReader"):
        assert MAKERS & set(imported_in(ast.parse(brought)))


@pytest.mark.parametrize(
    "source",
    [
        "def vote_rows(session, community_id):\n    yield from session.exec(select(Vote))\n",
        "def late(session, *, actor, clock):\n    rows = all_of(session)\n    require(actor)\n    return rows\n",
        "def seen(session, it, *, actor):\n    form = form_in_sight(session, it, actor=actor)\n    return form\n",
        "def any_of(session, it, *, actor, clock):\n    row = session.get(Vote, it)\n    if row is None:\n"
        "        raise NotFound()\n    return row.file\n",
        "def any_of(session, it, *, actor, clock):\n    row = session.get(Vote, it)\n"
        "    if row is None and row.by != actor.id:\n        raise NotFound()\n    return row.file\n",
        "def all_of(session, it, *, actor, clock):\n    require_fresh(actor, clock=clock)\n    return every(session)\n",
    ],
)
def test_an_export_without_a_guard_is_found(source):
    assert len(unguarded(source)) == 1


def test_an_export_with_a_guard_is_none():
    kept = "def votes_of(session, *, actor, clock):\n    require_at(actor, Permission.X, it)\n    return []\n"
    own = (
        "def votes_of(session, it, *, actor, clock):\n    row = session.get(Vote, it)\n"
        "    if row is None or row.account_id != actor.id:\n        raise NotFound()\n    return row.file\n"
    )

    assert unguarded(kept + own) == []


@pytest.mark.parametrize(
    "answer",
    [
        "workbook(found, 'a.xlsx')",
        "StreamingResponse(found, media_type='text/csv')",
        "Response(found, headers={'Content-Disposition': 'inline; filename=votes.csv'})",
        "Response(found, media_type=XLSX)",
        "Response(found, 200, {}, XLSX)",
        "Response(found, media_type='application/vnd.oasis.opendocument.spreadsheet')",
        "Response(found, headers={'Content-Type': XLSX})",
        "StreamingResponse(found)",
        "responses.FileResponse(found)",
    ],
)
def test_a_route_that_hands_out_a_file_is_seen(answer):
    handler = f"async def take(work):\n    found = await work.read(votes_of)\n    return {answer}\n"
    (node,) = ast.parse(handler).body

    assert isinstance(node, ast.AsyncFunctionDef)
    assert hands_out(node)
    assert list(asked_for(node)) == ["votes_of"]


@pytest.mark.parametrize(
    "answer",
    [
        "render(request, page)",
        "Response(found.data, media_type='image/jpeg', headers=headers)",
        "Response(status_code=204)",
        "Response(found, 201)",
    ],
)
def test_a_page_and_a_picture_are_no_file(answer):
    (node,) = ast.parse(f"async def show(work):\n    return {answer}\n").body

    assert isinstance(node, ast.AsyncFunctionDef)
    assert not hands_out(node)
