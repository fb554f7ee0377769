"""Photos over the API: one in, one out. Every byte goes through a route that asks who may see it."""

import asyncio
from typing import Any

import orjson
from fastapi import Request
from sqlmodel import Session
from starlette.datastructures import UploadFile
from starlette.responses import Response

from app_shell import sent_photos
from app_shell.api import once
from app_shell.case_shapes import UploadShape
from app_shell.context import shell_of
from app_shell.routing import Access, ApiRouter, Id
from app_shell.work import WorkDep
from core_db.cases import Photo, photo_path, photo_visible, upload_photo
from core_db.foundation.errors import CannotBeRead, NotFound

_FILE = {"type": "string", "contentMediaType": "application/octet-stream"}
_FORM = {"type": "object", "required": ["file"], "properties": {"file": _FILE}}
_BODY = {"required": True, "content": {"multipart/form-data": {"schema": _FORM}}}
_PICTURE = {200: {"description": "The picture", "content": {"image/jpeg": {"schema": {"type": "string"}}}}}


def photos_api(access: Access) -> ApiRouter:
    """One picture in, one out, for those whom the app is for."""
    router = ApiRouter()
    takes = {"requestBody": _BODY}
    router.post("/uploads", access=access, status_code=201, answers=UploadShape, openapi_extra=takes)(upload)
    router.get("/photos/{photo_id}", access=access, responses=_PICTURE)(show)
    return router


async def upload(request: Request, work: WorkDep) -> Response:
    """Send one picture; its id goes into `photos` of a case, a progress or an outcome."""
    data = await _picture(request)
    photo_id, photo = await sent_photos.keep(request, data)
    given = await once(request, work, upload_photo, photo_id, photo, render=_id_of, content=data)
    if orjson.loads(given.body)["id"] != photo_id:
        # Sent before under the same key: the first copy is the one that counts.
        photo_path(shell_of(request).settings.data_dir, photo_id).unlink(missing_ok=True)
    return given


async def show(request: Request, photo_id: Id, work: WorkDep) -> Response:
    """A picture one may see: one's own, or one that stands in an entry one may read."""
    photo = await work.read(photo_visible, photo_id)
    path = photo_path(shell_of(request).settings.data_dir, photo.id)
    try:
        data = await asyncio.to_thread(path.read_bytes)
    except FileNotFoundError:
        raise NotFound() from None
    headers = {"Cache-Control": "no-store", "Content-Disposition": 'inline; filename="photo.jpg"'}
    return Response(data, media_type="image/jpeg", headers=headers)


async def _picture(request: Request) -> bytes:
    async with request.form(max_files=1, max_fields=10) as form:
        for value in form.values():
            if isinstance(value, UploadFile):
                return await value.read()
    raise CannotBeRead({"file": ("请选一张照片。", "Please choose a picture.")})


def _id_of(_session: Session, photo: Photo) -> dict[str, Any]:
    return {"id": photo.id}
