"""A stolen disk or copy tells nothing, and a value that somebody moved is noticed."""

import gzip
import io
import tarfile
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from core_db.access import AccessEvent
from core_db.accounts.codes import account_of_phone
from core_db.feedback import FeedbackDraft, FeedbackGate, leave_feedback
from core_db.finding import find_people
from core_db.foundation.actor import ANONYMOUS
from core_db.foundation.database import reaching
from core_db.foundation.house_keys import (
    HouseKeys,
    KeyFile,
    KeyFileExposed,
    SecretKeyMissing,
    house_keys_of,
    keys_in,
)
from core_db.foundation.sealing import Keyring, SealBroken
from core_db.foundation.settings import Settings
from core_db.migrations.tables import all_tables
from core_db.people import PersonDraft, check_digit, register_person
from core_db.people.queries import PERSONS
from core_db.reveals import contact_masked, uncover_contact
from core_db.upkeep import back_up, examine
from tests.databases import ARRANGING
from tests.sealing.conftest import data_keys

PEOPLE, WRITERS = 450, 100


def phone(n):
    return f"1377{n:07}"


def id_number(n):
    front = f"310113{1940 + n % 60}0{1 + n % 9}{1 + n % 9:02}{n % 1000:03}"
    return front + check_digit(front)


@pytest.fixture
def canaries(door, given):
    """1,000 and more values that a resident would not like to see elsewhere, entered as people enter them."""
    known, by, clock = [], given.system(), given.clock
    with door.one_transaction() as session:
        for n in range(PEOPLE):
            draft = PersonDraft(
                community_id=given.community.id, name=f"人{n}", phone=phone(n), id_number=id_number(n)
            )
            register_person(session, draft, actor=by, clock=clock)
            known += [phone(n), id_number(n)]
        for n in range(PEOPLE, PEOPLE + WRITERS):
            account_of_phone(session, phone(n), now=clock.now())
            gate = FeedbackGate(app="resident", version="1", address=f"10.0.0.{n % 250}")
            draft = FeedbackDraft(text="好用", contact=f"me{phone(n)}@mail.example")
            leave_feedback(session, draft, gate, actor=ANONYMOUS, clock=clock)
            known += [phone(n)]
    return known


def found_in(content, canaries):
    hay = bytes(content)
    return [one for one in canaries if one.encode() in hay or one.encode().hex().encode() in hay]


def test_a_stolen_disk_and_a_stolen_copy_tell_nothing(door, settings, canaries, tmp_path, given):
    assert len(set(canaries)) >= 1000
    if settings.is_embedded:
        disk = [settings.sqlite_path, settings.sqlite_path.with_name("shequyun.db-wal")]
        assert [path for path in disk if found_in(path.read_bytes(), canaries)] == []
        assert found_in(disk[1].read_bytes(), ["人449"]), (
            "what is not sealed is found, so that looking is no ritual"
        )
    for table in all_tables().sorted_tables:
        with reaching(door.engines, ARRANGING) as connection:
            rows = connection.execute(select(table)).all()
        said = "\n".join(str([one.hex() if isinstance(one, bytes) else one for one in row]) for row in rows)
        assert found_in(said.encode(), canaries) == [], table.name

    if settings.is_embedded:
        back_up(settings, tmp_path / "copy.tar", clock=given.clock)
        copy, key = (tmp_path / "copy.tar").read_bytes(), settings.secret_key_file.read_bytes()
        assert found_in(copy, canaries) == []
        assert key not in copy
        assert found_in(copy, ["人449"])


def test_no_key_is_in_a_copy_wherever_it_lies(door, settings, tmp_path, given):
    if not settings.is_embedded:
        pytest.skip("the dump is PostgreSQL's own program's")
    # Beside the photos, where a copy is made of everything.
    inside = settings.data_dir / "photos" / "ab" / "a.jpg"
    inside.parent.mkdir(parents=True)
    inside.write_bytes(b"a picture")
    door.keyring.keys.add()
    secrets = [key.secret for key in door.keyring.keys]

    back_up(settings, tmp_path / "copy.tar.gz", clock=given.clock)

    copy = gzip.decompress((tmp_path / "copy.tar.gz").read_bytes())
    with tarfile.open(fileobj=io.BytesIO(copy)) as archive:
        names = archive.getnames()
    assert len(secrets) == 2
    assert [secret for secret in secrets if secret in copy] == []
    assert sorted(names) == ["database.sqlite", "manifest.json", "photos", "photos/ab", "photos/ab/a.jpg"]


def swap(door, column):
    """Exchange the values of two people, as somebody with the database in his hands would."""
    first, second = door.read_now(
        lambda session: session.execute(select(PERSONS.c.id, column).order_by(PERSONS.c.id).limit(2)).all()
    )

    def exchange(session):
        for person_id, value in ((first[0], second[1]), (second[0], first[1])):
            session.execute(update(PERSONS).where(PERSONS.c.id == person_id).values({column.name: value}))

    door.write_now(exchange)


def test_two_values_exchanged_are_noticed_and_shown_to_nobody(door, given, people, caplog):
    people(2)
    worker = given.worker()
    swap(door, PERSONS.c.phone_sealed)

    seen = given.see(find_people, "王明", by=worker)

    # The list stands: one broken value spoils no page. And somebody is told.
    assert [person.phone for person in seen] == ["•••", "•••"]
    assert [record.levelname for record in caplog.records] == ["CRITICAL", "CRITICAL"]
    assert "13900000000" not in caplog.text


def test_a_value_that_was_moved_is_not_uncovered_and_nobody_is_said_to_have_seen_it(door, given, caplog):
    given.resident(name="李叔")
    case = given.a_case(by=given.resident())
    accounts = all_tables().tables["accounts"]
    with door.engines.write.begin() as connection:
        connection.execute(text("UPDATE accounts SET phone_blind = NULL"))
        one = connection.execute(
            select(accounts.c.phone_sealed).where(accounts.c.name == "李叔")
        ).scalar_one()
        connection.execute(update(accounts).values(phone_sealed=one))
    worker = given.worker()

    masked = given.see(contact_masked, case.case.id, by=worker)
    with pytest.raises(SealBroken) as broken:
        given.do(uncover_contact, case.case.id, by=worker)

    assert masked.phone == "•••"
    assert broken.value.status == 500
    assert door.read_now(lambda session: session.execute(select(AccessEvent.__table__)).all()) == []


def test_with_another_installations_key_nothing_opens_and_the_doctor_says_so(
    door, settings, people, given, tmp_path
):
    people(1)
    other = tmp_path / "other.key"
    other.write_text("another installation's key, which is long enough")
    other.chmod(0o400)
    wrong = settings.model_copy(update={"secret_key_file": other})
    keyring = Keyring(house_keys_of(wrong))

    assert not any(keyring.opens(key) for key in data_keys(door))
    assert any(
        finding.weight == "bad" and "打不开" in finding.zh for finding in examine(wrong, clock=given.clock)
    )
    assert not any("打不开" in finding.zh for finding in examine(settings, clock=given.clock))


def test_the_doctor_says_how_old_the_keys_are_and_that_they_can_be_read_by_others(
    door, settings, people, given
):
    people(1)

    def said():
        return " ".join(f"{finding.weight}: {finding.en}" for finding in examine(settings, clock=given.clock))

    assert "data keys, the oldest" in said()
    given.clock.advance(timedelta(days=800))
    assert "worth: The oldest data key is" in said()
    settings.secret_key_file.chmod(0o440)
    assert "bad: others can read" in said()
    with pytest.raises(KeyFileExposed):
        house_keys_of(settings).newest  # noqa: B018 - it is read when it is asked for


def test_keys_are_read_however_they_are_written_down():
    assert [(key.id, key.secret) for key in keys_in("2:new\n1:old\n")] == [(2, b"new"), (1, b"old")]
    assert [(key.id, key.secret) for key in keys_in("1:old; 10:a new one")] == [
        (10, b"a new one"),
        (1, b"old"),
    ]
    assert [(key.id, key.secret) for key in keys_in("just a secret; with 2:signs")] == [
        (1, b"just a secret; with 2:signs")
    ]
    assert "new" not in repr(keys_in("2:new"))
    assert HouseKeys(keys_in("1:old")).numbered(2) is None


def test_a_key_file_that_is_being_exchanged_by_hand_leaves_what_is_known(settings):
    keys = house_keys_of(settings)
    before = keys.newest
    settings.secret_key_file.rename(settings.secret_key_file.with_suffix(".away"))

    assert keys.newest == before


def test_a_key_file_that_is_named_has_to_be_there(tmp_path):
    here = {"database_url": "postgresql://somewhere/db", "secret_key_file": tmp_path / "none.key"}
    with pytest.raises(SecretKeyMissing, match=r"none\.key"):
        house_keys_of(Settings(**here))
    with pytest.raises(FileNotFoundError):
        KeyFile(tmp_path / "none.key")


def test_of_two_processes_that_start_at_once_both_have_the_same_key(tmp_path):
    settings = [Settings(data_dir=tmp_path / "var") for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        secrets = {keys.newest.secret for keys in pool.map(house_keys_of, settings)}

    assert len(secrets) == 1
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["secret.key"]


def test_whoever_comes_second_leaves_the_key_that_is_there(tmp_path, monkeypatch):
    first = house_keys_of(Settings(data_dir=tmp_path)).newest
    # As if both had looked before either wrote.
    monkeypatch.setattr(type(tmp_path), "exists", lambda _path: False)

    assert house_keys_of(Settings(data_dir=tmp_path)).newest == first
