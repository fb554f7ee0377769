"""Whether a plugin does what its plugin.toml says, and nothing beside: the two of them, one beside the other.

A committee decides by what plugin.toml says. What stands there and is not done, or is done at another time, is not
loaded. A job or a slot that stands in the code alone is on the committee's page by its own name, and remarked upon.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from plugins.sdk.checks import Deed
from plugins.sdk.manifest import Nav
from plugins.sdk.manifest_parts import perhaps
from plugins.sdk.plugin import App, Plugin

Way = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What one of the two says and the other does not; at a function of the code, or at a key of plugin.toml."""

    said: str
    deed: Deed | None = None
    way: Way = ()
    #: It is done as it stands; naming it would give it words for the committee.
    is_remark: bool = False


def disagreements(plugin: Plugin) -> Iterator[Disagreement]:
    """Every one of them: jobs, slots, reports, entries, roles, and what is kept of people."""
    yield from _jobs(plugin)
    yield from _slots(plugin)
    yield from _reports(plugin)
    yield from _entries(plugin)
    yield from _roles(plugin)
    yield from _people(plugin)


def _jobs(plugin: Plugin) -> Iterator[Disagreement]:
    said = {one.id: one.cron for one in plugin.manifest.contributes.jobs}
    done = {hook.name: hook for hook in plugin.jobs}
    for name, hook in done.items():
        if name not in said:
            named = f"[[contributes.jobs]] names no {name!r}{perhaps(name, said)}"
            yield Disagreement(f"{name} is a job, and {named}", deed=hook.deed, is_remark=True)
        elif said[name] != hook.about:
            yield Disagreement(
                f"{name}: plugin.toml says cron = {said[name]!r}, and the code {hook.about!r}", deed=hook.deed
            )
    for number, one in enumerate(plugin.manifest.contributes.jobs):
        if one.id not in done:
            yield Disagreement(
                f"job {one.id!r}: no @plugin.job is called so{perhaps(one.id, done)}",
                way=("contributes", "jobs", number, "id"),
            )


def _slots(plugin: Plugin) -> Iterator[Disagreement]:
    said = {one.slot for one in plugin.manifest.contributes.slots}
    filled = {hook.about for hook in plugin.slots}
    for hook in plugin.slots:
        if hook.about not in said:
            yield Disagreement(
                f"{hook.name} fills {hook.about}: name it in [[contributes.slots]]",
                deed=hook.deed,
                is_remark=True,
            )
    for number, one in enumerate(plugin.manifest.contributes.slots):
        if one.slot not in filled:
            yield Disagreement(
                f"slot {one.slot!r}: nothing there fills it", way=("contributes", "slots", number, "slot")
            )


def _reports(plugin: Plugin) -> Iterator[Disagreement]:
    said = {one.id for one in plugin.manifest.contributes.reports}
    made = {hook.more["id"] for hook in plugin.providers}
    for hook in plugin.providers:
        if hook.more["id"] not in said:
            yield Disagreement(
                f"{hook.name} provides {hook.about}: name its report in [[contributes.reports]]",
                deed=hook.deed,
            )
    for number, one in enumerate(plugin.manifest.contributes.reports):
        if one.id not in made:
            yield Disagreement(
                f"report {one.id!r}: nothing there provides it", way=("contributes", "reports", number, "id")
            )


def _entries(plugin: Plugin) -> Iterator[Disagreement]:
    for number, entry in enumerate(plugin.manifest.contributes.nav):
        way = ("contributes", "nav", number, "path")
        page = _page_of(plugin, entry.app, entry.path)
        if page is None:
            yield Disagreement(f"entry {entry.path!r}: no page of {entry.app} is read there", way=way)
        elif wanted := _role_it_wants(plugin, entry, page):
            yield Disagreement(
                f"entry {entry.path!r} leads to a page for the role {wanted!r}: say access = {wanted!r}",
                way=way,
            )


def _page_of(plugin: Plugin, app: App, path: str) -> str | None:
    if app not in plugin.routers:
        return None
    from plugins.sdk.routing import page_at

    return page_at(plugin.routers[app], path)


def _role_it_wants(plugin: Plugin, entry: Nav, page: str) -> str | None:
    """The role that whoever sees the entry may not hold, and that its page asks for."""
    wanted = [role for role, path in plugin.routers[entry.app].guarded if path == page]
    return wanted[0] if wanted and entry.access not in wanted else None


def _roles(plugin: Plugin) -> Iterator[Disagreement]:
    for number, role in enumerate(plugin.manifest.contributes.roles):
        if idle := sorted(what for what in role.grants if (role.id, what) not in plugin.opened):
            yield Disagreement(
                f"role {role.id!r} grants {', '.join(idle)}: nothing there says access={role.id!r}",
                way=("contributes", "roles", number, "grants"),
            )


def _people(plugin: Plugin) -> Iterator[Disagreement]:
    """The platform hands out and erases what says whose it is; of the rest the plugin has to."""
    of_people = [one for one in plugin.documents if one.subject_field()]
    keeps_people = plugin.manifest.data.stores_personal
    if of_people and not keeps_people:
        named = ", ".join(one.__name__ for one in of_people)
        yield Disagreement(
            f"{named}: it is of residents: say stores_personal = true", way=("data", "stores_personal")
        )
    has_handlers = plugin.subject_export is not None and plugin.subject_erase is not None
    if keeps_people and not (has_handlers or of_people or plugin.manifest.storage.mode == "tables"):
        yield Disagreement(
            "stores_personal: nothing it keeps says whose it is, so register on_subject_export and on_subject_erase",
            way=("data", "stores_personal"),
        )
