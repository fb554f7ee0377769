"""A session that is over, one of the other app, or the key to something else: at every route nobody, and all alike."""

import asyncio
from itertools import cycle

import pytest

from tests.security.matrix import NOBODY, with_cookie
from tests.security.open_to_all import PUBLIC
from tests.security.tokens import MADE_UP, WHOSE, no_sessions, other_words


def by_bearer(_app, token):
    return (("authorization", f"Bearer {token}"),)


@pytest.mark.either
@pytest.mark.parametrize("app", WHOSE)
def test_what_is_no_session_of_this_app_is_refused_at_every_route_as_what_nobody_gave_out(app, stage):
    """A page is asked with the cookie and the API with a bearer, as browsers and programs do."""
    matrix, tokens = stage.matrices[app], no_sessions(stage.world, app)
    names = cycle(other_words(stage.world, app).items())
    first = {(c.method, c.route): c for c in stage.cells if c.role == NOBODY[app]}

    async def wrong() -> list[str]:
        found = []
        for (method, route), cell in first.items():
            brings = by_bearer if route.startswith("/api/") else with_cookie
            answers = {
                kind: await matrix.ask(method, route, kind, cell.ask, brings(matrix.app, token))
                # Each name of a thing at one route after the other.
                for kind, token in (*tokens.items(), next(names))
            }
            refused, is_public = answers[MADE_UP], f"{method} {route}" in PUBLIC[app]
            if refused.is_done and not is_public:
                found.append(f"{method} {route}: {MADE_UP} opens it")
            found += [
                f"{method} {route}: {kind} is answered {one.outcome}, {MADE_UP} {refused.outcome}"
                for kind, one in answers.items()
                if one.outcome != refused.outcome or (one.gist != refused.gist and not is_public)
            ]
        return found

    assert len(first) > 50
    assert asyncio.run(wrong()) == []


@pytest.mark.either
@pytest.mark.parametrize("app", WHOSE)
def test_a_session_that_is_none_of_these_opens_the_same_route(app, stage):
    """The control: whoever they belong to is let in with the session he has."""
    matrix = stage.matrices[app]
    (cell,) = (
        c for c in stage.cells if (c.method, c.route, c.role) == ("GET", "/api/v1/sessions", NOBODY[app])
    )
    token = stage.world.tokens[WHOSE[app]]

    opened = [
        asyncio.run(matrix.ask("GET", cell.route, WHOSE[app], cell.ask, brings(matrix.app, token))).outcome
        for brings in (by_bearer, with_cookie)
    ]

    assert opened == ["200", "200"]
