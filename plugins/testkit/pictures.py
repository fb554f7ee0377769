"""Photos of cases in the kit, with the consent of who raised them."""

from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from plugins.sdk.context import Refused
from plugins.sdk.told import Photo
from plugins.testkit.gated import Gated
from plugins.testkit.world import Row

FIELDS = ("files",)
#: Bytes that are handed out at most.
MOST = 2_000_000
Asked = Mapping[str, Any]


class Photos(Gated):
    """Questions of `ctx.files`."""

    def of_case(self, asked: Asked) -> list[Photo]:
        self._open_gate("files.of_case", ["case:read", "file:read"], purpose=asked["purpose"], fields=FIELDS)
        case = self._world.cases.get(asked["case"])
        if case is None or not self._is_shown(case, asked["purpose"]):
            return []
        return [_told(one) for one in self._world.photos.values() if one["case"] == case["id"]]

    def read(self, asked: Asked) -> str | None:
        self._open_gate("files.read", ["case:read", "file:read"], purpose=asked["purpose"], fields=FIELDS)
        found = self._world.photos.get(asked["id"])
        if found is None or not self._is_shown(self._world.cases[found["case"]], asked["purpose"]):
            return None
        if len(found["data"]) > MOST:
            raise Refused("files.read: this photo is too large")
        return b64encode(found["data"]).decode()

    def _is_shown(self, case: Row, purpose: str) -> bool:
        person = self._world.people.get(case["person"] or "")
        if case["community_id"] != self._community_id or person is None:
            return False
        if self._user is not None and self._user.kind == "resident" and self._pair(person) != self._user.id:
            return False
        return self._agreed(person, FIELDS, purpose)


def _told(row: Row) -> Photo:
    return Photo(
        id=row["id"], media_type="image/jpeg", size=len(row["data"]), width=row["width"], height=row["height"],
        on=row["on"],
    )  # fmt: skip
