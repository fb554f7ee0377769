"""What a version of the platform offers to plugins, as plain data, and what of it a plugin wants that is not offered.

Only the version that is to come knows what it offers: `shequyun plugin offers`, typed there, says it to the one that
runs (`check-upgrade`). By the same a version that has just been put in place says which plugins it would stop.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from importlib.metadata import version
from typing import Any, get_args

from pydantic import BaseModel

from core_db.foundation.lean import dataclass
from plugins.sdk.events.examples import told
from plugins.sdk.heard import heard_with, short_of
from plugins.sdk.manifest import API, Manifest, interfaces
from plugins.sdk.manifest_file import kept_manifest
from plugins.sdk.manifest_parts import nobody_reads
from plugins.sdk.points import POINTS
from plugins.sdk.providers import OFFERS
from plugins.sdk.scopes import SCOPES
from plugins.sdk.slots import SLOTS

#: What a plugin wants beside the interface and its keys, by the word that an offer has for it.
WORDS = {
    "scopes": ("权限", "scope"), "slots": ("位置", "slot"), "facts": ("事件", "fact"), "points": ("过滤点", "point"),
    "providers": ("提供项", "provider"), "keys": ("plugin.toml 的", "key of plugin.toml"),
    "refused": ("没有人读的", "key that nobody reads"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a plugin would stop, in both languages."""

    zh: str
    en: str

    def within(self, lang: str) -> str:
        return self.en if lang == "en" else self.zh


def offered() -> Mapping[str, Any]:
    """What this version offers."""
    heard = [kind.type for kind in told().values() if heard_with(short_of(kind.type)) is not None]
    return {
        "version": version("shequyun"), "api": str(API),
        "scopes": sorted(name for name, one in SCOPES.items() if one.is_answered),
        "slots": sorted(SLOTS), "facts": sorted(heard), "points": sorted(POINTS), "providers": sorted(OFFERS),
        "keys": sorted(_keys_of(Manifest, _is_known)),
        "refused": sorted(_keys_of(Manifest, _is_read_by_nobody)),
    }  # fmt: skip


def why_it_would_stop(
    manifest: Mapping[str, Any], declared: Mapping[str, Any], offer: Mapping[str, Any]
) -> Iterator[Reason]:
    """What a plugin wants and an offer has not."""
    if offer["api"] not in interfaces(str(manifest["api"])):
        yield Reason(
            f"它要接口 {manifest['api']}，那里是 {offer['api']}",
            f"it wants interface {manifest['api']}, and there it is {offer['api']}",
        )
    for what, wanted in _wanted(manifest, declared).items():
        for one in sorted(wanted - set(offer[what])):
            if _is_named_by_who_writes(one, offer[what]):
                continue
            zh, en = WORDS[what]
            yield Reason(f"没有{zh} {one} 了", f"there is no {en} {one} any more")
    for one in sorted(_said_in(manifest) & set(offer["refused"])):
        zh, en = WORDS["refused"]
        yield Reason(f"{one} 是{zh}，会被拒绝", f"{one} is a {en}, and refused")


def what_is_wrong_today(manifest: Mapping[str, Any]) -> Iterator[Reason]:
    """Of this version alone: what it refuses in a manifest that an earlier one took."""
    try:
        kept_manifest(manifest)
    except ValueError as fault:
        yield from (Reason(line, line) for line in str(fault).splitlines())


def _wanted(manifest: Mapping[str, Any], declared: Mapping[str, Any]) -> Mapping[str, set[str]]:
    brought = manifest.get("contributes") or {}
    return {
        "scopes": {*(manifest.get("scopes") or ()), *(manifest.get("optional_scopes") or ())},
        "slots": {one["slot"] for one in (*(brought.get("slots") or ()), *declared.get("slot", ()))},
        "facts": {kind for one in declared.get("event", ()) for kind in one["types"]},
        "points": {one["point"] for one in declared.get("filter", ())},
        "providers": {one["offer"] for one in declared.get("provider", ())},
        "keys": set(_ways(manifest)),
    }  # fmt: skip


def _is_named_by_who_writes(key: str, offered: Collection[str]) -> bool:
    return any(one.endswith(".*") and key.startswith(one.removesuffix("*")) for one in offered)


# -- keys, by their way down: `contributes.slots.slot` ---------------------------------------------


def _keys_of(kind: type[BaseModel], fits: Callable[[Any], bool], way: str = "") -> Iterator[str]:
    """Keys of a table and of those in it; `.*` where whoever writes it names them himself."""
    for name, info in kind.model_fields.items():
        key = f"{way}{info.alias or name}"
        if fits(info.metadata):
            yield key
            if "Mapping" in str(info.annotation):
                yield f"{key}.*"
                continue
        for part in _tables_in(info.annotation):
            yield from _keys_of(part, fits, f"{key}.")


def _tables_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for one in get_args(annotation):
        yield from _tables_in(one)


def _is_known(_metadata: Any) -> bool:
    return True


def _is_read_by_nobody(metadata: Any) -> bool:
    return any(getattr(one, "func", None) is nobody_reads for one in metadata)


def _ways(said: Any, way: str = "") -> Iterator[str]:
    """Every key of a manifest as it is kept, whether or not something stands there: a loader reads them all."""
    if isinstance(said, Mapping):
        for name, one in said.items():
            yield f"{way}{name}"
            yield from _ways(one, f"{way}{name}.")
    elif isinstance(said, list | tuple):
        for one in said:
            yield from _ways(one, way)


def _said_in(said: Any, way: str = "") -> set[str]:
    """Those at which something stands."""
    if isinstance(said, Mapping):
        stands = {name: one for name, one in said.items() if one is not None}
        return {f"{way}{name}" for name in stands}.union(
            *(_said_in(one, f"{way}{name}.") for name, one in stands.items())
        )
    return {key for one in said for key in _said_in(one, way)} if isinstance(said, list | tuple) else set()
