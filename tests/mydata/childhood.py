"""A child of the register, and a grown-up whom the committee confirmed to act for it."""

from datetime import date

from core_db.foundation.actor import Actor
from core_db.mydata import GuardianDraft, approve_guardian, ask_to_be_guardian
from core_db.people import PersonDraft, register_person
from tests.town import Town


def child_of(given: Town, parent: Actor, *, born: date = date(2019, 5, 1), name: str = "小宝") -> str:
    """A child of this parent, who acts for it; its id in the register."""
    draft = PersonDraft(community_id=given.community.id, name=name, birth=born)
    child = given.do(register_person, draft, by=given.secretary())
    asking = GuardianDraft(child_name=name, birth=born, relation="50")
    given.do(approve_guardian, given.do(ask_to_be_guardian, asking, by=parent).id, by=given.worker())
    return str(child.id)
