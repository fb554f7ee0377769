"""What is sealed: which canary each column holds in the world, and which columns can hold none.

`docs/fields.csv` says what is sealed; a test compares. In the clear each of these words is read on the way that records
it alone, by whoever may take it.
"""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import TYPE_CHECKING

import orjson
from sqlmodel import Session, col, select

from core_db.cases.asked_fields import PROFILE
from core_db.cases.filled_fields import keep_filled
from core_db.cases.reference import reference_of
from core_db.foundation.actor import Actor
from core_db.foundation.fields import F4
from core_db.foundation.sealing import keyring_of
from core_db.installs.model import Install
from core_db.installs.places import secrets_place
from core_db.installs.profile import keep_profile
from core_db.people import Person, PersonCorrection, correct_person, correct_place
from core_db.people.changing import put
from core_db.people.fields import RegisterField
from core_db.places import PlaceCorrection
from tests.security.canaries import token

if TYPE_CHECKING:
    from tests.security.world import World

#: The column, and the kind of word that it holds.
HOLDS: Mapping[str, str] = {
    "accounts.phone_sealed": "phone", "persons.phone_sealed": "phone", "persons.id_number_sealed": "idno",
    "persons.birth_sealed": "birth", "persons.former_name_sealed": "former", "persons.native_place_sealed": "native",
    "persons.workplace_sealed": "workplace", "persons.hukou_address_sealed": "hukou",
    "register_changes.before_sealed": "workplace", "register_changes.after_sealed": "workplace",
    "register_proposals.value_sealed": "former", "register_sheet_rows.said_sealed": "name",
    "register_sheets.file_sealed": "name", "place_records.certificate_sealed": "title",
    "place_changes.before_sealed": "title", "place_changes.after_sealed": "title",
    "organisations.legal_person_sealed": "legal", "organisations.contact_sealed": "reached",
    "organisations.contact_phone_sealed": "firmphone", "building_groups.contact_phone_sealed": "groupphone",
    "guardianships.birth_sealed": "childbirth", "correction_requests.wanted_sealed": "wanted",
    "platform_feedback.contact_sealed": "contact", "visits.text_sealed": "visit", "visit_words.word_sealed": "visit",
    "needs.what_sealed": "need", "visit_tag_proposals.tag_sealed": "tag", "visit_tag_proposals.reason_sealed": "tag",
    "tag_assignments.evidence_sealed": "tag", "x_messages.text_sealed": "letter", "x_grants.secrets_sealed": "secret",
    "x_profile_fields.profile_personal_sealed": "profile", "x_profile_fields.profile_sensitive_sealed": "illness",
    "case_filled_fields.personal_sealed": "filled", "case_filled_fields.sensitive_sealed": "suffered",
}  # fmt: skip
#: What holds no word of the world's, and why.
HOLDS_NONE: Mapping[str, str] = {
    "persons.ethnic_group_sealed": "a code: its word stands in the list of every form",
    "persons.marital_status_sealed": "a code",
    "persons.political_status_sealed": "a code",
    "tag_assignments.tag_sealed": "a word of the dictionary, which everybody reads who keeps tags",
    "report_answers.value_sealed": "what a form hides is told by tests/ledgers, in the state in which it is hidden",
    "register_exports.file": "a file of bytes: what is in it each cell that fetches one is looked through for",
    "accounts.totp_sealed": "drawn by the machine, and shown once before there is an account's session",
    "data_exports.key_sealed": "a key of bytes: what it opens is told by tests/mydata",
}
#: Of whom all of it is filled in, and where.
OF = {"own": 1, "next door": 2, "other town": 3, "other district": 4}


def born(community: int, resident: int) -> str:
    """His birth date, as nobody else's of the world: the year alone may be read."""
    return f"195{community}-0{resident}-17"


def seal_a_person(world: "World", session: Session, person: Person, community: int, resident: int) -> None:
    """All that the register keeps sealed of somebody, in words that say whose it is."""
    date = born(community, resident)
    for form in (date, date.replace("-", ""), f"{date[:4]}年{int(date[5:7])}月17日"):
        world.canaries.register(form, token(community, resident, "birth"))
    put(session, person, RegisterField.BIRTH, date)
    for field, kind in (
        (RegisterField.FORMER_NAME, "former"), (RegisterField.NATIVE_PLACE, "native"),
        (RegisterField.WORKPLACE, "workplace"), (RegisterField.HUKOU_ADDRESS, "hukou"),
    ):  # fmt: skip
        put(session, person, field, world.word(community, resident, kind))


def seal_the_rest(world: "World", side: str, n: int, worker: Actor, resident: Actor) -> None:
    """What is sealed beside him: his title deed, what was corrected, what plugins asked and are trusted with."""
    home, word = world.ground.around[n].homes[0].id, world.word(n, 1, "title")
    for said in (f"{word}甲", f"{word}乙"):
        world.given.do(correct_place, home, PlaceCorrection(field="certificate", value=said), by=worker)
    for said in ("甲", "乙"):
        value = world.word(n, 1, "workplace") + said
        world.given.do(
            correct_person, resident.person_id, PersonCorrection(field="workplace", value=value), by=worker
        )
    world.door.write_now(lambda session: _filled_in(world, session, n, resident))
    world.door.write_now(lambda session: _entrusted(world, session, n))


def _filled_in(world: "World", session: Session, n: int, resident: Actor) -> None:
    """For a plugin's fields about residents, and for those it asks for beside a case."""
    place, now = world.ground.around[n].community.id, world.clock.now()
    asked = {one.key.rpartition(".")[2]: one for one in reference_of(session).fields_of(PROFILE, place)}
    said = {asked["mobile"]: world.word(n, 1, "profile"), asked["illness"]: world.word(n, 1, "illness")}
    keep_profile(session, place, resident.person_id or "", said, said_by=resident.id, at=now)
    case_id = world.cases["private" if n == 1 else "next door", "submitted"]
    asked = {one.key.rpartition(".")[2]: one for one in reference_of(session).fields.values()}
    said = {asked["doctor"]: world.word(n, 1, "filled"), asked["pain"]: world.word(n, 1, "suffered")}
    keep_filled(session, SimpleNamespace(id=case_id, community_id=place), said)


def _entrusted(world: "World", session: Session, n: int) -> None:
    """A secret setting of the plugin's."""
    here = col(Install.community_id) == world.ground.around[n].community.id
    install = session.exec(select(Install).where(here)).one()
    secret = orjson.dumps({"token": world.word(n, 0, "secret")}).decode()
    install.secrets_sealed = keyring_of(session).seal(session, secret, secrets_place(install), F4)
    session.add(install)
