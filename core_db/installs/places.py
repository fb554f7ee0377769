"""Where the sealed values of plugins stand: a secret of a setting, the words of a message."""

from typing import Any

from core_db.foundation.sealing import SealedPlace


def secrets_place(row: Any) -> SealedPlace:
    """Of an install's settings that are secrets."""
    return SealedPlace("x_installs", "secrets_sealed", row.id, row.community_id)


def message_place(row: Any) -> SealedPlace:
    """Of a message's words in both languages."""
    return SealedPlace("x_messages", "text_sealed", row.id, row.community_id)
