"""What hangs on people's rights over their data, and on posts: one of each here, and one in the next neighbourhood."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlmodel import Session, col, select

from core_db.access import AccessEvent, Purpose
from core_db.accounts import Delegation, DelegationDraft, RoleAssignment, delegate_role
from core_db.accounts.model import Passkey
from core_db.doubles import MergeDraft, merge_entries
from core_db.emergency import EmergencyDraft, EmergencyReason, open_emergency
from core_db.foundation.actor import Actor, Role
from core_db.foundation.clock import local_date
from core_db.foundation.ids import new_id
from core_db.groups import GroupDraft, save_group
from core_db.mydata import (
    CorrectionDraft,
    GuardianDraft,
    ask_for_correction,
    ask_for_export,
    ask_to_be_guardian,
)
from core_db.neighbourhood import (
    EntryCorrection,
    EntryDraft,
    SeatDraft,
    correct_entry,
    fill_seat,
    register_entry,
)
from core_db.neighbourhood.words import EntryKind
from core_db.people import (
    MoveIn,
    Organisation,
    PersonCorrection,
    PersonDraft,
    RegisterChange,
    RegisterRule,
    correct_person,
    correct_place,
    move_in,
    register_person,
)
from core_db.places import (
    BuildingDraft,
    EstateDraft,
    HomeDraft,
    PlaceChange,
    PlaceCorrection,
    create_building,
    create_estate,
    create_home,
)
from core_db.register_sheets import SheetDraft, apply_sheet, hand_in, work_on_sheets
from core_db.register_sheets.model import RegisterSheetRow
from core_db.reveals import (
    DeferralDraft,
    ExportDraft,
    RevealDraft,
    defer_look,
    reveal_person,
)
from core_db.reveals import ask_for_export as ask_for_register
from core_db.reveals.model import LookAlarm
from core_db.reveals.words import DeferralReason
from core_db.tags import AssignmentDraft, DefinitionDraft, TagClass, assign_tag, define_tag
from core_db.visits import (
    CanvassDraft,
    NeedDraft,
    PlanDraft,
    TagDraft,
    VisitDraft,
    begin_canvass,
    need_from_visit,
    plan_visits,
    propose_tag,
    record_visit,
)
from core_db.visits.model import VisitWord, WordState
from core_db.visits.words import Grade, NeedKind, VisitResult, Whom
from tests.security.canaries import token
from tests.security.desks import on_the_desk
from tests.security.plugged import on_the_platform
from tests.security.reports import Reports

if TYPE_CHECKING:
    from tests.security.world import World

#: Where, whose data, and who works there.
SIDES = {"here": (1, "own"), "next door": (2, "next door")}


class Rights:
    """By the name of the parameter that leads there, and by where."""

    def __init__(self, world: "World") -> None:
        self.world, self.do = world, world.given.do
        self.ids: dict[str, dict[str, str]] = {}
        # Of another town; nobody in the matrix, so that what is lent to him is lent to no row of it.
        away = world.ground.around[3].community
        self.deputy = world.given.staff(Role.WORKER, away, world.word(3, 97, "staff"))
        district = world.ground.around[1].community.district_id or ""
        word = DefinitionDraft(
            place_id=district, code="old_only", name=self.world.briefly("纯老"), kind=TagClass.FAMILY
        )
        #: A word of the district's dictionary, which nobody bears yet.
        self.common_tag = self.do(define_tag, word, by=world.given.system()).id
        Reports(self)
        for side, (n, who) in SIDES.items():
            self._of_a_resident(side, n, world.people[who])
            self._of_the_staff(side, world.people[f"worker of {n}"], world.people[who])
            self._of_tags(side, n, world.people[who])
            self._of_visits(side, n, world.people[f"worker of {n}"], world.people[who])
            self._of_the_neighbourhood(side, world.people[f"worker of {n}"], world.people[who])
            for name, found in on_the_desk(world, n, world.people[f"worker of {n}"], world.people[who]):
                self._keep(name, side, found)
        for name, side, found in on_the_platform(world):
            self._keep(name, side, found)

    def _keep(self, name: str, side: str, found: Any) -> None:
        self.ids.setdefault(name, {})[side] = str(found)

    def _of_a_resident(self, side: str, n: int, resident: Actor) -> None:
        birth = local_date(self.world.clock.now()) - timedelta(days=3650 + n)
        self._keep("data export", side, self.do(ask_for_export, lang="zh", by=resident).id)
        wrong = CorrectionDraft(
            field="name", value=self.world.word(n, 1, "wanted"), note=self.world.word(n, 1, "why")
        )
        self._keep("request", side, self.do(ask_for_correction, wrong, by=resident).id)
        self.world.canaries.register(birth.isoformat(), token(n, 1, "childbirth"))
        child = GuardianDraft(child_name=self.world.word(n, 1, "child"), birth=birth)
        self._keep("guardianship", side, self.do(ask_to_be_guardian, child, by=resident).id)
        self._keep("person", side, resident.person_id)

    def _of_the_staff(self, side: str, worker: Actor, resident: Actor) -> None:
        relation = "private" if side == "here" else "next door"
        looked = RevealDraft(
            fields=("phone",),
            purpose=Purpose.CASE,
            reference=f"case/{self.world.cases[relation, 'submitted']}",
        )
        self.do(reveal_person, resident.person_id, looked, by=worker)
        self._keep("seq", side, self._read(_newest_look(worker)))
        register = ExportDraft(fields=("phone",), reason=self.world.marked("年底要给每户送慰问品"))
        self._keep("register export", side, self.do(ask_for_register, register, by=worker).id)
        now = EmergencyDraft(
            person_id=resident.person_id or "",
            reason_code=EmergencyReason.FIRE,
            reason=self.world.marked("楼上着火，要马上联系到人"),
        )
        self._keep("access", side, self.do(open_emergency, now, by=worker).id)
        self._keep("assignment", side, self._read(_post_of(worker)))
        self._keep("alarm", side, self._add(_alarm(worker)))
        self._keep("passkey", side, self._add(_passkey(worker, self.world.clock.now())))
        self._keep("delegation", side, self._lent(worker, side))
        self._of_the_register(side, worker, resident)
        self._of_places(side, worker)
        if side == "here":
            secretary = self.world.people["secretary"]
            later = DeferralDraft(
                reason_code=DeferralReason.INVESTIGATION,
                until=local_date(self.world.clock.now()) + timedelta(days=9),
            )
            self._keep(
                "deferral", side, self.do(defer_look, int(self.ids["seq"][side]), later, by=secretary).id
            )

    def _of_the_register(self, side: str, worker: Actor, resident: Actor) -> None:
        """A change that can be taken back, and one that waits for a second person."""
        (grant,), now = worker.grants, self.world.clock.now()
        corrected = PersonCorrection(field="education", value="80")
        self.do(correct_person, resident.person_id, corrected, by=worker)
        newest = select(RegisterChange.id).where(RegisterChange.person_id == resident.person_id)
        self._keep("change", side, self._read(newest.order_by(col(RegisterChange.id).desc())))
        self._add(
            RegisterRule(
                id=new_id(), place_id=grant.place_id, field="former_name", needs_second=True, set_by=worker.id,
                valid_from=local_date(now), set_at=now,
            )
        )  # fmt: skip
        wanted = PersonCorrection(
            field="former_name", value=self.world.word(SIDES[side][0], 1, "former") + "新"
        )
        proposal = self.do(correct_person, resident.person_id, wanted, by=worker).proposal
        self._keep("proposal", side, proposal.id)
        self._of_tables(side, worker)

    def _of_tables(self, side: str, worker: Actor) -> None:
        """A table that was read, one that was applied, a row with a conflict; entries merged, and two that may be."""
        n, door, clock = SIDES[side][0], self.world.door, self.world.clock
        for name, at in (("sheet", 1), ("sheet applied", 2)):
            table = f"姓名,地址\n{self.world.word(n, 95 + at, 'name')},{at}号101室\n".encode()
            self._keep(name, side, self.do(hand_in, SheetDraft(), "名册.csv", table, by=worker).id)
        work_on_sheets(door, {}, clock)
        self.do(apply_sheet, self.ids["sheet applied"][side], by=worker)
        work_on_sheets(door, {}, clock)
        row = select(RegisterSheetRow).where(RegisterSheetRow.sheet_id == self.ids["sheet"][side])

        def has_conflict(session: Session) -> str:
            one = session.exec(row).one()
            one.has_conflict = True
            return one.id

        self._keep("sheet row", side, door.write_now(has_conflict))
        (grant,) = worker.grants
        drafts = [
            PersonDraft(community_id=grant.place_id, name=self.world.word(n, 98, "name"), source=f"册{i}")
            for i in range(4)
        ]
        people = [self.do(register_person, draft, by=worker).id for draft in drafts]
        merged = MergeDraft(kept_id=people[0], behind_id=people[1])
        self._keep("merge", side, self.do(merge_entries, merged, by=worker).id)
        self._keep("one", side, people[2])
        self._keep("other", side, people[3])

    def _of_tags(self, side: str, n: int, resident: Actor) -> None:
        """A word of the neighbourhood's dictionary, borne by a resident, and a group of those who bear it."""
        preparing, community_id = self.world.given.system(), self.world.ground.around[n].community.id
        word = DefinitionDraft(
            place_id=community_id, code="lives_alone", name=self.world.briefly("独居"), kind=TagClass.FAMILY
        )
        definition = self.do(define_tag, word, by=preparing)
        borne = AssignmentDraft(definition_id=definition.id, evidence=self.world.word(n, 1, "tag"))
        group = GroupDraft(place_id=community_id, name=self.world.marked("独居的人"), all_of=(definition.id,))
        self._keep("definition", side, definition.id)
        self._keep("tag", side, self.do(assign_tag, resident.person_id, borne, by=preparing).id)
        self._keep("group", side, self.do(save_group, group, by=preparing).id)

    def _of_the_neighbourhood(self, side: str, worker: Actor, resident: Actor) -> None:
        """A facility with a change that can be taken back, a grid, and a group in which somebody serves."""
        at, n = worker.grants[0].place_id, SIDES[side][0]
        for name, kind, values in (
            ("facility", EntryKind.FACILITY, {"name": self.world.marked("消防栓"), "facility_class": "01"}),
            ("organisation", EntryKind.ORGANISATION, self._an_organisation(n)),
            ("grid", EntryKind.GRID, {"name": self.world.marked("一号网格"), "code": "G1", "level": "micro"}),
            (
                "building group",
                EntryKind.BUILDING_GROUP,
                {"name": self.world.marked("一号楼组"), "contact_phone": self._phone(n, "groupphone")},
            ),
        ):
            draft = EntryDraft(node_id=at, values=values)
            self._keep(name, side, self.do(register_entry, kind, draft, by=worker).id)

        def to_dispatch_to(session: Session) -> None:
            session.get_one(Organisation, self.ids["organisation"][side]).kind = "P"

        self.world.door.write_now(to_dispatch_to)
        facility, group = self.ids["facility"][side], self.ids["building group"][side]
        self.do(
            correct_entry,
            EntryKind.FACILITY,
            facility,
            EntryCorrection(field="spot", value=self.world.marked("东门")),
            by=worker,
        )
        newest = select(PlaceChange.id).where(PlaceChange.of_id == facility, PlaceChange.field == "spot")
        self._keep("entry change", side, self._read(newest))
        serves = SeatDraft(who=f"person/{resident.person_id}")
        seat = self.do(fill_seat, EntryKind.BUILDING_GROUP, group, serves, by=worker)
        self._keep("seat", side, seat.id)

    def _an_organisation(self, n: int) -> dict[str, str]:
        return {
            "name": self.world.marked("便民药房"), "form": "enterprise", "legal_person": self.world.word(n, 0, "legal"),
            "contact": self.world.word(n, 0, "reached"), "contact_phone": self._phone(n, "firmphone"),
        }  # fmt: skip

    def _phone(self, n: int, kind: str) -> str:
        phone = f"137{n}11{len(kind):02}177"
        self.world.canaries.register(phone, token(n, 0, kind))
        return phone

    def _of_places(self, side: str, worker: Actor) -> None:
        """An estate, a household of two, an empty home, and a change of a place that can be taken back."""
        (grant,) = worker.grants
        estate = EstateDraft(community_id=grant.place_id, name=self.world.marked("新苑"))
        estate_id = self.do(create_estate, estate, by=worker).id
        self._keep("estate", side, estate_id)
        building = BuildingDraft(parent_id=estate_id, name="77号")
        building_id = self.do(create_building, building, by=worker).id
        lived, empty = (
            self.do(create_home, HomeDraft(building_id=building_id, name=name), by=worker).id
            for name in ("701室", "702室")
        )
        self._keep("empty home", side, empty)
        for relation in ("02", "97"):
            draft = PersonDraft(community_id=grant.place_id, name=self.world.marked("住户"))
            person_id = self.do(register_person, draft, by=worker).id
            entry = MoveIn(home_id=lived, relation=relation, household="7", since=date(2020, 5, 1))
            stay = self.do(move_in, person_id, entry, by=worker)
        self._keep("household", side, stay.household_id)
        self._keep("member", side, person_id)
        self._keep("member's stay", side, stay.id)
        self.do(correct_place, lived, PlaceCorrection(field="area", value="70"), by=worker)
        self._keep(
            "place change", side, self._read(select(PlaceChange.id).where(PlaceChange.place_id == lived))
        )

    def _of_visits(self, side: str, n: int, worker: Actor, resident: Actor) -> None:
        """A plan, a canvass, a visit that two people saw differently, and what came of it."""
        word, person = self.world.word, resident.person_id or ""
        plan = PlanDraft(name=word(n, 1, "plan"), grade=Grade.KEY, whom=Whom.PERSONS, subjects=(person,))
        self._keep("plan", side, self.do(plan_visits, plan, by=worker).id)
        today, ground = local_date(self.world.clock.now()), self.world.ground.around[n]
        canvass = CanvassDraft(
            title=word(n, 1, "canvass"), questions=(word(n, 1, "question"),), starts_on=today,
            ends_on=today + timedelta(days=9), buildings=(ground.buildings[0].id,),
        )  # fmt: skip
        self._keep("canvass", side, self.do(begin_canvass, canvass, by=worker).id)
        first = VisitDraft(person_id=person, result=VisitResult.MET, text=word(n, 1, "visit"))
        visit = self.do(record_visit, first, by=worker).id
        self._keep("visit", side, visit)
        earlier = self.world.clock.now() - timedelta(hours=5)
        bare = VisitDraft(person_id=person, result=VisitResult.NOBODY_HOME, visited_at=earlier)
        self._keep("visit of which nothing came", side, self.do(record_visit, bare, by=worker).id)
        place = self.world.ground.around[n].community
        colleague = self.world.given.staff(Role.WORKER, place, word(n, 90, "staff"))
        second = VisitDraft(person_id=person, result=VisitResult.DECLINED, text=word(n, 1, "visit") + "不同")
        self.do(record_visit, second, by=colleague)
        differs = select(VisitWord.id).where(
            VisitWord.visit_id == visit, VisitWord.state == WordState.DIFFERS
        )
        self._keep("word", side, self._read(differs.order_by(col(VisitWord.id))))
        need = NeedDraft(kind=NeedKind.MEALS, what=word(n, 1, "need"))
        self._keep("need", side, self.do(need_from_visit, visit, need, by=worker).id)
        tag = TagDraft(tag=self.world.briefly(token(n, 1, "tag")), reason=word(n, 1, "tag"))
        self._keep("tag proposal", side, self.do(propose_tag, visit, tag, by=worker).id)

    def _lent(self, worker: Actor, side: str) -> str:
        """A worker's post, lent to somebody from elsewhere."""
        draft = DelegationDraft(
            assignment_id=self.ids["assignment"][side], delegate_id=self.deputy.id,
            valid_to=self.world.clock.now() + timedelta(days=3), reason=self.world.marked("外出学习三天"),
        )  # fmt: skip
        lent: Delegation = self.do(delegate_role, draft, by=worker)
        return lent.id

    def _read(self, statement: Any) -> Any:
        return self.world.door.read_now(lambda session: session.exec(statement).first())

    def _add(self, row: Any) -> str:
        def add(session: Session) -> str:
            session.add(row)
            session.flush()
            return str(row.id)

        return self.world.door.write_now(add)


def _newest_look(worker: Actor) -> Any:
    return (
        select(AccessEvent.seq).where(AccessEvent.actor_id == worker.id).order_by(col(AccessEvent.seq).desc())
    )


def _post_of(worker: Actor) -> Any:
    return select(RoleAssignment.id).where(
        RoleAssignment.account_id == worker.id, RoleAssignment.role == Role.WORKER
    )


def _alarm(worker: Actor) -> LookAlarm:
    (grant,) = worker.grants
    from tests.conftest import START

    return LookAlarm(
        id=new_id(),
        community_id=grant.place_id,
        actor_id=worker.id,
        actor_name=worker.name,
        looks=60,
        at=START,
    )


def _passkey(worker: Actor, now: Any) -> Passkey:
    own = worker.id.encode()
    return Passkey(
        id=new_id(), account_id=worker.id, credential_id=own, public_key=b"none", device="Mac", created_at=now
    )
