"""Whoever is asked first writes it down and sees it through; whoever goes leaves a note for whoever comes."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlmodel import Session, select

from core_db.accounts import HandOverDraft, RoleDraft, assign_role, hand_over
from core_db.foundation.actor import Role
from core_db.foundation.errors import CannotBeRead, NotFound, NotPermitted
from core_db.foundation.outbox import OutboxRow
from core_db.foundation.reach import reach_of
from core_db.guides import GuideDraft, GuideEnded, keep_guide
from core_db.handover_notes import (
    NobodyThere,
    NoteDraft,
    NoteOver,
    end_note,
    mark_note_read,
    notes_for_me,
    notes_here,
    write_note_on,
)
from core_db.handover_notes.forgetting import forget_in_notes
from core_db.inquiries import (
    AnswerDraft,
    BecameCaseDraft,
    HandOnDraft,
    InquiryDraft,
    InquiryOver,
    NotTheFirstReceiver,
    answer_inquiry,
    hand_on_inquiry,
    inquiries_here,
    inquiries_of,
    inquiry_shown,
    make_case_of_inquiry,
    my_open_inquiries,
    open_inquiries_count,
    take_inquiry,
)
from core_db.inquiries.forgetting import forget_who_asked
from core_db.inquiries.words import InquiryStatus, Way


@pytest.fixture
def asked(given, worker):
    """Somebody asks the worker something."""
    return lambda about="加装电梯要几户同意", **more: given.do(
        take_inquiry, InquiryDraft(about=about, **more), by=worker
    )


def test_what_is_asked_stays_with_whoever_heard_it_until_it_is_answered(given, worker, asked):
    inquiry = asked(way=Way.PHONE)
    given.do(hand_on_inquiry, inquiry.id, HandOnDraft(handed_to="街镇房管办"), by=worker)

    assert [one.id for one in given.see(my_open_inquiries, by=worker)] == [inquiry.id]
    assert given.see(open_inquiries_count, by=worker) == 1

    given.do(answer_inquiry, inquiry.id, AnswerDraft(answer="三分之二参与，四分之三同意"), by=worker)

    seen = given.see(inquiry_shown, inquiry.id, by=worker)
    assert (seen.status, seen.handed_to, seen.answered_name) == (InquiryStatus.ANSWERED, "街镇房管办", "小张")
    assert given.see(my_open_inquiries, by=worker) == []
    with pytest.raises(InquiryOver):
        given.do(hand_on_inquiry, inquiry.id, HandOnDraft(handed_to="别人"), by=worker)


def test_a_colleague_may_not_answer_for_the_first_receiver_but_the_secretary_may(given, asked):
    inquiry = asked()
    answer = AnswerDraft(answer="要问房管办")

    with pytest.raises(NotTheFirstReceiver) as refused:
        given.do(answer_inquiry, inquiry.id, answer, by=given.worker(name="小李"))
    given.do(answer_inquiry, inquiry.id, answer, by=given.secretary())

    assert "小张" in refused.value.sentence("zh")
    assert given.see(inquiry_shown, inquiry.id, by=given.worker()).answered_name == "周书记"


def test_what_who_left_had_taken_or_was_left_is_on_the_secretary_s_desk(given, worker, asked, post_of):
    secretary, colleague, inquiry = given.secretary(), given.worker(name="小李"), asked()
    note = given.do(write_note_on, NoteDraft(text="钥匙在门卫", to=f"person:{worker.id}"), by=colleague)
    assert given.see(my_open_inquiries, by=secretary) == []
    assert given.see(notes_for_me, by=secretary) == []

    given.do(hand_over, post_of(worker), HandOverDraft(account_id=colleague.id, reason="调走"), by=secretary)

    assert [one.id for one in given.see(my_open_inquiries, by=secretary)] == [inquiry.id]
    assert given.see(open_inquiries_count, by=secretary) == 1
    assert [(one.id, one.for_me) for one in given.see(notes_for_me, by=secretary)] == [(note.id, True)]
    assert given.see(my_open_inquiries, by=colleague) == []
    given.do(mark_note_read, note.id, by=secretary)
    given.do(end_note, note.id, by=secretary)
    assert given.see(notes_for_me, by=secretary) == []


def test_a_secretarys_desk_reads_what_is_open_and_not_all_that_was_ever_asked(given, door):
    if not door.engines.is_sqlite:
        pytest.skip("PostgreSQL scans a table this small")
    asked = []
    with door.engines.read.connect() as connection:
        event.listen(connection, "before_cursor_execute", lambda *said: asked.append((said[2], said[3])))
        with Session(bind=connection) as session:
            open_inquiries_count(session, actor=given.secretary(), clock=given.clock)
        (plan,) = [
            str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {said}", values).all())
            for said, values in asked[:1]
        ]

    assert "ix_inquiries_community_id_status" in plan


def test_what_was_left_for_who_comes_tomorrow_is_his_alone(given, worker, clock):
    secretary, new = given.secretary(), given.worker_next_door(name="小钱")
    post = RoleDraft(
        account_id=new.id, role=Role.WORKER, place_id=given.community.id, reason="调来",
        valid_from=clock.now() + timedelta(days=1),
    )  # fmt: skip
    given.do(assign_role, post, by=given.district_dispatcher())
    given.do(write_note_on, NoteDraft(text="钥匙在门卫", to=f"person:{new.id}"), by=worker)

    assert given.see(notes_for_me, by=secretary) == []


def test_one_line_is_enough_where_the_answer_is_known_at_once(given, worker, asked):
    guide = given.do(
        keep_guide, GuideDraft(place_id=given.community.id, title="加装电梯", about="先征询。"), by=worker
    )

    inquiry = asked(guide_id=guide.id)

    seen = given.see(inquiry_shown, inquiry.id, by=worker)
    assert (seen.status, seen.guide_title) == (InquiryStatus.ANSWERED, "加装电梯")
    assert seen.person_name is None


def test_a_guide_that_is_over_is_no_answer(given, worker, asked, clock):
    today = clock.now().date()
    draft = GuideDraft(
        place_id=given.community.id, title="旧规定", about="去年的。", valid_from=today, valid_to=today
    )
    guide = given.do(keep_guide, draft, by=worker)
    clock.advance(timedelta(days=2))

    with pytest.raises(GuideEnded):
        asked(guide_id=guide.id)


def test_what_becomes_a_case_is_followed_there(given, worker, asked):
    inquiry, case = asked("楼道灯坏了"), given.a_case().case

    with pytest.raises(CannotBeRead):
        given.do(make_case_of_inquiry, inquiry.id, BecameCaseDraft(case="没有这个号"), by=worker)
    given.do(make_case_of_inquiry, inquiry.id, BecameCaseDraft(case=case.number), by=worker)

    seen = given.see(inquiry_shown, inquiry.id, by=worker)
    assert (seen.status, seen.case_number) == (InquiryStatus.BECAME_CASE, case.number)


def test_a_person_s_questions_are_told_of_him_and_of_nobody_next_door(given, worker, asked):
    aunt = given.resident()
    asked("长护险怎么办", person_id=aunt.person_id, answer="带身份证来登记")

    told = given.see(inquiries_of, aunt.person_id, by=worker)

    assert [(one.about, one.answer, one.person_name) for one in told] == [
        ("长护险怎么办", "带身份证来登记", "王阿姨")
    ]
    stranger = given.worker_next_door()
    assert given.see(inquiries_of, aunt.person_id, by=stranger) == []
    assert given.see(inquiries_here, by=stranger) == []
    with pytest.raises(NotFound):
        given.see(inquiry_shown, told[0].id, by=stranger)
    with pytest.raises(NotFound):
        given.do(take_inquiry, InquiryDraft(about="打听王阿姨", person_id=aunt.person_id), by=stranger)
    with pytest.raises(NotPermitted):
        given.do(take_inquiry, InquiryDraft(about="随便问问"), by=given.contractor())


def test_the_register_goes_on_after_a_question_of_ones_own_and_after_no_other(given, worker, asked):
    asked("先问的")
    asked("后问的")
    last, first = given.see(inquiries_here, by=worker)

    assert given.see(inquiries_here, after=last.id, by=worker) == [first]
    for unknown, who in ((last.id, given.worker_next_door()), ("no id", worker)):
        with pytest.raises(NotFound):
            given.see(inquiries_here, after=unknown, by=who)


def test_facts_of_a_question_say_neither_who_asked_nor_what(given, asked):
    aunt = given.resident()
    asked("想问低保", person_id=aunt.person_id, answer="可以申请")

    rows = given.door.read_now(
        lambda session: session.exec(select(OutboxRow).where(OutboxRow.type.like("%.inquiry.%"))).all(),
        reach=reach_of(given.system()),
    )

    assert sorted(row.type for row in rows) == [
        "cn.shequyun.inquiry.answered.v1", "cn.shequyun.inquiry.taken.v1",
    ]  # fmt: skip
    assert not any("低保" in str(row.data) or aunt.person_id in str(row.data) for row in rows)


def test_whoever_leaves_is_taken_out_of_his_questions(given, worker, asked):
    aunt = given.resident()
    inquiry = asked("王阿姨来问低保", person_id=aunt.person_id)

    def forget(session, *, actor, clock):
        forget_who_asked(session, [aunt.person_id], lambda text: text.replace("王阿姨", "一位居民"))

    given.do(forget, by=given.system())

    assert given.see(inquiries_of, aunt.person_id, by=worker) == []
    assert given.see(inquiry_shown, inquiry.id, by=worker).about == "一位居民来问低保"


# -- notes for the next shift -----------------------------------------------------------------------


def test_a_note_waits_on_the_desk_of_whom_it_is_for_until_it_is_done(given, worker):
    colleague = given.worker(name="小李")
    note = given.do(write_note_on, NoteDraft(text="下午水务来查漏", to=f"person:{colleague.id}"), by=worker)

    assert [one.id for one in given.see(notes_for_me, by=colleague)] == [note.id]
    assert given.see(notes_for_me, by=worker) == []
    given.do(mark_note_read, note.id, by=colleague)
    (seen,) = given.see(notes_here, by=worker)
    assert (seen.read_name, seen.to_name, seen.is_mine, seen.for_me) == ("小李", "小李", True, False)

    given.do(end_note, note.id, by=colleague)

    assert given.see(notes_for_me, by=colleague) == given.see(notes_here, by=worker) == []
    with pytest.raises(NoteOver):
        given.do(end_note, note.id, by=worker)


def test_a_note_to_a_post_is_for_whoever_holds_it(given, worker):
    secretary = given.secretary()
    note = given.do(write_note_on, NoteDraft(text="请签字", to="post:secretary"), by=worker)

    assert [one.id for one in given.see(notes_for_me, by=secretary)] == [note.id]
    with pytest.raises(NotPermitted):
        given.do(mark_note_read, note.id, by=worker)
    assert given.do(mark_note_read, note.id, by=secretary).read_name == "周书记"
    # The first to have read it stands there.
    assert given.do(mark_note_read, note.id, by=given.secretary(name="吴书记")).read_name == "周书记"


def test_who_holds_the_post_elsewhere_and_another_one_here_is_not_whom_it_is_for(given, worker):
    note = given.do(write_note_on, NoteDraft(text="请去看看", to="post:worker"), by=worker)
    stranger = given.worker_next_door()
    both = replace(stranger, grants=(*stranger.grants, *given.secretary().grants))

    assert given.see(notes_for_me, by=both) == []
    assert [one.for_me for one in given.see(notes_here, by=both)] == [False]
    with pytest.raises(NotPermitted):
        given.do(end_note, note.id, by=both)


def test_a_note_is_for_somebody_here(given, worker):
    stranger = given.worker_next_door()
    for to in (f"person:{stranger.id}", "post:contractor"):
        with pytest.raises(NobodyThere):
            given.do(write_note_on, NoteDraft(text="帮个忙", to=to), by=worker)
    note = given.do(write_note_on, NoteDraft(text="帮个忙", to="post:worker"), by=worker)
    with pytest.raises(NotFound):
        given.do(end_note, note.id, by=stranger)


def test_whoever_leaves_is_taken_out_of_the_notes(given, worker):
    given.do(write_note_on, NoteDraft(text="王阿姨下午来拿钥匙", to="post:worker"), by=worker)

    def forget(session, *, actor, clock):
        forget_in_notes(session, [given.community.id], lambda text: text.replace("王阿姨", "一位居民"))

    given.do(forget, by=given.system())

    assert [one.text for one in given.see(notes_here, by=worker)] == ["一位居民下午来拿钥匙"]
