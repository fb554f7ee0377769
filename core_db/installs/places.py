"""Where the sealed values of plugins stand: a secret of a setting, the words of a message."""

from typing import Any

from core_db.foundation.sealing import SealedPlace


def secrets_place(row: Any) -> SealedPlace:
    """Of an install's settings that are secrets."""
    return SealedPlace(
        table="x_grants", column="secrets_sealed", row_id=row.id, community_id=row.community_id
    )


def message_place(row: Any) -> SealedPlace:
    """Of a message's words in both languages."""
    return SealedPlace(table="x_messages", column="text_sealed", row_id=row.id, community_id=row.community_id)
