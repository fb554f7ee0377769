"""Preparing the demo: places, people, accounts and a year and a half of cases, once.

An embedded demo is prepared beside its place and moved there when it is whole, so that a start that was
broken off leaves nothing half done behind.
"""

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from sqlmodel import Session

from app_shell.demo.cast import Cast, Casting
from app_shell.demo.people import Census, EstatePlan, Register
from app_shell.demo.signins import NEXT_DOOR, RESIDENTS
from app_shell.demo.stage import Stage
from app_shell.demo.years import Chronicle, today
from core_db import migrations
from core_db.cases import reference_of, store_defaults
from core_db.foundation.actor import Actor, system_actor
from core_db.foundation.clock import Clock, RehearsedClock, SystemClock, local_date
from core_db.foundation.database import open_engines
from core_db.foundation.door import Door
from core_db.foundation.errors import DomainError
from core_db.foundation.sealing import Keyring
from core_db.foundation.settings import Settings, secret_of
from core_db.places import EDITION_2023, Place, import_places, place_with_code, shipped_divisions

PREPARER = system_actor("demo")
HERE, THERE, TOWN, DISTRICT = "310113003001", "310113003002", "310113003", "310113"
MARKER = "demo.json"
#: What the demo is made of; another number makes another one.
EDITION, SEED = 1, 20261123
Tell = Callable[[str], None]


class NotADemo(DomainError):
    code, status = "not-a-demo", 409
    zh = "{where} 里已经有一个不是演示用的数据库，演示不会动它。请另选 SHEQUYUN_DATA_DIR 和 SHEQUYUN_DATABASE_URL。"
    en = (
        "There is a database in {where} that is not a demo; it is left alone. "
        "Please choose another SHEQUYUN_DATA_DIR and SHEQUYUN_DATABASE_URL."
    )


@dataclass(frozen=True, kw_only=True)
class Scale:
    """How large the demo is. The default is one neighbourhood as they are; tests take less of it."""

    estates: tuple[EstatePlan, ...] = (
        EstatePlan("友谊支路181弄", 1994, buildings=50, floors=6, per_floor=4),
        EstatePlan("牡丹江路1599弄", 2006, buildings=2, floors=18, per_floor=8, lifts=2),
    )
    next_door: EstatePlan = EstatePlan("友谊支路233弄", 1996, buildings=4, floors=6, per_floor=4)
    accounts: int = 140
    cases: int = 1_150
    months: int = 18


SMALL = Scale(
    estates=(EstatePlan("友谊支路181弄", 1994, buildings=4, floors=6, per_floor=4),),
    next_door=EstatePlan("友谊支路233弄", 1996, buildings=1, floors=2, per_floor=2), accounts=6, cases=70, months=4,
)  # fmt: skip


def prepare_demo(
    settings: Settings, *, reset: bool = False, scale: Scale | None = None, clock: Clock | None = None,
    tell: Tell = lambda _sentence: None,
) -> bool:  # fmt: skip
    """Make the demo unless it is there; `reset` starts over. True when it was made."""
    marker = settings.data_dir / MARKER
    if _is_there(settings, marker) and not reset:
        return False
    _clear_away(settings, marker)
    made = (clock or SystemClock()).now()
    if settings.is_embedded:
        _prepare_beside(settings, scale or Scale(), made, tell)
    else:
        _prepare_in(settings, scale or Scale(), made, tell)
    marker.write_text(json.dumps({"edition": EDITION, "prepared_at": made.isoformat()}), encoding="ascii")
    return True


def _is_there(settings: Settings, marker: Path) -> bool:
    exists = settings.sqlite_path.exists() if settings.is_embedded else _has_tables(settings)
    if exists and not marker.exists():
        raise NotADemo(where=str(settings.data_dir))
    return exists


def _has_tables(settings: Settings) -> bool:
    engines = open_engines(settings)
    try:
        return migrations.current(engines) is not None
    finally:
        engines.dispose()


def _clear_away(settings: Settings, marker: Path) -> None:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    if settings.is_embedded:
        for path in _files_of(settings.sqlite_path):
            path.unlink(missing_ok=True)
        shutil.rmtree(settings.data_dir / "photos", ignore_errors=True)
    elif _has_tables(settings):
        # Nobody's tables are dropped from here: a PostgreSQL demo gets a fresh database.
        raise NotADemo(where="PostgreSQL")
    marker.unlink(missing_ok=True)


def _files_of(path: Path) -> list[Path]:
    return [path.with_name(path.name + ending) for ending in ("", "-wal", "-shm")]


def _prepare_beside(settings: Settings, scale: Scale, now: datetime, tell: Tell) -> None:
    beside = settings.sqlite_path.with_name(settings.sqlite_path.name + ".preparing")
    for path in _files_of(beside):
        path.unlink(missing_ok=True)
    _prepare_in(settings.model_copy(update={"database_url": f"sqlite:///{beside}"}), scale, now, tell)
    os.replace(beside, settings.sqlite_path)


def _prepare_in(settings: Settings, scale: Scale, now: datetime, tell: Tell) -> None:
    engines = open_engines(settings)
    door: Door | None = None
    try:
        migrations.upgrade(engines)
        door = Door(engines, keyring=Keyring(secret_of(settings)))
        lay_out(door, scale, now=now, tell=tell)
    finally:
        if door is not None:
            door.close()
        else:
            engines.dispose()


def lay_out(door: Door, scale: Scale, *, now: datetime, tell: Tell = lambda _sentence: None) -> Stage:
    """The demo, into a database that has its tables and nothing else."""
    first = local_date(now) - timedelta(days=scale.months * 305 // 10)
    clock = RehearsedClock(now - timedelta(days=(local_date(now) - first).days + 5))
    tell("正在导入宝山区的街镇和居村… / Districts, towns and neighbourhoods…")
    places = _lay_out_places(door, clock=clock)
    tell("正在登记房屋和居民… / Homes and people…")
    cast = _people_it(door, scale, places, clock=clock)
    tell("正在演练一年半的诉求… / A year and a half of cases…")
    stage = Stage(door, clock, now)
    reference = door.read_now(reference_of)
    chronicle = Chronicle(stage, cast, reference, seed=SEED)
    chronicle.past(first, scale.cases)
    today(chronicle)
    _next_door(chronicle, now)
    stage.play()
    return stage


def _lay_out_places(door: Door, *, clock: Clock) -> dict[str, Place]:
    with door.one_transaction() as session:
        store_defaults(session, clock=clock)
        import_places(session, shipped_divisions(), EDITION_2023, actor=PREPARER, clock=clock)
        codes = {"here": HERE, "next_door": THERE, "town": TOWN, "district": DISTRICT}
        return {key: _place(session, code) for key, code in codes.items()}


def _place(session: Session, code: str) -> Place:
    view = place_with_code(session, code)
    place = session.get(Place, view.id) if view is not None else None
    assert place is not None, "the list of divisions comes with the product"
    return place


def _people_it(door: Door, scale: Scale, places: dict[str, Place], *, clock: Clock) -> Cast:
    with door.one_transaction() as session:
        here = _census(session, places["here"], scale.estates, "1390001", RESIDENTS, clock=clock)
        there = _census(
            session, places["next_door"], (scale.next_door,), "1390002", (NEXT_DOOR,), clock=clock
        )
    with door.one_transaction() as session:
        cast, casting = Cast(here), Casting(session, places, actor=PREPARER, clock=clock)
        casting.appoint_everybody(cast)
        casting.move_residents_in(cast, scale.accounts, chance=Random(SEED))
        casting.move_neighbour_in(cast, there)
        asking = [
            (f"1390003000{n}", name, here.homes[n * 7]["place"]["id"])
            for n, name in ((1, "孙丽娟"), (2, "唐志明"))
        ]
        casting.ask_for_homes(asking)
    return cast


def _census(
    session: Session, community: Place, plans: tuple[EstatePlan, ...], prefix: str, known: tuple[str, ...] | list[str],
    *, clock: Clock,
) -> Register:  # fmt: skip
    census = Census(
        session, community, seed=SEED + int(prefix), prefix=prefix, known=known, actor=_actor(), clock=clock
    )
    for plan in plans:
        census.build(plan)
    return census.settle()


def _actor() -> Actor:
    return PREPARER


def _next_door(chronicle: Chronicle, now: datetime) -> None:
    """The neighbourhood next door has cases of its own, which nobody here sees."""
    cast, worker, resident = (
        chronicle.cast,
        chronicle.cast.worker_next_door,
        chronicle.cast.resident_next_door,
    )
    if worker is None or resident is None:
        return
    chronicle.cast = Cast(cast.register, workers=[worker], secretary=worker, town=cast.town)
    for days, code in ((40, "0806"), (12, "0307"), (3, "1204")):
        tale = chronicle.tale(code, by=resident, text=0, public=code == "0307")
        raised = tale.raised(now - timedelta(days=days))
        accepted = tale.accepted(raised + timedelta(minutes=40))
        tale.verified(tale.handled_here(accepted, accepted + timedelta(hours=5)) + timedelta(hours=2))
    chronicle.tale("0102", by=resident, text=1).raised(now - timedelta(hours=2))
    chronicle.cast = cast
