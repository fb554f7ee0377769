"""Events of life as a committee writes them down: born, moved in, moved out, died, each with its consequences."""

from core_db.life_events.approving import EventWanted, approve_proposal, what_waits
from core_db.life_events.being_born import Born, register_birth
from core_db.life_events.drafts import BirthDraft, DeathDraft, FamilyMoveIn, MemberDraft, MoveOutDraft
from core_db.life_events.dying import Died, register_death
from core_db.life_events.moving import LeftHome, MovedIn, move_family_in, move_household_out
from core_db.life_events.regrouping import regroup_household

__all__ = [
    "BirthDraft", "Born", "DeathDraft", "Died", "EventWanted", "FamilyMoveIn", "LeftHome", "MemberDraft",
    "MoveOutDraft", "MovedIn", "approve_proposal", "move_family_in", "move_household_out", "register_birth",
    "register_death", "regroup_household", "what_waits",
]  # fmt: skip
