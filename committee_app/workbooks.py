"""A workbook as an answer, of a page or of the API: never kept by a browser, and called as people call it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from starlette.responses import Response

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: For the decorator of a route of the API that answers with one.
WORKBOOK: Mapping[int | str, dict[str, Any]] = {
    200: {"description": "The workbook", "content": {XLSX: {"schema": {"type": "string"}}}}
}


def workbook(content: bytes, name: str) -> Response:
    """The file under its own name."""
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f"attachment; filename=\"register.xlsx\"; filename*=UTF-8''{quote(name, safe='')}",
    }
    return Response(content, headers=headers, media_type=XLSX)
