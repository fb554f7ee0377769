"""Raises cases through the door and says in a file which were acknowledged; each folder as if the power went.

`python … CASES TOKEN FOLDER=SYNCHRONOUS …`, under the recorder (`recorder.c`). `SYNCHRONOUS` is FULL, or NORMAL for
the control that has to lose something. Each folder is a process of its own, which the recorder follows from its start.
"""

import asyncio
import hashlib
import json
import os
import sys
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlmodel import Session

from core_db.accounts import actor_for_token
from core_db.cases import CaseDraft, submit_case
from core_db.foundation.actor import Actor
from core_db.foundation.came import BY_COMMAND
from core_db.foundation.clock import SystemClock
from core_db.foundation.database import open_engines
from core_db.foundation.door import Door
from core_db.foundation.idempotency import Answer, Asked, once
from core_db.foundation.reach import Across, across, reach_of
from core_db.foundation.sealing import keyring_from
from tests.databases import settings_for

#: Under which each is asked with a key of its own, as by a program.
ROUTE = "POST /api/v1/cases"
#: So many ask at a time, as callers of a server do.
CALLERS = 8


def main(cases: int, token: str, runs: list[str]) -> None:
    for run in runs:
        folder, synchronous = run.rsplit("=", 1)
        child = os.fork()
        if child == 0:
            os.environ |= {"RECORDED_FOLDER": f"{folder}/", "RECORDED_LOG": f"{folder}/record.log"}
            _run(Path(folder), token, cases, synchronous)
        assert os.waitpid(child, 0)[1] == 0


def _run(folder: Path, token: str, cases: int, synchronous: str) -> None:
    settings = settings_for(f"sqlite:///{folder}/shequyun.db", folder)
    engines = open_engines(settings)

    @event.listens_for(engines.write, "connect")
    def _weaken(connection: Any, _record: Any) -> None:
        connection.execute(f"PRAGMA synchronous={synchronous}")

    door = Door(engines, keyring=keyring_from(settings))
    resident = door.read_now(
        partial(actor_for_token, token=token, app="resident", clock=SystemClock()),
        reach=across(Across.SIGN_IN),
    )
    assert resident is not None
    said = os.open(folder / "acknowledged", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    asyncio.run(_submit(door, resident, cases, said))
    # As if the power went: nothing is closed, nothing is tidied.
    os._exit(0)


async def _submit(door: Door, resident: Actor, cases: int, said: int) -> None:
    numbers = iter(range(cases))
    clock = SystemClock()

    def raised(session: Session, draft: CaseDraft) -> Answer:
        file = submit_case(session, draft, actor=resident, clock=clock)
        return Answer(status=201, body=json.dumps({"id": file.case.id}).encode())

    async def caller() -> None:
        for number in numbers:
            draft = CaseDraft(text=f"第 {number} 件：楼道灯不亮")
            asked = Asked(resident.id, ROUTE, f"key-{number}", hashlib.sha256(draft.text.encode()).digest())
            answer = await door.write(
                lambda session, asked=asked, draft=draft: once(
                    session, asked, partial(raised, session, draft), now=clock.now()
                ),
                reach=reach_of(resident),
                came=BY_COMMAND,
            )
            os.write(said, f"{json.loads(answer.body)['id']}\n".encode())

    await asyncio.gather(*(caller() for _ in range(CALLERS)))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3:])
