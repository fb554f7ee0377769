"""The slots there are: places on our pages that plugins fill, and what each of them shows."""

from collections.abc import Mapping
from typing import Literal, TypeAlias, get_args

#: What a slot shows: a card for one subject, or a cell for each of many.
CARDS, CELLS = "cards", "cells"
CardSlot: TypeAlias = Literal[
    "resident.home.cards", "resident.case.form", "resident.case.panels", "resident.profile.sections",
    "resident.consents.notes", "committee.home.cards", "committee.resident.panels", "committee.household.panels",
    "committee.case.actions", "committee.case.panels", "committee.reports", "committee.plugin.status",
]  # fmt: skip
CellSlot: TypeAlias = Literal["committee.resident.list.columns", "committee.case.list.columns"]

SLOTS: Mapping[str, str] = {
    **dict.fromkeys(get_args(CardSlot), CARDS),
    **dict.fromkeys(get_args(CellSlot), CELLS),
}

#: What our page is about, and what the function is given of it.
WHERE: Mapping[str, tuple[str, str]] = {
    "resident.home.cards": ("A resident's first page, below the product's own cards.", "None"),
    "resident.case.form": (
        "The form for raising a case, once a category is chosen that only some neighbourhoods have: above the form.",
        "the category's code",
    ),
    "resident.case.panels": ("A resident's own case, below how it goes.", "the case's id"),
    "resident.profile.sections": ("A resident's page 我的, below the ways to plugins and consents.", "None"),
    "resident.consents.notes": (
        "The page 我的授权, below what this very plugin asks for: how it keeps to it. No other plugin is asked, and "
        "none while somebody looks at a child's.", "None",
    ),
    "committee.home.cards": ("The committee's desk, below the numbers and the lists.", "None"),
    "committee.resident.panels": ("A person of the register.", "the plugin's own id for the person"),
    "committee.household.panels": ("A household of the register.", "the plugin's own id for the household"),
    "committee.case.actions": (
        "A case, right below what the platform lets one do: what can be done besides.", "the case's id",
    ),
    "committee.case.panels": ("A case, below its history.", "the case's id"),
    "committee.reports": ("The page of figures, below them.", "None"),
    "committee.plugin.status": (
        "The page of this very plugin under 管理应用, below how it does: what it is doing here. No other plugin is "
        "asked.", "None",
    ),
    "committee.resident.list.columns": ("The list of people.", "the plugin's own ids for those who are shown"),
    "committee.case.list.columns": ("The list of cases.", "the ids of those that are shown"),
}  # fmt: skip
#: On a page of ours about one plugin nobody but that plugin speaks.
OF_ITSELF = frozenset({"resident.consents.notes", "committee.plugin.status"})
