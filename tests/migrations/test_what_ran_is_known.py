"""A plugin that was on before versions were noted ran in the one in which its committee decided about it."""

import importlib

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text, update

from core_db import migrations
from core_db.installs.model import INSTALLS
from core_db.installs.words import InstallState, PluginState
from tests.migrations.test_what_was_brought_is_offered import NOW, installed

MIGRATION = "core_db.migrations.versions.2026_11_27_plugins_move_on"


def test_where_something_of_it_is_kept_and_nowhere_else(engines):
    migrations.upgrade(engines)
    with engines.write.begin() as connection:
        installed(
            connection, "care", PluginState.INSTALLED, on=InstallState.ENABLED, held=InstallState.HELD,
            kept=InstallState.REMOVED, gone=InstallState.REMOVED,
        )  # fmt: skip
        kept = INSTALLS.c.community_id == "kept"
        connection.execute(update(INSTALLS).where(kept).values(keep_until=NOW.date()))

        with Operations.context(MigrationContext.configure(connection)):
            importlib.import_module(MIGRATION)._ran_as_it_was_decided()

        found = connection.execute(text("SELECT community_id, ran_version FROM x_grants")).all()
    assert sorted(found) == [("gone", ""), ("held", "1"), ("kept", "1"), ("on", "1")]
