"""Whoever is overtaken while he writes reads by whom, and keeps his words, also where the step is there no more."""

import re

from tests.committee.reading import form_of


def test_the_words_of_a_step_that_is_gone_stand_on_the_page(loop, given, actor_client):
    slow = actor_client(given.worker(name="小李"), page=True)
    case_id = loop.brought_to("submitted")
    fields = form_of(slow.get(f"/cases/{case_id}").text, "refusal")
    loop.do(case_id, "acceptance")

    answer = slow.post(
        f"/cases/{case_id}/refusal",
        data=fields | {"reason_code": "not_our_area", "text": "这件事归房管局管，请打 12345"},
    )

    assert answer.status_code == 412
    assert "这件事归房管局管，请打 12345" in answer.text
    assert 'id="do-refusal"' not in answer.text
    # One full stop, and none within the brackets.
    assert not re.search("。）", answer.text)


def test_another_language_on_a_form_that_came_back_leads_to_a_page_that_opens(loop, given, actor_client):
    worker = actor_client(given.worker(), page=True)
    case_id = loop.brought_to("submitted")
    page, sent_to = f"/cases/{case_id}", f"/cases/{case_id}/refusal"
    fields = form_of(worker.get(page).text, "refusal")

    def next_after(at, data, referer):
        shown = worker.post(at, data=data, headers={"Referer": f"http://committee.test{referer}"})
        found = re.search('name="next" value="([^"]+)"', shown.text)
        assert found is not None
        assert worker.get(found.group(1)).status_code == 200
        return found.group(1)

    assert next_after(sent_to, fields, page) == page
    # Sent once more from the page that came back.
    assert next_after(sent_to, fields, sent_to) == "/cases"
    assert next_after("/enter", {"find": "yes", "q": "张"}, "/enter") == "/enter"
