"""What a committee reads of plugins: which there are, what each asks for, how it does, that it forgot."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session

from core_db.access import Permission, may_at, require_at
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.errors import NotFound
from core_db.foundation.ids import is_id
from core_db.foundation.lean import dataclass
from core_db.installs.consents import who_agreed
from core_db.installs.model import CALLS, CONSENTS, ERASURES, INSTALLS, PLUGINS, PULSES
from core_db.installs.parts import Part, parts_of
from core_db.installs.setting import secret_fields
from core_db.installs.sheets import (
    ConsentSheet,
    PurposeSeen,
    name_of,
    pair_of,
    purposes_of,
    sheet_of,
    sheet_version,
)
from core_db.installs.sight import works_at
from core_db.installs.words import TOOK_UP_TO, Decision, InstallState, Pair, PluginState, RunMode
from core_db.places import Place, scope_of

DAY = timedelta(hours=24)
#: Where something was given.
ANSWERED = (Decision.ALLOWED, Decision.WITHHELD)


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginHere:
    """A plugin as the list of a neighbourhood shows it; `state` is None where it was never on."""

    plugin_id: str
    name: Pair
    summary: Pair
    version: str
    run_mode: RunMode
    plugin_state: PluginState
    state: InstallState | None
    cause: str
    scopes: tuple[str, ...]
    #: It is on, and what it asks for reads otherwise than what the committee agreed to.
    has_other_sheet: bool
    decided_name: str
    decided_at: datetime | None
    keep_until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsSeen:
    """How a plugin is set: its model as JSON Schema, what is set, and which secrets there are; never what they are."""

    schema: Mapping[str, Any]
    settings: Mapping[str, Any]
    secrets: frozenset[str]
    has_secrets: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PurposeReport:
    """A purpose, and how many agree to it today."""

    purpose: PurposeSeen
    agreed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Took:
    """95 of 100 calls took no longer than so many milliseconds; `is_longer`: they did, and how much is not counted."""

    ms: int
    is_longer: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginReport:
    """What a plugin did in a neighbourhood within 24 hours."""

    here: PluginHere
    #: Questions by what was asked and how it was decided.
    questions: Sequence[tuple[str, Decision, int]]
    #: How often each field of people was read.
    fields: Sequence[tuple[str, int]]
    subjects: int
    calls: int
    faults: int
    late: int
    #: None without any call.
    p95: Took | None
    purposes: Sequence[PurposeReport]
    #: Its reports and its jobs, each of which the committee can let rest.
    parts: Sequence[Part]


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """That what a plugin kept of a neighbourhood was deleted; `done_at` is None while it is under way."""

    plugin_id: str
    community_id: str
    asked_at: datetime
    done_at: datetime | None
    rows: int


def plugins_here(
    session: Session, community_id: str, *, actor: Actor, clock: Clock
) -> Sequence[PluginHere]:  # fmt: skip
    """Every plugin that is installed, and how each is in the neighbourhood; by id."""
    _look_at(session, community_id, actor)
    rows = session.execute(select(PLUGINS).order_by(PLUGINS.c.id)).all()
    here = {row.plugin_id: row for row in session.execute(_here(community_id))}
    return [_seen(row, here.get(row.id)) for row in rows]


def plugin_here(
    session: Session, plugin_id: str, community_id: str, *, actor: Actor, clock: Clock
) -> PluginHere:  # fmt: skip
    """One of them; 404 for what is not installed."""
    _look_at(session, community_id, actor)
    return _seen(*_rows(session, plugin_id, community_id))


def consent_sheet(
    session: Session, plugin_id: str, community_id: str, *, actor: Actor, clock: Clock
) -> ConsentSheet:  # fmt: skip
    """What a plugin asks for, for the committee to read before it decides."""
    _look_at(session, community_id, actor)
    plugin, _install = _rows(session, plugin_id, community_id)
    return sheet_of(plugin)


def plugin_settings(
    session: Session, plugin_id: str, community_id: str, *, actor: Actor, clock: Clock
) -> SettingsSeen:  # fmt: skip
    """How it is set, for the form; whoever may not set it may not read it either."""
    place = _look_at(session, community_id, actor)
    require_at(actor, Permission.PLUGIN_MANAGE, scope_of(place))
    plugin, install = _rows(session, plugin_id, community_id)
    return SettingsSeen(
        schema=plugin.declared.get("settings") or {}, settings=install.settings if install else {},
        secrets=secret_fields(plugin), has_secrets=install is not None and install.secrets_sealed is not None,
    )  # fmt: skip


def plugin_report(
    session: Session, plugin_id: str, community_id: str, *, actor: Actor, clock: Clock
) -> PluginReport:  # fmt: skip
    """What it asked and how it did in the last 24 hours, and how many residents agree to what."""
    _look_at(session, community_id, actor)
    plugin, install = _rows(session, plugin_id, community_id)
    since = clock.now() - DAY
    its = (CALLS.c.plugin_id == plugin_id) & (CALLS.c.community_id == community_id) & (CALLS.c.at > since)
    fields: Counter[str] = Counter()
    read = its & CALLS.c.decision.in_(ANSWERED)
    for row in session.execute(select(CALLS.c.fields).where(read, CALLS.c.fields.is_not(None))):
        fields.update(row.fields)
    pulses = session.execute(_pulses(plugin_id, community_id, since)).all()
    return PluginReport(
        here=_seen(plugin, install), questions=_questions(session, its), fields=fields.most_common(),
        subjects=int(session.execute(select(func.sum(CALLS.c.subjects)).where(its)).scalar() or 0),
        calls=sum(one.calls for one in pulses), faults=sum(one.faults for one in pulses),
        late=sum(one.late for one in pulses), p95=_p95([one.took for one in pulses]),
        purposes=[
            PurposeReport(purpose=one, agreed=_agreed(session, plugin_id, community_id, one))
            for one in purposes_of(plugin)
        ],
        parts=parts_of(plugin, install.resting if install else ()),
    )  # fmt: skip


def certificates(
    session: Session, plugin_id: str, community_id: str, *, actor: Actor, clock: Clock
) -> Sequence[Certificate]:  # fmt: skip
    """What was deleted of the neighbourhood as a whole, the newest first."""
    _look_at(session, community_id, actor)
    its = (ERASURES.c.plugin_id == plugin_id) & (ERASURES.c.community_id == community_id)
    rows = session.execute(select(ERASURES).where(its, ERASURES.c.pair == "").order_by(ERASURES.c.id.desc()))
    return [
        Certificate(
            plugin_id=row.plugin_id, community_id=row.community_id, asked_at=row.asked_at, done_at=row.done_at,
            rows=row.rows,
        )
        for row in rows
    ]  # fmt: skip


def may_manage(session: Session, community_id: str, *, actor: Actor, clock: Clock) -> bool:
    """Whether he decides about plugins there, or only reads."""
    return may_at(actor, Permission.PLUGIN_MANAGE, scope_of(_look_at(session, community_id, actor)))


# -- finding and counting ---------------------------------------------------------------------------


def _look_at(session: Session, community_id: str, actor: Actor) -> Place:
    if not is_id(community_id) or not works_at(actor, community_id):
        raise NotFound()
    place = session.get_one(Place, community_id)
    require_at(actor, Permission.PLUGIN_READ, scope_of(place))
    return place


def _here(community_id: str) -> Any:
    return select(INSTALLS).where(INSTALLS.c.community_id == community_id)


def _rows(session: Session, plugin_id: str, community_id: str) -> tuple[Any, Any]:
    plugin = session.execute(select(PLUGINS).where(PLUGINS.c.id == plugin_id)).first()
    if plugin is None:
        raise NotFound()
    return plugin, session.execute(_here(community_id).where(INSTALLS.c.plugin_id == plugin_id)).first()


def _seen(plugin: Any, install: Any) -> PluginHere:
    is_there = install is not None
    is_on = is_there and install.state in (InstallState.ENABLED, InstallState.HELD)
    return PluginHere(
        plugin_id=plugin.id, name=name_of(plugin.manifest), summary=pair_of(plugin.manifest.get("summary")),
        version=plugin.version, run_mode=plugin.run_mode, plugin_state=plugin.state,
        state=install.state if is_there else None, cause=install.cause if is_there else "",
        scopes=tuple(install.scopes) if is_there else (),
        has_other_sheet=is_on and install.sheet_version != sheet_version(plugin),
        decided_name=install.decided_name if is_there else "",
        decided_at=install.decided_at if is_there else None, keep_until=install.keep_until if is_there else None,
    )  # fmt: skip


def _questions(session: Session, its: Any) -> Sequence[tuple[str, Decision, int]]:
    counted = (
        select(CALLS.c.op, CALLS.c.decision, func.count().label("times"))
        .where(its)
        .group_by(CALLS.c.op, CALLS.c.decision)
        .order_by(CALLS.c.op, CALLS.c.decision)
    )
    return [(row.op, row.decision, row.times) for row in session.execute(counted)]


def _pulses(plugin_id: str, community_id: str, since: datetime) -> Any:
    its = (PULSES.c.plugin_id == plugin_id) & (PULSES.c.community_id == community_id)
    return select(PULSES).where(its, PULSES.c.hour >= since.strftime("%Y-%m-%dT%H"))


def _p95(counts: Sequence[Sequence[int]]) -> Took | None:
    """The upper end of the class in which the 95th of 100 calls lies; the last class has none."""
    together = [sum(one) for one in zip(*counts, strict=True)]
    calls, within = sum(together), 0
    for count, most in zip(together, TOOK_UP_TO, strict=False):
        within += count
        if count and within * 100 >= calls * 95:
            return Took(ms=most)
    return Took(ms=TOOK_UP_TO[-1], is_longer=True) if calls else None


def _agreed(session: Session, plugin_id: str, community_id: str, purpose: PurposeSeen) -> int:
    which = who_agreed(plugin_id, community_id, purpose)
    people = select(func.count(func.distinct(CONSENTS.c.person_id))).where(which)
    return int(session.execute(people).scalar() or 0)
