"""What stands between plugins and the base. This one knows where a plugin is on, and answers no question yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from app_shell.context import Shell
from app_shell.plugged import Visitor
from core_db.foundation.clock import Clock, local_date
from core_db.foundation.door import Door
from core_db.foundation.outbox import Fact
from core_db.foundation.reach import Across, across
from core_db.installs.model import INSTALLS
from core_db.installs.words import InstallState
from plugins.sdk.calls import Ask, Setting
from plugins.sdk.context import Refused

EVERYTHING = across(Across.JOB)


@dataclass(frozen=True, slots=True)
class Narrow:
    """A gateway that is shut."""

    door: Door
    clock: Clock

    async def setting(self, plugin_id: str, community_id: str, visitor: Visitor | None) -> Setting | None:
        read = partial(_granted, plugin_id=plugin_id, community_id=community_id)
        granted = await self.door.read(read, reach=EVERYTHING)
        if granted is None:
            return None
        now, lang = self.clock.now(), visitor.lang if visitor is not None else "zh"
        scopes, settings = granted
        return Setting(
            community_id=community_id, now=now, today=local_date(now), lang=lang, scopes=scopes, settings=settings
        )  # fmt: skip

    def ask(self, plugin_id: str, community_id: str, hook: str, visitor: Visitor | None) -> Ask:
        async def refused(op: str, _given: Mapping[str, Any]) -> Any:
            raise Refused(f"{op} is not answered yet")

        return refused

    async def told(self, plugin_id: str, fact: Fact) -> Mapping[str, Any] | None:
        return fact.data

    async def forget(self, plugin_id: str, community_id: str, pair: str) -> int:
        return 0

    async def subject_of(self, plugin_id: str, community_id: str, kind: str, id: str) -> str:
        return f"{plugin_id}-{id}"


def gateway_of(shell: Shell) -> Narrow:
    return Narrow(shell.door, shell.clock)


def _granted(session: Session, *, plugin_id: str, community_id: str) -> tuple[Any, Any] | None:
    its = (INSTALLS.c.plugin_id == plugin_id) & (INSTALLS.c.community_id == community_id)
    on = its & (INSTALLS.c.state == InstallState.ENABLED)
    row = session.execute(select(INSTALLS.c.scopes, INSTALLS.c.settings).where(on)).first()
    return None if row is None else (tuple(row.scopes), row.settings)
