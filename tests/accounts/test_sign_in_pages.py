"""The pages of signing in and of oneself, sent as people send them: without a script, in both languages."""

import re
from datetime import timedelta

import pyotp
import pytest

from core_db.accounts import BindingDraft, ask_for_home
from core_db.foundation.actor import Actor, ActorKind
from tests.accounts.conftest import PASSWORD, another_code, enrolled

PHONE = "13912345678"
PAGE = {"Accept": "text/html"}


@pytest.fixture
def resident_page(resident_client, messages):
    resident_client.headers.update(PAGE)
    resident_client.follow_redirects = False
    return resident_client


@pytest.fixture
def committee_page(committee_client):
    committee_client.headers.update(PAGE)
    committee_client.follow_redirects = False
    return committee_client


def sign_in(page, messages, onward="/"):
    page.post("/sign-in/code", data={"phone": PHONE, "next": onward})
    return page.post("/sign-in", data={"phone": PHONE, "code": messages.code, "next": onward})


def test_a_resident_signs_in_in_two_steps_and_comes_where_he_wanted(resident_page, messages):
    asked = resident_page.get("/sign-in?next=/me")
    assert asked.status_code == 200
    assert 'name="next" value="/me"' in asked.text

    step = resident_page.post("/sign-in/code", data={"phone": "139 1234 5678", "next": "/me"})
    assert step.status_code == 200
    assert "139****5678" in step.text

    done = sign_in_with(resident_page, messages.code, "/me")
    assert (done.status_code, done.headers["location"]) == (303, "/me")
    assert "139****5678" in resident_page.get("/me").text


def sign_in_with(page, code, onward="/"):
    return page.post("/sign-in", data={"phone": PHONE, "code": code, "next": onward})


@pytest.mark.parametrize(
    "away", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "javascript:x"]
)
def test_signing_in_never_leads_to_another_site(resident_page, messages, away):
    assert away not in resident_page.get("/sign-in", params={"next": away}).text

    assert sign_in(resident_page, messages, away).headers["location"] == "/"


def test_a_wrong_code_comes_back_beside_its_field(resident_page, messages):
    resident_page.post("/sign-in/code", data={"phone": PHONE})

    refused = sign_in_with(resident_page, another_code(messages.code))

    assert refused.status_code == 422
    assert 'id="code-fault"' in refused.text


@pytest.mark.parametrize("typed", [{"phone": "12345"}, {}])
def test_a_wrong_number_comes_back_beside_its_field(resident_page, typed):
    refused = resident_page.post("/sign-in/code", data=typed)

    assert refused.status_code == 422
    assert 'id="phone-fault"' in refused.text


def test_asking_again_too_soon_still_lets_one_enter_the_code(resident_page, messages):
    resident_page.post("/sign-in/code", data={"phone": PHONE})

    again = resident_page.post("/sign-in/code", data={"phone": PHONE})

    assert 'name="code"' in again.text
    assert len(messages.sent) == 1
    assert sign_in_with(resident_page, messages.code).status_code == 303


def test_a_gateway_that_is_away_is_said_in_the_form(resident_page, messages):
    messages.is_away = True

    refused = resident_page.post("/sign-in/code", data={"phone": PHONE})

    assert refused.status_code == 503
    assert "短信没有发出去" in refused.text


def test_a_form_of_another_site_signs_nobody_in(resident_page, messages):
    resident_page.post("/sign-in/code", data={"phone": PHONE})

    refused = resident_page.post(
        "/sign-in",
        data={"phone": PHONE, "code": messages.code},
        headers={"Origin": "http://elsewhere.example"},
    )

    assert refused.status_code == 403


def test_signing_out_clears_the_cookie(resident_page, messages):
    sign_in(resident_page, messages)

    out = resident_page.post("/sign-out")

    assert out.headers["location"] == "/sign-in"
    assert "shequyun_resident" not in resident_page.cookies
    assert resident_page.get("/me").headers["location"] == "/sign-in?next=/me"
    assert resident_page.post("/sign-out").status_code == 303


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("path", ["/me", "/me/devices", "/me/home", "/me/home/choose"])
def test_every_page_of_oneself_speaks_both_languages(given, actor_client, path, lang):
    client = actor_client(given.resident(), page=True)
    client.cookies.set("shequyun_language", lang)

    shown = client.get(path)

    assert shown.status_code == 200
    assert f'lang="{"zh-CN" if lang == "zh" else "en"}"' in shown.text
    own = re.search(r"<main.*</main>", shown.text, re.S).group()
    foreign = re.findall(r"[\u4e00-\u9fff]+", own) if lang == "en" else []
    names = {"王阿姨", "牡丹一村", "临江", "宝山区", "友谊路街道", "号", "室", "中文"}
    assert set(foreign) <= names


def test_another_device_is_signed_out_from_the_page(given, actor_client):
    resident = given.resident()
    lost, here = actor_client(resident), actor_client(resident, page=True)
    address = re.search(r"/me/devices/[0-9a-f-]{36}/sign-out", here.get("/me/devices").text).group()

    assert here.post(address, follow_redirects=False).headers["location"] == "/me/devices"

    assert lost.get("/api/v1/me").status_code == 401


def test_a_resident_finds_his_door_and_is_bound(given, actor_client):
    newcomer = given.newcomer()
    given.door.write_now(
        lambda session: given._register(session, given.home, "小林", given.phone_of[newcomer.id])
    )
    client = actor_client(newcomer, page=True)
    community = client.get("/me/home/choose").text
    assert "牡丹一村" in community
    building = client.get(f"/me/home/choose?at={given.community.id}").text
    assert f"at={given.building.id}" in building
    door = client.get(f"/me/home/choose?at={given.home.id}").text
    assert f'value="{given.home.id}"' in door

    done = client.post("/me/home", data={"home_id": given.home.id, "name": "小林"})

    assert "已绑定" in done.text
    assert given.home.label in done.text


def test_a_form_sent_twice_asks_once_and_answers_the_same(given, actor_client):
    client = actor_client(given.newcomer(), page=True)
    key = re.search(
        r'name="idempotency_key" value="([^"]+)"', client.get(f"/me/home/choose?at={given.home.id}").text
    )
    sent = {"home_id": given.home.id, "name": "小林", "idempotency_key": key.group(1)}

    answers = [client.post("/me/home", data=sent, follow_redirects=False) for _ in range(2)]

    assert [one.headers["location"] for one in answers] == ["/me/home", "/me/home"]


def test_a_door_without_a_name_comes_back(given, actor_client):
    client = actor_client(given.newcomer(), page=True)

    refused = client.post("/me/home", data={"home_id": given.home.id, "name": " "})

    assert refused.status_code == 422
    assert 'id="name-fault"' in refused.text
    assert given.home.label in refused.text


def test_a_committee_approves_or_says_why_not(given, actor_client):
    draft = BindingDraft(home_id=given.home.id, name="小林")
    first, second = (given.do(ask_for_home, draft, by=given.newcomer()) for _ in range(2))
    client = actor_client(given.worker(), page=True)
    shown = client.get("/bindings")
    assert "小林" in shown.text
    assert "****" in shown.text

    assert "已通过" in client.post(f"/bindings/{first.id}/approval").text
    silent = client.post(f"/bindings/{second.id}/refusal", data={"reason": ""})
    assert silent.status_code == 422
    assert "<details open>" in silent.text
    assert (
        "没有等待核对的申请"
        in client.post(f"/bindings/{second.id}/refusal", data={"reason": "请带证件来"}).text
    )


def test_the_neighbouring_committee_finds_no_such_asking(given, actor_client):
    asked = given.do(ask_for_home, BindingDraft(home_id=given.home.id, name="小林"), by=given.newcomer())
    client = actor_client(given.worker_next_door(), page=True)

    assert "小林" not in client.get("/bindings").text
    assert client.post(f"/bindings/{asked.id}/approval").status_code == 404


def test_staff_set_up_the_second_factor_on_the_page(committee_page, staff, otp):
    first = committee_page.post(
        "/sign-in", data={"username": "xiaozhang", "password": PASSWORD, "next": "/me"}
    )
    assert first.headers["location"] == "/sign-in/second-factor?next=%2Fme"
    shown = committee_page.get(first.headers["location"])
    secret = re.search(r"<code>([A-Z2-7]{32})</code>", shown.text).group(1)
    assert "data:image/svg+xml" in shown.text

    wrong = committee_page.post("/sign-in/second-factor", data={"otp": "000000", "next": "/me"})
    assert wrong.status_code == 422
    done = committee_page.post("/sign-in/second-factor", data={"otp": otp(secret), "next": "/me"})

    assert (done.status_code, done.headers["location"]) == (303, "/me")
    assert "小张" in committee_page.get("/me").text


def test_the_second_step_without_the_first_begins_anew(committee_page, staff):
    shown = committee_page.get("/sign-in/second-factor")

    assert shown.status_code == 401
    assert 'href="/sign-in"' in shown.text


def test_a_wrong_password_comes_back_without_it(committee_page, staff):
    refused = committee_page.post("/sign-in", data={"username": "xiaozhang", "password": "not-the-right-one"})

    assert refused.status_code == 422
    assert "登录名或密码不对" in refused.text
    assert "not-the-right-one" not in refused.text


def test_staff_change_their_password_on_a_page(request, committee_page, given, staff):
    somebody = Actor(kind=ActorKind.STAFF, id=staff.id, name=staff.name)
    page = given.at_the_app(somebody, request, page=True)
    page.follow_redirects = False
    typed = {"current": PASSWORD, "password": "lotus rains on paper"}

    refused = page.post("/me/password", data=typed | {"password": "password1"})
    done = page.post("/me/password", data=typed)

    assert refused.status_code == 422
    assert "太容易猜到" in refused.text
    assert done.headers["location"] == "/sign-in"
    assert page.get("/me").headers["location"] == "/sign-in?next=/me"


def test_a_password_that_has_run_out_is_changed_on_the_way_in(committee_page, given, staff):
    page = committee_page
    page.app.state.shell.settings = page.app.state.shell.settings.model_copy(update={"auth_profile": "djbh"})
    given.clock.advance(timedelta(days=91))
    asked = page.post("/sign-in", data={"username": "xiaozhang", "password": PASSWORD})
    assert asked.headers["location"].startswith("/sign-in/second-factor")
    secret = re.search(r"<code>([A-Z2-7]+)</code>", page.get("/sign-in/second-factor").text)[1]
    otp = pyotp.TOTP(secret).at(given.clock.now())

    on = page.post("/sign-in/second-factor", data={"otp": otp, "next": "/figures"})

    assert on.headers["location"] == "/sign-in/new-password?next=%2Ffigures"
    assert "用满 90 天" in page.get("/sign-in/new-password").text
    typed = {"current": PASSWORD, "password": "Lotus-4 rains on paper", "next": "/figures"}
    done = page.post("/sign-in/new-password", data=typed)
    assert done.headers["location"] == "/sign-in"
    assert page.get("/me").headers["location"] == "/sign-in?next=/me"


def test_nobody_changes_a_password_without_the_way_in(committee_page):
    assert committee_page.get("/sign-in/new-password").status_code == 401


def test_a_program_is_told_that_a_password_has_run_out(committee_client, given, staff):
    shell = committee_client.app.state.shell
    shell.settings = shell.settings.model_copy(update={"auth_profile": "djbh"})
    secret = given.do(enrolled, staff.id, by=given.system())
    given.clock.advance(timedelta(days=91))
    otp = pyotp.TOTP(secret).at(given.clock.now())

    refused = committee_client.post(
        "/api/v1/session", json={"username": "xiaozhang", "password": PASSWORD, "otp": otp}
    )

    assert (refused.status_code, refused.json()["code"]) == (403, "password-expired")
