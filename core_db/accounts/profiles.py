"""What is asked of passwords, by the rule book an installation is measured against: `SHEQUYUN_AUTH_PROFILE`.

`asvs`: OWASP ASVS 5.0, chapter V6: long and not guessable rather than composed, and never changed for its age.
`djbh`: GB/T 22239-2019 (等级保护三级, 8.1.4.1 身份鉴别): composed, changed at intervals, few tries. What it does not
say in figures (days, tries, how many former ones) are the usual ones of an assessment.
"""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from core_db.foundation.lean import dataclass


class AuthProfile(StrEnum):
    """The rule book sign-in follows."""

    ASVS = "asvs"
    DJBH = "djbh"


@dataclass(frozen=True, kw_only=True)
class AuthRules:
    """What one rule book asks."""

    #: Characters at least, and of how many kinds: capitals, small letters, digits, others.
    shortest: int
    kinds: int
    #: After so long it has to be changed; None: age is no reason.
    lasts: timedelta | None
    #: How many former ones may not come again.
    former: int
    #: Wrong tries at one name from one address, and within which time.
    tries: tuple[int, timedelta]


RULES: Mapping[AuthProfile, AuthRules] = {
    AuthProfile.ASVS: AuthRules(shortest=8, kinds=1, lasts=None, former=1, tries=(10, timedelta(minutes=5))),
    AuthProfile.DJBH: AuthRules(
        shortest=8, kinds=3, lasts=timedelta(days=90), former=5, tries=(5, timedelta(minutes=30))
    ),
}
