"""Performing a call on a plugin: the same lines run it within the platform, in a worker and in a test.

Whatever a plugin raises becomes an answer that says what kind of mistake it was and where; nothing comes through.
"""

import asyncio
import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from plugins.sdk import events
from plugins.sdk.agreeing import disagreements
from plugins.sdk.asking import AskingContext, plain
from plugins.sdk.calls import Answered, Ask, Asked, Call
from plugins.sdk.checks import Deed
from plugins.sdk.context import Forbidden, Refused, Veto
from plugins.sdk.data import brought_up
from plugins.sdk.events.codes import TOLD
from plugins.sdk.plugin import Plugin
from plugins.sdk.points import POINTS
from plugins.sdk.serving import serve

EVENTS: Mapping[str, type[events.Event]] = {
    kind.type: kind
    for name in events.__all__
    if isinstance(kind := getattr(events, name), type) and hasattr(kind, "type")
}


class NoSuchHook(LookupError):
    """A call for something that the plugin does not have."""


async def perform(plugin: Plugin, call: Call, ask: Ask) -> Answered:
    """Run one hook within its time. What it gives is plain data, as it would go through a pipe."""
    context = AskingContext(ask, call.setting, say=plugin.say, place=plugin.place, plugin_id=plugin.id)
    try:
        async with asyncio.timeout(call.seconds):
            return await _performed(plugin, call, context)
    except TimeoutError as late:
        return _failed(plugin, "late", late, f"not done within {call.seconds:g} s")
    except Veto as veto:
        return Answered(ok=False, why="veto", said=veto.reason)
    except Forbidden as forbidden:
        return _failed(plugin, "forbidden", forbidden)
    except Refused as refused:
        return _failed(plugin, "refused", refused)
    except Exception as fault:
        # A plugin may raise anything at all; what it means, the host decides for each kind of hook.
        return _failed(plugin, "fault", fault, f"{type(fault).__name__}: {fault}"[:300])


async def _performed(plugin: Plugin, call: Call, context: AskingContext) -> Answered:
    if call.kind == "route":
        asked = Asked.model_validate(call.given[0])
        router = plugin.routers.get(asked.app)
        return Answered(ok=True, status=404) if router is None else await serve(router, asked, context)
    if call.kind == "lifecycle" and call.name == "check":
        return Answered(ok=True, value=await _checked(plugin, call.given[0], context))
    if call.kind == "documents":
        return Answered(ok=True, value=[_today(plugin, call.name, kept) for kept in call.given])
    if call.kind == "tables":
        return Answered(ok=True, value=await asyncio.to_thread(_moved_up, plugin))
    if call.kind in ("slot", "column") and not _may_see(plugin, call):
        return Answered(ok=True, value=None if call.kind == "slot" else {})
    value = await _deed_of(plugin, call)(context, *_given(call))
    return Answered(ok=True, value=plain(value))


def _may_see(plugin: Plugin, call: Call) -> bool:
    """Whether whoever looks holds the role that the slot asks for, if it asks for any."""
    wanted = {hook.more.get("access") for hook in plugin.slots if hook.name == call.name}
    return wanted <= {None, *call.setting.roles}


def _today(plugin: Plugin, kind: str, kept: Mapping[str, Any]) -> Mapping[str, Any]:
    """A row that the plugin keeps, in today's shape: `{"row"}`, or `{"fault"}` where it cannot be brought there."""
    shape = next((one for one in plugin.documents if one.__name__ == kind), None)
    if shape is None:
        raise NoSuchHook(f"{plugin.id} keeps no {kind}")
    try:
        document = brought_up(shape, kept)
    except Exception as fault:
        # Of one row; the others can be brought up all the same.
        where = where_in(plugin.package, fault)
        return {"fault": f"{type(fault).__name__}: {fault} {where}"[:500].strip()}
    if document.id != kept["id"]:
        return {"fault": f"it became {document.id[:40]}: a row keeps its id"}
    return {"row": document.model_dump(mode="json")}


def _moved_up(plugin: Plugin) -> Mapping[str, str]:
    """Its tables are brought to what its code says."""
    from plugins.sdk.tables.moving import move_up

    if plugin.place is None:
        raise Refused("tables: there is no place for them here")
    with plugin.place.transaction() as connection:
        return move_up(connection, plugin)


async def _checked(plugin: Plugin, said: Mapping[str, Any], context: AskingContext) -> Mapping[str, str]:
    """What is wrong with settings, by field; by the empty name, what the plugin says of them as a whole."""
    if plugin.settings_model is None:
        return {"": "it has no settings"} if said else {}
    try:
        settings = plugin.settings_model.model_validate(said)
    except ValidationError as fault:
        return {".".join(map(str, one["loc"])): one["msg"] for one in fault.errors(include_url=False)}
    check = plugin.lifecycle.get("check")
    wrong = await check(context, settings) if check is not None else None
    return {"": str(wrong)} if wrong else {}


def _deed_of(plugin: Plugin, call: Call) -> Deed:
    if call.kind in ("lifecycle", "health"):
        found = plugin.lifecycle.get(call.name)
    elif call.kind in ("export", "erase"):
        found = plugin.subject_export if call.kind == "export" else plugin.subject_erase
    else:
        found = next((hook.deed for hook in _HOOKS[call.kind](plugin) if hook.name == call.name), None)
    if found is None:
        raise NoSuchHook(f"{plugin.id} has no {call.kind} {call.name}")
    return found


_HOOKS: Mapping[str, Callable[[Plugin], list[Any]]] = {
    "event": lambda plugin: plugin.listeners, "filter": lambda plugin: plugin.filters,
    "slot": lambda plugin: plugin.slots, "column": lambda plugin: plugin.slots,
    "job": lambda plugin: plugin.jobs, "provider": lambda plugin: plugin.providers,
}  # fmt: skip


def _given(call: Call) -> tuple[Any, ...]:
    """What the hook takes, out of plain data: `{"type", "data"}` of a fact, `{"name", "data"}` of a draft."""
    if call.kind == "event":
        (told,) = call.given
        return (EVENTS[told["type"]].model_validate(told["data"], context=TOLD),)
    if call.kind == "filter":
        (asked,) = call.given
        return (POINTS[asked["name"]].model_validate(asked["data"]),)
    if call.kind == "provider":
        return tuple(dt.date.fromisoformat(one) for one in call.given)
    return call.given


def _failed(plugin: Plugin, why: Any, fault: BaseException, said: str = "") -> Answered:
    return Answered(ok=False, why=why, said=said or str(fault)[:300], where=where_in(plugin.package, fault))


def where_in(package: str, fault: BaseException) -> str:
    """The innermost line of the plugin itself, as `elder_care/__init__.py:41`; empty: none was on the way."""
    top, found, trace = package.rsplit(".", maxsplit=1)[-1], "", fault.__traceback__
    while trace is not None:
        parts = Path(trace.tb_frame.f_code.co_filename).parts
        if top in parts and "sdk" not in parts:
            found = f"{'/'.join(parts[parts.index(top) :])}:{trace.tb_lineno}"
        trace = trace.tb_next
    # Where time ran out, the line it stood at is in what that came from.
    before = fault.__cause__ or fault.__context__
    return found if found or before is None else where_in(package, before)


def handlers_of(plugin: Plugin) -> Mapping[str, list[Any]]:
    """What a plugin declares in code, as plain data: for the host, which need not import it to know.

    `disagrees` is in what it is not what its plugin.toml says: the platform runs none of those.
    """
    return {
        "event": [
            {"name": hook.name, "types": [kind.type for kind in hook.about], "seconds": hook.seconds, **hook.more}
            for hook in plugin.listeners
        ],
        "filter": [
            {"name": hook.name, "point": hook.about.name, "seconds": hook.seconds, **hook.more}
            for hook in plugin.filters
        ],
        "slot": [
            {"name": hook.name, "slot": hook.about, "seconds": hook.seconds, **hook.more} for hook in plugin.slots
        ],
        "job": [{"name": hook.name, "cron": hook.about, "seconds": hook.seconds} for hook in plugin.jobs],
        "provider": [
            {"name": hook.name, "offer": hook.about, "seconds": hook.seconds, **hook.more}
            for hook in plugin.providers
        ],
        "router": [{"name": app} for app in sorted(plugin.routers)],
        "lifecycle": [{"name": moment} for moment in sorted(plugin.lifecycle)],
        "subject": [
            {"name": name}
            for name, deed in (("export", plugin.subject_export), ("erase", plugin.subject_erase))
            if deed is not None
        ],
        "document": [
            {
                "name": kind.__name__, "version": kind.version, "subject": kind.subject_field(),
                "indexed": list(kind.indexed_fields()),
            }
            for kind in plugin.documents
        ],
        "tables": _tables_of(plugin), "disagrees": [one.said for one in disagreements(plugin) if not one.is_remark],
    }  # fmt: skip


def _tables_of(plugin: Plugin) -> list[Mapping[str, Any]]:
    """What its tables say, and where their history ends. It raises where they do not say what they have to."""
    if plugin.manifest.storage.mode != "tables":
        return []
    from plugins.sdk.tables.declared import declared_in, must_be_whole
    from plugins.sdk.tables.heads import head_of

    must_be_whole(plugin)
    return [{"head": head_of(plugin.folder), "said": declared_in(plugin.metadata)}]


def settings_schema(plugin: Plugin) -> Mapping[str, Any] | None:
    """The JSON Schema of its settings, for the committee's form."""
    return None if plugin.settings_model is None else plugin.settings_model.model_json_schema()
