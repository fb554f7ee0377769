"""What somebody has to do now: the lists that matter to him, read in one snapshot, numbers first."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from markupsafe import Markup
from sqlmodel import Session

from app_shell.words import _
from committee_app.lists import LISTS
from committee_app.rows import CaseRow, Drawing, RowsFound, case_rows, urged_first
from core_db.accounts import open_bindings
from core_db.doubles import count_pairs
from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.foundation.lean import dataclass
from core_db.installs import unread_messages
from core_db.people import count_proposals
from core_db.register_sheets import count_to_apply
from core_db.tags import count_to_review
from core_db.visits import count_tags_proposed, due_now

#: How many of a list the desk shows; the rest is one click away. What comes in is seen to come in.
SHOWN, SHOWN_OF_NEW = 6, 20
#: So many are counted one by one.
READ = 100
BINDINGS_AT_MOST = 50


@dataclass(frozen=True, kw_only=True)
class DeskPart:
    """One kind of work: how much of it there is, the first of it, and where the rest is."""

    id: str
    title: str
    what_to_do: str
    count: str
    tone: str | None
    #: How many of it stand here, and their HTML.
    shown: int
    html: Markup
    all_href: str


@dataclass(frozen=True, kw_only=True)
class DeskFound:
    """What was read for a desk."""

    lists: Mapping[str, RowsFound]
    bindings: int = 0


def read_desk(
    session: Session, names: Sequence[str], *, bindings: bool = False, town: str | None = None, actor: Actor,
    clock: Clock, lang: str,
) -> DeskFound:  # fmt: skip
    """The named lists, of one town where one is named, and the homes that wait to be bound."""
    now = clock.now()
    lists = {
        name: case_rows(
            session, LISTS[name].filter_at(now, town=town, limit=READ), query=_address(name, town),
            following=LISTS[name].following, actor=actor, clock=clock, lang=lang,
        )
        for name in names
    }  # fmt: skip
    asked = open_bindings(session, limit=BINDINGS_AT_MOST, actor=actor, clock=clock) if bindings else ()
    return DeskFound(lists=lists, bindings=len(asked))


def waiting_besides_cases(session: Session, *, actor: Actor, clock: Clock) -> Sequence[tuple[str, int, str]]:
    """What waits and is no case, plugins' messages among it: its title, how much, and where; only what there is."""
    kinds = (
        (_("等第二个人批准的更改"), count_proposals, "/register/proposals"),
        (_("等您决定的标签建议"), count_tags_proposed, "/tag-proposals"),
        (_("该复核的标签"), count_to_review, "/tags/review"),
        (_("等应用的表"), count_to_apply, "/register/sheets"),
        (_("可能重复的登记"), count_pairs, "/register/doubles"),
        (_("今天该走访的"), due_now, "/visits"),
        (_("应用的新消息"), unread_messages, "/me/messages"),
    )
    counts = [(title, count(session, actor=actor, clock=clock), href) for title, count, href in kinds]
    return [one for one in counts if one[1]]


def _address(name: str, town: str | None) -> dict[str, str]:
    """What the address of a list says, of one town alone where one is named."""
    return {"list": name} | ({"town": town} if town else {})


def parts_of(found: DeskFound, drawing: Drawing, *, town: str | None = None) -> list[DeskPart]:
    return [_part(name, page, drawing, town) for name, page in found.lists.items()]


def _part(name: str, page: RowsFound, drawing: Drawing, town: str | None) -> DeskPart:
    rows = urged_first(page.items)
    count = f"{READ}+" if page.next else str(len(rows))
    return part_of(name, rows[: SHOWN_OF_NEW if name == "to-accept" else SHOWN], count, drawing, town=town)


def part_of(
    name: str, rows: Sequence[CaseRow], count: str, drawing: Drawing, *, town: str | None = None
) -> DeskPart:
    """The rows of a named list as a part of a desk."""
    kind = LISTS[name]
    return DeskPart(
        id=name, title=_(kind.title), what_to_do=_(kind.what_to_do) if kind.what_to_do else "", count=count,
        tone=kind.tone if rows else None, shown=len(rows), html=drawing.rows("part", rows, prefix=f"{name}-"),
        all_href=f"/cases?{urlencode(_address(name, town))}",
    )  # fmt: skip
