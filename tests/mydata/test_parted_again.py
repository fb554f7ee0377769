"""Two entries were merged that are two people: once they are parted, each has what is his and nothing else."""

from datetime import timedelta

import pytest

from core_db.accounts import BindingDraft, BindingRefusalDraft, approve_binding, ask_for_home, revoke_binding
from core_db.cases import (
    CaseDraft,
    CaseFilter,
    OnBehalfDraft,
    case_shown,
    own_cases,
    submit_case,
    submit_on_behalf,
)
from core_db.foundation.errors import NotFound
from core_db.installs.consents import consents_of
from core_db.mydata import (
    CorrectionDraft,
    accept_correction,
    ask_for_childs_export,
    ask_for_correction,
    ask_for_export,
    correction_seen,
    make_exports,
    my_exports,
    open_export,
)
from core_db.mydata import exporting as copying
from core_db.mydata.subject import subject_of_account
from core_db.overview import person_overview
from core_db.reveals import QuestionDraft, RevealDraft, ask_about_look, reveal_person, who_looked
from tests.cases import for_another
from tests.installs import conftest as installs
from tests.mydata.childhood import child_of
from tests.mydata.conftest import opened
from tests.mydata.leaving import he_leaves

enter, keep_house, known, lead, parties, raise_for = (
    for_another.enter, for_another.keep_house, for_another.known, for_another.lead, for_another.parties,
    for_another.raise_for,
)  # fmt: skip
for _name in ("installed", "enabled", "purpose_of", "agreed", "pair"):
    globals()[_name] = getattr(installs, _name)

REPORTS = CaseDraft(text="我要举报楼上赌博")
LOOKED = RevealDraft(
    fields=("phone",), purpose="registry-correction", reason="名册上的手机号打不通，核对一下"
)


@pytest.fixture
def aunt(given):
    """Hers is the entry that is kept."""
    return given.resident(given.home, name="赵阿姨")


@pytest.fixture
def uncle(given):
    """His stands behind hers until they are parted."""
    return given.neighbour("李叔")


def test_what_he_raised_meanwhile_is_his_alone(given, aunt, uncle, known, parties):
    part = given.taken_for_one(aunt.person_id, uncle.person_id)
    case = given.do(submit_case, REPORTS, by=known(uncle)).case

    part()

    assert parties(case.id) == [("requester", uncle.id, uncle.person_id, "李叔")]
    of_her, of_him = (
        given.door.read_now(lambda session, one=one: subject_of_account(session, one.id))
        for one in (aunt, uncle)
    )
    assert (case.id in of_her.case_ids, case.id in of_him.case_ids) == (False, True)
    hers, his = (given.see(person_overview, one.person_id, by=given.worker()).raised for one in (aunt, uncle))
    assert ([one.id for one in hers], [one.id for one in his]) == ([], [case.id])


def test_what_she_raised_meanwhile_stays_hers(given, aunt, uncle, known, parties):
    part = given.taken_for_one(aunt.person_id, uncle.person_id)
    case = given.do(submit_case, REPORTS, by=known(aunt)).case

    part()

    assert parties(case.id) == [("requester", aunt.id, aunt.person_id, "赵阿姨")]


def test_her_leaving_takes_nothing_out_of_his_case(given, aunt, uncle, known, tmp_path):
    part = given.taken_for_one(aunt.person_id, uncle.person_id)
    raised = REPORTS.model_copy(update={"place_id": given.other_home.id})
    case = given.do(submit_case, raised, by=known(uncle)).case
    part()
    before = given.see(case_shown, case.id, by=known(uncle))

    he_leaves(given, known(aunt), tmp_path)

    after = given.see(case_shown, case.id, by=known(uncle))
    assert (after["reporter"], after["place"]["label"]) == (before["reporter"], before["place"]["label"])


def test_what_he_raised_next_door_is_his_too(given, aunt, uncle, known, parties):
    """Where the worker who parts them reaches nothing."""
    asked = given.do(ask_for_home, BindingDraft(home_id=given.neighbouring_home.id, name="李叔"), by=uncle)
    given.do(approve_binding, asked.id, by=given.worker_next_door())
    part = given.taken_for_one(aunt.person_id, uncle.person_id)
    raised = REPORTS.model_copy(update={"place_id": given.neighbouring_home.id})
    case = given.do(submit_case, raised, by=known(uncle)).case

    part()

    assert parties(case.id) == [("requester", uncle.id, uncle.person_id, "李叔")]


def test_what_he_raised_for_her_household_he_reads_no_more(
    given, enter, keep_house, known, raise_for, parties
):
    """They live behind one door, and only one of them keeps house with her."""
    lodger, aunt, hers = given.resident(name="李叔"), enter("李婶"), enter("王奶奶")
    keep_house(aunt, hers)
    part = given.taken_for_one(aunt, lodger.person_id)
    case = raise_for("王奶奶", by=known(lodger))
    assert parties(case.id)[1][2] == hers

    part()

    with pytest.raises(NotFound):
        given.see(case_shown, case.id, by=known(lodger))


def test_what_he_raised_for_a_neighbour_as_the_lead_he_reads_on(
    given, lead, enter, known, raise_for, parties
):
    """He was elected, whosever entry his own stood behind."""
    namesake = enter("周师傅", given.homes[2])
    enter("钱七七", given.other_home)
    part = given.taken_for_one(namesake, lead.person_id)
    case = raise_for("钱七七", by=known(lead), on_behalf_room="102")

    part()

    assert parties(case.id)[0] == ("proxy", lead.id, lead.person_id, lead.name)


def test_what_he_agreed_to_lets_no_plugin_read_her(given, aunt, uncle, known, installed, enabled, agreed):
    installed()
    enabled()
    part = given.taken_for_one(aunt.person_id, uncle.person_id)
    agreed(known(uncle))

    part()

    of_her, of_him = (
        given.door.read_now(lambda session, one=one: consents_of(session, [one.person_id]))
        for one in (aunt, uncle)
    )
    assert of_her == []
    assert [one.withdrawn_at is None for one in of_him] == [False]


def test_what_she_agreed_to_stands(given, aunt, uncle, known, installed, enabled, agreed):
    installed()
    enabled()
    agreed(aunt)
    part = given.taken_for_one(aunt.person_id, uncle.person_id)
    part()

    standing = given.door.read_now(lambda session: consents_of(session, [aunt.person_id]))
    assert [one.withdrawn_at for one in standing] == [None]


def test_what_he_asked_to_have_put_right_is_put_right_in_his_entry(given, aunt, uncle, known):
    part = given.taken_for_one(aunt.person_id, uncle.person_id)
    wanted = CorrectionDraft(field="phone", value="13700007777")
    asked = given.do(ask_for_correction, wanted, by=known(uncle))
    hers = given.do(ask_for_correction, wanted, by=known(aunt))

    part()

    assert given.do(accept_correction, asked.id, by=given.worker()).person_id == uncle.person_id
    assert given.see(correction_seen, hers.id, by=given.worker()).name == "赵阿姨"


# -- copies -----------------------------------------------------------------------------------------


@pytest.fixture
def entered(given, uncle):
    """What was written down for the other by telephone."""
    draft = OnBehalfDraft(text="我有精神疾病要办证", channel="phone", on_behalf_of=uncle.person_id)
    return given.do(submit_on_behalf, draft, by=given.worker()).case


@pytest.mark.parametrize("whose", ["hers", "his"])
def test_a_copy_of_both_is_handed_to_neither(
    given, door, aunt, uncle, entered, known, tmp_path, clock, whose
):
    who = {"hers": aunt, "his": uncle}[whose]
    part = given.taken_for_one(aunt.person_id, uncle.person_id)
    given.do(ask_for_export, lang="zh", by=known(who))
    make_exports(door, tmp_path, clock=clock)
    (copy,) = given.see(my_exports, by=known(who))

    part()

    assert given.see(my_exports, by=known(who)) == []
    with pytest.raises(NotFound):
        given.see(open_export, copy.id, folder=tmp_path, by=known(who))


def test_a_copy_from_before_they_were_one_is_handed_out(given, door, aunt, uncle, known, tmp_path, clock):
    given.do(ask_for_export, lang="zh", by=known(aunt))
    make_exports(door, tmp_path, clock=clock)
    clock.advance(timedelta(minutes=1))

    given.taken_for_one(aunt.person_id, uncle.person_id)()

    assert [one.size > 0 for one in given.see(my_exports, by=known(aunt))] == [True]


def test_a_childs_copy_of_two_children_is_handed_out_no_more(
    given, door, aunt, known, enter, tmp_path, clock
):
    child = child_of(given, aunt)
    part = given.taken_for_one(child, enter("小宝宝"))
    given.do(ask_for_childs_export, child, lang="zh", by=known(aunt))
    make_exports(door, tmp_path, clock=clock)

    part()

    assert given.see(my_exports, by=known(aunt)) == []


def test_a_copy_that_is_being_made_while_they_are_parted_is_made_anew(
    given, door, aunt, uncle, entered, known, tmp_path, clock, monkeypatch
):
    part = given.taken_for_one(aunt.person_id, uncle.person_id)
    given.do(ask_for_export, lang="zh", by=known(aunt))
    written = copying._write_zip

    def parted_meanwhile(*said, **more):
        written(*said, **more)
        clock.advance(timedelta(seconds=1))
        part()

    monkeypatch.setattr(copying, "_write_zip", parted_meanwhile)
    make_exports(door, tmp_path, clock=clock)
    assert [one.ready_at for one in given.see(my_exports, by=known(aunt))] == [None]

    monkeypatch.setattr(copying, "_write_zip", written)
    make_exports(door, tmp_path, clock=clock)
    (copy,) = given.see(my_exports, by=known(aunt))
    _seen, content = given.see(open_export, copy.id, folder=tmp_path, by=known(aunt))
    assert "精神疾病" not in opened(b"".join(content)).page


# -- what was brought to an account ------------------------------------------------------------------


@pytest.fixture
def bound_as(given):
    def bound(actor, home, name):
        asked = given.do(ask_for_home, BindingDraft(home_id=home.id, name=name), by=actor)
        return given.do(approve_binding, asked.id, by=given.worker())

    return bound


@pytest.fixture
def brought(given, enter):
    """赵阿姨, who has no account, her entry, and what she said by telephone."""
    entry = enter("赵阿姨", given.homes[2])
    draft = OnBehalfDraft(text="赵阿姨来电", channel="phone", on_behalf_of=entry)
    return entry, given.do(submit_on_behalf, draft, by=given.worker()).case


def test_what_was_brought_to_him_is_hers_who_has_an_account_now(
    given, uncle, known, parties, brought, bound_as
):
    entry, case = brought
    part = given.taken_for_one(entry, uncle.person_id)
    hers = given.newcomer("赵阿姨")
    bound_as(hers, given.homes[2], "赵阿姨")

    part()

    assert parties(case.id)[0][1:3] == (hers.id, entry)
    assert [one["id"] for one in given.see(own_cases, CaseFilter(), by=known(hers)).items] == [case.id]


def test_what_was_brought_to_him_is_nobodys_where_she_has_none(given, uncle, parties, brought):
    entry, case = brought
    part = given.taken_for_one(entry, uncle.person_id)
    assert parties(case.id)[0][1] == uncle.id

    part()

    assert parties(case.id)[0][1:3] == (None, entry)


def test_what_came_home_to_her_meanwhile_is_not_taken_from_her(given, enter, parties, brought, bound_as):
    """It was brought to a stranger, whose binding was undone before they were parted."""
    entry, case = brought
    behind = enter("赵姨", given.homes[2])
    mistaken = bound_as(given.newcomer(), given.homes[2], "赵姨")
    part = given.taken_for_one(entry, behind)
    hers = given.newcomer("赵阿姨")
    bound_as(hers, given.homes[2], "赵阿姨")
    given.do(revoke_binding, mistaken.id, BindingRefusalDraft(reason="这不是她的账号。"), by=given.worker())

    part()

    assert parties(case.id)[0][1:3] == (hers.id, entry)


# -- looks ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("whose", ["hers", "his"])
def test_who_asked_about_a_look_at_the_other_is_answered_nothing(given, aunt, uncle, known, whose):
    """Looks at either were both of theirs to read, as long as they were one person."""
    who, asker = (aunt, uncle) if whose == "hers" else (uncle, aunt)
    given.do(reveal_person, who.person_id, LOOKED, by=given.worker())
    part = given.taken_for_one(aunt.person_id, uncle.person_id)
    look = next(one for one in given.see(who_looked, by=known(asker)) if one.purpose == LOOKED.purpose)
    asked = given.do(ask_about_look, look.seq, QuestionDraft(text="为什么看我"), by=known(asker))

    part()

    with pytest.raises(NotFound):
        given.see(case_shown, asked.question_id, by=known(asker))
    assert given.do(ask_about_look, look.seq, QuestionDraft(text="我自己要问"), by=known(who)).asked


def test_who_asked_about_a_look_at_himself_is_answered(given, aunt, uncle, known):
    given.do(reveal_person, uncle.person_id, LOOKED, by=given.worker())
    part = given.taken_for_one(aunt.person_id, uncle.person_id)
    look = next(one for one in given.see(who_looked, by=known(uncle)) if one.purpose == LOOKED.purpose)
    asked = given.do(ask_about_look, look.seq, QuestionDraft(text="为什么看我"), by=known(uncle))

    part()

    assert given.see(case_shown, asked.question_id, by=known(uncle))["id"] == asked.question_id
