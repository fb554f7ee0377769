"""What a plugin says of itself in `plugin.toml`: who answers for it, what it asks for and why.

It is read (`plugins.sdk.manifest_file`) without importing any code of the plugin, so that whoever decides about it
runs nothing of it. A key nobody knows and a value that cannot be are faults with file and line: a misspelt `licens`
is found when it is written and not when somebody misses it.
"""

import re
from string import Formatter
from typing import Annotated, Any, Literal, Self

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version
from pydantic import AfterValidator, BaseModel, Field, model_validator

from plugins.sdk.form_fields import PROFILE, FormField, categories_there, each_once
from plugins.sdk.manifest_parts import ID, Key, Part, Words, nobody_reads, perhaps
from plugins.sdk.scopes import OF_A_PLUGIN, OWN_FIELDS, SCOPES, Sensitivity, fields_of
from plugins.sdk.slots import SLOTS

NAME = "plugin.toml"
#: The interface this host offers; a plugin's `api` says with which it works.
API = Version("1.0")
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


def _scope(said: str) -> str:
    another = said.removeprefix(OF_A_PLUGIN)
    if said not in SCOPES and (another == said or not re.match(ID, another)):
        raise ValueError(f"there is no scope {said!r}{perhaps(said, SCOPES)}")
    if said not in SCOPES or not SCOPES[said].is_answered:
        raise ValueError(
            f"nothing of this platform answers {said!r} yet, so nobody could give it: leave it out"
        )
    return said


def _slot(said: str) -> str:
    if said not in SLOTS:
        raise ValueError(f"there is no slot {said!r}{perhaps(said, SLOTS)}")
    return said


ScopeName = Annotated[str, AfterValidator(_scope)]
SlotName = Annotated[str, AfterValidator(_slot), Field(json_schema_extra={"enum": list(SLOTS)})]
Text = Annotated[str, Field(min_length=1, max_length=200)]


class Purpose(Part):
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


class Data(Part):
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


class Storage(Part):
    """Where it keeps it: documents of the host, or beside them tables of its own (`plugins.sdk.tables`)."""

    mode: Literal["documents", "tables"] = "documents"
    quota_mb: int = Field(default=100, ge=1, le=10_000)


class Run(Part):
    """Where its author lets it run; the operator picks."""

    modes: tuple[Literal["inprocess", "worker"], ...] = Field(default=("inprocess", "worker"), min_length=1)
    memory_mb: int = Field(default=500, ge=64, le=4096)


#: For whom an entry can be: residents; everybody of a committee; its secretary.
ENTRIES_FOR = ("resident", "committee.member", "committee.secretary")


def _for_somebody(said: str) -> str:
    if said not in ENTRIES_FOR:
        known = perhaps(said, ENTRIES_FOR)
        raise ValueError(f"entries are for {', '.join(ENTRIES_FOR)}, and for no {said!r}{known}")
    return said


class Nav(Part):
    """An entry in an app's navigation."""

    app: Literal["resident", "committee"]
    path: str = Field(pattern=r"^/[a-z0-9/_-]*$", max_length=100)
    label: Words
    icon: str = Field(default="puzzle", pattern=r"^[a-z0-9-]{1,40}$")
    #: `resident`, `committee.member` or `committee.secretary`.
    role: Annotated[str, AfterValidator(_for_somebody)] = "committee.member"
    #: One of the plugin's own roles: who does not hold it does not see the entry.
    access: Key | None = None
    order: int = 100

    @model_validator(mode="after")
    def _roles_are_for_staff(self) -> Self:
        if self.access is not None and self.app == "resident":
            raise ValueError(
                "roles are held by staff of the committee: an entry for residents takes no access"
            )
        return self


class CaseCategory(Part):
    """A category of cases that the plugin brings, where it is on; cases stay in it when it is switched off."""

    id: Key
    name: Words
    #: Working hours until it is to be handled.
    sla_hours: int = Field(ge=1, le=10_000)
    form: Annotated[str | None, AfterValidator(nobody_reads)] = None
    assign_role: Annotated[str | None, AfterValidator(nobody_reads)] = None


class SlotUse(Part):
    """That the plugin shows something in a slot."""

    slot: SlotName
    when: Annotated[str | None, AfterValidator(nobody_reads)] = None


def _sent_so(said: str) -> str:
    if said != "notice":
        raise ValueError(f"nothing is sent as {said!r} yet: leave the channel out, and it is a notice")
    return said


def _blanks(text: str) -> set[str]:
    """What a text is to be filled with, `{name}`; ValueError for what is no such blank."""
    found = [(name, spec, how) for _text, name, spec, how in Formatter().parse(text) if name is not None]
    if any(not name.isidentifier() or spec or how for name, spec, how in found):
        raise ValueError(f"{text!r}: write a blank as {{name}}, and nothing else in braces")
    return {name for name, _spec, _how in found}


class Template(Part):
    """A message; what is sent to people is a template, never free text."""

    id: Key
    channel: Annotated[Literal["notice", "sms", "mail"], AfterValidator(_sent_so)] = "notice"
    text: Words

    @model_validator(mode="after")
    def _asks_for_the_same_in_both(self) -> Self:
        blanks = [_blanks(one) for one in (self.text.zh, self.text.en) if one is not None]
        if blanks[0] != blanks[-1]:
            raise ValueError(f"template {self.id!r} has other blanks in zh than in en")
        return self


_OWN_PAGE = re.compile(r"/[A-Za-z0-9/_{}:-]{0,99}")


def _own(said: str) -> str:
    if said in SLOTS and not said.startswith("committee."):
        raise ValueError(f"roles are held by staff of the committee, and {said!r} is shown to residents")
    if said not in SLOTS and not _OWN_PAGE.fullmatch(said):
        raise ValueError(
            f"a role opens pages of the plugin's own ('/visits/{{id}}') and slots it fills, and no {said!r}"
        )
    return said


class PluginRole(Part):
    """A role within the plugin's own pages, which a secretary gives to colleagues. It opens nothing of the base."""

    id: Key
    name: Words
    #: Each page of its committee router and each slot that says `access=` with this role, as the code writes it.
    grants: tuple[Annotated[str, AfterValidator(_own)], ...] = Field(min_length=1)


class Report(Part):
    """A report that the plugin provides (`report.export`)."""

    id: Key
    name: Words


class Job(Part):
    """Something the plugin does at set times, named for the committee."""

    id: Key
    name: Words
    cron: str = Field(pattern=r"^(\S+ ){4}\S+$")


def _each_once(named: tuple[Any, ...]) -> tuple[Any, ...]:
    ids = [one.id for one in named]
    if twice := sorted({one for one in ids if ids.count(one) > 1}):
        raise ValueError(f"{', '.join(twice)}: said more than once")
    return named


EachOnce = AfterValidator(_each_once)


class Contributes(Part):
    """What the plugin brings into both apps."""

    nav: tuple[Nav, ...] = ()
    case_categories: Annotated[tuple[CaseCategory, ...], EachOnce] = ()
    form_fields: Annotated[tuple[FormField, ...], AfterValidator(each_once)] = ()
    slots: tuple[SlotUse, ...] = ()
    templates: Annotated[tuple[Template, ...], EachOnce] = ()
    roles: Annotated[tuple[PluginRole, ...], EachOnce] = ()
    reports: Annotated[tuple[Report, ...], EachOnce] = ()
    jobs: Annotated[tuple[Job, ...], EachOnce] = ()

    @model_validator(mode="after")
    def _fields_are_of_categories_there_are(self) -> Self:
        categories_there(self.form_fields, frozenset(one.id for one in self.case_categories))
        return self


class Manifest(Part):
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

    @model_validator(mode="after")
    def _what_is_asked_about_residents_is_asked_for(self) -> Self:
        asked = [one for one in self.contributes.form_fields if one.is_about_residents]
        if asked and OWN_FIELDS not in self.scopes + self.optional_scopes:
            raise ValueError(f"form_fields of {PROFILE} are read and written with {OWN_FIELDS}: ask for it")
        if not any(one.sensitivity is Sensitivity.SENSITIVE for one in asked):
            return self
        for purpose in self.purposes:
            if "profile" in purpose.fields and not purpose.sensitive:
                raise ValueError(f"purpose {purpose.id!r} reads sensitive fields: say sensitive = true")
        return self


PARTS: tuple[type[BaseModel], ...] = (Manifest, *Part.__subclasses__())
#: Every key there is, wherever it may stand.
KEYS = frozenset(info.alias or name for part in PARTS for name, info in part.model_fields.items())
