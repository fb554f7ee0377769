"""Who and what there is in the neighbourhood of `x`, as a test says it: people, colleagues, households, guides."""

from collections.abc import Sequence
from typing import Any

from plugins.sdk.told import Colleague, Guide, Stamp
from plugins.testkit.answering import open_case
from plugins.testkit.world import Person, World


class Peopled:
    """The part of `X` by which a test fills its neighbourhood."""

    community_id: str
    host: World

    def resident(self, name: str, *, consent: Sequence[str] = (), **known: Any) -> str:
        """Somebody who lives here, what is known of him (`tags`, `birth_year`, `phone`) and what he agreed to."""
        person_id = name if name not in self.host.people else f"{name} {len(self.host.people)}"
        known = {"name": name, **known}
        self.host.people[person_id] = Person(person_id, self.community_id, name, set(consent), known)
        return person_id

    def staff(
        self, name: str, *, role: str = "worker", roles: Sequence[str] = (), id: str | None = None
    ) -> str:
        """A colleague; `roles` are those of the plugins' own (`[[contributes.roles]]`) that he was given."""
        staff_id = id or f"staff{len(self.host.staff) + 1}"
        self.host.staff[staff_id] = Colleague(id=staff_id, name=name, role=role)
        self.host.roles[staff_id] = frozenset(roles)
        return staff_id

    def case(
        self, category: str = "other", *, by: str | None = None, text: str = ""
    ) -> str:  # fmt: skip
        """A case that somebody raised."""
        return open_case(
            self.host, self.community_id, category=category, title=text[:20] or category, text=text, person=by, by=None
        )  # fmt: skip

    def guide(self, title: str, **more: str) -> None:
        self.host.guides.append(Guide(id=f"g{len(self.host.guides) + 1}", title=title, **more))

    def photo(self, case_id: str, data: bytes = b"a picture", *, width: int = 800, height: int = 600) -> str:
        """A picture that whoever raised the case put to it; its id."""
        photo_id = f"p{len(self.host.photos) + 1}"
        self.host.photos[photo_id] = {
            "id": photo_id, "case": case_id, "data": data, "width": width, "height": height, "on": self.host.today,
        }  # fmt: skip
        return photo_id

    def figures(self, what: str, **counts: int) -> None:
        """How many there are, as `x.figures("residents/age", **{"80-89": 41})`; by `""` of all together."""
        self.host.figures[what] = counts

    def stamp(self, title: str, *, is_given: bool, go_to: str = "", basis: str = "") -> None:
        stamp = Stamp(
            id=f"s{len(self.host.stamps) + 1}", title=title, is_given=is_given, go_to=go_to, basis=basis
        )
        self.host.stamps.append(stamp)

    def answers(self, url: str, text: str = "", *, status: int = 200, method: str = "GET") -> None:
        """What another host says when it is asked."""
        self.host.answers[method, url] = (status, text)

    def household(self, *residents: str, **relations: str) -> str:
        """Those who keep house together, the first of them its head; `王奶奶="spouse"` says what one is to him."""
        household_id = f"f_{len(self.host.households) + 1:016x}"
        said = {residents[0]: "head of the household"} | relations
        self.host.households[household_id] = {
            "id": household_id, "community_id": self.community_id, "head": residents[0],
            "members": {one: said.get(one) for one in dict.fromkeys((*residents, *relations))},
        }  # fmt: skip
        return household_id
