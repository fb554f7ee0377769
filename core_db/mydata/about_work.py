"""What the committee's daily work keeps of people: tables handed in, tags, visits, forms, plugins."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Table, or_, select

import core_db.doubles.model  # noqa: F401 - whose tables are looked through here
from core_db.foundation.sealing import SealedPlace
from core_db.installs.places import message_place
from core_db.installs.profile import profile_place
from core_db.ledgers.filling import answer_place
from core_db.mydata.about import AboutAPerson, by, by_person
from core_db.mydata.subject import Subject
from core_db.register_sheets.model import row_place
from core_db.tags.assigning import evidence_place, tag_place
from core_db.visits.model import VISITS
from core_db.visits.outcomes import need_place
from core_db.visits.outcomes import tag_place as proposed_place
from core_db.visits.saying import text_place, word_place


def _of_proposal(column: str, row: Any) -> SealedPlace:
    return proposed_place(row, column)


def _of_profile(column: str, row: Any) -> SealedPlace:
    return profile_place(row, column)


def _of_his_visits(table: Table, subject: Subject) -> ColumnElement[bool]:
    return table.c.visit_id.in_(select(VISITS.c.id).where(VISITS.c.person_id.in_(subject.person_ids)))


def _merges(table: Table, subject: Subject) -> ColumnElement[bool]:
    return or_(table.c.kept_id.in_(subject.person_ids), table.c.behind_id.in_(subject.person_ids))


def _known_to_plugins(table: Table, subject: Subject) -> ColumnElement[bool]:
    return table.c.subject_id.in_(subject.ids)


WORK: Mapping[str, AboutAPerson] = {
    # -- tables handed in, and entries of one person
    "register_sheet_rows": AboutAPerson(
        which=by_person("person_id"), given=("verdict",),
        kept_back=("id", "sheet_id", "community_id", "number", "person_id", "may_be_known", "has_conflict"),
        sealed={"said_sealed": lambda row: row_place(row.id, row.community_id)},
    ),
    "register_merges": AboutAPerson(
        which=_merges, given=("merged_at", "undone_at"),
        kept_back=(
            "id", "community_id", "kept_id", "behind_id", "moved", "merged_by", "merged_name", "merged_for",
            "undone_by",
        ),
    ),
    "report_rows": AboutAPerson(
        which=by_person("subject_id"), given=("form_name",),
        kept_back=("fill_id", "subject_id", "community_id", "position"),
    ),
    "report_answers": AboutAPerson(
        which=by_person("subject_id"), given=("question", "value", "said_on"),
        # Who of an office wrote it, the committee tells on request.
        kept_back=(
            "id", "fill_id", "field_id", "subject_id", "community_id", "version", "by_id", "by_name", "acted_for",
        ),
        by_others=("value", "value_sealed"), sealed={"value_sealed": answer_place},
    ),
    # -- tags
    "tag_assignments": AboutAPerson(
        which=by_person("person_id"),
        given=(
            "definition_id", "source", "assigned_at", "valid_from", "valid_to", "review_by", "reviewed_at",
            "removed_at", "removed_why",
        ),
        # Who of an office it was, the committee tells on request.
        kept_back=(
            "id", "community_id", "person_id", "tag_blind", "assigned_by", "assigned_name", "assigned_for",
            "reviewed_by", "removed_by",
        ),
        sealed={"tag_sealed": tag_place, "evidence_sealed": evidence_place},
        by_others=("source", "evidence_sealed"),
    ),
    # -- visits: who came, when and for what, and every word that was written of it
    "visits": AboutAPerson(
        which=by_person("person_id"),
        given=(
            "visited_at", "channel", "result", "purpose", "ticks", "answers", "next_on", "recorded_at",
            "cancelled_at", "cancel_reason",
        ),
        kept_back=(
            "id", "community_id", "person_id", "home_id", "plan_id", "canvass_id", "updated_at", "cancelled_by",
        ),
        sealed={"text_sealed": lambda row: text_place(row.id, row.community_id)},
        by_others=("cancel_reason", "text_sealed"),
    ),
    # Whoever stood at his door told him his name.
    "visit_people": AboutAPerson(
        which=_of_his_visits, given=("name",), kept_back=("visit_id", "account_id", "community_id", "acted_for"),
        signed={"name": "acted_for"},
    ),
    "visit_words": AboutAPerson(
        which=_of_his_visits, given=("field", "at"),
        kept_back=("id", "visit_id", "community_id", "state", "by_id", "by_name", "acted_for"),
        sealed={"word_sealed": word_place}, by_others=("word_sealed",),
    ),
    "visit_plan_subjects": AboutAPerson(which=by_person("subject_id"), given=(), kept_back=("plan_id", "subject_id")),
    "missed_visits": AboutAPerson(
        which=by_person("subject_id"), given=("due_on", "found_at", "made_good_at"),
        kept_back=("id", "plan_id", "community_id", "subject_id"),
    ),
    "needs": AboutAPerson(
        which=by_person("person_id"), given=("kind", "status", "raised_at", "changed_at"),
        kept_back=("id", "community_id", "person_id", "home_id", "visit_id", "raised_by", "changed_by"),
        sealed={"what_sealed": need_place}, by_others=("what_sealed",),
    ),
    "visit_tag_proposals": AboutAPerson(
        which=by_person("person_id"), given=("state", "proposed_at", "decided_at"),
        kept_back=("id", "community_id", "person_id", "visit_id", "proposed_by", "acted_for", "decided_by"),
        sealed={one: partial(_of_proposal, one) for one in ("tag_sealed", "reason_sealed")},
        by_others=("tag_sealed", "reason_sealed"),
    ),
    # -- plugins: what he agreed to, which of them know him, and what they told him
    "x_consents": AboutAPerson(
        which=by_person("person_id"),
        given=("plugin_id", "purpose", "text_version", "channel", "given_at", "withdrawn_at"),
        # Who of an office entered it from paper, the committee tells on request.
        kept_back=("id", "community_id", "person_id", "given_by", "withdrawn_by"),
    ),
    "x_subjects": AboutAPerson(
        which=_known_to_plugins, given=("plugin_id",), kept_back=("pair", "community_id", "subject_id")
    ),
    "x_messages": AboutAPerson(
        which=by("account_id"), given=("plugin_id", "sent_at", "read_at"),
        kept_back=("id", "community_id", "account_id", "to_person", "template"),
        sealed={"text_sealed": message_place}, by_others=("text_sealed",),
    ),
    "x_profile_fields": AboutAPerson(
        which=by_person("person_id"), given=("plugin_id", "key", "value", "is_by_plugin", "filled_at"),
        kept_back=("id", "community_id", "person_id", "field_class", "said_by"),
        sealed={
            one: partial(_of_profile, one)
            for one in ("profile_personal_sealed", "profile_sensitive_sealed")
        },
    ),
    "x_roles": AboutAPerson(
        which=by("account_id"), given=("plugin_id", "role", "valid_from", "valid_to"),
        kept_back=(
            "id", "community_id", "account_id", "assignment_id", "granted_by", "granted_for", "granted_at", "ended_by",
        ),
    ),
}  # fmt: skip
