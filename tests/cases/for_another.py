"""What tests of raising a case for somebody else share: a household, a building's lead, who stands behind a case."""

from typing import Any

import pytest
from sqlalchemy import select, update

from core_db.accounts import RoleDraft, actor_for_token, assign_role
from core_db.cases import (
    CaseDraft,
    accept_case,
    hand_in_case,
    self_handle_case,
    submit_case,
    verify_case,
)
from core_db.cases.drafts import AcceptanceDraft, HandlingDraft, TextDraft, VerificationDraft
from core_db.cases.model import PARTIES
from core_db.foundation.actor import Actor, Role
from core_db.foundation.clock import local_date
from core_db.foundation.ids import new_id
from core_db.people import MoveIn, PersonDraft, move_in, register_person
from core_db.people.model import RESIDENCIES, Household

MOTHER = "王奶奶"


@pytest.fixture
def known(given):
    """`known(actor)`: the same account as it is known when it next asks for something."""

    def found(actor: Actor) -> Actor:
        token = given.token_of(actor)
        return given.door.read_now(
            lambda session: actor_for_token(session, token, app="resident", clock=given.clock)
        )

    return found


@pytest.fixture
def enter(given):
    """`enter("王奶奶", home)`: somebody whom the register knows behind a door, without an account; the entry's id."""

    def entered(name: str, home: Any = None, **known: Any) -> str:
        worker, home = given.worker(), home or given.home
        draft = PersonDraft(community_id=given.community.id, name=name, source="tests", **known)
        person = given.do(register_person, draft, by=worker)
        since = local_date(given.clock.now())
        given.do(move_in, person.id, MoveIn(home_id=home.id, since=since), by=worker)
        return person.id

    return entered


@pytest.fixture
def keep_house(given):
    """`keep_house(one, another, …)`: these entries of the register are one household behind 101."""

    def together(*people: str, kind: str = "family") -> None:
        def change(session: Any) -> None:
            household = Household(
                id=new_id(), community_id=given.community.id, home_id=given.home.id, kind=kind, number=new_id()[:8],
                created_at=given.clock.now(),
            )  # fmt: skip
            session.add(household)
            session.flush()
            theirs = update(RESIDENCIES).where(RESIDENCIES.c.person_id.in_(people))
            session.execute(theirs.values(household_id=household.id))

        given.door.write_now(change)

    return together


@pytest.fixture
def lead(given, known):
    """老周, who lives in 12号 101 and leads the building."""
    resident = given.resident(name="老周")
    draft = RoleDraft(
        account_id=resident.id, role=Role.BUILDING_LEAD, place_id=given.building.id, reason="居民推选"
    )
    given.do(assign_role, draft, by=given.secretary())
    return known(resident)


@pytest.fixture
def parties(given):
    """`parties(case_id)`: role, account, entry and name of each who stands behind it, the proxy first."""

    def found(case_id: str) -> list[tuple[str, str | None, str | None, str]]:
        columns = (PARTIES.c.role, PARTIES.c.account_id, PARTIES.c.person_id, PARTIES.c.name)
        theirs = select(*columns).where(PARTIES.c.case_id == case_id).order_by(PARTIES.c.role)
        return given.door.read_now(lambda session: [tuple(row) for row in session.execute(theirs)])

    return found


@pytest.fixture
def daughter(given):
    return given.resident(name="王阿姨")


@pytest.fixture
def mother(given, daughter, keep_house):
    """She keeps house with her daughter, and has an account."""
    who = given.resident(name=MOTHER)
    keep_house(daughter.person_id, who.person_id)
    return who


@pytest.fixture
def raise_for(given):
    """`raise_for("王奶奶", by=…)`: the case, raised for whoever is called so."""

    def raised(name, *, by, **said):
        return given.do(submit_case, CaseDraft(text="屋里的灯不亮", on_behalf_of=name, **said), by=by).case

    return raised


@pytest.fixture
def verified(given):
    """`verified(case)`: the committee did it and looked; now somebody says whether it is fixed.

    `anew` once it was reopened.
    """

    def work(case, *, anew=False):
        worker = given.worker()
        if not anew:
            given.do(accept_case, case.id, AcceptanceDraft(), by=worker)
        given.do(self_handle_case, case.id, TextDraft(text="我们去修"), by=worker)
        given.do(hand_in_case, case.id, HandlingDraft(outcome="done", text="换了灯泡"), by=worker)
        given.do(verify_case, case.id, VerificationDraft(passed=True, text="亮了"), by=worker)
        return case

    return work
