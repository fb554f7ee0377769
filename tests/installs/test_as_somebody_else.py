"""What an account answered for plugins, and was told by them, as somebody it is not."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from core_db.accounts import BindingDraft, BindingRefusalDraft, approve_binding, ask_for_home, revoke_binding
from core_db.accounts.sessions import BINDINGS
from core_db.installs import my_messages
from core_db.installs.messages import send_plugin_message
from core_db.installs.model import MESSAGES, PROFILE_FIELDS
from core_db.mydata import end_guardianship, my_guardianships, my_profile_fields
from tests.cases import for_another
from tests.installs import test_the_fields_about_residents as fields
from tests.mydata.childhood import child_of

known, enter = for_another.known, for_another.enter
asking_people, fill_in, read, write = fields.asking_people, fields.fill_in, fields.read, fields.write
CALLED, DIET, ILL, OWN, SAID = fields.CALLED, fields.DIET, fields.ILL, fields.OWN, fields.SAID
WHY = BindingRefusalDraft(reason="赵阿姨本人来说，这不是她的账号。")
HERS, HIS = {CALLED: "赵老师", DIET: "少盐"}, {CALLED: "老李", ILL: "糖尿病"}
LETTER = {"template": "overdue", "key": "1", "args": {"name": "低保", "days": "30"}}


@pytest.fixture
def aunt(given):
    return given.resident(given.home, name="赵阿姨")


@pytest.fixture
def uncle(given):
    return given.neighbour("李叔")


@pytest.fixture
def stranger(given):
    return given.newcomer()


@pytest.fixture
def mistaken(given, aunt, stranger):
    """The stranger is bound as 赵阿姨."""
    asked = given.do(ask_for_home, BindingDraft(home_id=given.home.id, name="赵阿姨"), by=stranger)
    return given.do(approve_binding, asked.id, by=given.worker())


@pytest.fixture
def answers(given, known):
    def seen(who, **more):
        (found,) = given.see(my_profile_fields, by=known(who), **more)
        return found.filled

    return seen


def nobody_remembers(given):
    """As rows are from before it was written down."""
    given.door.write_now(lambda session: session.execute(update(PROFILE_FIELDS).values(said_by="")))


# -- answers ----------------------------------------------------------------------------------------


def test_what_a_stranger_answered_as_her_is_not_hers(
    given, asking_people, fill_in, known, answers, aunt, stranger, mistaken
):
    asking_people()
    fill_in(known(stranger))

    given.do(revoke_binding, mistaken.id, WHY, by=given.worker())

    assert answers(aunt) == {}


def test_what_she_had_answered_before_stands_again(
    given, asking_people, fill_in, known, answers, aunt, stranger, mistaken, clock
):
    asking_people()
    fill_in(aunt, HERS)
    clock.advance(timedelta(minutes=1))
    fill_in(known(stranger), HIS)
    assert answers(aunt) == HIS

    given.do(revoke_binding, mistaken.id, WHY, by=given.worker())

    assert answers(aunt) == HERS


def test_of_answers_nobody_remembers_whose_what_was_said_since_goes(
    given, asking_people, fill_in, known, answers, aunt, stranger, clock
):
    asking_people()
    fill_in(aunt, HERS)
    clock.advance(timedelta(minutes=1))
    asked = given.do(ask_for_home, BindingDraft(home_id=given.home.id, name="赵阿姨"), by=stranger)
    mistaken = given.do(approve_binding, asked.id, by=given.worker())
    fill_in(known(stranger), HERS | {ILL: "糖尿病"})
    nobody_remembers(given)

    given.do(revoke_binding, mistaken.id, WHY, by=given.worker())

    assert answers(aunt) == HERS


def test_who_takes_his_own_answer_back_brings_no_older_one_up(
    given, asking_people, fill_in, known, answers, aunt, stranger, mistaken, clock
):
    """Her second telephone, say."""
    asking_people()
    fill_in(aunt, HERS)
    clock.advance(timedelta(minutes=1))
    fill_in(known(stranger), HIS)
    clock.advance(timedelta(minutes=1))

    fill_in(known(stranger), {})

    assert answers(aunt) == {}


def test_a_plugin_reads_what_stands_and_no_older_answer(
    given, asking_people, fill_in, known, agreed, asked, pair, aunt, stranger, mistaken, clock
):
    asking_people()
    agreed(aunt)
    fill_in(aunt, HERS)
    clock.advance(timedelta(minutes=1))
    fill_in(known(stranger), {CALLED: "老李"})

    found = asked(read(pair(aunt)))

    assert found.profile == {"called": "老李"}


def test_what_he_answered_meanwhile_is_about_him(
    given, asking_people, fill_in, known, answers, aunt, uncle, clock
):
    asking_people()
    fill_in(aunt, HERS)
    part = given.taken_for_one(aunt.person_id, uncle.person_id)
    fill_in(known(uncle), HIS)

    part()

    assert (answers(aunt), answers(uncle)) == (HERS, HIS)


def test_what_each_had_answered_before_is_each_ones_again(
    given, asking_people, fill_in, known, answers, aunt, uncle, clock
):
    asking_people()
    fill_in(uncle, HIS)
    clock.advance(timedelta(minutes=1))
    fill_in(aunt, HERS)
    part = given.taken_for_one(aunt.person_id, uncle.person_id)
    fill_in(known(aunt), {CALLED: "赵老师", ILL: "高血压"})

    part()

    assert (answers(aunt), answers(uncle)) == ({CALLED: "赵老师", ILL: "高血压"}, HIS)


def test_of_answers_nobody_remembers_whose_what_was_said_while_they_were_one_goes(
    given, asking_people, fill_in, known, answers, aunt, uncle
):
    asking_people()
    fill_in(aunt, {DIET: "少盐"})
    part = given.taken_for_one(aunt.person_id, uncle.person_id)
    fill_in(known(uncle), {DIET: "少盐"} | HIS)
    nobody_remembers(given)

    part()

    assert (answers(aunt), answers(uncle)) == ({DIET: "少盐"}, {})


def test_what_a_mistaken_guardian_answered_about_the_child_goes(
    given, asking_people, fill_in, known, aunt, mistaken, stranger
):
    asking_people()
    child = child_of(given, known(stranger))
    given.do(
        fields.fill_in_my_profile, fields.PLUGIN,
        fields.ProfileDraft(community_id=given.community.id, fields=SAID), child, by=known(stranger),
    )  # fmt: skip
    (guardianship,) = given.see(my_guardianships, by=known(stranger))
    given.do(end_guardianship, guardianship.id, by=known(stranger))

    given.do(revoke_binding, mistaken.id, WHY, by=given.worker())

    assert given.door.read_now(lambda session: session.execute(select(PROFILE_FIELDS)).all()) == []


# -- letters ----------------------------------------------------------------------------------------


def letters(given, who):
    return [seen.text[0] for seen in given.see(my_messages, by=who)]


def test_letters_to_her_are_not_in_his_box_any_more(
    given, on, agreed, asked, pair, known, aunt, stranger, mistaken
):
    on()
    given.door.write_now(lambda session: _as_if_hers_were_not_bound(session, aunt))
    agreed(known(stranger))
    assert asked(lambda ctx: ctx.messages.send(to=pair(aunt), **LETTER))
    assert len(letters(given, known(stranger))) == 1

    given.do(revoke_binding, mistaken.id, WHY, by=given.worker())

    assert letters(given, known(stranger)) == []


def _as_if_hers_were_not_bound(session, aunt):
    """She has no account of her own that is bound: what is to her goes to his."""
    its = BINDINGS.c.account_id == aunt.id
    session.execute(update(BINDINGS).where(its).values(status="ended"))


@pytest.mark.parametrize("is_neighbour", [True, False])
def test_letters_that_do_not_say_to_whom_go_where_they_can_have_been_to_nobody_else(
    given, known, aunt, is_neighbour, clock
):
    stranger = given.neighbour() if is_neighbour else given.newcomer()
    asked = given.do(ask_for_home, BindingDraft(home_id=given.home.id, name="赵阿姨"), by=stranger)
    mistaken = given.do(approve_binding, asked.id, by=given.worker())
    said = {"template": "t", "text": ("低保已到账", "paid"), "at": given.clock.now()}
    here = given.community.id
    given.door.write_now(
        lambda session: send_plugin_message(session, "elder-care", here, stranger.id, **said)
    )

    given.do(revoke_binding, mistaken.id, WHY, by=given.worker())

    assert letters(given, known(stranger)) == (["低保已到账"] if is_neighbour else [])


@pytest.mark.parametrize("who_agreed", ["her", "him"])
def test_letters_sent_while_they_were_one_are_whose_plugin_it_was(
    given, installed, enabled, agreed, known, aunt, uncle, who_agreed
):
    installed()
    enabled()
    if who_agreed == "her":
        agreed(aunt)
    part = given.taken_for_one(aunt.person_id, uncle.person_id)
    if who_agreed == "him":
        agreed(known(uncle))

    def send(session):
        for account in (aunt, uncle):
            send_plugin_message(
                session, "elder-care", given.community.id, account.id, to_person=aunt.person_id, template="t",
                text=("低保已到账", "paid"), at=given.clock.now(),
            )  # fmt: skip

    given.door.write_now(send)

    part()

    kept = {"her": (1, 0), "him": (0, 1)}[who_agreed]
    assert (len(letters(given, known(aunt))), len(letters(given, known(uncle)))) == kept
    to = given.door.read_now(lambda session: session.execute(select(MESSAGES.c.to_person)).scalars().all())
    assert to == [{"her": aunt, "him": uncle}[who_agreed].person_id]
