"""Groups of people that a committee saved: how many first, then who, stair by stair; and making one."""

from collections.abc import Mapping, Sequence
from datetime import date

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from app_shell.api import once_from_form
from app_shell.forms import Filled, Typed, TypedForm, fill, fresh_key, shown
from app_shell.pages import Page, redirect, render
from app_shell.routing import Access, Id, SecureRouter
from app_shell.words import _
from app_shell.work import Work, WorkDep
from committee_app.reading import Word
from committee_app.register_words import Options, age_in_words
from core_db.finding import Found
from core_db.foundation.clock import local_date
from core_db.groups import (
    GroupDraft,
    GroupLine,
    GroupRules,
    GroupShown,
    change_group,
    count_of,
    end_group,
    group_shown,
    groups_of,
    places_for_groups,
    save_group,
)
from core_db.groups.words import LIVING_WORDS
from core_db.people import SEX_WORDS
from core_db.places import PlaceKind, place_in_sight, places_to_name
from core_db.tags import tag_dictionary

router = SecureRouter("/groups")


class GroupsPage(Page, template="groups/index.html"):
    """The committee's groups."""

    groups: Sequence[GroupLine]


class GroupPage(Page, template="groups/show.html"):
    """A group: what its people have in common, how many there are, and some of them."""

    group: GroupLine
    facts: Sequence[tuple[str, str]]
    count: int
    people: Sequence[tuple[str, str, Sequence[str]]]
    next: str | None


class GroupFormPage(Page, template="groups/form.html"):
    """What is to be true of the people of a group; counted before it is saved."""

    #: Where the form goes, and where one comes from.
    action: str
    back: tuple[str, str]
    group_id: str | None
    places: Options
    tags: Options
    sexes: Options
    livings: Options
    below: Options
    labels: Mapping[str, str]
    form: Filled[GroupDraft] | None
    #: How many there would be, where that was asked.
    count: int | None
    key: str


@router.get("", access=Access.COMMITTEE)
async def index(request: Request, work: WorkDep) -> Response:
    return render(request, GroupsPage(groups=await work.read(groups_of)))


@router.get("/new", access=Access.COMMITTEE)
async def new(request: Request, work: WorkDep) -> Response:
    return await _form_page(request, work)


@router.post("", access=Access.COMMITTEE)
async def save(request: Request, typed: TypedForm, work: WorkDep) -> Response:
    """Count what was asked for, or keep it."""
    form = await _filled(work, typed)
    if form.draft is None or typed.get("count"):
        return await _counted(request, work, form)
    done = await shown(
        form, once_from_form(request, work, typed, save_group, form.draft, to=lambda one: one.id)
    )
    if done is None:
        return await _form_page(request, work, form=form, status=422)
    return redirect(request, f"/groups/{done}", flash=_("已保存。"))


@router.get("/{group_id}", access=Access.COMMITTEE)
async def show(request: Request, group_id: Id, work: WorkDep, after: Word = None) -> Response:
    found = await work.read(group_shown, group_id, after=after)
    page = GroupPage(
        group=found.line, facts=await _facts(work, found), count=found.count, next=found.next,
        people=[(one.id, one.name, _about(one)) for one in found.people],
    )  # fmt: skip
    return render(request, page)


@router.get("/{group_id}/rules", access=Access.COMMITTEE)
async def ask_rules(request: Request, group_id: Id, work: WorkDep) -> Response:
    found = await work.read(group_shown, group_id)
    return await _form_page(request, work, group=found)


@router.post("/{group_id}/rules", access=Access.COMMITTEE)
async def change(request: Request, group_id: Id, typed: TypedForm, work: WorkDep) -> Response:
    found = await work.read(group_shown, group_id)
    form = await _filled(work, typed, place_id=found.line.place_id)
    if form.draft is None or typed.get("count"):
        return await _counted(request, work, form, group=found)
    if await shown(form, work.write(change_group, group_id, form.draft)) is None:
        return await _form_page(request, work, form=form, group=found, status=422)
    return redirect(request, f"/groups/{group_id}", flash=_("已保存。"))


@router.post("/{group_id}/ending", access=Access.COMMITTEE)
async def end(request: Request, group_id: Id, work: WorkDep) -> Response:
    await work.write(end_group, group_id)
    return redirect(request, "/groups", flash=_("已停用这个人群。"))


# -- pages ------------------------------------------------------------------------------------------


async def _counted(
    request: Request, work: Work, form: Filled[GroupDraft], *, group: GroupShown | None = None
) -> Response:
    """The form again with how many there would be; or with what is wrong in it."""
    if form.draft is None:
        return await _form_page(request, work, form=form, group=group, status=422)
    count = await shown(form, work.read(count_of, form.draft.rules, form.draft.place_id))
    status = 422 if count is None else 200
    return await _form_page(request, work, form=form, group=group, count=count, status=status)


async def _form_page(
    request: Request, work: Work, *, form: Filled[GroupDraft] | None = None, group: GroupShown | None = None,
    count: int | None = None, status: int = 200,
) -> Response:  # fmt: skip
    lang, today = work.lang, local_date(work.clock.now())
    own = await work.read(places_for_groups)
    if form is None and group is not None:
        form = Filled(draft=None, typed=await _typed_of(work, group))
    below = await work.read(places_to_name)
    page = GroupFormPage(
        action=f"/groups/{group.line.id}/rules" if group else "/groups", group_id=group.line.id if group else None,
        back=(f"/groups/{group.line.id}", group.line.name) if group else ("/groups", _("人群")),
        places=own, tags=await _tags(work, today), sexes=[(one, SEX_WORDS[one][lang == "en"]) for one in "12"],  # type: ignore[index]
        livings=[(str(one), pair[lang == "en"]) for one, pair in LIVING_WORDS.items()],
        below=[(one.id, one.label) for one in below.items], labels=_labels(), form=form, count=count, key=fresh_key(),
    )  # fmt: skip
    return render(request, page, status=status)


def _labels() -> dict[str, str]:
    return {
        "name": _("叫什么"), "place_id": _("哪里的人群"), "all_of": _("都要有这些标签"), "any_of": _("至少有一个"),
        "none_of": _("不能有这些标签"), "age_from": _("年龄从"), "age_to": _("年龄到"), "sex": _("性别"),
        "living": _("居住情况"), "places": _("住在哪些楼"), "homes": _("住在哪几套房屋"),
    }  # fmt: skip


async def _tags(work: Work, today: date) -> Options:
    words = await work.read(tag_dictionary)
    return [(one.id, one.within(work.lang)) for one in words if not one.sensitive and one.is_active(today)]


async def _filled(work: Work, typed: Typed, **known: str) -> Filled[GroupDraft]:
    """The draft with the homes that were written line by line beside the places that were ticked."""
    homes, unknown = [], []
    for line in dict.fromkeys(one.strip() for one in typed.get("homes", "").splitlines() if one.strip()):
        named = await work.read(places_to_name, q=line, limit=20)
        doors = [one for one in named.items if one.kind is PlaceKind.HOME]
        # One that is called exactly so is meant, though others begin with it.
        doors = [one for one in doors if one.label == line] or doors
        if len(doors) == 1:
            homes.append(doors[0].id)
        else:
            unknown.append(line)
    form: Filled[GroupDraft] = fill(GroupDraft, typed, places=(*typed.getlist("places"), *homes), **known)
    if unknown:
        form.faults["homes"] = _("没有找到，或者不止一套：{homes}").replace("{homes}", _("、").join(unknown))
        form.draft = None
    return form


async def _typed_of(work: Work, group: GroupShown) -> Typed:
    """The rules as if they had just been typed; homes by their labels, a line each."""
    said = {"name": group.line.name, "place_id": group.line.place_id} | group.rules.model_dump(mode="json")
    places = [await work.read(place_in_sight, one) for one in group.rules.places]
    said["places"] = [one.id for one in places if one.kind is not PlaceKind.HOME]
    said["homes"] = "\n".join(one.label for one in places if one.kind is PlaceKind.HOME)
    pairs: list[tuple[str, str | UploadFile]] = []
    for name, value in said.items():
        many = value if isinstance(value, list) else [] if value is None else [value]
        pairs += [(name, str(one)) for one in many]
    return Typed(FormData(pairs))


async def _facts(work: Work, found: GroupShown) -> list[tuple[str, str]]:
    """The rules in words, without those that say nothing."""
    rules, lang, labels = found.rules, work.lang, _labels()
    words = {one.id: one.within(lang) for one in await work.read(tag_dictionary)}
    places = [await work.read(place_in_sight, one) for one in rules.places]
    facts = [
        (labels[name], _("、").join(words.get(one, "—") for one in getattr(rules, name)))
        for name in ("all_of", "any_of", "none_of")
    ]
    facts.append((_("年龄"), _ages(rules)))
    facts.append((labels["sex"], SEX_WORDS[rules.sex][lang == "en"] if rules.sex else ""))  # type: ignore[index]
    facts.append((labels["living"], LIVING_WORDS[rules.living][lang == "en"]))
    facts.append((labels["places"], _("、").join(one.label for one in places)))
    return [(label, said) for label, said in facts if said]


def _ages(rules: GroupRules) -> str:
    if rules.age_from is None and rules.age_to is None:
        return ""
    if rules.age_to is None:
        return _("{n} 岁及以上").replace("{n}", str(rules.age_from))
    if rules.age_from is None:
        return _("{n} 岁及以下").replace("{n}", str(rules.age_to))
    return age_in_words(f"{rules.age_from}-{rules.age_to}")


def _about(found: Found) -> list[str]:
    return [one for one in (found.home, age_in_words(found.age), *found.tags, found.phone) if one]
