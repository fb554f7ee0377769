"""Whoever works for several neighbourhoods is asked which one is meant, where nothing else tells; nobody guesses."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core_db.accounts import RoleDraft, assign_role
from core_db.cases import OnBehalfDraft, submit_on_behalf
from core_db.experiences import (
    AdoptionDraft,
    ExperienceDraft,
    NotAdopted,
    OwnExperience,
    ThanksDraft,
    adopt_experience,
    propose_experience,
    share_experience,
    thank_for_experience,
    thanks_for,
    told_from,
)
from core_db.experiences.words import Origin
from core_db.foundation.actor import Role
from core_db.foundation.clock import local_date
from core_db.foundation.errors import CannotBeRead, NotFound
from core_db.foundation.ids import new_id
from core_db.guides import GuideDraft, keep_guide
from core_db.handover_notes import NobodyThere, NoteDraft, notes_for_me, write_note_on
from core_db.inquiries import InquiryDraft, take_inquiry
from core_db.ledgers import (
    FieldsDraft,
    FormDraft,
    OpenDraft,
    PublishDraft,
    add_fields,
    draft_form,
    form_shown,
    forms_due,
    open_fill,
    publish_form,
)
from core_db.neighbourhood import HandlingDraft, say_what_it_handles
from core_db.reveals import ExportDraft, ask_for_export
from tests.town import BUILDING_NEXT_DOOR, HERE, HOME_NEXT_DOOR, NEXT_DOOR

TOLD = {"title": "楼道堆物", "problem": "堆满旧物。", "steps": "一起清。"}
BOTH = {HERE.id, NEXT_DOOR.id}


@pytest.fixture
def of_two(given):
    """A worker with a post here, and one next door; she signs in with both."""
    worker = given.worker()
    post = RoleDraft(account_id=worker.id, role=Role.WORKER, place_id=NEXT_DOOR.id, reason="轮岗")
    given.do(assign_role, post, by=given.secretary(at=NEXT_DOOR))
    there = tuple(replace(one, place_id=NEXT_DOOR.id) for one in worker.grants)
    return replace(worker, grants=(*worker.grants, *there))


@pytest.fixture
def published(given, clock):
    """`published(by, at)`: a form that is asked at a place."""

    def made(by, at):
        today = local_date(clock.now())
        about = {"name": "老年人情况月报", "family": "service", "basis": "通知", "cycle": "month"}
        lasts = {"valid_from": today, "valid_to": today + timedelta(days=300), "row_kind": "person"}
        form = given.do(draft_form, FormDraft.model_validate({"place_id": at.id, **about, **lasts}), by=by)
        given.do(add_fields, form.id, FieldsDraft(catalogue=("person.name",)), by=by)
        version = given.see(form_shown, form.id, by=by).line.form.version
        return given.do(publish_form, form.id, PublishDraft(seen="yes", version=version), by=by)

    return made


def note(given, by, **which):
    return given.do(write_note_on, NoteDraft(text="下午来人", to="post:worker", **which), by=by)


def inquiry(given, by, **which):
    return given.do(take_inquiry, InquiryDraft(about="居住证怎么办", **which), by=by)


def export(given, by, **which):
    asked = ExportDraft(fields=("phone",), reason="年底要给每户送慰问品", **which)
    return given.do(ask_for_export, asked, by=by)


def experience(given, by, **which):
    return given.do(propose_experience, ExperienceDraft(**TOLD, **which), by=by)


@pytest.mark.parametrize("does", [note, inquiry, export, experience])
def test_whoever_works_for_two_says_for_which_it_is(given, of_two, does):
    with pytest.raises(CannotBeRead) as refused:
        does(given, of_two)

    assert [*refused.value.faults] == ["community_id"]
    assert {does(given, of_two, community_id=place).community_id for place in BOTH} == BOTH


@pytest.mark.parametrize("does", [note, inquiry, export, experience])
def test_whoever_works_for_one_is_not_asked_and_reaches_no_other(given, worker, does):
    twice = replace(worker, grants=(*worker.grants, *given.secretary().grants))

    for by in (worker, twice):
        assert does(given, by).community_id == HERE.id
        with pytest.raises(NotFound):
            does(given, by, community_id=NEXT_DOOR.id)
        with pytest.raises(NotFound):
            does(given, by, community_id="no place")


def test_a_note_to_a_colleague_is_where_he_works(given, of_two):
    wu, zhou = given.worker_next_door(), given.secretary()

    for colleague, where in ((wu, NEXT_DOOR), (zhou, HERE)):
        said = NoteDraft(text="下午来人", to=f"person:{colleague.id}")
        assert given.do(write_note_on, said, by=of_two).community_id == where.id
        assert [one.text for one in given.see(notes_for_me, by=colleague)] == ["下午来人"]
    elsewhere = NoteDraft(text="下午来人", to=f"person:{wu.id}", community_id=HERE.id)
    with pytest.raises(NobodyThere):
        given.do(write_note_on, elsewhere, by=of_two)


def test_what_somebody_asks_is_kept_where_he_lives(given, of_two):
    for at in (given.home, HOME_NEXT_DOOR):
        resident = given.resident(of=at)
        taken = inquiry(given, of_two, person_id=resident.person_id, community_id=HERE.id)
        assert taken.community_id == at.community_id


def test_what_is_entered_for_somebody_is_raised_where_he_lives_or_where_it_is_said(
    given, of_two, actor_client
):
    said = {"text": "路灯不亮", "channel": "phone"}
    with pytest.raises(CannotBeRead) as refused:
        given.do(submit_on_behalf, OnBehalfDraft(**said), by=of_two)
    assert [*refused.value.faults] == ["place_id"]

    for at in (given.home, HOME_NEXT_DOOR):
        person = given.resident(of=at).person_id
        for draft in ({"on_behalf_of": person}, {"place_id": at.community_id}):
            file = given.do(submit_on_behalf, OnBehalfDraft(**said, **draft), by=of_two)
            assert (file.community_id, file.case.place_id) == (at.community_id, at.community_id)
    with pytest.raises(NotFound):
        given.do(submit_on_behalf, OnBehalfDraft(**said, on_behalf_of=new_id()), by=of_two)
    page = actor_client(of_two, page=True).get("/enter").text
    for place in (HERE, NEXT_DOOR):
        assert f'value="{place.id}"' in page
    assert f"{NEXT_DOOR.label} {BUILDING_NEXT_DOOR.label}" in page


def test_at_hand_for_a_question_is_who_handles_it_where_it_was_asked(given, of_two, actor_client):
    firms = (given.property_firm, given.organisation("临江物业", at=NEXT_DOOR))
    for firm in firms:
        handles = HandlingDraft(categories=tuple(f"{n:02}" for n in range(1, 12)))
        given.do(say_what_it_handles, firm.id, handles, by=of_two)
    client = actor_client(of_two, page=True)

    for place, handles, not_here in (
        (HERE, "牡丹物业", "临江物业"),
        (NEXT_DOOR, "临江物业", "牡丹物业"),
    ):
        asked = given.do(take_inquiry, InquiryDraft(about="电梯坏了", community_id=place.id), by=of_two)
        page = client.get(f"/inquiries/{asked.id}").text
        assert (handles in page, not_here in page) == (True, False)
        entering = client.get(f"/enter?inquiry={asked.id}").text
        assert f'<option value="{place.id}" selected>' in entering
    both = client.get("/all-round?q=电梯坏了").text
    assert "临江物业" in both
    assert "牡丹物业" in both


def test_an_experience_is_of_the_neighbourhood_of_its_case(given, of_two):
    case = given.a_case(by=given.resident(of=HOME_NEXT_DOOR)).case

    told = experience(given, of_two, origin=Origin.CASE, origin_id=case.id, community_id=HERE.id)

    assert told.community_id == NEXT_DOOR.id


def test_nobody_of_either_neighbourhood_is_named_before_it_is_said_of_which_it_is(given, of_two):
    given.resident(name="钱多多")
    given.resident(name="孙建国", of=HOME_NEXT_DOOR)
    about = GuideDraft(place_id=HERE.id, title="怎么清", about="找钱多多，或者孙建国。")
    own = given.do(keep_guide, about, by=given.worker())
    towns = given.do(
        keep_guide, about.model_copy(update={"place_id": given.town.id}), by=given.town_dispatcher()
    )

    told = given.see(told_from, Origin.GUIDE, towns.id, by=of_two)

    assert (told.problem, told.follows) == ("找某人，或者某人。", False)
    # What a neighbourhood keeps itself is its own to tell of.
    of_one = given.see(told_from, Origin.GUIDE, own.id, by=of_two)
    assert (of_one.problem, of_one.follows) == ("找某人，或者孙建国。", True)
    named = {"origin": Origin.GUIDE, "origin_id": own.id, "community_id": NEXT_DOOR.id}
    assert experience(given, of_two, **named).community_id == HERE.id
    with pytest.raises(NotFound):
        experience(given, of_two, **named | {"origin_id": new_id()})


def test_of_two_neighbourhoods_each_fills_a_form_of_the_town_and_its_own_alone(given, of_two, published):
    towns = published(given.town_dispatcher(), given.town)
    own = published(given.secretary(), HERE)
    due = given.see(forms_due, by=of_two)
    expected = {(towns.id, HERE.id), (towns.id, NEXT_DOOR.id), (own.id, HERE.id)}
    assert {(one.form.id, one.community_id) for one in due} == expected
    assert {one.community_name for one in due} == {HERE.label, NEXT_DOOR.label}

    with pytest.raises(CannotBeRead) as refused:
        given.do(open_fill, OpenDraft(form_id=towns.id, period="2026-11"), by=of_two)
    assert [*refused.value.faults] == ["community_id"]
    fills = [
        given.do(open_fill, OpenDraft(form_id=towns.id, period="2026-11", community_id=one), by=of_two)
        for one in sorted(BOTH)
    ]
    assert [one.community_id for one in fills] == sorted(BOTH)
    # What one of them keeps for itself is asked of it alone.
    assert given.do(open_fill, OpenDraft(form_id=own.id, period="2026-11"), by=of_two).community_id == HERE.id
    asked = OpenDraft(form_id=own.id, period="2026-11", community_id=NEXT_DOOR.id)
    with pytest.raises(NotFound):
        given.do(open_fill, asked, by=of_two)
    begun = {one.community_id for one in given.see(forms_due, by=of_two) if one.fill_id}
    assert begun == BOTH


def test_whoever_works_for_one_reads_no_name_of_a_neighbourhood_by_a_form(given, worker, published):
    published(given.town_dispatcher(), given.town)

    (line,) = given.see(forms_due, by=worker)

    assert (line.community_id, line.community_name) == (HERE.id, "")


def test_an_experience_is_taken_up_and_thanked_for_by_the_neighbourhood_that_is_said(given, of_two):
    told = experience(given, of_two, community_id=HERE.id)
    shared = given.do(share_experience, told.id, by=given.secretary())
    with pytest.raises(OwnExperience):
        given.do(adopt_experience, shared.id, AdoptionDraft(community_id=HERE.id), by=of_two)
    thanks = ThanksDraft(thanks="好用", community_id=NEXT_DOOR.id)
    with pytest.raises(NotAdopted):
        given.do(thank_for_experience, shared.id, thanks, by=of_two)

    # It is of here: what can take it up is next door.
    adopted = given.do(adopt_experience, shared.id, AdoptionDraft(), by=of_two)
    given.do(thank_for_experience, shared.id, ThanksDraft(thanks="好用"), by=of_two)

    assert adopted.place_id == NEXT_DOOR.id
    stranger = given.worker(name="小李")
    with pytest.raises(NotFound):
        given.do(adopt_experience, shared.id, AdoptionDraft(community_id=NEXT_DOOR.id), by=stranger)
    with pytest.raises(NotFound):
        given.do(thank_for_experience, shared.id, thanks, by=stranger)
    assert [one.place_name for one in given.see(thanks_for, shared.id, by=of_two)] == [NEXT_DOOR.label]


# -- pages and the API -----------------------------------------------------------------------------

ASKED = (
    ("/notes", "/notes", {"text": "下午来人", "to": "post:worker"}),
    ("/inquiries/new", "/inquiries", {"about": "居住证怎么办", "way": "counter"}),
    ("/exports", "/exports", {"fields": ["phone"], "reason": "年底要给每户送慰问品"}),
    ("/experiences/new", "/experiences", {"origin": "plan", **TOLD}),
)


@pytest.mark.parametrize(("page", "address", "said"), ASKED)
def test_the_page_asks_whoever_has_several_and_says_so_where_it_was_left_out(
    given, of_two, actor_client, page, address, said
):
    client = actor_client(of_two, page=True)
    assert 'name="community_id"' in client.get(page).text
    assert 'name="community_id"' not in actor_client(given.worker(name="小李"), page=True).get(page).text

    left_out = client.post(address, data=said)
    assert (left_out.status_code, "请选一个" in left_out.text) == (422, True)
    done = client.post(address, data=said | {"community_id": NEXT_DOOR.id}, follow_redirects=False)
    assert done.status_code == 303


@pytest.mark.parametrize(("address", "said"), [(where, said) for _page, where, said in ASKED])
def test_a_program_names_it_too(given, of_two, actor_client, address, said):
    client = actor_client(of_two)

    refused = client.post(f"/api/v1{address}", json=said)
    assert (refused.status_code, [one["field"] for one in refused.json()["errors"]]) == (
        422,
        ["community_id"],
    )
    done = client.post(f"/api/v1{address}", json=said | {"community_id": NEXT_DOOR.id})
    assert (done.status_code, done.json()["community_id"]) == (201, NEXT_DOOR.id)
    stranger = actor_client(given.worker(name="小李"))
    assert stranger.post(f"/api/v1{address}", json=said | {"community_id": NEXT_DOOR.id}).status_code == 404


def test_each_neighbourhood_begins_its_form_by_its_own_button(given, of_two, published, actor_client):
    published(given.town_dispatcher(), given.town)
    client = actor_client(of_two, page=True)

    page = client.get("/ledgers").text

    for place in (HERE, NEXT_DOOR):
        assert f'name="community_id" value="{place.id}"' in page
        assert f"2026-11 {place.label}" in page


def test_the_page_of_an_experience_leaves_the_choice_to_whoever_has_several(given, of_two, actor_client):
    told = experience(given, given.worker(), community_id=HERE.id)
    shared = given.do(share_experience, told.id, by=given.secretary())
    client = actor_client(of_two, page=True)
    address = f"/experiences/{shared.id}"
    assert f'name="community_id" value="{NEXT_DOOR.id}"' in client.get(address).text

    adopted = client.post(f"{address}/adoption", data={"community_id": NEXT_DOOR.id}, follow_redirects=False)

    assert adopted.status_code == 303
    page = client.get(address).text
    assert (f"{address}/adoption" in page, f"{address}/thanks" in page) == (False, True)
