"""What a plugin asks for, as people read it before they agree: made from its manifest and from nothing else."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from core_db.foundation.lean import dataclass
from core_db.installs.words import FIELD_WORDS, Pair, RunMode
from plugins.sdk.scopes import SCOPES

Manifest = Mapping[str, Any]
DUTY = "public_duty"
#: In `network` and `sends_to`: every host there is.
ANY_HOST = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeSeen:
    """Something it may read or do, in words; without what `is_required` it does not work."""

    name: str
    words: Pair
    is_required: bool
    is_personal: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PurposeSeen:
    """Why fields of residents are read, and for how long they may be kept; a resident agrees to each by itself."""

    id: str
    text: Pair
    fields: tuple[str, ...]
    is_sensitive: bool
    #: It rests on a public duty that the operator approved: nobody is asked.
    is_duty: bool
    retention_days: int
    #: The hosts to which what is read may go; `*`: any. None: it stays here.
    hosts: tuple[str, ...]
    text_version: str

    @property
    def field_words(self) -> tuple[Pair, ...]:
        return tuple(FIELD_WORDS.get(one, (one, one)) for one in self.fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentSheet:
    """All that a committee decides about. `sheet_version` changes with any of it."""

    plugin_id: str
    version: str
    name: Pair
    summary: Pair
    publisher: str
    license: str
    homepage: str
    contact: str
    scopes: tuple[ScopeSeen, ...]
    purposes: tuple[PurposeSeen, ...]
    #: The hosts it talks to; `*`: any.
    network: tuple[str, ...]
    run_mode: RunMode
    stores_personal: bool
    retention_days: int
    exports_abroad: bool
    sheet_version: str


def sheet_of(plugin: Any) -> ConsentSheet:
    """Of a row of `x_plugins`."""
    said: Manifest = plugin.manifest
    data = said.get("data") or {}
    return ConsentSheet(
        plugin_id=plugin.id, version=plugin.version, name=pair_of(said.get("name")),
        summary=pair_of(said.get("summary")), publisher=said.get("publisher") or "", license=said.get("license") or "",
        homepage=said.get("homepage") or "", contact=said.get("contact") or "",
        scopes=tuple(
            _scope(name, is_required=name in needed_of(said)) for name in (*needed_of(said), *optional_of(said))
        ),
        purposes=purposes_of(plugin), network=tuple(said.get("network") or ()), run_mode=plugin.run_mode,
        stores_personal=bool(data.get("stores_personal")), retention_days=data.get("retention_days") or 0,
        exports_abroad=bool(data.get("exports_abroad")), sheet_version=sheet_version(plugin),
    )  # fmt: skip


def purposes_of(plugin: Any) -> tuple[PurposeSeen, ...]:
    """The purposes of a row of `x_plugins`."""
    return tuple(_purpose(one, plugin) for one in plugin.manifest.get("purposes") or ())


def needed_of(manifest: Manifest) -> tuple[str, ...]:
    return tuple(manifest.get("scopes") or ())


def optional_of(manifest: Manifest) -> tuple[str, ...]:
    return tuple(manifest.get("optional_scopes") or ())


def asked_of(manifest: Manifest) -> frozenset[str]:
    """Every scope it may be given."""
    return frozenset((*needed_of(manifest), *optional_of(manifest)))


def category_code(plugin_id: str, own: str) -> str:
    """A category of a plugin as cases know it."""
    return f"{plugin_id}.{own}"


def name_of(manifest: Manifest) -> Pair:
    return pair_of(manifest.get("name"))


def pair_of(words: Mapping[str, str | None] | None) -> Pair:
    """`{zh, en}` of a manifest as a pair; where one is missing, the other twice."""
    said = words or {}
    zh, en = said.get("zh"), said.get("en")
    return (zh or en or "", en or zh or "")


def sheet_version(plugin: Any) -> str:
    """A digest of what a committee agrees to."""
    said = plugin.manifest
    return _digest(
        {
            "needed": sorted(needed_of(said)), "optional": sorted(optional_of(said)),
            "purposes": said.get("purposes") or [], "network": sorted(said.get("network") or ()),
            "data": said.get("data") or {}, "run_mode": str(plugin.run_mode),
        }
    )  # fmt: skip


def is_wider(old: Manifest, new: Manifest) -> bool:
    """Whether the new one wants what nobody was asked: fields, time, hosts, a duty instead of a consent."""
    known = {one["id"]: one for one in old.get("purposes") or ()}
    before, after = old.get("data") or {}, new.get("data") or {}
    return (
        any(_is_widened(known.get(one["id"]), one) for one in new.get("purposes") or ())
        or _goes_further(old.get("network") or (), new.get("network") or ())
        or (after.get("retention_days") or 0) > (before.get("retention_days") or 0)
        or (bool(after.get("stores_personal")) and not before.get("stores_personal"))
        or (bool(after.get("exports_abroad")) and not before.get("exports_abroad"))
    )


def _is_widened(old: Manifest | None, new: Manifest) -> bool:
    if old is None:
        return True
    return (
        not set(new["fields"]) <= set(old["fields"])
        or new["retention_days"] > old["retention_days"]
        or _sends_further(old, new)
        or (new.get("basis") == DUTY and old.get("basis") != DUTY)
    )


def _sends_further(old: Manifest, new: Manifest) -> bool:
    """To a host that was not named. What says nothing sends wherever it can reach, and that is looked at itself."""
    before, after = old.get("sends_to"), new.get("sends_to")
    return before is not None and (after is None or _goes_further(before, after))


def _goes_further(before: Sequence[str], after: Sequence[str]) -> bool:
    return ANY_HOST not in before and not set(after) <= set(before)


def reaches_anywhere(manifest: Manifest) -> bool:
    """Whether it wants every host there is, which an operator has to approve."""
    return ANY_HOST in (manifest.get("network") or ())


def _scope(name: str, *, is_required: bool) -> ScopeSeen:
    scope = SCOPES.get(name)
    another = name.partition(":")[2]
    words = (scope.zh, scope.en) if scope else (f"应用“{another}”的消息", f"events of the plugin {another}")
    return ScopeSeen(
        name=name, words=words, is_required=is_required, is_personal=scope is not None and scope.is_personal
    )


def _purpose(said: Manifest, plugin: Any) -> PurposeSeen:
    return PurposeSeen(
        id=said["id"], text=pair_of(said["text"]), fields=tuple(said["fields"]),
        is_sensitive=bool(said.get("sensitive")), is_duty=said.get("basis") == DUTY and plugin.duty_approved,
        retention_days=said["retention_days"], hosts=_hosts(said, plugin.manifest),
        text_version=_text_version(said, plugin.manifest),
    )  # fmt: skip


def _hosts(purpose: Manifest, manifest: Manifest) -> tuple[str, ...]:
    """Where what is read for it may go: where nothing is said, wherever the plugin can reach."""
    said = purpose.get("sends_to")
    return tuple(manifest.get("network") or () if said is None else said)


def _text_version(purpose: Manifest, manifest: Manifest) -> str:
    """A digest of what a resident reads: another text is agreed to anew."""
    said = {name: value for name, value in purpose.items() if name != "sends_to"}
    abroad = bool((manifest.get("data") or {}).get("exports_abroad"))
    read: dict[str, Any] = {"purpose": said, "exports_abroad": abroad}
    if hosts := _hosts(purpose, manifest):
        read["hosts"] = sorted(hosts)
    return _digest(read)


def _digest(said: Mapping[str, Any] | Sequence[Any]) -> str:
    spelled = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(spelled.encode()).hexdigest()[:16]
