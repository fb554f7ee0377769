"""What the API answers about plugins, for its document; and what it reads of a removal."""

from datetime import date, datetime

from app_shell.shapes import Shape
from core_db.foundation.drafts import Draft
from core_db.installs.words import Decision, InstallState, PluginState, RunMode


class RemovalDraft(Draft):
    """Whether what it kept stays for 30 days."""

    keeps_data: bool


class ReplayDraft(Draft):
    """Which of them; empty: all."""

    letter: str = ""


class PluginShape(Shape):
    """A plugin as it is here; `state` is null where it was never on."""

    id: str
    name: str
    summary: str
    version: str
    run_mode: RunMode
    plugin_state: PluginState
    state: InstallState | None
    cause: str
    scopes: list[str]
    has_other_sheet: bool
    decided_by: str
    decided_at: datetime | None
    keep_until: date | None


class PluginListShape(Shape):
    items: list[PluginShape]
    next: None


class ScopeShape(Shape):
    name: str
    words: str
    is_required: bool


class PurposeShape(Shape):
    id: str
    text: str
    fields: list[str]
    is_sensitive: bool
    is_duty: bool
    retention_days: int
    #: Hosts; `*`: any.
    sends_to: list[str]
    text_version: str


class SheetShape(Shape):
    """What it asks for; `version` is sent back as `sheet_version` when it is switched on."""

    version: str
    publisher: str
    license: str
    contact: str
    network: list[str]
    stores_personal: bool
    retention_days: int
    exports_abroad: bool
    scopes: list[ScopeShape]
    purposes: list[PurposeShape]


class QuestionShape(Shape):
    op: str
    decision: Decision
    count: int


class ReportShape(Shape):
    """The last 24 hours: calls of its hooks, and what it asked; `agreed` counts residents by purpose."""

    calls: int
    faults: int
    late: int
    p95_ms: int | None
    #: 95 of 100 took longer than that, and how much is not counted.
    p95_is_longer: bool
    subjects: int
    fields: dict[str, int]
    questions: list[QuestionShape]
    agreed: dict[str, int]


class LetterShape(Shape):
    """A fact that it did not take; `said` is what went wrong, for its author."""

    id: str
    fact: str
    at: datetime
    attempts: int
    said: str


class LetterListShape(Shape):
    items: list[LetterShape]
    next: None


class ReplayedShape(Shape):
    count: int


class PartShape(Shape):
    """A report or a job of it; `key` is sent back to let it rest."""

    key: str
    name: str
    cron: str
    is_on: bool


class RoleHeldShape(Shape):
    """That a colleague holds a role of a plugin's own, from a day to the end of another; `valid_to` null: open."""

    id: str
    role: str
    name: str
    account_id: str
    holder: str
    valid_from: date
    valid_to: date | None


class RoleShape(Shape):
    """A role of the plugin's own; `grants` are the pages and slots of its own that it opens."""

    id: str
    name: str
    grants: list[str]
    held: list[RoleHeldShape]


class PluginOpened(PluginShape):
    sheet: SheetShape
    report: ReportShape
    parts: list[PartShape]
    roles: list[RoleShape]


class MonthShape(Shape):
    """A report of a plugin for a month, cell by cell as it is shown."""

    name: str
    month: str
    caption: str
    head: list[str]
    rows: list[list[str]]


class CertificateShape(Shape):
    asked_at: datetime
    done_at: datetime | None
    rows: int


class CertificateListShape(Shape):
    items: list[CertificateShape]
    next: None
