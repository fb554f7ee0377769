"""What runs by itself: deadlines are watched, what nobody needs any more is dropped, damage is looked for."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlmodel import Session

from core_db.accounts import forget_old_sign_ins
from core_db.audit import Unwitnessed, Witness, checkpoint_and_show, refuse_unwitnessed, witness_of
from core_db.cases import DEADLINES_AT_ONCE, keep_histories, put_words_together, watch_deadlines
from core_db.foundation.actor import system_actor
from core_db.foundation.clock import Clock
from core_db.foundation.door import Door
from core_db.foundation.idempotency import forget_old_answers
from core_db.foundation.reach import reach_of
from core_db.foundation.settings import Settings
from core_db.ledgers import make_sheets
from core_db.mydata import (
    KeptOf,
    apply_retention,
    carry_out_erasures,
    drop_old_exports,
    end_with_guardianships,
    make_exports,
    nothing_kept,
)
from core_db.register_sheets import WORK as SHEETS
from core_db.register_sheets import work_on_sheets
from core_db.relay import JobKind, Kind, LongJobKind, forget_finished_work, forget_old_facts
from core_db.reveals import make_exports as make_register_exports
from core_db.tags import tell_tags_due
from core_db.upkeep import AT_NIGHT, LOOK, finish_rotation, look_through, mind_damage
from core_db.visits import find_missed_visits

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
#: When missed visits are looked for: the desk shows them when somebody comes in.
BEFORE_THE_ROUND = time(6, 30)
#: Seconds between two looks for the mark of a damaged database.
MINDED_EVERY = 1.0
DEADLINES = system_actor("deadlines")
TIDYING = system_actor("tidying")


def watch_all_deadlines(door: Door, _payload: object, clock: Clock) -> None:
    """Look at every clock whose time has come, a piece a transaction, so that nobody waits behind it."""
    watch = partial(watch_deadlines, actor=DEADLINES, clock=clock)
    while door.write_now(watch, reach=reach_of(DEADLINES)) == DEADLINES_AT_ONCE:
        pass


def _tidy(forget: Callable[..., object], **known: Any) -> Callable[[Session, object, Clock], object]:
    return lambda session, _payload, clock: forget(session, clock=clock, **known)


def _tidy_answers(session: Session, _payload: object, clock: Clock) -> None:
    forget_old_answers(session, now=clock.now())


def _go_on_rotating(door: Door, _payload: object, _clock: Clock) -> None:
    """Where `rotate-keys` was broken off, or a value was written in the last moment of an old key."""
    finish_rotation(door)


CHORES: tuple[Kind, ...] = (
    LongJobKind(kind="watch-deadlines", run=watch_all_deadlines, every=MINUTE, in_time=True),
    LongJobKind(kind="finish-rotation", run=_go_on_rotating, every=DAY),
    LongJobKind(kind="find-missed-visits", run=find_missed_visits, every=DAY, at=BEFORE_THE_ROUND),
    LongJobKind(kind="put-words-together", run=put_words_together, every=DAY, at=AT_NIGHT),
    JobKind(kind="forget-old-answers", run=_tidy_answers, every=HOUR),
    JobKind(kind="forget-old-sign-ins", run=_tidy(forget_old_sign_ins, actor=TIDYING), every=HOUR),
    JobKind(kind="forget-old-facts", run=_tidy(forget_old_facts), every=HOUR),
    LongJobKind(kind="forget-finished-work", run=forget_finished_work, every=HOUR),
    JobKind(kind="tell-tags-due", run=tell_tags_due, every=DAY),
)


def chores_of(settings: Settings, kept_of: KeptOf = nothing_kept) -> tuple[Kind, ...]:
    """What runs by itself in an installation; some of it works on files in its folder too.

    `kept_of` is asked what plugins keep of whoever wants a copy of everything about himself.
    """
    folder, witness = settings.data_dir, witness_of(settings)
    return (
        *CHORES,
        LongJobKind(kind=LOOK, run=_looking_through(settings), every=DAY, at=AT_NIGHT),
        LongJobKind(kind="keep-record", run=_keeping_record(witness), every=MINUTE),
        LongJobKind(kind="make-register-exports", run=_making_exports(witness), every=MINUTE),
        LongJobKind(kind=SHEETS, run=work_on_sheets, every=MINUTE, claimed_for=5 * MINUTE),
        LongJobKind(kind="keep-late-histories", run=_hold_late_ones, every=DAY),
        LongJobKind(
            kind="make-exports", run=_with_files(partial(make_exports, kept_of=kept_of), folder), every=MINUTE
        ),
        LongJobKind(kind="apply-retention", run=_with_files(apply_retention, folder), every=DAY),
        LongJobKind(kind="carry-out-erasures", run=_with_files(carry_out_erasures, folder), every=MINUTE),
        LongJobKind(
            kind="end-with-guardianships", run=_with_files(end_with_guardianships, folder), every=MINUTE
        ),
        LongJobKind(kind="drop-old-exports", run=_with_files(drop_old_exports, folder), every=HOUR),
    )


def _with_files(work: Callable[..., object], folder: Path) -> Callable[[Door, object, Clock], object]:
    return lambda door, _payload, clock: work(door, folder, clock=clock)


def _keeping_record(witness: Witness | None) -> Callable[[Door, object, Clock], object]:
    """Hold what histories say, sign what was added to the record, and show it to the witness whom the settings name."""

    def keep(door: Door, _payload: object, clock: Clock) -> None:
        keep_histories(door, clock=clock)
        checkpoint_and_show(door, witness, clock=clock)

    return keep


def _looking_through(settings: Settings) -> Callable[[Door, object, Clock], object]:
    return lambda door, _payload, clock: look_through(door, settings, clock=clock)


def _hold_late_ones(door: Door, _payload: object, clock: Clock) -> None:
    """Entries that a long import committed when later ones were held already."""
    keep_histories(door, clock=clock, back=None)


def _making_exports(witness: Witness | None) -> Callable[[Door, object, Clock], object]:
    """Registers in full that were approved; while nobody vouches for the record they wait."""

    def make(door: Door, payload: object, clock: Clock) -> None:
        with suppress(Unwitnessed):
            door.read_now(
                lambda session: refuse_unwitnessed(session, witness, clock=clock), reach=reach_of(TIDYING)
            )
            make_register_exports(door, payload, clock)
            make_sheets(door, payload, clock)

    return make


@asynccontextmanager
async def minding_damage(door: Door, settings: Settings) -> AsyncIterator[None]:
    """Beside the requests: whichever process found damage, or lifted its mark, this one knows within a second."""

    async def mind() -> None:
        while True:
            await asyncio.sleep(MINDED_EVERY)
            mind_damage(door, settings)

    minding = asyncio.create_task(mind())
    try:
        yield
    finally:
        minding.cancel()
