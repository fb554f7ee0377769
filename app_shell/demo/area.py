"""What the demo's neighbourhood holds besides homes and people: a little of each kind, so that every list has something."""

from collections.abc import Mapping
from datetime import date, timedelta

from sqlmodel import Session, col, select

from app_shell.demo.cast import Cast
from core_db.accounts import RoleDraft, assign_role
from core_db.foundation.actor import Actor, Role
from core_db.foundation.clock import Clock, local_date
from core_db.neighbourhood import (
    CharterDraft,
    CoverageDraft,
    EntryCorrection,
    EntryDraft,
    InspectionDraft,
    SeatDraft,
    adopt_charter,
    correct_entry,
    cover_buildings,
    fill_seat,
    record_inspection,
    register_entry,
    store_example_types,
)
from core_db.neighbourhood.words import EXAMPLE_TYPES, EntryKind
from core_db.places import Community, Division, Place, PlaceView, buildings_of

DISTRICT = "310113"
#: Since when the example of types holds.
SINCE = date(2026, 1, 1)
ORGANISATIONS = (
    {"name": "友谊路小学", "form": "organ", "address": "友谊支路 90 号", "main_unit": "yes", "legal_person": "沈国强"},
    {"name": "阳光便利店", "form": "sole_trader", "address": "友谊支路 181 弄门口", "contact": "俞晓", "liaison": "王芳"},
    {
        "name": "夕阳红合唱队", "form": "social", "register_type": "listed", "service_scope": "本小区老年人",
        "brand_projects": "周三歌会",
    },
)  # fmt: skip
#: Name, class, where, owner, days between inspections, and in how many days it is due again.
FACILITIES = (
    ("中心花园健身器材", "04", "中心花园", "友谊路街道", 90, -6),
    ("1 号门消防栓", "01", "1 号门东侧", "区消防救援支队", 30, 9),
    ("主通道路灯", "02", "主通道", "区路灯管理所", 180, 120),
    ("垃圾箱房", "03", "西门旁", "街道市容所", 30, 20),
)
CHARTER = "一、楼道不堆放杂物。\n二、每月最后一个周六一起打扫。\n三、邻里有事先商量，商量不成找楼组长。"


class Furnishing:
    """Enters it all through the use cases of the base."""

    def __init__(self, session: Session, places: Mapping[str, Place], *, actor: Actor, clock: Clock) -> None:
        self.session, self.here, self.district = session, places["here"], places["district"]
        self.actor, self.clock = actor, clock

    def furnish(self, cast: Cast) -> None:
        """Organisations, facilities, grids, a building group, the committee with its type."""
        for values in ORGANISATIONS:
            self._enter(EntryKind.ORGANISATION, values)
        self._facilities()
        buildings = list(buildings_of(self.session, self.here.id))
        self._grids(buildings)
        self._group(cast, buildings)
        self._committee(cast)

    def _enter(self, kind: EntryKind, values: Mapping[str, str]) -> str:
        draft = EntryDraft(node_id=self.here.id, values=dict(values), source="上门")
        entry = register_entry(self.session, kind, draft, actor=self.actor, clock=self.clock)
        return str(entry.id)

    def _facilities(self) -> None:
        today = local_date(self.clock.now())
        for name, what, spot, owner, every, due in FACILITIES:
            values = {
                "name": name, "facility_class": what, "spot": spot, "owner_unit": owner, "every_days": str(every),
            }  # fmt: skip
            facility = self._enter(EntryKind.FACILITY, values)
            last = InspectionDraft(passed="yes", inspected_on=today - timedelta(days=every - due))
            record_inspection(self.session, facility, last, actor=self.actor, clock=self.clock)

    def _grids(self, buildings: list[PlaceView]) -> None:
        whole = self._enter(EntryKind.GRID, {"name": "综合网格", "code": "Z01", "level": "composite"})
        self._cover(EntryKind.GRID, whole, buildings)
        half = (len(buildings) + 1) // 2
        for number, part in enumerate((buildings[:half], buildings[half:]), start=1):
            values = {"name": f"第 {number} 微网格", "code": f"W0{number}", "level": "micro"}
            self._cover(EntryKind.GRID, self._enter(EntryKind.GRID, values), part)

    def _cover(self, kind: EntryKind, entry: str, buildings: list[PlaceView]) -> None:
        draft = CoverageDraft(place_ids=tuple(one.id for one in buildings))
        cover_buildings(self.session, kind, entry, draft, actor=self.actor, clock=self.clock)

    def _group(self, cast: Cast, buildings: list[PlaceView]) -> None:
        """A group of the building of the first resident, who is its building lead and leads it."""
        if not cast.known:
            return
        kind, lead = EntryKind.BUILDING_GROUP, cast.known[0].actor
        own = cast.known[0].building
        group = self._enter(kind, {"name": "同心楼组", "meets_at": "底楼门厅", "rating": "4"})
        self._cover(kind, group, [one for one in buildings if one.id == own])
        post = RoleDraft(account_id=lead.id, role=Role.BUILDING_LEAD, place_id=own, reason="居民推选")
        assign_role(self.session, post, actor=self.actor, clock=self.clock)
        self._seat(kind, group, SeatDraft(who=f"account/{lead.id}", title="lead", duty="召集大家"))
        charter = CharterDraft(text=CHARTER, source="楼组会议")
        adopt_charter(self.session, group, charter, actor=self.actor, clock=self.clock)

    def _committee(self, cast: Cast) -> None:
        kind, here = EntryKind.COMMUNITY, self.here.id
        store_example_types(
            self.session, self.district.id, valid_from=SINCE, actor=self.actor, clock=self.clock
        )
        self._types_of_the_others()
        values = {
            "east": "牡丹江路", "south": "友谊支路", "west": "铁山路", "north": "盘古路", "hours": "周一至周六 8:30–17:00",
            "address": "友谊支路 181 弄 1 号", "community_type": "reformed",
        }  # fmt: skip
        for field, value in values.items():
            draft = EntryCorrection(field=field, value=value, source="证件")
            correct_entry(self.session, kind, here, draft, actor=self.actor, clock=self.clock)
        if cast.secretary is not None:
            for body, duty in (("", "全面工作"), ("women_children", "妇女儿童工作")):
                who = f"account/{cast.secretary.id}"
                self._seat(kind, here, SeatDraft(who=who, title="lead", body=body, duty=duty))
        for worker, duty in zip(cast.workers, ("环境卫生、物业", "民政、老年人工作"), strict=False):
            self._seat(kind, here, SeatDraft(who=f"account/{worker.id}", duty=duty))

    def _types_of_the_others(self) -> None:
        """Every other neighbourhood of the district is of a type too, so that figures by type say something."""
        rows = self.session.exec(
            select(Community, Division.code)
            .join(Division, col(Division.place_id) == Community.id)
            .where(Community.id != self.here.id, col(Division.code).startswith(DISTRICT))
            .order_by(Division.code)
        )
        towns = [one for one in EXAMPLE_TYPES if one != "village"]
        for number, (community, code) in enumerate(rows):
            # The codes of villagers' committees begin at 200.
            is_village = "200" <= code[9:12] < "400"
            community.community_type = "village" if is_village else towns[number % len(towns)]
        self.session.flush()

    def _seat(self, kind: EntryKind, entry: str, draft: SeatDraft) -> None:
        fill_seat(self.session, kind, entry, draft, actor=self.actor, clock=self.clock)
