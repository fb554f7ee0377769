"""Greets whoever is new and agrees to it, and shows the greeting on the resident's home page."""

from plugins.sdk import Context, Field, Plugin, Settings, events, ui

plugin = Plugin(__name__)


@plugin.settings
class Config(Settings):
    greeting: str = Field("欢迎回家", title="问候语", min_length=1, max_length=40)


Met = events.PersonRegistered | events.PluginConsentGiven


# Whoever has just been entered has rarely agreed yet, so he is greeted when he does.
@plugin.on(events.PersonRegistered, events.PluginConsentGiven)
async def greet(ctx: Context, event: Met) -> None:
    who = await ctx.residents.get(event.person_id, fields=["name"], purpose="welcome")
    if who.name is None:  # he has not agreed, so the name was withheld
        return
    await ctx.messages.send(
        to=who.id, template="welcome", key=f"welcome:{who.id}",
        args={"name": who.name, "greeting": ctx.settings(Config).greeting},
    )  # fmt: skip


@plugin.slot("resident.home.cards")
async def card(ctx: Context, subject: str | None) -> ui.Card | None:
    return ui.Card(title=ctx.settings(Config).greeting, body=[ui.Text(text=ctx.t("很高兴见到您。"))])
