"""While a home is being checked: what one reads, and what no longer stands there once it is decided."""

import re

import pytest

from core_db.accounts import approve_binding, ask_for_home
from core_db.accounts.drafts import BindingDraft


@pytest.fixture
def asked(given):
    """Somebody whose binding waits for a worker, and the binding."""
    newcomer = given.newcomer()
    return newcomer, given.do(ask_for_home, BindingDraft(home_id=given.home.id, name="小林"), by=newcomer)


@pytest.mark.parametrize("path", ["/", "/report"])
def test_who_has_asked_reads_that_it_is_checked_since_when_and_by_whom(asked, given, actor_client, path):
    page = actor_client(asked[0], page=True).get(path).text

    assert "居委会正在核对您的房屋" in page
    assert given.home.label in page
    assert "牡丹一村在核对" in page
    assert re.search(r'<time datetime="2026-11-23T', page)
    assert 'href="tel:021-56000001"' in page
    assert "还没有绑定" not in page
    assert "去绑定房屋" not in page


def test_once_approved_nothing_speaks_of_checking(asked, given, actor_client):
    newcomer, binding = asked
    given.do(approve_binding, binding.id, by=given.worker())
    client = actor_client(newcomer, page=True)

    for path in ("/", "/report", "/me/home"):
        assert "核对" not in client.get(path).text


def test_the_sentence_after_asking_stays_true_when_it_is_decided(given, actor_client, send_form):
    client = actor_client(given.newcomer(), page=True)

    choosing = f"/me/home/choose?at={given.home.id}"
    sent = send_form(client, choosing, "/me/home", {"name": "小林"})
    said = client.get(sent.headers["location"]).text

    assert "申请已送到居委会" in said
    assert "核对后会告诉您" not in said
