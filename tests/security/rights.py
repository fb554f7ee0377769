"""What hangs on people's rights over their data, and on posts: one of each here, and one in the next neighbourhood."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlmodel import Session, col, select

from core_db.access import AccessEvent, Purpose
from core_db.accounts import Delegation, DelegationDraft, RoleAssignment, delegate_role
from core_db.accounts.model import Passkey
from core_db.emergency import EmergencyDraft, EmergencyReason, open_emergency
from core_db.foundation.actor import Actor, Role
from core_db.foundation.clock import local_date
from core_db.foundation.ids import new_id
from core_db.mydata import (
    CorrectionDraft,
    GuardianDraft,
    ask_for_correction,
    ask_for_export,
    ask_to_be_guardian,
)
from core_db.people import PersonCorrection, RegisterChange, RegisterRule, correct_person
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
from tests.security.desks import on_the_desk

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
        for side, (n, who) in SIDES.items():
            self._of_a_resident(side, n, world.people[who])
            self._of_the_staff(side, world.people[f"worker of {n}"], world.people[who])
            for name, found in on_the_desk(world, n, world.people[f"worker of {n}"], world.people[who]):
                self._keep(name, side, found)

    def _keep(self, name: str, side: str, found: Any) -> None:
        self.ids.setdefault(name, {})[side] = str(found)

    def _of_a_resident(self, side: str, n: int, resident: Actor) -> None:
        birth = local_date(self.world.clock.now()) - timedelta(days=3650)
        self._keep("data export", side, self.do(ask_for_export, lang="zh", by=resident).id)
        wrong = CorrectionDraft(
            field="name", value=self.world.word(n, 1, "wanted"), note=self.world.word(n, 1, "why")
        )
        self._keep("request", side, self.do(ask_for_correction, wrong, by=resident).id)
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
        register = ExportDraft(fields=("phone",), reason="年底要给每户送慰问品")
        self._keep("register export", side, self.do(ask_for_register, register, by=worker).id)
        now = EmergencyDraft(
            person_id=resident.person_id or "",
            reason_code=EmergencyReason.FIRE,
            reason="楼上着火，要马上联系到人",
        )
        self._keep("access", side, self.do(open_emergency, now, by=worker).id)
        self._keep("assignment", side, self._read(_post_of(worker)))
        self._keep("alarm", side, self._add(_alarm(worker)))
        self._keep("passkey", side, self._add(_passkey(worker, self.world.clock.now())))
        self._keep("delegation", side, self._lent(worker, side))
        self._of_the_register(side, worker, resident)
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
                id=new_id(), place_id=grant.place_id, field="occupation", needs_second=True, set_by=worker.id,
                valid_from=local_date(now), set_at=now,
            )
        )  # fmt: skip
        wanted = PersonCorrection(field="occupation", value="40000")
        proposal = self.do(correct_person, resident.person_id, wanted, by=worker).proposal
        self._keep("proposal", side, proposal.id)

    def _lent(self, worker: Actor, side: str) -> str:
        """A worker's post, lent to somebody from elsewhere."""
        draft = DelegationDraft(
            assignment_id=self.ids["assignment"][side], delegate_id=self.deputy.id,
            valid_to=self.world.clock.now() + timedelta(days=3), reason="外出学习三天",
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
