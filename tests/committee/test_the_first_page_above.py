"""The first page of whoever is above the committees: what he may do himself, and where there is anything to do."""

import re
from datetime import timedelta


def test_nothing_is_offered_to_the_town_that_the_committee_does(loop, given, clock, actor_client):
    late, above = loop.brought_to("submitted"), loop.brought_to("in_progress", escalated=True)
    clock.move_to(clock.now() + timedelta(days=5))

    html = actor_client(given.town_dispatcher(), page=True).get("/below").text

    assert f"late-contact-{late}" in html
    assert f"/cases/{late}?do=" not in html
    assert f"/cases/{above}?do=urging" in html
    assert f"/cases/{late}?do=acceptance" in actor_client(loop.worker, page=True).get("/desk").text


def test_neighbourhoods_without_open_cases_are_folded(given, actor_client):
    given.a_case()

    html = actor_client(given.town_dispatcher(), page=True).get("/below").text

    folded = re.search(r'<details class="card">(.*?)</details>', html, re.S)[1]
    assert "个居村现在没有要办的案件" in folded
    assert given.neighbouring_community.name in folded
    assert given.community.name not in folded
