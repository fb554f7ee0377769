"""Guides, stamps, figures, colleagues and messages; and what is done once."""

from collections.abc import Mapping
from string import Formatter
from typing import Any

from sqlalchemy import select

from core_db.accounts.model import BindingStatus
from core_db.accounts.sessions import ACCOUNTS, BINDINGS, ROLES, in_force
from core_db.foundation.actor import COMMITTEE, ActorKind
from core_db.guides import fitting_guides, fitting_stamps, guides_near, stamps_near
from core_db.insight import Counted, figures_for_everybody
from core_db.installs.consents import has_any
from core_db.installs.messages import send_plugin_message
from core_db.installs.pairs import known_pair, pair_of, person_behind
from core_db.installs.sheets import pair_of as words_of
from core_db.installs.words import Pair
from plugins.host.gateway.casework import own_name
from plugins.host.gateway.gates import Asking, Denied, person_of
from plugins.host.gateway.noting import Answer
from plugins.host.gateway.once import is_first
from plugins.sdk.told import Colleague, Figure, Guide, Stamp

#: Characters that one thing said in a message has at most.
LONGEST = 300
MOST_STAMPS = 20
Asked = Mapping[str, Any]


def guides(asking: Asking, asked: Asked) -> Answer:
    """What fits any words, the nearest first; all of them where there are none."""
    asking.must_be_open(["guide:read"])
    who: dict[str, Any] = {
        "place_id": asking.community_id,
        "actor": asking.standing.actor,
        "clock": asking.clock,
    }
    limit = max(1, min(int(asked["limit"]), 50))
    if asked["text"].strip():
        found = fitting_guides(asking.session, asked["text"], limit=limit, **who)
    else:
        found = guides_near(asking.session, **who)[:limit]
    return Answer(
        value=[
            Guide(
                id=one.id, title=one.title, papers=one.papers, steps=one.steps, where=one.whereabouts,
                hours=one.hours, phone=one.phone, fees=one.fees,
            ).model_dump(mode="json")
            for one in found
        ]
    )  # fmt: skip


def figures(asking: Asking, asked: Asked) -> Answer:
    """Figures that everybody may have: nobody is named, so nobody is asked."""
    asking.must_be_open(["stats:read"])
    said = "/".join(str(one) for one in (asked["what"], asked["by"]) if one is not None)
    if said not in {one.value for one in Counted}:
        raise Denied(f"stats: there are no figures of {said}")
    found = figures_for_everybody(
        asking.session, asking.community_id, Counted(said), actor=asking.standing.actor, clock=asking.clock
    )
    told = [Figure(key=own_name(asking.plugin_id, key), count=count) for key, count in found]
    return Answer(value=[one.model_dump(mode="json") for one in told])


def stamps(asking: Asking, asked: Asked) -> Answer:
    """Which stamps are given here and which are not."""
    asking.must_be_open(["guide:read"])
    actor, clock = asking.standing.actor, asking.clock
    if asked["text"].strip():
        found = fitting_stamps(
            asking.session,
            asked["text"],
            place_id=asking.community_id,
            limit=MOST_STAMPS,
            actor=actor,
            clock=clock,
        )
    else:
        found = stamps_near(asking.session, actor=actor, clock=clock)
    told = [
        Stamp(id=one.id, title=one.title, is_given=one.is_given, go_to=one.where_to_go, basis=one.source)
        for one in found
    ]
    return Answer(value=[one.model_dump(mode="json") for one in told])


def staff(asking: Asking, asked: Asked) -> Answer:
    """Who works for the neighbourhood's committee, by name."""
    asking.must_be_open(["staff:read"])
    roles = [one for one in COMMITTEE if asked["role"] in (None, one.value)]
    held = (
        select(ACCOUNTS.c.id, ACCOUNTS.c.name, ROLES.c.role)
        .join_from(ROLES, ACCOUNTS, ACCOUNTS.c.id == ROLES.c.account_id)
        .where(
            ROLES.c.place_id == asking.community_id, ROLES.c.role.in_(roles), ACCOUNTS.c.closed_at.is_(None),
            in_force(ROLES, asking.clock.now()),
        )
        .order_by(ACCOUNTS.c.name, ACCOUNTS.c.id)
    )  # fmt: skip
    rows = {row.id: row for row in asking.session.execute(held).all()}
    told = [
        Colleague(id=_account_pair(asking, row.id), name=row.name, role=str(row.role))
        for row in rows.values()
    ]
    return Answer(value=[one.model_dump(mode="json") for one in told])


def send(asking: Asking, asked: Asked) -> Answer:
    """A message from a template to a colleague, or to a resident who lets the plugin do anything at all."""
    asking.must_be_open(["message:send"])
    text = _text(asking, asked["template"], asked["args"])
    subject_id = person_behind(asking.session, asking.plugin_id, asking.community_id, asked["to"])
    account_id = _addressee(asking, subject_id) if subject_id is not None else None
    if account_id is None or not is_first(asking, asked["key"]):
        return Answer(value=False, is_withheld=account_id is None)
    send_plugin_message(
        asking.session, asking.plugin_id, asking.community_id, account_id,
        to_person=None if account_id == subject_id else subject_id,
        template=asked["template"], text=text, at=asking.clock.now(),
    )  # fmt: skip
    return Answer(value=True, subjects=1)


def once(asking: Asking, asked: Asked) -> Answer:
    return Answer(value=is_first(asking, asked["key"]))


class NotMet(LookupError):
    """The plugin has no id yet for whoever looks: it is drawn, which needs a writing session (`meet`)."""


def known_user(asking: Asking) -> str:
    """By which id the plugin knows whoever looks; NotMet where he is new to it."""
    _kind, subject_id = _who_looks(asking)
    pair = known_pair(asking.session, asking.plugin_id, asking.community_id, subject_id)
    if pair is None:
        raise NotMet()
    return pair


def meet(asking: Asking) -> str:
    """The same, drawing an id for whoever is new to the plugin."""
    return pair_of(asking.session, asking.plugin_id, asking.community_id, *_who_looks(asking))


def _who_looks(asking: Asking) -> tuple[str, str]:
    """A resident by his place in the register, if he has one; everybody else by his account."""
    assert asking.visitor is not None
    actor = asking.visitor.actor
    is_resident = actor.kind is ActorKind.RESIDENT
    person_id = person_of(asking.session, actor, asking.community_id) if is_resident else None
    return ("account", actor.id) if person_id is None else ("person", person_id)


# -- whom and what ----------------------------------------------------------------------------------


def _account_pair(asking: Asking, account_id: str) -> str:
    return pair_of(asking.session, asking.plugin_id, asking.community_id, "account", account_id)


def _addressee(asking: Asking, subject_id: str) -> str | None:
    """The account that is written to; None for a resident who let the plugin do nothing, or has no account."""
    kind = asking.session.execute(select(ACCOUNTS.c.kind).where(ACCOUNTS.c.id == subject_id)).scalar()
    if kind is ActorKind.STAFF:
        return subject_id
    asking.must_be_himself(subject_id)
    purposes = asking.standing.purposes
    is_let = any(one.is_duty for one in purposes) or has_any(
        asking.session, asking.plugin_id, subject_id, purposes
    )
    if not is_let:
        return None
    return subject_id if kind is not None else _account_of(asking, subject_id)


def _account_of(asking: Asking, person_id: str) -> str | None:
    bound = select(BINDINGS.c.account_id).where(
        BINDINGS.c.person_id == person_id, BINDINGS.c.community_id == asking.community_id,
        BINDINGS.c.status == BindingStatus.BOUND,
    )  # fmt: skip
    found: str | None = asking.session.execute(bound.order_by(BINDINGS.c.id)).scalars().first()
    own = select(ACCOUNTS.c.id).where(ACCOUNTS.c.person_id == person_id, ACCOUNTS.c.closed_at.is_(None))
    return found or asking.session.execute(own).scalars().first()


def _text(asking: Asking, template: str, args: Mapping[str, Any]) -> Pair:
    """The message in both languages; a template says what it takes, and takes nothing else."""
    known = (asking.standing.plugin.manifest.get("contributes") or {}).get("templates") or ()
    found = next((one for one in known if one["id"] == template), None)
    if found is None:
        raise Denied(f"messages.send: plugin.toml has no template {template!r}")
    zh, en = words_of(found["text"])
    return _filled(zh, template, _args_in("zh", args)), _filled(en, template, _args_in("en", args))


def _args_in(lang: str, args: Mapping[str, Any]) -> Mapping[str, str]:
    """What fills the blanks in a language: a sentence of the plugin's comes in both."""
    for name, said in args.items():
        if isinstance(said, Mapping) and lang not in said:
            raise Denied(f"messages.send: {name} says nothing in {lang}")
    return {name: said[lang] if isinstance(said, Mapping) else said for name, said in args.items()}


def _filled(said: str, template: str, args: Mapping[str, str]) -> str:
    pieces, used = [], set()
    for literal, name, _spec, _conversion in Formatter().parse(said):
        pieces.append(literal)
        if name is None:
            continue
        if name not in args:
            raise Denied(f"messages.send: {template} and what is said for it differ in {name}")
        used.add(name)
        # Never through str.format: a template asks for words, not for what hangs on them.
        pieces.append(str(args[name])[:LONGEST])
    if strange := sorted(set(args) - used):
        raise Denied(f"messages.send: {template} and what is said for it differ in {', '.join(strange)}")
    return "".join(pieces)
