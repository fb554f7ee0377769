"""The context that plugins are given: each of its methods is one question to the host, the same through a pipe.

The names of the questions are the methods' (`residents.get`); what they carry and bring is plain data, so that the
answer comes from a gateway in the same process, from one behind a socket, or from the world of a test alike.
"""

import asyncio
import datetime as dt
import logging
from base64 import b64decode
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, TypeVar

import orjson
from pydantic import TypeAdapter

from plugins.sdk.calls import Ask, Setting
from plugins.sdk.context import CasesBy, Refused, ResidentsBy
from plugins.sdk.data import Document, Settings, brought_up
from plugins.sdk.told import (
    Answer,
    Case,
    Colleague,
    Figure,
    Guide,
    Household,
    Missed,
    Photo,
    Resident,
    Stamp,
    User,
    Visit,
)

if TYPE_CHECKING:
    from sqlmodel import Session

    from plugins.sdk.tables.place import Place

D = TypeVar("D", bound=Document)
S = TypeVar("S", bound=Settings)
T = TypeVar("T")
P = ParamSpec("P")
#: Threads a plugin may keep busy with what blocks.
THREADS = 4
_said = logging.getLogger("shequyun.plugins.said")


class _Part:
    def __init__(self, ask: Ask) -> None:
        self._ask = ask


def plain(value: Any) -> Any:
    """As it goes through a pipe: models as objects, dates as text."""
    return orjson.loads(orjson.dumps(value, default=_dumped))


def _dumped(value: Any) -> Any:
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} cannot leave the plugin")


class _Residents(_Part):
    async def get(self, id: str, *, fields: Sequence[str], purpose: str) -> Resident:
        return Resident.model_validate(
            await self._ask("residents.get", {"id": id, "fields": list(fields), "purpose": purpose})
        )

    async def find(
        self, *, tag: str | None = None, building: str | None = None, age_from: int | None = None,
        fields: Sequence[str] = (), purpose: str,
    ) -> AsyncIterator[Resident]:  # fmt: skip
        asked = {"tag": tag, "building": building, "age_from": age_from, "fields": list(fields),
                 "purpose": purpose}  # fmt: skip
        after: str | None = None
        while True:
            piece = await self._ask("residents.find", {**asked, "after": after})
            for one in piece["items"]:
                yield Resident.model_validate(one)
            if (after := piece["next"]) is None:
                return

    async def fill(self, id: str, *, values: Mapping[str, str | None], purpose: str) -> bool:
        return bool(await self._ask("residents.fill", {"id": id, "values": dict(values), "purpose": purpose}))


class _Households(_Part):
    async def of(self, resident: str, *, purpose: str) -> list[Household]:
        found = await self._ask("households.of", {"resident": resident, "purpose": purpose})
        return _HOUSEHOLDS.validate_python(found)

    async def get(self, id: str, *, purpose: str) -> Household | None:
        found = await self._ask("households.get", {"id": id, "purpose": purpose})
        return None if found is None else Household.model_validate(found)


class _Cases(_Part):
    async def get(self, id: str, *, fields: Sequence[str] = (), purpose: str | None = None) -> Case | None:
        found = await self._ask("cases.get", {"id": id, "fields": list(fields), "purpose": purpose})
        return None if found is None else Case.model_validate(found)

    async def find(self, *, category: str | None = None, is_open: bool | None = None) -> list[Case]:
        found = await self._ask("cases.find", {"category": category, "is_open": is_open})
        return _CASES.validate_python(found)

    async def open(
        self, *, category: str, title: str, resident_id: str | None = None, key: str, text: str = ""
    ) -> str:
        asked = {"category": category, "title": title, "resident_id": resident_id, "key": key, "text": text}
        return str(await self._ask("cases.open", asked))

    async def comment(self, id: str, *, text: str, key: str) -> None:
        await self._ask("cases.comment", {"id": id, "text": text, "key": key})


class _Files(_Part):
    async def of_case(self, id: str, *, purpose: str) -> list[Photo]:
        return _PHOTOS.validate_python(await self._ask("files.of_case", {"case": id, "purpose": purpose}))

    async def read(self, id: str, *, purpose: str) -> bytes | None:
        found = await self._ask("files.read", {"id": id, "purpose": purpose})
        return None if found is None else b64decode(found)


class _Stats(_Part):
    async def residents(self, *, by: ResidentsBy | None = None) -> list[Figure]:
        return await self._count("residents", by)

    async def cases(self, *, by: CasesBy | None = None) -> list[Figure]:
        return await self._count("cases", by)

    async def _count(self, what: str, by: str | None) -> list[Figure]:
        return _FIGURES.validate_python(await self._ask("stats.count", {"what": what, "by": by}))


class _Visits(_Part):
    async def plan(self, *, residents: Sequence[str], grade: str, key: str) -> str:
        return str(await self._ask("visits.plan", {"residents": list(residents), "grade": grade, "key": key}))

    async def record(self, *, resident: str, on: dt.date, said: Mapping[str, str], key: str) -> str:
        asked = {"resident": resident, "on": on.isoformat(), "said": dict(said), "key": key}
        return str(await self._ask("visits.record", asked))

    async def find(self, *, resident: str | None = None, since: dt.date | None = None) -> list[Visit]:
        asked = {"resident": resident, "since": since and since.isoformat()}
        return _VISITS.validate_python(await self._ask("visits.find", asked))

    async def missed(self) -> list[Missed]:
        return _MISSED.validate_python(await self._ask("visits.missed", {}))


class _Guides(_Part):
    async def find(self, text: str, *, limit: int = 10) -> list[Guide]:
        return _GUIDES.validate_python(await self._ask("guides.find", {"text": text, "limit": limit}))

    async def stamps(self, text: str = "") -> list[Stamp]:
        return _STAMPS.validate_python(await self._ask("guides.stamps", {"text": text}))


class _Messages(_Part):
    async def send(
        self, *, to: str, template: str, key: str, args: Mapping[str, str | Mapping[str, str]]
    ) -> bool:
        asked = {"to": to, "template": template, "key": key, "args": dict(args)}
        return bool(await self._ask("messages.send", asked))


class _Staff(_Part):
    async def find(self, *, role: str | None = None) -> list[Colleague]:
        return _COLLEAGUES.validate_python(await self._ask("staff.find", {"role": role}))


class _Web(_Part):
    async def get(self, url: str, *, headers: Mapping[str, str] | None = None) -> Answer:
        asked = {"url": url, "headers": dict(headers or {})}
        return Answer.model_validate(await self._ask("http.get", asked))

    async def post(
        self, url: str, *, json: Any = None, headers: Mapping[str, str] | None = None
    ) -> Answer:  # fmt: skip
        asked = {"url": url, "json": plain(json), "headers": dict(headers or {})}
        return Answer.model_validate(await self._ask("http.post", asked))


class _Store(_Part, Generic[D]):
    """Documents travel as `{"id", "version", "row"}`; an older shape is brought up when it is read."""

    def __init__(self, ask: Ask, kind: type[D]) -> None:
        super().__init__(ask)
        self._kind = kind

    async def get(self, id: str) -> D | None:
        found = await self._ask("store.get", {"kind": self._kind.__name__, "id": id})
        return None if found is None else brought_up(self._kind, found)

    async def put(self, document: D) -> None:
        asked = {"kind": self._kind.__name__, "id": document.id, "version": self._kind.version,
                 "row": document.model_dump(mode="json")}  # fmt: skip
        await self._ask("store.put", asked)

    async def delete(self, **where: Any) -> int:
        return int(
            await self._ask("store.delete", {"kind": self._kind.__name__, "where": self._where(where)})
        )

    async def find(self, **where: Any) -> list[D]:
        found = await self._ask("store.find", {"kind": self._kind.__name__, "where": self._where(where)})
        return [brought_up(self._kind, one) for one in found]

    def _where(self, where: Mapping[str, Any]) -> Any:
        strange = sorted({name.partition("__")[0] for name in where} - self._kind.model_fields.keys())
        if strange:
            raise TypeError(f"{self._kind.__name__} has no {', '.join(strange)}")
        return plain(where)


_CASES, _VISITS, _MISSED = TypeAdapter(list[Case]), TypeAdapter(list[Visit]), TypeAdapter(list[Missed])
_HOUSEHOLDS, _FIGURES = TypeAdapter(list[Household]), TypeAdapter(list[Figure])
_PHOTOS = TypeAdapter(list[Photo])
_GUIDES, _STAMPS, _COLLEAGUES = (
    TypeAdapter(list[Guide]), TypeAdapter(list[Stamp]), TypeAdapter(list[Colleague]),
)  # fmt: skip


class AskingContext:
    """A `Context` over a way to ask. `say` gives the plugin's own sentences, `blocks` runs what blocks, `place` has
    its tables."""

    def __init__(
        self, ask: Ask, setting: Setting, *, say: Callable[[str, str], str] = lambda key, _lang: key,
        blocks: asyncio.Semaphore | None = None, place: "Place | None" = None, plugin_id: str = "",
    ) -> None:  # fmt: skip
        self._ask = ask
        self._plugin_id = plugin_id
        self._setting = setting
        self._say = say
        self._blocks = blocks or asyncio.Semaphore(THREADS)
        self._place = place
        self.community_id = setting.community_id
        self.residents = _Residents(ask)
        self.households = _Households(ask)
        self.cases = _Cases(ask)
        self.files = _Files(ask)
        self.stats = _Stats(ask)
        self.visits = _Visits(ask)
        self.guides = _Guides(ask)
        self.messages = _Messages(ask)
        self.staff = _Staff(ask)
        self.http = _Web(ask)

    @property
    def user(self) -> User | None:
        return self._setting.user

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(self._setting.roles)

    @property
    def lang(self) -> str:
        return self._setting.lang

    def store(self, kind: type[D]) -> _Store[D]:
        return _Store(self._ask, kind)

    async def tables(
        self, deed: "Callable[Concatenate[Session, P], T]", *args: P.args, **more: P.kwargs
    ) -> T:  # fmt: skip
        if self._place is None:
            raise Refused("tables: there are none of this plugin here")
        return await self.run(partial(self._place.work, self.community_id, deed, *args, **more))

    def settings(self, kind: type[S]) -> S:
        return kind.model_validate(self._setting.settings)

    def has(self, scope: str) -> bool:
        return scope in self._setting.scopes

    def today(self) -> dt.date:
        return self._setting.today

    def now(self) -> dt.datetime:
        return self._setting.now

    def t(self, key: str, **args: str) -> str:
        return self._say(key, self.lang).format(**args)

    def both(self, key: str, **args: str) -> Mapping[str, str]:
        return {lang: self._say(key, lang).format(**args) for lang in ("zh", "en")}

    def log(self, said: str, **more: Any) -> None:
        heard = {"plugin": self._plugin_id, "community": self.community_id, "more": more}
        _said.info("%s", said, extra=heard)

    async def run(self, deed: Callable[..., T], *args: Any) -> T:
        async with self._blocks:
            return await asyncio.get_running_loop().run_in_executor(None, partial(deed, *args))

    async def once(self, key: str) -> bool:
        return bool(await self._ask("once", {"key": key}))
