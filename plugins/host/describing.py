"""Documents for who writes plugins, made of the very objects: hooks, context, facts, blocks, slots, scopes, manifest.

What stands in a docstring stands in the document, so the two cannot differ; `shequyun plugin docs` writes them.
"""

import inspect
from collections.abc import Callable, Iterable, Mapping
from types import FunctionType
from typing import Any, Literal, get_args, get_origin

import orjson
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from plugins.host.exhibited import blocks, slots
from plugins.host.fact_schemas import as_told
from plugins.host.keys import KEYS
from plugins.host.written import MADE, fields, joined, prose, table
from plugins.sdk import context, data, manifest, providers
from plugins.sdk.events import Event
from plugins.sdk.events.examples import told
from plugins.sdk.heard import heard_with, short_of
from plugins.sdk.plugin import Plugin
from plugins.sdk.points import POINTS
from plugins.sdk.scopes import SCOPES

#: In the order in which somebody writes a plugin.
HOOKS = {
    "on": "(ctx, event: events.CaseClosed) -> None",
    "filter": "(ctx, draft: points.CaseClose) -> points.CaseClose | None",
    "job": "(ctx) -> None", "slot": "(ctx, subject: str | None) -> ui.Card | None",
    "column": "(ctx, subjects: list[str]) -> dict[str, ui.Cell]", "router": "", "provider": "as the provider says",
    "settings": "", "check": "(ctx, settings: Config) -> str | None", "document": "", "on_enable": "(ctx) -> None",
    "on_disable": "(ctx) -> None", "on_upgrade": "(ctx) -> None", "on_uninstall": "(ctx) -> None",
    "health": "(ctx) -> str", "on_subject_export": "(ctx, resident: str) -> object",
    "on_subject_erase": "(ctx, resident: str) -> object",
}  # fmt: skip
PARTS = (
    ("ctx", context.Context), ("ctx.residents", context.Residents),
    ("ctx.households", context.Households), ("ctx.cases", context.Cases),
    ("ctx.files", context.Files), ("ctx.stats", context.Stats),
    ("ctx.visits", context.Visits), ("ctx.guides", context.Guides), ("ctx.messages", context.Messages),
    ("ctx.staff", context.Staff), ("ctx.store(Kind)", context.Store), ("ctx.http", context.Web),
)  # fmt: skip

SETTINGS = """
    @plugin.settings
    class Config(Settings):
        every_days: int = Field(7, title="几天一次", ge=1, le=60)

One model a plugin. `title` is the label and `description` the hint below it; both are sentences of the plugin, said in
both languages in `locales/`. The default is what holds until a committee sets something, so give one for each field.
`ctx.settings(Config)` is what holds here. `@plugin.check` looks at them before they are kept: it gives a sentence, or
None where they are right. A change holds from the next call on and is recorded, by field, without what was typed.
"""
#: As `committee_app.plugin_settings` makes a form of them; what is none of these is kept as it is and not shown.
SETTING_KINDS = (
    ("`str`", "a line; several from `max_length=201` on", "`max_length`"),
    ("`int`, `float`", "a number", "`ge`, `le`"),
    ("`bool`", "a box to tick", "—"),
    ('`Literal["a", "b"]`, an `Enum`', "a choice", "one of them"),
    ("`list[str]`", "lines, one below the other", "empty ones are left out"),
    ("`datetime.date`", "a day", "a date"),
    ("`SecretStr`", "a secret: sealed where it is kept and never shown again", "left empty, it stays"),
    ("`… | None`", "the same, and may be left empty", "—"),
)


EXAMPLES = """
## As they come

One of each, without the `community_id` that all have. `shequyun plugin schema events` prints the JSON Schema of every
fact with its example; in tests, `plugins.sdk.events.examples.example_of(events.CaseClosed, case_id=…)` makes one.
"""
CODES = """
## Codes

The base says these and no other; a type checker finds one that nobody says.
"""


def documents() -> Mapping[str, str]:
    """Every document, by its file's name."""
    return {
        "hooks.md": hooks(), "context.md": the_context(), "events.md": facts(), "manifest.md": the_manifest(),
        "scopes.md": scopes(), "slots.md": slots(), "blocks.md": blocks(), "settings.md": settings(),
    }  # fmt: skip


def hooks() -> str:
    """Every decorator of a plugin, the points of filters and what providers are asked for."""
    pieces = [
        "# Hooks",
        MADE,
        "Each is `async`; what it takes and gives is looked at when the plugin is imported.\n",
    ]
    for name, takes in HOOKS.items():
        member: Callable[..., Any] = getattr(Plugin, name)
        said = inspect.signature(member).parameters.values()
        given = ", ".join(_one(one) for one in said if one.name not in ("self", "deed"))
        pieces.append(f"## `@plugin.{name}{f'({given})' if given else ''}`\n\n{prose(member)}\n")
        if takes:
            pieces.append(f"    async def …{takes}\n")
    rows = [
        (f"`points.{point.__name__}`", f"`{point.name}`", f"`{point.asked_with}`" if point.asked_with else "–",
         fields(point, Event), "refused" if point.on_fault == "refuse" else "left as it is", prose(point))
        for point in POINTS.values()
    ]  # fmt: skip
    pieces.append("## Points at which filters are asked\n")
    pieces.append(table(("Class", "Name", "Scope", "Draft", "Where a filter fails", "When"), rows))
    pieces.append("\n## What providers are asked for\n")
    offers = [
        (f"`{one.name}`", "one" if one.is_exclusive else "any number", f"{one.seconds:g} s", prose(kind))
        for one, kind in zip(providers.OFFERS.values(), (providers.ReportExport,), strict=True)
    ]
    pieces.append(table(("Name", "How many", "Within", "What"), offers))
    return joined(pieces)


def the_context() -> str:
    """Everything a plugin can reach."""
    pieces = ["# The context", MADE, inspect.cleandoc(context.__doc__ or "") + "\n"]
    for name, part in PARTS:
        pieces.append(f"## `{name}`\n\n{prose(part)}\n")
        rows = [(f"`{_signed(member_name, member)}`", prose(member)) for member_name, member in _own(part)]
        pieces.append(table(("Call", "What it does"), rows))
        pieces.append("")
    return joined(pieces)


def facts() -> str:
    """Every fact that plugins can hear, with its scope and its fields."""
    pieces = ["# Facts", MADE, (
        "`@plugin.on(events.CaseClosed)`. Ids alone, never a name, a telephone or somebody's words; a resident's id "
        "is the plugin's own for him. Each is told at least once, in order for each subject.\n"
    )]  # fmt: skip
    heard = {name: kind for name, kind in told().items() if heard_with(short_of(kind.type)) is not None}
    rows = [
        (f"`{name}`", f"`{short_of(kind.type)}`", _heard(kind), fields(kind, Event), prose(kind))
        for name, kind in heard.items()
    ]
    pieces.append(table(("Class", "Type", "Scope", "Fields beside `community_id`", "What happened"), rows))
    pieces.append(EXAMPLES)
    pieces += [f"    {short_of(kind.type)}  {_line(kind)}" for kind in heard.values()]
    pieces.append(CODES)
    coded = dict.fromkeys(line for kind in heard.values() for line in _codes(kind))
    pieces.append(table(("Field", "Of", "Codes"), coded))
    return joined(pieces)


def _codes(kind: type[Event]) -> Iterable[tuple[str, str, str]]:
    """A line for each of its fields that has codes; what its parent has is the parent's."""
    for name, info in kind.model_fields.items():
        if get_origin(info.annotation) is Literal:
            of = next(one for one in reversed(kind.__mro__) if name in getattr(one, "model_fields", ()))
            yield f"`{name}`", f"`{of.__name__}`", _said(info.annotation).replace('"', "")


def _heard(kind: type[Event]) -> str:
    scope = heard_with(short_of(kind.type))
    return f"`{scope}`" if scope else "its own"


def _line(kind: type[Event]) -> str:
    """An example without the neighbourhood, which is in each."""
    said = {name: one for name, one in as_told(kind).items() if name != "community_id"}
    return orjson.dumps(said).decode()


def the_manifest() -> str:
    """Every key of plugin.toml."""
    pieces = ["# plugin.toml", MADE, inspect.cleandoc(manifest.__doc__ or "") + "\n"]
    kinds: list[type[BaseModel]] = [manifest.Manifest, *_parts_of(manifest.Manifest)]
    for kind in kinds:
        pieces.append(f"## {kind.__name__}\n\n{prose(kind)}\n")
        rows = [
            (
                f"`{info.alias or name}`",
                _said(info.annotation),
                "yes" if info.is_required() else _default(info),
                KEYS.get(kind.__name__, {}).get(info.alias or name, ""),
            )
            for name, info in kind.model_fields.items()
        ]
        pieces.append(table(("Key", "Value", "Needed, or what it is otherwise", "What it means"), rows))
        pieces.append("")
    return joined(pieces)


def settings() -> str:
    """What can stand in a plugin's settings, and how the committee's form shows it."""
    pieces = ["# Settings", MADE, f"{prose(data.Settings)}\n", SETTINGS, table(
        ("Field", "In the form", "Looked at there"), SETTING_KINDS
    )]  # fmt: skip
    return joined(pieces)


def scopes() -> str:
    """Every scope, in the words of the committee's page."""
    rows = [
        (
            f"`{one.name}`",
            str(one.sensitivity),
            ", ".join(f"`{field}`" for field in one.fields) or "—",
            one.zh,
            one.en if one.is_answered else f"{one.en} (*nothing answers it yet: refused*)",
        )
        for one in SCOPES.values()
    ]
    said = "P0 is public, P1 internal, P2 personal, P3 sensitive. `…:write` opens what `…:read` opens.\n"
    return joined(["# Scopes", MADE, said, table(("Scope", "", "Fields", "中文", "English"), rows)])


# -- how it is written ------------------------------------------------------------------------------


def _own(part: type) -> list[tuple[str, Any]]:
    """Methods and properties, in the order of the code."""
    return [
        (name, member)
        for name, member in vars(part).items()
        if isinstance(member, (FunctionType, property)) and not name.startswith("_") and member.__doc__
    ]


def _signed(name: str, member: Any) -> str:
    if isinstance(member, property):
        return name
    taken = [_one(one) for one in inspect.signature(member).parameters.values() if one.name != "self"]
    signature = ", ".join(taken)
    return f"{'await ' if inspect.iscoroutinefunction(member) else ''}{name}({signature})"


def _one(one: inspect.Parameter) -> str:
    stars = "*" if one.kind is one.VAR_POSITIONAL else "**" if one.kind is one.VAR_KEYWORD else ""
    return f"{stars}{one.name}" + ("" if one.default is one.empty else f"={one.default!r}")


def _said(annotation: Any) -> str:
    """A type, as somebody who writes TOML would say it."""
    if get_origin(annotation) is Literal:
        return " or ".join(f"`{one!r}`".replace("'", '"') for one in get_args(annotation))
    inner = [_said(one) for one in get_args(annotation) if one not in (type(None), Ellipsis)]
    if get_origin(annotation) in (tuple, list):
        return f"list of {inner[0]}"
    if hasattr(annotation, "__metadata__") or (
        inner and get_origin(annotation) is not None and len(inner) == 1
    ):
        return inner[0]
    names = {str: "text", int: "number", bool: "true or false"}
    return names.get(annotation, getattr(annotation, "__name__", str(annotation)))


def _default(info: Any) -> str:
    value = info.default
    if value is PydanticUndefined or isinstance(value, BaseModel) or value in (None, ()):
        return "—"
    return f"`{value!r}`".replace("'", '"')


def _parts_of(kind: type[BaseModel]) -> list[type[BaseModel]]:
    """The tables within, in order, each once."""
    found: dict[type[BaseModel], None] = {}
    for info in kind.model_fields.values():
        for part in _models_in(info.annotation):
            found |= dict.fromkeys([part, *_parts_of(part)])
    return list(found)


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if inspect.isclass(annotation) and issubclass(annotation, BaseModel):
        return [annotation]
    return [part for one in get_args(annotation) for part in _models_in(one)]
