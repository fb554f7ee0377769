"""What a plugin can reach, and all it can reach: the context handed to each of its hooks.

Every call is asynchronous and takes and gives plain models, so that it works across a process as well. What a resident
has not agreed to is None and named in `withheld`, and lists simply lack whoever agreed to nothing; a scope that is
not held raises `Forbidden`, which is a mistake of the programme. Ids of residents are the plugin's own: two plugins
cannot put their data together by them.
"""

import datetime as dt
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Concatenate, Literal, ParamSpec, Protocol, TypeVar

from plugins.sdk.data import Document, Settings
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

D = TypeVar("D", bound=Document)
S = TypeVar("S", bound=Settings)
T = TypeVar("T")
P = ParamSpec("P")
ResidentsBy = Literal["age", "residence", "tag"]
CasesBy = Literal["category", "month"]


class Forbidden(Exception):
    """A scope that the committee has not given, a field outside the purpose, or what its user may not do himself."""


class Refused(Exception):
    """The platform's own rules forbid it just now; what it says can be shown to people."""


class Veto(Exception):
    """Raised by a filter: this is not to be done, and why, in words for whoever wanted it."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class Residents(Protocol):
    """Residents of this neighbourhood."""

    async def get(self, id: str, *, fields: Sequence[str], purpose: str) -> Resident:
        """One of them; what he has not agreed to is None and stands in `withheld`. Nobody known: all withheld."""
        ...

    def find(
        self, *, tag: str | None = None, building: str | None = None, age_from: int | None = None,
        fields: Sequence[str] = (), purpose: str,
    ) -> AsyncIterator[Resident]:  # fmt: skip
        """Those who agreed, and nobody else. `tag` needs resident.tags:read."""
        ...

    async def fill(self, id: str, *, values: Mapping[str, str | None], purpose: str) -> bool:
        """Have the plugin's own fields (`resident.profile`) say this of somebody, by `key`; None empties one.

        False, and nothing is written, where he did not agree to the purpose, which has to cover `profile`.
        """
        ...


class Households(Protocol):
    """Households of this neighbourhood, as far as those who belong to them agreed to a purpose with `household`."""

    async def of(self, resident: str, *, purpose: str) -> list[Household]:
        """Those a resident belongs to today, as a rule one; none of whoever did not agree or is known to nobody."""
        ...

    async def get(self, id: str, *, purpose: str) -> Household | None:
        """One by the id that facts name it with (`household.changed`); None where nobody of it agreed."""
        ...


class Cases(Protocol):
    """Cases of this neighbourhood."""

    async def get(self, id: str, *, fields: Sequence[str] = (), purpose: str | None = None) -> Case | None:
        """One of them. Its words (`fields=["text"]`) want a purpose that covers `text`.

        What was filled in for the plugin's own `form_fields` (`fields=["fields"]`) wants one that covers `fields`.
        """
        ...

    async def find(self, *, category: str | None = None, is_open: bool | None = None) -> list[Case]:
        """The newest first, 200 at most."""
        ...

    async def open(
        self, *, category: str, title: str, resident_id: str | None = None, key: str, text: str = ""
    ) -> str:
        """Raise a case as the plugin, once for each `key`; its id."""
        ...

    async def comment(self, id: str, *, text: str, key: str) -> None:
        """Add a note for the committee, once for each `key`."""
        ...


class Files(Protocol):
    """Photos of cases, those that whoever raised one put to it; with file:read and case:read."""

    async def of_case(self, id: str, *, purpose: str) -> list[Photo]:
        """What there is, once whoever raised the case agreed to a purpose with `files`; what others took never."""
        ...

    async def read(self, id: str, *, purpose: str) -> bytes | None:
        """The bytes of one, 2 MB at most; None of what could not be listed either."""
        ...


class Stats(Protocol):
    """Figures of this neighbourhood, never about fewer than ten people and as they stood when the month began."""

    async def residents(self, *, by: ResidentsBy | None = None) -> list[Figure]:
        """Who is registered: by `age` (a band), by `residence` (of their hukou) or by ordinary `tag`; else all."""
        ...

    async def cases(self, *, by: CasesBy | None = None) -> list[Figure]:
        """What was raised in the twelve months before this one, by `category` or by `month`; else all."""
        ...


class Visits(Protocol):
    """Visits (走访) of this neighbourhood, planned and recorded in the base: nothing of them is kept twice."""

    async def plan(self, *, residents: Sequence[str], grade: str, key: str) -> str:
        """Have these residents visited at the interval of a grade, once for each `key`; the plan's id."""
        ...

    async def record(
        self, *, resident: str, on: dt.date, said: Mapping[str, str], key: str
    ) -> str:  # fmt: skip
        """Enter a visit that somebody made, once for each `key`; its id."""
        ...

    async def find(self, *, resident: str | None = None, since: dt.date | None = None) -> list[Visit]:
        """Visits to residents who agreed, the newest first, 200 at most."""
        ...

    async def missed(self) -> list[Missed]:
        """Residents who agreed and are overdue by a plan, the longest first."""
        ...


class Guides(Protocol):
    """The neighbourhood's guides and stamps, as everybody may read them."""

    async def find(self, text: str, *, limit: int = 10) -> list[Guide]:
        """What fits any words, the nearest first; all of them, by name, where `text` is empty."""
        ...

    async def stamps(self, text: str = "") -> list[Stamp]:
        """Which stamps are given here and which are not, and where to go instead."""
        ...


class Messages(Protocol):
    """Messages made from the templates of the manifest."""

    async def send(
        self, *, to: str, template: str, key: str, args: Mapping[str, str | Mapping[str, str]]
    ) -> bool:
        """Send it to a resident or to a member of staff, once for each `key`; whether it was sent now.

        What fills a blank is the same in both languages, as a name is, or a sentence of the plugin's: `ctx.both(…)`.
        """
        ...


class Staff(Protocol):
    """Who works for this neighbourhood."""

    async def find(self, *, role: str | None = None) -> list[Colleague]:
        """By name; `role` as `worker` or `secretary`."""
        ...


class Web(Protocol):
    """The hosts named in the manifest, and no other."""

    async def get(self, url: str, *, headers: Mapping[str, str] | None = None) -> Answer:
        """At most 10 seconds and a mebibyte."""
        ...

    async def post(
        self, url: str, *, json: Any = None, headers: Mapping[str, str] | None = None
    ) -> Answer:  # fmt: skip
        """The same, with a body."""
        ...


class Store(Protocol[D]):
    """The plugin's own documents of one kind, in this neighbourhood."""

    async def get(self, id: str) -> D | None:
        """One of them, or None."""
        ...

    async def put(self, document: D) -> None:
        """Keep it, in place of what had its id."""
        ...

    async def delete(self, **where: Any) -> int:
        """Delete what matches; how many that were."""
        ...

    async def find(self, **where: Any) -> list[D]:
        """What matches all of it: `field=…`, `field__lte=…`, `__lt`, `__gte`, `__gt`, `__in`. In order of id."""
        ...


class Context(Protocol):
    """One neighbourhood, as one plugin may see it."""

    community_id: str

    @property
    def user(self) -> User | None:
        """Who looks at the page; None in a job and for a fact: then the plugin acts alone."""
        ...

    @property
    def roles(self) -> frozenset[str]:
        """Which of the plugin's own roles whoever looks holds here today; none of a resident, in a job, for a fact."""
        ...

    @property
    def lang(self) -> str:
        """`zh` or `en`: what the reader reads."""
        ...

    @property
    def residents(self) -> Residents: ...
    @property
    def households(self) -> Households: ...
    @property
    def cases(self) -> Cases: ...
    @property
    def files(self) -> Files: ...
    @property
    def stats(self) -> Stats: ...
    @property
    def visits(self) -> Visits: ...
    @property
    def guides(self) -> Guides: ...
    @property
    def messages(self) -> Messages: ...
    @property
    def staff(self) -> Staff: ...
    @property
    def http(self) -> Web: ...
    def store(self, kind: type[D]) -> Store[D]:
        """What the plugin keeps of one kind, here."""
        ...

    async def tables(
        self, deed: "Callable[Concatenate[Session, P], T]", *args: P.args, **more: P.kwargs
    ) -> T:  # fmt: skip
        """`deed(session, …)` on the plugin's own tables, in a thread and in one transaction: kept when it returns."""
        ...

    def settings(self, kind: type[S]) -> S:
        """How the committee set the plugin."""
        ...

    def has(self, scope: str) -> bool:
        """Whether the committee gave a scope; for those that are optional."""
        ...

    def today(self) -> dt.date:
        """The day where the neighbourhood is; in tests the day the test says."""
        ...

    def now(self) -> dt.datetime:
        """The moment, with its zone."""
        ...

    def t(self, key: str, **args: str) -> str:
        """A sentence in the reader's language, out of the plugin's `locales/`; else the key itself."""
        ...

    def both(self, key: str, **args: str) -> Mapping[str, str]:
        """A sentence in each language (`{"zh": …, "en": …}`), for a message: whoever gets it reads his own."""
        ...

    def log(self, said: str, **more: Any) -> None:
        """A line for the operator (`plugin trace ID --said`). Never a name, a telephone number or somebody's words."""
        ...

    async def run(self, deed: Callable[..., T], *args: Any) -> T:
        """Something that would block, in a thread of the plugin's own."""
        ...

    async def once(self, key: str) -> bool:
        """True the first time it is asked with this key, False ever after."""
        ...


#: Where the host puts the context of a request to a plugin's router.
CONTEXT_KEY = "shequyun.plugin.context"
