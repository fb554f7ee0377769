"""Where it is written down who did what; and what is done that is told nowhere but in its own row, and why."""

WRITTEN_DOWN = {"access_events", "audit_events", "case_entries", "outbox"}
NOT_WRITTEN_DOWN = {
    "a way in that nobody has gone yet; that it was gone is written down": (
        "resident POST /api/v1/session/code", "resident POST /sign-in/code", "resident POST /api/v1/live/ticket",
        "committee POST /api/v1/live/ticket", "committee POST /sign-in/passkey/options",
        "committee POST /me/passkeys/options",
    ),
    "a picture of nothing yet: the case says whose it is": (
        "resident POST /api/v1/uploads", "committee POST /api/v1/uploads",
    ),
    "a mark of his own that nobody else reads": (
        "resident POST /me/messages/reading", "resident POST /api/v1/me/messages/reading",
        "committee POST /me/messages/reading",
    ),
    "a draft: that it was issued or applied is written down": (
        "committee POST /api/v1/ledgers", "committee POST /register/sheets/rows/{row_id}/choice",
        "committee POST /api/v1/register/sheets/rows/{row_id}/choice",
    ),
    "handed in already: that was written down, and a second click changes nothing but what is kept of the click": (
        "committee POST /ledgers/{fill_id}/handing-in", "committee POST /api/v1/ledgers/{fill_id}/handing-in",
    ),
    "of fields that a plugin asked for none was sealed there, so that nothing was uncovered": (
        "committee POST /api/v1/cases/{case_id}/reveal",
    ),
    "his own asking, taken back before anybody decided": (
        "resident DELETE /api/v1/homes/bindings/{binding_id}", "resident POST /me/home/{binding_id}/ending",
    ),
}  # fmt: skip
