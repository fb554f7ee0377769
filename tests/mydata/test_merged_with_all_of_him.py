"""Two entries of one person: what he asked for and agreed to follows him, and no column that names him is forgotten."""

import contextlib
import importlib
import threading
from dataclasses import replace

import pytest
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import select

from core_db.doubles import MergeDraft, RegisterMerge
from core_db.doubles.errors import MergeUndone, NotTwoEntries
from core_db.doubles.following import POINTS, WAITING
from core_db.installs.model import ERASURES, SUBJECTS
from core_db.migrations.tables import all_tables
from core_db.mydata import (
    CHILD_DATA,
    CorrectionDraft,
    accept_correction,
    ask_for_childs_export,
    ask_for_correction,
    give_consent,
    make_exports,
    merge_people,
    my_consents,
    my_plugin_consents,
    open_export,
    part_people,
    withdraw_from_purpose,
)
from core_db.mydata.merging import ALSO
from core_db.mydata.subject import subject_of_account
from core_db.people import Person, PersonDraft, person_file, register_person
from core_db.reveals import RevealDraft, reveal_person, who_looked
from tests.databases import open_door
from tests.installs import conftest as installs
from tests.mydata.childhood import child_of
from tests.mydata.conftest import opened

for _name in ("installed", "enabled", "purpose_of", "agreed", "pair"):
    globals()[_name] = getattr(installs, _name)

MIGRATION = "core_db.migrations.versions.2026_11_28_all_stand_behind_one"
#: Columns that name somebody of the register and stay where they are when his entries are merged.
STAYS = {
    "what was recorded is not rewritten": {
        ("access_events", "subject_id"), ("audit_subjects", "subject_id"), ("emergency_accesses", "person_id"),
        ("register_changes", "person_id"),
    },
    "they say which entries it was": {
        ("register_merges", "kept_id"), ("register_merges", "behind_id"), ("register_distinctions", "one_id"),
        ("register_distinctions", "other_id"),
    },
    "no committee reaches what an account keeps; whoever acts for the kept entry is asked": {
        ("consents", "child_id"), ("data_exports", "child_id"),
    },
    "what was handed in says whom it was about that day": {
        ("report_rows", "subject_id"), ("report_answers", "subject_id"),
    },
    "a table is compared with the register anew before it is applied": {("register_sheet_rows", "person_id")},
}  # fmt: skip
#: What goes along by a way of its own (`core_db.doubles.following`).
BY_ITSELF = {(WAITING, "person_id"), ("visit_plan_subjects", "subject_id")}


def test_every_column_that_names_somebody_of_the_register_follows_or_is_said_to_stay():
    naming = {
        (table.name, column.name)
        for table in all_tables().tables.values()
        for column in table.columns
        if any(key.target_fullname == "persons.id" for key in column.foreign_keys)
        or column.name in ("person_id", "subject_id", "child_id")
        or (table.name, column.name) == ("persons", "merged_into_id")
    }
    follows = {(name, column) for name, (_model, column) in {**POINTS, **ALSO}.items()}

    assert len(naming) > 25
    assert follows | BY_ITSELF | set().union(*STAYS.values()) == naming


@pytest.fixture
def worker(given):
    return given.worker()


@pytest.fixture
def entry(given, worker):
    return given.do(register_person, PersonDraft(community_id=given.community.id, name="王阿姨"), by=worker)


def test_what_he_asked_to_have_put_right_is_put_right_where_it_is_read(given, worker, entry):
    aunt = given.resident()
    wanted = CorrectionDraft(field="phone", value="13700007777")
    before, after = (
        given.do(ask_for_correction, one, by=aunt)
        for one in (wanted, CorrectionDraft(field="sex", value="2"))
    )
    merge = given.do(merge_people, MergeDraft(kept_id=entry.id, behind_id=aunt.person_id), by=worker)
    given.do(accept_correction, before.id, by=worker)

    assert given.see(person_file, entry.id, by=worker).phone == "137****7777"
    given.do(part_people, merge.id, by=worker)
    assert given.do(accept_correction, after.id, by=worker).person_id == aunt.person_id


@pytest.mark.parametrize("known_twice", [False, True])
def test_what_he_agreed_to_is_taken_back_and_forgotten_however_often_the_plugin_knew_him(
    given, worker, entry, installed, enabled, agreed, pair, purpose_of, door, known_twice
):
    installed()
    enabled()
    aunt = given.resident()
    agreed(aunt)
    pairs = {pair(aunt), *([pair(replace(aunt, person_id=entry.id))] if known_twice else [])}
    given.do(merge_people, MergeDraft(kept_id=entry.id, behind_id=aunt.person_id), by=worker)
    aunt = replace(aunt, person_id=entry.id)

    (plugin,) = given.see(my_plugin_consents, by=aunt)
    assert [one.agreed_at is not None for one in plugin.purposes if one.purpose.id == "visit"] == [True]
    assert pair(aunt) in pairs
    given.do(withdraw_from_purpose, purpose_of(aunt), by=aunt)
    assert set(door.read_now(lambda session: session.execute(select(ERASURES.c.pair)).scalars())) == pairs


def test_a_pair_goes_back_to_its_entry_when_they_are_parted(
    given, worker, entry, installed, enabled, pair, door
):
    installed()
    enabled()
    aunt = given.resident()
    pair(aunt)

    def known():
        return door.read_now(lambda session: session.execute(select(SUBJECTS.c.subject_id)).scalars().all())

    merge = given.do(merge_people, MergeDraft(kept_id=entry.id, behind_id=aunt.person_id), by=worker)
    assert known() == [entry.id]
    given.do(part_people, merge.id, by=worker)
    assert known() == [aunt.person_id]


def test_a_copy_of_a_child_that_waits_is_of_both_entries_and_still_its_guardians(
    given, worker, entry, tmp_path, clock
):
    mother = given.resident()
    child_id = child_of(given, mother, name="王阿姨")
    asked = given.do(ask_for_childs_export, child_id, lang="zh", by=mother)
    given.do(merge_people, MergeDraft(kept_id=entry.id, behind_id=child_id), by=worker)
    assert make_exports(given.door, tmp_path, clock=clock) == 1

    _seen, pieces = given.see(open_export, asked.id, folder=tmp_path, by=mother)
    assert len(opened(b"".join(pieces)).data["persons"]) == 2


@pytest.mark.both
def test_what_was_agreed_to_for_a_child_is_taken_back_under_the_entry_that_is_kept(
    given, worker, entry, actor_client, send_form
):
    mother = given.resident()
    child_id = child_of(given, mother, name="王阿姨")
    given.do(give_consent, CHILD_DATA, child_id=child_id, by=mother)
    given.do(merge_people, MergeDraft(kept_id=entry.id, behind_id=child_id), by=worker)
    client = actor_client(mother, page=True)
    page, takes_back = (
        client.get("/me/data/children").text,
        f"/me/data/children/{entry.id}/consent/withdrawal",
    )

    assert takes_back in page
    assert send_form(client, page, takes_back, {}).status_code == 303
    assert [one.withdrawn_at is None for one in given.see(my_consents, by=mother)] == [False]


def test_of_three_entries_merged_one_after_another_the_one_person_reads_and_has_all(
    given, worker, entry, door, clock
):
    aunt, first = given.resident(), given.do(register_person, _of_hers(given), by=worker)
    looking = RevealDraft(
        fields=("phone",), purpose="registry-correction", reason="名册上的手机号打不通，核对"
    )
    given.do(reveal_person, first.id, looking, by=worker)
    given.do(merge_people, MergeDraft(kept_id=entry.id, behind_id=first.id), by=worker)
    last = given.do(merge_people, MergeDraft(kept_id=aunt.person_id, behind_id=entry.id), by=worker)

    def hers():
        return door.read_now(lambda session: subject_of_account(session, aunt.id)).person_ids

    assert set(hers()) == {aunt.person_id, entry.id, first.id}
    assert len(given.see(who_looked, by=aunt)) == 1
    given.do(part_people, last.id, by=worker)
    assert hers() == (aunt.person_id,)


def _of_hers(given):
    return PersonDraft(community_id=given.community.id, name="王阿姨", phone="13700000009")


def test_entries_that_were_merged_so_before_are_found_one_step_away_too(given, worker, entry, door):
    first, kept = (given.do(register_person, _of_hers(given), by=worker) for _one in range(2))
    given.do(merge_people, MergeDraft(kept_id=entry.id, behind_id=first.id), by=worker)
    last = given.do(merge_people, MergeDraft(kept_id=kept.id, behind_id=entry.id), by=worker)

    def as_before(session):
        session.get(Person, first.id).merged_into_id = entry.id
        merge = session.get(RegisterMerge, last.id)
        merge.moved = {name: ids for name, ids in merge.moved.items() if name != "persons"}
        session.flush()
        with Operations.context(MigrationContext.configure(session.connection())):
            importlib.import_module(MIGRATION).upgrade()

    def stands_behind():
        behind = select(Person.merged_into_id).where(Person.id == first.id)
        return door.read_now(lambda session: session.execute(behind).scalar())

    door.write_now(as_before)
    assert stands_behind() == kept.id
    given.do(part_people, last.id, by=worker)
    assert stands_behind() == entry.id


@pytest.mark.postgres
def test_merged_both_ways_in_one_moment_neither_stands_behind_the_other_twice(
    given, worker, entry, door, clock, settings
):
    other, said = given.do(register_person, _of_hers(given), by=worker), []
    first = MergeDraft(kept_id=entry.id, behind_id=other.id)
    second = MergeDraft(kept_id=other.id, behind_id=entry.id)

    def meanwhile():
        with contextlib.closing(open_door(settings)) as theirs, contextlib.suppress(NotTwoEntries):
            said.append(
                theirs.write_now(lambda session: merge_people(session, second, actor=worker, clock=clock))
            )

    thread = threading.Thread(target=meanwhile)
    with door.one_transaction() as session:
        merge_people(session, first, actor=worker, clock=clock)
        thread.start()
        thread.join(1)
    thread.join()
    assert said == []


@pytest.mark.postgres
def test_of_two_who_part_in_one_moment_the_second_is_told(given, worker, entry, door, clock, settings):
    other, said = given.do(register_person, _of_hers(given), by=worker), []
    merge = given.do(merge_people, MergeDraft(kept_id=entry.id, behind_id=other.id), by=worker)

    def meanwhile():
        with contextlib.closing(open_door(settings)) as theirs:
            try:
                theirs.write_now(lambda session: part_people(session, merge.id, actor=worker, clock=clock))
            except MergeUndone as told:
                said.append(told)

    thread = threading.Thread(target=meanwhile)
    with door.one_transaction() as session:
        part_people(session, merge.id, actor=worker, clock=clock)
        thread.start()
        thread.join(1)
    thread.join()
    assert len(said) == 1
