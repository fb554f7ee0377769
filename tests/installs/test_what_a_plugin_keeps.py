"""What plugins keep: rows of their own, each neighbourhood's by itself, found by their fields, erased for good."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plugins.sdk.asking import AskingContext
from plugins.sdk.calls import Setting
from plugins.sdk.context import Refused
from plugins.sdk.data import Document, Field
from tests.databases import dumped

PLUGIN, HERE, ELSEWHERE = "elder-care", "c1", "c2"
WANG, LI = "r_0000000000000001", "r_0000000000000002"
#: A name that stands nowhere else in a file.
TRACE = "王奶奶住在三楼最里面那一间"


class Elder(Document):
    """One row per resident in the programme."""

    resident: str = Field(json_schema_extra={"subject": True})
    name: str = TRACE
    next_due: date = Field(date(2026, 11, 23), json_schema_extra={"index": True})
    times: int = 0
    is_well: bool | None = None


@pytest.fixture
def kept(installed, documents, door):
    """The sample's place, as the operator's `plugin migrate` makes it."""
    installed()
    documents.prepare(PLUGIN, None if door.engines.is_sqlite else door.operator.write)
    return documents


@pytest.fixture
def store(kept, clock):
    """`store(HERE)`: the documents of the sample in a neighbourhood, as a plugin has them."""

    def opened(community=HERE):
        async def ask(op, asked):
            return getattr(kept, op.removeprefix("store."))(PLUGIN, community, asked)

        now = clock.now()
        return AskingContext(ask, Setting(community_id=community, now=now, today=now.date())).store(Elder)

    return opened


def run(deed):
    return asyncio.run(deed)


def test_what_was_put_is_got_again_and_changed_in_its_place(store):
    one = Elder(resident=WANG)
    run(store().put(one))
    one.times = 3
    run(store().put(one))

    assert run(store().get(one.id)) == one
    assert run(store().find()) == [one]
    assert run(store().get("nobody")) is None


def test_no_neighbourhood_reads_or_deletes_anothers(store):
    one = Elder(resident=WANG)
    run(store(HERE).put(one))

    assert run(store(ELSEWHERE).find()) == []
    assert run(store(ELSEWHERE).get(one.id)) is None
    assert run(store(ELSEWHERE).delete()) == 0
    assert run(store(HERE).find()) == [one]


def test_it_is_found_by_what_its_fields_say(store):
    due = [date(2026, 11, day) for day in (1, 15, 30)]
    rows = [Elder(resident=WANG, next_due=one, times=n, is_well=n == 1 or None) for n, one in enumerate(due)]
    for row in rows:
        run(store().put(row))

    def found(**where):
        return sorted(one.times for one in run(store().find(**where)))

    assert found(next_due__lte=date(2026, 11, 15)) == [0, 1]
    assert found(next_due__gt=date(2026, 11, 15)) == [2]
    assert found(times__in=[0, 2], resident=WANG) == [0, 2]
    assert found(times__gte=1, times__lt=2) == [1]
    assert (found(is_well=True), found(is_well=None), found(resident=LI)) == ([1], [0, 2], [])
    assert run(store().delete(times__lt=2)) == 2


WANTED = st.one_of(
    st.none(), st.integers(-3, 3), st.booleans(), st.sampled_from(["", "a", "b", "甲", "2026-11-01"])
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.lists(WANTED, max_size=5), how=st.sampled_from(["", "lte", "lt", "gte", "gt", "in"]),
    wanted=WANTED, more=st.lists(WANTED, max_size=3),
)  # fmt: skip
def test_whatever_is_asked_the_database_answers_as_the_test_kit_would(kept, values, how, wanted, more):
    kept.delete(PLUGIN, HERE, {"kind": "Elder", "where": {}})
    for number, value in enumerate(values):
        kept.put(PLUGIN, HERE, {"kind": "Elder", "id": str(number), "version": 1, "row": {"x": value}})
    asked = [wanted, *more] if how == "in" else wanted

    found = kept.find(PLUGIN, HERE, {"kind": "Elder", "where": {f"x__{how}" if how else "x": asked}})

    assert [one["id"] for one in found] == [str(n) for n, one in enumerate(values) if fits(one, how, asked)]


def fits(value, how, wanted):
    """Text is compared with text, numbers with numbers; nothing is neither less nor more than anything."""
    if how == "in":
        return any(fits(value, "", one) for one in wanted)
    if how == "":
        return kind_of(value) == kind_of(wanted) and value == wanted
    if value is None or wanted is None or kind_of(value) != kind_of(wanted):
        return False
    return {"lte": value <= wanted, "lt": value < wanted, "gte": value >= wanted, "gt": value > wanted}[how]


def kind_of(value):
    return "text" if isinstance(value, str) else "nothing" if value is None else type(value).__name__


@pytest.mark.parametrize("name", ["x'); drop table documents; --", "x y", "$.x", "", "times__like"])
def test_a_name_that_is_none_is_refused(name, kept):
    with pytest.raises(Refused):
        kept.find(PLUGIN, HERE, {"kind": "Elder", "where": {name: "1"}})


def test_a_field_that_is_looked_up_often_has_its_index(kept, store, door):
    if not door.engines.is_sqlite:
        # PostgreSQL reads a small table whole, whatever indexes it has.
        return
    run(store().put(Elder(resident=WANG)))
    engine = kept._kept(PLUGIN).engine
    with engine.begin() as connection:
        plan = connection.exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT * FROM documents WHERE community = 'c1' AND kind = 'Elder' "
            "AND json_extract(\"row\", '$.next_due') <= '2026-11-30'"
        ).all()

    assert "ix_elder_next_due" in str(plan)


def test_it_keeps_no_more_than_it_may(kept, installed):
    installed(storage={"mode": "documents", "quota_mb": 1})
    row = {"note": "长" * 60_000}

    def put(number):
        kept.put(PLUGIN, HERE, {"kind": "Elder", "id": str(number), "version": 1, "row": row})

    for number in range(17):
        put(number)
    with pytest.raises(Refused, match="1 MB"):
        put(17)
    with pytest.raises(Refused, match="characters"):
        kept.put(PLUGIN, HERE, {"kind": "Elder", "id": "x", "version": 1, "row": {"note": "长" * 70_000}})


def test_what_is_over_its_time_goes_by_itself(store, kept, clock):
    run(store().put(Elder(resident=WANG)))
    clock.advance(timedelta(days=400))
    run(store().put(Elder(resident=LI)))
    assert kept.expire(PLUGIN) == 0

    clock.advance(timedelta(days=1))

    assert kept.expire(PLUGIN) == 1
    assert [one.resident for one in run(store().find())] == [LI]


def test_a_residents_rows_are_handed_out_without_the_plugins_help(store, kept):
    run(store().put(Elder(resident=WANG)))
    run(store().put(Elder(resident=LI, name="李")))

    (row,) = kept.of_subject(PLUGIN, HERE, WANG)

    assert (row["kind"], row["name"]) == ("Elder", TRACE)
    assert kept.of_subject(PLUGIN, ELSEWHERE, WANG) == []


def holds_a_trace(folder):
    return [path.name for path in folder.rglob("*") if path.is_file() and TRACE.encode() in readable(path)]


def readable(path):
    """As it stands, and as JSON spells it without Chinese letters."""
    raw = path.read_bytes()
    return raw.replace(TRACE.encode("unicode_escape"), TRACE.encode())


@pytest.mark.usefixtures("nothing_beside")
@pytest.mark.parametrize("pair", [WANG, ""])
def test_a_byte_search_after_an_erasure_finds_nothing(pair, store, kept, settings, door, owner_url):
    run(store().put(Elder(resident=WANG)))
    assert is_found(settings, owner_url)

    assert kept.erase(PLUGIN, HERE, pair) == 1

    assert run(store().find()) == []
    assert not is_found(settings, owner_url)
    assert not is_in_the_pages(door)


def is_found(settings, owner_url):
    """Among the files of the data, or in a dump, which is all that a copy of PostgreSQL holds."""
    in_a_dump = not settings.is_embedded and TRACE.encode() in dumped(owner_url)
    return in_a_dump or bool(holds_a_trace(settings.data_dir))


def is_in_the_pages(door):
    """In the table's own file on PostgreSQL, the space in it that is free again too."""
    if door.engines.is_sqlite:
        return False
    with door.operator.write.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("CHECKPOINT")
        raw = connection.exec_driver_sql(
            "SELECT pg_read_binary_file(pg_relation_filepath('x_elder_care.documents'::regclass))"
        ).scalar()
    return TRACE.encode() in bytes(raw)


def test_taken_away_its_place_is_gone(store, kept, settings, door, owner_url):
    run(store().put(Elder(resident=WANG)))
    assert is_found(settings, owner_url)

    kept.drop(PLUGIN, None if door.engines.is_sqlite else door.operator.write)

    assert not kept.exists(PLUGIN)
    assert kept.erase(PLUGIN, HERE) == 0
    assert not is_found(settings, owner_url)


def test_on_postgres_a_place_that_the_operator_did_not_make_is_refused(installed, documents, door):
    installed()
    asked = {"kind": "Elder", "id": "1", "version": 1, "row": {}}
    if door.engines.is_sqlite:
        documents.put(PLUGIN, HERE, asked)
        return
    with pytest.raises(Refused, match="plugin migrate"):
        documents.put(PLUGIN, HERE, asked)


def test_many_write_at_once_and_nothing_is_lost(kept):
    def put(number):
        kept.put(PLUGIN, HERE, {"kind": "Elder", "id": str(number), "version": 1, "row": {"n": number}})

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(put, range(24)))

    assert len(kept.find(PLUGIN, HERE, {"kind": "Elder", "where": {}})) == 24
