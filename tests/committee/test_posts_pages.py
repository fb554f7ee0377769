"""The pages and the API of posts: filling, hiring, handing over, acting for another."""

import re
from datetime import timedelta

import pyotp
import pytest
from sqlmodel import select

from core_db.accounts import Account, Delegation, RoleAssignment
from core_db.foundation.actor import Role
from core_db.foundation.ids import new_id


@pytest.fixture
def at(actor_client):
    """Somebody in a browser, whose forms carry the page's own word."""

    def opened(actor):
        client = actor_client(actor, page=True)
        client.word = re.search(r'name="csrf-token" content="([^"]*)"', client.get("/me").text)[1]

        def send(path, **words):
            return client.post(
                path, data={"csrf_token": client.word, "idempotency_key": new_id()} | words,
                follow_redirects=False,
            )  # fmt: skip

        client.fill_in = send
        return client

    return opened


def test_a_secretary_reads_fills_and_ends_posts_on_the_page(given, at, post_of):
    secretary, handler = given.secretary(), given.worker_next_door(name="小赵")
    given.worker(name="小张")
    page = at(secretary)

    assert "小张" in page.get("/posts").text
    firm = {"role": "contractor", "organisation_id": given.property_firm.id}
    answer = page.fill_in("/posts", account_id=handler.id, place_id=given.community.id, reason="兼管", **firm)
    assert (answer.status_code, answer.headers["location"]) == (303, "/posts")
    assert "牡丹物业" in page.get("/posts").text

    other = given.worker(name="小吴")
    assert page.fill_in(f"/posts/{post_of(other)}/ending").status_code == 303
    assert "小吴" not in page.get("/posts").text
    assert "小吴" in page.get("/posts?over=true").text


def test_what_cannot_be_done_comes_back_as_the_form_with_the_reason(given, at, post_of):
    dispatcher, secretary = at(given.town_dispatcher()), given.secretary()

    answer = dispatcher.fill_in(f"/posts/{post_of(secretary)}/ending")
    assert answer.status_code == 422
    assert "居村不能没有书记" in answer.text
    answer = dispatcher.fill_in(
        "/posts", account_id=secretary.id, role="secretary", place_id=given.town.id, reason="x"
    )
    assert answer.status_code == 422
    assert "这个岗位不设在这里" in answer.text


def test_who_fills_no_posts_does_not_find_the_page(given, at):
    for actor in (given.worker(), given.contractor(), given.analyst(), given.auditor()):
        assert at(actor).get("/posts").status_code == 403


def test_a_post_elsewhere_is_not_there(given, at, post_of):
    theirs = post_of(given.worker_next_door())
    page = at(given.secretary())

    assert page.get(f"/posts/{theirs}").status_code == 404
    assert page.fill_in(f"/posts/{theirs}/ending").status_code == 404
    assert page.fill_in(f"/posts/{theirs}/hand-over", account_id="x", reason="x").status_code == 404


def test_a_hand_over_on_the_page(given, at, post_of):
    secretary, worker = given.secretary(), given.worker(name="小张")

    page = at(given.town_dispatcher())
    assert "小张" in page.get(f"/posts/{post_of(secretary)}").text
    answer = page.fill_in(f"/posts/{post_of(secretary)}/hand-over", account_id=worker.id, reason="退休")

    assert answer.status_code == 303
    held = select(RoleAssignment.role).where(RoleAssignment.account_id == worker.id)
    assert set(given.door.read_now(lambda s: s.exec(held).all())) == {Role.WORKER, Role.SECRETARY}


def test_somebody_new_signs_in_once_with_the_password_and_chooses_his_own(given, at, committee_client, clock):
    answer = at(given.secretary()).fill_in(
        "/posts/hiring",
        name="李四",
        username="lisi",
        role="worker",
        place_id=given.community.id,
        reason="新来",
    )
    password = re.search(r'id="one-time-password">([^<]+)<', answer.text)[1]
    assert answer.headers["cache-control"] == "no-store"

    def first_step(word):
        page = committee_client.get("/sign-in", headers={"Accept": "text/html"})
        csrf = re.search(r'name="csrf-token" content="([^"]*)"', page.text)[1]
        words = {"csrf_token": csrf, "username": "lisi", "password": word}
        return csrf, committee_client.post("/sign-in", data=words, follow_redirects=False)

    csrf, answer = first_step(password)
    assert answer.headers["location"].startswith("/sign-in/second-factor")
    secret = re.search(r"<code>([A-Z2-7]+)</code>", committee_client.get("/sign-in/second-factor").text)[1]

    def second_step(**words):
        code = pyotp.TOTP(secret).at(clock.now())
        sent = {"csrf_token": csrf, "otp": code, **words}
        return committee_client.post("/sign-in/second-factor", data=sent, follow_redirects=False)

    assert "请换成自己的密码" in second_step().text
    assert second_step(password="short").status_code == 422
    assert second_step(password="one of my own").status_code == 303
    assert "岗位" in committee_client.get("/me", headers={"Accept": "text/html"}).text
    committee_client.cookies.clear()
    assert first_step(password)[1].status_code == 422


def test_a_worker_who_lost_his_telephone_signs_in_with_a_password_read_off_the_page(
    given, at, post_of, actor_client
):
    worker, secretary = given.worker(name="小张"), at(given.secretary())
    his = actor_client(worker, page=True)
    path = f"/posts/{post_of(worker)}"
    assert "让他重新登录" in secretary.get(path).text

    answer = secretary.fill_in(f"{path}/sign-in-anew")

    assert answer.headers["cache-control"] == "no-store"
    assert re.search(r'id="one-time-password">([^<]+)<', answer.text)
    assert his.get("/me", follow_redirects=False).status_code == 303
    theirs = post_of(given.worker_next_door())
    assert secretary.fill_in(f"/posts/{theirs}/sign-in-anew").status_code == 404


def test_the_password_of_a_hiring_is_not_good_for_ever(given, at, committee_client, clock):
    answer = at(given.secretary()).fill_in(
        "/posts/hiring",
        name="李四",
        username="lisi",
        role="worker",
        place_id=given.community.id,
        reason="新来",
    )
    password = re.search(r'id="one-time-password">([^<]+)<', answer.text)[1]
    clock.advance(timedelta(days=3))

    page = committee_client.get("/sign-in", headers={"Accept": "text/html"})
    csrf = re.search(r'name="csrf-token" content="([^"]*)"', page.text)[1]
    words = {"csrf_token": csrf, "username": "lisi", "password": password}

    assert committee_client.post("/sign-in", data=words, follow_redirects=False).status_code == 422


def test_acting_for_another_on_the_page_of_both(given, at, post_of, clock):
    secretary, worker = given.secretary(), given.worker(name="李四")
    until = (clock.now() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")

    answer = at(secretary).fill_in(
        "/delegations", assignment_id=post_of(secretary), delegate_id=worker.id, valid_to=until, reason="出差"
    )
    assert answer.status_code == 303
    assert "李四代我" in at(secretary).get("/delegations").text
    page = at(worker)
    assert "我代周书记" in page.get("/delegations").text
    assert "代周书记" in page.get("/me").text

    (delegation,) = given.door.read_now(lambda s: s.exec(select(Delegation.id)).all())
    assert page.fill_in(f"/delegations/{delegation}/ending").status_code == 303
    assert "代周书记" not in page.get("/me").text


def test_too_long_comes_back_as_the_form(given, at, post_of, clock):
    secretary, worker = given.secretary(), given.worker()
    until = (clock.now() + timedelta(days=40)).strftime("%Y-%m-%dT%H:%M")

    answer = at(secretary).fill_in(
        "/delegations", assignment_id=post_of(secretary), delegate_id=worker.id, valid_to=until, reason="出差"
    )

    assert answer.status_code == 422
    assert "代办最多 30 天" in answer.text


def test_the_api_does_the_same(given, actor_client, key, post_of, clock):
    secretary, worker = given.secretary(), given.worker(name="李四")
    client = actor_client(secretary, bearer=True)

    hired = client.post(
        "/api/v1/posts/hiring", headers=key(),
        json={"username": "wangwu", "name": "王五", "role": "worker", "place_id": given.community.id,
              "reason": "新来", "password": "for one sign-in"},
    )  # fmt: skip
    assert hired.status_code == 201, hired.text
    assert "for one" not in hired.text
    stored = select(Account.password_until).where(Account.username == "wangwu")
    assert given.door.read_now(lambda s: s.exec(stored).one()) == clock.now() + timedelta(days=3)

    listed = client.get("/api/v1/posts?limit=2").json()
    assert len(listed["items"]) == 2
    rest = client.get(f"/api/v1/posts?after={listed['next']}").json()["items"]
    assert {"王五", "李四", "周书记"} == {one["name"] for one in (*listed["items"], *rest)}

    until = (clock.now() + timedelta(days=3)).isoformat()
    body = {
        "assignment_id": post_of(secretary),
        "delegate_id": worker.id,
        "valid_to": until,
        "reason": "出差",
    }
    lent = client.post("/api/v1/delegations", headers=key(), json=body)
    assert lent.status_code == 201, lent.text
    other = actor_client(worker, bearer=True)
    assert other.get("/api/v1/delegations").json()["items"][0]["giver_name"] == "周书记"
    assert [role["acting_for"] for role in other.get("/api/v1/me").json()["roles"]] == [None, "周书记"]
    ended = other.post(f"/api/v1/delegations/{lent.json()['id']}/ending", headers=key())
    assert ended.status_code == 200
    assert client.get("/api/v1/delegations").json()["items"] == []

    moved = client.post(
        f"/api/v1/posts/{post_of(worker)}/hand-over", headers=key(),
        json={"account_id": hired.json()["account_id"], "reason": "换人"},
    )  # fmt: skip
    assert (moved.status_code, moved.json()["name"]) == (201, "王五")
    gone = client.post(f"/api/v1/posts/{moved.json()['id']}/ending", headers=key())
    assert (gone.status_code, gone.json()["is_over"]) == (200, True)


def test_a_building_gets_its_lead_on_the_page(given, at):
    resident, page = given.resident(name="王阿姨"), at(given.secretary())

    assert "请王阿姨当楼组长" in page.get("/posts/leads?q=王").text
    assert page.fill_in("/posts/leads", account_id=resident.id, q="王").status_code == 303
    listed = page.get("/posts").text
    assert ("楼组长" in listed, "12号" in listed) == (True, True)
    theirs = given.resident_next_door()
    assert page.fill_in("/posts/leads", account_id=theirs.id, q="何").status_code == 404
    assert at(given.worker()).fill_in("/posts/leads", account_id=resident.id).status_code == 403


@pytest.mark.parametrize(
    ("who", "finds_it"),
    [
        ("secretary", True), ("town_dispatcher", True), ("district_dispatcher", True), ("security_administrator", True),
        ("worker", False), ("contractor", False), ("analyst", False), ("auditor", False),
    ],
)  # fmt: skip
def test_whoever_fills_posts_finds_them_at_the_top_of_every_page(who, finds_it, given, actor_client):
    client = actor_client(getattr(given, who)(), page=True)

    assert ('href="/posts"' in client.get("/me").text.split("</nav>")[0]) is finds_it
    assert client.get("/posts").status_code == (200 if finds_it else 403)
