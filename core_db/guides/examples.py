"""Rows to begin with, where a place has none yet: `data/guides.csv` and `data/stamps.csv`. They say they are examples.

The refused certificates follow the headings of the first list of 民发〔2020〕20号; an operator puts the list in force
where he is in their place.
"""

from collections.abc import Iterator, Mapping
from csv import DictReader
from importlib.resources import files

from sqlmodel import Session, select

from core_db.foundation.actor import Actor
from core_db.foundation.clock import Clock
from core_db.guides.drafts import GuideDraft, StampDraft
from core_db.guides.keeping import keep_guide, keep_stamp
from core_db.guides.model import Guide, StampItem

SOURCE = "示例，参照民发〔2020〕20号第一批清单，请按本地公布的清单核对"
BASIS = "示例，请按本地规定核对"


def store_examples(session: Session, place_id: str, *, actor: Actor, clock: Clock) -> int:
    """The example guides and the example list of stamps, where a place has neither yet; how many were written."""
    known = [
        session.exec(select(kind.id).where(kind.place_id == place_id)).first() for kind in (Guide, StampItem)
    ]
    if any(known):
        return 0
    written = 0
    for row in _rows("guides.csv"):
        lines = {name: row[name].replace("；", "\n") for name in ("papers", "steps")}
        guide = GuideDraft.model_validate(
            {**row, **lines, "place_id": place_id, "basis": BASIS, "phone": "12345"}
        )
        keep_guide(session, guide, actor=actor, clock=clock)
        written += 1
    for row in _rows("stamps.csv"):
        given = {"place_id": place_id, "source": SOURCE, "is_given": row["is_given"] == "yes"}
        keep_stamp(session, StampDraft.model_validate({**row, **given}), actor=actor, clock=clock)
        written += 1
    return written


def _rows(name: str) -> Iterator[Mapping[str, str]]:
    table = files("core_db.guides").joinpath("data", name).read_text(encoding="utf-8")
    return iter(DictReader(table.splitlines()))
