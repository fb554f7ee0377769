"""What is packed, opened: a table, an archive or a print holds its words where no scan of its bytes finds them.

Nothing but what begins as such a file is looked into, so that a page costs no more than before.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

ZIP, GZIP, PDF = b"PK\x03\x04", b"\x1f\x8b", b"%PDF"
#: zlib is told by this number to expect gzip's head.
GZIPPED = 31
STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.S)


def opened(data: bytes) -> Iterator[bytes]:
    """What it holds as it stands, and whatever is packed in it, however deep."""
    yield data
    if data.startswith(ZIP):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield name.encode()
                yield from opened(archive.read(name))
    elif data.startswith(GZIP):
        yield from opened(zlib.decompressobj(GZIPPED).decompress(data))
    elif data.startswith(PDF):
        yield from (said for one in STREAM.findall(data) if (said := _inflated(one)) is not None)


def _inflated(data: bytes) -> bytes | None:
    """A stream of a print; pictures are packed in ways of their own."""
    try:
        return zlib.decompressobj().decompress(data)
    except zlib.error:
        return None
