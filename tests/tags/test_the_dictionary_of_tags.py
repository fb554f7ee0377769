"""What a dictionary holds and refuses, who keeps it, and whom its words serve."""

from datetime import timedelta

import pytest

from core_db.foundation.errors import NotFound, NotPermitted
from core_db.tags import (
    DefinitionDraft,
    NoLongerGiven,
    TagExists,
    define_tag,
    retire_tag,
    tag_dictionary,
    tags_of,
)
from tests.tags.conftest import ALONE, POOR


def names(found):
    return [one.name for one in found]


def test_a_word_of_the_district_serves_everybody_below_and_a_neighbourhoods_only_itself(
    given, define, worker
):
    define({"code": "old", "name": "高龄", "kind": "age"}, at=given.district, by=given.district_dispatcher())
    define({"code": "keys", "name": "备用钥匙", "kind": "service"}, at=given.town, by=given.town_dispatcher())
    define(ALONE)

    assert names(given.see(tag_dictionary, by=worker)) == ["高龄", "备用钥匙", "独居"]
    assert names(given.see(tag_dictionary, by=given.worker_next_door())) == ["高龄", "备用钥匙"]


@pytest.mark.parametrize(
    ("who", "where"), [("worker", "community"), ("secretary", "town"), ("town_dispatcher", "district")]
)
def test_a_dictionary_is_kept_at_its_own_level(given, who, where):
    draft = DefinitionDraft(place_id=getattr(given, where).id, **ALONE)

    with pytest.raises((NotPermitted, NotFound)):
        given.do(define_tag, draft, by=getattr(given, who)())


def test_a_neighbouring_committee_neither_keeps_nor_retires_it(given, define):
    definition = define(ALONE)
    stranger = given.secretary(at=given.neighbouring_community)

    with pytest.raises(NotFound):
        given.do(retire_tag, definition.id, by=stranger)
    with pytest.raises(NotFound):
        given.do(define_tag, DefinitionDraft(place_id=given.community.id, **POOR), by=stranger)


@pytest.mark.parametrize(
    "name", ["信佛", "基督徒", "爱喝酒", "抽 烟", "赌博", "懒汉", "Smoker", "Religious", "迷麻将"]
)
def test_beliefs_and_habits_are_no_tags(given, name):
    with pytest.raises(ValueError, match="Beliefs and habits"):
        DefinitionDraft(place_id=given.community.id, **ALONE | {"name": name})


@pytest.mark.parametrize("words", [POOR, ALONE | {"sensitive": True}, ALONE | {"kind": "disability"}])
def test_without_a_legal_basis_nothing_is_sensitive(given, words):
    with pytest.raises(ValueError, match="legal basis"):
        DefinitionDraft(place_id=given.community.id, **words | {"legal_basis": " "})


def test_hardship_is_sensitive_whatever_the_box_says(define):
    assert define(POOR | {"sensitive": False}).sensitive


def test_a_place_has_a_word_once(define):
    define(ALONE)

    with pytest.raises(TagExists):
        define(ALONE)
    with pytest.raises(TagExists):
        define(ALONE | {"code": "alone"})


def test_a_retired_tag_is_borne_out_and_given_to_nobody(
    given, define, assign, aunt, secretary, worker, clock
):
    definition = define(ALONE)
    assign(aunt, definition)
    given.do(retire_tag, definition.id, by=secretary)
    clock.advance(timedelta(days=1))

    seen = given.see(tags_of, aunt, by=worker)

    assert [one.word.name for one in seen.borne] == ["独居"]
    assert seen.to_give == []
    with pytest.raises(NoLongerGiven):
        assign(aunt, definition)
    with pytest.raises(NoLongerGiven):
        given.do(retire_tag, definition.id, by=secretary)
