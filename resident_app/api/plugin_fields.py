"""What plugins ask about me, or a child I act for, over the API: seen and filled in."""

from typing import Any

from starlette.responses import Response

from app_shell.api import answer, listed
from app_shell.case_shapes import FieldShape
from app_shell.codes_api import field_shown
from app_shell.plugin_words import within
from app_shell.routing import Access, ApiRouter
from app_shell.shapes import Shape
from app_shell.work import WorkDep
from core_db.mydata import ProfileAsked, ProfileDraft, fill_in_my_profile, my_profile_fields
from resident_app.children import Child

router = ApiRouter("/me/fields")


class FilledFieldShape(FieldShape):
    """`value` is null where nothing is filled in."""

    value: str | None
    #: The plugin filled it in, and nobody has changed it since.
    by_plugin: bool


class FieldsOfPlugin(Shape):
    """What one plugin asks in one neighbourhood."""

    plugin_id: str
    community_id: str
    name: str
    fields: list[FilledFieldShape]


class ProfileFieldsShape(Shape):
    items: list[FieldsOfPlugin]
    next: None


@router.get("", access=Access.RESIDENT, answers=ProfileFieldsShape)
async def index(work: WorkDep, child: Child = None) -> Response:
    """What every plugin that is on where one lives asks about one, or about the child `child` below fourteen."""
    return await _shown(work, child)


@router.post("/{plugin_id}", access=Access.RESIDENT, keyed=False, answers=ProfileFieldsShape)
async def save(plugin_id: str, draft: ProfileDraft, work: WorkDep, child: Child = None) -> Response:
    """All that is to stand there; what is left out is deleted. It sets a state, so it takes no key.

    The plugin reads it once one agreed to a purpose of it that covers `profile`, and not before.
    """
    await work.write(fill_in_my_profile, plugin_id, draft, child)
    return await _shown(work, child)


async def _shown(work: WorkDep, child: str | None) -> Response:
    found = await work.read(my_profile_fields, child_id=child)
    return answer(listed([_view(one, work.lang) for one in found], next_after=None))


def _view(one: ProfileAsked, lang: str) -> dict[str, Any]:
    return {
        "plugin_id": one.plugin_id, "community_id": one.community_id, "name": within(one.name, lang),
        "fields": [
            field_shown(field, lang)
            | {"value": one.filled.get(field.key), "by_plugin": field.key in one.by_plugin}
            for field in one.asked
        ],
    }  # fmt: skip
