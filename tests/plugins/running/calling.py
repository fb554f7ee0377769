"""Calls for the tests of what runs plugins, and a gateway of three lines that answers them."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from plugins.sdk.calls import Call, HookKind, Setting
from plugins.sdk.context import Forbidden, Refused

PACKAGES = Path(__file__).parent.parent / "packages"
NOW = dt.datetime(2026, 11, 26, 8, tzinfo=dt.UTC)


def setting(deed: str = "nothing") -> Setting:
    """A neighbourhood in which the chaos plugin is to do this."""
    return Setting(community_id="c1", now=NOW, today=NOW.date(), settings={"deed": deed})


def a_call(
    deed: str = "nothing", *, kind: HookKind = "slot", name: str = "card", given: tuple[Any, ...] = (None,),
    seconds: float = 1.0,
) -> Call:  # fmt: skip
    """The chaos plugin's card, or another of its hooks."""
    return Call(kind=kind, name=name, setting=setting(deed), given=given, seconds=seconds)


async def ask(op: str, given: Mapping[str, Any]) -> Any:
    """Answers `once` with True; cases are forbidden, and what is nowhere is a mistake of the inside."""
    if op == "once":
        return True
    if op == "cases.find":
        raise Forbidden("case:read is not held")
    if op == "cases.open":
        raise Refused("这里不行")
    raise KeyError("a secret of the inside")
