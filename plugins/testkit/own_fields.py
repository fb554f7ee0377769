"""A plugin's own fields about residents in the kit: filled in where they agreed, and judged as the platform does."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from plugins.sdk.context import Refused
from plugins.sdk.form_fields import PROFILE, FieldSchema
from plugins.sdk.scopes import OWN_FIELDS
from plugins.testkit.gated import Gated
from plugins.testkit.world import Loaded, Person

FIELDS = ("profile",)
Asked = Mapping[str, Any]


class Profiles(Gated):
    """Questions of `ctx.residents` that write."""

    def fill(self, asked: Asked) -> bool:
        op = "residents.fill"
        self._open_gate(op, [OWN_FIELDS], purpose=asked["purpose"], fields=FIELDS)
        self._own(op, asked["id"])
        person = self._behind(asked["id"])
        if person is None or not self._agreed(person, FIELDS, asked["purpose"]):
            return False
        known = {
            one.key: one.schema_ for one in self._manifest.contributes.form_fields if one.is_about_residents
        }
        said = dict(self._world.filled_about(self._plugin_id, person.id))
        for key, value in asked["values"].items():
            if key not in known or not _fits(known[key], value or ""):
                raise Refused(f"{op}: plugin.toml has no field {key!r} that takes {value!r}")
            said[key] = value or ""
        self._world.profiles[self._plugin_id, person.id] = said
        return True


def own_in_form(loaded: Loaded, form: str, fields: Mapping[str, str], person: Person) -> Mapping[str, str]:
    """What stands in a plugin's own fields of a form, empty ones too; nothing where it may not read them."""
    manifest = loaded.plugin.manifest
    scope, name = (OWN_FIELDS, "profile") if form == PROFILE else ("case:read", "fields")
    covers = (one for one in manifest.purposes if name in one.fields)
    if not loaded.holds(scope) or not any(
        one.basis == "public_duty" or one.id in person.agreed for one in covers
    ):
        return {}
    own = (one.key for one in manifest.contributes.form_fields if one.form == form)
    return {key: fields.get(key, "") for key in own}


def _fits(schema: FieldSchema, text: str) -> bool:
    """Whether it may be filled in; nothing always may."""
    if not text:
        return True
    if schema.enum is not None:
        return text in schema.enum
    if schema.type == "boolean":
        return text in ("true", "false")
    if schema.type == "string":
        return len(text) <= (schema.max_length or 200) and (schema.format is None or _is_day(text))
    return _is_number(schema, text)


def _is_day(text: str) -> bool:
    try:
        return bool(dt.date.fromisoformat(text))
    except ValueError:
        return False


def _is_number(schema: FieldSchema, text: str) -> bool:
    try:
        value = int(text) if schema.type == "integer" else float(text)
    except ValueError:
        return False
    least, most = schema.minimum, schema.maximum
    return (least is None or value >= least) and (most is None or value <= most)
