"""A plugin that does at night what its plugin.toml does not say, and not what it says."""

from plugins.sdk import Context, Plugin

plugin = Plugin(__name__)


@plugin.job(cron="0 3 * * *")
async def sweep(ctx: Context) -> None:
    """On no committee's page."""
