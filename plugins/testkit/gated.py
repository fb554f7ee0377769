"""The four gates of the kit, which stand before whatever a plugin asks in a test, as those of the platform do."""

from collections.abc import Callable, Sequence
from typing import Any

from plugins.sdk.context import Forbidden
from plugins.sdk.manifest import Purpose
from plugins.sdk.points import NOT_WHILE_ASKED
from plugins.sdk.told import User
from plugins.testkit.world import Loaded, Person, World


class Gated:
    """One call of one plugin, in one neighbourhood, by one user or by nobody: what it may, and of whom."""

    def __init__(self, world: World, loaded: Loaded, community_id: str, hook: str, user: User | None) -> None:
        self._world = world
        self._loaded = loaded
        self._plugin_id = loaded.plugin.id
        self._manifest = loaded.plugin.manifest
        self._community_id = community_id
        self._hook = hook
        self._user = user

    def _open_gate(
        self, op: str, scopes: Sequence[str], *, purpose: str | None = None, fields: Sequence[str] = ()
    ) -> None:
        """Note the question and refuse it where a scope is not held or the purpose does not cover it."""
        row = {"plugin": self._plugin_id, "community": self._community_id, "hook": self._hook, "op": op,
               "purpose": purpose, "fields": tuple(fields), "ok": False}  # fmt: skip
        rows = [{**row, "scope": scope} for scope in scopes]
        self._world.audit.extend(rows)
        if self._hook.startswith("filter:") and op in NOT_WHILE_ASKED:
            raise Forbidden(f"{op}: a filter looks, and changes nothing")
        for scope in scopes:
            if not self._loaded.holds(scope):
                raise Forbidden(f"{op}: the committee has not given {scope}")
        if fields:
            self._purpose(op, purpose, fields)
        for one in rows:
            one["ok"] = True

    def _purpose(self, op: str, id: str | None, fields: Sequence[str]) -> Purpose:
        found = next((one for one in self._manifest.purposes if one.id == id), None)
        if found is None:
            raise Forbidden(f"{op}: plugin.toml has no purpose {id!r}")
        if beyond := sorted(set(fields) - set(found.fields)):
            raise Forbidden(f"{op}: purpose {id!r} does not cover {', '.join(beyond)}")
        return found

    def _agreed(self, person: Person, fields: Sequence[str], purpose: str | None = None) -> bool:
        """Whether he agreed to this purpose, or to any that covers the fields."""
        return any(
            (one.basis == "public_duty" or one.id in person.agreed)
            and set(fields) <= set(one.fields)
            and purpose in (None, one.id)
            for one in self._manifest.purposes
        )

    def _only_staff(self, op: str) -> None:
        if self._user is not None and self._user.kind == "resident":
            raise Forbidden(f"{op}: a resident looks at the page, and may not see others")

    def _own(self, op: str, pair: str | None) -> None:
        if self._user is not None and self._user.kind == "resident" and pair != self._user.id:
            raise Forbidden(f"{op}: a resident looks at the page, and may see himself alone")

    def _pair(self, person: Person) -> str:
        return self._world.pair(self._plugin_id, self._community_id, person.id)

    def _behind(self, pair: str | None) -> Person | None:
        return None if pair is None else self._world.behind(self._plugin_id, self._community_id, pair)

    def _once(self, op: str, key: str, write: Callable[[], Any], again: Any = ...) -> Any:
        """What came of it the first time; written once for a key."""
        place = (self._plugin_id, self._community_id, op, key)
        if place in self._world.keys:
            return self._world.keys[place] if again is ... else again
        self._world.keys[place] = write()
        return self._world.keys[place]
