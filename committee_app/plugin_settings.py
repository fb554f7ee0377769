"""The form of a plugin's settings, made from the JSON Schema of its model; and what was typed, read by the same.

Only what a form can show is shown: text, numbers, yes or no, a choice, a day, lines, secrets. The plugin's own model
has the last word (`PluginHost.check_settings`); here the obvious is caught beside its field.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from math import isfinite
from typing import Any, Literal

from app_shell.forms import Typed
from app_shell.words import _
from core_db.foundation.lean import dataclass

Schema = Mapping[str, Any]
Kind = Literal["text", "long", "lines", "number", "yes", "choice", "date", "secret"]
#: Before the names of settings in a form, which has fields of its own.
PREFIX = "set-"
#: From this length on a text gets several lines.
LONG = 200


class _NotRead(ValueError):
    """What was typed is none of what the setting takes; the sentence says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingField:
    """A setting as the form shows it."""

    name: str
    label: str
    kind: Kind
    value: str
    hint: str
    required: bool
    choices: Sequence[tuple[str, str]] = ()
    about: Schema

    @property
    def field(self) -> str:
        return PREFIX + self.name


def setting_fields(
    schema: Schema, kept: Mapping[str, Any], secrets_kept: bool, told: Callable[[str], str]
) -> list[SettingField]:
    """The fields of a model, filled with what is kept, else with its own defaults; `told` translates titles."""
    found = []
    for name, said in (schema.get("properties") or {}).items():
        about = _resolved(said, schema)
        kind = _kind(about)
        if kind is not None:
            hint = told(about["description"]) if about.get("description") else ""
            if kind == "secret" and secrets_kept:
                hint = f"{hint} {_('已经填过，不显示；留空就不改。')}".strip()
            found.append(
                SettingField(
                    name=name, label=told(str(about.get("title") or name)), kind=kind, hint=hint, about=about,
                    value="" if kind == "secret" else _spelled(kept.get(name, about.get("default"))),
                    required=_is_required(name, kind, about, schema) and not (kind == "secret" and secrets_kept),
                    choices=[(str(one), told(str(one))) for one in about.get("enum") or ()],
                )
            )  # fmt: skip
    return found


def typed_settings(
    fields: Sequence[SettingField], typed: Typed, kept: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, str]]:
    """The settings that were typed, those no form shows as they are kept, and what is wrong by form field."""
    shown = {one.name for one in fields}
    settings = {name: value for name, value in kept.items() if name not in shown}
    faults: dict[str, str] = {}
    for one in fields:
        said = typed.get(one.field, "").strip()
        try:
            if one.kind == "secret" and not said:
                _refuse_missing(one)
            else:
                is_left_out = not said and one.about.get("nullable")
                settings[one.name] = None if is_left_out else _read(one, said)
        except _NotRead as fault:
            faults[one.field] = str(fault)
    return settings, faults


def _resolved(said: Schema, schema: Schema) -> dict[str, Any]:
    """A property with what it refers to; of something or nothing, the something."""
    about = dict(said)
    parts = [about.pop("$ref", None), *(one.get("$ref") for one in about.pop("allOf", ()))]
    for ref in filter(None, parts):
        about = {**schema.get("$defs", {}).get(ref.rpartition("/")[2], {}), **about}
    either = about.pop("anyOf", ())
    if any(one.get("type") == "null" for one in either):
        something: Schema = next((one for one in either if one.get("type") != "null"), {})
        about = {**_resolved(something, schema), **about, "nullable": True}
    return about


def _is_required(name: str, kind: Kind, about: Schema, schema: Schema) -> bool:
    """Whether it cannot be left empty: said to be required, or nothing that an empty field could mean."""
    means_nothing = kind in ("number", "date", "choice") and not about.get("nullable")
    return name in (schema.get("required") or ()) or means_nothing


def _kind(about: Schema) -> Kind | None:
    by_type: dict[str, Kind] = {"boolean": "yes", "integer": "number", "number": "number"}
    if about.get("enum"):
        return "choice"
    if about.get("type") == "array":
        return "lines" if about.get("items", {}).get("type") == "string" else None
    if about.get("type") != "string":
        return by_type.get(str(about.get("type")))
    if about.get("writeOnly") or about.get("format") == "password":
        return "secret"
    if about.get("format") == "date":
        return "date"
    return "long" if about.get("maxLength", 0) > LONG else "text"


def _spelled(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)


def _read(field: SettingField, said: str) -> Any:
    if field.kind == "yes":
        return said == "yes"
    if not said:
        _refuse_missing(field)
    if field.kind == "number":
        return _number(field.about, said)
    if field.kind == "lines":
        return [line.strip() for line in said.splitlines() if line.strip()]
    if field.kind == "choice" and said not in {value for value, _label in field.choices}:
        raise _NotRead(_("请从列出的里面选。"))
    if field.kind == "date":
        return _day(said)
    most = field.about.get("maxLength")
    if most is not None and len(said) > most:
        raise _NotRead(_("最多 {n} 个字。").replace("{n}", str(most)))
    return said


def _refuse_missing(field: SettingField) -> None:
    if field.required:
        raise _NotRead(_("请填写。"))


def _day(said: str) -> str:
    try:
        return date.fromisoformat(said).isoformat()
    except ValueError:
        raise _NotRead(_("请写一个日期，例如 2026-11-26。")) from None


def _number(about: Schema, said: str) -> int | float:
    try:
        value = int(said) if about.get("type") == "integer" else float(said)
    except ValueError:
        raise _NotRead(_("请写一个数字。")) from None
    if not isfinite(value):
        raise _NotRead(_("请写一个数字。"))
    least, most = about.get("minimum"), about.get("maximum")
    if (least is not None and value < least) or (most is not None and value > most):
        said_bounds = _("要在 {least} 和 {most} 之间。")
        raise _NotRead(
            said_bounds.replace("{least}", "…" if least is None else str(least)).replace(
                "{most}", "…" if most is None else str(most)
            )
        )
    return value
