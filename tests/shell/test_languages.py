"""Chinese first, English second, and nothing that is said in one alone."""

import re

import pytest
from babel.messages.pofile import read_po

from app_shell.words import HERE, PACKAGES, english_of, missing, say
from tests.shell.conftest import PAGE


@pytest.mark.parametrize(
    ("headers", "lang"),
    [
        ({}, "zh-CN"),
        ({"Accept-Language": "en-GB,en;q=0.9"}, "en"),
        ({"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"}, "zh-CN"),
        ({"Accept-Language": "en;q=0.5, zh;q=0.9"}, "zh-CN"),
        ({"Accept-Language": "de, fr"}, "zh-CN"),
        ({"Accept-Language": "en;q=nonsense"}, "en"),
        ({"Accept-Language": "en", "Cookie": "shequyun_language=zh"}, "zh-CN"),
        ({"Cookie": "shequyun_language=en"}, "en"),
        ({"Cookie": "shequyun_language=klingon"}, "zh-CN"),
    ],
    ids=str,
)
def test_which_language_is_spoken(resident_client, headers, lang):
    shown = resident_client.get("/offline", headers=headers).text

    assert f'<html lang="{lang}"' in shown


@pytest.mark.parametrize("package", PACKAGES)
def test_a_catalogue_is_read_as_gettext_reads_it(package, tmp_path):
    path = HERE.parent / package / "locale" / "en.po"
    with path.open("rb") as file:
        found = {one.id: one.string for one in read_po(file, locale="en") if one.id and one.string}
    assert english_of(path) == found
    assert len(found) > 200

    odd = tmp_path / "en.po"
    odd.write_text(
        '# a note\nmsgid "一行\\n"\n"又一行"\nmsgstr ""\n"one \\"line\\"\\n"\n"and more"\nmsgid "没有"\nmsgstr ""\n'
    )
    assert english_of(odd) == {"一行\n又一行": 'one "line"\nand more'}


def test_an_english_page_says_nothing_in_chinese(resident_client):
    shown = resident_client.get("/offline", headers=PAGE | {"Accept-Language": "en"}).text

    without_the_switch = re.sub(r"<button[^>]*lang=\"zh-CN\".*?</button>", "", shown)
    assert re.findall(r"[\u4e00-\u9fff]+", without_the_switch) == []


def test_a_choice_is_remembered_and_leads_back(resident_client):
    answer = resident_client.post(
        "/preferences", data={"lang": "en", "print_mode": "large", "theme": "dark", "next": "/offline"}
    )

    assert answer.url.path == "/offline"
    assert '<html lang="en" data-app="resident" data-print="large" data-theme="dark"' in answer.text


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example", "/\\evil.example", "", "evil"])
def test_a_choice_never_leads_to_another_site(resident_client, to):
    answer = resident_client.post("/preferences", data={"theme": "dark", "next": to}, follow_redirects=False)

    assert answer.headers["location"] == "/"


def test_a_choice_nobody_offered_is_not_remembered(resident_client):
    answer = resident_client.post("/preferences", data={"theme": "pink"}, follow_redirects=False)

    assert "set-cookie" not in answer.headers


def test_a_sentence_without_english_stays_chinese():
    assert say("这句话没有英文", "en") == "这句话没有英文"


@pytest.mark.parametrize("package", PACKAGES)
def test_every_sentence_has_its_english(package):
    assert missing([HERE, HERE.parent / package]) == []
