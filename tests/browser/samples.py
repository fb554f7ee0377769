"""A plugin that is installed and switched on, of which nothing runs: its pages of ours have something to show."""

from core_db.installs import EnablingDraft, PluginFiles, consent_sheet, enable_plugin, record_plugin
from core_db.installs.words import RunMode
from tests.installs.conftest import ELDER, SETTINGS
from tests.town import Town

PLUGIN = str(ELDER["id"])


def switch_on_sample(town: Town) -> None:
    """A plugin is installed and switched on; nothing of it runs."""
    files = PluginFiles(version="1.2.0", package="elder_care", folder="", run_mode=RunMode.WORKER)
    town.do(record_plugin, ELDER, files, {"settings": SETTINGS}, by=town.system())
    secretary = town.secretary(name="书记老钱")
    sheet = town.see(consent_sheet, PLUGIN, town.community.id, by=secretary)
    draft = EnablingDraft(scopes=tuple(one.name for one in sheet.scopes), sheet_version=sheet.sheet_version)
    town.do(enable_plugin, PLUGIN, town.community.id, draft, by=secretary)
