"""Filters of a plugin, asked by a host: what they change and refuse, and what becomes of one that fails."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update

from core_db.cases import CaseDraft, submit_case
from core_db.foundation.door import Door
from core_db.foundation.points import Asked, NotLookedAt, Vetoed, filtered
from core_db.foundation.reach import reach_of
from core_db.installs.model import INSTALLS
from core_db.installs.sheets import category_code
from core_db.installs.words import RunMode
from plugins.sdk.manifest import CaseCategory
from tests.plugins.hosted.conftest import Hosted
from tests.town import Town

BOTH = pytest.mark.parametrize("mode", list(RunMode))


def raised(hosted: Hosted, door: Door) -> CaseDraft:
    resident = hosted.town.resident()
    asked = filtered(
        door,
        submit_case,
        (CaseDraft(text="吵"),),
        actor=resident,
        clock=hosted.town.clock,
        reach=reach_of(resident),
    )
    (draft,) = hosted.run(asked)
    return draft


def test_a_filter_changes_the_draft_before_it_is_written(hosted: Hosted, door: Door) -> None:
    assert raised(hosted, door).category == "0806"


def test_a_filter_that_fails_is_passed_over_where_the_point_is_open(hosted: Hosted, door: Door) -> None:
    hosted.gateway.deed = "raise"

    assert raised(hosted, door).category is None


def test_a_veto_comes_back_with_the_plugins_name(hosted: Hosted, door: Door) -> None:
    hosted.gateway.deed = "veto"

    with pytest.raises(Vetoed) as vetoed:
        raised(hosted, door)

    assert vetoed.value.sentence("en") == "The app “捣乱” does not agree: 不行"


def test_a_category_that_a_plugin_brings_it_is_told_and_sets_by_its_own_name(hosted: Hosted) -> None:
    chaos = hosted.beside.running["chaos"]
    brought = CaseCategory.model_validate(
        {"id": "racket", "name": {"zh": "吵", "en": "Racket"}, "sla_hours": 48}
    )
    more = chaos.manifest.contributes.model_copy(update={"case_categories": (brought,)})
    manifest = chaos.manifest.model_copy(update={"contributes": more})
    hosted.beside.running["chaos"] = replace(chaos, manifest=manifest)
    hosted.gateway.deed = "name"
    asked = Asked(community_id=hosted.town.community.id, draft={"category": "0806", "channel": "app"})

    answer = hosted.run(hosted.host.ask("case.submit.v1", asked, lang="zh"))

    assert answer["category"] == category_code("chaos", "racket")
    with pytest.raises(Vetoed, match="racket"):
        hosted.run(hosted.host.ask("case.submit.v1", replace(asked, draft=answer), lang="zh"))


def a_form(hosted: Hosted, fields: dict[str, str], form: str = "x.chaos.racket") -> Any:
    draft = {"form": form, "fields": fields, "faults": {"x.other.day": ("不行", "No")}}
    asked = Asked(community_id=hosted.town.community.id, draft=draft, about=("person", "p1"))
    return hosted.run(hosted.host.ask("form.validate.v1", asked, lang="zh"))


@BOTH
def test_a_fault_comes_back_by_the_whole_name_of_its_field_beside_those_of_others(hosted: Hosted) -> None:
    form = category_code("chaos", "racket")

    answer = a_form(hosted, {"x.chaos.floor": "9", "x.other.day": "1"}, form)

    assert answer["faults"] == {
        "x.other.day": ("不行", "No"),
        "x.chaos.floor": ("case.racket 没有 9 楼", "There is no such floor"),
    }
    assert answer["fields"] == {"x.chaos.floor": "9", "x.other.day": "1"}


def test_whose_fields_are_not_in_a_form_is_not_asked_about_it(hosted: Hosted) -> None:
    hosted.gateway.deed = "veto"

    assert set(a_form(hosted, {"x.other.day": "1"})["faults"]) == {"x.other.day"}


@BOTH
@pytest.mark.parametrize("deed", ["raise", "invent"])
def test_a_form_that_could_not_be_judged_is_not_kept(hosted: Hosted, deed: str) -> None:
    hosted.gateway.deed = deed

    with pytest.raises(NotLookedAt):
        a_form(hosted, {"x.chaos.floor": "9"})


def test_a_file_that_cannot_be_looked_at_is_refused(hosted: Hosted, door: Door, given: Town) -> None:
    hosted.gateway.deed = "raise"
    asked = Asked(
        community_id=given.community.id, draft={"media_type": "image/jpeg", "size": 3, "digest": "aa"}
    )

    with pytest.raises(NotLookedAt):
        hosted.run(door.points.ask("upload.accept.v1", asked))


def test_a_filter_is_not_asked_where_the_committee_did_not_give_what_its_point_is_asked_with(
    hosted: Hosted, door: Door, given: Town
) -> None:
    door.write_now(lambda session: session.execute(update(INSTALLS).values(scopes=["case:read"])))
    hosted.beside.places.refresh()
    hosted.gateway.deed = "veto"
    said = {"media_type": "image/jpeg", "size": 3, "digest": "aa"}

    asked = Asked(community_id=given.community.id, draft=said)

    assert raised(hosted, door).category is None
    assert hosted.run(door.points.ask("upload.accept.v1", asked)) == said
