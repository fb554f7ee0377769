"""The slots there are: places on our pages that plugins fill, and what each of them shows."""

from collections.abc import Mapping

#: What a slot shows: a card for one subject, or a cell for each of many.
CARDS, CELLS = "cards", "cells"

SLOTS: Mapping[str, str] = {
    "resident.home.cards": CARDS, "resident.case.panels": CARDS, "resident.profile.sections": CARDS,
    "committee.home.cards": CARDS, "committee.resident.panels": CARDS, "committee.household.panels": CARDS,
    "committee.case.panels": CARDS, "committee.reports": CARDS, "committee.resident.list.columns": CELLS,
    "committee.case.list.columns": CELLS,
}  # fmt: skip
