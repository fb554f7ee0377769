"""What stands where a worker looks for it: the visit a case came of, intervals, buildings of a form, a group."""

import re

from core_db.cases import OnBehalfDraft
from core_db.foundation.clock import local_date
from core_db.groups import GroupDraft, save_group
from core_db.visits import VisitDraft, case_from_visit, intervals_in_sight, record_visit


def test_a_case_that_came_of_a_visit_leads_back_to_it(given, worker, actor_client):
    visit = given.do(record_visit, VisitDraft(person_id=given.resident().person_id, result="met"), by=worker)
    file = given.do(case_from_visit, visit.id, OnBehalfDraft(text="厨房水管漏水", channel="desk"), by=worker)

    page = actor_client(worker, page=True).get(f"/cases/{file.case.id}").text

    assert f'<a class="way" href="/visits/{visit.id}">看这次走访</a>' in page
    assert "的走访：/visits/" not in page
    english = (
        actor_client(worker, page=True).get(f"/cases/{file.case.id}", headers={"Accept-Language": "en"}).text
    )
    assert f'<a class="way" href="/visits/{visit.id}">' in english
    assert "From a visit on" in english.split('id="note')[-1]


def sent(client, path, **words):
    word = re.search(r'name="csrf-token" content="([^"]*)"', client.get("/me").text)[1]
    return client.post(path, data={"csrf_token": word} | words, follow_redirects=False)


def test_the_district_says_on_a_page_how_often_all_visit(given, worker, actor_client):
    district = given.district_dispatcher()
    client = actor_client(district, page=True)
    assert f'value="{given.district.id}"' in client.get("/visits/intervals").text
    words = {"place_id": given.district.id, "grade": "key", "days": "21", "grace_days": "4"}

    answer = sent(client, "/visits/intervals", valid_from=str(local_date(given.clock.now())), **words)

    assert answer.status_code == 303
    seen = given.see(intervals_in_sight, by=worker)
    assert ("宝山区", 21, 4) in [(one.place_name, one.days, one.grace_days) for one in seen]


def test_a_town_reads_it_and_sets_nothing(given, actor_client):
    client = actor_client(given.town_dispatcher(), page=True)
    words = {"place_id": given.community.id, "grade": "key", "days": "21", "grace_days": "4"}

    assert 'action="/visits/intervals"' not in client.get("/visits/intervals").text
    answer = sent(client, "/visits/intervals", valid_from=str(local_date(given.clock.now())), **words)
    assert answer.status_code in (403, 422)


def test_a_secretarys_own_form_may_name_buildings_and_the_towns_does_not(given, actor_client):
    own = actor_client(given.secretary(), page=True).get("/report-forms/new").text
    towns = actor_client(given.town_dispatcher(), page=True).get("/report-forms/new").text

    assert f'value="{given.building.id}"' in own
    assert given.building.id not in towns


def test_tags_have_their_record_on_a_page(given, worker, actor_client):
    person = given.resident().person_id
    client = actor_client(worker, page=True)

    assert f'href="/people/{person}/tags"' in client.get(f"/people/{person}").text
    assert "没有加过标签" in client.get(f"/people/{person}/tags").text


def test_a_group_is_offered_where_a_column_is_filled(given, worker, actor_client):
    from core_db.ledgers import (
        FieldsDraft,
        FormDraft,
        OpenDraft,
        PublishDraft,
        add_fields,
        draft_form,
        form_shown,
        open_fill,
        publish_form,
    )

    today, secretary = local_date(given.clock.now()), given.secretary()
    given.do(save_group, GroupDraft(place_id=given.community.id, name="长者", age_from=70), by=worker)
    form = given.do(
        draft_form,
        FormDraft(
            place_id=given.community.id, name="独居登记", family="service", basis="自用", cycle="month", due_day=31,
            row_kind="person", valid_from=today, valid_to=today.replace(year=today.year + 1),
        ),
        by=secretary,
    )  # fmt: skip
    given.do(add_fields, form.id, FieldsDraft(catalogue=("person.name",), name="是否独居"), by=secretary)
    version = given.see(form_shown, form.id, by=secretary).line.form.version
    given.do(publish_form, form.id, PublishDraft(seen="yes", version=version), by=secretary)
    fill = given.do(open_fill, OpenDraft(form_id=form.id, period=f"{today:%Y-%m}"), by=worker)

    page = actor_client(worker, page=True).get(f"/ledgers/{fill.id}").text

    assert re.search(r'name="whom".*?长者', page, re.DOTALL)


def test_a_group_names_homes_line_by_line_and_shows_them_again(given, worker, actor_client):
    client = actor_client(worker, page=True)
    words = {"place_id": given.community.id, "name": "一楼", "living": "here"}

    wrong = sent(client, "/groups", homes="12号 101室\n99号 1室", **words)
    right = sent(client, "/groups", homes="12号 101室\n13号 101室\n", **words)

    assert (wrong.status_code, "99号 1室" in wrong.text) == (422, True)
    again = client.get(f"{right.headers['location']}/rules").text
    assert "12号 101室\n13号 101室</textarea>" in again
    assert "12号 101室、13号 101室" in client.get(right.headers["location"]).text
