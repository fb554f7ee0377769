"""Forms as people send them: what cannot be taken comes back with the words typed and the fault beside the field."""

from collections.abc import AsyncIterator, Awaitable, Iterator, Mapping
from dataclasses import field
from typing import Annotated, Any, Generic, TypeVar, get_origin

from fastapi import Depends
from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from app_shell.context import TYPED_KEY, current_lang
from app_shell.security import FORM_LIMIT
from core_db.foundation.drafts import Draft, faults_of
from core_db.foundation.errors import CannotBeRead, DomainError
from core_db.foundation.ids import new_id
from core_db.foundation.lean import dataclass

D = TypeVar("D", bound=Draft)
T = TypeVar("T")
MANY = (list, tuple, set, frozenset)
MAX_FIELDS = 200
MAX_FILES = 10
#: Refusals that a form can show above its fields; the others are pages of their own.
SHOWN_IN_FORM = (403, 409, 422, 429)


class Typed(Mapping[str, str]):
    """The words as typed, a browser's form: several values to a name, and files."""

    def __init__(self, data: FormData | None = None) -> None:
        # NUL is no word anybody types, and no database stores it.
        given = data.multi_items() if data is not None else ()
        self._data = FormData([(n, v.replace("\0", "") if isinstance(v, str) else v) for n, v in given])

    def __getitem__(self, name: str) -> str:
        for value in self._data.getlist(name):
            if isinstance(value, str):
                return value
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(name for name, value in self._data.multi_items() if isinstance(value, str)))

    def __len__(self) -> int:
        return sum(1 for _name in self)

    def getlist(self, name: str) -> list[str]:
        return [value for value in self._data.getlist(name) if isinstance(value, str)]

    def without(self, name: str) -> "Typed":
        """The same words but for those of one field."""
        return Typed(FormData([(key, value) for key, value in self._data.multi_items() if key != name]))

    def files(self, name: str) -> list[UploadFile]:
        """The files chosen under a name; an empty file field sends a file without a name."""
        return [
            value for value in self._data.getlist(name) if isinstance(value, UploadFile) and value.filename
        ]


@dataclass(kw_only=True)
class Filled(Generic[D]):
    """A form that was sent: the draft if it can be taken, the words typed and the faults in any case."""

    draft: D | None
    typed: Typed
    #: Sentences in the visitor's language by field; the key "" is about the whole form.
    faults: dict[str, str] = field(default_factory=dict)


async def typed_form(request: Request) -> AsyncIterator[Typed]:
    """The dependency behind `TypedForm`. Its size is limited at the outermost middleware; its files are closed."""
    async with request.form(max_fields=MAX_FIELDS, max_files=MAX_FILES, max_part_size=FORM_LIMIT) as data:
        typed = Typed(data)
        request.scope[TYPED_KEY] = typed
        yield typed


TypedForm = Annotated[Typed, Depends(typed_form)]


def fill(kind: type[D], typed: Typed, **known: Any) -> Filled[D]:
    """Read a draft from what was typed. Only the draft's own fields are taken; an empty one counts as left out.

    `known` are fields that the page and not the person fills in.
    """
    try:
        return Filled(draft=kind.model_validate(words_for(kind, typed) | known), typed=typed)
    except ValidationError as error:
        return Filled(draft=None, typed=typed, faults=in_words(faults_of(error)))


async def shown(form: Filled[D], writing: Awaitable[T]) -> T | None:
    """Await a write; a refusal that the form can show becomes its fault, and the answer None."""
    try:
        return await writing
    except CannotBeRead as refusal:
        form.faults.update(in_words(refusal.faults))
    except DomainError as refusal:
        if refusal.has_a_page or refusal.status not in SHOWN_IN_FORM:
            raise
        form.faults[""] = refusal.sentence(current_lang())
    return None


def in_words(faults: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """(zh, en) faults in the visitor's language; an item of a list is a fault of the list."""
    place = 1 if current_lang() == "en" else 0
    said: dict[str, str] = {}
    for name, sentences in faults.items():
        # What a plugin asks for has dots in its own name; it hangs in no list.
        whole = name.startswith("x.")
        field_name = "" if name == "form" else name if whole else name.split(".", 1)[0]
        said.setdefault(field_name, sentences[place])
    return said


def words_for(kind: type[BaseModel], typed: Typed) -> dict[str, Any]:
    """What was typed for the fields of a model."""
    words: dict[str, Any] = {}
    for name, about in kind.model_fields.items():
        asked = about.alias or name
        if get_origin(about.annotation) in MANY:
            values = [value for value in typed.getlist(asked) if value.strip()]
            if values:
                words[asked] = values
        elif typed.get(asked, "").strip():
            words[asked] = typed[asked]
    return words


def fresh_key() -> str:
    """A key for a form that is about to be shown: however often it is sent, it counts once."""
    return new_id()
