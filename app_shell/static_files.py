"""Our own files: style, scripts and icons. Their address says what is in all of them, so that each is kept for a year.

A script calls the next by its place beside it (`./words.js`), which so has the digest in its address, too. What is text
in them is sent in a third of its bytes; a page never is, for how long it is then would tell what stands on it beside
what somebody made it say (the attack BREACH).
"""

import gzip
import hashlib
import re
from functools import cache
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC = Path(__file__).parent / "static"
YEAR = 365 * 24 * 3600
_DIGEST = re.compile("[0-9a-f]{10}")
_TEXTS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_TAKES_GZIP = re.compile(r"(^|[\s,])gzip\s*(,|$|;\s*q=(1|0\.0*[1-9]))")


@cache
def digest() -> str:
    """Ten signs that change with any of our files."""
    seen = hashlib.sha256()
    for file in sorted(path for path in STATIC.rglob("*") if path.is_file()):
        seen.update(f"{file.relative_to(STATIC).as_posix()}\0{file.stat().st_size}\0".encode())
        seen.update(file.read_bytes())
    return seen.hexdigest()[:10]


def static(path: str) -> str:
    """The address of one of our files (`css/base.css`)."""
    return f"/static/{digest()}/{path}"


@cache
def called_scripts() -> tuple[str, ...]:
    """What the one script of a page calls for. A browser that is told of them at once need not find them in turns."""
    alone = {"shell.js", "sw.js"}
    return tuple(sorted(f"js/{file.name}" for file in (STATIC / "js").glob("*.js") if file.name not in alone))


class StaticAssets(StaticFiles):
    """Our files. Under the digest of today they are kept for a year, under none or a former one asked after.

    A page that stays open while its server is renewed asks for files as they were, and is given them as they are.
    """

    async def get_response(self, path: str, scope: Scope) -> Response:
        asked, _, within = path.partition("/")
        response = await super().get_response(within if within and _DIGEST.fullmatch(asked) else path, scope)
        if asked != digest() or response.status_code >= 400:
            response.headers["Cache-Control"] = "no-cache"
            return response
        if response.status_code == 200 and Path(within).suffix in _TEXTS:
            response = _packed(within, response, Headers(scope=scope).get("accept-encoding", ""))
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
        return response


def _packed(path: str, plain: Response, takes: str) -> Response:
    """The same in fewer bytes, for whoever can unpack it."""
    plain.headers["Vary"] = "Accept-Encoding"
    if not _TAKES_GZIP.search(takes):
        return plain
    headers = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return Response(_few_bytes(path), media_type=_TEXTS[Path(path).suffix], headers=headers)


@cache
def _few_bytes(path: str) -> bytes:
    return gzip.compress((STATIC / path).read_bytes(), mtime=0)
