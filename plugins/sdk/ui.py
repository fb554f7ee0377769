"""What a plugin shows: blocks that the product draws with its own components.

So large print, dark, print and screen readers come free, and a plugin brings no markup and no script. Every text is
plain: what looks like markup is shown as it is written. A block that is too long is refused when it is made.
"""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from plugins.sdk.manifest_parts import KEY

Text_ = Annotated[str, Field(max_length=2_000)]
Label = Annotated[str, Field(min_length=1, max_length=100)]
#: An address within the plugin's own pages: `/visits`, which lies at `/x/<id>/visits`.
Own = Annotated[str, Field(pattern=r"^/[A-Za-z0-9/_.~%?=&-]*$", max_length=300)]
Tone = Literal["plain", "good", "waiting", "late"]


class Block(BaseModel):
    """Parent of every block."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Text(Block):
    """A paragraph."""

    kind: Literal["text"] = "text"
    text: Text_


class Fact(Block):
    """A name and what there is to say of it."""

    kind: Literal["fact"] = "fact"
    label: Label
    value: Text_


class Badge(Block):
    """One word with a dot: the word says it, the tone underlines it."""

    kind: Literal["badge"] = "badge"
    text: Label
    tone: Tone = "plain"


class Link(Block):
    """A way to another page of the plugin."""

    kind: Literal["link"] = "link"
    label: Label
    to: Own


class Button(Block):
    """Something to do: it posts to the plugin's own pages, which answer with blocks again."""

    kind: Literal["button"] = "button"
    label: Label
    post: Own
    #: Asked first, where what it does cannot be taken back.
    confirm: Text_ | None = None


class Progress(Block):
    """How far something is: `done` of `of`."""

    kind: Literal["progress"] = "progress"
    label: Label
    done: int = Field(ge=0)
    of: int = Field(ge=1)


class Image(Block):
    """A picture out of the plugin's `static/`, with what it shows in words."""

    kind: Literal["image"] = "image"
    source: Own
    alt: Label


#: What stands in a table: plain text, a way to the page of what the row is about, or one word with a dot.
TableCell = Text_ | Link | Badge


class Table(Block):
    """Rows below headings, each with as many cells as there are headings. A cell is text, a `Link` or a `Badge`."""

    kind: Literal["table"] = "table"
    caption: Label
    head: Sequence[Label] = Field(min_length=1, max_length=8)
    rows: Sequence[Sequence[TableCell]] = Field(max_length=500)


class Input(Block):
    """One field of a form."""

    kind: Literal["input"] = "input"
    name: str = Field(pattern=KEY)
    label: Label
    type: Literal["text", "long", "number", "date", "choice", "yes"] = "text"
    value: Text_ = ""
    #: What can be chosen: what is sent, and what is read.
    choices: Sequence[tuple[str, Label]] = ()
    required: bool = False
    help: Text_ | None = None
    fault: Text_ | None = None


class Form(Block):
    """Fields and one button."""

    kind: Literal["form"] = "form"
    post: Own
    fields: Sequence[Input] = Field(min_length=1, max_length=40)
    submit: Label


Inner = Annotated[
    Text | Fact | Badge | Link | Button | Progress | Image | Table | Form, Field(discriminator="kind")
]


class Card(Block):
    """A heading with blocks below it."""

    kind: Literal["card"] = "card"
    title: Label
    body: Sequence[Inner] = Field(default=(), max_length=50)


class Cell(Block):
    """What stands in a column that the plugin adds to a list."""

    kind: Literal["cell"] = "cell"
    text: Label
    tone: Tone = "plain"


class Page(Block):
    """A page of the plugin, within the product's own frame."""

    kind: Literal["page"] = "page"
    title: Label
    body: Sequence[Annotated[Card | Inner, Field()]] = Field(default=(), max_length=200)


class Go(Block):
    """After something was done: the page to go on with, and what to say there. A reload does nothing twice."""

    kind: Literal["go"] = "go"
    to: Own
    said: Text_ = ""
