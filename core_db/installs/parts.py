"""The parts of a plugin that a committee can let rest while the rest of it goes on: its reports and its jobs.

A report is the figures of a month as a table. Whoever may read figures there reads it; a file of it is written down.
"""

import secrets
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import select
from sqlmodel import Session

from core_db.access import Permission, require_at
from core_db.audit import record
from core_db.foundation.actor import Actor
from core_db.foundation.clock import LOCAL, Clock
from core_db.foundation.drafts import Draft
from core_db.foundation.errors import NotFound
from core_db.foundation.lean import dataclass
from core_db.foundation.outbox import emit
from core_db.installs.deciding import decided_by, install_of, note, plugin_of
from core_db.installs.errors import PluginIsOff
from core_db.installs.model import INSTALLS, Install
from core_db.installs.operating import audience_of
from core_db.installs.sheets import name_of, pair_of
from core_db.installs.sight import works_at
from core_db.installs.words import InstallState, Pair, PluginState
from core_db.places import Place, scope_of
from core_db.places.rights import right_in
from plugins.sdk.events import PluginSettingsChanged


class PartKind(StrEnum):
    """What a part is."""

    REPORT = "report"
    JOB = "job"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part as the committee's page shows it; `cron` of a job alone."""

    kind: PartKind
    id: str
    name: Pair
    cron: str
    is_on: bool

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportHere:
    """A report that can be read in a neighbourhood."""

    plugin_name: Pair
    name: Pair
    place_name: str


class PartDraft(Draft):
    """Whether a part runs from now on: `report:reception`, `job:plan_visits`."""

    part: Annotated[str, Field(max_length=60)]
    is_on: bool


class HandingDraft(Draft):
    """Which month's report is handed out as a file."""

    month: Annotated[str, Field(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")]


def parts_of(plugin: Any, resting: Sequence[str]) -> Sequence[Part]:
    """The parts of a row of `x_plugins`, reports first; a job that its manifest does not name by its own name."""
    brought = plugin.manifest.get("contributes") or {}
    named = [(PartKind.REPORT, one) for one in brought.get("reports") or ()]
    jobs = {one["id"]: one for one in brought.get("jobs") or ()}
    unnamed = [one for one in plugin.declared.get("job") or () if one["name"] not in jobs]
    named += [(PartKind.JOB, one) for one in (*jobs.values(), *map(_by_its_own_name, unnamed))]
    return [
        Part(
            kind=kind, id=one["id"], name=pair_of(one["name"]), cron=one.get("cron") or "",
            is_on=f"{kind}:{one['id']}" not in resting,
        )
        for kind, one in named
    ]  # fmt: skip


def _by_its_own_name(job: Mapping[str, Any]) -> Mapping[str, Any]:
    """A job that code declares, as a manifest would name it."""
    name = job["name"]
    return {"id": name, "name": {"zh": name, "en": name}, "cron": job["cron"]}


def switch_part(
    session: Session, plugin_id: str, community_id: str, draft: PartDraft, *, actor: Actor, clock: Clock
) -> Install:
    """Let a part rest, or run again."""
    place, right = decided_by(session, community_id, actor)
    plugin, install = plugin_of(session, plugin_id), install_of(session, plugin_id, community_id)
    if install is None or install.state is InstallState.REMOVED:
        raise PluginIsOff()
    if draft.part not in {one.key for one in parts_of(plugin, ())}:
        raise NotFound()
    others = [one for one in install.resting if one != draft.part]
    install.resting = others if draft.is_on else sorted([*others, draft.part])
    session.flush()

    word = "on" if draft.is_on else "off"
    note(
        session, f"plugin.part-{word}", install, actor=actor, clock=clock, right=right,
        reference=draft.part.replace(":", "/"),
    )  # fmt: skip
    fact = PluginSettingsChanged(community_id=place.id, plugin_id=plugin_id, fields=(draft.part,))
    emit(session, fact, actor=actor, at=clock.now(), audience=audience_of(place.id), right=right)
    return install


def report_here(
    session: Session, plugin_id: str, report_id: str, community_id: str, *, actor: Actor, clock: Clock
) -> ReportHere:  # fmt: skip
    """A report, where its plugin is on and the committee does not let it rest; 404 otherwise."""
    if not works_at(actor, community_id):
        raise NotFound()
    place = session.get_one(Place, community_id)
    require_at(actor, Permission.FIGURES_READ, scope_of(place))
    plugin = plugin_of(session, plugin_id)
    here = (INSTALLS.c.plugin_id == plugin_id) & (INSTALLS.c.community_id == community_id)
    on = here & (INSTALLS.c.state == InstallState.ENABLED)
    install = session.execute(select(INSTALLS.c.resting).where(on)).first()
    if install is None or plugin.state is not PluginState.INSTALLED:
        raise NotFound()
    key = f"{PartKind.REPORT}:{report_id}"
    found = next((one for one in parts_of(plugin, install.resting) if one.key == key), None)
    if found is None or not found.is_on:
        raise NotFound()
    return ReportHere(plugin_name=name_of(plugin.manifest), name=found.name, place_name=place.name)


def hand_out_report(
    session: Session, plugin_id: str, report_id: str, community_id: str, draft: HandingDraft, *, actor: Actor,
    clock: Clock,
) -> str:  # fmt: skip
    """Write down that somebody takes a report away as a file; gives the mark that the file bears."""
    report_here(session, plugin_id, report_id, community_id, actor=actor, clock=clock)
    now, right = clock.now(), right_in(session, community_id, Permission.FIGURES_READ, actor=actor)
    number = f"RP-{now.astimezone(LOCAL):%Y%m%d}-{secrets.token_hex(4).upper()}"
    record(
        session, action="plugin.report-taken", actor=actor, clock=clock, object=f"plugin/{plugin_id}",
        reference=f"report/{report_id}/{draft.month}/{number}",
        right=right,
    )  # fmt: skip
    return f"{actor.signing(right)} 导出 · {now.astimezone(LOCAL):%Y-%m-%d %H:%M} · {number}"
