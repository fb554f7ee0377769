"""The slots there are: places on our pages that plugins fill, and what each of them shows."""

from collections.abc import Mapping
from typing import Literal, TypeAlias, get_args

#: What a slot shows: a card for one subject, or a cell for each of many.
CARDS, CELLS = "cards", "cells"
CardSlot: TypeAlias = Literal[
    "resident.home.cards", "resident.case.panels", "resident.profile.sections", "committee.home.cards",
    "committee.resident.panels", "committee.household.panels", "committee.case.panels", "committee.reports",
]  # fmt: skip
CellSlot: TypeAlias = Literal["committee.resident.list.columns", "committee.case.list.columns"]

SLOTS: Mapping[str, str] = {
    **dict.fromkeys(get_args(CardSlot), CARDS),
    **dict.fromkeys(get_args(CellSlot), CELLS),
}
