"""Somebody whom the platform alone knows, the way he leaves it, and every place where something of him could linger."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import select

from core_db.accounts import BindingDraft, CodeBudget, approve_binding, ask_for_home, ask_for_own_code
from core_db.accounts.model import Account
from core_db.accounts.sessions import homes_of
from core_db.foundation.actor import Actor
from core_db.migrations.tables import all_tables
from core_db.mydata import ErasureDraft, ask_for_erasure, carry_out_erasures
from tests.town import Town

NAME, PHONE, ROOM = "赵月娥", "13833330003", "201室"
#: What an index keeps of his words: each without the beginning that it shares with the word before it.
PARTS = (NAME, PHONE, PHONE[1:], PHONE[2:], PHONE[4:], NAME[:2], NAME[1:])
BUDGET = CodeBudget(per_day=100, per_address=100)


def move_in(given: Town) -> Actor:
    """A resident whom the register knows only because he asked here to be bound to 12号 201室."""
    newcomer = given.resident(of=None, name=NAME, phone=PHONE)
    asked = given.do(ask_for_home, BindingDraft(home_id=given.homes[2].id, name=NAME), by=newcomer)
    given.do(approve_binding, asked.id, by=given.worker())
    homes = given.door.read_now(lambda session: homes_of(session, newcomer.id))
    person_id = given.door.read_now(
        lambda session: session.execute(select(Account.person_id).where(Account.id == newcomer.id)).scalar()  # type: ignore[call-overload]
    )
    return replace(newcomer, homes=homes, person_id=person_id)


def say_that_he_leaves(given: Town, who: Actor) -> Any:
    """With a fresh code, as he would."""
    made = given.do(ask_for_own_code, address="192.0.2.7", budget=BUDGET, by=who)
    draft = ErasureDraft(confirm="注销", code=made.code)
    return given.do(ask_for_erasure, draft, address="192.0.2.7", demo=False, by=who)


def he_leaves(given: Town, who: Actor, folder: Path) -> None:
    """Said, thought over for seven days, and done."""
    say_that_he_leaves(given, who)
    given.clock.advance(timedelta(days=7))  # type: ignore[attr-defined]
    carry_out_erasures(given.door, folder, clock=given.clock)


def rows_of(given: Town, *, but_for: tuple[str, ...] = ("places",)) -> bytes:
    """Everything the database would hand out to whoever may read all of it: what a dump of it holds."""

    def read(session: Any) -> bytes:
        rows = [
            orjson.dumps([_plain(value) for value in row])
            for name, table in all_tables().tables.items()
            # The tree of places still has the room; it says nothing of who lives there.
            if name not in but_for
            for row in session.execute(select(table))
        ]
        return b"\n".join(rows)

    return given.door.read_now(read)


def files_in(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below a folder: the database itself, its log, photos, copies."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.name, path.read_bytes()


def found(words: tuple[str, ...], content: bytes) -> list[str]:
    return [word for word in words if word.encode() in content]


def _plain(value: Any) -> str:
    return value.decode("utf-8", "ignore") if isinstance(value, bytes) else str(value)
