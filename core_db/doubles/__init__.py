"""Entries of a register that are one person: found, merged, parted, kept apart. Others import from here."""

from core_db.doubles.apart import accounts_apart
from core_db.doubles.drafts import DistinctionDraft, MergeDraft
from core_db.doubles.errors import MergedOnward, MergeUndone, NotTwoEntries
from core_db.doubles.merging import keep_apart, merge_entries, part_entries
from core_db.doubles.model import RegisterDistinction, RegisterMerge
from core_db.doubles.queries import MergeSeen, PairSeen, count_pairs, merges_seen, pairs_seen

__all__ = [
    "DistinctionDraft", "MergeDraft", "MergeSeen", "MergeUndone", "MergedOnward", "NotTwoEntries", "PairSeen",
    "RegisterDistinction", "RegisterMerge", "accounts_apart", "count_pairs", "keep_apart", "merge_entries",
    "merges_seen", "pairs_seen", "part_entries",
]  # fmt: skip
