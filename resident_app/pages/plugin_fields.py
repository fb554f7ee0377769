"""我为应用填的信息: what the plugins here ask about me, or a child I act for; seen, changed and taken away."""

from collections.abc import Sequence

from fastapi import Request
from starlette.datastructures import FormData
from starlette.responses import Response

from app_shell.asked_fields import FieldAsked, fields_asked, fields_typed
from app_shell.forms import Filled, Typed, TypedForm, fill, shown
from app_shell.pages import Page, redirect, render
from app_shell.routing import Access, SecureRouter
from app_shell.words import _
from app_shell.work import WorkDep
from core_db.foundation.lean import dataclass
from core_db.mydata import ProfileAsked, ProfileDraft, fill_in_my_profile, my_profile_fields
from resident_app.children import Child

router = SecureRouter("/me/fields")


@dataclass(frozen=True, kw_only=True)
class FormShown:
    """The form of one plugin in one neighbourhood, with what stands there or what was typed."""

    plugin_id: str
    community_id: str
    name: str
    fields: Sequence[FieldAsked]
    form: Filled[ProfileDraft]
    #: The names of those that the plugin filled in.
    by_plugin: Sequence[str]


class ProfileFieldsPage(Page, template="consents/fields.html"):
    """A form for each plugin that asks something about me."""

    forms: Sequence[FormShown]
    child: str | None


@router.get("", access=Access.RESIDENT)
async def index(request: Request, work: WorkDep, child: Child = None) -> Response:
    found = await work.read(my_profile_fields, child_id=child)
    return render(request, ProfileFieldsPage(forms=[_form(one, work.lang) for one in found], child=child))


@router.post("/{plugin_id}", access=Access.RESIDENT)
async def save(request: Request, plugin_id: str, typed: TypedForm, work: WorkDep) -> Response:
    form = fill(
        ProfileDraft, typed, community_id=typed.get("community_id", ""), fields=dict(fields_typed(typed))
    )
    child = typed.get("child_id") or None
    if form.draft is not None:
        await shown(form, work.write(fill_in_my_profile, plugin_id, form.draft, child))
    if not form.faults:
        back = "/me/fields" + (f"?child={child}" if child else "")
        return redirect(request, back, flash=_("存好了。"))
    found = await work.read(my_profile_fields, child_id=child)
    forms = [_form(one, work.lang, form if one.plugin_id == plugin_id else None) for one in found]
    return render(request, ProfileFieldsPage(forms=forms, child=child), 422)


def _form(asked: ProfileAsked, lang: str, sent: Filled[ProfileDraft] | None = None) -> FormShown:
    known: Filled[ProfileDraft] = Filled(draft=None, typed=Typed(FormData(list(asked.filled.items()))))
    return FormShown(
        plugin_id=asked.plugin_id, community_id=asked.community_id, name=asked.name[1 if lang == "en" else 0],
        fields=fields_asked(asked.asked, lang, who_reads=_("只有您看得到；您在“我的授权”里同意以后，应用也读得到。")),
        form=sent or known, by_plugin=[one.label(lang) for one in asked.asked if one.key in asked.by_plugin],
    )  # fmt: skip
