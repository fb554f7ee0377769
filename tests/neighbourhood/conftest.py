"""Entering things, putting them right and saying which buildings belong to them, as a worker does."""

import pytest

from core_db.neighbourhood import (
    CoverageDraft,
    EntryCorrection,
    EntryDraft,
    correct_entry,
    cover_buildings,
    register_entry,
)
from core_db.neighbourhood.words import EntryKind

COMMUNITY, ORGANISATION, FACILITY, GRID, GROUP = EntryKind


@pytest.fixture
def enter(given, worker):
    """`enter(GRID, name="…", code="…")`: as a worker of the neighbourhood, with what else it needs."""
    needed = {FACILITY: {"facility_class": "01"}, GRID: {"level": "micro"}}

    def entered(kind, by=None, at=None, source="上门", **values):
        draft = EntryDraft(
            node_id=(at or given.community).id, values=needed.get(kind, {}) | values, source=source
        )
        return given.do(register_entry, kind, draft, by=by or worker)

    return entered


@pytest.fixture
def correct(given, worker):
    def put_right(kind, entry, field, value, by=None, **more):
        draft = EntryCorrection(field=field, value=value, **more)
        return given.do(correct_entry, kind, entry.id, draft, by=by or worker)

    return put_right


@pytest.fixture
def cover(given, worker):
    def covered(kind, entry, *places, **more):
        draft = CoverageDraft(place_ids=[one.id for one in places], **more)
        return given.do(cover_buildings, kind, entry.id, draft, by=worker)

    return covered
