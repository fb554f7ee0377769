"""Places: one tree from the district down to the room. What others may use is imported here."""

from core_db.places.model import (
    Building,
    Community,
    Division,
    Estate,
    Home,
    Place,
    PlaceKind,
)

__all__ = ["Building", "Community", "Division", "Estate", "Home", "Place", "PlaceKind"]
