"""Photos: made anew without their metadata, refused when they are none, and shown only to who may see the entry."""

import io
import struct
import zlib

import pytest
from PIL import Image

from core_db.foundation.ids import new_id

UPLOADS, PHOTOS, CASES = "/api/v1/uploads", "/api/v1/photos", "/api/v1/cases"


def _bomb() -> bytes:
    """A PNG of a few hundred bytes that claims to be 30,000 by 30,000."""
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\0" * 99)),
        (b"IEND", b""),
    ]
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


def _upload(client, data, headers, name="photo.jpg"):
    return client.post(UPLOADS, files={"file": (name, data, "image/jpeg")}, headers=headers)


def test_a_photo_comes_back_without_its_metadata(given, actor_client, key, picture):
    client = actor_client(given.resident(), bearer=True)
    assert b"canary-exif" in picture

    sent = _upload(client, picture, key())
    shown = client.get(f"{PHOTOS}/{sent.json()['id']}")

    assert (sent.status_code, shown.status_code) == (201, 200)
    assert shown.headers["content-type"] == "image/jpeg"
    assert shown.headers["cache-control"] == "no-store"
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert shown.headers["content-disposition"] == 'inline; filename="photo.jpg"'
    assert b"canary-exif" not in shown.content
    assert not Image.open(io.BytesIO(shown.content)).getexif()


def test_a_photo_sent_twice_under_one_key_is_one_photo(given, actor_client, key, picture, settings):
    client, once = actor_client(given.resident(), bearer=True), key()

    first, again = (_upload(client, picture, once) for _ in range(2))

    assert first.content == again.content
    assert len(list((settings.data_dir / "photos").rglob("*.jpg"))) == 1


@pytest.mark.parametrize(
    "data", [b"", b"not a picture", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", _bomb()],
    ids=["empty", "text", "svg", "bomb"],
)  # fmt: skip
def test_what_is_no_photo_is_refused(given, actor_client, key, data):
    answer = _upload(actor_client(given.resident(), bearer=True), data, key())

    assert answer.status_code == 422
    assert answer.json()["code"] in ("not-a-photo", "photo-too-large")


def test_an_upload_without_a_picture_says_so(given, actor_client, key):
    client = actor_client(given.resident(), bearer=True)

    assert client.post(UPLOADS, files={"x": (None, "words")}, headers=key()).status_code == 422
    assert client.post(UPLOADS, json={}, headers=key()).status_code in (400, 422)


def test_other_peoples_photos_do_not_exist(given, actor_client, key, picture):
    mine = actor_client(given.resident(), bearer=True)
    photo = _upload(mine, picture, key()).json()["id"]
    li = actor_client(given.neighbour(), bearer=True)
    assert li.get(f"{PHOTOS}/{photo}").status_code == 404
    assert (
        li.post(CASES, json={"text": "灯", "photos": [photo]}, headers=key()).json()["code"]
        == "photo-not-yours"
    )

    raised = mine.post(
        CASES, json={"text": "灯坏了", "visibility": "public", "photos": [photo]}, headers=key()
    )

    assert raised.status_code == 201
    assert mine.get(f"{PHOTOS}/{photo}").status_code == 200
    assert li.get(f"{CASES}/{raised.json()['id']}").status_code == 200
    assert li.get(f"{PHOTOS}/{photo}").status_code == 404
    assert mine.get(f"{PHOTOS}/{new_id()}").status_code == 404
    assert mine.get(f"{PHOTOS}/..%2f..%2fsecret.key").status_code == 404


def test_a_photo_is_not_shown_to_who_is_not_signed_in(given, actor_client, resident_client, key, picture):
    photo = _upload(actor_client(given.resident(), bearer=True), picture, key()).json()["id"]

    assert resident_client.get(f"{PHOTOS}/{photo}").status_code == 401


def test_six_photos_as_a_telephone_takes_them_are_sent_in_one_form(given, actor_client, send_form, picture):
    wang = given.resident()
    client = actor_client(wang, page=True)
    # What a camera writes behind the picture is no part of it.
    photos = [("photo_files", ("a.jpg", picture + bytes(4_500_000), "image/jpeg"))] * 6

    answer = send_form(
        client, "/report", "/report", {"text": "电梯门口漏水", "visibility": "private"}, files=photos
    )

    assert answer.status_code == 303
    assert client.get(answer.headers["location"]).text.count('src="/api/v1/photos/') == 6
