"""A plugin does what its plugin.toml says, and nothing beside: what one says and the other does not is a sentence."""

from importlib import import_module

import pytest

from plugins.sdk.agreeing import disagreements
from tests.plugins.test_registering import GOOD, imported
from tests.plugins.test_the_manifest import BROUGHT, HELLO

__all__ = ["imported"]

BOTH = HELLO + BROUGHT
REPORT = '\n[[contributes.reports]]\nid = "figures"\nname = { zh = "月报", en = "Figures" }\n'
ROLE = '\n[[contributes.roles]]\nid = "lead"\nname = { zh = "协调员", en = "Lead" }\ngrants = ["/pairs"]\n'
ENTRY = '\n[[contributes.nav]]\napp = "committee"\npath = "/pairs"\nlabel = { zh = "结对", en = "Pairs" }\n'
PROVIDES = """
import datetime as dt


@plugin.provider("report.export"{named})
async def figures(ctx: Context, month: dt.date) -> ui.Table:
    return ui.Table(caption="1", head=["1"], rows=[])
"""
PAGE = """

@plugin.router("committee").get("/pairs"{access})
async def pairs() -> ui.Page:
    return ui.Page(title="pairs")
"""
NO_PAGE = "entry '/pairs': no page of committee is read there"


def said_of(plugin) -> list[str]:
    return [one.said for one in disagreements(plugin)]


def test_what_says_what_it_does_has_nothing_to_be_told(imported):
    code = GOOD + PROVIDES.format(named="") + PAGE.format(access=', access="lead"')

    assert said_of(imported(code, BOTH + REPORT + ROLE + ENTRY + 'access = "lead"\n')) == []


@pytest.mark.parametrize("name", ["hello_x", "elder_care", "service_hall", "delegates_reception"])
def test_each_bundled_plugin_does_what_it_says(name):
    assert said_of(import_module(f"plugins.{name}").plugin) == []


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ('id = "tidy"', 'id = "tidi"', "tidy is a job, and [[contributes.jobs]] names no 'tidy'; did you mean 'tidi'?"),
        ('id = "tidy"', 'id = "tidi"', "job 'tidi': no @plugin.job is called so; did you mean 'tidy'?"),
        ("0 8 * * *", "0 9 * * *", "tidy: plugin.toml says cron = '0 9 * * *', and the code '0 8 * * *'"),
        ("resident.home.cards", "committee.reports",
         "card fills resident.home.cards: name it in [[contributes.slots]]"),
        ("resident.home.cards", "committee.reports", "slot 'committee.reports': nothing there fills it"),
        ("stores_personal = true", "", "Greeted: it is of residents: say stores_personal = true"),
    ],
)  # fmt: skip
def test_what_one_says_and_the_other_does_not_is_told(imported, was, becomes, said):
    assert was in BROUGHT

    assert said in said_of(imported(GOOD, HELLO + BROUGHT.replace(was, becomes)))


@pytest.mark.parametrize(
    ("code", "manifest", "said"),
    [
        ("", REPORT, "report 'figures': nothing there provides it"),
        (PROVIDES.format(named=""), "", "figures provides report.export: name its report in [[contributes.reports]]"),
        ("", ENTRY, NO_PAGE),
        (PAGE.format(access="").replace(".get(", ".post("), ENTRY, NO_PAGE),
        (PAGE.format(access=', access="lead"'), ROLE + ENTRY,
         "entry '/pairs' leads to a page for the role 'lead': say access = 'lead'"),
        (PAGE.format(access=""), ROLE, "role 'lead' grants /pairs: nothing there says access='lead'"),
    ],
)  # fmt: skip
def test_reports_entries_and_roles_are_looked_at_as_well(imported, code, manifest, said):
    assert said_of(imported(GOOD + code, BOTH + manifest)) == [said]


def test_what_keeps_people_where_the_platform_does_not_see_whose_it_is_hands_them_out_itself(imported):
    code = GOOD.replace('"subject": True, ', "")

    (said,) = said_of(imported(code, BOTH))

    assert said.startswith("stores_personal: nothing it keeps says whose it is")


def test_what_hands_out_and_erases_itself_may_keep_people_as_it_likes(imported):
    export = "\n\n@plugin.on_subject_export\nasync def hand_out(ctx: Context, resident: str) -> object: ...\n"

    assert said_of(imported(GOOD.replace('"subject": True, ', "") + export, BOTH)) == []


def test_a_job_and_a_slot_without_words_are_remarks_and_keep_nothing_off(imported):
    manifest = HELLO + BROUGHT.replace('id = "tidy"', 'id = "tidi"').replace(
        "resident.home.cards", "committee.reports"
    )

    remarks = [one.said for one in disagreements(imported(GOOD, manifest)) if one.is_remark]

    assert [said.partition(" ")[0] for said in remarks] == ["tidy", "card"]
