"""Who can sign in to the demo, as the contract lists them. They exist nowhere else."""

from core_db.foundation.actor import Role
from core_db.foundation.lean import dataclass

PASSWORD = "demo-2468"  # noqa: S105 - printed by `make demo`
#: Residents of the neighbourhood, the one next door, and the account without a home.
RESIDENTS = tuple(f"139000000{n:02d}" for n in range(1, 21))
NEXT_DOOR, UNBOUND = "13900000021", "13900000099"


@dataclass(frozen=True, kw_only=True)
class StaffSignIn:
    """A member of staff of the demo; `at` is where: here, next_door, town or district."""

    username: str
    name: str
    role: Role
    at: str


STAFF = (
    StaffSignIn(username="juwei1", name="张敏", role=Role.WORKER, at="here"),
    StaffSignIn(username="juwei2", name="李建华", role=Role.WORKER, at="here"),
    StaffSignIn(username="shuji", name="周海燕", role=Role.SECRETARY, at="here"),
    StaffSignIn(username="wuye", name="陈国强", role=Role.CONTRACTOR, at="here"),
    StaffSignIn(username="linju", name="吴志明", role=Role.WORKER, at="next_door"),
    StaffSignIn(username="jiezhen", name="陆晓军", role=Role.TOWN_DISPATCHER, at="town"),
    StaffSignIn(username="quyun", name="何静", role=Role.DISTRICT_DISPATCHER, at="district"),
    StaffSignIn(username="qu", name="苏文", role=Role.DISTRICT_ANALYST, at="district"),
    #: The three administrators, kept apart: who runs it, who gives power, who reads who looked.
    StaffSignIn(username="xitong", name="冯立", role=Role.SYSADMIN, at="district"),
    StaffSignIn(username="anquan", name="郑洁", role=Role.SECADMIN, at="district"),
    StaffSignIn(username="shenji", name="蒋文", role=Role.AUDITOR, at="district"),
)
