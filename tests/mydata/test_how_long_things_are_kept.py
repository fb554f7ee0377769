"""How long what is kept is the operator's to say, never below the law; and every night what is over its time goes."""

from datetime import timedelta

import pytest
from sqlalchemy import Column, LargeBinary, MetaData, String, Table, func, select

from core_db.access import AccessEvent
from core_db.accounts.model import SignInSession
from core_db.cases import accept_case
from core_db.cases.drafts import AcceptanceDraft
from core_db.cases.model import PHOTOS
from core_db.emergency import EmergencyDraft, open_emergency, uncover_in_emergency
from core_db.emergency.model import EmergencyAccess, EmergencyReview
from core_db.foundation.errors import CannotBeRead, NotFound
from core_db.foundation.fields import F0, F1, F2
from core_db.foundation.ids import new_id
from core_db.migrations.tables import all_tables
from core_db.mydata import KINDS, ShorterThanTheLaw, apply_retention, retention_now, set_retention
from core_db.mydata.model import Consent, CorrectionRequest, Guardianship, RetentionRule
from core_db.mydata.retention import OTHERWISE
from core_db.mydata.retiring import OVER
from core_db.reveals import QuestionDraft, RegisterExport, ask_about_look, uncover_contact, who_looked
from core_db.reveals.model import LookAlarm
from core_db.upkeep import gather_evidence
from tests.command.conftest import at_home, typed
from tests.mydata.conftest import _photo

__all__ = ["at_home", "typed"]


def count(door, column):
    return door.read_now(lambda session: session.execute(select(func.count(column))).scalar())


def test_every_kind_has_words_a_ground_and_somebody_who_knows_what_is_over():
    assert set(OVER) == set(KINDS)
    assert [what for what, kind in KINDS.items() if kind.days < kind.at_least] == []
    assert [what for what, kind in KINDS.items() if not all((*kind.words, *kind.basis))] == []


@pytest.mark.parametrize("what", KINDS)
def test_shorter_than_the_law_is_refused_with_its_article_and_longer_is_taken(given, what):
    kind = KINDS[what]
    with pytest.raises(ShorterThanTheLaw) as refused:
        given.do(set_retention, what, kind.at_least - 1, by=given.system())
    rule = given.do(set_retention, what, kind.at_least, basis="区里的规定", by=given.system())

    assert kind.basis[0] in refused.value.sentence("zh")
    assert str(kind.at_least) in refused.value.sentence("en")
    assert (rule.days, rule.own, rule.basis) == (kind.at_least, True, "区里的规定")
    in_force = {rule.what: rule for rule, _ in given.see(retention_now, by=given.system())}
    assert in_force[what].days == kind.at_least


def test_a_time_that_became_too_short_is_not_followed(given, door):
    too_short = RetentionRule(what="access-events", days=5, changed_at=given.clock.now())
    door.write_now(lambda session: session.add(too_short))

    assert {rule.what: rule.days for rule, _ in given.see(retention_now, by=given.system())}[
        "access-events"
    ] == 1096


def test_the_operator_alone_sets_it_and_what_does_not_exist_is_said(given):
    with pytest.raises(NotFound):
        given.do(set_retention, "feedback", 30, by=given.secretary())
    for what, days in (("gossip", 30), ("feedback", 100_000)):
        with pytest.raises(CannotBeRead):
            given.do(set_retention, what, days, by=given.system())


@pytest.fixture
def used(given, tmp_path):
    """Somebody signed in, sent a photo nobody needed, and was called about his case."""
    aunt = given.resident()
    given.token_of(aunt)
    given.do(_photo, tmp_path, by=aunt)
    worker = given.worker()
    case = given.a_case(by=aunt).case
    given.do(accept_case, case.id, AcceptanceDraft(), by=worker)
    given.do(uncover_contact, case.id, by=worker)
    return aunt


def test_each_goes_when_its_time_is_over_and_not_a_day_before(used, given, door, clock, tmp_path):
    columns = {"loose-photos": PHOTOS.c.id, "sign-ins": SignInSession.id, "access-events": AccessEvent.seq}
    lasts = {"loose-photos": 30, "sign-ins": 184 + 30, "access-events": 1096}
    begun = clock.now()
    for what, days in lasts.items():
        clock.move_to(begun + timedelta(days=days))
        assert {r.what: n for r, n in given.see(retention_now, by=given.system())}[what] == 0
        apply_retention(door, tmp_path, clock=clock)
        assert count(door, columns[what]) == 1
        clock.advance(timedelta(seconds=1))
        assert {r.what: n for r, n in given.see(retention_now, by=given.system())}[what] == 1
        apply_retention(door, tmp_path, clock=clock)
        assert count(door, columns[what]) == 0
    assert list((tmp_path / "photos").rglob("*.jpg")) == []


def test_the_command_shows_it_and_sets_it_and_says_why_not(at_home):
    shown = at_home("retention", "--json").json["items"]
    assert {item["what"] for item in shown} == set(KINDS)
    assert "sign-ins" in at_home("retention").out

    done = at_home("retention", "feedback", "--days", "90")
    assert (done.status, "90 天" in done.out) == (0, True)
    refused = at_home("retention", "sign-ins", "--days", "30")
    assert refused.status == 1
    assert "至少要保存 184 天" in refused.err
    assert at_home("retention", "feedback").status == 1


# -- what is kept of other things -----------------------------------------------------------------------


#: Columns that say whose a row is, whether or not they refer to it.
WHOSE = {"community_id", "case_id", "account_id", "person_id", "place_id", "subject_id", "home_id"}


def without_a_time(metadata):
    """Tables with personal data of which nobody has said how long they are kept."""
    classes = {
        name: {c.info.get("field_class", F1) for c in t.columns} for name, t in metadata.tables.items()
    }
    belonging = {name for name, held in metadata.tables.items() if not WHOSE.isdisjoint(held.columns.keys())}
    personal = {name for name, held in classes.items() if held != {F0}} | belonging
    said = {table for kind in KINDS.values() for table in kind.tables} | set(OTHERWISE)
    return personal - {*said, "alembic_version"}


def test_every_table_with_personal_data_has_a_time_or_a_reason():
    assert without_a_time(all_tables()) == set()


def test_no_table_has_both_and_none_is_of_nothing():
    timed = {table for kind in KINDS.values() for table in kind.tables}

    assert timed & set(OTHERWISE) == set()
    assert timed | set(OTHERWISE) <= set(all_tables().tables)


@pytest.mark.parametrize(
    "column",
    [
        Column("nickname", String, info={"field_class": F1}),
        Column("badge", LargeBinary, info={"field_class": F2}),
        Column("person_id", String, info={"field_class": F0}),
        Column("nobody_thought_about_it", String),
    ],
    ids=lambda column: column.name,
)
def test_a_planted_table_without_a_time_is_found(column):
    planted = MetaData()
    Table(
        "gardeners",
        planted,
        Column("id", String, info={"field_class": F0}),
        Column(column.name, column.type, info=column.info),
    )

    assert without_a_time(planted) == {"gardeners"}


@pytest.fixture
def long_ago(given, clock):
    """One row of each kind that simply goes, all of this moment; and what hangs on it."""
    who, worker, now = given.resident(), given.worker(), clock.now()
    lived = {"id": new_id(), "account_id": who.id}
    look = EmergencyAccess(
        id=new_id(), account_id=worker.id, person_id=who.person_id, community_id=given.community.id,
        reason_code="missing", reason="三天没有出门，敲门没人应", opened_at=now, ends_at=now,
    )  # fmt: skip
    rows = [
        look,
        EmergencyReview(
            access_id=look.id, verdict="justified", text="属实", reviewed_by=worker.id, reviewed_at=now
        ),
        RegisterExport(
            id="x" * 32, community_id=given.community.id, status="refused", fields=[], reason="普查",
            asked_by=worker.id, asked_role="worker", asked_at=now,
        ),
        Consent(
            **lived, purpose="shared", text_version="1", given_at=now, given_how="page", withdrawn_at=now,
            withdrawn_how="page",
        ),
        Guardianship(
            **lived, community_id=given.community.id, child_name="小宝", relation="50", status="refused", asked_at=now,
            decided_at=now,
        ),
        CorrectionRequest(
            **lived, person_id=who.person_id, community_id=given.community.id, field="phone", status="refused",
            asked_at=now, due_on=now.date(), decided_at=now,
        ),
        LookAlarm(id=new_id(), community_id=given.community.id, actor_id=worker.id, looks=61, at=now),
    ]  # fmt: skip

    def write(session):
        for row in rows:
            session.add(row)
            session.flush()

    given.door.write_now(write)


GOING = {
    "emergencies": "emergency_accesses", "register-exports": "register_exports", "corrections": "correction_requests",
    "consents": "consents", "guardianships": "guardianships",
}  # fmt: skip


@pytest.mark.parametrize("what", GOING)
def test_the_others_go_when_their_time_is_over_too(what, long_ago, given, door, clock, tmp_path):
    column = next(iter(all_tables().tables[GOING[what]].primary_key))
    clock.advance(timedelta(days=KINDS[what].days))
    apply_retention(door, tmp_path, clock=clock)
    assert count(door, column) == 1

    clock.advance(timedelta(days=1, seconds=1))
    apply_retention(door, tmp_path, clock=clock)

    assert count(door, column) == 0
    assert {r.what: n for r, n in given.see(retention_now, by=given.system())}[what] == 0


def test_what_stands_beside_a_look_goes_with_it(given, door, clock, tmp_path):
    who, worker = given.resident(phone="13812345678"), given.worker()
    draft = EmergencyDraft(person_id=who.person_id, reason_code="missing", reason="三天没有出门，敲门没人应")
    look = given.do(open_emergency, draft, by=worker)
    given.do(uncover_in_emergency, look.id, by=worker)
    (seen,) = given.see(who_looked, by=who)
    given.do(ask_about_look, seen.seq, QuestionDraft(), by=who)
    alarm = LookAlarm(
        id=new_id(), community_id=given.community.id, actor_id=worker.id, looks=61, at=clock.now()
    )
    door.write_now(lambda session: session.add(alarm))
    beside = [all_tables().tables[name] for name in ("look_reasons", "look_questions", "look_alarms")]
    assert [count(door, next(iter(table.primary_key))) for table in beside] == [1, 1, 1]

    clock.advance(timedelta(days=KINDS["access-events"].days, seconds=1))
    apply_retention(door, tmp_path, clock=clock)

    assert [count(door, next(iter(table.primary_key))) for table in beside] == [0, 0, 0]
    assert door.read_now(lambda session: gather_evidence(session, door.keyring)).is_whole
