"""Reminds grid workers to visit residents who live alone, and keeps the visit record.

The sample with which the interface was designed, as it was written then but for the names of two facts and a code.
"""

import datetime as dt

from fastapi import HTTPException

from plugins.sdk import Context, Ctx, Document, Field, Plugin, Settings, events, ui

plugin = Plugin(__name__)
VISIT = "visit"  # the purpose declared in plugin.toml


@plugin.settings
class Config(Settings):
    every_days: int = Field(7, ge=1, le=90, title="Days between visits")
    min_age: int = Field(80, ge=60, title="Youngest age")
    tag: str = Field("独居", title="Tag that marks living alone")
    coordinator: str = Field("", title="Staff id that gets the overdue list")


@plugin.document
class Elder(Document):
    """One row per resident in the programme; `resident` makes it exportable and erasable."""

    resident: str = Field(json_schema_extra={"subject": True, "index": True})
    name: str
    next_due: dt.date = Field(json_schema_extra={"index": True})
    last_visit: dt.date | None = None
    case_id: str | None = None


@plugin.job(cron="0 8 * * *")
async def plan_visits(ctx: Context) -> None:
    cfg, elders, today = ctx.settings(Config), ctx.store(Elder), ctx.today()
    people = ctx.residents.find(tag=cfg.tag, fields=["name", "birth_year"], purpose=VISIT)
    async for person in people:  # only residents who consented are yielded
        if not person.name or today.year - (person.birth_year or today.year) < cfg.min_age:
            continue
        known = await elders.find(resident=person.id)
        row = known[0] if known else Elder(resident=person.id, name=person.name, next_due=today)
        if row.next_due <= today and row.case_id is None:
            row.case_id = await ctx.cases.open(
                category="elder_visit", title=ctx.t("Visit {name}", name=row.name),
                resident_id=row.resident, key=f"visit:{row.resident}:{row.next_due}",
            )  # fmt: skip
        await elders.put(row)


@plugin.job(cron="0 17 * * *")
async def chase_overdue(ctx: Context) -> None:
    cfg, today = ctx.settings(Config), ctx.today()
    late = await ctx.store(Elder).find(next_due__lte=today - dt.timedelta(days=2))
    for row in late if cfg.coordinator else []:
        await ctx.messages.send(
            to=cfg.coordinator, template="overdue", key=f"overdue:{row.id}:{today}",
            args={"name": row.name, "days": str((today - row.next_due).days)},
        )  # fmt: skip


@plugin.on(events.CaseClosed)
async def record_visit(ctx: Context, event: events.CaseClosed) -> None:
    if event.category != "elder_visit" or event.outcome != "resolved":
        return
    for row in await ctx.store(Elder).find(case_id=event.case_id):
        row.last_visit, row.case_id = ctx.today(), None
        row.next_due = ctx.today() + dt.timedelta(days=ctx.settings(Config).every_days)
        await ctx.store(Elder).put(row)


@plugin.on(events.PluginConsentWithdrawn, events.PersonMovedOut)
async def forget(ctx: Context, event: events.PluginConsentWithdrawn | events.PersonMovedOut) -> None:
    await ctx.store(Elder).delete(resident=event.person_id)


@plugin.slot("committee.resident.panels")
async def resident_panel(ctx: Context, subject: str | None) -> ui.Card | None:
    rows = await ctx.store(Elder).find(resident=subject)
    if not rows:
        return None
    return ui.Card(
        title="Visits",
        body=[
            ui.Fact(label="Last", value=str(rows[0].last_visit or "—")),
            ui.Fact(label="Next", value=str(rows[0].next_due)),
        ],
    )


committee = plugin.router("committee")  # mounted at /x/elder-visits, only where enabled


@committee.get("/visits")
async def visits(ctx: Ctx) -> ui.Page:
    rows = sorted(await ctx.store(Elder).find(), key=lambda r: r.next_due)
    return ui.Page(
        title="Visits",
        body=[
            ui.Card(
                title=r.name,
                body=[
                    ui.Fact(label="Due", value=str(r.next_due)),
                    ui.Button(label="Postpone", post=f"/visits/{r.id}/postpone"),
                ],
            )
            for r in rows
        ],
    )


@committee.post("/visits/{id}/postpone")
async def postpone(ctx: Ctx, id: str, days: int = 1) -> ui.Page:
    row = await ctx.store(Elder).get(id)
    if row is None:
        raise HTTPException(404)
    row.next_due += dt.timedelta(days=days)
    await ctx.store(Elder).put(row)
    return await visits(ctx)


@plugin.on_subject_export
async def export(ctx: Context, resident: str) -> object:
    return [row.model_dump(mode="json") for row in await ctx.store(Elder).find(resident=resident)]


@plugin.on_subject_erase
async def erase(ctx: Context, resident: str) -> object:
    return await ctx.store(Elder).delete(resident=resident)
