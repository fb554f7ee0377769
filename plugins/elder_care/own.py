"""The plugin itself, and how a committee sets it."""

from plugins.sdk import Field, Plugin, Settings

plugin = Plugin(__name__.rpartition(".")[0])

#: Purposes of plugin.toml.
VISIT, ASSESS, COMPANION, FAMILY = "visit", "assess", "companion", "family"
#: The base's category for services to older people.
CATEGORY = "1102"
#: A companion looks after no more than so many, as the programme has it (at no less than one to five).
AT_MOST = 5


@plugin.settings
class Config(Settings):
    min_age: int = Field(80, ge=60, le=110, title="从几岁起")
    tag: str = Field("独居", min_length=1, max_length=20, title="独居老人的标签")
    contacts_per_week: int = Field(2, ge=1, le=14, title="老伙伴每周至少联系几次")
