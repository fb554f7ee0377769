"""What somebody agreed to is what he read: no wording changes while somebody's consent rests on it unsaid."""

from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import select

from core_db.cases.model import CASES
from core_db.foundation.ids import new_id
from core_db.mydata import my_consents, withdraw_consent
from core_db.mydata.consenting import IN_FORM, PUBLIC_CASE
from core_db.mydata.model import CONSENTS, Consent
from core_db.mydata.words import PURPOSES

#: Every wording there ever was. One that is changed stays here, and what is new joins it; and a migration writes what
#: stands on the one before into `consents`, with its version: of `public-case` each public case with its requester's
#: account and `case/<id>`, of `feedback-contact` each comment with a contact and `feedback/<id>`.
WORDINGS = {
    ("public-case", "2026-11"): "e41ef1e6aee3f093",
    ("feedback-contact", "2026-11"): "fbd2aff9cff4d3cb",
    ("plugin", "2026-11"): "246d893baad8ab42",
    ("child-data", "2026-11"): "00612e9b44b60019",
}
ROOT = Path(__file__).parents[2]
TEMPLATES = (ROOT / "resident_app/templates", ROOT / "app_shell/templates")


def test_another_wording_has_another_version_and_the_one_before_is_known():
    today = {
        (name, one.version): sha256("\n".join((*one.text, *one.on_form)).encode()).hexdigest()[:16]
        for name, one in PURPOSES.items()
    }

    assert today.items() <= WORDINGS.items(), "see what is said above WORDINGS"


def test_what_is_read_on_a_form_is_what_the_version_is_of():
    pages = "\n".join(page.read_text(encoding="utf-8") for root in TEMPLATES for page in root.rglob("*.html"))
    said = [sentence for one in PURPOSES.values() for sentence in one.on_form]

    assert len(said) == 4
    assert [sentence for sentence in said if sentence not in pages] == []


@pytest.fixture
def written_before(given):
    """Her public case, written into the ledger by a migration when the wording changed."""
    aunt = given.resident()
    case = given.a_case(by=aunt, text="电梯坏了", visibility="public").case
    row = Consent(
        id=new_id(), account_id=aunt.id, purpose=PUBLIC_CASE, reference=f"case/{case.id}", given_at=given.clock.now(),
        given_how=IN_FORM, text_version="2026-10",
    )  # fmt: skip
    given.door.write_now(lambda session: session.add(row))
    return aunt


def test_what_stands_on_an_earlier_wording_is_one_consent_and_keeps_that_wording(given, written_before, door):
    assert [one.purpose for one in given.see(my_consents, by=written_before)] == [PUBLIC_CASE]

    assert given.do(withdraw_consent, PUBLIC_CASE, by=written_before) == 1
    rows = door.read_now(lambda session: session.execute(select(CONSENTS)).all())
    assert [(row.text_version, row.withdrawn_at is None) for row in rows] == [("2026-10", False)]
    shown = door.read_now(lambda session: session.execute(select(CASES.c.visibility)).scalars().all())
    assert shown == ["private"]
