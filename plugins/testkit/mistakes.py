"""Mistakes of who writes a plugin that a type checker has to find, before anything is run.

Nothing in here runs. Each mistake says which error it is to be; where the checker does not find it any more, it finds
a needless `ignore` instead, and the check of the types fails.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from plugins.sdk import Context, Ctx, Plugin, events, points, ui

    plugin = Plugin("plugins.hello_x")

    @plugin.onn(events.CaseClosed)  # type: ignore[attr-defined, untyped-decorator]
    async def misspelt_hook(ctx: Context, event: events.CaseClosed) -> None: ...

    @plugin.on(events.CaseClosd)  # type: ignore[attr-defined]
    async def misspelt_fact(ctx: Context, event: events.CaseClosed) -> None: ...

    @plugin.on(events.CaseClosed)  # type: ignore[arg-type]
    async def another_fact(ctx: Context, event: events.VisitMissed) -> None: ...

    @plugin.on(events.CaseClosed, events.VisitMissed)  # type: ignore[arg-type]
    async def one_of_two_facts(ctx: Context, event: events.CaseClosed) -> None: ...

    @plugin.on(events.CaseClosed)  # type: ignore[arg-type]
    def not_async(ctx: Context, event: events.CaseClosed) -> None: ...

    @plugin.job(cron="0 8 * * *")  # type: ignore[arg-type]
    async def job_with_a_fact(ctx: Context, event: events.CaseClosed) -> None: ...

    @plugin.slot("resident.home.cards")  # type: ignore[arg-type]
    async def words_for_a_card(ctx: Context, subject: str | None) -> str:
        return ""

    @plugin.slot("resident.home.card")  # type: ignore[arg-type]
    async def misspelt_slot(ctx: Context, subject: str | None) -> ui.Card | None: ...

    @plugin.column("committee.case.list.columns")  # type: ignore[arg-type]
    async def cards_for_cells(ctx: Context, subjects: list[str]) -> dict[str, ui.Card]:
        return {}

    @plugin.filter(points.CaseClose)  # type: ignore[arg-type]
    async def another_draft(ctx: Context, draft: points.CaseSubmit) -> points.CaseSubmit | None: ...

    @plugin.provider("report.export")  # type: ignore[arg-type]
    async def words_for_a_table(ctx: Context, month: date) -> str:
        return ""

    @plugin.router("committee").get("/visits")  # type: ignore[type-var]
    async def words_for_a_page(ctx: Ctx) -> str:
        return ""

    @plugin.router("committee").get("/visits")  # type: ignore[type-var]
    def page_that_is_not_async(ctx: Ctx) -> ui.Page:
        return ui.Page(title="", body=[])

    @plugin.on(events.CaseClosed, events.VisitMissed)
    async def right(ctx: Context, event: events.CaseClosed | events.VisitMissed) -> None: ...
