"""A form that cannot be taken comes back with the words typed and the fault beside the field."""

from enum import StrEnum
from typing import Annotated

import pytest
from pydantic import AfterValidator, Field
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from app_shell.forms import Filled, Typed, TypedForm, fill, fresh_key, shown
from app_shell.pages import Page, render
from app_shell.routing import Access, SecureRouter
from core_db.foundation.drafts import Draft, fault
from core_db.foundation.errors import CannotBeRead, DomainError, NotFound, StorageAway
from core_db.foundation.ids import is_id
from tests.shell.conftest import BASE


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


def no_shouting(text: str) -> str:
    if text.isupper():
        raise fault("请不要喊。", "Please do not shout.")
    return text


class WishDraft(Draft):
    text: Annotated[str, Field(max_length=10), AfterValidator(no_shouting)]
    count: int = 1
    colour: Colour | None = None
    photos: tuple[str, ...] = ()
    urgent: bool = False


def typed(*words: tuple[str, str]) -> Typed:
    return Typed(FormData(words))


def test_a_whole_form_is_a_draft():
    form = fill(WishDraft, typed(("text", " 一盏灯 "), ("count", "3"), ("colour", "red"), ("urgent", "yes")))

    assert form.draft == WishDraft(text="一盏灯", count=3, colour=Colour.RED, urgent=True)
    assert form.faults == {}


def test_an_empty_field_is_left_out():
    form = fill(WishDraft, typed(("text", "灯"), ("count", ""), ("colour", "")))

    assert form.draft == WishDraft(text="灯")


def test_several_values_of_a_name_are_a_list():
    form = fill(WishDraft, typed(("text", "灯"), ("photos", "a"), ("photos", ""), ("photos", "b")))

    assert form.draft is not None
    assert form.draft.photos == ("a", "b")


def test_other_fields_of_the_page_do_not_matter():
    form = fill(WishDraft, typed(("text", "灯"), ("csrf_token", "x"), ("idempotency_key", "y")))

    assert form.draft == WishDraft(text="灯")


def test_what_the_page_knows_is_not_taken_from_the_form():
    form = fill(WishDraft, typed(("text", "灯"), ("count", "9")), count=2)

    assert form.draft is not None
    assert form.draft.count == 2


@pytest.mark.parametrize(
    ("words", "faults"),
    [
        ([], {"text": "请填写这一项。"}),
        ([("text", "  ")], {"text": "请填写这一项。"}),
        ([("text", "一" * 11)], {"text": "太长了，最多 10 个字。"}),
        ([("text", "HELP")], {"text": "请不要喊。"}),
        ([("text", "灯"), ("count", "许多")], {"count": "请填写数字。"}),
        ([("text", "灯"), ("colour", "green")], {"colour": "请从给出的选项中选一个。"}),
    ],
)
def test_each_fault_is_a_sentence_beside_its_field(words, faults):
    form = fill(WishDraft, typed(*words))

    assert form.draft is None
    assert form.faults == faults
    assert all(form.typed[name] == word for name, word in words)


def test_nul_is_no_word():
    assert typed(("text", "a\0b"))["text"] == "ab"


def test_an_empty_file_field_holds_no_file():
    empty, photo = UploadFile(file=None, filename=""), UploadFile(file=None, filename="灯.jpg")

    form = Typed(FormData([("photos", empty), ("photos", photo), ("text", "灯")]))

    assert form.files("photos") == [photo]
    assert list(form) == ["text"]
    assert len(form) == 1


def test_a_fresh_key_is_an_id():
    assert is_id(fresh_key())


# -- through a browser ------------------------------------------------------------------------------


class NotToday(DomainError):
    code, status = "not-today", 409
    zh, en = "今天不行。", "Not today."


REFUSALS = {
    "今天": NotToday(),
    "哪里": CannotBeRead({"photos.0": ("这张照片不行。", "Not this photo.")}),
    "不在": NotFound(),
    "停电": StorageAway(),
}


class WishPage(Page, template="wish.html"):
    """A form and nothing else."""

    form: Filled[WishDraft] | None


@pytest.fixture
def client(knock, tmp_path):
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "wish.html").write_text(
        '{% from "components/forms.html" import fault_summary, text_area %}'
        '<form method="post">{{ csrf_field() }}{{ fault_summary(page.form) }}'
        '{{ text_area(page.form, "text", _("首页"), required=True) }}</form>'
    )
    pages = SecureRouter()

    @pages.post("/wishes", access=Access.PUBLIC)
    async def wish(request: Request, words: TypedForm) -> Response:
        form = fill(WishDraft, words)
        if form.draft is None or await shown(form, _grant(form.draft)) is None:
            return render(request, WishPage(form=form), 422)
        return PlainTextResponse("granted")

    client = knock([pages], templates=tmp_path)
    client.headers["Origin"] = BASE
    return client


async def _grant(draft: WishDraft) -> str:
    if draft.text in REFUSALS:
        raise REFUSALS[draft.text]
    return draft.text


def test_the_words_typed_come_back_with_the_fault(client):
    answer = client.post("/wishes", data={"text": "我想要<b>很多很多</b>的灯"})

    assert answer.status_code == 422
    assert "我想要&lt;b&gt;很多很多&lt;/b&gt;的灯" in answer.text
    assert "太长了，最多 10 个字。" in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_a_refusal_of_the_base_is_shown_in_the_form(client):
    answer = client.post("/wishes", data={"text": "今天"})

    assert answer.status_code == 422
    assert "今天不行。" in answer.text
    assert ">\n今天</textarea>" in answer.text


def test_a_fault_of_one_item_stands_beside_its_list(client):
    assert "这张照片不行。" in client.post("/wishes", data={"text": "哪里"}).text


@pytest.mark.parametrize(("text", "status"), [("不在", 404), ("停电", 503)])
def test_what_a_form_cannot_mend_is_a_page_of_its_own(client, text, status):
    assert client.post("/wishes", data={"text": text}).status_code == status


def test_a_form_speaks_the_visitors_language(client):
    answer = client.post("/wishes", data={"text": ""}, headers={"Accept-Language": "en"})

    assert "Please fill this in." in answer.text


def test_a_form_that_can_be_taken_is_taken(client):
    assert client.post("/wishes", data={"text": "一盏灯"}).text == "granted"


@pytest.mark.parametrize(("signs", "status"), [(b"%" * 10, 200), (b"%25" * 10, 200), (b"%" * 60_000, 400)])
def test_signs_that_escape_nothing_are_read_until_they_are_no_form(client, signs, status):
    kind = {"Content-Type": "Application/x-www-form-urlencoded"}

    assert client.post("/wishes", content=b"text=" + signs, headers=kind).status_code == status
