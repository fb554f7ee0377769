"""等保: three administrators, three people. The database itself says so, whoever writes."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from core_db.accounts import DelegationDraft, RoleDraft, assign_role, delegate_role
from core_db.accounts.errors import AdministratorApart
from core_db.foundation.actor import ADMINISTRATORS, Role
from core_db.foundation.ids import new_id

PAIRS = [
    (one, other) for one in sorted(ADMINISTRATORS) for other in sorted({*ADMINISTRATORS, Role.WORKER} - {one})
]
INSERT = text(
    "INSERT INTO role_assignments (id, account_id, role, place_id, valid_from, valid_to, granted_by, reason) "
    "VALUES (:id, :account, :role, :place, :begins, :ends, 'nobody', '')"
)
#: As both databases understand it.
DAYS = {n: f"2026-12-{n:02d}T00:00:00.000000Z" for n in range(1, 31)}


@pytest.fixture
def write(given, staff):
    """A row as somebody with a database shell would write it."""

    def written(role, begins, ends=None, id=None):
        row = {
            "id": id or new_id(), "account": staff.id, "role": str(role), "place": given.district.id,
            "begins": DAYS[begins], "ends": DAYS[ends] if ends else None,
        }  # fmt: skip
        given.door.write_now(lambda session: session.connection().execute(INSERT, row))
        return row["id"]

    return written


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_the_database_refuses_two_at_a_time(write, one, other):
    write(one, 1)

    with pytest.raises(IntegrityError, match="administrator"):
        write(other, 5)
    with pytest.raises(IntegrityError, match="administrator"):
        write(other, 5, 6)


def test_one_after_the_other_is_no_two_at_a_time(write):
    write(Role.SYSADMIN, 1, 5)
    write(Role.AUDITOR, 5)
    write(Role.AUDITOR, 7)


def test_a_row_is_not_bent_into_it_afterwards(write, given):
    first = write(Role.SYSADMIN, 1, 5)
    write(Role.AUDITOR, 5)

    for change in ("role = 'secadmin', valid_to = NULL", "valid_to = NULL", f"valid_to = '{DAYS[9]}'"):
        statement = text(f"UPDATE role_assignments SET {change} WHERE id = :id")
        with pytest.raises(IntegrityError, match="administrator"):
            given.door.write_now(lambda s, one=statement: s.connection().execute(one, {"id": first}))


def test_whoever_gives_a_role_reads_a_sentence(given, staff):
    def draft(role, place):
        return RoleDraft(account_id=staff.id, role=role, place_id=place.id)

    given.do(assign_role, draft(Role.AUDITOR, given.district), by=given.security_administrator())

    for role, place in ((Role.SYSADMIN, given.district), (Role.WORKER, given.community)):
        with pytest.raises(AdministratorApart):
            given.do(assign_role, draft(role, place), by=given.security_administrator())


def test_nobody_acts_for_others_and_is_an_administrator(given, clock, days, post_of):
    secretary, auditor, worker = given.secretary(), given.auditor(), given.worker_next_door()
    lent = DelegationDraft(
        assignment_id=post_of(secretary),
        delegate_id=auditor.id,
        valid_to=clock.now() + days(3),
        reason="出差",
    )
    with pytest.raises(AdministratorApart):
        given.do(delegate_role, lent, by=secretary)

    given.do(delegate_role, lent.model_copy(update={"delegate_id": worker.id}), by=secretary)
    draft = RoleDraft(account_id=worker.id, role=Role.AUDITOR, place_id=given.district.id)
    with pytest.raises(AdministratorApart):
        given.do(assign_role, draft, by=given.system())
