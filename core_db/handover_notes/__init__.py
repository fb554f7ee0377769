"""Hand-over notes: what one shift leaves for the next, for a colleague or a post, until it is done."""

from core_db.handover_notes.drafts import NoteDraft
from core_db.handover_notes.errors import NobodyThere, NoteOver
from core_db.handover_notes.model import HandOverNote
from core_db.handover_notes.noting import (
    NoteSeen,
    addressees,
    end_note,
    mark_note_read,
    notes_for_me,
    notes_here,
    write_note_on,
)

__all__ = [
    "HandOverNote", "NobodyThere", "NoteDraft", "NoteOver", "NoteSeen", "addressees", "end_note", "mark_note_read",
    "notes_for_me", "notes_here", "write_note_on",
]  # fmt: skip
