"""A category that a plugin brought before it was held by neighbourhood is offered where the plugin is on."""

import importlib
from datetime import UTC, datetime

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from core_db import migrations
from core_db.cases.configured import CATEGORIES
from core_db.foundation.ids import new_id
from core_db.installs.model import INSTALLS, PLUGINS
from core_db.installs.words import InstallState, PluginState, RunMode

MIGRATION = "core_db.migrations.versions.2026_11_27_what_plugins_bring"
NOW = datetime(2026, 11, 26, tzinfo=UTC)
MANIFEST = {"contributes": {"case_categories": [{"id": "visit"}, {"id": "never_in_force"}]}}


def installed(connection, plugin_id, state, **where):
    said = {
        "version": "1",
        "package": "p",
        "folder": "",
        "run_mode": RunMode.WORKER,
        "fault": "",
        "declared": {},
        "manifest": MANIFEST,
        "strikes": 0,
        "duty_approved": False,
        "installed_at": NOW,
        "changed_at": NOW,
    }
    connection.execute(PLUGINS.insert().values(id=plugin_id, state=state, **said))
    category = {
        "name_zh": "探访",
        "name_en": "Visit",
        "identifier": "v",
        "first_owner": "C",
        "keywords": "",
        "emergency": False,
        "sensitive": False,
        "contact_limit": "1",
        "contact_unit": "WORKDAY",
    }
    connection.execute(
        CATEGORIES.insert().values(code=f"{plugin_id}.visit", valid_from=NOW.date(), **category)
    )
    decided = {
        "scopes": [],
        "version": "1",
        "sheet_version": "1",
        "settings": {},
        "decided_by": "a",
        "decided_name": "周",
        "decided_at": NOW,
        "cause": "",
        "resting": [],
    }
    for community_id, its in where.items():
        connection.execute(
            INSTALLS.insert().values(
                id=new_id(), plugin_id=plugin_id, community_id=community_id, state=its, **decided
            )
        )


def test_where_its_plugin_is_on_and_nowhere_else(engines):
    migrations.upgrade(engines)
    with engines.write.begin() as connection:
        installed(
            connection, "care", PluginState.INSTALLED, here=InstallState.ENABLED, off=InstallState.DISABLED
        )
        installed(connection, "gone", PluginState.STOPPED, here=InstallState.ENABLED)

        with Operations.context(MigrationContext.configure(connection)):
            importlib.import_module(MIGRATION)._offer_where_they_are_on()

        found = connection.execute(text("SELECT code, community_id FROM categories_offered")).all()
    assert found == [("care.visit", "here")]
