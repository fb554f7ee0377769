"""Facts about plugins: where one is on or off, and what a resident agreed to. A plugin hears only its own."""

from typing import ClassVar

from plugins.sdk.events.base import Event
from plugins.sdk.events.codes import OffCause


class PluginEvent(Event):
    """Something happened to a plugin in a neighbourhood."""

    plugin_id: str

    @property
    def subject(self) -> str:
        return f"plugin/{self.plugin_id}"


class PluginEnabled(PluginEvent):
    """A committee switched a plugin on, with these scopes."""

    type: ClassVar[str] = "cn.shequyun.plugin.enabled.v1"
    scopes: tuple[str, ...]
    version: str


class PluginDisabled(PluginEvent):
    """A plugin was switched off: by the committee, by the platform, or because it wants more than it was given."""

    type: ClassVar[str] = "cn.shequyun.plugin.disabled.v1"
    cause: OffCause


class PluginRemoved(PluginEvent):
    """A plugin was removed from a neighbourhood, and with it what it kept there unless that is kept for a while."""

    type: ClassVar[str] = "cn.shequyun.plugin.removed.v1"
    keeps_data: bool


class PluginSettingsChanged(PluginEvent):
    """A committee set a plugin; which fields, never what they say."""

    type: ClassVar[str] = "cn.shequyun.plugin.settings_changed.v1"
    fields: tuple[str, ...]


class PluginRolesChanged(PluginEvent):
    """A committee gave colleagues roles within a plugin, or took them back; which roles, never whose."""

    type: ClassVar[str] = "cn.shequyun.plugin.roles_changed.v1"
    roles: tuple[str, ...]


class PluginConsentEvent(PluginEvent):
    """Something happened to what a resident agreed to."""

    person_id: str
    purpose: str

    @property
    def subject(self) -> str:
        return f"person/{self.person_id}"


class PluginConsentGiven(PluginConsentEvent):
    """A resident agreed that a plugin reads some of his data for a purpose."""

    type: ClassVar[str] = "cn.shequyun.plugin.consent_given.v1"


class PluginConsentWithdrawn(PluginConsentEvent):
    """A resident took that back, or it ended with his time here or with a guardian's acting for him."""

    type: ClassVar[str] = "cn.shequyun.plugin.consent_withdrawn.v1"
