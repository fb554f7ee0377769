"""Trust: what is done in another's right stands under both names: in its row, on its page, in the API."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from core_db.audit import EVENTS
from core_db.doubles import MergeDraft, merge_entries
from core_db.doubles.model import MERGES
from core_db.emergency import EmergencyDraft, ReviewDraft, open_emergency, review_emergency
from core_db.experiences import ExperienceDraft, propose_experience, share_experience, withdraw_experience
from core_db.experiences.model import PROPOSALS
from core_db.handover_notes import NoteDraft, end_note, mark_note_read, write_note_on
from core_db.handover_notes.model import NOTES
from core_db.inquiries import InquiryDraft, take_inquiry
from core_db.inquiries.model import INQUIRIES
from core_db.installs.model import INSTALLS
from core_db.ledgers import (
    AnswerDraft,
    AnswersDraft,
    FieldsDraft,
    FormDraft,
    OpenDraft,
    PublishDraft,
    accept_fill,
    add_fields,
    answer_cells,
    covered_now,
    draft_form,
    form_shown,
    hand_in,
    open_fill,
    publish_form,
)
from core_db.ledgers.model import ANSWERS, FILLS
from core_db.life_events import approve_proposal
from core_db.neighbourhood import (
    CharterDraft,
    EntryDraft,
    InspectionDraft,
    adopt_charter,
    record_inspection,
    register_entry,
)
from core_db.neighbourhood.model import CHARTERS, INSPECTIONS
from core_db.neighbourhood.words import EntryKind
from core_db.people import PersonCorrection, PersonDraft, RuleDraft, correct_person, register_person, set_rule
from core_db.people.model import CHANGES
from core_db.places import PLACE_CHANGES, BuildingDraft, found_building
from core_db.reveals import ReviewDraft as LookReviewDraft
from core_db.reveals import approve_export, looks_to_review, review_look, uncover_contact
from core_db.reveals.exporting import ask_for
from core_db.reveals.model import EXPORTS, REVIEWS
from core_db.tags import ASSIGNMENTS, AssignmentDraft, DefinitionDraft, assign_tag, define_tag
from core_db.tags.words import TagClass
from core_db.visits import VisitDraft, record_visit
from core_db.visits.model import VISIT_PEOPLE, VISIT_WORDS
from tests.installs import conftest as installs

installed, enabled = installs.installed, installs.enabled
BOTH = "小甲（代周书记）"


@dataclass
class Signed:
    """What somebody signed: by table the columns of the name and of whose right it was; and where it is read."""

    rows: Mapping[Any, Sequence[tuple[str, str]]]
    page: str = ""
    api: str = ""
    #: How often both names stand on the page.
    times: int = 1


@pytest.fixture
def secretary(given):
    return given.secretary(name="周书记")


@pytest.fixture
def deputy(given, lends_to, secretary):
    """She keeps a post next door, first among what she holds: here his right alone reaches."""
    return lends_to(secretary, given.worker_next_door(name="小甲"), all_of_it=True)


def tag(given, by):
    word = DefinitionDraft(place_id=given.community.id, code="alone", name="独居", kind=TagClass.SERVICE)
    aunt, known = given.resident(name="王阿姨").person_id, given.do(define_tag, word, by=by)
    given.do(assign_tag, aunt, AssignmentDraft(definition_id=known.id, source="上门"), by=by)
    rows = {ASSIGNMENTS: [("assigned_name", "assigned_for")]}
    return Signed(rows, f"/people/{aunt}/tags", f"/people/{aunt}/tags")


def note(given, by):
    draft = NoteDraft(text="钥匙在门卫", to="post:secretary")
    written = given.do(write_note_on, draft, by=only_lent(by))
    given.do(mark_note_read, written.id, by=only_lent(by))
    return Signed({NOTES: [("written_name", "written_for"), ("read_name", "read_for")]}, "/notes", "/notes")


def note_that_is_done(given, by):
    written = given.do(write_note_on, NoteDraft(text="钥匙在门卫", to="post:worker"), by=only_lent(by))
    given.do(end_note, written.id, by=only_lent(by))
    return Signed({NOTES: [("done_name", "done_for")]})


def inquiry(given, by):
    draft = InquiryDraft(about="加装电梯要几户同意", answer="三分之二")
    asked = given.do(take_inquiry, draft, by=only_lent(by))
    rows = {INQUIRIES: [("taken_name", "taken_for"), ("answered_name", "answered_for")]}
    return Signed(rows, f"/inquiries/{asked.id}", f"/inquiries/{asked.id}", times=2)


def _entered(given, by, kind, **values):
    draft = EntryDraft(node_id=given.community.id, values=values, source="上门")
    return given.do(register_entry, kind, draft, by=by)


def inspection(given, by):
    thing = _entered(given, by, EntryKind.FACILITY, name="滑梯", facility_class="01")
    given.do(record_inspection, thing.id, InspectionDraft(passed="yes"), by=by)
    its = f"/neighbourhood/facilities/{thing.id}"
    return Signed({INSPECTIONS: [("by_name", "acted_for")]}, its, its)


def charter(given, by):
    group = _entered(given, by, EntryKind.BUILDING_GROUP, name="和睦楼组")
    given.do(adopt_charter, group.id, CharterDraft(text="轮流扫楼道", source="楼组会议"), by=by)
    its = f"/neighbourhood/building-groups/{group.id}"
    return Signed({CHARTERS: [("by_name", "acted_for")]}, f"{its}/charter", its)


def visit(given, by):
    aunt = given.resident(name="王阿姨").person_id
    seen = given.do(record_visit, VisitDraft(person_id=aunt, result="met"), by=by)
    rows = {VISIT_WORDS: [("by_name", "acted_for")], VISIT_PEOPLE: [("name", "acted_for")]}
    return Signed(rows, f"/visits/{seen.id}", f"/visits/{seen.id}")


def a_form_handed_in(given, by, is_reviewed):
    """A form of the town's, filled and handed in."""
    town, today = given.town_dispatcher(), given.clock.now().date()
    draft = FormDraft(
        place_id=given.town.id, name="月报", family="service", basis="街镇通知", cycle="month", row_kind="community",
        valid_from=today, valid_to=date(today.year + 1, 1, 1), is_reviewed=is_reviewed,
    )  # fmt: skip
    asked = given.do(draft_form, draft, by=town)
    given.do(add_fields, asked.id, FieldsDraft(name="慰问几户", kind="number"), by=town)
    shown = given.see(form_shown, asked.id, by=town)
    given.do(publish_form, asked.id, PublishDraft(seen="yes", version=shown.line.form.version), by=town)
    begun = given.do(open_fill, OpenDraft(form_id=asked.id, period=f"{today:%Y-%m}"), by=by)
    said = AnswerDraft(subject_id=given.community.id, field_id=shown.fields[0].id, value="12")
    given.do(answer_cells, begun.id, AnswersDraft(version=1, answers=[said]), by=by)
    given.do(hand_in, begun.id, given.see(covered_now, begun.id, by=by), by=by)
    return begun


def form(given, by):
    a_form_handed_in(given, only_lent(by), is_reviewed=False)
    return Signed({FILLS: [("handed_in_by", "handed_in_for")], ANSWERS: [("by_name", "acted_for")]})


def export(given, by):
    asked = given.do(ask_for, given.community.id, ["phone"], "防汛逐户电话通知", by=given.worker(name="小乙"))
    given.do(approve_export, asked.id, by=by)
    return Signed({EXPORTS: [("decided_name", "decided_for")]}, "/exports", "/exports")


def experience(given, by):
    offered = ExperienceDraft(title="楼道灯", problem="灯常坏", steps="换成感应灯")
    proposal = given.do(propose_experience, offered, by=given.worker(name="小乙"))
    given.do(share_experience, proposal.id, by=by)
    return Signed({PROPOSALS: [("decided_name", "decided_for")]})


def look(given, by):
    given.do(uncover_contact, given.a_case().case.id, by=given.worker(name="小乙"))
    seq = given.see(looks_to_review, by=by)[0].seq
    given.do(review_look, seq, LookReviewDraft(outcome="in_order"), by=by)
    return Signed({REVIEWS: [("by_name", "acted_for")]}, "/looks", "/looks")


def merger(given, by):
    one, other = (given.resident(name=name, phone=phone).person_id for name, phone in TWO)
    given.do(merge_entries, MergeDraft(kept_id=one, behind_id=other), by=by)
    return Signed({MERGES: [("merged_name", "merged_for")]}, "/register/doubles", "/register/mergers")


def change(given, by):
    new = given.do(register_person, PersonDraft(community_id=given.community.id, name="新来的"), by=by)
    its = f"/people/{new.id}"
    return Signed({CHANGES: [("by_name", "acted_for")]}, its, f"{its}/changes")


def place(given, by):
    new = given.do(found_building, BuildingDraft(parent_id=given.community.id, name="99号"), by=by)
    rows = {PLACE_CHANGES: [("by_name", "acted_for")]}
    return Signed(rows, "", f"/places/{new.id}/changes")


TWO = (("王五", "13700001111"), ("王武", "13700002222"))
KINDS = (
    tag, note, note_that_is_done, inquiry, inspection, charter, visit, form, export, experience, look, merger, change,
    place,
)  # fmt: skip


def only_lent(actor):
    """Of somebody with a post next door what was lent alone: she is here for nothing else."""
    return replace(actor, grants=tuple(one for one in actor.grants if one.giver_id))


@pytest.mark.both
@pytest.mark.parametrize("does", KINDS)
def test_what_is_done_in_a_lent_right_is_signed_with_both_names(given, secretary, deputy, actor_client, does):
    signed = does(given, deputy)

    for table, columns in signed.rows.items():
        for name, acted_for in columns:
            written = select(table.c[name], table.c[acted_for])
            found = given.door.read_now(
                lambda session, it=written: {tuple(one) for one in session.execute(it)}
            )
            assert (BOTH, secretary.id) in found, f"{table.name}.{name}: {found}"
    if signed.page:
        assert actor_client(secretary, page=True).get(signed.page).text.count(BOTH) >= signed.times
    if signed.api:
        assert BOTH in str(actor_client(secretary).get(f"/api/v1{signed.api}").json())


def test_a_form_accepted_and_an_emergency_reviewed_in_a_towns_right_bear_both_names(
    given, lends_to, actor_client
):
    town = given.town_dispatcher(name="周书记")
    deputy = lends_to(town, given.worker_next_door(name="小甲"))
    filled = a_form_handed_in(given, given.worker(name="小乙"), is_reviewed=True)
    opened = EmergencyDraft(
        person_id=given.resident().person_id, reason_code="life", reason="家里没人应门，邻居听见呼救"
    )
    looked = given.do(open_emergency, opened, by=given.worker(name="小丙"))

    given.do(accept_fill, filled.id, by=deputy)
    given.do(review_emergency, looked.id, ReviewDraft(verdict="justified", text="救人要紧"), by=deputy)

    kept = select(FILLS.c.decided_by, FILLS.c.decided_for)
    assert given.door.read_now(lambda session: tuple(session.execute(kept).one())) == (BOTH, town.id)
    assert BOTH in actor_client(town, page=True).get(f"/emergency/{looked.id}").text
    assert actor_client(town).get(f"/api/v1/emergencies/{looked.id}").json()["reviewed_by"] == BOTH


def test_who_proposed_a_change_and_who_approved_it_each_say_in_whose_right(given, secretary, deputy):
    """Hers is her secretary's word, so that somebody of the committee is the second person; and the other way round."""
    person = given.resident(name="孙伯", phone="13700001111").person_id
    day = given.clock.now().date()
    rule = RuleDraft(place_id=given.community.id, field="phone", needs_second=True, valid_from=day)
    given.do(set_rule, rule, by=secretary)
    worker = given.worker(name="小乙")

    for asker, second, number in ((deputy, worker, "13987654321"), (worker, deputy, "13987654322")):
        wanted = PersonCorrection(field="phone", value=number, source="电话")
        given.do(approve_proposal, given.do(correct_person, person, wanted, by=asker).proposal.id, by=second)

    names = (CHANGES.c.by_name, CHANGES.c.acted_for, CHANGES.c.approved_name, CHANGES.c.approved_for)
    written = select(*names).where(CHANGES.c.approved_by.is_not(None)).order_by(CHANGES.c.id)
    assert given.door.read_now(lambda session: [tuple(one) for one in session.execute(written)]) == [
        (BOTH, secretary.id, "小乙", None),
        ("小乙", None, BOTH, secretary.id),
    ]


def test_a_plugin_that_is_switched_on_in_a_lent_right_says_both_names(
    given, secretary, deputy, installed, enabled
):
    installed()
    enabled(by=deputy)

    kept = select(INSTALLS.c.decided_name, INSTALLS.c.decided_for)
    assert given.door.read_now(lambda session: tuple(session.execute(kept).one())) == (BOTH, secretary.id)


def test_an_experience_is_shared_and_withdrawn_in_the_secretarys_right_by_a_worker_of_the_same_committee(
    given, secretary, lends_to
):
    """His own post lets him propose and look at what the secretary proposed; sharing is the secretary's."""
    both = lends_to(secretary, given.worker(name="小甲"), all_of_it=True)
    plan = ExperienceDraft(title="楼道灯", problem="灯常坏", steps="换成感应灯")
    offered = given.do(propose_experience, plan, by=given.worker(name="小乙"))
    other = given.secretary(name="吴书记")
    of_the_other = given.do(propose_experience, plan, by=other)

    shared = given.do(share_experience, offered.id, by=both)
    given.do(withdraw_experience, shared.id, by=both)
    given.do(share_experience, of_the_other.id, by=both)

    kept = select(PROPOSALS.c.id, PROPOSALS.c.decided_name, PROPOSALS.c.decided_for)
    deeds = select(EVENTS.c.reference, EVENTS.c.action).where(EVENTS.c.acts_for != "")
    with given.door.one_transaction() as session:
        signed = {one.id: tuple(one[1:]) for one in session.execute(kept)}
        in_his_right = {tuple(one) for one in session.execute(deeds)}
    assert signed == {offered.id: (BOTH, secretary.id), of_the_other.id: ("小甲", None)}
    assert in_his_right >= {
        (f"experience-proposal/{offered.id}", "experience.shared"),
        (f"experience/{shared.id}", "experience.withdrawn"),
    }
    assert (f"experience-proposal/{of_the_other.id}", "experience.shared") not in in_his_right
