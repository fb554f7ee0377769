"""What the tests of the residents' app share: keys, pictures, and forms as a browser sends them."""

import io
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from typing import Any

import pytest
from PIL import Image
from starlette.testclient import TestClient

from core_db.cases import accept_case, hand_in_case, self_handle_case, verify_case
from core_db.cases.drafts import AcceptanceDraft, HandlingDraft, TextDraft, VerificationDraft
from core_db.foundation.actor import Actor
from core_db.foundation.ids import new_id
from tests.cases.conftest import a_walk
from tests.town import Town

__all__ = ["a_walk"]


class Form(HTMLParser):
    """The fields of the form that goes to an address, as the page gives them."""

    def __init__(self, page: str, action: str) -> None:
        super().__init__()
        self.action, self.inside, self.found = action, False, False
        self.fields: dict[str, str] = {}
        self.feed(page)
        assert self.found, f"no form to {action}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = dict(attrs)
        if tag == "form":
            self.inside = about.get("action") == self.action and about.get("method") == "post"
            self.found = self.found or self.inside
        elif self.inside and tag == "input" and about.get("type") == "hidden":
            self.fields[about["name"] or ""] = about.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False


@pytest.fixture
def key() -> Callable[[], dict[str, str]]:
    """A fresh Idempotency-Key."""
    return lambda: {"Idempotency-Key": new_id()}


@pytest.fixture
def send_form() -> Callable[..., Any]:
    """Fill in a form of a page as a browser without a script does, and send it."""

    def send(client: TestClient, page: str, action: str, words: Mapping[str, Any], **kwargs: Any) -> Any:
        shown = client.get(page).text if page.startswith("/") else page
        return client.post(
            action, data=Form(shown, action).fields | dict(words), follow_redirects=False, **kwargs
        )

    return send


@pytest.fixture
def picture() -> bytes:
    """A photo with a place in its metadata."""
    out = io.BytesIO()
    image = Image.new("RGB", (64, 48), "tan")
    exif = image.getexif()
    exif[0x010E] = "家门口 canary-exif"
    exif.get_ifd(0x8825)[1] = "N"
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


@pytest.fixture
def verified(given: Town, do_again: Callable[[str], None]) -> Callable[..., str]:
    """`verified(by=…)`: the id of a case that waits for the word of the one who raised it."""

    def walk(*, by: Actor, **draft: Any) -> str:
        case_id: str = given.a_case(by=by, **draft).case.id
        given.do(accept_case, case_id, AcceptanceDraft(), by=given.worker())
        do_again(case_id)
        return case_id

    return walk


@pytest.fixture
def do_again(given: Town) -> Callable[[str], None]:
    """The committee does it, reports it as done and verifies it."""

    def work(case_id: str) -> None:
        worker = given.worker()
        given.do(self_handle_case, case_id, TextDraft(text="我们去修"), by=worker)
        given.do(hand_in_case, case_id, HandlingDraft(outcome="done", text="换了灯泡"), by=worker)
        given.do(verify_case, case_id, VerificationDraft(passed=True, text="看过了，亮了"), by=worker)

    return work
