"""The gateway over the base's door: every question is one transaction, with its row whatever comes of it."""

import asyncio
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlmodel import Session

from app_shell.plugged import Visitor
from core_db.foundation.actor import ActorKind
from core_db.foundation.came import BY_JOB, Came
from core_db.foundation.clock import Clock, HeldClock, local_date
from core_db.foundation.door import Door
from core_db.foundation.egress import Egress
from core_db.foundation.errors import Busy, CannotBeRead, DomainError
from core_db.foundation.lean import dataclass
from core_db.foundation.outbox import Fact
from core_db.foundation.points import Asked as AskedAtPoint
from core_db.foundation.reach import Reach
from core_db.installs.pairs import pair_of
from core_db.installs.setting import settings_for
from core_db.installs.words import Decision
from plugins.host.documents import Documents
from plugins.host.gateway import beside, casework, files, filled, households, people, visiting, web
from plugins.host.gateway.asking_first import asked_first
from plugins.host.gateway.gates import Asking, AsksTooMuch, Denied, Standing, Where, standing_of
from plugins.host.gateway.noting import Answer, note_call, spend_question
from plugins.host.gateway.roles import all_roles, roles_here
from plugins.host.gateway.told import as_told, hears, people_in, told_with_pairs
from plugins.host.gateway.turns import SHARE, Turns
from plugins.sdk.calls import Ask, Setting
from plugins.sdk.context import Forbidden, Refused
from plugins.sdk.told import User

T = TypeVar("T")
Asked = Mapping[str, Any]
DEEDS: Mapping[str, Callable[[Asking, Asked], Answer]] = {
    "residents.get": people.resident, "residents.find": people.residents,
    "residents.fill": filled.fill,
    "households.of": households.of_resident, "households.get": households.household,
    "cases.get": casework.case, "cases.find": casework.cases, "cases.open": casework.open_case,
    "cases.comment": casework.comment,
    "visits.plan": visiting.plan, "visits.record": visiting.record, "visits.find": visiting.visits,
    "visits.missed": visiting.missed,
    "files.of_case": files.photos, "files.read": files.photo,
    "stats.count": beside.figures,
    "guides.find": beside.guides, "guides.stamps": beside.stamps, "staff.find": beside.staff,
    "messages.send": beside.send, "once": beside.once, "http.get": web.let_out, "http.post": web.let_out,
}  # fmt: skip
#: The plugin's own business, of which no row is written.
OWN = frozenset({"once"})
#: Seconds for which who asked more than his measure is refused without a look: each look is a turn at the writer.
UNHEARD = 5.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a transaction came to: an answer, or why there is none."""

    value: Any = None
    denied: Denied | None = None


class BaseGateway:
    """`plugins.host.ports.Gateway` over one process's door. Safe to use from any event loop."""

    def __init__(
        self, door: Door, documents: Documents, egress: Egress, *, clock: Clock, data_dir: Path
    ) -> None:  # fmt: skip
        self._door, self._documents, self._egress, self._clock = door, documents, egress, clock
        self._data_dir = data_dir
        self._turns = Turns(max(1, door.queue_limit // SHARE))
        #: Until when a plugin in a neighbourhood is not heard, and why.
        self._unheard: dict[tuple[str, str], tuple[float, str]] = {}

    async def setting(self, plugin_id: str, community_id: str, visitor: Visitor | None) -> Setting | None:
        """What a context knows without asking; None where the plugin is not on."""
        return await self._setting(plugin_id, community_id, visitor, even_off=False)

    async def setting_even_off(
        self, plugin_id: str, community_id: str, visitor: Visitor | None
    ) -> Setting | None:
        """The same for a plugin that is off: to tidy up after itself, and to forget. It holds no scope then."""
        return await self._setting(plugin_id, community_id, visitor, even_off=True)

    def ask(self, plugin_id: str, community_id: str, hook: str, visitor: Visitor | None) -> Ask:
        """The way to ask for one call. Raises Forbidden and Refused of the SDK, and nothing else of ours."""

        where = Where(plugin_id, community_id, hook, visitor)

        async def asks(op: str, asked: Mapping[str, Any]) -> Any:
            if op.startswith("store."):
                return await self._store(plugin_id, community_id, op, asked)
            if op not in DEEDS:
                raise Forbidden(f"there is nothing like {op}")
            value = await self._asked(where, op, asked)
            if op.startswith("http."):
                return await asyncio.to_thread(web.call_out, self._egress, op, asked)
            if op == "files.read":
                return await asyncio.to_thread(files.with_bytes, self._data_dir, value)
            return value

        return asks

    async def told(self, plugin_id: str, fact: Fact) -> Mapping[str, Any] | None:
        """A fact as this plugin hears it, with its own ids for people; None where it may not hear it."""
        if not fact.community_id:
            return None
        reach = _reach(fact.community_id)

        def look(session: Session) -> tuple[Standing | None, bool]:
            standing = hears(session, plugin_id, fact)
            return standing, standing is not None and bool(people_in(session, fact))

        standing, is_about_people = await self._door.read(look, reach=reach)
        if standing is None:
            return None
        if not is_about_people:
            return as_told(plugin_id, fact, {})
        return await self._write(
            partial(told_with_pairs, standing=standing, fact=fact), reach=reach, came=BY_JOB
        )

    async def subject_of(self, plugin_id: str, community_id: str, kind: str, id: str) -> str:
        """The plugin's own id for a `person`, an `account`, a `home` or a `household`."""
        return await self._door.write(
            lambda session: pair_of(session, plugin_id, community_id, kind, id),
            reach=_reach(community_id),
            came=BY_JOB,
        )

    async def own_fields(self, plugin_id: str, asked: AskedAtPoint, point: str) -> Mapping[str, str] | None:
        """What stands in a plugin's own fields of a draft; that it reads them is written as any reading is."""
        where = Where(plugin_id, asked.community_id, f"filter:{point}", None)

        def read(session: Session) -> Mapping[str, str] | None:
            standing = standing_of(session, plugin_id, asked.community_id)
            if standing is None:
                return None
            asking = Asking(session=session, standing=standing, op=point, where=where, clock=self._clock)
            return filled.own_in_draft(asking, asked)

        return await self._door.write(read, reach=_reach(asked.community_id), came=BY_JOB)

    async def roles_of(self, visitor: Visitor) -> Mapping[str, frozenset[str]]:
        """The roles that whoever looks holds within plugins, by plugin."""
        read = partial(all_roles, visitor=visitor, clock=self._clock)
        return await self._door.read(read, reach=_reach(visitor.community_id))

    # -- asking -------------------------------------------------------------------------------------

    async def _write(self, operation: Callable[[Session], T], *, reach: Reach, came: Came) -> T:
        """In turn among plugins, so that people always find room in the writer's line."""
        async with self._turns:
            return await self._door.write(operation, reach=reach, came=came)

    async def _asked(self, where: Where, op: str, asked: Asked) -> Any:
        visitor, reach, came = where.visitor, _reach(where.community_id), _came(where.visitor)
        self._refuse_unheard(where)
        try:
            if not where.only_looks:
                asked = await asked_first(
                    self._door, where.plugin_id, where.community_id, op, asked, visitor=visitor,
                    clock=self._clock,
                )  # fmt: skip
            answer = partial(self._answer, where=where, op=op, asked=asked)
            outcome = await self._write(answer, reach=reach, came=came)
        except Busy as busy:
            # Not even that it asked is written: the line is full.
            raise Refused(busy.sentence(visitor.lang if visitor else "zh")) from busy
        except DomainError as refusal:
            # What it began is undone; that it asked is not.
            note = partial(
                note_call,
                where=where,
                op=op,
                decision=Decision.REFUSED,
                answer=_wanted(asked),
                clock=self._clock,
            )
            await self._write(note, reach=reach, came=came)
            raise Refused(_why(refusal, visitor.lang if visitor else "zh")) from refusal
        if isinstance(outcome.denied, AsksTooMuch):
            until = time.monotonic() + UNHEARD
            self._unheard[where.plugin_id, where.community_id] = until, str(outcome.denied)
        if outcome.denied is not None:
            is_over = outcome.denied.decision is Decision.OVER_BUDGET
            raise (Refused if is_over else Forbidden)(str(outcome.denied))
        return outcome.value

    def _refuse_unheard(self, where: Where) -> None:
        until, said = self._unheard.get((where.plugin_id, where.community_id), (0.0, ""))
        if time.monotonic() < until:
            raise Refused(said)

    def _answer(self, session: Session, *, where: Where, op: str, asked: Asked) -> Outcome:
        """One question in one transaction: the gates, the deed, the row."""
        # All that is read for it is one look of one moment, told as one.
        clock = HeldClock(self._clock.now())
        try:
            standing = standing_of(session, where.plugin_id, where.community_id)
            if standing is None:
                raise Denied(f"{op}: the plugin is not on here")
            asking = Asking(session=session, standing=standing, op=op, where=where, clock=clock)
            spend_question(asking)
            answer = DEEDS[op](asking, asked)
        except Denied as denied:
            note_call(session, where, op, denied.decision, _wanted(asked), clock=clock)
            return Outcome(denied=denied)
        if answer.fields:
            where.read_for.update(answer.purpose.split())
        if op not in OWN:
            decision = Decision.WITHHELD if answer.is_withheld else Decision.ALLOWED
            note_call(session, where, op, decision, answer, clock=clock)
        return Outcome(value=answer.value)

    async def _store(self, plugin_id: str, community_id: str, op: str, asked: Asked) -> Any:
        """Its own documents: no gate but its own file and the neighbourhood."""
        deed = getattr(self._documents, op.removeprefix("store."))
        return await asyncio.to_thread(deed, plugin_id, community_id, asked)

    # -- settings -----------------------------------------------------------------------------------

    async def _setting(
        self, plugin_id: str, community_id: str, visitor: Visitor | None, *, even_off: bool
    ) -> Setting | None:
        """Read; only whoever a plugin meets for the first time is written down first."""
        where, reach = Where(plugin_id, community_id, "", visitor), _reach(community_id)
        make = partial(self._made, where=where, even_off=even_off)
        try:
            return await self._door.read(make, reach=reach)
        except beside.NotMet:
            met = partial(self._met, where=where, even_off=even_off)
            await self._door.write(met, reach=reach, came=_came(visitor))
        return await self._door.read(make, reach=reach)

    def _met(self, session: Session, *, where: Where, even_off: bool) -> None:
        standing = standing_of(session, where.plugin_id, where.community_id, even_off=even_off)
        if standing is not None:
            beside.meet(self._as_asking(session, standing, where))

    def _made(self, session: Session, *, where: Where, even_off: bool) -> Setting | None:
        standing = standing_of(session, where.plugin_id, where.community_id, even_off=even_off)
        if standing is None:
            return None
        now, visitor, asking = self._clock.now(), where.visitor, self._as_asking(session, standing, where)
        return Setting(
            community_id=where.community_id, now=now, today=local_date(now), lang=visitor.lang if visitor else "zh",
            scopes=tuple(sorted(standing.scopes)), settings=settings_for(session, standing.install),
            user=_user(asking), roles=roles_here(asking),
        )  # fmt: skip

    def _as_asking(self, session: Session, standing: Standing, where: Where) -> Asking:
        return Asking(session=session, standing=standing, op="once", clock=self._clock, where=where)


def _user(asking: Asking) -> User | None:
    """Who looks, as the plugin knows him: staff by name, a resident by the plugin's own id alone."""
    if asking.visitor is None or not asking.visitor.actor.is_signed_in:
        return None
    actor = asking.visitor.actor
    is_staff = actor.kind is ActorKind.STAFF
    here = tuple(str(one.role) for one in actor.grants if one.place_id == asking.community_id)
    return User(
        id=beside.known_user(asking), kind="staff" if is_staff else "resident",
        roles=here if is_staff else ("resident",),
        name=actor.name if is_staff else None,
    )  # fmt: skip


def _why(refusal: DomainError, lang: str) -> str:
    """In a sentence; where it is about fields, with what is wrong with each."""
    if not isinstance(refusal, CannotBeRead):
        return refusal.sentence(lang)
    each = (f"{field}: {said}" for field, said in refusal.sentences(lang).items())
    return " ".join((refusal.sentence(lang), *each))


def _wanted(asked: Asked) -> Answer:
    """What is written of a question of which nothing came: what it was for, and which fields."""
    fields = tuple(str(one)[:60] for one in asked.get("fields") or ())
    return Answer(fields=fields[:40], purpose=str(asked.get("purpose") or "")[:60])


def _reach(community_id: str) -> Reach:
    """The neighbourhood, and nothing beside it."""
    return Reach(frozenset({community_id}))


def _came(visitor: Visitor | None) -> Came:
    return BY_JOB if visitor is None else visitor.came
