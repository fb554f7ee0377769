"""What the context tells a plugin, as plain frozen models: residents, households, cases, visits, guides."""

import datetime as dt
from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict

from plugins.sdk.events.codes import CaseStatus


class Told(BaseModel):
    """Parent of what a plugin is told."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class User(Told):
    """Who looks at a page of the plugin. A resident's id is the plugin's own for him, as everywhere."""

    id: str
    kind: Literal["resident", "staff"]
    roles: tuple[str, ...] = ()
    #: A member of staff goes by his name; a resident's is asked for like everybody's.
    name: str | None = None


class Resident(Told):
    """A resident, as far as the purpose goes and he agreed."""

    id: str
    name: str | None = None
    birth_year: int | None = None
    sex: str | None = None
    building: str | None = None
    phone: str | None = None
    tags: tuple[str, ...] | None = None
    #: What was filled in for the plugin's own fields about residents (`fields=["profile"]`), by `key`.
    profile: Mapping[str, str] | None = None
    withheld: tuple[str, ...] = ()


class Member(Told):
    """Somebody of a household, who agreed; `relation` to its head in a word: `spouse`, `daughter`."""

    resident: str
    is_head: bool
    relation: str | None = None


class Household(Told):
    """People who keep house together: those of them who agreed, and nobody else."""

    id: str
    members: tuple[Member, ...]
    #: Nobody else belongs to it, whether he agreed to anything or not.
    lives_alone: bool


class Case(Told):
    """A case without whoever raised it; `text`, and `filled` by key, alone where asked for and agreed to."""

    id: str
    number: str
    category: str
    status: CaseStatus
    is_open: bool
    opened_on: dt.date
    due_on: dt.date | None = None
    closed_on: dt.date | None = None
    text: str | None = None
    #: What was filled in for the plugin's own fields (`form_fields`), by `key`.
    filled: Mapping[str, str] | None = None
    withheld: tuple[str, ...] = ()


class Photo(Told):
    """A picture that whoever raised a case put to it; its bytes are read by `id`."""

    id: str
    media_type: str
    size: int
    width: int
    height: int
    on: dt.date


class Figure(Told):
    """How many there are of a group, in whole tens. `key`: `80-89`, `both_here`, a tag, a category, `2026-10`."""

    key: str
    count: int


class Visit(Told):
    """A visit that was made; `said` by the kinds of words the base has for visits."""

    id: str
    resident: str
    on: dt.date
    said: Mapping[str, str] = {}


class Missed(Told):
    """Somebody who was due by a plan and was not visited."""

    resident: str
    due_on: dt.date
    days: int


class Guide(Told):
    """How something is got: papers, steps, where and when."""

    id: str
    title: str
    papers: str = ""
    steps: str = ""
    where: str = ""
    hours: str = ""
    phone: str = ""
    fees: str = ""


class Stamp(Told):
    """A stamp that residents ask for: given here, or not, and then where to go."""

    id: str
    title: str
    is_given: bool
    go_to: str = ""
    basis: str = ""


class Colleague(Told):
    """Somebody who works for the neighbourhood."""

    id: str
    name: str
    role: str


class Answer(Told):
    """What another host answered."""

    status: int
    text: str
    headers: Mapping[str, str] = {}
