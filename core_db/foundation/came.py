"""How a deed came to us: by a page, the API, a socket, a command or a job; and in the course of which request.

It travels with the operation, as its reach does: said where a request becomes an actor, kept with the session.
"""

from enum import StrEnum
from functools import cached_property

from sqlmodel import Session

from core_db.foundation.at_hand import at_hand
from core_db.foundation.ids import new_id
from core_db.foundation.lean import dataclass
from core_db.foundation.reach import Across, Reach


@at_hand
class Way(StrEnum):
    """Along which way something is asked of us."""

    PAGE = "page"
    API = "api"
    SOCKET = "socket"
    COMMAND = "command"
    JOB = "job"


@dataclass(frozen=True)
class Came:
    """One asking. What a request does bears its number; commands and jobs have none."""

    way: Way

    @cached_property
    def request(self) -> str:
        """The number of the request, made when it is first wanted: most requests leave nothing in the record."""
        return new_id() if self.way in (Way.PAGE, Way.API, Way.SOCKET) else ""


BY_COMMAND, BY_JOB = Came(Way.COMMAND), Came(Way.JOB)
#: Reasons to work across all neighbourhoods that are nobody's at the machine.
_BY_ITSELF = (Across.JOB, Across.RELAY)


def came_with(reach: Reach) -> Came:
    """For work that no request asked for: what runs by itself is a job, the rest somebody at the machine."""
    return BY_JOB if reach.across in _BY_ITSELF else BY_COMMAND


def came_in(session: Session) -> Came:
    """How what the session does was asked for; a session past the door is somebody's at the machine."""
    came: Came = session.info.get("came", BY_COMMAND)
    return came
