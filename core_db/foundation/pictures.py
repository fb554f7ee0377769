"""Pictures made anew: decoded, turned upright, made smaller and written as JPEG. Nothing foreign survives that.

`remade` runs in a child (`core_db.foundation.apart`), so what it needs is little and what it gives is plain.
"""

import io
from typing import TYPE_CHECKING, Final

from core_db.foundation.errors import DomainError

#: By what stands in the file, never by its name.
KINDS: Final = ("JPEG", "PNG", "WEBP", "GIF")
LONGEST_SIDE: Final = 2000


if TYPE_CHECKING:
    from PIL import Image


class NotAPhoto(DomainError):
    code, status = "not-a-photo", 422
    field = "file"
    zh, en = (
        "这不是能看的图片，请换一张 JPG、PNG 或 WebP。",
        "This is not a picture that can be read; please send a JPG, PNG or WebP.",
    )


class PhotoTooLarge(DomainError):
    code, status = "photo-too-large", 422
    field = "file"
    zh = "图片太大，最多 {megabytes} MB、{megapixels} 百万像素。"
    en = "The picture is too large: at most {megabytes} MB and {megapixels} megapixels."


def too_large(most_bytes: int, most_pixels: int) -> PhotoTooLarge:
    return PhotoTooLarge(megabytes=most_bytes // 1_000_000, megapixels=most_pixels // 1_000_000)


def remade(data: bytes, most_bytes: int, most_pixels: int) -> tuple[bytes, int, int]:
    """The picture anew, its width and its height. What its header says is believed only to refuse it.

    Of what moves, the first frame alone is ever decoded.
    """
    # In the child alone: who asks it never needs the library, which is 4 MiB of each process.
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data), formats=KINDS) as image:
            if image.width * image.height > most_pixels:
                raise too_large(most_bytes, most_pixels)
            return _anew(image)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as fault:
        raise NotAPhoto() from fault


def _anew(image: "Image.Image") -> tuple[bytes, int, int]:
    from PIL import ImageOps

    # A JPEG can be decoded at a fraction of its size, so that a large one costs little memory.
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    upright = ImageOps.exif_transpose(image).convert("RGB")
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    # What the old file said of itself (a comment, a thumbnail, a place) would be written into the new one.
    upright.info = {}
    out = io.BytesIO()
    upright.save(out, "JPEG", quality=82, optimize=True)
    return out.getvalue(), upright.width, upright.height
