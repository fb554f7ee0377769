"""Bodies for the register: people, households, places and what a neighbourhood holds, written over the API."""

from collections.abc import Mapping
from typing import Any

from tests.security.saying import NEAR_AND_FAR, a_table, for_neighbourhoods, said, today, two
from tests.security.world import World


def _at_each(words: Any) -> Any:
    """The same for something of here and of beyond."""
    return lambda world: {f"at: {name}": words(world, n) for name, n in NEAR_AND_FAR.items()}


def _moving_in(world: World, n: int) -> dict[str, Any]:
    home = world.ground.around[n].homes[0].id
    return {"home_id": home, "since": today(world), "members": [{"name": "新来的人"}]}


def _estate(world: World, n: int) -> dict[str, Any]:
    return {"community_id": world.ground.around[n].community.id, "name": "新风苑"}


def _building(world: World, n: int) -> dict[str, Any]:
    return {"parent_id": world.ground.around[n].community.id, "name": "99号"}


def _homes(world: World, n: int) -> dict[str, Any]:
    return {"building_id": world.ground.around[n].buildings[0].id, "names": ["9901", "9902"]}


def _homes_on_a_page(world: World, n: int) -> dict[str, Any]:
    return _homes(world, n) | {"kind": "home", "names": "9901、9902"}


def _facility(world: World, n: int) -> dict[str, Any]:
    values = {"name": "路灯 8 号", "facility_class": "01"}
    return {"node_id": world.ground.around[n].community.id, "values": values}


def _heading(world: World) -> dict[str, Any]:
    return {"-": {"person_id": world.rights.ids["member"]["here"]}}


def _relating(world: World) -> dict[str, Any]:
    return {"-": {"residency_id": world.rights.ids["member's stay"]["here"], "relation": "70"}}


def _regrouping(world: World) -> dict[str, Any]:
    return {"-": {"residency_ids": [world.rights.ids["member's stay"]["here"]]}}


def _covering(world: World) -> dict[str, Any]:
    return {"-": {"place_ids": [world.ground.around[1].buildings[0].id]}}


def _seating(world: World) -> dict[str, Any]:
    return {"-": {"who": f"person/{world.people['own'].person_id}", "title": "member"}}


def _being_born(world: World) -> dict[str, Any]:
    return {"-": {"name": "新生儿", "sex": "2", "birth": today(world), "relation": "30"}}


REGISTER: Mapping[tuple[str, str], Any] = {
    ("", "/places/new"): _at_each(_homes_on_a_page),
    ("", "/api/v1/estates"): _at_each(_estate),
    ("", "/api/v1/buildings"): _at_each(_building),
    ("", "/api/v1/homes"): _at_each(_homes),
    ("", "/api/v1/register/moving-in"): _at_each(_moving_in),
    ("", "/api/v1/residencies/{residency_id}/moving-out"): lambda world: {"-": {"last_day": today(world)}},
    ("", "/api/v1/residencies/{residency_id}/correction"): said(field="came_for", value="06", source="上门"),
    ("", "/residencies/{residency_id}/correction"): said(field="came_for", value="06", source="上门"),
    ("", "/api/v1/households/{household_id}/correction"): said(field="number", value="0815"),
    ("", "/api/v1/households/{household_id}/head"): _heading,
    ("", "/api/v1/households/{household_id}/relation"): _relating,
    ("", "/api/v1/households/{household_id}/regrouping"): _regrouping,
    ("", "/households/{household_id}/regrouping"): _regrouping,
    ("", "/api/v1/people/{person_id}/correction"): said(field="education", value="60", source="上门"),
    ("", "/api/v1/people/{person_id}/verification"): said(),
    ("", "/api/v1/people/{person_id}/birth"): _being_born,
    ("", "/api/v1/people/{person_id}/death"): lambda world: {"-": {"died_on": today(world)}},
    ("", "/api/v1/register/changes/{change_id}/undoing"): said(),
    ("", "/api/v1/register/proposals/{proposal_id}/approval"): said(),
    ("", "/api/v1/register/proposals/{proposal_id}/refusal"): said(note="与证件不符"),
    ("", "/api/v1/register/proposals/{proposal_id}/withdrawal"): said(),
    ("", "/api/v1/places/{place_id}/correction"): said(field="area", value="61.5", source="上门"),
    ("", "/api/v1/places/{place_id}/verification"): said(),
    ("", "/api/v1/places/{place_id}/name"): said(name="9909", source="公安门牌"),
    ("", "/places/{place_id}/name"): said(name="9909", source="公安门牌"),
    ("", "/api/v1/places/{place_id}/ending"): said(reason="拆除"),
    ("", "/api/v1/places/changes/{change_id}/undoing"): said(),
    ("", "/api/v1/neighbourhood/{kind}"): _at_each(_facility),
    ("", "/api/v1/neighbourhood/{kind}/{entry_id}/correction"): said(field="owner_unit", value="物业"),
    ("", "/api/v1/neighbourhood/{kind}/{entry_id}/verification"): said(),
    ("", "/api/v1/neighbourhood/{kind}/{entry_id}/ending"): said(reason="拆了"),
    ("", "/api/v1/neighbourhood/{kind}/{entry_id}/changes/{change_id}/undoing"): said(),
    ("", "/api/v1/neighbourhood/{kind}/{entry_id}/coverage"): _covering,
    ("", "/api/v1/neighbourhood/{kind}/{entry_id}/seats"): _seating,
    ("", "/api/v1/neighbourhood/{kind}/{entry_id}/seats/{seat_id}/ending"): said(),
    ("", "/api/v1/neighbourhood/building-groups/{entry_id}/charter"): said(text="一、轮流扫楼道"),
    ("", "/api/v1/neighbourhood/facilities/{entry_id}/inspection"): said(passed="yes"),
    ("", "/api/v1/neighbourhood/organisations/{entry_id}/categories"): lambda _world: {
        "-": {"categories": ["03", "0401"]}
    },
    # -- two entries of one person
    ("", "/api/v1/register/doubles/merger"): two("kept_id", "behind_id"),
    ("", "/api/v1/register/doubles/distinction"): two("one_id", "other_id"),
    ("", "/api/v1/register/mergers/{merge_id}/undoing"): said(),
    # -- as tables, in and out
    ("", "/api/v1/register/sheets"): a_table,
    ("", "/api/v1/register/sheets/{sheet_id}/application"): said(),
    ("", "/api/v1/register/sheets/{sheet_id}/undoing"): said(),
    ("", "/api/v1/register/sheets/{sheet_id}/returning"): said(),
    ("", "/api/v1/register/sheets/rows/{row_id}/choice"): said(take=["phone"]),
    ("", "/api/v1/exports"): for_neighbourhoods(fields=["phone"], reason="年底要给每户送慰问品"),
    ("", "/api/v1/exports/{export_id}/approval"): said(),
    ("", "/api/v1/exports/{export_id}/refusal"): said(note="理由不够清楚"),
}
