"""What the addresses of lists say: where to go on."""

from core_db.foundation.errors import CannotBeRead

#: Past this no list goes on, and no database counts.
FURTHEST = 2**63 - 1


def cursor_of(after: str | None) -> int | None:
    """The cursor of a list of cases; what is none is refused beside its name."""
    if not after:
        return None
    if not (after.isascii() and after.isdigit() and len(after) < 20 and int(after) <= FURTHEST):
        raise CannotBeRead({"after": ("翻页位置不对，请从第一页看起。", "Not a cursor of this list.")})
    return int(after)
