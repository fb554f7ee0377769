"""Trust: a table that somebody hands in, applies or takes back in another's right stands under both their names."""

import pytest
from sqlalchemy import select

from core_db.access.model import EVENTS as LOOKS
from core_db.audit.model import EVENTS
from core_db.audit.pseudonyms import pseudonym
from core_db.foundation.outbox import OUTBOX
from core_db.life_events import approve_proposal
from core_db.people import PersonDraft, RuleDraft, proposals_waiting, register_person, set_rule
from core_db.people.errors import SecondPersonNeeded
from core_db.people.model import CHANGES
from core_db.register_sheets import (
    SheetDraft,
    apply_sheet,
    hand_in,
    sheet_seen,
    undo_sheet,
    work_on_sheets,
)

BOTH = "小甲（代李书记）"
WANG = "姓名,身份证,手机,地址\n王小红,11010519491231002X,13812345678,12号101室\n"


@pytest.fixture
def secretary(given):
    return given.secretary(name="李书记")


@pytest.fixture
def deputy(given, lends_to, secretary):
    return lends_to(secretary, given.worker_next_door(name="小甲"))


@pytest.fixture
def table(given, deputy, secretary):
    """`does` in a test: a step of a table by the deputy, and what the program does of it; its page."""

    class Table:
        def handed_in(self, text=WANG):
            self.id = given.do(hand_in, SheetDraft(), "名册.csv", text.encode("utf-8-sig"), by=deputy).id
            return self.seen()

        def applied(self, by=deputy):
            given.do(apply_sheet, self.id, by=by)
            return self.seen()

        def undone(self, by=deputy):
            given.do(undo_sheet, self.id, by=by)
            return self.seen()

        def seen(self):
            work_on_sheets(given.door, {}, given.clock)
            return given.see(sheet_seen, self.id, by=secretary)

    return Table()


def test_both_names_stand_with_each_step_of_it(table):
    assert table.handed_in().handed_name == BOTH
    assert table.applied().applied_name == BOTH
    assert table.undone().undone_name == BOTH


def test_who_takes_it_back_stands_there_and_not_who_applied_it(given, table):
    table.handed_in()
    table.applied()

    assert table.undone(by=given.worker(name="小乙")).undone_name == "小乙"
    written = select(CHANGES.c.by_name).where(CHANGES.c.batch_id == f"undo:{table.id}")
    assert given.door.read_now(lambda session: {*session.execute(written).scalars()}) == {"小乙"}


def test_what_the_program_does_of_it_is_done_in_the_lent_right(given, table, deputy, secretary):
    table.handed_in()
    table.applied()
    table.undone()

    done, told = select(EVENTS).where(EVENTS.c.action.like("sheet.%")), select(OUTBOX)
    lines = select(CHANGES.c.by_name, CHANGES.c.by_role).where(CHANGES.c.by_id == deputy.id)
    hers = given.door.write_now(lambda session: pseudonym(session, secretary.id))
    steps = given.door.read_now(lambda session: session.execute(done).all())
    assert {one.action for one in steps} > {"sheet.applied", "sheet.undone"}
    assert {(one.role, one.acts_for) for one in steps} == {("secretary", hers)}
    facts = given.door.read_now(lambda session: session.execute(told).all())
    moved = [one for one in facts if one.subject.startswith("sheets/") or "sheet" in one.type]
    assert moved
    assert {(one.actor_role, one.data.get("acted_for")) for one in moved} == {("secretary", secretary.id)}
    assert given.door.read_now(lambda session: {tuple(one) for one in session.execute(lines)}) == {
        (BOTH, "secretary")
    }


def test_who_is_met_by_a_number_in_it_reads_whose_right_it_was(given, table, secretary):
    """The preview says whose the number is: a look, in the right in which the table was handed in."""
    sun = PersonDraft(community_id=given.community.id, name="孙伯", id_number="11010519491231002X")
    given.do(register_person, sun, by=given.worker())

    table.handed_in()

    looked = select(LOOKS.c.acted_for, LOOKS.c.actor_role)
    assert given.door.read_now(lambda session: [tuple(one) for one in session.execute(looked)]) == [
        (secretary.id, "secretary")
    ]


def test_she_is_no_second_person_to_what_waits_of_a_table_in_her_right(given, table, secretary, clock):
    known = PersonDraft(
        community_id=given.community.id, name="王小红", id_number="11010519491231002X", phone="13900000000"
    )
    given.do(register_person, known, by=given.worker())
    rule = RuleDraft(
        place_id=given.community.id, field="phone", needs_second=True, valid_from=clock.now().date()
    )
    given.do(set_rule, rule, by=secretary)
    table.handed_in()
    table.applied()
    (waiting,) = given.see(proposals_waiting, by=secretary)

    with pytest.raises(SecondPersonNeeded):
        given.do(approve_proposal, waiting.id, by=secretary)
    # She is the only secretary: somebody of the committee is the second person to her.
    given.do(approve_proposal, waiting.id, by=given.worker(name="小乙"))


def test_its_page_and_the_api_say_both_names(given, table, secretary, actor_client):
    table.handed_in()
    table.applied()
    table.undone()

    page = actor_client(secretary, page=True).get(f"/register/sheets/{table.id}").text
    said = actor_client(secretary).get(f"/api/v1/register/sheets/{table.id}").json()

    assert page.count(BOTH) == 3
    assert (said["handed_by"], said["applied_by"], said["undone_by"]) == (BOTH, BOTH, BOTH)
