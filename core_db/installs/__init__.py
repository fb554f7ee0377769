"""Plugins in the base: what is installed, where it is on, who agreed to what. What others may use."""

from core_db.installs.consents import end_with_their_time
from core_db.installs.deciding import disable_plugin, enable_plugin, remove_plugin, set_plugin
from core_db.installs.drafts import EnablingDraft, SettingsDraft
from core_db.installs.erasing import due_erasures, end_of_keeping, erasure_done, erasure_failed
from core_db.installs.errors import (
    DataStillThere,
    NothingAgreed,
    PluginInUse,
    PluginIsOff,
    PluginUnavailable,
    RestsOnDuty,
    ScopesMissing,
    SheetChanged,
    TextChanged,
)
from core_db.installs.messages import MessageSeen, message_read, messages_read, my_messages, unread_messages
from core_db.installs.operating import (
    PluginFiles,
    approve_duty,
    fail_plugin,
    forget_plugin,
    let_plugin_run,
    plugin_broken,
    record_plugin,
    stop_plugin,
)
from core_db.installs.pairs import pair_of, person_behind
from core_db.installs.reading import (
    Certificate,
    PluginHere,
    PluginReport,
    PurposeReport,
    SettingsSeen,
    certificates,
    consent_sheet,
    may_manage,
    plugin_here,
    plugin_report,
    plugin_settings,
    plugins_here,
)
from core_db.installs.sheets import ConsentSheet, PurposeSeen, ScopeSeen

__all__ = [
    "Certificate", "ConsentSheet", "DataStillThere", "EnablingDraft", "MessageSeen", "NothingAgreed", "PluginFiles",
    "PluginHere", "PluginInUse", "PluginIsOff", "PluginReport", "PluginUnavailable", "PurposeReport", "PurposeSeen",
    "RestsOnDuty", "ScopeSeen", "ScopesMissing", "SettingsDraft", "SettingsSeen", "SheetChanged", "TextChanged",
    "approve_duty", "certificates", "consent_sheet", "disable_plugin", "due_erasures", "enable_plugin",
    "end_of_keeping", "end_with_their_time",
    "erasure_done", "erasure_failed", "fail_plugin", "forget_plugin", "let_plugin_run",
    "may_manage", "message_read", "messages_read", "my_messages", "pair_of", "person_behind", "plugin_broken",
    "plugin_here", "plugin_report", "plugin_settings", "plugins_here", "record_plugin", "remove_plugin", "set_plugin",
    "stop_plugin", "unread_messages",
]  # fmt: skip
