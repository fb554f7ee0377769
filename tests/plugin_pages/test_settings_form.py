"""The settings form is made from the model's JSON Schema, and reads back what its fields are made for."""

from enum import StrEnum

import pytest
from pydantic import Field, SecretStr
from starlette.datastructures import FormData

from app_shell.forms import Typed
from committee_app.plugin_settings import setting_fields, typed_settings
from plugins.sdk import Settings


class How(StrEnum):
    FOOT = "foot"
    BIKE = "bike"


class Config(Settings):
    greeting: str = Field("你好", max_length=10)
    letter: str = Field("", max_length=2_000)
    every_days: int = Field(7, ge=1, le=90)
    share: float = 0.5
    quiet: bool = True
    how: How = How.FOOT
    since: str | None = Field(None, json_schema_extra={"format": "date"})
    most: int | None = None
    tags: list[str] = Field(default_factory=list)
    token: SecretStr = SecretStr("")
    nested: dict[str, int] = Field(default_factory=dict)


SCHEMA = Config.model_json_schema()
TYPED = {
    "greeting": "您好", "letter": "", "every_days": "14", "share": "0.25", "quiet": "yes", "how": "bike",
    "since": "2026-11-01", "most": "", "tags": "独居\n高龄\n", "token": "",
}  # fmt: skip


def fields(kept=None, *, secrets=False):
    return setting_fields(SCHEMA, kept or {}, secrets, lambda sentence: sentence)


def read(kept=None, **changed):
    words = FormData([(f"set-{name}", said) for name, said in (TYPED | changed).items()])
    return typed_settings(fields(kept), Typed(words), kept or {})


def test_each_kind_of_setting_has_its_field_and_what_no_form_shows_has_none():
    kinds = {one.name: one.kind for one in fields()}

    assert kinds == {
        "greeting": "text", "letter": "long", "every_days": "number", "share": "number", "quiet": "yes",
        "how": "choice", "since": "date", "most": "number", "tags": "lines", "token": "secret",
    }  # fmt: skip


def test_what_was_typed_is_what_the_model_takes():
    settings, faults = read({"nested": {"a": 1}})

    assert faults == {}
    assert settings == {
        "greeting": "您好", "letter": "", "every_days": 14, "share": 0.25, "quiet": True, "how": "bike",
        "since": "2026-11-01", "most": None, "tags": ["独居", "高龄"], "nested": {"a": 1},
    }  # fmt: skip
    assert Config.model_validate(settings).every_days == 14


def test_a_box_that_is_not_ticked_says_no():
    assert read(quiet="")[0]["quiet"] is False


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"every_days": "often"}, "every_days"), ({"every_days": "91"}, "every_days"),
        ({"every_days": ""}, "every_days"), ({"share": "nan"}, "share"),
        ({"every_days": "7.5"}, "every_days"), ({"share": "half"}, "share"), ({"how": "car"}, "how"),
        ({"since": "yesterday"}, "since"), ({"greeting": "一" * 11}, "greeting"),
    ],
)  # fmt: skip
def test_what_a_field_cannot_mean_is_said_beside_it(changed, field):
    _settings, faults = read(**changed)

    assert list(faults) == [f"set-{field}"]


def test_a_secret_is_never_filled_in_and_left_out_when_it_is_empty():
    (secret,) = [one for one in fields({"token": "s3cret"}, secrets=True) if one.kind == "secret"]

    assert secret.value == ""
    assert "s3cret" not in repr(secret)
    assert "token" not in read()[0]
    assert read(token="new")[0]["token"] == "new"
