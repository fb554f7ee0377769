"""Guides, whose task what is, and the list of stamps: what a first asker needs at hand, and residents read too."""

from core_db.guides.drafts import GuideDraft, StampDraft
from core_db.guides.errors import GuideEnded, StampEnded
from core_db.guides.examples import store_examples
from core_db.guides.index import best_fitting, forget_words, index_anew
from core_db.guides.keeping import change_guide, end_stamp, guide_to_keep, keep_guide, keep_stamp
from core_db.guides.model import Guide, StampItem
from core_db.guides.queries import (
    GuideSeen,
    StampSeen,
    fitting_guides,
    fitting_stamps,
    guide_shown,
    guides_near,
    places_to_keep_for,
    stamps_near,
)

__all__ = [
    "Guide", "GuideDraft", "GuideEnded", "GuideSeen", "StampDraft", "StampEnded", "StampItem", "StampSeen",
    "best_fitting",
    "change_guide", "end_stamp", "fitting_guides", "fitting_stamps", "forget_words", "guide_shown",
    "guide_to_keep", "guides_near", "index_anew", "keep_guide", "keep_stamp", "places_to_keep_for",
    "stamps_near", "store_examples",
]  # fmt: skip
