"""Plugins in the base: what is installed, where it is on, who agreed to what, and what each did.

The host (`plugins.host`) runs them; what was decided about them stands here, behind the same walls as everything else.
"""

from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy import Table as SqlTable
from sqlmodel import Field

from core_db.foundation.fields import F0, F1, F2, F3, F4, held, sealed_column
from core_db.foundation.tables import (
    Table,
    id_column,
    json_column,
    long_text,
    moment_column,
    text_column,
    worded_column,
)
from core_db.installs.words import ConsentChannel, Decision, InstallState, PluginState, RunMode


class InstalledPlugin(Table, table=True):
    """A plugin whose files are here. Installed is not switched on."""

    __tablename__ = "x_plugins"

    id: str = Field(sa_column=text_column(F0, primary_key=True))
    version: str = Field(sa_column=text_column(F0))
    #: The name it is imported by.
    package: str = Field(sa_column=text_column(F0))
    #: The folder put before the others when it is imported; empty for one that comes with the platform.
    folder: str = Field(default="", sa_column=text_column(F0))
    run_mode: RunMode = Field(sa_column=worded_column(RunMode))
    state: PluginState = Field(sa_column=worded_column(PluginState))
    #: Why it is not simply installed, for the operator.
    fault: str = Field(default="", sa_column=long_text(F0))
    manifest: dict[str, Any] = Field(sa_column=json_column(F0))
    #: What its code says of itself when it was last loaded: hooks by kind, and the JSON Schema of its settings.
    declared: dict[str, Any] = Field(default_factory=dict, sa_column=json_column(F0))
    #: How often it took a whole process down: two, and it is not imported again.
    strikes: int = Field(default=0, sa_column_kwargs=held(F0))
    #: The operator has approved its purposes that rest on a public duty and not on consent.
    duty_approved: bool = Field(default=False, sa_column_kwargs=held(F0))
    #: The version of which the operator approved that it reaches any host (`network = ["*"]`); empty: of none.
    any_host_version: str = Field(default="", sa_column=text_column(F0))
    installed_at: datetime = Field(sa_column=moment_column())
    changed_at: datetime = Field(sa_column=moment_column())


class Install(Table, table=True):
    """A plugin in a neighbourhood: on or not, with which scopes, how it is set and who decided that."""

    #: Not after the word for it: the house keeps tables of that name out, in which people's telephones were counted.
    __tablename__ = "x_grants"
    __table_args__ = (Index(None, "community_id", "plugin_id", unique=True),)

    id: str = Field(sa_column=id_column(primary_key=True))
    plugin_id: str = Field(sa_column=text_column(F0, index=True))
    community_id: str = Field(sa_column=text_column(F0))
    state: InstallState = Field(sa_column=worded_column(InstallState))
    #: What the committee gave it.
    scopes: list[str] = Field(sa_column=json_column(F0))
    #: What it was when that was decided.
    version: str = Field(sa_column=text_column(F0))
    #: A digest of the sheet the committee agreed to: scopes, purposes, hosts, retention.
    sheet_version: str = Field(sa_column=text_column(F0))
    settings: dict[str, Any] = Field(default_factory=dict, sa_column=json_column(F1))
    #: Settings that are secrets, as JSON.
    secrets_sealed: bytes | None = Field(default=None, sa_column=sealed_column(F4, column="community_id"))
    decided_by: str = Field(sa_column=text_column(F0))
    decided_name: str = Field(sa_column=text_column(F1))
    #: In whose right, where another lent it.
    decided_for: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    decided_at: datetime = Field(sa_column=moment_column())
    #: Why it is not on, in a code: `committee`, `scopes`, `failures`, `operator`.
    cause: str = Field(default="", sa_column=text_column(F0))
    #: The parts of it that the committee lets rest: `report:reception`, `job:plan_visits`.
    resting: list[str] = Field(default_factory=list, sa_column=json_column(F0))
    #: The newest version in which it ran here; empty: it never did, and nothing of it is kept.
    ran_version: str = Field(default="", sa_column=text_column(F0))
    #: It does what it has to at a newer version; nobody else begins that before then.
    upgrading_until: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    #: What went wrong with that, in short; empty: nothing.
    upgrade_failure: str = Field(default="", sa_column=text_column(F0))
    #: What it kept stays until the end of this day.
    keep_until: date | None = Field(default=None, sa_column_kwargs=held(F0))


class PluginConsent(Table, table=True):
    """That a resident agreed to a purpose of a plugin; never altered but for its end."""

    __tablename__ = "x_consents"
    __table_args__ = (
        Index(None, "person_id", "plugin_id"),
        Index(None, "community_id", "plugin_id", "purpose"),
    )

    id: str = Field(sa_column=id_column(primary_key=True))
    plugin_id: str = Field(sa_column=text_column(F0))
    community_id: str = Field(sa_column=text_column(F0))
    person_id: str = Field(sa_column=id_column(refers_to="persons.id"))
    purpose: str = Field(sa_column=text_column(F0))
    #: A digest of what he read: another text is agreed to anew.
    text_version: str = Field(sa_column=text_column(F0))
    channel: ConsentChannel = Field(sa_column=worded_column(ConsentChannel))
    given_by: str = Field(sa_column=text_column(F0))
    given_at: datetime = Field(sa_column=moment_column())
    withdrawn_by: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    withdrawn_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))


class PluginRoleHeld(Table, table=True):
    """A role of a plugin's own that a member of staff holds: dated, and worth no more than the post it rests on."""

    __tablename__ = "x_roles"
    __table_args__ = (Index(None, "community_id", "plugin_id"),)

    id: str = Field(sa_column=id_column(primary_key=True))
    plugin_id: str = Field(sa_column=text_column(F0))
    community_id: str = Field(sa_column=text_column(F0))
    #: As the manifest names it.
    role: str = Field(sa_column=text_column(F0))
    account_id: str = Field(sa_column=id_column(refers_to="accounts.id"))
    #: The holder's post here: its end is the end of this.
    assignment_id: str = Field(sa_column=id_column(refers_to="role_assignments.id"))
    valid_from: datetime = Field(sa_column=moment_column())
    valid_to: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    granted_by: str = Field(sa_column=text_column(F0))
    #: In whose right, where that was a delegated one.
    granted_for: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    granted_at: datetime = Field(sa_column=moment_column())
    #: Who took it back, or switched the plugin off.
    ended_by: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))


class PluginSubject(Table, table=True):
    """By which id a plugin knows somebody: drawn by lot, so that without this row nobody finds him again."""

    __tablename__ = "x_subjects"
    __table_args__ = (Index(None, "plugin_id", "community_id", "subject_id", unique=True),)

    pair: str = Field(sa_column=text_column(F0, primary_key=True))
    plugin_id: str = Field(sa_column=text_column(F0))
    community_id: str = Field(sa_column=text_column(F0))
    #: A person of the register, an account without one, a home or a household: whatever is known by a pseudonym.
    subject_id: str = Field(sa_column=text_column(F0, index=True))


class PluginCall(Table, table=True):
    """One question of a plugin to the base, and how it was decided; only added to."""

    __tablename__ = "x_calls"
    __table_args__ = (Index(None, "community_id", "plugin_id", "at"),)

    id: str = Field(sa_column=id_column(primary_key=True))
    at: datetime = Field(sa_column=moment_column(index=True))
    plugin_id: str = Field(sa_column=text_column(F0))
    version: str = Field(sa_column=text_column(F0))
    community_id: str = Field(sa_column=text_column(F0))
    run_mode: RunMode = Field(sa_column=worded_column(RunMode))
    #: The hook in which it was asked: `job:plan_visits`.
    hook: str = Field(sa_column=text_column(F0))
    op: str = Field(sa_column=text_column(F0))
    scope: str = Field(sa_column=text_column(F0))
    purpose: str = Field(default="", sa_column=text_column(F0))
    fields: list[str] = Field(sa_column=json_column(F0))
    #: How many people it was about.
    subjects: int = Field(default=0, sa_column_kwargs=held(F0))
    decision: Decision = Field(sa_column=worded_column(Decision))
    #: For whom it acted, where a page was looked at.
    actor_id: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    actor_role: str = Field(default="plugin", sa_column=text_column(F0))
    request_id: str = Field(default="", sa_column=text_column(F0))


class PluginKey(Table, table=True):
    """What a plugin did once for a key, and what came of it."""

    __tablename__ = "x_keys"

    plugin_id: str = Field(sa_column=text_column(F0, primary_key=True))
    community_id: str = Field(sa_column=text_column(F0, primary_key=True))
    op: str = Field(sa_column=text_column(F0, primary_key=True))
    #: A digest of the key: authors put ids and dates into it.
    key: str = Field(sa_column=text_column(F0, primary_key=True))
    result: str = Field(default="", sa_column=text_column(F0))
    at: datetime = Field(sa_column=moment_column(index=True))


class PluginMessage(Table, table=True):
    """A message of a plugin to a resident or a colleague, made from a template of its manifest."""

    __tablename__ = "x_messages"
    __table_args__ = (Index(None, "account_id", "id"), Index(None, "community_id", "plugin_id"))

    id: str = Field(sa_column=id_column(primary_key=True))
    plugin_id: str = Field(sa_column=text_column(F0))
    community_id: str = Field(sa_column=text_column(F0))
    account_id: str = Field(sa_column=text_column(F0))
    #: The entry of the register that it was written to; empty: a colleague, an account without one, or from before.
    to_person: str | None = Field(default=None, sa_column=text_column(F0, nullable=True))
    template: str = Field(sa_column=text_column(F0))
    #: Both languages as JSON, names and all.
    text_sealed: bytes | None = Field(default=None, sa_column=sealed_column(F2, column="community_id"))
    sent_at: datetime = Field(sa_column=moment_column())
    read_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))


class PluginJobRun(Table, table=True):
    """A job of a plugin in a neighbourhood at one of its times."""

    __tablename__ = "x_job_runs"
    __table_args__ = (
        Index(None, "plugin_id", "community_id", "job", "due_at", unique=True),
        Index(None, "due_at"),
    )

    id: str = Field(sa_column=id_column(primary_key=True))
    plugin_id: str = Field(sa_column=text_column(F0))
    community_id: str = Field(sa_column=text_column(F0))
    job: str = Field(sa_column=text_column(F0))
    due_at: datetime = Field(sa_column=moment_column())
    #: Nobody else begins it before then.
    claimed_until: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    ended_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    #: What went wrong, in short; empty: nothing.
    failure: str = Field(default="", sa_column=text_column(F0))


class PluginPulse(Table, table=True):
    """How a plugin's hooks did in a neighbourhood within an hour."""

    __tablename__ = "x_pulses"

    plugin_id: str = Field(sa_column=text_column(F0, primary_key=True))
    community_id: str = Field(sa_column=text_column(F0, primary_key=True))
    #: In UTC, as `2026-11-26T15`.
    hour: str = Field(sa_column=text_column(F0, primary_key=True))
    kind: str = Field(sa_column=text_column(F0, primary_key=True))
    calls: int = Field(default=0, sa_column_kwargs=held(F0))
    faults: int = Field(default=0, sa_column_kwargs=held(F0))
    late: int = Field(default=0, sa_column_kwargs=held(F0))
    #: How many took up to 1, 3, 10, 30, 100, 300, 1000 ms and longer.
    took: list[int] = Field(sa_column=json_column(F0))


class ProfileField(Table, table=True):
    """What was filled in for a plugin's own field about somebody: readable, or sealed as personal or as sensitive.

    Each account that speaks for him has its own, and the newest stands: so what one said that turns out to be another
    is taken away, and what stood before stands again.
    """

    __tablename__ = "x_profile_fields"
    __table_args__ = (UniqueConstraint("person_id", "key", "said_by"),)

    id: str = Field(sa_column=id_column(primary_key=True))
    plugin_id: str = Field(sa_column=text_column(F0))
    community_id: str = Field(sa_column=text_column(F0))
    person_id: str = Field(sa_column=id_column(refers_to="persons.id", leads=True))
    key: str = Field(sa_column=id_column(refers_to="case_fields.key"))
    #: F0 to F3, as it was when it was filled in.
    field_class: str = Field(sa_column=text_column(F0))
    value: str | None = Field(default=None, sa_column=long_text(F1, nullable=True))
    profile_personal_sealed: bytes | None = Field(
        default=None, sa_column=sealed_column(F2, column="community_id")
    )
    profile_sensitive_sealed: bytes | None = Field(
        default=None, sa_column=sealed_column(F3, column="community_id")
    )
    #: The account that said it; empty: the plugin did, or nobody remembers.
    said_by: str = Field(default="", sa_column=text_column(F0))
    #: The plugin filled it in, on the ground of his consent, and not he himself.
    is_by_plugin: bool = Field(default=False, sa_column_kwargs=held(F0))
    filled_at: datetime = Field(sa_column=moment_column(index=True))


class PluginErasure(Table, table=True):
    """That a plugin is to forget somebody, or all of a neighbourhood (`pair` empty): asked again until it is done."""

    __tablename__ = "x_erasures"
    __table_args__ = (Index(None, "done_at", "next_try"),)

    id: str = Field(sa_column=id_column(primary_key=True))
    plugin_id: str = Field(sa_column=text_column(F0))
    community_id: str = Field(sa_column=text_column(F0))
    pair: str = Field(default="", sa_column=text_column(F0))
    asked_at: datetime = Field(sa_column=moment_column())
    attempts: int = Field(default=0, sa_column_kwargs=held(F0))
    next_try: datetime = Field(sa_column=moment_column())
    done_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    #: How many rows the host itself deleted in the end.
    rows: int = Field(default=0, sa_column_kwargs=held(F0))


PLUGINS = cast(SqlTable, InstalledPlugin.__table__)  # type: ignore[attr-defined]
INSTALLS = cast(SqlTable, Install.__table__)  # type: ignore[attr-defined]
CONSENTS = cast(SqlTable, PluginConsent.__table__)  # type: ignore[attr-defined]
ROLES_HELD = cast(SqlTable, PluginRoleHeld.__table__)  # type: ignore[attr-defined]
SUBJECTS = cast(SqlTable, PluginSubject.__table__)  # type: ignore[attr-defined]
CALLS = cast(SqlTable, PluginCall.__table__)  # type: ignore[attr-defined]
KEYS = cast(SqlTable, PluginKey.__table__)  # type: ignore[attr-defined]
MESSAGES = cast(SqlTable, PluginMessage.__table__)  # type: ignore[attr-defined]
JOB_RUNS = cast(SqlTable, PluginJobRun.__table__)  # type: ignore[attr-defined]
PROFILE_FIELDS = cast(SqlTable, ProfileField.__table__)  # type: ignore[attr-defined]
PULSES = cast(SqlTable, PluginPulse.__table__)  # type: ignore[attr-defined]
ERASURES = cast(SqlTable, PluginErasure.__table__)  # type: ignore[attr-defined]
