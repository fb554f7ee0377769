"""What a committee fills in about a plugin, checked."""

from typing import Annotated, Any

from pydantic import Field, field_validator

from core_db.foundation.drafts import Draft, fault

#: Characters that all settings of a plugin may have together.
LONGEST_SETTINGS = 20_000


class SettingsDraft(Draft):
    """Its settings by the name of their field; a secret that is left out or empty stays as it is."""

    settings: dict[Annotated[str, Field(max_length=60)], Any] = Field(default_factory=dict, max_length=100)

    @field_validator("settings")
    @classmethod
    def _not_too_long(cls, said: dict[str, Any]) -> dict[str, Any]:
        if len(str(said)) > LONGEST_SETTINGS:
            raise fault("设置的内容太长了。", "The settings are too long.")
        return said


class EnablingDraft(SettingsDraft):
    """What a committee agrees to: which scopes, after which sheet, with which settings."""

    scopes: Annotated[tuple[Annotated[str, Field(max_length=80)], ...], Field(max_length=60)]
    sheet_version: Annotated[str, Field(max_length=64)]
