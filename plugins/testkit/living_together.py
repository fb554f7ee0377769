"""What the kit tells of households: those of their people who agreed, and nobody else."""

from collections.abc import Mapping
from typing import Any

from plugins.sdk.told import Household, Member
from plugins.testkit.gated import Gated
from plugins.testkit.world import Person, Row

FIELDS = ("household",)
Asked = Mapping[str, Any]


class Households(Gated):
    """Questions of `ctx.households`."""

    def of_resident(self, asked: Asked) -> list[Household]:
        self._open_gate("households.of", ["household:read"], purpose=asked["purpose"], fields=FIELDS)
        self._own("households.of", asked["resident"])
        person = self._behind(asked["resident"])
        if person is None or not self._agreed(person, FIELDS, asked["purpose"]):
            return []
        his = [row for row in self._here() if person.id in row["members"]]
        return [told for row in his if (told := self._told(row, asked["purpose"])) is not None]

    def household(self, asked: Asked) -> Household | None:
        self._open_gate("households.get", ["household:read"], purpose=asked["purpose"], fields=FIELDS)
        found = next((row for row in self._here() if row["id"] == asked["id"]), None)
        return None if found is None else self._told(found, asked["purpose"])

    def _here(self) -> list[Row]:
        """As they are after whoever is forgotten has gone."""
        rows = [one for one in self._world.households.values() if one["community_id"] == self._community_id]
        return [
            {**row, "members": {who: to for who, to in row["members"].items() if who in self._world.people}}
            for row in rows
        ]

    def _told(self, row: Row, purpose: str) -> Household | None:
        agreed = [self._world.people[who] for who in row["members"] if self._is_shown(who, purpose)]
        if not agreed:
            return None
        return Household(
            id=row["id"],
            members=tuple(self._member(row, one) for one in agreed),
            lives_alone=len(row["members"]) == 1,
        )

    def _is_shown(self, who: str, purpose: str) -> bool:
        person = self._world.people[who]
        if self._user is not None and self._user.kind == "resident" and self._pair(person) != self._user.id:
            return False
        return self._agreed(person, FIELDS, purpose)

    def _member(self, row: Row, person: Person) -> Member:
        relation = row["members"][person.id]
        return Member(resident=self._pair(person), is_head=person.id == row["head"], relation=relation)
