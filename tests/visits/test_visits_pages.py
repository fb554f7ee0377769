"""Pages of what comes of visits: what only reads holds nothing, which PostgreSQL would refuse."""

from core_db.visits import TagDraft, propose_tag

PAGE = {"Accept": "text/html"}


def test_a_proposed_tag_is_read_on_its_page(given, actor_client, worker, visited):
    draft = TagDraft(tag="独居", reason="一个人住")
    tag = given.do(propose_tag, visited(text="一切都好").id, draft, by=worker)

    read = actor_client(worker).post(f"/tag-proposals/{tag.id}/reading", data={}, headers=PAGE)

    assert read.status_code == 200
    assert "一个人住" in read.text
