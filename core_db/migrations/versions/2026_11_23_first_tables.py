"""The first tables: places, people, accounts, cases, and what carries their facts out."""

from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: Final = "2026_11_23_first_tables"
down_revision: Final = None
branch_labels = None
depends_on = None

#: Text compared byte by byte on both databases.
PLAIN = sa.String().with_variant(sa.String(collation="C"), "postgresql")
#: SQLite keeps a moment as fixed-width text in UTC.
MOMENT = sa.String(27).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BIG_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

#: The search index is of each database's own kind.
SEARCH = {
    "sqlite": ("CREATE VIRTUAL TABLE case_search USING fts5(grams, content='', detail='none')",),
    "postgresql": (
        "CREATE TABLE case_search (seq bigint PRIMARY KEY, grams tsvector NOT NULL)",
        "CREATE INDEX ix_case_search_grams ON case_search USING gin (grams) WITH (fastupdate=off)",
    ),
}


def upgrade() -> None:  # noqa: PLR0915 - one table after the other, as they were that day
    op.create_table(
        "access_events",
        sa.Column("seq", BIG_KEY, autoincrement=True, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor_id", PLAIN, nullable=False),
        sa.Column("actor_role", PLAIN, nullable=False),
        sa.Column("subject_id", PLAIN, nullable=False),
        sa.Column("field", PLAIN, nullable=False),
        sa.Column("field_class", PLAIN, nullable=False),
        sa.Column("purpose", PLAIN, nullable=False),
        sa.Column("reference", PLAIN, nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_access_events")),
    )
    op.create_index(
        op.f("ix_access_events_subject_id_seq"), "access_events", ["subject_id", "seq"], unique=False
    )
    op.create_table(
        "case_categories",
        sa.Column("code", PLAIN, nullable=False),
        sa.Column("parent", PLAIN, nullable=True),
        sa.Column("name_zh", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("identifier", PLAIN, nullable=False),
        sa.Column("first_owner", PLAIN, nullable=False),
        sa.Column("keywords", sa.Text(), nullable=False),
        sa.Column("emergency", sa.Boolean(), nullable=False),
        sa.Column("sensitive", sa.Boolean(), nullable=False),
        sa.Column("contact_limit", PLAIN, nullable=False),
        sa.Column("contact_unit", PLAIN, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["parent"], ["case_categories.code"], name=op.f("fk_case_categories_parent")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_case_categories")),
    )
    op.create_index(op.f("ix_case_categories_parent"), "case_categories", ["parent"], unique=False)
    op.create_table(
        "case_counts",
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("status", PLAIN, nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("town_id", PLAIN, nullable=False),
        sa.Column("district_id", PLAIN, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "status", "lane", name=op.f("pk_case_counts")),
    )
    op.create_index(op.f("ix_case_counts_district_id"), "case_counts", ["district_id"], unique=False)
    op.create_index(op.f("ix_case_counts_town_id"), "case_counts", ["town_id"], unique=False)
    op.create_table(
        "data_keys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("field_class", PLAIN, nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_keys")),
        sa.UniqueConstraint(
            "community_id", "field_class", "epoch", name=op.f("uq_data_keys_community_id_field_class_epoch")
        ),
    )
    op.create_table(
        "deliveries",
        sa.Column("listener", PLAIN, nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("subject", PLAIN, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try", MOMENT, nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("dead_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("listener", "position", name=op.f("pk_deliveries")),
    )
    op.create_index(op.f("ix_deliveries_done_at"), "deliveries", ["done_at"], unique=False)
    op.create_index(
        "ix_deliveries_open_by_next_try",
        "deliveries",
        ["listener", "next_try", "position"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL AND dead_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL AND dead_at IS NULL"),
    )
    op.create_index(
        "ix_deliveries_open_by_subject",
        "deliveries",
        ["listener", "subject", "position"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL AND dead_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL AND dead_at IS NULL"),
    )
    op.create_table(
        "holidays",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", PLAIN, nullable=False),
        sa.Column("name_zh", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_holidays")),
    )
    op.create_table(
        "idempotency_records",
        sa.Column("account_id", PLAIN, nullable=False),
        sa.Column("route", PLAIN, nullable=False),
        sa.Column("key", PLAIN, nullable=False),
        sa.Column("asked", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("etag", sa.String(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "route", "key", name=op.f("pk_idempotency_records")),
    )
    op.create_index(op.f("ix_idempotency_records_at"), "idempotency_records", ["at"], unique=False)
    op.create_table(
        "jobs",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("kind", PLAIN, nullable=False),
        sa.Column("payload", JSON, nullable=False),
        sa.Column("run_at", MOMENT, nullable=False),
        sa.Column("unique_key", PLAIN, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_until", MOMENT, nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("dead_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
    )
    op.create_index(op.f("ix_jobs_done_at"), "jobs", ["done_at"], unique=False)
    op.create_index(
        "ix_jobs_open_by_run_at",
        "jobs",
        ["run_at"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL AND dead_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL AND dead_at IS NULL"),
    )
    op.create_index(
        "uq_jobs_open_by_unique_key",
        "jobs",
        ["unique_key"],
        unique=True,
        sqlite_where=sa.text("done_at IS NULL AND dead_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL AND dead_at IS NULL"),
    )
    op.create_table(
        "listener_progress",
        sa.Column("listener", PLAIN, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("listener", name=op.f("pk_listener_progress")),
    )
    op.create_table(
        "outbox",
        sa.Column("position", BIG_KEY, autoincrement=True, nullable=False),
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("type", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=True),
        sa.Column("subject", PLAIN, nullable=False),
        sa.Column("audience", JSON, nullable=False),
        sa.Column("data", JSON, nullable=False),
        sa.Column("occurred_at", MOMENT, nullable=False),
        sa.Column("actor_role", PLAIN, nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_outbox")),
        sa.UniqueConstraint("id", name=op.f("uq_outbox_id")),
    )
    op.create_index(op.f("ix_outbox_occurred_at"), "outbox", ["occurred_at"], unique=False)
    op.create_table(
        "places",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("parent_id", PLAIN, nullable=True),
        sa.Column("sort", PLAIN, nullable=False),
        sa.Column("district_id", PLAIN, nullable=True),
        sa.Column("town_id", PLAIN, nullable=True),
        sa.Column("community_id", PLAIN, nullable=True),
        sa.Column("building_id", PLAIN, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["parent_id"], ["places.id"], name=op.f("fk_places_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_places")),
    )
    op.create_index(op.f("ix_places_building_id"), "places", ["building_id"], unique=False)
    op.create_index(
        op.f("ix_places_community_id_kind_sort"), "places", ["community_id", "kind", "sort"], unique=False
    )
    op.create_index(op.f("ix_places_district_id"), "places", ["district_id"], unique=False)
    op.create_index(op.f("ix_places_parent_id"), "places", ["parent_id"], unique=False)
    op.create_index(op.f("ix_places_parent_id_sort"), "places", ["parent_id", "sort"], unique=False)
    op.create_index(op.f("ix_places_town_id"), "places", ["town_id"], unique=False)
    op.create_table(
        "rate_counts",
        sa.Column("key", PLAIN, nullable=False),
        sa.Column("window_start", MOMENT, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rate_counts")),
    )
    op.create_index(op.f("ix_rate_counts_window_start"), "rate_counts", ["window_start"], unique=False)
    op.create_table(
        "running_numbers",
        sa.Column("series", PLAIN, nullable=False),
        sa.Column("next", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("series", name=op.f("pk_running_numbers")),
    )
    op.create_table(
        "sign_in_codes",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("phone_blind", sa.LargeBinary(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_codes")),
    )
    op.create_index(op.f("ix_sign_in_codes_phone_blind"), "sign_in_codes", ["phone_blind"], unique=False)
    op.create_index(op.f("ix_sign_in_codes_sent_at"), "sign_in_codes", ["sent_at"], unique=False)
    op.create_table(
        "buildings",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("code", PLAIN, nullable=False),
        sa.Column("floors", sa.Integer(), nullable=True),
        sa.Column("lifts", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["places.id"], name=op.f("fk_buildings_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_buildings")),
        sa.UniqueConstraint("code", name=op.f("uq_buildings_code")),
    )
    op.create_table(
        "category_limits",
        sa.Column("code", PLAIN, nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("condition_zh", sa.String(), nullable=False),
        sa.Column("condition_en", sa.String(), nullable=False),
        sa.Column("limit", PLAIN, nullable=False),
        sa.Column("unit", PLAIN, nullable=False),
        sa.Column("closing_condition", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["code"], ["case_categories.code"], name=op.f("fk_category_limits_code")),
        sa.PrimaryKeyConstraint("code", "rank", name=op.f("pk_category_limits")),
    )
    op.create_table(
        "communities",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("kind", PLAIN, nullable=False),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("hours", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["places.id"], name=op.f("fk_communities_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_communities")),
    )
    op.create_table(
        "divisions",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("place_id", PLAIN, nullable=False),
        sa.Column("code", PLAIN, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("level", sa.String(40), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_divisions_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_divisions")),
    )
    op.create_index(op.f("ix_divisions_code_valid_from"), "divisions", ["code", "valid_from"], unique=True)
    op.create_index(op.f("ix_divisions_place_id"), "divisions", ["place_id"], unique=False)
    op.create_table(
        "estates",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("built_year", sa.Integer(), nullable=True),
        sa.Column("property_firm", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["places.id"], name=op.f("fk_estates_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_estates")),
    )
    op.create_table(
        "homes",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("floor", sa.Integer(), nullable=True),
        sa.Column("area", sa.Float(), nullable=True),
        sa.Column("use", PLAIN, nullable=False),
        sa.ForeignKeyConstraint(["id"], ["places.id"], name=op.f("fk_homes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_homes")),
    )
    op.create_table(
        "organisations",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("place_id", PLAIN, nullable=False),
        sa.Column("name", PLAIN, nullable=False),
        sa.Column("kind", PLAIN, nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_organisations_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
    )
    op.create_index(op.f("ix_organisations_place_id"), "organisations", ["place_id"], unique=False)
    op.create_index(
        op.f("ix_organisations_place_id_name"), "organisations", ["place_id", "name"], unique=True
    )
    op.create_table(
        "persons",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("name", PLAIN, nullable=False),
        sa.Column("sex", PLAIN, nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("phone_blind", sa.LargeBinary(), nullable=True),
        sa.Column("id_number_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("id_number_blind", sa.LargeBinary(), nullable=True),
        sa.Column("birth_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("source", PLAIN, nullable=False),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["places.id"], name=op.f("fk_persons_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_persons")),
    )
    op.create_index(op.f("ix_persons_community_id"), "persons", ["community_id"], unique=False)
    op.create_index(
        op.f("ix_persons_community_id_id_number_blind"),
        "persons",
        ["community_id", "id_number_blind"],
        unique=False,
    )
    op.create_index(op.f("ix_persons_community_id_name"), "persons", ["community_id", "name"], unique=False)
    op.create_index(
        op.f("ix_persons_community_id_phone_blind"), "persons", ["community_id", "phone_blind"], unique=False
    )
    op.create_table(
        "accounts",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("username", PLAIN, nullable=True),
        sa.Column("name", PLAIN, nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("phone_blind", sa.LargeBinary(), nullable=True),
        sa.Column("password_hash", PLAIN, nullable=True),
        sa.Column("totp_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("totp_step", sa.Integer(), nullable=True),
        sa.Column("person_id", PLAIN, nullable=True),
        sa.Column("language", PLAIN, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_accounts_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("phone_blind", name=op.f("uq_accounts_phone_blind")),
        sa.UniqueConstraint("username", name=op.f("uq_accounts_username")),
    )
    op.create_index(op.f("ix_accounts_person_id"), "accounts", ["person_id"], unique=False)
    op.create_table(
        "cases",
        sa.Column("seq", BIG_KEY, autoincrement=True, nullable=False),
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("number", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("town_id", PLAIN, nullable=False),
        sa.Column("district_id", PLAIN, nullable=False),
        sa.Column("place_id", PLAIN, nullable=False),
        sa.Column("building_id", PLAIN, nullable=True),
        sa.Column("place_label", sa.String(), nullable=False),
        sa.Column("place_note", sa.String(), nullable=True),
        sa.Column("category_code", PLAIN, nullable=False),
        sa.Column("nature", sa.String(40), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("visibility", sa.String(40), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("lead_id", PLAIN, nullable=True),
        sa.Column("lead_name", sa.String(), nullable=True),
        sa.Column("escalated_to", PLAIN, nullable=True),
        sa.Column("merged_into_id", PLAIN, nullable=True),
        sa.Column("clock_state", PLAIN, nullable=False),
        sa.Column("clock_unit", PLAIN, nullable=True),
        sa.Column("clock_limit", PLAIN, nullable=True),
        sa.Column("clock_reason", sa.String(), nullable=True),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("supporters", sa.Integer(), nullable=False),
        sa.Column("returns", sa.Integer(), nullable=False),
        sa.Column("resolved", sa.String(40), nullable=True),
        sa.Column("satisfied", sa.Integer(), nullable=True),
        sa.Column("needs_review", sa.Boolean(), nullable=False),
        sa.Column("closure", sa.String(40), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("contacted_at", MOMENT, nullable=True),
        sa.Column("contact_due_at", MOMENT, nullable=True),
        sa.Column("accepted_at", MOMENT, nullable=True),
        sa.Column("handled_at", MOMENT, nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("external_id", PLAIN, nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["places.id"], name=op.f("fk_cases_community_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["organisations.id"], name=op.f("fk_cases_lead_id")),
        sa.ForeignKeyConstraint(["merged_into_id"], ["cases.id"], name=op.f("fk_cases_merged_into_id")),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_cases_place_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_cases")),
        sa.UniqueConstraint("id", name=op.f("uq_cases_id")),
        sa.UniqueConstraint("number", name=op.f("uq_cases_number")),
    )
    op.create_index(
        "ix_cases_closed",
        "cases",
        ["closed_at"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_cases_community_id_building_id_seq"),
        "cases",
        ["community_id", "building_id", "seq"],
        unique=False,
    )
    op.create_index(
        op.f("ix_cases_community_id_category_code_seq"),
        "cases",
        ["community_id", "category_code", "seq"],
        unique=False,
    )
    op.create_index(op.f("ix_cases_community_id_seq"), "cases", ["community_id", "seq"], unique=False)
    op.create_index(
        op.f("ix_cases_community_id_status_seq"), "cases", ["community_id", "status", "seq"], unique=False
    )
    op.create_index(op.f("ix_cases_district_id_seq"), "cases", ["district_id", "seq"], unique=False)
    op.create_index(
        op.f("ix_cases_district_id_status_seq"), "cases", ["district_id", "status", "seq"], unique=False
    )
    op.create_index(
        "ix_cases_escalated_community",
        "cases",
        ["community_id", "seq"],
        unique=False,
        sqlite_where=sa.text("escalated_to IS NOT NULL"),
        postgresql_where=sa.text("escalated_to IS NOT NULL"),
    )
    op.create_index(
        "ix_cases_escalated_district",
        "cases",
        ["district_id", "seq"],
        unique=False,
        sqlite_where=sa.text("escalated_to IS NOT NULL"),
        postgresql_where=sa.text("escalated_to IS NOT NULL"),
    )
    op.create_index(
        "ix_cases_escalated_town",
        "cases",
        ["town_id", "seq"],
        unique=False,
        sqlite_where=sa.text("escalated_to IS NOT NULL"),
        postgresql_where=sa.text("escalated_to IS NOT NULL"),
    )
    op.create_index(
        "ix_cases_external",
        "cases",
        ["community_id", "external_id"],
        unique=True,
        sqlite_where=sa.text("external_id IS NOT NULL"),
        postgresql_where=sa.text("external_id IS NOT NULL"),
    )
    op.create_index(
        "ix_cases_lead",
        "cases",
        ["lead_id"],
        unique=False,
        sqlite_where=sa.text("lead_id IS NOT NULL"),
        postgresql_where=sa.text("lead_id IS NOT NULL"),
    )
    op.create_index(
        "ix_cases_merged_into",
        "cases",
        ["merged_into_id"],
        unique=False,
        sqlite_where=sa.text("merged_into_id IS NOT NULL"),
        postgresql_where=sa.text("merged_into_id IS NOT NULL"),
    )
    op.create_index(op.f("ix_cases_place_id"), "cases", ["place_id"], unique=False)
    op.create_index(
        "ix_cases_public",
        "cases",
        ["community_id", "seq"],
        unique=False,
        sqlite_where=sa.text("visibility = 'public'"),
        postgresql_where=sa.text("visibility = 'public'"),
    )
    op.create_index(
        "ix_cases_running_community",
        "cases",
        ["community_id", "due_at"],
        unique=False,
        sqlite_where=sa.text("clock_state = 'running'"),
        postgresql_where=sa.text("clock_state = 'running'"),
    )
    op.create_index(
        "ix_cases_running_district",
        "cases",
        ["district_id", "due_at"],
        unique=False,
        sqlite_where=sa.text("clock_state = 'running'"),
        postgresql_where=sa.text("clock_state = 'running'"),
    )
    op.create_index(
        "ix_cases_running_town",
        "cases",
        ["town_id", "due_at"],
        unique=False,
        sqlite_where=sa.text("clock_state = 'running'"),
        postgresql_where=sa.text("clock_state = 'running'"),
    )
    op.create_index(
        "ix_cases_to_review_community",
        "cases",
        ["community_id", "seq"],
        unique=False,
        sqlite_where=sa.text("needs_review"),
        postgresql_where=sa.text("needs_review"),
    )
    op.create_index(
        "ix_cases_to_review_district",
        "cases",
        ["district_id", "seq"],
        unique=False,
        sqlite_where=sa.text("needs_review"),
        postgresql_where=sa.text("needs_review"),
    )
    op.create_index(
        "ix_cases_to_review_town",
        "cases",
        ["town_id", "seq"],
        unique=False,
        sqlite_where=sa.text("needs_review"),
        postgresql_where=sa.text("needs_review"),
    )
    op.create_index(op.f("ix_cases_town_id_seq"), "cases", ["town_id", "seq"], unique=False)
    op.create_index(op.f("ix_cases_town_id_status_seq"), "cases", ["town_id", "status", "seq"], unique=False)
    op.create_table(
        "households",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("home_id", PLAIN, nullable=False),
        sa.Column("number", PLAIN, nullable=True),
        sa.Column("head_id", PLAIN, nullable=True),
        sa.Column("kind", PLAIN, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["places.id"], name=op.f("fk_households_community_id")),
        sa.ForeignKeyConstraint(["head_id"], ["persons.id"], name=op.f("fk_households_head_id")),
        sa.ForeignKeyConstraint(["home_id"], ["places.id"], name=op.f("fk_households_home_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_households")),
    )
    op.create_index(op.f("ix_households_community_id"), "households", ["community_id"], unique=False)
    op.create_index(op.f("ix_households_head_id"), "households", ["head_id"], unique=False)
    op.create_index(op.f("ix_households_home_id"), "households", ["home_id"], unique=False)
    op.create_table(
        "organisation_categories",
        sa.Column("organisation_id", PLAIN, nullable=False),
        sa.Column("category_code", PLAIN, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_organisation_categories_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "category_code", name=op.f("pk_organisation_categories")),
    )
    op.create_table(
        "case_dispatches",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("case_id", PLAIN, nullable=False),
        sa.Column("organisation_id", PLAIN, nullable=False),
        sa.Column("organisation_name", sa.String(), nullable=False),
        sa.Column("is_lead", sa.Boolean(), nullable=False),
        sa.Column("status", PLAIN, nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("dispatched_by", PLAIN, nullable=False),
        sa.Column("dispatched_at", MOMENT, nullable=False),
        sa.Column("signed_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("return_reason", PLAIN, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_dispatches_case_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_case_dispatches_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_dispatches")),
    )
    op.create_index(
        op.f("ix_case_dispatches_case_id_is_current"),
        "case_dispatches",
        ["case_id", "is_current"],
        unique=False,
    )
    op.create_index(
        op.f("ix_case_dispatches_organisation_id"), "case_dispatches", ["organisation_id"], unique=False
    )
    op.create_index(
        op.f("ix_case_dispatches_organisation_id_is_current_case_id"),
        "case_dispatches",
        ["organisation_id", "is_current", "case_id"],
        unique=False,
    )
    op.create_table(
        "case_entries",
        sa.Column("position", BIG_KEY, autoincrement=True, nullable=False),
        sa.Column("case_id", PLAIN, nullable=False),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_role", PLAIN, nullable=False),
        sa.Column("by_id", PLAIN, nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("by_organisation_id", PLAIN, nullable=True),
        sa.Column("audience", PLAIN, nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("reason_code", PLAIN, nullable=True),
        sa.Column("status", sa.String(40), nullable=True),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_entries_case_id")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_case_entries")),
    )
    op.create_index(
        op.f("ix_case_entries_case_id_position"), "case_entries", ["case_id", "position"], unique=False
    )
    op.create_table(
        "case_evaluations",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("case_id", PLAIN, nullable=False),
        sa.Column("account_id", PLAIN, nullable=False),
        sa.Column("resolved", sa.String(40), nullable=False),
        sa.Column("satisfied", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint("satisfied between 1 and 5", name=op.f("ck_case_evaluations_satisfied_range")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_case_evaluations_account_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_evaluations_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_evaluations")),
    )
    op.create_index(op.f("ix_case_evaluations_account_id"), "case_evaluations", ["account_id"], unique=False)
    op.create_index(op.f("ix_case_evaluations_case_id"), "case_evaluations", ["case_id"], unique=False)
    op.create_table(
        "case_extensions",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("case_id", PLAIN, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", PLAIN, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("decided_by", PLAIN, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_extensions_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_extensions")),
    )
    op.create_index(op.f("ix_case_extensions_case_id"), "case_extensions", ["case_id"], unique=False)
    op.create_table(
        "case_parties",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("case_id", PLAIN, nullable=False),
        sa.Column("role", PLAIN, nullable=False),
        sa.Column("account_id", PLAIN, nullable=True),
        sa.Column("person_id", PLAIN, nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_case_parties_account_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_parties_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_case_parties_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_parties")),
    )
    op.create_index(
        op.f("ix_case_parties_account_id_case_id"), "case_parties", ["account_id", "case_id"], unique=False
    )
    op.create_index(op.f("ix_case_parties_case_id"), "case_parties", ["case_id"], unique=False)
    op.create_index(
        op.f("ix_case_parties_person_id_case_id"), "case_parties", ["person_id", "case_id"], unique=False
    )
    op.create_table(
        "case_supports",
        sa.Column("case_id", PLAIN, nullable=False),
        sa.Column("account_id", PLAIN, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_case_supports_account_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_supports_case_id")),
        sa.PrimaryKeyConstraint("case_id", "account_id", name=op.f("pk_case_supports")),
    )
    op.create_index(op.f("ix_case_supports_account_id"), "case_supports", ["account_id"], unique=False)
    op.create_table(
        "home_bindings",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("account_id", PLAIN, nullable=False),
        sa.Column("home_id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("person_id", PLAIN, nullable=True),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("name_given", sa.String(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("decided_by", PLAIN, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_home_bindings_account_id")),
        sa.ForeignKeyConstraint(["home_id"], ["places.id"], name=op.f("fk_home_bindings_home_id")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_home_bindings_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_home_bindings")),
    )
    op.create_index(op.f("ix_home_bindings_account_id"), "home_bindings", ["account_id"], unique=False)
    op.create_index(
        op.f("ix_home_bindings_community_id_status"),
        "home_bindings",
        ["community_id", "status"],
        unique=False,
    )
    op.create_index(op.f("ix_home_bindings_home_id"), "home_bindings", ["home_id"], unique=False)
    op.create_index(op.f("ix_home_bindings_person_id"), "home_bindings", ["person_id"], unique=False)
    op.create_table(
        "photos",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("account_id", PLAIN, nullable=False),
        sa.Column("case_id", PLAIN, nullable=True),
        sa.Column("entry_position", BIG_KEY, nullable=True),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_photos_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photos")),
    )
    op.create_index(op.f("ix_photos_account_id"), "photos", ["account_id"], unique=False)
    op.create_index(op.f("ix_photos_case_id"), "photos", ["case_id"], unique=False)
    op.create_index(op.f("ix_photos_entry_position"), "photos", ["entry_position"], unique=False)
    op.create_table(
        "residencies",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("person_id", PLAIN, nullable=False),
        sa.Column("home_id", PLAIN, nullable=False),
        sa.Column("household_id", PLAIN, nullable=True),
        sa.Column("role", PLAIN, nullable=False),
        sa.Column("relation", PLAIN, nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["home_id"], ["places.id"], name=op.f("fk_residencies_home_id")),
        sa.ForeignKeyConstraint(
            ["household_id"], ["households.id"], name=op.f("fk_residencies_household_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_residencies_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_residencies")),
    )
    op.create_index(op.f("ix_residencies_home_id"), "residencies", ["home_id"], unique=False)
    op.create_index(op.f("ix_residencies_household_id"), "residencies", ["household_id"], unique=False)
    op.create_index(op.f("ix_residencies_person_id"), "residencies", ["person_id"], unique=False)
    op.create_index(
        op.f("ix_residencies_person_id_home_id_valid_from"),
        "residencies",
        ["person_id", "home_id", "valid_from"],
        unique=True,
    )
    op.create_table(
        "role_assignments",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("account_id", PLAIN, nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("place_id", PLAIN, nullable=False),
        sa.Column("organisation_id", PLAIN, nullable=True),
        sa.Column("valid_from", MOMENT, nullable=False),
        sa.Column("valid_to", MOMENT, nullable=True),
        sa.Column("granted_by", PLAIN, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_role_assignments_account_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_role_assignments_organisation_id")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_role_assignments_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_assignments")),
    )
    op.create_index(op.f("ix_role_assignments_account_id"), "role_assignments", ["account_id"], unique=False)
    op.create_index(
        op.f("ix_role_assignments_organisation_id"), "role_assignments", ["organisation_id"], unique=False
    )
    op.create_index(op.f("ix_role_assignments_place_id"), "role_assignments", ["place_id"], unique=False)
    op.create_table(
        "sign_in_sessions",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", PLAIN, nullable=False),
        sa.Column("app", PLAIN, nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_sign_in_sessions_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_sessions_token_hash")),
    )
    op.create_index(op.f("ix_sign_in_sessions_account_id"), "sign_in_sessions", ["account_id"], unique=False)
    op.create_index(op.f("ix_sign_in_sessions_expires_at"), "sign_in_sessions", ["expires_at"], unique=False)
    op.create_table(
        "case_clocks",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("case_id", PLAIN, nullable=False),
        sa.Column("dispatch_id", PLAIN, nullable=True),
        sa.Column("kind", PLAIN, nullable=False),
        sa.Column("unit", PLAIN, nullable=False),
        sa.Column("limit", PLAIN, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("extended_to", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("warned", sa.Integer(), nullable=False),
        sa.Column("look_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_clocks_case_id")),
        sa.ForeignKeyConstraint(
            ["dispatch_id"], ["case_dispatches.id"], name=op.f("fk_case_clocks_dispatch_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_clocks")),
    )
    op.create_index(op.f("ix_case_clocks_case_id"), "case_clocks", ["case_id"], unique=False)
    op.create_index(op.f("ix_case_clocks_dispatch_id"), "case_clocks", ["dispatch_id"], unique=False)
    op.create_index(op.f("ix_case_clocks_look_at_id"), "case_clocks", ["look_at", "id"], unique=False)
    op.create_table(
        "live_tickets",
        sa.Column("ticket_hash", sa.LargeBinary(), nullable=False),
        sa.Column("session_id", PLAIN, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sign_in_sessions.id"], name=op.f("fk_live_tickets_session_id")
        ),
        sa.PrimaryKeyConstraint("ticket_hash", name=op.f("pk_live_tickets")),
    )
    op.create_index(op.f("ix_live_tickets_session_id"), "live_tickets", ["session_id"], unique=False)
    op.create_table(
        "clock_pauses",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("clock_id", PLAIN, nullable=False),
        sa.Column("paused_at", MOMENT, nullable=False),
        sa.Column("resumed_at", MOMENT, nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["clock_id"], ["case_clocks.id"], name=op.f("fk_clock_pauses_clock_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_pauses")),
    )
    op.create_index(op.f("ix_clock_pauses_clock_id"), "clock_pauses", ["clock_id"], unique=False)

    for statement in SEARCH[op.get_bind().dialect.name]:
        op.execute(statement)
