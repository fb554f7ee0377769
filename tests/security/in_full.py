"""The register in full as a file: asked for, approved and made, here and next door, with all that may stand in it."""

from typing import TYPE_CHECKING, Any

from sqlmodel import Session

from core_db.foundation.actor import Actor
from core_db.reveals import ExportDraft, ask_for_export, make_exports
from core_db.reveals.model import RegisterExport
from core_db.reveals.words import ExportStatus, Revealable

if TYPE_CHECKING:
    from tests.security.world import World

#: All that an export can hold.
IN_FULL = (Revealable.PHONE, Revealable.ID_NUMBER, Revealable.BIRTH)
#: Who asks for it: of every neighbourhood one.
WORKERS = {"here": "worker", "next door": "worker next door"}


def make_in_full(world: "World") -> None:
    """Last of all: it holds what everything else has put into the register."""
    asked = {side: _asked_for(world, world.people[who]) for side, who in WORKERS.items()}
    make_exports(world.door, None, world.clock)
    world.rights.ids["made export"] = asked


def _asked_for(world: "World", worker: Actor) -> str:
    wanted = ExportDraft(fields=IN_FULL, reason=world.marked("年底要给每户送慰问品"))
    asked: Any = world.given.do(ask_for_export, wanted, by=worker)
    world.door.write_now(lambda session: _approve(session, asked.id, world))
    return str(asked.id)


def _approve(session: Session, export_id: str, world: "World") -> None:
    """By the secretary of here for both: next door nobody has a row of the matrix for it."""
    export, secretary = session.get_one(RegisterExport, export_id), world.people["secretary"]
    export.status, export.decided_at = ExportStatus.APPROVED, world.clock.now()
    export.decided_by, export.decided_name = secretary.id, "书记"
