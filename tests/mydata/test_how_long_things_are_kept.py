"""How long what is kept is the operator's to say, never below the law; and every night what is over its time goes."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from core_db.access import AccessEvent
from core_db.accounts.model import SignInSession
from core_db.cases import accept_case
from core_db.cases.drafts import AcceptanceDraft
from core_db.cases.model import PHOTOS
from core_db.foundation.errors import CannotBeRead, NotFound
from core_db.mydata import KINDS, ShorterThanTheLaw, apply_retention, retention_now, set_retention
from core_db.mydata.model import RetentionRule
from core_db.mydata.retiring import OVER
from core_db.reveals import uncover_contact
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
