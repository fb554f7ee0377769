"""What is packed is looked into: a number in a table or an archive is found as one on a page is."""

import gzip
import io
import zipfile
import zlib

import pytest

from core_db.sheets import Column, offered_sheet
from tests.security.canaries import Canaries, token

NUMBER, HERS = "13701000177", token(1, 1, "phone")


def in_a_table() -> bytes:
    return offered_sheet([Column(heading="电话")], [[NUMBER]], mark="")


def in_an_archive(name: str, said: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, said)
    return out.getvalue()


PACKED = {
    "a table": in_a_table(),
    "an archive": in_an_archive("me.json", NUMBER.encode()),
    "a name in an archive": in_an_archive(f"{NUMBER}.json", b""),
    "a table in an archive": in_an_archive("register.xlsx", in_a_table()),
    "gzip": gzip.compress(NUMBER.encode()),
    "a print": b"%PDF-1.7\n1 0 obj\nstream\r\n" + zlib.compress(NUMBER.encode()) + b"\nendstream\nendobj\n",
}


@pytest.mark.parametrize("said", PACKED.values(), ids=PACKED)
def test_a_number_is_found_however_it_is_packed(said):
    canaries = Canaries()
    canaries.register(NUMBER, HERS)

    # With headers behind it, as an answer is looked through.
    assert canaries.found_in(said + b"\ncontent-type: application/octet-stream") == {HERS}


def test_what_only_looks_packed_is_read_as_it_stands():
    canaries = Canaries()

    assert canaries.found_in(b"%PDF stream\nno print\nendstream " + HERS.encode()) == {HERS}
    assert canaries.found_in(b"PK " + HERS.encode()) == {HERS}
