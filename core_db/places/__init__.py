"""Places: one tree from the city down to the room. What others may use is imported here."""

from core_db.places.changing import (
    ENDED,
    NAME,
    REGISTERED,
    Kept,
    PlaceStep,
    change_place,
    correction_of,
    end_place,
    ending_of,
    inside,
    kept_of,
    newest_of_field,
    newest_place_change,
    note_in_place,
    place_ended,
    place_kept,
    record_place,
    undo_ending,
    undoing_of,
    verify_place,
)
from core_db.places.codes import division_fault
from core_db.places.commands import (
    HOLDS,
    child_named,
    create_building,
    create_estate,
    create_home,
    create_homes,
)
from core_db.places.doors import Door, door_in, plain_line
from core_db.places.drafts import (
    BuildingDraft,
    DivisionDraft,
    Edition,
    EstateDraft,
    HomeDraft,
    HomesDraft,
    PlaceCorrection,
    PlaceEnding,
    PlaceNaming,
)
from core_db.places.errors import LivedIn, PlaceExists, StepStays, WrongParent
from core_db.places.fields import FIELDS_OF, spec_of
from core_db.places.founding import found_building, found_estate, found_homes
from core_db.places.importing import PlacesImported, import_places, would_import_places
from core_db.places.lists import BAOSHAN, EDITION_2023, read_divisions, shipped_divisions
from core_db.places.meant import (
    home_neighbourhood_meant,
    home_neighbourhoods_to_choose,
    meant_among,
    neighbourhood_meant,
    neighbourhoods_named,
    neighbourhoods_to_choose,
)
from core_db.places.model import (
    PLACE_CHANGES,
    PLACE_RECORDS,
    PLACES,
    Building,
    Community,
    Division,
    Estate,
    Home,
    Place,
    PlaceChange,
    PlaceKind,
    PlaceRecord,
)
from core_db.places.names import building_name, natural_key, plain, room_name
from core_db.places.naming import once_called, rename_place, undo_renaming
from core_db.places.queries import (
    Named,
    PlaceView,
    building_names,
    buildings_of,
    children_of,
    code_of,
    community_of,
    estates_of,
    homes_of,
    place_by_code,
    place_in_sight,
    place_with_code,
    places_to_name,
    sole_community,
)
from core_db.places.scopes import Scope, communities_below, lies_below, nodes_of, scope_of

__all__ = [
    "BAOSHAN", "EDITION_2023", "ENDED", "FIELDS_OF", "HOLDS", "NAME", "PLACES", "PLACE_CHANGES", "PLACE_RECORDS",
    "REGISTERED", "Building", "BuildingDraft", "Community", "Division", "DivisionDraft", "Door", "Edition", "Estate",
    "EstateDraft", "Home", "HomeDraft", "HomesDraft", "Kept", "LivedIn", "Named", "Place", "PlaceChange",
    "PlaceCorrection", "PlaceEnding", "PlaceExists", "PlaceKind", "PlaceNaming", "PlaceRecord", "PlaceStep",
    "PlaceView", "PlacesImported", "Scope", "StepStays", "WrongParent", "building_name", "building_names",
    "buildings_of", "change_place", "child_named", "children_of", "code_of", "communities_below", "community_of",
    "correction_of", "create_building", "create_estate", "create_home", "create_homes", "division_fault", "door_in",
    "end_place", "ending_of", "estates_of", "found_building", "found_estate", "found_homes",
    "home_neighbourhood_meant", "home_neighbourhoods_to_choose", "homes_of", "import_places", "inside", "kept_of",
    "lies_below", "meant_among", "natural_key", "neighbourhood_meant", "neighbourhoods_named",
    "neighbourhoods_to_choose", "newest_of_field", "newest_place_change", "nodes_of", "note_in_place",
    "once_called", "place_by_code",
    "place_ended", "place_in_sight", "place_kept", "place_with_code", "places_to_name", "plain", "plain_line",
    "read_divisions", "record_place", "rename_place", "room_name", "scope_of", "shipped_divisions", "sole_community",
    "spec_of", "undo_ending", "undo_renaming", "undoing_of", "verify_place", "would_import_places",
]  # fmt: skip
