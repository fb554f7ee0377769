"""Places: one tree from the city down to the room. What others may use is imported here."""

from core_db.places.codes import division_fault
from core_db.places.commands import child_named, create_building, create_estate, create_home, create_homes
from core_db.places.drafts import BuildingDraft, DivisionDraft, Edition, EstateDraft, HomeDraft
from core_db.places.errors import PlaceExists, WrongParent
from core_db.places.importing import PlacesImported, import_places
from core_db.places.lists import BAOSHAN, EDITION_2023, read_divisions, shipped_divisions
from core_db.places.model import (
    PLACES,
    Building,
    Community,
    Division,
    Estate,
    Home,
    Place,
    PlaceKind,
)
from core_db.places.names import building_name, natural_key, plain, room_name
from core_db.places.queries import (
    Named,
    PlaceView,
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
)
from core_db.places.scopes import Scope, lies_below, nodes_of, scope_of

__all__ = [
    "BAOSHAN",
    "EDITION_2023",
    "PLACES",
    "Building",
    "BuildingDraft",
    "Community",
    "Division",
    "DivisionDraft",
    "Edition",
    "Estate",
    "EstateDraft",
    "Home",
    "HomeDraft",
    "Named",
    "Place",
    "PlaceExists",
    "PlaceKind",
    "PlaceView",
    "PlacesImported",
    "Scope",
    "WrongParent",
    "building_name",
    "buildings_of",
    "child_named",
    "children_of",
    "code_of",
    "community_of",
    "create_building",
    "create_estate",
    "create_home",
    "create_homes",
    "division_fault",
    "estates_of",
    "homes_of",
    "import_places",
    "lies_below",
    "natural_key",
    "nodes_of",
    "place_by_code",
    "place_in_sight",
    "place_with_code",
    "places_to_name",
    "plain",
    "read_divisions",
    "room_name",
    "scope_of",
    "shipped_divisions",
]  # fmt: skip
