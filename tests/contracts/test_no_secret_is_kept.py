"""T52: no file of the house holds a secret: no key, no token, no password that stands beside its name."""

import re

import pytest

from tests.contracts.test_house import HOUSE, files_of_the_house, text_of

#: What it would look like. A secret is drawn: so long, of signs of every kind, and no word of anybody's.
LOOKS = {
    "a private key": re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s+[A-Za-z0-9+/]{40}"),
    "a key of a cloud or a forge": re.compile(
        r"\b(?:AKIA[0-9A-Z]{16}|LTAI[0-9A-Za-z]{16,24}|AKID[0-9A-Za-z]{32}|gh[pousr]_[0-9A-Za-z]{36})\b"
    ),
    "a signed token": re.compile(r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}"),
    "a password in an address": re.compile(r"\b[a-z][a-z+]{2,}://[^\s:/@\"'{}<>$]+:(?=[^\s@\"'{}<>$]*\d)[^\s@\"'{}<>$]{12,}@"),
    "a value of its name": re.compile(
        r"(?i)(?:secret|password|passwd|token|api_?key|access_?key)[\w-]*[\"']?\s*[:=]\s*[\"']?"
        r"(?=[^\s\"']*\d)(?=[^\s\"']*[a-z])[0-9a-zA-Z+/_=-]{32,}(?=[\"'\s]|$)"
    ),
}  # fmt: skip
#: Rows of a town that nobody lives in any more: hashes of tokens that have run out.
LOOKED_AT = "tests/drills/data/"
#: Put together here, so that none of them stands in this file either.
PLANTED = {
    "a private key": "-----BEGIN EC PRIVATE " + "KEY-----\n" + "MHcCAQEEIB0" * 5,
    "a key of a cloud or a forge": "id = AKIA" + "Q7ZP2LM4XK9TWB3D",
    "a signed token": "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0In0." + "c2lnbmVkLWJ5LW5vYm9keQ-x1",
    "a password in an address": "postgresql://shequyun:" + "c0rrect-h0rse-battery@db/shequyun",
    "a value of its name": "SHEQUYUN_SECRET_KEY=" + "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822c",
}


def secrets_in(text: str) -> set[str]:
    return {name for name, looks in LOOKS.items() if looks.search(text)}


@pytest.mark.parametrize("name", LOOKS)
def test_each_kind_is_found_where_it_is_planted(name):
    assert name in secrets_in(f"x = 1\n{PLANTED[name]}\ny = 2\n")


def test_what_is_no_secret_is_left_alone():
    """A control: a name, a call, a word, an example to be filled in."""
    honest = 'token = secrets.token_urlsafe(32)\npassword: "..."\nhttp://127.0.0.1:8001/@\nSECRET_KEY=${SECRET_KEY}\n'

    assert secrets_in(honest) == set()


def test_no_file_of_the_house_holds_a_secret():
    files = [(path.relative_to(HOUSE).as_posix(), path) for path in files_of_the_house()]
    found = {
        f"{name}: {one}"
        for name, path in files
        if not name.startswith(LOOKED_AT)
        for one in secrets_in(text_of(path))
    }

    assert len(files) > 1000
    assert found == set()
