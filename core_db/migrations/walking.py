"""Walking the history: the one part that needs Alembic, and is imported where there is something to walk."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection


def walk_to(connection: Connection, revision: str) -> None:
    """Run what lies between the database and this revision, on this connection, within its transaction."""
    config = configured()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def configured() -> Config:
    """How Alembic finds the history."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(year)d_%%(month).2d_%%(day).2d_%%(slug)s")
    return config
