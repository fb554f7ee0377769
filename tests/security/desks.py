"""What lies on the desks: a guide, a stamp, a question, a note, experiences; here and next door."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from core_db.experiences import (
    AdoptionDraft,
    ExperienceDraft,
    adopt_experience,
    propose_experience,
    share_experience,
)
from core_db.foundation.actor import Actor, Role
from core_db.guides import GuideDraft, StampDraft, keep_guide, keep_stamp
from core_db.handover_notes import NoteDraft, write_note_on
from core_db.inquiries import InquiryDraft, take_inquiry

if TYPE_CHECKING:
    from tests.security.world import World


def on_the_desk(world: "World", n: int, worker: Actor, resident: Actor) -> Iterator[tuple[str, str]]:
    """The names of parameters with what they lead to. What a guide says is for everybody: it holds nobody's word."""
    do, marked, place = world.given.do, world.marked, world.ground.around[n].community
    guide = GuideDraft(place_id=place.id, title=marked(f"办理居住证{n}"), about=marked("租房满半年可以办。"))
    yield "guide", do(keep_guide, guide, by=worker).id
    stamp = StampDraft(
        place_id=place.id, title=marked("养犬证明"), where_to_go=marked("派出所"), source="本地清单"
    )
    yield "stamp", do(keep_stamp, stamp, by=worker).id
    asked = InquiryDraft(about=world.word(n, 1, "asked"), person_id=resident.person_id)
    yield "inquiry", do(take_inquiry, asked, by=worker).id
    note = NoteDraft(text=world.word(n, 91, "note"), to="post:worker")
    yield "note", do(write_note_on, note, by=worker).id
    told = ExperienceDraft(
        title=marked(f"楼道堆物{n}"), problem=marked("堆满旧物。"), steps=marked("先听难处，再约日子一起清。")
    )
    yield "told", do(propose_experience, told, by=worker).id
    # Of a secretary who is nobody in the matrix.
    secretary = world.given.staff(Role.SECRETARY, place, world.word(n, 89, "staff"))
    second = do(propose_experience, told, by=worker)
    yield "experience", do(share_experience, second.id, by=secretary).id
    third = do(propose_experience, told, by=worker)
    shared = do(share_experience, third.id, by=secretary)
    neighbour = world.people[f"worker of {3 - n}"]
    do(adopt_experience, shared.id, AdoptionDraft(), by=neighbour)
    yield "experience that was taken up", shared.id
