"""What is looked at when a hook is registered: each mistake is a TypeError with the function's name."""

import inspect
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, get_args, get_type_hints

from plugins.sdk import ui
from plugins.sdk.events import Event
from plugins.sdk.heard import heard_with, short_of
from plugins.sdk.manifest import Manifest, PluginRole
from plugins.sdk.manifest_parts import perhaps
from plugins.sdk.points import Point
from plugins.sdk.slots import CARDS

Deed = Callable[..., Awaitable[Any]]


def must_take(deed: Deed, count: int) -> None:
    """`async def`, and as many parameters as it will be given."""
    if not inspect.iscoroutinefunction(deed):
        raise TypeError(f"{deed.__name__}: write async def; what blocks goes through ctx.run")
    taken = [one for one in inspect.signature(deed).parameters.values() if one.default is one.empty]
    if len(taken) != count:
        raise TypeError(f"{deed.__name__} takes {len(taken)} parameters and will be given {count}")


def must_be_within(deed: Deed, seconds: float, *, most: float) -> None:
    """A deadline that is one."""
    if not 0 < seconds <= most:
        raise TypeError(f"{deed.__name__}: {seconds} s is not between 0 and {most} s")


def must_agree(deed: Deed, kinds: tuple[type[Event], ...]) -> None:
    """What it says it takes is what it will be given, or a parent of that."""
    name = list(inspect.signature(deed).parameters)[1]
    said = get_type_hints(deed).get(name)
    taken = tuple(one for one in get_args(said) or (said,) if isinstance(one, type))
    strange = [kind.__name__ for kind in kinds if not issubclass(kind, taken)]
    if strange:
        raise TypeError(f"{deed.__name__}: {name} is said to be {said}, and will be {', '.join(strange)}")


def must_be_heard(deed: Deed, kinds: tuple[type[Event], ...], manifest: Manifest) -> None:
    """Facts that plugins hear at all, with a scope the manifest asks for."""
    asked = (*manifest.scopes, *manifest.optional_scopes)
    for kind in kinds:
        if (scope := heard_with(short_of(kind.type))) is None:
            raise TypeError(f"{deed.__name__}: no plugin hears of {kind.__name__}")
        if scope and scope not in asked:
            raise TypeError(
                f"{deed.__name__}: {kind.__name__} is heard with {scope}: ask for it in plugin.toml"
            )


def must_filter(deed: Deed, point: type[Point], manifest: Manifest) -> None:
    """What it says it takes and gives is the point's draft, and the manifest asks for the point's scope."""
    hints = get_type_hints(deed)
    name = list(inspect.signature(deed).parameters)[1]
    if hints.get(name) is not point or hints.get("return") not in (point | None, point, type(None)):
        raise TypeError(
            f"{deed.__name__}: say that it takes {point.__name__} and gives {point.__name__} | None"
        )
    if point.asked_with and point.asked_with not in (*manifest.scopes, *manifest.optional_scopes):
        raise TypeError(
            f"{deed.__name__}: {point.name} is asked with {point.asked_with}: ask for it in plugin.toml"
        )


def must_give(deed: Deed, gives: str) -> None:
    """What its slot can show."""
    said = get_type_hints(deed).get("return")
    wanted = {ui.Card, ui.Card | None} if gives == CARDS else {dict[str, ui.Cell]}
    if said not in wanted:
        raise TypeError(f"{deed.__name__}: say that it gives {' or '.join(map(str, wanted))}, not {said}")


def must_give_a(deed: Deed, wanted: type) -> None:
    """One thing, said to be it."""
    if (said := get_type_hints(deed).get("return")) is not wanted:
        raise TypeError(f"{deed.__name__}: say that it gives {wanted.__name__}, not {said}")


def must_be_granted(deed: Deed, role: str, what: str, roles: Sequence[PluginRole]) -> None:
    """A role of plugin.toml, whose `grants` name the page or the slot: whoever decides about it reads them there."""
    known = {one.id: one for one in roles}
    if role not in known:
        named = ", ".join(known) or "none that opens this"
        raise TypeError(f"{deed.__name__}: plugin.toml names no role {role!r}{perhaps(role, known)}: {named}")
    if what not in known[role].grants:
        raise TypeError(f"{deed.__name__}: say {what!r} in grants of the role {role!r} in plugin.toml")
