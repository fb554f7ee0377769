"""Who can sign in to the demo, as the contract lists them. They exist nowhere else."""

from dataclasses import dataclass

from core_db.accounts import DEMO_CODE
from core_db.foundation.actor import Role

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
)


@dataclass(frozen=True)
class SignIn:
    """A line of what `make demo` prints: who, in which app, and with what."""

    app: str
    zh: str
    en: str
    name: str
    secret: str


SIGN_INS = (
    SignIn("resident", "居民（已实名，同一小区）", "residents, verified", f"{RESIDENTS[0]} … {RESIDENTS[-1][-2:]}", DEMO_CODE),
    SignIn("resident", "隔壁小区的居民", "a resident next door", NEXT_DOOR, DEMO_CODE),
    SignIn("resident", "还没有绑定房屋", "not bound to a home yet", UNBOUND, DEMO_CODE),
    SignIn("committee", "居委干部", "committee workers", "juwei1, juwei2", PASSWORD),
    SignIn("committee", "居委书记", "the committee's secretary", "shuji", PASSWORD),
    SignIn("committee", "物业", "the property firm", "wuye", PASSWORD),
    SignIn("committee", "隔壁居委", "the committee next door", "linju", PASSWORD),
    SignIn("committee", "街镇城运", "the town's dispatcher", "jiezhen", PASSWORD),
    SignIn("committee", "区城运", "the district's dispatcher", "quyun", PASSWORD),
    SignIn("committee", "区里只看数字的", "the district's analyst, figures only", "qu", PASSWORD),
)  # fmt: skip
