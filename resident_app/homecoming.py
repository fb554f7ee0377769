"""On the way to a home: what is still being checked, and the building of the poster that was scanned."""

from datetime import datetime

from fastapi import Request
from sqlmodel import Session

from app_shell.context import shell_of
from app_shell.neighbourhood import neighbourhood_at
from core_db.accounts import BindingStatus, my_bindings
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.lean import dataclass
from core_db.places import PlaceView, place_by_code

AT_COOKIE = "shequyun_at"
LONGEST_CODE = 40


@dataclass(frozen=True, kw_only=True)
class Homecoming:
    """What an account without a home reads. `asked_at` is there while the committee checks."""

    home: str = ""
    asked_at: datetime | None = None
    committee: str = ""
    phone: str | None = None
    #: The building on the poster one came from: where one begins to choose.
    scanned: str | None = None
    choose_href: str = "/me/home"


def homecoming(session: Session, code: str, *, actor: Actor, clock: Clock) -> Homecoming:
    """How far the account is with its home: asked for, or yet to be chosen."""
    asked = [
        one for one in my_bindings(session, actor=actor, clock=clock) if one.status is BindingStatus.ASKED
    ]
    if asked:
        place = neighbourhood_at(session, asked[0].community_id)
        return Homecoming(
            home=asked[0].home_label, asked_at=asked[0].asked_at, committee=place.name, phone=place.phone
        )
    poster = place_on_poster(session, code)
    if poster is None:
        return Homecoming()
    return Homecoming(scanned=poster.label, choose_href=f"/me/home/choose?at={poster.id}")


def place_on_poster(session: Session, code: str) -> PlaceView | None:
    return place_by_code(session, code) if code.isascii() and 0 < len(code) <= LONGEST_CODE else None


def at_cookie(request: Request) -> str:
    return shell_of(request).cookie(AT_COOKIE)


def code_scanned(request: Request) -> str:
    """The code of the poster one came from, as the browser remembers it for an hour."""
    return request.cookies.get(at_cookie(request), "")[:LONGEST_CODE]
