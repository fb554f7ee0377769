"""Words that were somebody's key once, or are one to something else: to a session's door none of them is a key."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlmodel import Session, col, update

from core_db.accounts.model import SignInSession
from core_db.accounts.sessions import NEW_PASSWORD, SECOND_STEP, actor_for_token, open_session, sign_out
from core_db.relay.sockets import issue_ticket

if TYPE_CHECKING:
    from tests.security.world import World

#: Of each app whose words they are.
WHOSE = {"resident": "own", "committee": "worker"}
#: A word that nobody gave out. All others have to be refused as this one is.
MADE_UP = "made up"


def no_sessions(world: "World", app: str) -> dict[str, str]:
    """By what each is: words that open no session of this app, all of somebody who has a session there."""
    other = next(one for one in WHOSE if one != app)
    return {
        MADE_UP: "x" * 43,
        "of the other app": world.tokens[WHOSE[other]],
        "signed out": world.over[app, "signed out"],
        "run out": world.over[app, "run out"],
        "the step before a second factor": world.over["committee", SECOND_STEP],
        "the step before a new password": world.over["committee", NEW_PASSWORD],
        "a ticket": world.over[app, "ticket"],
    }


def other_words(world: "World", app: str) -> dict[str, str]:
    """Names of things, which are no secret to whoever may have them."""
    return {
        "an id of a session": world.sessions[WHOSE[app]],
        "a copy's name": world.rights.ids["made export" if app == "committee" else "data export"]["here"],
        "a building's code": world.ground.around[1].buildings[0].code or "",
        "an account": world.people[WHOSE[app]].id,
    }


def sessions_that_are_over(world: "World") -> dict[tuple[str, str], str]:
    """(app, what it is) → its token: signed out of, run out, a step of signing in, and a ticket to listen."""
    found = {(app, what): _ended(world, app, what) for app in WHOSE for what in ("signed out", "run out")}
    found |= {("committee", step): _opened(world, "committee", step) for step in (SECOND_STEP, NEW_PASSWORD)}
    return found | {(app, "ticket"): world.given.do(issue_ticket, by=_signed_in(world, app)) for app in WHOSE}


def _opened(world: "World", app: str, kind: str) -> str:
    account_id, now = world.people[WHOSE[app]].id, world.clock.now()

    def opening(session: Session) -> str:
        return open_session(session, account_id, app=kind, device="tests", idle=None, now=now).token

    token: str = world.door.write_now(opening)
    return token


def _ended(world: "World", app: str, what: str) -> str:
    token = _opened(world, app, app)
    actor = _of(world, token, app)
    if what == "signed out":
        world.given.do(sign_out, by=actor)
    else:
        ended, mine = world.clock.now() - timedelta(seconds=1), col(SignInSession.id) == actor.session_id
        world.door.write_now(lambda s: s.exec(update(SignInSession).where(mine).values(expires_at=ended)))
    return token


def _signed_in(world: "World", app: str) -> Any:
    return _of(world, world.tokens[WHOSE[app]], app)


def _of(world: "World", token: str, app: str) -> Any:
    return world.door.read_now(lambda session: actor_for_token(session, token, app=app, clock=world.clock))
