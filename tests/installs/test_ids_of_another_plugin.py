"""An id by which one plugin knows somebody leads to nobody at another, nor at the same one in the next neighbourhood.

Whatever may be asked about somebody is asked with each of them: both plugins may do everything, and she agreed to both.
"""

import asyncio
from datetime import date

import pytest

from core_db.installs import EnablingDraft, consent_sheet, enable_plugin, pair_of
from core_db.mydata import PurposeOf, agree_to_purpose, my_plugin_consents
from plugins.sdk.asking import AskingContext
from plugins.sdk.context import Refused
from tests.installs.conftest import manifest_with
from tests.installs.test_the_fields_about_residents import FIELDS

ONE, OTHER = "elder-care", "street-watch"
SCOPES = [
    "resident.basic:read", "resident.fields:write", "household:read", "case:read", "case:write", "visit:read",
    "visit:write", "message:send",
]  # fmt: skip
TODAY, WORDS = date(2026, 11, 23), {"name": "王阿姨", "days": "9"}
#: What is asked about somebody by the plugin's id for her.
ABOUT_HER = {
    "residents.get": lambda ctx, her: ctx.residents.get(her, fields=["name"], purpose="visit"),
    "residents.fill": lambda ctx, her: ctx.residents.fill(her, values={"called": "王老师"}, purpose="visit"),
    "households.of": lambda ctx, her: ctx.households.of(her, purpose="visit"),
    "cases.open": lambda ctx, her: ctx.cases.open(category="elder_visit", title="探访", resident_id=her, key=her),
    "visits.plan": lambda ctx, her: ctx.visits.plan(residents=[her], grade="key", key=her),
    "visits.record": lambda ctx, her: ctx.visits.record(resident=her, on=TODAY, said={}, key=her),
    "visits.find": lambda ctx, her: ctx.visits.find(resident=her),
    "messages.send": lambda ctx, her: ctx.messages.send(to=her, template="overdue", key=her, args=WORDS),
}  # fmt: skip
VISITED_BEFORE = lambda ctx, her: ctx.visits.record(resident=her, on=TODAY, said={}, key="before")  # noqa: E731
#: The same of what else has an id of the plugin's own.
ABOUT_HOMES = {"households.get": lambda ctx, home: ctx.households.get(home, purpose="visit")}


@pytest.fixture
def both(given, installed, secretary):
    """Two plugins that may do the same, each switched on here and next door."""
    fields = manifest_with()["contributes"] | {"form_fields": FIELDS}
    for name in (ONE, OTHER):
        purpose = {"fields": ["name", "household", "visits", "profile"]}
        installed(id=name, scopes=SCOPES, contributes=fields, purpose=purpose)
        for place, by in (
            (given.community, secretary),
            (given.neighbouring_community, given.secretary(given.neighbouring_community)),
        ):
            sheet = given.see(consent_sheet, name, place.id, by=by)
            draft = EnablingDraft(scopes=SCOPES, sheet_version=sheet.sheet_version, settings={})
            given.do(enable_plugin, name, place.id, draft, by=by)


@pytest.fixture
def she(given, both, keep_house):
    """She heads a household and agreed to all that either plugin is for; her id in the register, and its."""
    aunt = given.resident()
    household = keep_house(aunt)
    for plugin in given.see(my_plugin_consents, by=aunt):
        (found,) = plugin.purposes
        agreed_to = PurposeOf(
            plugin_id=plugin.plugin_id, community_id=plugin.community_id, purpose=found.purpose.id,
            text_version=found.purpose.text_version,
        )  # fmt: skip
        given.do(agree_to_purpose, agreed_to, by=aunt)
    return aunt.person_id, household


@pytest.fixture
def answer(gateway, given):
    """`answer(deed, id)`: what the first plugin is told here, or how it is refused."""

    def ask(deed, its_id):
        async def in_a_hook():
            setting = await gateway.setting_even_off(ONE, given.community.id, None)
            context = AskingContext(gateway.ask(ONE, given.community.id, "job:plan_visits", None), setting)
            try:
                return str(await deed(context, its_id))
            except Refused as refused:
                return f"refused: {refused}"

        return asyncio.run(in_a_hook()).replace(its_id, "…")

    return ask


@pytest.mark.parametrize("op", [*ABOUT_HER, *ABOUT_HOMES])
def test_an_id_of_another_plugin_or_of_next_door_is_answered_as_one_that_was_never_given(
    op, given, door, she, answer
):
    deed = (ABOUT_HER | ABOUT_HOMES)[op]
    person, household = she
    kind, subject = ("household", household) if op in ABOUT_HOMES else ("person", person)

    def known_to(plugin, place):
        return door.write_now(lambda session: pair_of(session, plugin, place.id, kind, subject))

    answer(VISITED_BEFORE, known_to(ONE, given.community))
    never_given = answer(deed, f"{known_to(ONE, given.community)[0]}_0123456789abcdef")

    assert answer(deed, known_to(OTHER, given.community)) == never_given
    assert answer(deed, known_to(ONE, given.neighbouring_community)) == never_given
    assert answer(deed, known_to(ONE, given.community)) != never_given
