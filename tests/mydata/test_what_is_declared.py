"""Every table says whom it is about; one that does not makes this red, and so nothing is forgotten in silence."""

from core_db.migrations.tables import all_tables
from core_db.mydata.declared import ABOUT
from core_db.mydata.nobody import NOBODY
from core_db.mydata.words import COLUMN_WORDS, TABLE_WORDS


def undeclared(tables):
    return sorted(set(tables) - set(ABOUT) - set(NOBODY))


def test_every_table_is_declared_about_a_person_or_about_nobody_and_never_both():
    tables = all_tables().tables

    assert len(tables) > 35
    assert undeclared(tables) == [], "say in core_db/mydata/declared.py whom these are about"
    assert sorted((set(ABOUT) | set(NOBODY)) - set(tables)) == []
    assert set(ABOUT) & set(NOBODY) == set()


def test_a_new_table_would_be_noticed():
    assert undeclared([*all_tables().tables, "secret_files"]) == ["secret_files"]


def test_of_a_table_about_a_person_every_column_is_given_or_kept_back():
    tables = all_tables().tables
    wrong = {
        name: sorted(about.columns ^ set(tables[name].columns.keys()))
        for name, about in ABOUT.items()
        if about.columns != set(tables[name].columns.keys())
    }

    assert len(ABOUT) > 20
    assert wrong == {}, "say in core_db/mydata/declared.py whether he is given these columns"


def test_whatever_is_sealed_is_given_unsealed_unless_it_is_a_secret():
    secrets = {
        ("accounts", "totp_sealed"), ("data_exports", "key_sealed"),
        # It is the child's, and stands in the child's entry of the register.
        ("guardianships", "birth_sealed"),
        # A committee's, for whatever a plugin talks to.
        ("x_grants", "secrets_sealed"),
        # A whole neighbourhood's table; what it says of somebody stands in its rows, and those he is given.
        ("register_sheets", "file_sealed"),
        # Of people of firms and of whoever answers for a group: no account and no entry of the register leads there.
        ("organisations", "legal_person_sealed"), ("organisations", "contact_sealed"),
        ("organisations", "contact_phone_sealed"), ("building_groups", "contact_phone_sealed"),
        # What the papers of a home said before may be another owner's; what they say now its owner is given.
        ("place_changes", "before_sealed"), ("place_changes", "after_sealed"),
    }  # fmt: skip
    sealed = {
        (table.name, column.name)
        for table in all_tables().tables.values()
        for column in table.columns
        if column.name.endswith("_sealed")
    }
    opened = {(name, column) for name, about in ABOUT.items() for column in about.sealed}

    assert len(sealed) > 6
    assert sealed - opened == secrets


def test_whatever_somebody_else_wrote_and_sealed_is_given_with_others_made_unreadable():
    """What is not, is his own field or his own word, or says which tag it is."""
    his_own = {
        ("accounts", "phone_sealed"), ("correction_requests", "wanted_sealed"), ("platform_feedback", "contact_sealed"),
        ("register_changes", "before_sealed"), ("register_changes", "after_sealed"),
        ("register_proposals", "value_sealed"), ("place_records", "certificate_sealed"),
        ("case_filled_fields", "personal_sealed"), ("case_filled_fields", "sensitive_sealed"),
        ("x_profile_fields", "profile_personal_sealed"), ("x_profile_fields", "profile_sensitive_sealed"),
        ("register_sheet_rows", "said_sealed"), ("tag_assignments", "tag_sealed"),
    }  # fmt: skip
    unhidden = {
        (name, column)
        for name, about in ABOUT.items()
        for column in about.sealed
        if column not in about.by_others and name != "persons"
    }

    assert unhidden == his_own


def test_nobody_is_said_with_a_reason():
    assert [name for name, about in NOBODY.items() if len(about.why) < 15] == []


def test_every_part_and_every_field_of_a_copy_has_words_in_both_languages():
    fields = set()
    for about in ABOUT.values():
        for column in (*about.given, *about.sealed):
            name = column.removesuffix("_sealed")
            is_named = column in ("case_id", "home_id", "place_id", "community_id")
            fields.add(name.removesuffix("_id") if is_named else name)

    assert set(TABLE_WORDS) == set(ABOUT)
    assert sorted(fields - set(COLUMN_WORDS)) == []
    assert [
        name for name, (zh, en) in {**TABLE_WORDS, **COLUMN_WORDS}.items() if not zh or not en.isascii()
    ] == []
