"""Tables of a plugin's own, for what documents are too plain for; with `[storage] mode = "tables"` in plugin.toml.

    from plugins.sdk.tables import Field, Row, Session, kept_from, select, subject

    class Own(Row):
        metadata = plugin.metadata

    class Visit(Own, table=True):
        resident: str = subject(on_erase="delete")
        on: dt.date = kept_from()

    await ctx.tables(visits_of, resident)       # visits_of(session, resident), in a transaction and a thread

They lie in a file or a schema of the plugin's own, and its session reaches nothing else. Each row names its
neighbourhood, each table says whose its rows are and what is done when he is forgotten, or that they are nobody's: so
the platform hands them out, erases and expires them without the plugin. Alembic's scripts lie in `migrations/`.
"""

from sqlmodel import Field, Session, select

from plugins.sdk.tables.declared import BadTables, holds_nobody, kept_from, subject
from plugins.sdk.tables.place import Row

__all__ = [
    "BadTables", "Field", "Row", "Session", "holds_nobody", "kept_from", "select", "subject",
]  # fmt: skip
