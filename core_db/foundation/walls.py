"""The walls between neighbourhoods: for each table that belongs to one, which rows a reach opens.

One table of them for both databases. On PostgreSQL they are policies of row-level security (`core_db.migrations`
puts them up), for reading and for writing. On SQLite, which has none, they are conditions that every read through
a model carries. A new table about a neighbourhood or a person joins here, or the tests are red.
"""

from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, Table, bindparam, event, or_, select
from sqlalchemy.orm import ORMExecuteState, with_loader_criteria
from sqlmodel import Session, SQLModel

from core_db.foundation.lean import dataclass
from core_db.foundation.reach import Reach

CASES, PARTIES, DISPATCHES = "cases", "case_parties", "case_dispatches"


@dataclass(frozen=True, slots=True)
class ByPlace:
    """Rows that name their neighbourhood, or nodes above it; `own` names whose they are besides."""

    nodes: tuple[str, ...] = ("community_id",)
    own: tuple[str, ...] = ()
    #: Everybody may read them; only writing is held to the reach.
    public: bool = False


@dataclass(frozen=True, slots=True)
class AtOrBelow:
    """Rows that name their neighbourhood alone, and that the town and the district above have to do with too."""

    own: tuple[str, ...] = ()
    public: bool = False


@dataclass(frozen=True, slots=True)
class ByCase:
    """Rows behind a case's wall: `case` names it, `own` whose they are besides."""

    case: str = "case_id"
    own: tuple[str, ...] = ()
    public: bool = False


@dataclass(frozen=True, slots=True)
class Behind:
    """Rows that hang on a row of another table with a wall."""

    column: str
    table: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Written at or below where one reaches, or where no neighbourhood is concerned; read by the relay alone."""


Wall = ByPlace | AtOrBelow | ByCase | Behind | Facts
ABOVE = ("community_id", "town_id", "district_id")
WALLS: Mapping[str, Wall] = {
    #: Besides, whoever stands behind a case reaches it, and the organisation it is handed to.
    CASES: ByPlace(ABOVE),
    "case_counts": ByPlace(ABOVE),
    PARTIES: ByCase(own=("account_id",)),
    DISPATCHES: ByCase(own=("organisation_id",)),
    "case_entries": ByCase(),
    #: What holds a case's entries to what they said, and opens them while words of it are erased.
    "kept_entries": ByCase(),
    "histories_forgetting": ByCase(),
    "case_clocks": ByCase(),
    "clock_pauses": Behind("clock_id", "case_clocks"),
    "case_extensions": ByCase(),
    "case_evaluations": ByCase(own=("account_id",)),
    #: By their place, as figures look at them: a case's wall is asked row by row.
    "case_rounds": ByPlace(ABOVE),
    "case_supports": ByCase(own=("account_id",)),
    "photos": ByCase(own=("account_id",)),
    "persons": ByPlace(own=("id",)),
    "households": ByPlace(),
    "residencies": Behind("person_id", "persons"),
    "register_changes": ByPlace(),
    "register_proposals": ByPlace(),
    # -- tables handed in, and entries of one person
    "register_sheets": ByPlace(),
    "register_sheet_rows": ByPlace(),
    "register_merges": ByPlace(),
    "register_distinctions": ByPlace(),
    #: The town and the district make building leads of residents who are bound below them.
    "home_bindings": AtOrBelow(own=("account_id",)),
    #: The town unseals, too: whoever raised a case that was handed up is called by it.
    "data_keys": AtOrBelow(),
    "places": ByPlace(("id", *ABOVE), public=True),
    "outbox": Facts(),
    # -- what one asks for about oneself
    "correction_requests": ByPlace(own=("account_id",)),
    "guardianships": ByPlace(own=("account_id",)),
    "data_exports": ByPlace((), own=("account_id",)),
    "consents": ByPlace((), own=("account_id",)),
    "erasures": ByPlace((), own=("account_id",)),
    # -- who looked
    "emergency_accesses": AtOrBelow(own=("account_id",)),
    "emergency_reviews": Behind("access_id", "emergency_accesses"),
    "look_alarms": AtOrBelow(),
    #: Whoever is not told must find out that he is not to be: a deferral that were hidden would tell the look.
    "look_deferrals": AtOrBelow(public=True),
    #: That there is a question tells nobody what it is; its case has a wall of its own.
    "look_questions": ByCase(public=True),
    "register_exports": ByPlace(own=("asked_by",)),
    # -- tags and groups
    "tag_assignments": ByPlace(own=("person_id",)),
    "saved_groups": ByPlace(("place_id",)),
    # -- what is kept of places
    "place_records": ByPlace(),
    # -- visits: the neighbourhood's alone
    "visit_plans": ByPlace(),
    "visit_plan_subjects": Behind("plan_id", "visit_plans"),
    "canvasses": ByPlace(),
    "visits": ByPlace(),
    "visit_people": ByPlace(),
    "visit_words": ByPlace(),
    "visit_cases": ByPlace(),
    "missed_visits": ByPlace(),
    "needs": ByPlace(),
    "visit_tag_proposals": ByPlace(),
    # -- forms and ledgers: the offices above learn that something was handed in, and nothing of a resident
    "report_fills": AtOrBelow(),
    "report_rows": ByPlace(),
    "report_answers": ByPlace(),
    #: Besides a committee, its town and its district put right what it holds.
    "place_changes": AtOrBelow(),
    # -- what a neighbourhood holds
    "facilities": AtOrBelow(),
    "facility_inspections": AtOrBelow(),
    "grids": AtOrBelow(),
    "building_groups": AtOrBelow(),
    "group_charters": AtOrBelow(),
    "coverings": AtOrBelow(),
    "seats": AtOrBelow(own=("account_id", "person_id")),
    # -- the desk of all posts and the experience library
    "inquiries": ByPlace(),
    "handover_notes": ByPlace(),
    "experience_proposals": ByPlace(),
    # -- plugins: each neighbourhood decides, and each resident for himself
    "x_grants": ByPlace(),
    "x_consents": ByPlace(own=("person_id",)),
    "x_subjects": ByPlace(own=("subject_id",)),
    "x_calls": ByPlace(),
    "x_keys": ByPlace(),
    "x_messages": ByPlace(own=("account_id",)),
    "x_profile_fields": ByPlace(own=("person_id",)),
    "x_job_runs": ByPlace(),
    "x_pulses": ByPlace(),
    "x_erasures": ByPlace(),
    # -- what plugins bring to a neighbourhood: it stands in everybody's form
    "categories_offered": ByPlace(public=True),
    "case_fields_asked": ByPlace(public=True),
    # -- what plugins ask for besides in a case
    "case_filled_fields": ByCase(),
    "x_roles": ByPlace(own=("account_id",)),
}
#: Tables that name a person, an account or a place and have no wall, each with its reason.
OPEN: Mapping[str, str] = {
    table: reason
    for reason, tables in {
        "accounts belong to the district: signing in, appointing and naming ask for them from everywhere": (
            "accounts", "sign_in_sessions", "live_tickets", "passkeys", "passkey_challenges", "former_passwords",
            "idempotency_records",
        ),
        "rights are worked out from them for everybody, before anybody reaches anything": (
            "role_assignments", "delegations",
        ),
        "a look is of no neighbourhood: of its reader, its office and its subject, and each reads it by one of them": (
            "access_events",
        ),
        "a deed is recorded under a key of whoever it was about, made by the first who does one": ("audit_subjects",),
        "what hangs on a place says as little about a person as the place": (
            "divisions", "communities", "estates", "buildings", "homes",
        ),
        "which fields of a register need a second person is nobody's secret, and the district says it for all": (
            "register_rules",
        ),
        "the words of a dictionary are a district's, and say nothing of anybody": ("tag_definitions",),
        "how often grades are visited is nobody's secret, and the district says it for all": ("visit_intervals",),
        "firms and their fields are on the committee's doors": ("organisations", "organisation_categories"),
        "how a district groups its neighbourhoods is on its papers": ("community_types",),
        "read by whoever runs the platform, who is of no neighbourhood": ("platform_feedback",),
        "what an office asks for, and what committees help with, is published": ("assist_items", "report_forms"),
        "what a place tells everybody about getting things done, and by which words it is found": (
            "guides", "stamp_items", "known_words",
        ),
        "shared with every committee after a second look, of nobody's name": (
            "experiences", "experience_adoptions",
        ),
        "which plugins are installed, and what they ask for, everybody may know; the operator alone writes it": (
            "x_plugins",
        ),
        "what plugins ask for besides in a case stands in everybody's form": ("case_fields",),
        "tens of ten people at least, told alike to all who read aggregates of the place, from above it": (
            "told_figures",
        ),
        "the record of deeds names nobody but by keys of its own, and what proves it is shown to every witness": (
            "audit_events", "audit_nodes", "audit_checkpoints", "audit_cosignatures", "witnessed_logs",
        ),
        "a look is of no neighbourhood, nor is what was said of it: whoever may read the look reads that beside it": (
            "look_reasons", "look_reviews",
        ),
        "classes of cases, limits and days off are published, and which of them rates leave out": (
            "case_categories", "category_limits", "holidays", "rate_exclusions",
        ),
        "what a form asks for is published with it, and says nothing of anybody": ("report_fields",),
        "how long things are kept is said for the whole installation, and since when they are gone": (
            "retention_rules", "facts_forgotten", "reads_forgotten",
        ),
        "before anybody is signed in there is no reach: tries are counted and codes kept under hashes alone": (
            "rate_counts", "sign_in_codes",
        ),
        "the relay works for all places at once, in no request of anybody's": (
            "deliveries", "jobs", "listener_progress",
        ),
        "counters that number things one after another, and hold nothing else": ("running_numbers",),
    }.items()
    for table in tables
}  # fmt: skip
#: Who stands behind a case: tables that name it, whose column opens it, and what has to be true of the row.
PARTS = ((PARTIES, "account_id", None), (DISPATCHES, "organisation_id", "is_current"))

#: What the residents' app never reads: it signs staff in nowhere, and the register's numbers are the committee's.
#: A statement that names one of them is refused on its reading connections, whatever else it asks for; but for what
#: runs by itself in its process, which may be anybody's erasure or copy.
CLOSED_TO_RESIDENTS: frozenset[tuple[str, str]] = frozenset(
    (table, column)
    for table, columns in {
        "accounts": ("password_hash", "totp_sealed", "totp_step"),
        "persons": (
            "phone_sealed",
            "phone_blind",
            "id_number_sealed",
            "id_number_blind",
            # Not when somebody was born: who acts for a child does so as long as it is one, and that is asked here.
            "former_name_sealed",
            "ethnic_group_sealed",
            "native_place_sealed",
            "marital_status_sealed",
            "political_status_sealed",
            "workplace_sealed",
            "hukou_address_sealed",
        ),
        "register_changes": ("before", "after", "before_sealed", "after_sealed"),
        "register_proposals": ("value_sealed",),
        "register_sheets": ("file_sealed",),
        "register_sheet_rows": ("said_sealed",),
        "tag_assignments": ("definition_id", "tag_sealed", "tag_blind", "evidence_sealed"),
        "place_records": ("certificate_sealed",),
        "place_changes": ("before", "after", "before_sealed", "after_sealed"),
        "report_answers": ("value", "value_sealed"),
        "organisations": ("legal_person_sealed", "contact_sealed", "contact_phone_sealed"),
        "building_groups": ("contact_phone_sealed",),
        "facility_inspections": ("findings",),
        "platform_feedback": ("text",),
        "sign_in_codes": ("code_hash",),
        # -- visits
        "visits": ("text_sealed",),
        "visit_words": ("word_sealed",),
        "needs": ("what_sealed",),
        "visit_tag_proposals": ("tag_sealed", "reason_sealed"),
    }.items()
    for column in columns
)


# -- on SQLite --------------------------------------------------------------------------------------


class NoReach(RuntimeError):
    """A session reads what belongs to a neighbourhood, and nobody decided how far it reaches."""


def opens(table: Table, wall: ByPlace | AtOrBelow) -> ColumnElement[bool]:
    """The rows a reach opens; takes it as the value `reach`."""
    nodes = wall.nodes if isinstance(wall, ByPlace) else ("community_id",)
    ways = [table.c[name].in_(_keys()) for name in (*nodes, *wall.own)]
    if isinstance(wall, AtOrBelow):
        ways.append(table.c.community_id.in_(_below()))
    if table.name == CASES:
        ways += [table.c.id.in_(_with_part(*part)) for part in PARTS]
    return or_(*ways)


def _keys() -> BindParameter[Any]:
    return bindparam("reach", expanding=True)


def _below() -> Select[Any]:
    places = SQLModel.metadata.tables["places"]
    return select(places.c.id).where(places.c.town_id.in_(_keys()) | places.c.district_id.in_(_keys()))


def _with_part(name: str, column: str, when: str | None) -> Select[Any]:
    part = SQLModel.metadata.tables[name]
    found = select(part.c.case_id).where(part.c[column].in_(_keys()))
    return found if when is None else found.where(part.c[when].is_(True))


def walled_models() -> dict[type[Any], ByPlace | AtOrBelow]:
    """Every model whose rows name a neighbourhood or an owner and are not for everybody, with its wall."""
    found: dict[type[Any], ByPlace | AtOrBelow] = {}
    for mapper in SQLModel._sa_registry.mappers:
        table = mapper.local_table
        wall = WALLS.get(table.name) if isinstance(table, Table) else None
        if isinstance(wall, ByPlace | AtOrBelow) and not wall.public:
            found[mapper.class_] = wall
    return found


@cache
def _condition(model: Any) -> Any:
    """What a statement about the model carries; None where nothing is to be narrowed."""
    wall = walled_models().get(model)
    if wall is None:
        return None
    return with_loader_criteria(model, opens(model.__table__, wall), include_aliases=True)


@lru_cache(maxsize=512)
def _narrowed(statement: Any, models: frozenset[Any]) -> Any:
    return statement.options(*(_condition(model) for model in models))


def _models(state: ORMExecuteState) -> Iterator[Any]:
    return (mapper.class_ for mapper in state.all_mappers)


def narrow(state: ORMExecuteState) -> None:
    """Before a statement about models runs: what the session does not reach is not there."""
    if state.is_insert:
        return
    models = frozenset(one for one in _models(state) if _condition(one) is not None)
    if not models:
        return
    reach: Reach | None = state.session.info.get("reach")
    if reach is None:
        raise NoReach(", ".join(sorted(model.__name__ for model in models)))
    if reach.across is None:
        state.statement = _narrowed(state.statement, models)
        given: Any = state.parameters or {}
        state.parameters = {**given, "reach": (*reach.text.split(","),)}


class WalledSession(Session):
    """A session on SQLite, whose reads through models keep to its reach."""


event.listen(WalledSession, "do_orm_execute", narrow)
