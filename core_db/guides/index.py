"""Finding by any text: which pairs of characters something is known by, and what fits a whole sentence best.

One table on both databases instead of FTS5 and `tsvector`: here not all words have to be found, as in a search of
cases, but the nearest of few hundred things wins, and both databases must rank alike.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import delete, insert, select
from sqlmodel import Session

from core_db.foundation.grams import grams
from core_db.guides.model import KNOWN
from core_db.guides.words import Known

#: What stands in every question and tells nothing of it.
_FILLING = re.compile(
    "怎么办?|什么|如何|我们|我家|[你他]们|[可能]不[可能]以?|可以|没有|有没有|这个|那个|一[个下直]|已经|现在|今天"
    "|楼道|楼里|楼[上下]|小区|需要|要求|[想请]问|知道|是不是|哪里|家里|想办|要办"
)
#: What a word says of a thing that bears it in its title or among its keywords, and in what is told of it.
NAMED, TOLD = 4, 1
#: Pairs of a text that are looked for, and rows that are weighed.
MOST_GRAMS, MOST_ROWS = 120, 6_000
#: What is nearer is wanted more, where two fit alike.
NEARER = (1.5, 1.2, 1.0)
#: What fits so much worse than the best is no second choice: all certificates share the word.
CLOSE = 0.3
#: A text of so few pairs was typed to find something: then what is told counts too.
TYPED = 4


def index_anew(
    session: Session, kind: Known, item_id: str, place_id: str, *, named: Sequence[str], told: Sequence[str]
) -> None:
    """Find a thing by what it says now, and no longer by what it said before."""
    forget_words(session, item_id)
    weights = {gram: TOLD for text in told for gram in _telling(text)}
    weights |= {gram: NAMED for text in named for gram in _telling(text)}
    rows = [
        {"kind": str(kind), "gram": gram, "item_id": item_id, "place_id": place_id, "weight": weight}
        for gram, weight in sorted(weights.items())
    ]
    if rows:
        session.execute(insert(KNOWN), rows)


def forget_words(session: Session, item_id: str) -> None:
    """Find it no more."""
    session.execute(delete(KNOWN).where(KNOWN.c.item_id == item_id))


def best_fitting(
    session: Session, kind: Known, text: str, *, chain: Mapping[str, int] | None, limit: int
) -> list[str]:
    """The ids of what fits a text best, the best first. `chain`: places with their distance; None is everywhere."""
    wanted = _telling(text)[:MOST_GRAMS]
    if not wanted or (chain is not None and not chain):
        return []
    found = select(KNOWN.c.gram, KNOWN.c.item_id, KNOWN.c.place_id, KNOWN.c.weight)
    found = found.where(KNOWN.c.kind == str(kind), KNOWN.c.gram.in_(wanted)).limit(MOST_ROWS)
    if chain is not None:
        found = found.where(KNOWN.c.place_id.in_(list(chain)))
    rows = session.execute(found).all()
    common = Counter(row.gram for row in rows)
    scores: defaultdict[str, float] = defaultdict(float)
    fitting: Counter[str] = Counter()
    for row in rows:
        near = NEARER[min(chain[row.place_id], 2)] if chain is not None else 1.0
        scores[row.item_id] += near * row.weight / common[row.gram] ** 0.5
        fitting[row.item_id] += TYPED if row.weight == NAMED else 1
    enough = min(len(wanted), TYPED)
    ranked = sorted(scores.items(), key=lambda scored: (-scored[1], scored[0]))
    good = [(item_id, score) for item_id, score in ranked if fitting[item_id] >= enough]
    return [item_id for item_id, score in good[:limit] if score >= CLOSE * good[0][1]]


def _telling(text: str) -> list[str]:
    """The pairs and words of a text, each once; a character alone tells something only where there is no more."""
    all_of_it = list(dict.fromkeys(grams(_FILLING.sub(" ", text))))
    return [gram for gram in all_of_it if len(gram) > 1] or all_of_it
