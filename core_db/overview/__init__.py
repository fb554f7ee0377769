"""One view of a person, his household, his home and its building: what register, cases and accounts say together.

Reads alone, masked; what others keep of somebody joins his page by a line in `core_db.overview.timeline`.
"""

from core_db.overview.boards import Board, Door, Dweller, building_board
from core_db.overview.concerning import CaseSeen
from core_db.overview.facts import Crumb, PlaceChangeSeen, PlaceFacts, PlaceField, facts_kept
from core_db.overview.homes import BoundAccount, HomeFile, HouseholdSeen, Stay, home_file
from core_db.overview.households import HouseholdFile, MemberSeen, household_file
from core_db.overview.listing import (
    BuildingSeen,
    EstateFile,
    PlacesSeen,
    estate_file,
    places_above,
    places_kept,
)
from core_db.overview.persons import Bound, PersonOverview, person_overview
from core_db.overview.tagged import TagCount
from core_db.overview.timeline import Happening, timeline_of
from core_db.overview.versions import household_version, person_version, place_version, residency_version
from core_db.overview.visited import Visited

__all__ = [
    "Board", "Bound", "BoundAccount", "BuildingSeen", "CaseSeen", "Crumb", "Door", "Dweller", "EstateFile",
    "Happening", "HomeFile", "HouseholdFile", "HouseholdSeen", "MemberSeen", "PersonOverview",
    "PlaceChangeSeen", "PlaceFacts", "PlaceField", "PlacesSeen", "Stay", "TagCount", "Visited", "building_board",
    "estate_file", "facts_kept", "home_file", "household_file", "household_version", "person_overview",
    "person_version", "place_version", "places_above", "places_kept", "residency_version",
    "timeline_of",
]  # fmt: skip
