"""The register: sealed from the first row, one person once, and tables that can be read again and again."""

from datetime import date

import pytest
from sqlmodel import select

from core_db.access import Purpose
from core_db.finding import find_people
from core_db.foundation.errors import CannotBeRead, NotFound, NotPermitted
from core_db.people import (
    LivesThere,
    MoveIn,
    Person,
    PersonDraft,
    PersonExists,
    Residency,
    columns_of,
    import_people,
    known_in,
    move_in,
    move_out,
    person_file,
    register_person,
)
from core_db.places import Place
from core_db.reveals import NumberDraft, find_by_number
from core_db.sheets import SheetRefused, headings_of, rows_of

NUMBER = "11010519491231002X"
HEAD = "楼栋,室号,姓名,性别,身份证号码,手机,出生日期,与户主关系,居住类型\n"


@pytest.fixture
def draft(given):
    return PersonDraft(
        community_id=given.community.id, name="王阿姨", phone="138 1234 5678", id_number=NUMBER
    )


@pytest.fixture
def bring(given, tmp_path):
    """`bring("12,101,王明,…")`: the import of a table with these rows."""

    def bring_in(*rows: str, encoding: str = "utf-8", head: str = HEAD):
        file = tmp_path / "register.csv"
        file.write_bytes((head + "\n".join(rows) + "\n").encode(encoding))
        columns = columns_of(headings_of(file), {})
        known = given.door.read_now(lambda session: known_in(session, given.community.id))
        return given.do(
            import_people, known, list(rows_of(file)), columns, source="register.csv", by=given.system()
        )

    return bring_in


def everybody(door, kind=Person):
    return door.read_now(lambda session: list(session.exec(select(kind))))


def test_nothing_of_what_is_sealed_can_be_read_in_the_table(given, draft, door):
    given.do(register_person, draft, by=given.worker())

    row = everybody(door)[0].model_dump()
    assert row["name"] == "王阿姨"
    assert row["sex"] == "2"
    assert not any(secret in str(row) for secret in ("13812345678", NUMBER, "1949-12", "12-31"))
    assert row["birth_sealed"]
    # What its mask shows, and nothing more.
    assert row["birth_year"] == 1949


def test_one_person_is_in_the_register_once(given, draft):
    given.do(register_person, draft, by=given.worker())

    with pytest.raises(PersonExists):
        given.do(register_person, draft, by=given.worker())


@pytest.mark.parametrize("who", ["resident", "contractor", "worker_next_door", "town_dispatcher"])
def test_only_the_committee_of_the_neighbourhood_keeps_its_register(given, draft, who):
    with pytest.raises(NotPermitted):
        given.do(register_person, draft, by=getattr(given, who)())


@pytest.mark.parametrize("who", ["worker_next_door", "contractor", "town_dispatcher"])
def test_nobody_else_of_the_staff_looks_anybody_up_also_where_no_wall_keeps_him_out(given, door, who):
    """A test reaches every row; what refuses here is the right alone."""
    aunt = given.resident().person_id

    def looked_up(actor):
        return door.read_now(lambda session: person_file(session, aunt, actor=actor, clock=given.clock))

    assert looked_up(given.worker()).name == "王阿姨"
    with pytest.raises(NotFound):
        looked_up(getattr(given, who)())


def test_a_birth_date_that_contradicts_the_number_is_refused(given, draft):
    wrong = draft.model_copy(update={"birth": date(1950, 1, 1)})

    with pytest.raises(CannotBeRead) as refused:
        given.do(register_person, wrong, by=given.worker())

    assert "不一致" in refused.value.sentences("zh")["id_number"]


def test_somebody_moves_in_and_out(given, draft):
    worker = given.worker()
    person = given.do(register_person, draft, by=worker)
    stay = MoveIn(home_id=given.home.id, relation="02", since=date(2026, 1, 1))

    residency = given.do(move_in, person.id, stay, by=worker)
    with pytest.raises(LivesThere):
        given.do(move_in, person.id, stay, by=worker)
    given.do(move_out, residency.id, last_day=date(2026, 6, 30), by=worker)

    assert given.see(find_people, "王阿姨", by=worker)[0].home == ""


def test_nobody_moves_across_the_wall(given, draft):
    person = given.do(register_person, draft, by=given.worker())
    across = MoveIn(home_id=given.neighbouring_home.id, since=date(2026, 1, 1))

    with pytest.raises(NotFound):
        given.do(move_in, person.id, across, by=given.system())


def test_a_person_is_found_by_the_whole_number_alone(given, draft):
    given.do(register_person, draft, by=given.worker())

    for whole in ("13812345678", "138-1234-5678"):
        asked = NumberDraft(number=whole, purpose=Purpose.CASE)
        assert [one.name for one in given.do(find_by_number, asked, by=given.worker())] == ["王阿姨"]
    for part in ("1101051949", "1381234"):
        assert given.see(find_people, part, by=given.worker()) == []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("2号 204", ["钱二"]), ("2号204", ["钱二"]), ("２号　２０４室", ["钱二"]), ("12号 204", ["孙三"]),
        ("2号", ["钱二"]),
        ("204", ["孙三", "钱二"]), ("号 04", []), ("20", []), ("钱 2号", ["钱二"]),
    ],
)  # fmt: skip
def test_the_number_of_a_building_or_a_room_is_a_whole_one(given, bring, words, found):
    bring("2号,204,钱二,女,,,,,", "12号,204,孙三,男,,,,,", "32号,1204,李四,男,,,,,")

    assert sorted(one.name for one in given.see(find_people, words, by=given.worker())) == found


def test_who_is_called_so_comes_before_who_lives_so(given, bring):
    bring("12,101,阿珍,女,,,,,", "12,102,王珍,女,,,,,", "13,101,珍,女,,,,,", "13,102,珍妮,女,,,,,")

    names = [one.name for one in given.see(find_people, "珍", by=given.worker())]

    assert names == ["珍", "珍妮", *sorted(["阿珍", "王珍"])]


def test_a_table_read_again_changes_nothing(given, bring, door):
    rows = (
        "12,101,王小红,女,11010519491231002X,138 1234 5678,,户主,自住",
        "12号,１０１室,李明,男,,,1980/3/5,夫,家属",
    )

    first, second = bring(*rows), bring(*rows)

    assert (first.registered, first.moved_in, first.homes, first.buildings) == (2, 2, 0, 0)
    assert (second.registered, second.updated, second.unchanged, second.moved_in) == (0, 0, 2, 0)
    assert len(everybody(door)) == len(everybody(door, Residency)) == 2


def test_a_table_brings_people_up_to_date_and_takes_nothing_away(given, bring):
    bring("12,101,王小红,女,11010519491231002X,13812345678,,户主,自住")

    done = bring("12,101,王小红,,11010519491231002X,13900001111,,,", "12,101,王小红,,11010519491231002X,,,,")

    assert (done.updated, done.unchanged) == (1, 1)
    asked = NumberDraft(number="13900001111", purpose=Purpose.REGISTRY_CORRECTION)
    assert given.do(find_by_number, asked, by=given.worker())[0].name == "王小红"


def test_rows_that_make_no_sense_are_named_and_the_others_taken(bring):
    done = bring(
        "12,101,王小红,男,11010519491231002X,,,,",
        "12,,李明,男,,,,,",
        "12,101,,男,,,,,",
        "12,101,赵六,男,,123,,,",
        "12,101,孙八,人,,,,,",
        "12,101,周九,男,,,1985年2月30日,,",
        "12,101,吴十,男,,,1985年4月1日,,",
    )

    assert [row.number for row in done.refused] == [2, 3, 4, 5, 6, 7]
    assert all(row.zh and row.en for row in done.refused)
    assert done.registered == 1


def test_homes_the_register_names_are_entered(bring, door):
    done = bring("７,１０１,王小红,女,,,,,", "7号,101室,李明,男,,,,,", "7,102,赵六,男,,,,,")

    labels = [place.label for place in everybody(door, Place)]
    assert (done.buildings, done.homes) == (1, 2)
    assert labels.count("7号 101室") == labels.count("7号 102室") == 1


def test_a_table_as_a_windows_office_writes_it(bring):
    assert bring("12,101,王小红,女,,,,,", encoding="gbk").registered == 1


def test_a_table_without_its_columns_is_refused_whole(bring):
    with pytest.raises(SheetRefused) as refused:
        bring("王小红,女", head="姓名,性别\n")

    assert "楼栋" in refused.value.sentence("zh")
