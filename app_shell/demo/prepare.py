"""Preparing the demo: places, people, accounts and a year and a half of cases, once.

An embedded demo is prepared beside its place and moved there when it is whole, so that a start that was
broken off leaves nothing half done behind. A database with anything in it is never touched.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from secrets import token_urlsafe

from pydantic import SecretStr
from sqlmodel import Session, select

from app_shell.commands.glance import LAST
from app_shell.demo.area import Furnishing
from app_shell.demo.cast import Cast, Casting
from app_shell.demo.desks import furnish_desks
from app_shell.demo.people import Census, EstatePlan, Register
from app_shell.demo.reports import lay_out_reports
from app_shell.demo.signins import NEXT_DOOR, RESIDENTS, STAFF
from app_shell.demo.stage import Stage
from app_shell.demo.tags import lay_out_tags
from app_shell.demo.visits import visits_of_late
from app_shell.demo.years import Chronicle, today
from core_db import migrations
from core_db.accounts import Account, StaffDraft, close_account, create_staff
from core_db.cases import keep_histories, reference_of, store_defaults
from core_db.foundation.actor import system_actor
from core_db.foundation.clock import Clock, RehearsedClock, SystemClock, local_date
from core_db.foundation.database import open_engines
from core_db.foundation.door import Door
from core_db.foundation.errors import DomainError
from core_db.foundation.lean import dataclass
from core_db.foundation.reach import Across, across
from core_db.foundation.sealing import keyring_from
from core_db.foundation.settings import Settings
from core_db.places import (
    EDITION_2023,
    Community,
    Place,
    import_places,
    place_with_code,
    shipped_divisions,
)
from core_db.register_sheets import SheetDraft, hand_in

LAYING_OUT = across(Across.PREPARATION)
#: Lays everything out, under the name of whoever would have kept it: nobody of the neighbourhood is called “demo”.
PREPARER = replace(system_actor("demo"), name=next(one.name for one in STAFF if one.username == "shuji"))
HERE, THERE, TOWN, DISTRICT = "310113003001", "310113003002", "310113003", "310113"
#: The committees' telephones, by the codes above.
TELEPHONES = {HERE: "021-5555 0101", THERE: "021-5555 0102"}
#: The same number makes the same people and stories.
SEED = 20261123
Tell = Callable[[str], None]
#: Others who bring something into the demonstration, when everything else is there: door, settings, who acts, the
#: neighbourhood's id, the moment.
Besides = Callable[[Door, Settings, Cast, str, datetime], None]


class NotADemo(DomainError):
    code, status = "not-a-demo", 409
    zh = "这个数据库里已经有别的内容，或者上次没有准备完；演示不会动它，请换一个空的。"
    en = (
        "There is something else in this database, or an earlier preparation was broken off; it is left alone. "
        "Please use an empty one."
    )


def _silent(_sentence: str) -> None:
    """Nobody listens."""


@dataclass(frozen=True, kw_only=True)
class Scale:
    """How large the demo is."""

    estates: tuple[EstatePlan, ...]
    next_door: EstatePlan
    #: Residents with accounts beside those who sign in, and cases in so many months.
    accounts: int
    cases: int
    months: int


#: One neighbourhood as they are: 1,490 homes, 3,900 people.
FULL = Scale(
    estates=(
        EstatePlan("友谊支路181弄", 1994, buildings=50, floors=6, per_floor=4),
        EstatePlan("牡丹江路1599弄", 2006, buildings=2, floors=18, per_floor=8, lifts=2),
    ),
    next_door=EstatePlan("友谊支路233弄", 1996, buildings=4, floors=6, per_floor=4),
    accounts=140, cases=1_050, months=18,
)  # fmt: skip
SMALL = Scale(
    estates=(EstatePlan("友谊支路181弄", 1994, buildings=4, floors=6, per_floor=4),),
    next_door=EstatePlan("友谊支路233弄", 1996, buildings=1, floors=2, per_floor=2), accounts=6, cases=70, months=4,
)  # fmt: skip


def prepare_demo(
    settings: Settings, *, scale: Scale = FULL, clock: Clock | None = None, tell: Tell = _silent,
    besides: Sequence[Besides] = (),
) -> bool:  # fmt: skip
    """Make the demo unless it is there. True when it was made."""
    now = (clock or SystemClock()).now()
    if _is_there(settings):
        return False
    if not settings.is_embedded:
        _prepare_in(settings, scale, now, tell, besides)
        return True
    path = settings.sqlite_path
    beside = path.with_name(path.name + ".preparing")
    _remove(beside)
    _prepare_in(
        settings.model_copy(update={"database_url": f"sqlite:///{beside}"}), scale, now, tell, besides
    )
    _remove(path)
    os.replace(beside, path)
    return True


def _is_there(settings: Settings) -> bool:
    """Whether the demo is whole; NotADemo where there is something else."""
    if settings.is_embedded and not settings.sqlite_path.exists():
        return False
    engines = open_engines(settings.as_owner)
    try:
        if migrations.current(engines) is None:
            return False
        with Session(engines.read) as session:
            if session.exec(select(Account.id).where(Account.username == LAST)).first() is not None:
                return True
            if session.exec(select(Place.id)).first() is not None:
                raise NotADemo()
            return False
    finally:
        engines.dispose()


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _prepare_in(
    settings: Settings, scale: Scale, now: datetime, tell: Tell, besides: Sequence[Besides]
) -> None:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    migrations.bring_up(settings)
    engines = open_engines(settings)
    door = Door(engines, keyring=keyring_from(settings))
    try:
        lay_out(door, scale, now=now, tell=tell, besides=[partial(one, door, settings) for one in besides])
    finally:
        door.close()


def lay_out(
    door: Door, scale: Scale, *, now: datetime, tell: Tell = _silent,
    besides: Sequence[Callable[[Cast, str, datetime], None]] = (),
) -> Stage:  # fmt: skip
    """The demo, into a database that has its tables and nothing else."""
    first = local_date(now) - timedelta(days=scale.months * 305 // 10)
    clock = RehearsedClock(now - timedelta(days=(local_date(now) - first).days + 5))
    tell("正在导入宝山区的街镇和居村… / Districts, towns and neighbourhoods…")
    places = _lay_out_places(door, clock=clock)
    tell("正在登记房屋和居民… / Homes and people…")
    cast = _people_it(door, scale, places, clock=clock)
    tell("正在演练一年半的诉求… / A year and a half of cases…")
    stage = Stage(door, clock, now)
    reference = door.read_now(reference_of, reach=LAYING_OUT)
    chronicle = Chronicle(stage, cast, reference, seed=SEED)
    chronicle.past(first, scale.cases)
    today(chronicle)
    _next_door(chronicle, now)
    furnish_desks(stage, cast, places["here"].id, places["district"].id, keeper=PREPARER)
    stage.play()
    _hand_a_table_in(door, cast, now)
    _ask_for_homes(door, cast, now)
    with door.one_transaction(reach=LAYING_OUT) as session:
        visits_of_late(session, cast, now=now)
    _ask_for_reports(door, cast, places, now)
    _furnish(door, places, cast, now)
    for bring in besides:
        bring(cast, places["here"].id, now)
    # A year and a half of histories, held now: held by whoever serves the demo they would slow its first minute.
    keep_histories(door, clock=RehearsedClock(now))
    _sign_off(door, now)
    return stage


#: A table as a worker brings it: somebody new, somebody whose door is misspelt, a wrong check digit, half a telephone.
TABLE = (
    "牡丹一村六月走访登记,,,,,\n名字,性别,身份证,联系电话,现住址,文化程度\n"
    "方静怡,女,11010519491231002X,138 1234 5678,友谊支路181弄1号楼101,小学\n"
    "韩国庆,男,,１３９１２３４５６７８,友谊支路181弄1-102,初中\n"
    "彭秀珍,女,110105194912310021,,友谊支路181弄2号201室,\n"
    "蒋建国,男,,1391234,友谊支路181弄2-202,高小\n"
)


def _hand_a_table_in(door: Door, cast: Cast, now: datetime) -> None:
    """A table for the register, handed in a moment ago; the program reads it as soon as it is started."""
    draft, content = SheetDraft(source="上门"), TABLE.encode("utf-8-sig")
    worker, clock = cast.workers[0], RehearsedClock(now)
    door.write_now(
        lambda session: hand_in(session, draft, "六月走访.csv", content, actor=worker, clock=clock),
        reach=LAYING_OUT,
    )


def _ask_for_homes(door: Door, cast: Cast, now: datetime) -> None:
    """Two newcomers whose homes a worker has yet to confirm: one asked last night, one this morning."""
    for n, name, ago in ((1, "孙丽娟", timedelta(hours=15)), (2, "唐志明", timedelta(hours=2))):
        home_id = cast.register.homes[n * 7]["place"]["id"]
        with door.one_transaction(reach=LAYING_OUT) as session:
            casting = Casting(session, {}, actor=PREPARER, clock=RehearsedClock(now - ago))
            casting.ask_for_home(f"1390003000{n}", name, home_id)


def _ask_for_reports(door: Door, cast: Cast, places: dict[str, Place], now: datetime) -> None:
    assert cast.town is not None, "everybody was appointed"
    assert cast.secretary is not None, "everybody was appointed"
    with door.one_transaction(reach=LAYING_OUT) as session:
        lay_out_reports(
            session, places["district"].id, places["town"].id, community_id=places["here"].id, preparer=PREPARER,
            town=cast.town, secretary=cast.secretary, worker=cast.workers[0], clock=RehearsedClock(now),
        )  # fmt: skip


def _furnish(door: Door, places: dict[str, Place], cast: Cast, now: datetime) -> None:
    """What the neighbourhood holds besides, as it is today."""
    with door.one_transaction(reach=LAYING_OUT) as session:
        Furnishing(session, places, actor=PREPARER, clock=RehearsedClock(now)).furnish(cast)


def _sign_off(door: Door, now: datetime) -> None:
    """The mark that everything is there: an account that was closed at once, so that nobody can use it."""
    clock = RehearsedClock(now)
    draft = StaffDraft(username=LAST, password=SecretStr(token_urlsafe(16)), name=LAST)
    with door.one_transaction(reach=LAYING_OUT) as session:
        account = create_staff(session, draft, actor=PREPARER, clock=clock)
        close_account(session, account.id, actor=PREPARER, clock=clock)


def _lay_out_places(door: Door, *, clock: Clock) -> dict[str, Place]:
    with door.one_transaction(reach=LAYING_OUT) as session:
        store_defaults(session, clock=clock)
        import_places(session, shipped_divisions(), EDITION_2023, actor=PREPARER, clock=clock)
        _give_telephones(session)
        codes = {"here": HERE, "next_door": THERE, "town": TOWN, "district": DISTRICT}
        return {key: _place(session, code) for key, code in codes.items()}


def _give_telephones(session: Session) -> None:
    """The committees' own numbers; made up, so that nobody is rung by whoever tries the demo."""
    for code, phone in TELEPHONES.items():
        place = _place(session, code)
        community = session.get(Community, place.id)
        assert community is not None
        community.phone = phone
    session.flush()


def _place(session: Session, code: str) -> Place:
    view = place_with_code(session, code)
    place = session.get(Place, view.id) if view is not None else None
    assert place is not None, "the list of divisions comes with the product"
    return place


def _people_it(door: Door, scale: Scale, places: dict[str, Place], *, clock: Clock) -> Cast:
    with door.one_transaction(reach=LAYING_OUT) as session:
        here = _census(session, places["here"], scale.estates, "1390001", RESIDENTS, clock=clock)
        there = _census(
            session, places["next_door"], (scale.next_door,), "1390002", (NEXT_DOOR,), clock=clock
        )
    with door.one_transaction(reach=LAYING_OUT) as session:
        cast, casting = Cast(here), Casting(session, places, actor=PREPARER, clock=clock)
        casting.appoint_everybody(cast)
        casting.move_residents_in(cast, scale.accounts, chance=Random(SEED))
        casting.move_neighbour_in(cast, there)
        lay_out_tags(session, places["district"], places["here"], here.people, actor=PREPARER, clock=clock)
    return cast


def _census(
    session: Session, community: Place, plans: Sequence[EstatePlan], prefix: str, known: Sequence[str], *,
    clock: Clock,
) -> Register:  # fmt: skip
    census = Census(
        session, community, seed=SEED + int(prefix), prefix=prefix, known=known, actor=PREPARER, clock=clock
    )
    for plan in plans:
        census.build(plan)
    return census.settle()


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
