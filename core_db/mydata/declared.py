"""Of every table: whom its rows are about, and what of them he is given; or that they are about nobody, and why.

A table or a column that is not declared here makes a test red. So nothing about a person can be added that he
is not given a copy of, or that leaving the platform would forget, without somebody having decided it.
"""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Table, or_, select, true

from core_db.accounts.codes import phone_place
from core_db.cases.filled_fields import filled_place
from core_db.cases.model import CLOCKS
from core_db.feedback.leaving import contact_place
from core_db.foundation.idempotency import RECORDS
from core_db.mydata.about import AboutAPerson, PlaceOf, by, by_case, by_person
from core_db.mydata.about_work import WORK
from core_db.mydata.others import RESIDENCIES
from core_db.mydata.places import wanted_place
from core_db.mydata.subject import Subject
from core_db.people import FIELDS, sealed_place
from core_db.people.changing import change_place
from core_db.people.fields import column_of
from core_db.people.proposing import proposal_place
from core_db.people.words import LivesAs
from core_db.places import record_place
from core_db.reveals.model import DEFERRALS, EVENTS

#: Which entries of one's own case are one's to read; `staff` and `handlers` are not.
READABLE = ("public", "all", "requester")


def _of_person(column: str) -> PlaceOf:
    return lambda row: sealed_place(row.id, row.community_id, column)


def _of_change(side: str) -> PlaceOf:
    return lambda row: change_place(row, side)


def _entries(table: Table, subject: Subject) -> ColumnElement[bool]:
    near = table.c.case_id.in_((*subject.case_ids, *subject.touched_ids))
    readable = table.c.case_id.in_(subject.case_ids) & table.c.audience.in_(READABLE)
    return near & or_(readable, table.c.by_id == subject.account_id)


def _pauses(table: Table, subject: Subject) -> ColumnElement[bool]:
    return table.c.clock_id.in_(select(CLOCKS.c.id).where(CLOCKS.c.case_id.in_(subject.case_ids)))


def _households(table: Table, subject: Subject) -> ColumnElement[bool]:
    where = RESIDENCIES.c.person_id.in_(subject.person_ids)
    return table.c.id.in_(select(RESIDENCIES.c.household_id).where(where))


def _owned(table: Table, subject: Subject) -> ColumnElement[bool]:
    his = RESIDENCIES.c.person_id.in_(subject.person_ids) & (RESIDENCIES.c.role == LivesAs.OWNER)
    return table.c.id.in_(select(RESIDENCIES.c.home_id).where(his, RESIDENCIES.c.valid_to.is_(None)))


def _parties(table: Table, subject: Subject) -> ColumnElement[bool]:
    return or_(table.c.account_id == subject.account_id, table.c.person_id.in_(subject.person_ids))


def _guardianships(table: Table, subject: Subject) -> ColumnElement[bool]:
    return or_(table.c.account_id == subject.account_id, table.c.child_id.in_(subject.person_ids))


def _reads(table: Table, subject: Subject) -> ColumnElement[bool]:
    """Reads of his data, but for those that he is to be told later: no copy tells before the page does."""
    same = EVENTS.alias()
    put_off = DEFERRALS.c.until > subject.at if subject.at else true()
    one_look = (
        select(DEFERRALS.c.id)
        .join(same, same.c.seq == DEFERRALS.c.seq)
        .where(put_off, same.c.at == table.c.at, same.c.actor_id == table.c.actor_id)
    )
    all_under = select(DEFERRALS.c.id).where(
        put_off, DEFERRALS.c.seq.is_(None), DEFERRALS.c.reference == table.c.reference
    )
    return table.c.subject_id.in_(subject.ids) & ~one_look.exists() & ~all_under.exists()


def _consents(table: Table, subject: Subject) -> ColumnElement[bool]:
    own = (table.c.account_id == subject.account_id) & table.c.child_id.is_(None)
    return or_(own, table.c.child_id.in_(subject.person_ids))


def _seats(table: Table, subject: Subject) -> ColumnElement[bool]:
    return or_(table.c.account_id == subject.account_id, table.c.person_id.in_(subject.person_ids))


def _exports(table: Table, subject: Subject) -> ColumnElement[bool]:
    own = (table.c.account_id == subject.account_id) & table.c.child_id.is_(None)
    return or_(own, table.c.child_id.in_(subject.person_ids))


ABOUT: Mapping[str, AboutAPerson] = {
    "accounts": AboutAPerson(
        which=by("id"),
        given=("kind", "name", "language", "created_at", "closed_at"),
        # Secrets (F5) and digests open or tell nothing to him; staff names are not a resident's.
        kept_back=(
            "id", "username", "phone_blind", "password_hash", "password_since", "password_until", "totp_sealed",
            "totp_step", "person_id",
        ),
        sealed={"phone_sealed": lambda row: phone_place(row.id)},
    ),
    "persons": AboutAPerson(
        which=by_person("id"),
        given=(
            "community_id", "name", "sex", "id_kind", "education", "occupation", "hukou_code", "died_on", "source",
            "verified_on", "provenance", "created_at", "updated_at",
        ),
        # How his name is read, its parts and the year he was born stand in his name and his birth date.
        kept_back=(
            "id", "phone_blind", "id_number_blind", "name_pinyin", "name_initials", "name_second", "name_third",
            "name_rest", "initials_second", "initials_third", "birth_year", "merged_into_id",
        ),
        sealed={column_of(one): _of_person(column_of(one)) for one, spec in FIELDS.items() if spec.is_sealed},
    ),
    "register_changes": AboutAPerson(
        which=by_person("person_id"),
        given=("field", "before", "after", "cause", "source", "reason", "at", "by_role"),
        # Who of an office it was, the committee tells on request.
        kept_back=(
            "id", "community_id", "person_id", "of_id", "by_id", "by_name", "acted_for", "office_id", "batch_id",
            "undoes_id", "approved_by", "approved_name", "approved_for",
        ),
        by_others=("source", "reason"),
        sealed={f"{side}_sealed": _of_change(side) for side in ("before", "after")},
    ),
    "register_proposals": AboutAPerson(
        which=by_person("person_id"),
        given=("field", "source", "reason", "status", "proposed_at", "decided_at", "note"),
        kept_back=(
            "id", "community_id", "person_id", "place_id", "household_id", "based_on", "undoes_id", "proposed_by",
            "proposed_name", "proposed_role", "acted_for", "decided_by",
        ),
        by_others=("source", "reason", "note"), sealed={"value_sealed": proposal_place},
    ),
    "residencies": AboutAPerson(
        which=by_person("person_id"),
        given=("home_id", "role", "relation", "permit", "came_for", "valid_from", "valid_to"),
        kept_back=("id", "person_id", "household_id"),
    ),
    "households": AboutAPerson(
        which=_households, given=("home_id", "number", "kind", "created_at", "ended_on", "source", "verified_on"),
        # Who heads it may be somebody else.
        kept_back=("id", "community_id", "head_id", "provenance"),
    ),
    "home_bindings": AboutAPerson(
        which=by("account_id"), given=("home_id", "status", "name_given", "asked_at", "decided_at", "reason"),
        kept_back=("id", "account_id", "community_id", "person_id", "decided_by"), by_others=("reason",),
    ),
    "role_assignments": AboutAPerson(
        which=by("account_id"), given=("role", "place_id", "valid_from", "valid_to", "reason"),
        kept_back=("id", "account_id", "organisation_id", "granted_by", "granted_for"), by_others=("reason",),
    ),
    "sign_in_sessions": AboutAPerson(
        which=by("account_id"), given=("app", "device", "created_at", "seen_at", "expires_at", "revoked_at"),
        kept_back=("id", "token_hash", "account_id"),
    ),
    "passkeys": AboutAPerson(
        which=by("account_id"), given=("device", "created_at", "used_at"),
        kept_back=("id", "account_id", "credential_id", "public_key", "uses"),
    ),
    "sign_in_codes": AboutAPerson(
        which=lambda table, subject: table.c.phone_blind == subject.phone_blind,
        given=("sent_at", "expires_at", "tries", "used_at"), kept_back=("id", "phone_blind", "code_hash"),
    ),
    RECORDS.name: AboutAPerson(
        which=by("account_id"), given=("route", "status", "at"),
        # The answer repeats, for a day, what stands in the rows it was made of.
        kept_back=("account_id", "key", "asked", "etag", "body"),
    ),
    "cases": AboutAPerson(
        which=by_case("id"),
        given=(
            "number", "place_label", "place_note", "category_code", "condition", "nature", "text", "status",
            "visibility", "anonymous", "channel", "urgent", "lead_name", "due_at", "review_on", "supporters",
            "resolved", "satisfied", "closure", "overdue_reason", "created_at", "updated_at",
            "contacted_at", "accepted_at", "handled_at", "closed_at",
        ),
        kept_back=(
            "seq", "id", "community_id", "town_id", "district_id", "place_id", "building_id", "summary", "lead_id",
            "escalated_to", "merged_into_id", "clock_state", "clock_unit", "clock_limit", "clock_reason", "returns",
            "needs_review", "has_new_message", "urged_at", "asks_extension", "contact_due_at", "contact_late",
            "contact_unit", "contact_limit", "version", "external_id",
        ),
        by_others=("overdue_reason",),
    ),
    "case_parties": AboutAPerson(
        which=_parties, given=("case_id", "role", "name"), kept_back=("id", "account_id", "person_id")
    ),
    "case_entries": AboutAPerson(
        which=_entries, given=("case_id", "type", "at", "by_role", "by_name", "text", "reason_code", "status", "until"),
        kept_back=("position", "by_id", "for_id", "by_organisation_id", "audience", "due_at", "said", "shown"),
    ),
    "case_dispatches": AboutAPerson(
        which=by_case("case_id"),
        given=("case_id", "organisation_name", "is_lead", "status", "dispatched_at", "signed_at", "ended_at"),
        # What committee and firm tell each other.
        kept_back=("id", "organisation_id", "is_current", "note", "dispatched_by", "return_reason"),
    ),
    "case_clocks": AboutAPerson(
        which=by_case("case_id"),
        given=("case_id", "kind", "unit", "limit", "started_at", "due_at", "extended_to", "ended_at"),
        kept_back=("id", "dispatch_id", "reason", "warned", "look_at"),
    ),
    "clock_pauses": AboutAPerson(
        which=_pauses, given=("paused_at", "resumed_at", "reason", "awaits_requester"), kept_back=("id", "clock_id"),
        by_others=("reason",),
    ),
    "case_extensions": AboutAPerson(
        which=by_case("case_id"), given=("case_id", "until", "reason", "asked_at", "decided_at", "approved"),
        kept_back=("id", "asked_by", "acted_for", "decided_by"), by_others=("reason",),
    ),
    "case_evaluations": AboutAPerson(
        which=by("account_id"), given=("case_id", "resolved", "satisfied", "text", "at"),
        kept_back=("id", "account_id"),
    ),
    "case_rounds": AboutAPerson(
        which=by_case("case_id"), given=("case_id", "in_time", "resolved", "satisfied", "ended_at"),
        kept_back=("id", "community_id", "town_id", "district_id", "lead_id"),
    ),
    "case_supports": AboutAPerson(
        which=by("account_id"), given=("case_id", "at"), kept_back=("account_id",)
    ),
    "photos": AboutAPerson(
        which=by("account_id"), given=("id", "case_id", "width", "height", "size", "created_at"),
        kept_back=("account_id", "entry_position", "digest"),
    ),
    "access_events": AboutAPerson(
        which=_reads,
        given=("at", "actor_role", "field", "purpose"),
        # Who of an office it was, the committee tells on request.
        kept_back=(
            "seq", "actor_id", "acted_for", "subject_id", "field_class", "reference", "office_id", "audit_id",
        ),
    ),
    "platform_feedback": AboutAPerson(
        which=by("account_id"), given=("left_at", "app", "version", "text"), kept_back=("id", "account_id"),
        sealed={"contact_sealed": lambda row: contact_place(row.id)},
    ),
    "data_exports": AboutAPerson(
        which=_exports, given=("language", "asked_at", "ready_at", "expires_at", "size"),
        kept_back=("id", "account_id", "child_id", "key_sealed"),
    ),
    "correction_requests": AboutAPerson(
        which=by("account_id"),
        given=("field", "note", "status", "asked_at", "due_on", "decided_at", "reason"),
        kept_back=("id", "account_id", "person_id", "community_id", "decided_by"), by_others=("reason",),
        sealed={"wanted_sealed": lambda row: wanted_place(row.id, row.community_id)},
    ),
    "erasures": AboutAPerson(
        which=by("account_id"), given=("asked_at", "due_at", "withdrawn_at", "done_at"),
        kept_back=("id", "account_id"),
    ),
    "consents": AboutAPerson(
        which=_consents,
        given=("purpose", "reference", "text_version", "given_at", "given_how", "withdrawn_at", "withdrawn_how"),
        kept_back=("id", "account_id", "child_id"),
    ),
    "inquiries": AboutAPerson(
        which=by_person("person_id"),
        given=("taken_at", "way", "about", "status", "handed_to", "answer", "answered_at"),
        # Who of an office heard it, the committee tells on request.
        kept_back=(
            "id", "community_id", "taken_by", "taken_name", "taken_for", "person_id", "guide_id", "case_id",
            "answered_name", "answered_for", "version",
        ),
        by_others=("about", "answer"),
    ),
    "guardianships": AboutAPerson(
        which=_guardianships,
        given=("relation", "status", "asked_at", "decided_at", "reason", "of_age_in"),
        # A guardian's copy is his own; the child's name and birth date are in the child's.
        kept_back=("id", "account_id", "community_id", "child_name", "child_id", "birth_sealed", "decided_by"),
        by_others=("reason",),
    ),
    # -- what is kept of places
    "place_records": AboutAPerson(
        # Its papers are its owner's; whoever rents it or keeps house with him is not given them.
        which=_owned, given=("ownership", "group_let", "valid_from", "verified_on"),
        kept_back=("id", "community_id", "valid_to", "successor_id", "source", "provenance"),
        sealed={"certificate_sealed": lambda row: record_place(row.id, row.community_id)},
    ),
    # -- who serves in a neighbourhood
    "seats": AboutAPerson(
        which=_seats, given=("body", "title", "duty", "valid_from", "valid_to", "source"),
        kept_back=("id", "community_id", "of_id", "person_id", "account_id"),
    ),
    # -- what plugins ask for besides in a case
    "case_filled_fields": AboutAPerson(
        which=by_case("case_id"), given=("case_id", "key", "value"), kept_back=("id", "community_id", "field_class"),
        sealed={
            "personal_sealed": lambda row: filled_place(row, "personal_sealed"),
            "sensitive_sealed": lambda row: filled_place(row, "sensitive_sealed"),
        },
    ),
    **WORK,
}  # fmt: skip
