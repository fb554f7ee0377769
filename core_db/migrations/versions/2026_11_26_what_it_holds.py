"""A neighbourhood keeps its organisations, facilities, grids, building groups and who serves in it."""

from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: Final = "2026_11_26_what_it_holds"
down_revision: Final = "2026_11_26_ledgers_and_reports"
branch_labels = None
depends_on = None

#: Text compared byte by byte on both databases.
PLAIN = sa.String().with_variant(sa.String(collation="C"), "postgresql")
#: SQLite keeps a moment as fixed-width text in UTC.
MOMENT = sa.String(27).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "building_groups",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("name", PLAIN, nullable=False),
        sa.Column("contact_phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("meets_at", sa.String(), nullable=True),
        sa.Column("rating", PLAIN, nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("source", PLAIN, nullable=False),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("provenance", JSON, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["places.id"], name=op.f("fk_building_groups_community_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_building_groups")),
    )
    op.create_index(
        op.f("ix_building_groups_community_id_name"),
        "building_groups",
        ["community_id", "name"],
        unique=False,
    )
    op.create_table(
        "community_types",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("district_id", PLAIN, nullable=False),
        sa.Column("code", PLAIN, nullable=False),
        sa.Column("zh", sa.String(), nullable=False),
        sa.Column("en", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["district_id"], ["places.id"], name=op.f("fk_community_types_district_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_community_types")),
    )
    op.create_index(
        op.f("ix_community_types_district_id_code_valid_from"),
        "community_types",
        ["district_id", "code", "valid_from"],
        unique=True,
    )
    op.create_table(
        "coverings",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("of_id", PLAIN, nullable=False),
        sa.Column("layer", PLAIN, nullable=False),
        sa.Column("place_id", PLAIN, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_coverings_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coverings")),
    )
    op.create_index(op.f("ix_coverings_community_id"), "coverings", ["community_id"], unique=False)
    op.create_index(op.f("ix_coverings_of_id_place_id"), "coverings", ["of_id", "place_id"], unique=False)
    op.create_index(op.f("ix_coverings_place_id"), "coverings", ["place_id"], unique=False)
    op.create_index(
        "uq_coverings_in_force",
        "coverings",
        ["place_id", "layer"],
        unique=True,
        sqlite_where=sa.text("valid_to IS NULL"),
        postgresql_where=sa.text("valid_to IS NULL"),
    )
    op.create_table(
        "facilities",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("place_id", PLAIN, nullable=True),
        sa.Column("name", PLAIN, nullable=False),
        sa.Column("facility_class", PLAIN, nullable=True),
        sa.Column("code", PLAIN, nullable=True),
        sa.Column("owner_unit", sa.String(), nullable=True),
        sa.Column("regulator", sa.String(), nullable=True),
        sa.Column("spot", sa.String(), nullable=True),
        sa.Column("position", PLAIN, nullable=True),
        sa.Column("every_days", sa.Integer(), nullable=True),
        sa.Column("inspected_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("source", PLAIN, nullable=False),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("provenance", JSON, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["places.id"], name=op.f("fk_facilities_community_id")),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_facilities_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facilities")),
    )
    op.create_index(
        op.f("ix_facilities_community_id_due_on"), "facilities", ["community_id", "due_on"], unique=False
    )
    op.create_index(
        op.f("ix_facilities_community_id_name"), "facilities", ["community_id", "name"], unique=False
    )
    op.create_index(op.f("ix_facilities_place_id"), "facilities", ["place_id"], unique=False)
    op.create_table(
        "grids",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("code", PLAIN, nullable=False),
        sa.Column("name", PLAIN, nullable=False),
        sa.Column("level", PLAIN, nullable=False),
        sa.Column("boundary", sa.String(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("source", PLAIN, nullable=False),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("provenance", JSON, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["places.id"], name=op.f("fk_grids_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grids")),
    )
    op.create_index(op.f("ix_grids_community_id_code"), "grids", ["community_id", "code"], unique=True)
    op.create_table(
        "facility_inspections",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("facility_id", PLAIN, nullable=False),
        sa.Column("inspected_on", sa.Date(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("findings", sa.Text(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_id", PLAIN, nullable=False),
        sa.Column("by_name", PLAIN, nullable=False),
        sa.ForeignKeyConstraint(
            ["facility_id"], ["facilities.id"], name=op.f("fk_facility_inspections_facility_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facility_inspections")),
    )
    op.create_index(
        op.f("ix_facility_inspections_community_id"), "facility_inspections", ["community_id"], unique=False
    )
    op.create_index(
        op.f("ix_facility_inspections_facility_id_id"),
        "facility_inspections",
        ["facility_id", "id"],
        unique=False,
    )
    op.create_table(
        "group_charters",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("group_id", PLAIN, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("adopted_on", sa.Date(), nullable=False),
        sa.Column("source", PLAIN, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_id", PLAIN, nullable=False),
        sa.Column("by_name", PLAIN, nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["building_groups.id"], name=op.f("fk_group_charters_group_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_charters")),
    )
    op.create_index(op.f("ix_group_charters_community_id"), "group_charters", ["community_id"], unique=False)
    op.create_index(
        op.f("ix_group_charters_group_id_version"), "group_charters", ["group_id", "version"], unique=True
    )
    op.create_table(
        "seats",
        sa.Column("id", PLAIN, nullable=False),
        sa.Column("community_id", PLAIN, nullable=False),
        sa.Column("of_id", PLAIN, nullable=False),
        sa.Column("body", PLAIN, nullable=False),
        sa.Column("title", PLAIN, nullable=False),
        sa.Column("person_id", PLAIN, nullable=True),
        sa.Column("account_id", PLAIN, nullable=True),
        sa.Column("duty", PLAIN, nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", PLAIN, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_seats_account_id")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_seats_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seats")),
    )
    op.create_index(op.f("ix_seats_account_id"), "seats", ["account_id"], unique=False)
    op.create_index(op.f("ix_seats_community_id"), "seats", ["community_id"], unique=False)
    op.create_index(
        op.f("ix_seats_of_id_body_valid_to"), "seats", ["of_id", "body", "valid_to"], unique=False
    )
    op.create_index(op.f("ix_seats_person_id"), "seats", ["person_id"], unique=False)
    op.create_index(
        "uq_seats_lead",
        "seats",
        ["of_id", "body"],
        unique=True,
        sqlite_where=sa.text("title = 'lead' AND valid_to IS NULL"),
        postgresql_where=sa.text("title = 'lead' AND valid_to IS NULL"),
    )
    op.add_column("communities", sa.Column("east", sa.String(), nullable=True))
    op.add_column("communities", sa.Column("south", sa.String(), nullable=True))
    op.add_column("communities", sa.Column("west", sa.String(), nullable=True))
    op.add_column("communities", sa.Column("north", sa.String(), nullable=True))
    op.add_column("communities", sa.Column("community_type", PLAIN, nullable=True))
    op.add_column("communities", sa.Column("source", PLAIN, nullable=True))
    op.add_column("communities", sa.Column("verified_on", sa.Date(), nullable=True))
    op.add_column("communities", sa.Column("provenance", JSON, nullable=True))
    op.add_column("organisations", sa.Column("address", sa.String(), nullable=True))
    op.add_column("organisations", sa.Column("legal_person_sealed", sa.LargeBinary(), nullable=True))
    op.add_column("organisations", sa.Column("contact_sealed", sa.LargeBinary(), nullable=True))
    op.add_column("organisations", sa.Column("contact_phone_sealed", sa.LargeBinary(), nullable=True))
    op.add_column("organisations", sa.Column("liaison", PLAIN, nullable=True))
    op.add_column("organisations", sa.Column("main_unit", PLAIN, nullable=True))
    op.add_column("organisations", sa.Column("register_type", PLAIN, nullable=True))
    op.add_column("organisations", sa.Column("rating", PLAIN, nullable=True))
    op.add_column("organisations", sa.Column("brand_projects", sa.String(), nullable=True))
    op.add_column("organisations", sa.Column("service_scope", sa.String(), nullable=True))
    op.add_column("organisations", sa.Column("ended_on", sa.Date(), nullable=True))
    op.add_column("organisations", sa.Column("source", PLAIN, nullable=True))
    op.add_column("organisations", sa.Column("verified_on", sa.Date(), nullable=True))
    op.add_column("organisations", sa.Column("provenance", JSON, nullable=True))
