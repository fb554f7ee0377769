"""Corners in which something of somebody who left could stay: an index, requests, others' rows, a child's guardian."""

import pytest
from sqlalchemy import text

from core_db.cases import CaseDraft, submit_case
from core_db.foundation.actor import system_actor
from core_db.upkeep import rebuild
from tests.mydata.leaving import NAME, PARTS, PHONE, ROOM, found, he_leaves, move_in


@pytest.mark.parametrize("made_anew", [False, True])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_index_of_words_holds_none_of_his_whether_or_not_it_was_made_anew(
    given, clock, tmp_path, door, made_anew
):
    def held():
        pieces = "SELECT block FROM case_search_data UNION ALL SELECT term FROM case_search_idx"
        return b"|".join(door.read_now(lambda session: session.execute(text(pieces)).scalars().all()))

    who = move_in(given)
    said = f"我是{NAME}，住12号 {ROOM}，电话{PHONE}，楼道灯坏了"
    given.do(submit_case, CaseDraft(text=said, place_id=given.homes[2].id), by=who)
    if made_anew:
        rebuild(door, actor=system_actor("operator"), clock=clock)
    assert PHONE[2:].encode() in held()
    he_leaves(given, who, tmp_path)

    assert found(PARTS, held()) == []
