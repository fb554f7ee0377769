"""The pages of plugins in both apps, what they show on pages of ours, and their pictures: all below `/x`.

Who looks, and whether he may see what it is about, is decided here before any plugin is asked. A plugin that is away
takes nothing else with it: whoever waits for it leaves his place to others.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated, Any, Literal

from fastapi import Query
from lucide import IconDoesNotExist
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from app_shell.context import shell_of
from app_shell.forms import Typed, TypedForm
from app_shell.pages import Page, icon, redirect, render
from app_shell.plugged import Blocks, Entry, PageAnswer, PluginHost, Visitor
from app_shell.plugin_blocks import ID, MEDIA, Drawn, Whose, asset_at, digest_of, drawn_cards
from app_shell.routing import Access, SecureRouter
from app_shell.work import Work, WorkDep
from core_db.foundation.errors import DomainError, NotFound, NotPermitted
from core_db.foundation.lean import dataclass

App = Literal["resident", "committee"]
#: At most so many rows of a list are asked for at once.
ROWS = 100
#: A cookie holds no more of what is said after a change.
LONGEST_FLASH = 300
SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


class PluginAway(DomainError):
    """A plugin failed, was late or is stopped; everything else goes on."""

    code, status = "plugin-away", 502
    zh = "这个应用暂时用不了，其他功能不受影响。请过一会儿再试，或者打电话找居委会。"
    en = "This app is not available just now; everything else works. Please try again later, or call your committee."


class PluginRefused(DomainError):
    """A plugin says no, in its own words."""

    code, status = "plugin-refused", 409
    zh, en = "应用回答：{said}", "The app answers: {said}"


class PluginCannotRead(DomainError):
    """What was sent to a plugin is not what it takes, and it gave no form back."""

    code, status = "plugin-cannot-read", 422
    #: Which one, the plugin alone knows, and says in words.
    field = ""
    zh = "应用看不懂填写的内容。请返回上一页改一下，您写的话还在。{said}"
    en = "The app cannot read what was entered. Please go back and change it; your words are still there. {said}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """Something that exists for whoever looks: which, in which neighbourhood, and how it is called."""

    id: str
    community_id: str
    label: str


@dataclass(frozen=True, kw_only=True)
class AppOfPlugins:
    """What one app says of itself: who may come in, where he belongs, and what its slots can be about."""

    name: App
    access: Access
    communities: Callable[[Work], Sequence[str]]
    #: Finds what is visible of these ids; None for a slot that is about nothing in particular.
    slots: Mapping[str, Callable[[Work, Sequence[str]], Awaitable[Sequence[Sight]]] | None]
    #: The slots on pages of ours that are about one plugin: it alone shows something there.
    of_itself: frozenset[str] = frozenset()
    #: The slots that are columns of a list.
    columns: frozenset[str] = frozenset()
    #: Whether whoever looks is told that a plugin is away.
    tells_away: bool = False
    #: Where else the list of plugins' pages leads: label and address.
    links: Callable[[], Sequence[tuple[str, str]]] = lambda: ()


class PluginPage(Page, template="plugins/page.html"):
    """A page of a plugin."""

    title: str
    body: Sequence[Blocks]
    whose: Whose


class SlotPage(Page, template="plugins/slot.html"):
    """What plugins show about something."""

    #: The id of the region that a script fills with it.
    place: str
    about: str
    cards: Sequence[Drawn]


@dataclass(frozen=True, slots=True, kw_only=True)
class CellRow:
    """A row of a list with what plugins add to it: their names, their cells and whose they are."""

    id: str
    label: str
    cells: Sequence[tuple[str, Blocks, Whose]]


class CellsPage(Page, template="plugins/cells.html"):
    """What plugins add to the rows of a list."""

    rows: Sequence[CellRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceChoice:
    """A neighbourhood of somebody who has several."""

    href: str
    label: str
    current: bool


class EntriesPage(Page, template="plugins/index.html"):
    """Where plugins have pages for whoever looks."""

    entries: Sequence[Entry]
    places: Sequence[PlaceChoice]
    links: Sequence[tuple[str, str]]


#: What is drawn of plugins; compiled when they are begun, and not while somebody waits.
DRAWN_OF_PLUGINS = (SlotPage.template, CellsPage.template, EntriesPage.template, PluginPage.template)
Subjects = Annotated[list[str], Query(alias="subject", max_length=ROWS, default_factory=list)]
At = Annotated[str | None, Query(max_length=40)]


def plugin_pages(app: AppOfPlugins) -> SecureRouter:
    """The routes below `/x` of one app."""
    router = SecureRouter("/x")

    @router.get("", access=app.access)
    async def index(request: Request, work: WorkDep, at: At = None) -> Response:
        return await _index(request, work, app, at)

    @router.get("/slots/{slot}", access=app.access)
    async def slot(request: Request, slot: str, work: WorkDep, subject: Subjects, at: At = None) -> Response:
        if slot in app.columns:
            return await _cells(request, work, app, slot, subject)
        return await _cards(request, work, app, slot, subject, at)

    @router.get("/{plugin_id}/static/{path:path}", access=app.access)
    async def asset(request: Request, plugin_id: str, path: str, v: str = "") -> Response:
        return _asset(shell_of(request).plugins, plugin_id, path, v)

    @router.get("/{plugin_id}/{path:path}", access=app.access)
    async def show(request: Request, plugin_id: str, path: str, work: WorkDep) -> Response:
        return await _page(request, work, app, plugin_id, path, {})

    @router.post("/{plugin_id}/{path:path}", access=app.access)
    async def change(
        request: Request, plugin_id: str, path: str, typed: TypedForm, work: WorkDep
    ) -> Response:
        return await _page(request, work, app, plugin_id, path, _said(typed))

    return router


# -- who looks, and where ---------------------------------------------------------------------------


def visitor_in(work: Work, community_id: str) -> Visitor:
    return Visitor(actor=work.actor, community_id=community_id, lang=work.lang, came=work.came)


def chosen_place(own: Sequence[str], at: str | None) -> tuple[str, str | None]:
    """The neighbourhood meant, and how addresses name it where there are several; NotFound without any."""
    if not own or (at is not None and at not in own):
        raise NotFound()
    chosen = at or own[0]
    return chosen, chosen if len(own) > 1 else None


async def _seen(work: Work, app: AppOfPlugins, slot: str, subjects: Sequence[str]) -> Sequence[Sight]:
    """What the slot is asked about, as far as it exists for whoever looks and lies where he belongs."""
    find = app.slots.get(slot)
    if find is None:
        raise NotFound()
    own = app.communities(work)
    return [one for one in await find(work, subjects) if one.community_id in own]


# -- slots ------------------------------------------------------------------------------------------


async def _cards(
    request: Request, work: Work, app: AppOfPlugins, slot: str, subjects: Sequence[str], at: str | None
) -> Response:
    host = shell_of(request).plugins
    if slot not in app.slots or not host.fills(slot):
        raise NotFound()
    if app.slots[slot] is None:
        (place, at), subject, about = chosen_place(app.communities(work), at), None, ""
        if slot in app.of_itself:
            subject = _the_plugin(host, slot, subjects)
    else:
        seen = await _seen(work, app, slot, subjects[:1])
        if not seen:
            raise NotFound()
        place, subject, about = seen[0].community_id, seen[0].id, seen[0].label
        at = place if len(app.communities(work)) > 1 else None
    with work.standing_aside():
        shown = await host.cards(slot, subject, visitor_in(work, place))
    cards = drawn_cards(host, shown, at=at, away=app.tells_away)
    region = "-".join(["slot", *slot.split("."), *([subject or ""] if slot in app.of_itself else [])])
    return render(request, SlotPage(place=region, about=about, cards=cards))


def _the_plugin(host: PluginHost, slot: str, subjects: Sequence[str]) -> str:
    """The plugin that the page is about; NotFound where it shows nothing there."""
    if not subjects or not host.fills(slot, subjects[0]):
        raise NotFound()
    return subjects[0]


async def _cells(
    request: Request, work: Work, app: AppOfPlugins, slot: str, subjects: Sequence[str]
) -> Response:
    host = shell_of(request).plugins
    seen = await _seen(work, app, slot, subjects) if host.fills(slot) else ()
    cells: dict[str, list[tuple[str, Blocks, Whose]]] = {one.id: [] for one in seen}
    for place in dict.fromkeys(one.community_id for one in seen):
        here = [one.id for one in seen if one.community_id == place]
        with work.standing_aside():
            columns = await host.cells(slot, here, visitor_in(work, place))
        for name, by_subject in columns:
            for its_id in here:
                if its_id in by_subject:
                    cells[its_id].append((name, by_subject[its_id], Whose(plugin_id="")))
    rows = [CellRow(id=one.id, label=one.label, cells=cells[one.id]) for one in seen if cells[one.id]]
    return render(request, CellsPage(rows=rows))


# -- pages ------------------------------------------------------------------------------------------


async def _index(request: Request, work: Work, app: AppOfPlugins, at: str | None) -> Response:
    host, own = shell_of(request).plugins, app.communities(work)
    entries: Sequence[Entry] = ()
    if own and host.has_entries(app.name):
        place, at = chosen_place(app.communities(work), at)
        with work.standing_aside():
            entries = await host.entries(app.name, visitor_in(work, place))
    page = EntriesPage(
        entries=[_entry(one, at) for one in entries],
        places=await _places(request, own, at),
        links=app.links(),
    )
    return render(request, page)


def _entry(one: Entry, at: str | None) -> Entry:
    """With an icon there is, and in the neighbourhood that was chosen."""
    try:
        icon(one.icon)
        its_icon = one.icon
    except IconDoesNotExist:
        its_icon = "puzzle"
    href = one.href if at is None else f"{one.href}{'&' if '?' in one.href else '?'}at={at}"
    return Entry(href=href, label=one.label, icon=its_icon)


async def _places(request: Request, own: Sequence[str], at: str | None) -> Sequence[PlaceChoice]:
    """The neighbourhoods to choose from, where there are several."""
    shell = shell_of(request)
    names = [(one, (await shell.pages.neighbourhood(shell, one)).name) for one in own] if len(own) > 1 else ()
    return [PlaceChoice(href=f"/x?at={one}", label=name, current=one == at) for one, name in names]


async def _page(
    request: Request, work: Work, app: AppOfPlugins, plugin_id: str, path: str, form: Mapping[str, str]
) -> Response:
    if not ID.fullmatch(plugin_id):
        raise NotFound()
    query = dict(request.query_params)
    place, at = chosen_place(app.communities(work), query.pop("at", None))
    host = shell_of(request).plugins
    method: Literal["GET", "POST"] = "POST" if request.method == "POST" else "GET"
    with work.standing_aside():
        answer = await host.page(
            app.name, plugin_id, method, f"/{path}", query, form, visitor_in(work, place)
        )
    whose = Whose(plugin_id=plugin_id, at=at, assets=host.assets(plugin_id))
    return _answered(request, answer, whose)


def _answered(request: Request, answer: PageAnswer, whose: Whose) -> Response:
    if answer.go_to is not None:
        return redirect(request, whose.to(answer.go_to), flash=answer.said[:LONGEST_FLASH] or None)
    if answer.blocks is not None and answer.status < 500:
        title, body = str(answer.blocks["title"]), answer.blocks["body"]
        return render(request, PluginPage(title=title, body=body, whose=whose), status=answer.status)
    raise _refusal(answer)


def _refusal(answer: PageAnswer) -> DomainError:
    if answer.status in (404, 405):
        return NotFound()
    if answer.status == 403:
        return NotPermitted()
    if answer.status in (400, 422):
        return PluginCannotRead(said=answer.said)
    if answer.status < 500 and answer.said:
        return PluginRefused(said=answer.said)
    return PluginAway()


def _said(typed: Typed) -> dict[str, str]:
    """What was typed, the last of each name; the word that guards our forms is none of a plugin's business."""
    return {name: typed.getlist(name)[-1] for name in typed if name != "csrf_token"}


# -- pictures ---------------------------------------------------------------------------------------


def _asset(host: PluginHost, plugin_id: str, path: str, version: str) -> Response:
    found = asset_at(host.assets(plugin_id), f"/{path}") if ID.fullmatch(plugin_id) else None
    if found is None:
        raise NotFound()
    kept = version == digest_of(found)
    headers: dict[str, Any] = {
        "Cache-Control": "private, max-age=31536000, immutable" if kept else "no-cache",
        "Content-Security-Policy": SANDBOX,
    }
    return FileResponse(found, media_type=MEDIA[found.suffix.lower()], headers=headers)
