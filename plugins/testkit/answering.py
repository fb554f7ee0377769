"""What the platform answers a plugin, and what it withholds: the four gates, as `plugins.host.gateway` has them.

A scope that was not given and a field outside the purpose raise `Forbidden`; what a resident did not agree to is None
and named in `withheld`; lists lack whoever did not agree. Each question about people or cases leaves a row in `audit`.
"""

from collections.abc import Callable, Mapping, Sequence
from string import Formatter
from typing import Any
from urllib.parse import urlsplit

from plugins.sdk.asking import plain
from plugins.sdk.context import Forbidden, Refused
from plugins.sdk.scopes import SCOPES
from plugins.sdk.told import Answer, Case, Figure, Missed, Resident, User, Visit
from plugins.testkit.gated import Gated
from plugins.testkit.keeping import Keeping
from plugins.testkit.living_together import Households
from plugins.testkit.own_fields import Profiles
from plugins.testkit.pictures import Photos
from plugins.testkit.world import Loaded, Person, Row, World

Asked = Mapping[str, Any]
#: How many residents come at once.
PIECE = 50
#: The scope that opens a field of a resident.
OPENED_BY = {
    field: name for name, scope in SCOPES.items() for field in scope.fields if name.startswith("resident.")
}


class Answering(Gated):
    """The way to ask for one call of one plugin, in one neighbourhood, by one user or by nobody."""

    def __init__(self, world: World, loaded: Loaded, community_id: str, hook: str, user: User | None) -> None:
        super().__init__(world, loaded, community_id, hook, user)
        kept = Keeping(world, self._plugin_id, community_id)
        households = Households(world, loaded, community_id, hook, user)
        photos = Photos(world, loaded, community_id, hook, user)
        profiles = Profiles(world, loaded, community_id, hook, user)
        self._ops: Mapping[str, Callable[[Asked], Any]] = {
            "residents.get": self._resident, "residents.find": self._residents,
            "residents.fill": profiles.fill,
            "households.of": households.of_resident, "households.get": households.household,
            "cases.get": self._case, "cases.find": self._cases, "cases.open": self._open,
            "cases.comment": self._comment,
            "files.of_case": photos.of_case, "files.read": photos.read,
            "stats.count": self._figures,
            "visits.plan": self._plan, "visits.record": self._record, "visits.find": self._visits,
            "visits.missed": self._missed, "guides.find": self._guides, "guides.stamps": self._stamps,
            "messages.send": self._send, "staff.find": self._staff, "http.get": self._get, "http.post": self._post,
            "store.get": kept.get, "store.put": kept.put, "store.find": kept.find, "store.delete": kept.delete,
            "once": lambda asked: self._once("once", asked["key"], lambda: True, False),
        }  # fmt: skip

    async def __call__(self, op: str, asked: Asked) -> Any:
        """The answer, through the same plain data as a pipe."""
        if (fault := self._world.failing.pop(op, None)) is not None:
            raise fault
        return plain(self._ops[op](plain(dict(asked))))

    # -- residents ----------------------------------------------------------------------------------

    def _resident(self, asked: Asked) -> Resident:
        op, fields = "residents.get", asked["fields"]
        self._open_gate(op, _scopes_of(fields), purpose=asked["purpose"], fields=fields)
        self._own(op, asked["id"])
        person = self._behind(asked["id"])
        if person is None or not self._agreed(person, fields, asked["purpose"]):
            return Resident(id=asked["id"], withheld=tuple(fields))
        return self._told(person, fields)

    def _told(self, person: Person, fields: Sequence[str]) -> Resident:
        known = {name: person.fields.get(name) for name in fields if name in Resident.model_fields}
        if "profile" in fields:
            said = {**(known["profile"] or {}), **self._world.filled_about(self._plugin_id, person.id)}
            known["profile"] = {key: text for key, text in said.items() if text}
        return Resident.model_validate({**known, "id": self._pair(person)})

    def _residents(self, asked: Asked) -> Row:
        op, fields = "residents.find", asked["fields"]
        # What is looked for by a field tells the field.
        by = {"tags": asked["tag"], "building": asked["building"], "birth_year": asked["age_from"]}
        wanted = [*fields, *(name for name, value in by.items() if value is not None and name not in fields)]
        self._open_gate(op, _scopes_of(wanted), purpose=asked["purpose"], fields=wanted)
        self._only_staff(op)
        people = [one for one in self._world.people.values() if self._is_looked_for(one, asked, wanted)]
        first = int(asked["after"] or 0)
        rest = first + PIECE < len(people)
        return {
            "items": [self._told(one, fields) for one in people[first : first + PIECE]],
            "next": str(first + PIECE) if rest else None,
        }

    def _is_looked_for(self, person: Person, asked: Asked, wanted: Sequence[str]) -> bool:
        known = person.fields
        return (
            person.community_id == self._community_id
            and self._agreed(person, wanted, asked["purpose"])
            and (asked["tag"] is None or asked["tag"] in (known.get("tags") or ()))
            and asked["building"] in (None, known.get("building"))
            and (
                asked["age_from"] is None
                or self._world.today.year - (known.get("birth_year") or 9999) >= asked["age_from"]
            )
        )

    # -- cases --------------------------------------------------------------------------------------

    def _case(self, asked: Asked) -> Case | None:
        op, fields = "cases.get", asked["fields"]
        self._open_gate(op, ["case:read"], purpose=asked["purpose"], fields=fields)
        row = self._case_here(asked["id"])
        if row is None:
            return None
        person = self._world.people.get(row["person"] or "")
        shown = not fields or (person is not None and self._agreed(person, fields, asked["purpose"]))
        text = row["text"] if "text" in fields and shown else None
        filled = row.get("filled", {}) if "fields" in fields and shown else None
        return _case_told(row, text=text, filled=filled, withheld=() if shown else tuple(fields))

    def _case_here(self, id: str) -> Row | None:
        row = self._world.cases.get(id)
        if row is None or row["community_id"] != self._community_id or not self._sees(row):
            return None
        return row

    def _sees(self, row: Row) -> bool:
        if self._user is None or self._user.kind == "staff":
            return True
        person = self._world.people.get(row["person"] or "")
        return person is not None and self._pair(person) == self._user.id

    def _cases(self, asked: Asked) -> list[Case]:
        self._open_gate("cases.find", ["case:read"])
        found = [
            row
            for row in reversed(self._world.cases.values())
            if row["community_id"] == self._community_id
            and self._sees(row)
            and asked["category"] in (None, row["category"])
            and asked["is_open"] in (None, row["is_open"])
        ]
        return [_case_told(row) for row in found[:200]]

    def _open(self, asked: Asked) -> str:
        self._open_gate("cases.open", ["case:write"])
        return str(self._once("cases.open", asked["key"], lambda: self._opened(asked)))

    def _opened(self, asked: Asked) -> str:
        person = self._behind(asked["resident_id"])
        if asked["resident_id"] is not None and person is None:
            raise Refused("cases.open: nobody here has this id")
        return open_case(
            self._world, self._community_id, category=asked["category"], title=asked["title"], text=asked["text"],
            person=None if person is None else person.id, by=self._plugin_id,
        )  # fmt: skip

    def _comment(self, asked: Asked) -> None:
        self._open_gate("cases.comment", ["case:write"])
        row = self._case_here(asked["id"])
        if row is None:
            raise Refused("cases.comment: there is no such case here")
        self._once("cases.comment", asked["key"], lambda: row["comments"].append(asked["text"]))

    # -- visits -------------------------------------------------------------------------------------

    def _plan(self, asked: Asked) -> str:
        self._open_gate("visits.plan", ["visit:write"])
        self._only_staff("visits.plan")
        for pair in asked["residents"]:
            if self._behind(pair) is None:
                raise Refused("visits.plan: nobody here has this id")
        return str(self._once("visits.plan", asked["key"], lambda: self._planned(asked)))

    def _planned(self, asked: Asked) -> str:
        plan_id = f"p{len(self._world.plans) + 1}"
        self._world.plans[plan_id] = {"id": plan_id, "residents": asked["residents"], "grade": asked["grade"]}
        return plan_id

    def _record(self, asked: Asked) -> str:
        self._open_gate("visits.record", ["visit:write"])
        self._only_staff("visits.record")
        person = self._behind(asked["resident"])
        if person is None:
            raise Refused("visits.record: nobody here has this id")
        return str(
            self._once(
                "visits.record",
                asked["key"],
                lambda: record_visit(self._world, person, on=asked["on"], said=asked["said"]),
            )
        )

    def _visits(self, asked: Asked) -> list[Visit]:
        self._open_gate("visits.find", ["visit:read"])
        if asked["resident"] is not None:
            self._own("visits.find", asked["resident"])
        else:
            self._only_staff("visits.find")
        shown = [
            Visit(id=row["id"], resident=pair, on=row["on"], said=row["said"])
            for row in self._world.visits.values()
            if (pair := self._pair_if_agreed(row["person"])) and asked["resident"] in (None, pair)
        ]
        fitting = [one for one in shown if asked["since"] is None or one.on.isoformat() >= asked["since"]]
        return sorted(fitting, key=lambda one: (one.on, one.id), reverse=True)[:200]

    def _pair_if_agreed(self, person_id: str) -> str | None:
        person = self._world.people.get(person_id)
        here = person is not None and person.community_id == self._community_id
        return self._pair(person) if here and person and self._agreed(person, ["visits"]) else None

    def _missed(self, asked: Asked) -> list[Missed]:
        self._open_gate("visits.missed", ["visit:read"])
        self._only_staff("visits.missed")
        today = self._world.today
        found = [
            Missed(resident=pair, due_on=row["due_on"], days=(today - row["due_on"]).days)
            for row in self._world.missed
            if (pair := self._pair_if_agreed(row["person"]))
        ]
        return sorted(found, key=lambda one: one.due_on)

    # -- guides, messages, staff, the web -----------------------------------------------------------

    def _guides(self, asked: Asked) -> list[Any]:
        self._open_gate("guides.find", ["guide:read"])
        words = asked["text"].split()
        found = [one for one in self._world.guides if not words or any(word in one.title for word in words)]
        return sorted(found, key=lambda one: one.title)[: asked["limit"]]

    def _figures(self, asked: Asked) -> list[Figure]:
        """What the test says there is, as the platform tells it: in whole tens, and not what is about fewer."""
        self._open_gate("stats.count", ["stats:read"])
        said = self._world.figures.get("/".join(one for one in (asked["what"], asked["by"]) if one), {})
        return [Figure(key=key, count=count - count % 10) for key, count in said.items() if count >= 10]

    def _stamps(self, asked: Asked) -> list[Any]:
        self._open_gate("guides.stamps", ["guide:read"])
        return [one for one in self._world.stamps if asked["text"] in one.title]

    def _send(self, asked: Asked) -> bool:
        self._open_gate("messages.send", ["message:send"])
        template = next(
            (one for one in self._manifest.contributes.templates if one.id == asked["template"]), None
        )
        if template is None:
            raise Forbidden(f"messages.send: plugin.toml has no template {asked['template']!r}")
        wanted = {name for _, name, _, _ in Formatter().parse(template.text.within("zh")) if name}
        if strange := sorted(wanted ^ set(asked["args"])):
            raise Forbidden(f"messages.send: {asked['template']} and what is said for it differ in {strange}")
        if not self._may_hear(asked["to"]):
            return False
        said = {lang: _filled(template.text.within(lang), lang, asked["args"]) for lang in ("zh", "en")}
        return bool(self._once("messages.send", asked["key"], lambda: self._sent(asked, said), False))

    def _may_hear(self, to: str) -> bool:
        """Staff of the neighbourhood, and whoever agreed to anything of the plugin."""
        if to in self._world.staff:
            return True
        self._own("messages.send", to)
        person = self._behind(to)
        duty = any(one.basis == "public_duty" for one in self._manifest.purposes)
        purposes = {one.id for one in self._manifest.purposes}
        return person is not None and (duty or bool(purposes & person.agreed))

    def _sent(self, asked: Asked, said: Mapping[str, str]) -> bool:
        person = self._behind(asked["to"])
        to = asked["to"] if person is None else person.id
        row = {"to": to, "template": asked["template"], "args": dict(asked["args"])}
        row |= {"said": said["zh"], "said_en": said["en"]}
        self._world.sent[f"{self._plugin_id}|{self._community_id}|{asked['key']}"] = row
        return True

    def _staff(self, asked: Asked) -> list[Any]:
        self._open_gate("staff.find", ["staff:read"])
        found = [one for one in self._world.staff.values() if asked["role"] in (None, one.role)]
        return sorted(found, key=lambda one: one.name)

    def _get(self, asked: Asked) -> Answer:
        return self._web("GET", asked["url"])

    def _post(self, asked: Asked) -> Answer:
        return self._web("POST", asked["url"])

    def _web(self, method: str, url: str) -> Answer:
        host = urlsplit(url).hostname or ""
        # Whoever tests it is the operator who approves.
        if not {host, "*"} & set(self._manifest.network):
            raise Forbidden(f"http: {host} is not among the hosts of plugin.toml")
        if (method, url) not in self._world.answers:
            raise Refused(f"http: the test says nothing of {method} {url}: x.http.answers(…)")
        status, text = self._world.answers[method, url]
        return Answer(status=status, text=text)


def _scopes_of(fields: Sequence[str]) -> list[str]:
    """The scopes these fields need; who is there at all is part of the basic one."""
    if strange := sorted(set(fields) - OPENED_BY.keys()):
        raise Forbidden(f"residents have no {', '.join(strange)}")
    return sorted({OPENED_BY[field] for field in fields}) or ["resident.basic:read"]


def _case_told(
    row: Row, *, text: str | None = None, filled: Mapping[str, str] | None = None, withheld: tuple[str, ...] = ()
) -> Case:  # fmt: skip
    shown = {
        name: row[name]
        for name in Case.model_fields
        if name in row and name not in ("text", "filled", "withheld")
    }
    return Case.model_validate({**shown, "text": text, "filled": filled, "withheld": withheld})


def _filled(said: str, lang: str, args: Mapping[str, Any]) -> str:
    """A message in a language: what fills a blank is the same in each, or a sentence in both."""
    return said.format(**{key: one[lang] if isinstance(one, Mapping) else one for key, one in args.items()})


def open_case(
    world: World,
    community_id: str,
    *,
    category: str,
    title: str,
    text: str,
    person: str | None,
    by: str | None,
) -> str:
    """Enter a case; its id."""
    case_id = f"c{len(world.cases) + 1}"
    world.cases[case_id] = {
        "id": case_id, "number": f"T-{len(world.cases) + 1:04}", "community_id": community_id, "category": category,
        "title": title, "text": text, "person": person, "by": by, "status": "accepted", "is_open": True,
        "opened_on": world.today, "due_on": None, "closed_on": None, "comments": [],
    }  # fmt: skip
    return case_id


def record_visit(world: World, person: Person, *, on: Any, said: Mapping[str, str]) -> str:
    """Enter a visit, after which nobody is overdue there any more; its id."""
    visit_id = f"v{len(world.visits) + 1}"
    world.visits[visit_id] = {"id": visit_id, "person": person.id, "on": on, "said": dict(said)}
    world.missed = [row for row in world.missed if row["person"] != person.id]
    return visit_id
