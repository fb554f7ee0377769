"""The experience library: what a neighbourhood learned, told to the others without names, adopted with credit."""

from core_db.experiences.adopting import (
    ExperienceSeen,
    StillOpen,
    Thanks,
    adopt_experience,
    experience_shown,
    experiences_shared,
    still_open_for,
    thank_for_experience,
    thanks_for,
    withdraw_experience,
)
from core_db.experiences.drafts import AdoptionDraft, ExperienceDraft, SharingRefusalDraft, ThanksDraft
from core_db.experiences.errors import (
    AlreadyAdopted,
    NamesStillThere,
    NotAdopted,
    OwnExperience,
    SecondLookByAnother,
    SharingDecided,
)
from core_db.experiences.model import Experience, ExperienceAdoption, ExperienceProposal
from core_db.experiences.proposing import (
    SOLVED,
    Told,
    keep_experience_here,
    proposal_shown,
    proposals_here,
    propose_experience,
    share_experience,
    told_from,
)

__all__ = [
    "SOLVED", "AdoptionDraft", "AlreadyAdopted", "Experience", "ExperienceAdoption", "ExperienceDraft",
    "ExperienceProposal", "ExperienceSeen", "NamesStillThere", "NotAdopted", "OwnExperience", "SecondLookByAnother",
    "SharingDecided", "SharingRefusalDraft", "StillOpen", "Thanks", "ThanksDraft", "Told", "adopt_experience",
    "experience_shown", "experiences_shared", "keep_experience_here", "proposal_shown", "proposals_here",
    "propose_experience", "share_experience", "still_open_for", "thank_for_experience", "thanks_for", "told_from",
    "withdraw_experience",
]  # fmt: skip
