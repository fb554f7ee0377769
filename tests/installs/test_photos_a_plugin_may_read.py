"""Photos of cases: those of whoever raised it, with his consent; those of the committee and of handlers never."""

import io

import pytest
from PIL import Image

from core_db.cases import accept_case, write_message
from core_db.cases.drafts import AcceptanceDraft, MessageDraft
from core_db.installs.words import Decision
from core_db.reveals import who_looked
from plugins.host.gateway import files
from plugins.sdk.context import Forbidden, Refused
from resident_app.looks import look_shown

SCOPES = ["resident.contact:read", "file:read"]


@pytest.fixture
def reading(on):
    return on("file:read", optional_scopes=SCOPES, purpose={"fields": ["name", "text", "files"]})


def listed(case_id, purpose="visit"):
    return lambda ctx: ctx.files.of_case(case_id, purpose=purpose)


def read(photo_id, purpose="visit"):
    return lambda ctx: ctx.files.read(photo_id, purpose=purpose)


def test_of_a_private_case_they_are_read_once_who_raised_it_agreed(
    given, reading, case_of, agreed, asked, calls
):
    aunt = given.resident()
    case_id, photo_id = case_of(aunt)
    assert asked(listed(case_id)) == []
    assert asked(read(photo_id)) is None
    assert given.see(who_looked, by=aunt) == []

    agreed(aunt)
    (found,) = asked(listed(case_id))
    data = asked(read(photo_id))

    assert (found.id, found.media_type, found.width, found.height) == (photo_id, "image/jpeg", 8, 6)
    assert len(data) == found.size
    assert Image.open(io.BytesIO(data)).size == (8, 6)
    assert [(row.op, row.decision, row.scope, row.fields, row.subjects) for row in calls()][-2:] == [
        ("files.of_case", Decision.ALLOWED, "case:read file:read", ["files"], 1),
        ("files.read", Decision.ALLOWED, "case:read file:read", ["files"], 1),
    ]  # fmt: skip
    looks = given.see(who_looked, by=aunt)
    assert {word for look in looks for _code, word in look_shown(look, "zh").fields} == {"诉求里的照片"}


def test_of_a_case_that_neighbours_read_too_they_are_read_no_sooner(
    given, reading, case_of, pictured, asked, agreed
):
    aunt = given.resident()
    case_id, first = case_of(aunt, visibility="public")
    later = pictured(aunt, "red")
    given.do(write_message, case_id, MessageDraft(text="还有一张", photos=(later,)), by=aunt)
    assert asked(listed(case_id)) == []
    assert asked(read(first)) is None

    agreed(aunt)

    assert [one.id for one in asked(listed(case_id))] == [first, later]


def test_what_the_committee_took_is_given_to_no_plugin(given, reading, case_of, pictured, asked, agreed):
    aunt, worker = given.resident(), given.worker()
    case_id, first = case_of(aunt)
    agreed(aunt)
    given.do(accept_case, case_id, AcceptanceDraft(), by=worker)
    theirs = pictured(worker, "blue")
    given.do(write_message, case_id, MessageDraft(text="我们看过了", photos=(theirs,)), by=worker)

    assert [one.id for one in asked(listed(case_id))] == [first]
    assert asked(read(theirs)) is None


def test_what_no_case_shows_yet_is_nobodys_to_read(given, reading, pictured, asked, agreed):
    aunt = given.resident()
    agreed(aunt)

    assert asked(read(pictured(aunt))) is None
    assert asked(read("no id")) is None
    assert asked(listed("no id")) == []


def test_what_is_too_large_is_refused_and_said_so(given, reading, case_of, asked, agreed, monkeypatch):
    aunt = given.resident()
    case_id, photo_id = case_of(aunt)
    agreed(aunt)
    monkeypatch.setattr(files, "MOST", 10)

    with pytest.raises(Refused, match="太大"):
        asked(read(photo_id))
    assert len(asked(listed(case_id))) == 1


@pytest.mark.parametrize(
    ("said", "match"),
    [
        ({"optional_scopes": ["resident.contact:read"]}, "not given file:read"),
        ({"scopes": ["resident.basic:read", "resident.tags:read"], "optional_scopes": SCOPES}, "case:read"),
        ({"optional_scopes": SCOPES, "purpose": {"fields": ["name"]}}, "does not cover files"),
    ],
)
def test_scopes_and_purpose_have_to_cover_them(said, match, on, asked):
    on(*({"file:read"} & set(said["optional_scopes"])), **said)

    for deed in (listed("c"), read("p")):
        with pytest.raises(Forbidden, match=match):
            asked(deed)


def test_a_resident_who_looks_lets_it_see_his_own_alone(given, reading, case_of, asked, agreed, visitor):
    aunt, uncle = given.resident(), given.neighbour()
    case_id, photo_id = case_of(aunt, visibility="public")
    agreed(aunt)

    assert asked(read(photo_id), by=visitor(aunt))
    assert asked(listed(case_id), by=visitor(uncle)) == []
    assert asked(read(photo_id), by=visitor(uncle)) is None
