"""A category is suggested by what somebody looked at, and by nothing the platform guessed itself."""

import pytest
from sqlalchemy import event

from core_db.cases import accept_case, suggester_of
from core_db.cases.category_table import OTHER
from core_db.cases.drafts import AcceptanceDraft
from core_db.cases.reference import _habits, forget_reference
from core_db.foundation.database import reading
from core_db.foundation.reach import Across, across

BURST = "0802"
#: Called within two hours, day and night, though it is no emergency.
LIFT_STOPPED = "0202"


@pytest.fixture
def suggested(given, door):
    """What is suggested by somebody who has just learned what was filed."""

    def anew(text):
        forget_reference()
        return [
            code for code, _ in door.read_now(lambda s: suggester_of(s, given.community.id).suggest(text))
        ]

    return anew


def test_a_guess_that_nobody_looked_at_teaches_no_other(given, suggested):
    aunt, worker = given.resident(), given.worker()
    raised = [given.a_case(by=aunt, text="大黄龙趴窝，水管爆裂漏水").case for _ in range(3)]

    before = suggested("大黄龙又趴窝了")
    for case in raised:
        given.do(accept_case, case.id, AcceptanceDraft(), by=worker)

    assert {case.category_code for case in raised} == {BURST}
    assert BURST not in before
    assert suggested("大黄龙又趴窝了")[0] == BURST


def test_an_everyday_sentence_is_not_urgent_because_a_pipe_burst_before(given):
    aunt, worker = given.resident(), given.worker()
    burst = given.a_case(by=aunt, text="不开脚本也能提交的一件事，水管爆裂了").case
    given.do(accept_case, burst.id, AcceptanceDraft(), by=worker)
    forget_reference()

    raised = [given.a_case(by=aunt, text=text).case for text in ("今天想问一件事", "巡查看到的一件事")]

    assert burst.category_code == BURST
    assert [(case.category_code, case.urgent) for case in raised] == [(OTHER, False)] * 2


def test_a_window_is_no_lift_whose_reporter_is_called_within_hours_because_one_did_not_shut_before(given):
    aunt, worker = given.resident(), given.worker()
    for _ in range(3):
        lift = given.a_case(by=aunt, text="电梯门关不上，二楼走廊的人都在等").case
        given.do(accept_case, lift.id, AcceptanceDraft(), by=worker)
    forget_reference()

    window = given.a_case(by=aunt, text="二楼走廊的窗户关不上，下雨会进水").case

    assert (lift.category_code, window.category_code) == (LIFT_STOPPED, OTHER)


def test_what_teaches_is_found_from_the_newest_on(given, door):
    asked = []
    with reading(door.engines, door.keyring, across(Across.UPKEEP)) as session:
        connection = session.connection()
        event.listen(connection, "before_cursor_execute", lambda *heard: asked.append((heard[2], heard[3])))
        _habits(session, given.community.id)
        (statement, values), is_sqlite = asked[-1], connection.dialect.name == "sqlite"
        if not is_sqlite:
            # So few rows would be read from end to end; what is looked at is whether an index would do.
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        explain = "EXPLAIN QUERY PLAN" if is_sqlite else "EXPLAIN"
        lines = connection.exec_driver_sql(f"{explain} {statement}", values).all()

    plan = "\n".join(str(line[-1]) for line in lines)
    assert "ix_cases_community_id_seq" in plan
    assert "B-TREE" not in plan
    assert "Sort" not in plan
