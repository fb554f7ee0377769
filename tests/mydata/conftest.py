"""Two neighbours who each left something of themselves in every corner, so that whose is whose can be told apart."""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from core_db.accounts.model import Account
from core_db.accounts.sessions import open_session
from core_db.cases import (
    CaseDraft,
    MessageDraft,
    TextDraft,
    accept_case,
    clean_photo,
    keep_photo,
    self_handle_case,
    submit_case,
    support_case,
    upload_photo,
    write_message,
    write_note,
)
from core_db.cases.drafts import AcceptanceDraft
from core_db.feedback import FeedbackDraft, FeedbackGate, leave_feedback
from core_db.foundation.actor import Actor
from core_db.mydata import ask_for_export, make_exports, open_export
from core_db.people import Person
from core_db.people.changing import set_birth, set_id_number
from core_db.reveals import uncover_contact
from tests.resident.conftest import key, send_form
from tests.town import Town

__all__ = ["key", "send_form"]
ID_NUMBERS = {"aunt": "11010519491231002X", "uncle": "440524188001010014"}


@dataclass(frozen=True)
class Neighbour:
    """Somebody, and every word that is his alone."""

    actor: Actor
    phone: str
    words: tuple[str, ...]
    case_id: str
    public_id: str
    photo_id: str


@dataclass(frozen=True)
class Copy:
    """A copy as it was fetched."""

    data: dict[str, list[dict[str, Any]]]
    page: str
    names: list[str]
    everything: str


@pytest.fixture
def lives(given: Town, tmp_path: Path) -> Callable[..., Neighbour]:
    """`lives("aunt", …)`: a resident who used everything the platform offers."""

    def live(who: str, *, name: str, home: Any, phone: str) -> Neighbour:
        actor = given.resident(of=home, name=name, phone=phone)
        said = {
            kind: f"canary-{who}-{kind}"
            for kind in ("case", "public", "message", "note", "feedback", "contact")
        }
        photo_id = given.do(_photo, tmp_path, by=actor)
        case = given.do(
            submit_case,
            CaseDraft(text=said["case"], place_id=home.id, place_note=said["note"], photos=[photo_id]),
            by=actor,
        ).case
        public = given.do(submit_case, CaseDraft(text=said["public"], visibility="public"), by=actor).case
        given.do(write_message, case.id, MessageDraft(text=said["message"]), by=actor)
        gate = FeedbackGate(app="resident", version="1", address=f"192.0.2.{len(who)}")
        given.do(
            leave_feedback, FeedbackDraft(text=said["feedback"], contact=said["contact"]), gate, by=actor
        )
        given.door.write_now(lambda session: _registered(session, actor.person_id, ID_NUMBERS[who]))
        given.door.write_now(
            lambda session: open_session(
                session,
                actor.id,
                app="resident",
                device=f"canary-{who}-device",
                idle=None,
                now=given.clock.now(),
            )
        )
        words = (name, phone, ID_NUMBERS[who], home.name, f"canary-{who}-device", *said.values())
        return Neighbour(actor, phone, words, case.id, public.id, photo_id)

    return live


@pytest.fixture
def neighbours(lives: Any, given: Town) -> tuple[Neighbour, Neighbour]:
    """王桂芳 and 李国栋; each supports the other's public case, and the committee worked on all four."""
    aunt = lives("aunt", name="王桂芳", home=given.homes[0], phone="13811110001")
    uncle = lives("uncle", name="李国栋", home=given.homes[2], phone="13922220002")
    worker = given.worker(name="张晓梅")
    for one, other in ((aunt, uncle), (uncle, aunt)):
        given.do(support_case, other.public_id, by=one.actor)
        given.do(accept_case, one.case_id, AcceptanceDraft(), by=worker)
        said = f"{other.words[0]}（{other.words[3]}，{other.phone}）也这么说，张晓梅会上门"
        given.do(self_handle_case, one.case_id, TextDraft(text=said), by=worker)
        given.do(write_note, one.case_id, TextDraft(text=f"内部：{other.words[0]}投诉的"), by=worker)
        given.do(uncover_contact, one.case_id, by=worker)
    return aunt, uncle


@pytest.fixture
def copy_for(given: Town, tmp_path: Path) -> Callable[..., Copy]:
    """`copy_for(actor)`: asks for a copy, has it made and opens it."""

    def fetch(actor: Actor, *, ask: Any = ask_for_export, lang: str = "zh", **asked: Any) -> Copy:
        export = given.do(ask, lang=lang, by=actor, **asked)
        make_exports(given.door, tmp_path, clock=given.clock)
        _seen, pieces = given.see(open_export, export.id, folder=tmp_path, by=actor)
        return opened(b"".join(pieces))

    return fetch


def opened(raw: bytes) -> Copy:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        texts = {
            name: archive.read(name).decode() for name in archive.namelist() if not name.endswith(".jpg")
        }
        names = archive.namelist()
    return Copy(
        json.loads(texts["data.json"])["data"],
        texts["index.html"],
        names,
        "\n".join((*texts.values(), *names)),
    )


def _photo(session: Any, folder: Path, *, actor: Actor, clock: Any) -> str:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "tan").save(out, "PNG")
    photo = clean_photo(out.getvalue(), most_bytes=10**6, most_pixels=10**6)
    photo_id = keep_photo(folder, photo)
    upload_photo(session, photo_id, photo, actor=actor, clock=clock)
    return photo_id


def _registered(session: Any, person_id: str, number: str) -> None:
    person = session.get(Person, person_id)
    set_id_number(session, person, number)
    set_birth(session, person, date(1949, 12, 31))
    session.flush()


def account_of(given: Town, actor: Actor) -> Any:
    return given.door.read_now(
        lambda session: session.execute(select(Account).where(Account.id == actor.id)).scalar_one()  # type: ignore[arg-type]
    )
