"""Pictures that are none, too many, or more than they seem: each is refused or made anew, and the app stays small."""

import io
import resource
import struct
import zlib

import pytest
from PIL import Image

from core_db.cases import clean_photo
from core_db.foundation.apart import TooMuchWork
from core_db.foundation.errors import DomainError

MOST = {"most_bytes": 12_000_000, "most_pixels": 50_000_000}
SCRIPT = b"<script>alert(1)</script>"


def png(width, height, *, rows=None, after=b""):
    """A PNG of one colour that says it is so large, and holds so many rows."""
    raw = zlib.compress(b"\0" * (1 + width * 3) * (height if rows is None else rows), 9)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in ((b"IHDR", head), (b"IDAT", raw), (b"IEND", b""))
    )
    return b"\x89PNG\r\n\x1a\n" + body + after


def saved(kind, *, size=(40, 30), after=b"", **more):
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, kind, **more)
    return out.getvalue() + after


def animated(kind, frames):
    out = io.BytesIO()
    pictures = [Image.new("P", (60, 60), n % 250) for n in range(frames)]
    pictures[0].save(out, kind, save_all=True, append_images=pictures[1:])
    return out.getvalue()


def with_place():
    exif = Image.Exif()
    gps = exif.get_ifd(0x8825)
    gps.update({1: "N", 2: (31.0, 24.0, 0.0), 3: "E", 4: (121.0, 29.0, 0.0)})
    exif[0x8825] = gps
    exif[0x010E] = "canary-exif"
    return saved("JPEG", exif=exif.tobytes(), comment=b"canary-comment")


NONE = {
    "nothing": b"",
    "one byte": b"\xff",
    "text": b"not a picture",
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'>" + SCRIPT + b"</svg>",
    "svg behind a mark": b"\xef\xbb\xbf<?xml version='1.0'?><svg onload='alert(1)'/>",
    "html": b"<!doctype html>" + SCRIPT,
    "html that begins like a gif": b"GIF89a=1;" + SCRIPT,
    "pdf": b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript>>>>endobj",
    "zip": b"PK\x03\x04" + b"\0" * 60,
    "elf": b"\x7fELF" + b"\0" * 60,
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(%pipe%id) (r) file",
    "bmp": saved("BMP"),
    "tiff": saved("TIFF"),
    "ico": saved("ICO"),
    "ppm": b"P6 9999999 9999999 255\n",
    "half a jpeg": saved("JPEG", size=(400, 300))[:600],
    "half a png": saved("PNG", size=(400, 300))[:200],
    "half a webp": saved("WEBP", size=(400, 300))[:60],
    "the head of a jpeg alone": saved("JPEG")[:20],
    "a png of 900 megapixels": png(30_000, 30_000, rows=0),
    "a png of 51 megapixels": png(10_200, 5_000, rows=0),
    "a png of a terapixel": png(2**20, 2**20, rows=0),
    "a gif of 65,535 by 65,535": b"GIF89a\xff\xff\xff\xff\x00\x00\x00,\0\0\0\0\xff\xff\xff\xff\0\x02\x02D\x01\0;",
    "a png of no width": png(0, 10, rows=0),
}


@pytest.mark.parametrize("name", NONE)
def test_what_is_no_picture_or_too_much_of_one_is_refused_in_words(name):
    with pytest.raises(DomainError) as refused:
        clean_photo(NONE[name], **MOST)

    assert refused.value.status == 422
    assert refused.value.code in ("not-a-photo", "photo-too-large", "too-much-work")
    assert refused.value.sentence("zh") != refused.value.sentence("en")


def test_more_bytes_than_are_taken_are_refused_before_anybody_looks(monkeypatch):
    monkeypatch.setattr("core_db.cases.photos.APART", None)

    with pytest.raises(DomainError) as refused:
        clean_photo(b"x" * 12_000_001, **MOST)

    assert refused.value.code == "photo-too-large"


MADE_ANEW = {
    "a png that lacks most of its rows": png(400, 400, rows=1),
    "a jpeg with a place and a comment": with_place(),
    "a jpeg with html behind it": saved("JPEG", after=SCRIPT),
    "a png with a zip behind it": saved("PNG", after=b"PK\x03\x04canary-zip"),
    "a gif with javascript behind it": saved("GIF", after=b"/*canary*/=1;alert(1)"),
    "a webp with a page behind it": saved("WEBP", after=SCRIPT),
    "a gif of 3,000 frames": animated("GIF", 3000),
    "a webp of 50 frames": animated("WEBP", 50),
}


@pytest.mark.parametrize("name", MADE_ANEW)
def test_what_is_a_picture_is_a_jpeg_and_nothing_else_afterwards(name):
    photo = clean_photo(MADE_ANEW[name], **MOST)

    with Image.open(io.BytesIO(photo.data)) as image:
        assert (image.format, image.size) == ("JPEG", (photo.width, photo.height))
        assert not image.getexif()
        assert "comment" not in image.info
    assert photo.data.startswith(b"\xff\xd8\xff")
    assert photo.data.endswith(b"\xff\xd9")
    for foreign in (b"canary", b"script", b"alert", b"PK\x03\x04", b"Exif", b"GPS"):
        assert foreign not in photo.data


def test_the_place_was_there_before():
    with Image.open(io.BytesIO(with_place())) as image:
        assert image.info["comment"] == b"canary-comment"
        assert image.getexif().get_ifd(0x8825)[2] == (31.0, 24.0, 0.0)


def test_the_largest_picture_that_is_taken_is_decoded_elsewhere():
    largest = png(10_000, 5_000)
    clean_photo(saved("PNG"), **MOST)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    photo = clean_photo(largest, **MOST)

    # 50 megapixels are 150 MB once decoded; in kilobytes here.
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert (photo.width, photo.height) == (2000, 1000)
    assert grown < 20_000


def test_a_child_that_swells_is_a_sentence_for_the_sender():
    # Where an operator sets the limit of pixels too high, that of memory still holds.
    with pytest.raises(TooMuchWork):
        clean_photo(png(14_000, 12_000), most_bytes=12_000_000, most_pixels=10**10)

    assert clean_photo(saved("PNG"), **MOST).width == 40
