"""What a plugin says of itself in `plugin.toml`: who answers for it, what it asks for and why.

It is read without importing any code of the plugin, so that whoever decides about it runs nothing of it. A key
nobody knows and a value that cannot be are faults with file and line: a misspelt `licens` is found when it is
written and not when somebody misses it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from tomllib import TOMLDecodeError, loads
from typing import Annotated, Any, Literal, Self

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from plugins.sdk.scopes import OF_A_PLUGIN, SCOPES, Sensitivity, fields_of
from plugins.sdk.slots import SLOTS

NAME = "plugin.toml"
#: The interface this host offers; a plugin's `api` says with which it works.
API = Version("1.0")
ID = r"^[a-z][a-z0-9-]{2,40}$"
KEY = r"^[a-z][a-z0-9_]{0,40}$"
_CARET = re.compile(r"\^(\d+)\.(\d+)$")


def interfaces(said: str) -> SpecifierSet:
    """The interfaces meant by `^1.0` (1.0 and later, below 2) or by any usual specifier; ValueError otherwise."""
    caret = _CARET.match(said)
    try:
        return SpecifierSet(f">={caret[1]}.{caret[2]},<{int(caret[1]) + 1}" if caret else said)
    except InvalidSpecifier as fault:
        raise ValueError(f"{said!r} names no interface: write ^1.0") from fault


def _known_interface(said: str) -> str:
    if API not in interfaces(said):
        raise ValueError(f"this platform offers interface {API}, the plugin wants {said}")
    return said


def _version(said: str) -> str:
    try:
        return str(Version(said))
    except InvalidVersion as fault:
        raise ValueError(f"{said!r} is no version: write 1.2.0") from fault


def _perhaps(said: str, known: Iterable[str]) -> str:
    """What was probably meant, for the end of a sentence."""
    near = get_close_matches(said, list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _scope(said: str) -> str:
    another = said.removeprefix(OF_A_PLUGIN)
    if said not in SCOPES and (another == said or not re.match(ID, another)):
        raise ValueError(f"there is no scope {said!r}{_perhaps(said, SCOPES)}")
    return said


def _slot(said: str) -> str:
    if said not in SLOTS:
        raise ValueError(f"there is no slot {said!r}{_perhaps(said, SLOTS)}")
    return said


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Part):
    """The same sentence in the languages of those who read it."""

    zh: str | None = Field(default=None, min_length=1, max_length=200)
    en: str | None = Field(default=None, min_length=1, max_length=200)

    @model_validator(mode="after")
    def _said_at_all(self) -> Self:
        if self.zh is None and self.en is None:
            raise ValueError("say it in zh or en at least")
        return self

    def within(self, lang: str) -> str:
        """In this language, else in the other."""
        first, second = (self.en, self.zh) if lang == "en" else (self.zh, self.en)
        return first or second or ""


ScopeName = Annotated[str, AfterValidator(_scope)]
SlotName = Annotated[str, AfterValidator(_slot), Field(json_schema_extra={"enum": list(SLOTS)})]
Key = Annotated[str, Field(pattern=KEY)]
Text = Annotated[str, Field(min_length=1, max_length=200)]


class Purpose(_Part):
    """Why fields of residents are read; what the resident reads and agrees to."""

    id: Key
    #: `public_duty` needs no consent, and only an operator may approve it.
    basis: Literal["consent", "public_duty"] = "consent"
    #: Whether it is asked for by itself, as the law wants for sensitive data (PIPL art. 29).
    sensitive: bool = False
    text: Words
    fields: tuple[Text, ...] = Field(min_length=1)
    #: Days what was read may be kept; 0 keeps nothing.
    retention_days: int = Field(ge=0, le=3650)
    #: The hosts to which what was read is sent, each of them in `network`; `[]`: to none. Where nothing is said,
    #: residents read that it may go to all of `network`.
    sends_to: tuple[Text, ...] | None = None


class Data(_Part):
    """What the plugin keeps of people."""

    stores_personal: bool = False
    retention_days: int = Field(default=0, ge=0, le=3650)
    exports_abroad: bool = False

    @model_validator(mode="after")
    def _what_is_kept_ends(self) -> Self:
        if self.stores_personal and not self.retention_days:
            raise ValueError(
                "stores_personal: say for how many days (retention_days), nothing is kept for ever"
            )
        return self


class Storage(_Part):
    """Where it keeps it: documents of the host, or beside them tables of its own (`plugins.sdk.tables`)."""

    mode: Literal["documents", "tables"] = "documents"
    quota_mb: int = Field(default=100, ge=1, le=10_000)


class Run(_Part):
    """Where its author lets it run; the operator picks."""

    modes: tuple[Literal["inprocess", "worker"], ...] = Field(default=("inprocess", "worker"), min_length=1)
    memory_mb: int = Field(default=500, ge=64, le=4096)


class Nav(_Part):
    """An entry in an app's navigation."""

    app: Literal["resident", "committee"]
    path: str = Field(pattern=r"^/[a-z0-9/_-]*$", max_length=100)
    label: Words
    icon: str = Field(default="puzzle", pattern=r"^[a-z0-9-]{1,40}$")
    role: str = Field(default="committee.member", max_length=60)
    order: int = 100


class CaseCategory(_Part):
    """A category of cases that the plugin brings."""

    id: Key
    name: Words
    #: Working hours until it is to be handled.
    sla_hours: int = Field(ge=1, le=10_000)
    form: str | None = None
    assign_role: str | None = None


class FormField(_Part):
    """A field the plugin adds to a form; kept by the base under `x.<id>.<key>`."""

    form: str = Field(max_length=80)
    key: Key
    label: Words
    schema_: Mapping[str, Any] = Field(alias="schema")
    sensitivity: Sensitivity = Field(alias="class")
    when: str | None = None


class SlotUse(_Part):
    """That the plugin shows something in a slot."""

    slot: SlotName
    when: str | None = None


class Template(_Part):
    """A message; what is sent to people is a template, never free text."""

    id: Key
    channel: Literal["notice", "sms", "mail"] = "notice"
    text: Words


class PluginRole(_Part):
    """A role within the plugin's own pages."""

    id: Key
    name: Words
    grants: tuple[str, ...] = ()


class Report(_Part):
    """A report that the plugin provides (`report.export`)."""

    id: Key
    name: Words


class Job(_Part):
    """Something the plugin does at set times, named for the committee."""

    id: Key
    name: Words
    cron: str = Field(pattern=r"^(\S+ ){4}\S+$")


class Contributes(_Part):
    """What the plugin brings into both apps."""

    nav: tuple[Nav, ...] = ()
    case_categories: tuple[CaseCategory, ...] = ()
    form_fields: tuple[FormField, ...] = ()
    slots: tuple[SlotUse, ...] = ()
    templates: tuple[Template, ...] = ()
    roles: tuple[PluginRole, ...] = ()
    reports: tuple[Report, ...] = ()
    jobs: tuple[Job, ...] = ()


class Manifest(_Part):
    """A plugin as it describes itself. Its JSON Schema, for editors, is `Manifest.model_json_schema()`."""

    manifest: Literal[1]
    #: Unique for ever: it is in addresses and names files.
    id: str = Field(pattern=ID)
    #: Of the wheel, where none is said here.
    version: Annotated[str, AfterValidator(_version)] | None = None
    api: Annotated[str, AfterValidator(_known_interface)]
    tier: Literal["python"] = "python"
    name: Words
    summary: Words | None = None
    publisher: Text | None = None
    #: An SPDX identifier.
    license: Text
    homepage: Text | None = None
    #: Who answers for it, and who hears of holes in it; the same where nothing else is said.
    contact: Text
    security_contact: Text | None = None
    #: Without these it is not enabled.
    scopes: tuple[ScopeName, ...] = ()
    #: With these it does more.
    optional_scopes: tuple[ScopeName, ...] = ()
    #: The only hosts it may call; `*` needs the operator's approval.
    network: tuple[Text, ...] = ()
    purposes: tuple[Purpose, ...] = ()
    data: Data = Data()
    storage: Storage = Storage()
    run: Run = Run()
    contributes: Contributes = Contributes()

    @model_validator(mode="after")
    def _purposes_cover_what_is_asked(self) -> Self:
        asked = self.scopes + self.optional_scopes
        opened = fields_of(asked)
        for purpose in self.purposes:
            if "*" not in self.network and (
                strange := sorted(set(purpose.sends_to or ()) - set(self.network))
            ):
                raise ValueError(f"purpose {purpose.id!r} sends to {', '.join(strange)}: name it in network")
            if strange := sorted(set(purpose.fields) - opened):
                raise ValueError(f"purpose {purpose.id!r}: no scope asked for opens {', '.join(strange)}")
        personal = [
            name for name in asked if name in SCOPES and SCOPES[name].is_personal and SCOPES[name].fields
        ]
        if personal and not self.purposes:
            raise ValueError(f"{', '.join(personal)}: reads people's data, so say why in [[purposes]]")
        return self

    @model_validator(mode="after")
    def _sensitive_is_said_to_be(self) -> Self:
        touched = {
            field
            for scope in SCOPES.values()
            if scope.sensitivity is Sensitivity.SENSITIVE
            for field in scope.fields
        }
        for purpose in self.purposes:
            if touched & set(purpose.fields) and not purpose.sensitive:
                raise ValueError(f"purpose {purpose.id!r} reads sensitive fields: say sensitive = true")
        return self


_PARTS: tuple[type[BaseModel], ...] = (Manifest, *_Part.__subclasses__())
#: Every key there is, wherever it may stand.
_KEYS = frozenset(info.alias or name for part in _PARTS for name, info in part.model_fields.items())


# -- reading it -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a manifest, and where."""

    path: Path
    line: int
    said: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.said}"


class BadManifest(ValueError):
    """A manifest that cannot be taken, with every fault in it."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("\n".join(map(str, faults)))


def read_manifest(path: Path) -> Manifest:
    """The manifest in a file or in a plugin's folder; BadManifest with all its faults, each with its line."""
    path = path / NAME if path.is_dir() else path
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise BadManifest([Fault(path, 1, f"there is no {NAME} here")]) from None
    except UnicodeDecodeError:
        raise BadManifest([Fault(path, 1, "it is not written in UTF-8")]) from None
    try:
        return Manifest.model_validate(loads(text))
    except TOMLDecodeError as fault:
        raise BadManifest([_unreadable(path, str(fault))]) from None
    except ValidationError as fault:
        raise BadManifest(sorted(_faults(path, text, fault), key=lambda one: one.line)) from None


def _unreadable(path: Path, said: str) -> Fault:
    found = re.search(r"\(at line (\d+), column \d+\)", said)
    return Fault(path, int(found[1]) if found else 1, re.sub(r" \(at .*\)$", "", said))


def _faults(path: Path, text: str, fault: ValidationError) -> Iterator[Fault]:
    lines = _lines_of(text)
    for error in fault.errors(include_url=False, include_input=False):
        where = error["loc"]
        line = next((lines[where[:n]] for n in range(len(where), 0, -1) if where[:n] in lines), 1)
        said = error["msg"].removeprefix("Value error, ")
        if error["type"] == "extra_forbidden":
            said = f"nobody knows this key{_perhaps(str(where[-1]), _KEYS)}"
        key = ".".join(str(part) for part in where)
        yield Fault(path, line, f"{key}: {said}" if key else said)


_TABLE = re.compile(r"\s*(\[\[?)\s*([\w.-]+)\s*\]\]?")
_KEY = re.compile(r"\s*([\w-]+)\s*=")


def _lines_of(text: str) -> dict[tuple[str | int, ...], int]:
    """At which line each table and each key stands, by its way down: `("purposes", 0, "basis")`."""
    found: dict[tuple[str | int, ...], int] = {}
    counts: dict[tuple[str, ...], int] = {}
    here: tuple[str | int, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        if table := _TABLE.match(line):
            names = tuple(table[2].split("."))
            here = names
            if table[1] == "[[":
                counts[names] = counts.get(names, -1) + 1
                here = (*names, counts[names])
            found.setdefault(here, number)
            found.setdefault(names, number)
        elif key := _KEY.match(line):
            found.setdefault((*here, key[1]), number)
    return found
