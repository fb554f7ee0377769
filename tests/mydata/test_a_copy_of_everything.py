"""A copy holds everything about oneself and nothing of anybody else, is one's own alone, and is gone after a week."""

from datetime import timedelta

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import select

from core_db.access import AccessEvent
from core_db.accounts import BindingDraft, approve_binding, ask_for_home
from core_db.cases import accept_case
from core_db.cases.drafts import AcceptanceDraft
from core_db.foundation.errors import NotFound, TooMany
from core_db.foundation.sealed_file import PIECE, new_key, read_unsealed, sealed_into
from core_db.mydata import (
    ExportUnderWay,
    ask_for_export,
    drop_old_exports,
    make_exports,
    my_exports,
    open_export,
)
from core_db.mydata.exporting import A_DAY, FOLDER
from core_db.mydata.model import EXPORTS
from core_db.people import PersonDraft, correct_place, register_person
from core_db.places import PlaceCorrection
from core_db.register_sheets import SheetLetGo, give_back, sheet_seen
from core_db.reveals import who_looked
from core_db.tags import AssignmentDraft, DefinitionDraft, assign_tag, define_tag
from core_db.visits import (
    CanvassDraft,
    NeedDraft,
    TagDraft,
    VisitDraft,
    begin_canvass,
    need_from_visit,
    propose_tag,
    record_visit,
)
from tests.mydata.conftest import opened
from tests.mydata.leaving import NAME, PHONE, files_in, he_leaves, move_in
from tests.register_sheets.conftest import hand

__all__ = ["hand"]


def test_it_holds_every_word_that_is_ones_own(neighbours, copy_for):
    aunt, _ = neighbours
    copy = copy_for(aunt.actor)

    assert [word for word in aunt.words if word not in copy.everything] == []
    assert [word for word in aunt.words if word not in copy.page] == []
    assert f"photos/{aunt.photo_id}.jpg" in copy.names


@pytest.mark.parametrize(
    ("lang", "said"), [("zh", ("诉求人", "工作日")), ("en", ("The one who raised it", "working days"))]
)
def test_its_page_says_in_words_what_is_kept_as_a_code(given, copy_for, lang, said):
    aunt = given.resident(name="王阿姨")
    case = given.a_case(by=aunt, text="楼道灯不亮了，晚上看不见").case
    given.do(accept_case, case.id, AcceptanceDraft(), by=given.worker())

    page = copy_for(aunt, lang=lang).page

    assert [one for one in said if f"<dd>{one}</dd>" not in page] == []
    codes = (case.category_code, "requester", "workday", "working [day|days]")
    assert [one for one in codes if f"<dd>{one}</dd>" in page] == []


def test_it_holds_nothing_of_the_neighbour_nor_the_name_of_any_worker(neighbours, copy_for):
    aunt, uncle = neighbours
    for own, other in ((aunt, uncle), (uncle, aunt)):
        copy = copy_for(own.actor)
        assert [word for word in (*other.words, other.photo_id, "张晓梅") if word in copy.everything] == []


def test_what_the_committee_wrote_to_oneself_is_there_with_others_made_unreadable(neighbours, copy_for):
    aunt, _ = neighbours
    texts = [entry.get("text") for entry in copy_for(aunt.actor).data["case_entries"]]

    assert "某人（某室，139****0002）也这么说，某人会上门" in texts
    assert not any("内部" in text for text in texts if text)


def test_staff_appear_by_office_alone(neighbours, copy_for):
    aunt, _ = neighbours
    copy = copy_for(aunt.actor)
    by_others = [entry for entry in copy.data["case_entries"] if entry["by_role"] == "committee"]

    assert by_others
    assert {entry["by_name"] for entry in by_others} == {""}
    assert [event["actor_role"] for event in copy.data["access_events"]][:1] == ["worker"]


def test_the_page_is_in_the_language_he_reads_and_asks_nothing_of_other_sites(neighbours, copy_for):
    aunt, _ = neighbours
    page = copy_for(aunt.actor, lang="en").page

    assert "Requests I raised" in page
    assert "http" not in page
    assert "<script" not in page


def test_what_somebody_wrote_cannot_become_markup(given, copy_for):
    aunt = given.resident()
    given.a_case(by=aunt, text="<img src=x onerror=alert(1)>")

    assert "<img" not in copy_for(aunt).page


def test_while_it_is_made_nothing_of_it_stands_on_a_disk_in_the_clear(given, tmp_path, monkeypatch):
    aunt = given.resident(name="王桂芳")
    given.do(ask_for_export, lang="zh", by=aunt)

    def refused(*_args, **_kwargs):
        raise AssertionError("written in the clear")

    for way in ("TemporaryFile", "NamedTemporaryFile", "SpooledTemporaryFile", "mkstemp"):
        monkeypatch.setattr(f"tempfile.{way}", refused)
    assert make_exports(given.door, tmp_path, clock=given.clock) == 1
    assert [
        name for name, raw in files_in(tmp_path / FOLDER) if "王桂芳".encode() in raw or b"PK" in raw[:4]
    ] == []


def test_on_disk_it_is_sealed_and_no_piece_can_be_cut_off_or_swapped(neighbours, given, tmp_path):
    aunt, _ = neighbours
    given.do(ask_for_export, lang="zh", by=aunt.actor)
    make_exports(given.door, tmp_path, clock=given.clock)
    (file,) = (tmp_path / FOLDER).iterdir()

    assert b"PK" not in file.read_bytes()[:4]
    assert aunt.actor.name.encode() not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0


def test_a_sealed_file_comes_back_whole_or_not_at_all(tmp_path):
    content, key = bytes(range(256)) * 4096 * 3 + b"end", new_key()
    target = tmp_path / "target.sealed"
    for length in (0, 1, PIECE, PIECE + 1, len(content)):
        with sealed_into(target, key) as sealed:
            for start in range(0, length, 70_000):
                sealed.write(content[start : min(start + 70_000, length)])
        assert b"".join(read_unsealed(target, key)) == content[:length]
        assert sealed.size == length
    sealed = target.read_bytes()
    piece = PIECE + 16
    for touched in (
        sealed[:piece],
        sealed[piece:],
        sealed[piece : 2 * piece] + sealed[:piece] + sealed[2 * piece :],
    ):
        target.write_bytes(touched)
        with pytest.raises(InvalidTag):
            list(read_unsealed(target, key))


def test_to_everybody_else_it_does_not_exist(neighbours, given, actor_client, tmp_path, key):
    aunt, uncle = neighbours
    client = actor_client(aunt.actor, bearer=True)
    export_id = client.post("/api/v1/me/data/exports", headers=key()).json()["id"]
    make_exports(given.door, tmp_path, clock=given.clock)
    path = f"/api/v1/me/data/exports/{export_id}/file"

    got = client.get(path)
    assert got.status_code == 200
    assert got.headers["cache-control"] == "no-store"
    assert len(got.content) == int(got.headers["content-length"]) == my_own(given, aunt)[0].size
    assert "王桂芳" in opened(got.content).page
    assert actor_client(uncle.actor, bearer=True).get(path).status_code == 404
    assert actor_client(uncle.actor, bearer=True).get("/api/v1/me/data/exports").json()["items"] == []
    client.headers.pop("Authorization")
    assert client.get(path).status_code == 401


def my_own(given, neighbour):
    return given.see(my_exports, by=neighbour.actor)


def test_it_can_be_fetched_again_for_a_week_and_then_file_and_row_are_gone(
    neighbours, given, tmp_path, clock
):
    aunt, _ = neighbours
    export = given.do(ask_for_export, lang="zh", by=aunt.actor)
    make_exports(given.door, tmp_path, clock=clock)

    clock.advance(timedelta(days=7) - timedelta(seconds=1))
    for _again in range(2):
        given.see(open_export, export.id, folder=tmp_path, by=aunt.actor)
    clock.advance(timedelta(seconds=1))
    with pytest.raises(NotFound):
        given.see(open_export, export.id, folder=tmp_path, by=aunt.actor)
    assert my_own(given, aunt) == []
    assert drop_old_exports(given.door, tmp_path, clock=clock) == 1
    assert list((tmp_path / FOLDER).iterdir()) == []
    assert given.door.read_now(lambda session: session.execute(select(EXPORTS)).all()) == []


def test_one_waits_at_a_time_and_a_day_has_an_end(given, tmp_path):
    aunt = given.resident()
    given.do(ask_for_export, lang="zh", by=aunt)
    with pytest.raises(ExportUnderWay):
        given.do(ask_for_export, lang="zh", by=aunt)
    for _more in range(A_DAY - 2):
        make_exports(given.door, tmp_path, clock=given.clock)
        given.do(ask_for_export, lang="zh", by=aunt)
    make_exports(given.door, tmp_path, clock=given.clock)
    given.do(ask_for_export, lang="zh", by=aunt)
    with pytest.raises(TooMany):
        given.do(ask_for_export, lang="zh", by=aunt)


def test_a_making_that_was_cut_short_begins_anew(given, tmp_path, monkeypatch):
    aunt = given.resident()
    export = given.do(ask_for_export, lang="zh", by=aunt)
    with monkeypatch.context() as broken:
        broken.setattr(
            "core_db.mydata.exporting.sealed_into", lambda *_: (_ for _ in ()).throw(OSError("killed"))
        )
        with pytest.raises(OSError, match="killed"):
            make_exports(given.door, tmp_path, clock=given.clock)

    assert make_exports(given.door, tmp_path, clock=given.clock) == 1
    assert given.see(open_export, export.id, folder=tmp_path, by=aunt)


def test_that_it_was_read_for_a_copy_is_recorded_and_is_no_look_of_somebody_else(neighbours, given, copy_for):
    aunt, _ = neighbours
    seen = VisitDraft.model_validate({"person_id": aunt.actor.person_id, "result": "met", "text": "腿疼"})
    given.do(record_visit, seen, by=given.worker())
    before = len(given.see(who_looked, by=aunt.actor))
    copy_for(aunt.actor)
    recorded = given.door.read_now(
        lambda session: session.execute(
            select(AccessEvent.field, AccessEvent.field_class).where(AccessEvent.purpose == "own-copy")  # type: ignore[call-overload]
        ).all()
    )  # fmt: skip

    assert set(map(tuple, recorded)) == {
        ("accounts.phone_sealed", "F2"), ("persons.birth_sealed", "F2"), ("persons.id_number_sealed", "F2"),
        ("persons.phone_sealed", "F2"), ("platform_feedback.contact_sealed", "F2"), ("visits.text_sealed", "F3"),
        ("visit_words.word_sealed", "F3"),
    }  # fmt: skip
    assert len(given.see(who_looked, by=aunt.actor)) == before


def test_on_the_page_one_asks_and_later_downloads(given, actor_client, send_form, tmp_path):
    client = actor_client(given.resident(), page=True)
    assert "/me/data" in client.get("/me").text

    sent = send_form(client, "/me/data", "/me/data/exports", {})
    assert sent.headers["location"] == "/me/data"
    assert "正在做" in client.get("/me/data").text
    make_exports(given.door, tmp_path, clock=given.clock)
    page = client.get("/me/data").text
    assert "可以下载" in page
    file = page.split('href="/me/data/exports/')[1].split('"')[0]
    got = client.get(f"/me/data/exports/{file}")
    assert got.headers["content-disposition"] == 'attachment; filename="my-data.zip"'
    assert opened(got.content).data["persons"][0]["name"] == "王阿姨"


def test_a_form_sent_twice_counts_once_and_a_second_wish_is_refused_on_the_page(
    given, actor_client, send_form
):
    client = actor_client(given.resident(), page=True)
    page, later = (client.get("/me/data").text for _ in range(2))
    first, again = (send_form(client, page, "/me/data/exports", {}) for _ in range(2))
    other = send_form(client, later, "/me/data/exports", {})

    assert (first.status_code, again.status_code) == (303, 303)
    assert other.status_code == 409
    assert "上一份还在做" in other.text
    # While one is being made the page offers no second.
    assert 'action="/me/data/exports"' not in other.text


def test_whoever_lives_in_two_neighbourhoods_gets_both_entries_of_the_register(given, copy_for):
    aunt = given.resident(name="王桂芳")
    asked = given.do(ask_for_home, BindingDraft(home_id=given.neighbouring_home.id, name="王桂芳"), by=aunt)
    given.do(approve_binding, asked.id, by=given.worker_next_door())

    persons = copy_for(aunt).data["persons"]

    assert [row["name"] for row in persons] == ["王桂芳", "王桂芳"]
    assert {row["community"] for row in persons} == {"牡丹一村", "临江"}


def test_the_tags_one_bears_are_in_it_by_their_names_the_sensitive_too(given, copy_for):
    aunt, secretary = given.resident(name="王阿姨"), given.secretary()
    for code, name, kind in (("lives_alone", "独居", "family"), ("poor", "低保", "hardship")):
        words = {"code": code, "name": name, "kind": kind, "legal_basis": "社会救助暂行办法"}
        draft = DefinitionDraft(place_id=given.community.id, **words)
        definition = given.do(define_tag, draft, by=secretary)
        given.do(assign_tag, aunt.person_id, AssignmentDraft(definition_id=definition.id), by=secretary)

    copy = copy_for(aunt)

    assert sorted(row["tag"] for row in copy.data["tag_assignments"]) == ["低保", "独居"]
    assert "低保" in copy.page
    assert secretary.name not in copy.everything


def test_what_a_visitor_wrote_down_under_seal_names_no_neighbour_to_whom_it_is_about(given, copy_for):
    aunt, uncle = given.resident(name="王桂芳"), given.neighbour(name="李国栋")
    worker, secretary = given.worker(name="张晓梅"), given.secretary()
    said = "邻居李国栋说她夜里哭，电话13922220002，住14号 302室"
    draft = VisitDraft.model_validate({"person_id": aunt.person_id, "result": "met", "text": said})
    visit = given.do(record_visit, draft, by=worker)
    given.do(need_from_visit, visit.id, NeedDraft(kind="company", what=f"1 {said}"), by=worker)
    given.do(propose_tag, visit.id, TagDraft(tag="李国栋说孤独", reason=f"2 {said}"), by=worker)
    kind = {"code": "poor", "name": "低保", "kind": "hardship", "legal_basis": "社会救助暂行办法"}
    word = given.do(define_tag, DefinitionDraft(place_id=given.community.id, **kind), by=secretary)
    why = AssignmentDraft(definition_id=word.id, source="李国栋说的", evidence=f"3 {said}")
    given.do(assign_tag, aunt.person_id, why, by=secretary)

    copy = copy_for(aunt)

    assert [word for word in (uncle.name, "13922220002", "302室") if word in copy.everything] == []
    hidden = "邻居某人说她夜里哭，电话139****0002，住14号 某室"
    assert copy.data["visits"][0]["text"] == hidden
    assert copy.data["needs"][0]["what"] == f"1 {hidden}"
    assert copy.data["visit_tag_proposals"][0]["reason"] == f"2 {hidden}"
    assert copy.data["tag_assignments"][0]["evidence"] == f"3 {hidden}"


def test_what_was_asked_and_what_a_table_said_of_him_is_told_in_words(given, copy_for, hand, tmp_path):
    aunt, worker = move_in(given), given.worker(name="张晓梅")
    draft = CanvassDraft(
        title="入户排摸", questions=("家里有老人吗？", "装燃气报警器了吗？"), buildings=(given.building.id,),
        starts_on=given.clock.now().date(), ends_on=given.clock.now().date(),
    )  # fmt: skip
    canvass = given.do(begin_canvass, draft, by=worker)
    seen = {
        "person_id": aunt.person_id,
        "result": "met",
        "canvass_id": canvass.id,
        "answers": {"0": "yes", "1": "no"},
    }
    given.do(record_visit, VisitDraft.model_validate(seen), by=worker)
    given.do(register_person, PersonDraft(community_id=given.community.id, name=NAME), by=worker)
    sheet = hand.table(
        ("门牌号", "室号", "姓名", "手机", "性别", "与户主关系"), ("12号", "201", NAME, PHONE, "女", "配偶")
    )
    assert (sheet.counts["changed"], sheet.fault) == (1, None)

    copy = copy_for(aunt)
    assert copy.data["visits"][0]["answers"] == {"家里有老人吗？": "yes", "装燃气报警器了吗？": "no"}
    (row,) = copy.data["register_sheet_rows"]
    assert (row["said"]["姓名"], row["said"]["手机"], row["said"]["地址"][:3]) == (NAME, PHONE, "12号")
    assert (row["said"]["性别"], row["said"]["与户主关系"]) == ("女", "配偶")
    assert "家里有老人吗？：是；装燃气报警器了吗？：否" in copy.page
    assert [word for word in ("&#x27;", "like", "steps") if word in copy.page] == []

    he_leaves(given, aunt, tmp_path)
    assert NAME not in str(hand.rows(sheet.id, "changed"))
    assert not given.see(sheet_seen, sheet.id, by=hand.worker).is_own
    with pytest.raises(SheetLetGo):
        given.do(give_back, sheet.id, by=hand.worker)


def test_an_owner_finds_his_certificate_of_title_and_his_neighbour_does_not(given, copy_for):
    owner, neighbour = given.resident(), given.neighbour()
    paper = PlaceCorrection(field="certificate", value="沪2019宝字012345号")
    given.do(correct_place, given.home.id, paper, by=given.worker())

    assert "沪2019宝字012345号" in copy_for(owner).page
    assert "012345" not in copy_for(neighbour).everything
