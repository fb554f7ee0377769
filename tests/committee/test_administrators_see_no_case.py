"""The three administrators: what each reads, and that none of them sees a case, a resident, or the others' page."""

import re

import pytest

from app_shell.routing import walk
from core_db.access import note_read, read_sealed
from core_db.foundation.actor import plugin_actor
from core_db.foundation.sealing import FieldClass
from core_db.people import Person, sealed_place
from core_db.relay import audience_keys

WHO = ("system_administrator", "security_administrator", "auditor")
OWN = {"system_administrator": "/operation", "security_administrator": "/posts", "auditor": "/reads"}
CANARY = "金丝雀甲乙丙"


@pytest.fixture
def case_id(given):
    resident = given.resident(name=CANARY)
    worker = given.worker()

    def look(session, *, actor, clock):
        person = session.get(Person, resident.person_id)
        place = sealed_place(person.id, person.community_id, "phone_sealed")
        return read_sealed(
            session, person.phone_sealed, place, field_class=FieldClass.F2, subject_id=person.id, purpose="case",
            reference="case/1", actor=actor, clock=clock, right=None,
        )  # fmt: skip

    for reader in (worker, resident):
        # He reads what is his own as well: that is recorded, and he is no member of the staff.
        given.do(look, by=reader)
    return given.a_case(by=resident).case.id


@pytest.mark.parametrize("who", WHO)
def test_none_of_them_sees_a_case_or_a_resident_anywhere(given, case_id, actor_client, who):
    actor = getattr(given, who)()
    client = actor_client(actor, page=True)
    paths = {
        re.sub(r"\{[^}]*\}", case_id, path) for method, path, _route in walk(client.app.routes) if method == "GET"
    }  # fmt: skip
    answers = {path: client.get(path) for path in sorted(paths) if path != "/live"}

    assert len(answers) > 30
    opened = {path for path, one in answers.items() if one.status_code == 200}
    assert OWN[who] in opened
    assert not opened & {OWN[other] for other in WHO if other != who}
    assert not {
        path for path in opened if re.search("case|desk|below|inbox|people|figures|emergenc|bindings", path)
    }
    assert [path for path, one in answers.items() if CANARY in one.text] == []
    assert not {key for key in audience_keys(actor) if key.startswith(("staff", "public", "organisation"))}


@pytest.mark.both
def test_the_auditor_reads_who_looked_and_only_the_first_sign_of_whom(given, case_id, actor_client):
    page = actor_client(given.auditor(), page=True).get("/reads")

    assert ("小张" in page.text, "金**" in page.text, CANARY in page.text) == (True, True, False)
    assert case_id not in page.text


def test_the_auditor_reads_of_a_plugin_which_it_is_and_no_code_word(given, door, actor_client):
    resident = given.resident()

    elder_care = plugin_actor("elder-care", "综合为老", given.community.id, ())

    def look(session):
        note_read(
            session, "persons.name", given.community.id, field_class=FieldClass.F1, subject_id=resident.person_id,
            purpose="plugin", reference="plugin/elder-care/visit", actor=elder_care, clock=given.clock, right=None,
        )  # fmt: skip

    door.write_now(look)

    page = actor_client(given.auditor(), page=True).get("/reads")

    assert "应用（elder-care）" in page.text
    assert "plugin:elder-care" not in page.text


def test_the_operator_reads_settings_without_a_secret(given, settings, actor_client, monkeypatch):
    client = actor_client(given.system_administrator(), page=True)
    shell = client.app.state.shell
    known = {
        "sender_url": "https://gateway.example/send?key=verysecretkey",
        "database_url": shell.settings.database_url,
    }
    monkeypatch.setattr(shell, "settings", shell.settings.model_copy(update=known))

    page = client.get("/operation")

    assert page.status_code == 200
    assert "SHEQUYUN_DATABASE_URL" in page.text
    assert "gateway.example" in page.text
    assert "verysecretkey" not in page.text
    assert settings.secret_key.get_secret_value() not in page.text
    assert "已设置，不显示" in page.text


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://owner:p%40ss@one,two:5433/town?sslmode=require", "postgresql://one,two:5433/town"),
        ("postgresql://town?user=owner&password=secret", "postgresql://town"),
        ("smtp://user:secret@mail.example:25/?from=a", "smtp://mail.example:25/"),
        ("console:", "console:"),
        ("sqlite:///var/shequyun.db", "sqlite:///var/shequyun.db"),
    ],
)
def test_an_address_is_shown_without_what_signs_in_there(address, shown, settings):
    from committee_app.pages.administration import settings_shown

    rows = dict(settings_shown(settings.model_copy(update={"database_url": address})))

    assert rows["SHEQUYUN_DATABASE_URL"] == shown
