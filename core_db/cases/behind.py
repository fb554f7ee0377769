"""Who stands behind a case: whoever it is for, and whoever raised it for him. Both are recorded, both follow it."""

from collections.abc import Collection, Iterable
from enum import StrEnum
from typing import Any, NamedTuple

from core_db.foundation.at_hand import at_hand


@at_hand
class Part(StrEnum):
    """As what somebody stands behind a case."""

    REQUESTER = "requester"
    PROXY = "proxy"


class Party(NamedTuple):
    """A party as it was just written."""

    role: str
    account_id: str | None
    person_id: str | None
    name: str


class Behind(NamedTuple):
    """Who stands behind a case, as far as its reader may know: both names, and what he himself is in it."""

    requester: str | None = None
    proxy: str | None = None
    part: Part | None = None
    #: Whether it is the reader's to say if it is fixed.
    judges: bool = False


NOBODY = Behind()
_PARTS = tuple(Part)


def party_as(role: Part, parties: Iterable[Any]) -> Any:
    for party in parties:
        if party.role == role:
            return party
    return None


def proxy_among(parties: Iterable[Any]) -> Any:
    """Who raised it for somebody else, as long as he is in it: whoever was taken out of it has no account in it."""
    found = party_as(Part.PROXY, parties)
    return found if found is not None and found.account_id is not None else None


def part_of(parties: Iterable[Any], account_id: str) -> Part | None:
    """What an account is in a case. Whoever it is for is that first, though he be both since entries were merged."""
    roles = [party.role for party in parties if party.account_id == account_id]
    for one in _PARTS:
        if one in roles:
            return one
    return None


def judged_by(parties: Iterable[Any], account_id: str, closed: Collection[str]) -> bool:
    """Whoever has an account says himself whether it is fixed; for whoever has none, who raised it for him.

    With one that is among the `closed` nobody says anything any more: it counts as none.
    """
    requester = party_as(Part.REQUESTER, parties)
    return requester is None or requester.account_id in (None, account_id) or requester.account_id in closed


def behind(
    parties: Iterable[Any], *, account_id: str | None = None, closed: Collection[str] = ()
) -> Behind:  # fmt: skip
    """The names of both; of what the reader is in it as well, where he is told of his own case."""
    parties = list(parties)
    requester, proxy = party_as(Part.REQUESTER, parties), proxy_among(parties)
    part = part_of(parties, account_id) if account_id is not None else None
    return Behind(
        requester=requester.name if requester is not None else None, proxy=proxy.name if proxy is not None else None,
        part=part, judges=part is not None and account_id is not None and judged_by(parties, account_id, closed),
    )  # fmt: skip
