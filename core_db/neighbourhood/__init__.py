"""What a neighbourhood holds besides homes and people, and who serves in it. What others may use is imported here."""

from core_db.neighbourhood.charters import CharterSeen, adopt_charter, charters_of
from core_db.neighbourhood.covering import COVERS, Coverage, Covered, cover_buildings, coverage_of, covered_on
from core_db.neighbourhood.drafts import (
    CharterDraft,
    CommunityTypeDraft,
    CoverageDraft,
    EntryCorrection,
    EntryDraft,
    EntryEnding,
    InspectionDraft,
    SeatDraft,
)
from core_db.neighbourhood.errors import (
    CoveredAlready,
    EntryExists,
    LedAlready,
    NotItsBuildingLead,
    StillOpen,
)
from core_db.neighbourhood.handling import HandlingDraft, categories_handled, say_what_it_handles
from core_db.neighbourhood.inspecting import InspectionSeen, inspections_of, record_inspection
from core_db.neighbourhood.keeping import (
    correct_entry,
    end_entry,
    register_entry,
    undo_entry_change,
    verify_entry,
)
from core_db.neighbourhood.kinds import KINDS, LINE_AT_MOST, OF_SOCIAL, fields_of
from core_db.neighbourhood.model import (
    BuildingGroup,
    CommunityType,
    Covering,
    Facility,
    Grid,
    GroupCharter,
    Seat,
)
from core_db.neighbourhood.public import CommitteeShown, GroupShown, my_committees
from core_db.neighbourhood.reading import (
    STEPS,
    EntryRow,
    EntrySeen,
    FieldKept,
    LineSeen,
    entries,
    entry_history,
    entry_seen,
    inspections_over,
    nodes_to_keep,
)
from core_db.neighbourhood.seats import SERVED, SeatSeen, fill_seat, seats_of, vacate_seat, who_may_serve
from core_db.neighbourhood.types import TypeSeen, set_community_type, store_example_types, types_in_force
from core_db.neighbourhood.versions import entry_version

__all__ = [
    "COVERS", "KINDS", "LINE_AT_MOST", "OF_SOCIAL", "SERVED", "STEPS", "BuildingGroup", "CharterDraft",
    "CharterSeen", "CommitteeShown", "CommunityType", "CommunityTypeDraft", "Coverage", "CoverageDraft",
    "Covered", "CoveredAlready", "Covering", "EntryCorrection", "EntryDraft", "EntryEnding", "EntryExists",
    "EntryRow", "EntrySeen", "Facility", "FieldKept", "Grid", "GroupCharter", "GroupShown", "HandlingDraft",
    "InspectionDraft", "InspectionSeen", "LedAlready", "LineSeen", "NotItsBuildingLead", "Seat", "SeatDraft",
    "SeatSeen", "StillOpen", "TypeSeen", "adopt_charter", "categories_handled", "charters_of", "correct_entry",
    "cover_buildings", "coverage_of", "covered_on", "end_entry", "entries", "entry_history", "entry_seen",
    "entry_version", "fields_of", "fill_seat", "inspections_of", "inspections_over", "my_committees",
    "nodes_to_keep", "record_inspection", "register_entry", "say_what_it_handles", "seats_of",
    "set_community_type", "store_example_types", "types_in_force", "undo_entry_change", "vacate_seat",
    "verify_entry", "who_may_serve",
]  # fmt: skip
