"""The register in full as a file: one asks, another approves, it is made once, marked, and is there for a day.

Everybody in it reads it among the looks at his data, as a look of whoever asked.
"""

import base64
import secrets
from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import or_, select, update
from sqlmodel import Session

from core_db.access import MAY_AT, Permission, read_sealed, require_at, right_used_at
from core_db.accounts import JUST_NOW, require_signed_in, sits_there
from core_db.audit import record
from core_db.foundation.actor import Actor, ActorKind, Grant, Role, system_actor
from core_db.foundation.clock import LOCAL, Clock, HeldClock
from core_db.foundation.door import Door
from core_db.foundation.errors import NotFound
from core_db.foundation.fields import FieldClass
from core_db.foundation.ids import new_id
from core_db.foundation.outbox import emit
from core_db.foundation.reach import Across, across
from core_db.foundation.sealing import SealedPlace, keyring_of
from core_db.people import (
    FIELDS,
    Person,
    PersonView,
    RegisterField,
    people_of,
    residence_status,
    sealed_place,
)
from core_db.people.residing import said_of_stay_now
from core_db.people.status import codes_of
from core_db.people.stay_fields import STAY_FIELDS, TABLED
from core_db.people.words.status import CodeSet
from core_db.places.meant import neighbourhood_meant
from core_db.places.model import Place
from core_db.places.scopes import scope_of
from core_db.register_sheets.columns import own_columns, status_written, words_of
from core_db.reveals.budget import overseers
from core_db.reveals.drafts import ExportDraft, ExportRefusalDraft
from core_db.reveals.errors import ExportDecided, OwnExport
from core_db.reveals.model import EXPORTS, RegisterExport
from core_db.reveals.words import REVEALABLE_WORDS, ExportStatus, Revealable
from core_db.sheets import Column, offered_sheet
from plugins.sdk.events import ExportApproved, ExportAsked, ExportEvent, ExportMade, ExportRefused

EVERYTHING = across(Across.JOB)
#: So long the file can be fetched, by whoever asked.
FETCHED_WITHIN = timedelta(hours=24)
#: People read in one transaction, so that nobody waits long for the writer.
PIECE = 20
SHOWN_AT_MOST = 50
MAKER = system_actor("exports")
#: Why an export is given up that nobody decided against.
#: What stands in the file beside what was asked for: readable in lists too.
PLAIN = (RegisterField.SEX, RegisterField.EDUCATION, RegisterField.OCCUPATION)


class ExportFile(NamedTuple):
    """A file to hand over."""

    name: str
    content: bytes


def ask_for_export(session: Session, draft: ExportDraft, *, actor: Actor, clock: Clock) -> RegisterExport:
    """Ask for one's neighbourhood's register in full, saying what for."""
    place = neighbourhood_meant(session, draft.community_id, Permission.REGISTER_EXPORT, actor=actor)
    fields = list(map(str, draft.fields))
    return ask_for(session, place.id, fields, draft.reason, code_set=draft.code_set, actor=actor, clock=clock)


def ask_for(
    session: Session, community_id: str, fields: Sequence[str], reason: str, *, fill_id: str | None = None,
    code_set: str | None = None, actor: Actor, clock: Clock,
) -> RegisterExport:  # fmt: skip
    """Ask for these fields of everybody, or of those on one filled form."""
    place = _place(session, community_id)
    require_at(actor, Permission.REGISTER_EXPORT, scope_of(place))
    require_signed_in(actor, within=JUST_NOW, now=clock.now())

    now, right = clock.now(), right_used_at(actor, Permission.REGISTER_EXPORT, scope_of(place))
    export = RegisterExport(
        id=secrets.token_hex(16), community_id=place.id, status=ExportStatus.ASKED, fields=[*fields],
        code_set=code_set, fill_id=fill_id, reason=reason, asked_by=actor.id,
        asked_name=actor.signing(right), asked_role=actor.role_in(right).value, acted_for=actor.acts_for(right),
        asked_at=now,
    )  # fmt: skip
    session.add(export)
    session.flush()

    told = overseers(session, place.id, right=right, actor=actor, now=now)
    _tell(session, ExportAsked, export, (actor.id, *told), actor=actor, clock=clock, right=right)
    return export


def approve_export(session: Session, export_id: str, *, actor: Actor, clock: Clock) -> RegisterExport:
    """Approve what another person asked for; the file is made next."""
    export = _to_decide(session, export_id, actor=actor)
    require_signed_in(actor, within=JUST_NOW, now=clock.now())

    export.status, right = ExportStatus.APPROVED, _sign(session, export, actor)
    export.decided_at = clock.now()
    session.flush()

    told = (actor.id, export.asked_by)
    _tell(session, ExportApproved, export, told, actor=actor, clock=clock, right=right)
    return export


def refuse_export(
    session: Session, export_id: str, draft: ExportRefusalDraft, *, actor: Actor, clock: Clock
) -> RegisterExport:  # fmt: skip
    """Refuse what another person asked for, and say why."""
    export = _to_decide(session, export_id, actor=actor)

    export.status, right = ExportStatus.REFUSED, _sign(session, export, actor)
    export.decided_at, export.note = clock.now(), draft.note
    session.flush()

    told = (actor.id, export.asked_by)
    _tell(session, ExportRefused, export, told, actor=actor, clock=clock, right=right)
    return export


def exports_shown(session: Session, *, actor: Actor, clock: Clock) -> Sequence[RegisterExport]:
    """What the actor asked for, and what he may decide, the newest first; without the files."""
    places = actor.places_as(MAY_AT[Permission.EXPORT_DECIDE])
    mine = or_(EXPORTS.c.asked_by == actor.id, EXPORTS.c.community_id.in_(places))
    columns = [column for column in EXPORTS.c if column.name != "file"]
    statement = select(*columns).where(mine).order_by(EXPORTS.c.asked_at.desc()).limit(SHOWN_AT_MOST)
    return [RegisterExport(**row._asdict()) for row in session.execute(statement)]


def fetch_export(session: Session, export_id: str, *, actor: Actor, clock: Clock) -> ExportFile:
    """The file, for whoever asked and within its day; for everybody else there is none."""
    export = session.get(RegisterExport, export_id)
    if export is None or export.asked_by != actor.id or export.file is None or export.expires_at is None:
        raise NotFound()
    if clock.now() >= export.expires_at:
        raise NotFound()
    require_at(actor, Permission.REGISTER_EXPORT, scope_of(_place(session, export.community_id)))
    require_signed_in(actor, within=JUST_NOW, now=clock.now())
    content = keyring_of(session).unseal(session, export.file, _file_place(export))
    return ExportFile(f"{approval_number(export)}.xlsx", base64.b64decode(content.in_the_clear()))


def make_exports(door: Door, _payload: object, clock: Clock) -> None:
    """Make the files of approved exports, people by people, and drop those whose day is over."""
    door.write_now(partial(_drop_old, clock=clock), reach=EVERYTHING)
    door.write_now(partial(give_up_exports, clock=clock), reach=EVERYTHING)
    for export in door.read_now(approved, reach=EVERYTHING):
        if export.fill_id is None:
            rows = list(_rows(door, export, clock=clock))
            keep_file(door, export.id, _written(export, rows), clock=clock)


def keep_file(door: Door, export_id: str, content: bytes, *, clock: Clock) -> None:
    """Keep the file of an approved export for its day; made once, whoever was faster."""
    door.write_now(partial(_keep, export_id=export_id, content=content, clock=clock), reach=EVERYTHING)


def approval_number(export: RegisterExport) -> str:
    """What people call the approval by, on paper too."""
    return f"EX-{export.asked_at.astimezone(LOCAL):%Y%m%d}-{export.id[:8].upper()}"


def mark_of(export: RegisterExport) -> str:
    """Who asked, who approved, when, and under which number: on every row."""
    at = export.decided_at or export.asked_at
    when = f"{at.astimezone(LOCAL):%Y-%m-%d %H:%M}"
    return f"{export.asked_name} 申请 · {export.decided_name} 批准 · {when} · {approval_number(export)}"


def _rows(door: Door, export: RegisterExport, *, clock: Clock) -> Iterator[Sequence[str]]:
    after, held = None, HeldClock(clock.now())
    while True:
        piece = door.write_now(partial(_piece, export=export, after=after, clock=held), reach=EVERYTHING)
        if not piece:
            return
        yield from (row for _id, row in piece)
        after = piece[-1][0]


def _piece(
    session: Session, *, export: RegisterExport, after: str | None, clock: Clock
) -> list[tuple[str, list[str]]]:  # fmt: skip
    people = people_of(session, export.community_id, after=after, limit=PIECE, actor=MAKER, clock=clock)
    own, version = codes_of(session, export.community_id), new_id()
    return [(one.id, _row(session, export, one, own, version, clock=clock)) for one in people]


def _row(
    session: Session, export: RegisterExport, one: PersonView, own: Sequence[str], version: str, *, clock: Clock
) -> list[str]:  # fmt: skip
    """Somebody as the register's own table has him; `version` tells what was changed after this."""
    person: Any = session.get(Person, one.id)
    status = residence_status(lives_here=bool(one.home), hukou_code=person.hukou_code, own_codes=own)
    code_set, stay = CodeSet(export.code_set) if export.code_set else None, said_of_stay_now(session, one.id)
    return [
        one.name, one.home, *(opened_for(session, export, one.id, name, clock=clock) for name in export.fields),
        *(FIELDS[field].said(getattr(person, field) or "", "zh") for field in PLAIN),
        *(STAY_FIELDS[field].said(stay.get(field, ""), "zh") for field in TABLED),
        status_written(status, code_set), one.id, version,
    ]  # fmt: skip


def opened_for(session: Session, export: RegisterExport, person_id: str, name: str, *, clock: Clock) -> str:
    """A field in full, recorded as read by whoever asked; empty where the register has none."""
    person, column = session.get(Person, person_id), Revealable(name).column
    sealed = getattr(person, column)
    if person is None or sealed is None:
        return ""
    return read_sealed(
        session, sealed, sealed_place(person.id, person.community_id, column), field_class=FieldClass.F2,
        subject_id=person.id, purpose="export", reference=f"export/{export.id}", actor=asker_of(export), clock=clock,
        right=None,
    )  # fmt: skip


def is_asked_by(export: RegisterExport, actor: Actor) -> bool:
    """Whether the actor, or whoever he speaks for, asked for it or had it asked for in his right."""
    return actor.speaks_for(export.asked_by, export.acted_for)


def asker_of(export: RegisterExport) -> Actor:
    """Whoever asked, in the role and the right in which he did: the looks are his."""
    grant = Grant(role=Role(export.asked_role), place_id=export.community_id, giver_id=export.acted_for)
    return Actor(kind=ActorKind.STAFF, id=export.asked_by, name=export.asked_name, grants=(grant,))


def _written(export: RegisterExport, rows: Sequence[Sequence[str]]) -> bytes:
    """As the register's own table: what is changed in it comes back as a difference."""
    opened = [Column(heading=REVEALABLE_WORDS[Revealable(name)].zh, width=22) for name in export.fields]
    plain = [Column(heading=FIELDS[one].words[0], choices=words_of(one)) for one in PLAIN]
    plain += [Column(heading=STAY_FIELDS[one].words[0], choices=words_of(one)) for one in TABLED]
    status = Column(heading="人户状态", choices=() if export.code_set else words_of("status"))
    # Where somebody lives is no cell to change: moving in and out are events.
    columns = [
        Column(heading="姓名"),
        Column(heading="住处", width=26),
        *opened,
        *plain,
        status,
        *own_columns(),
    ]
    return offered_sheet(columns, rows, mark=mark_of(export))


def _keep(session: Session, *, export_id: str, content: bytes, clock: Clock) -> None:
    export = session.get(RegisterExport, export_id)
    if export is None or export.status is not ExportStatus.APPROVED:
        # Another process was faster: the file is made once.
        return
    sealed = base64.b64encode(content).decode()
    export.file = keyring_of(session).seal(session, sealed, _file_place(export), FieldClass.F2)
    export.status, export.expires_at = ExportStatus.MADE, clock.now() + FETCHED_WITHIN
    session.flush()
    _tell(session, ExportMade, export, (export.asked_by,), actor=MAKER, clock=clock)


def approved(session: Session) -> list[RegisterExport]:
    """Exports whose file is to be made."""
    statement = select(RegisterExport).where(EXPORTS.c.status == ExportStatus.APPROVED)
    return list(session.execute(statement).scalars())


def give_up_exports(session: Session, *, clock: Clock) -> None:
    """Make none for whoever left the committee: he could not fetch it, and everybody in it would read of a look."""
    there = sits_there(EXPORTS.c.asked_by, EXPORTS.c.community_id, now=clock.now())
    waiting = EXPORTS.c.status.in_((ExportStatus.ASKED, ExportStatus.APPROVED))
    for export in session.execute(select(RegisterExport).where(waiting, ~there)).scalars().all():
        # Whoever had approved it did not decide this.
        export.decided_by, export.decided_name, export.decided_for = None, "", None
        export.status, export.decided_at = ExportStatus.GIVEN_UP, clock.now()
        session.flush()
        told = overseers(session, export.community_id, actor=MAKER, now=clock.now())
        _tell(session, ExportRefused, export, (export.asked_by, *told), actor=MAKER, clock=clock)


def _drop_old(session: Session, *, clock: Clock) -> None:
    old = (EXPORTS.c.expires_at <= clock.now()) & EXPORTS.c.file.is_not(None)
    session.execute(update(EXPORTS).where(old).values(file=None))


def _to_decide(session: Session, export_id: str, *, actor: Actor) -> RegisterExport:
    export = session.get(RegisterExport, export_id)
    if export is None or export.community_id not in [grant.place_id for grant in actor.grants]:
        raise NotFound()
    require_at(actor, Permission.EXPORT_DECIDE, scope_of(_place(session, export.community_id)))
    if is_asked_by(export, actor):
        raise OwnExport()
    if export.status is not ExportStatus.ASKED:
        raise ExportDecided()
    return export


def _sign(session: Session, export: RegisterExport, actor: Actor) -> Grant | None:
    """Write down who decides, and in whose right."""
    right = _right(session, export, actor)
    export.decided_by, export.decided_name = actor.id, actor.signing(right)
    export.decided_for = actor.acts_for(right)
    return right


def _right(session: Session, export: RegisterExport, actor: Actor) -> Grant | None:
    """The right in which he decides."""
    place = _place(session, export.community_id)
    return right_used_at(actor, Permission.EXPORT_DECIDE, scope_of(place))


def _place(session: Session, place_id: str) -> Place:
    place = session.get(Place, place_id)
    if place is None:
        raise NotFound()
    return place


def _file_place(export: RegisterExport) -> SealedPlace:
    return SealedPlace(
        table=EXPORTS.name, column="file", row_id=export.id, community_id=export.community_id
    )  # fmt: skip


def _tell(
    session: Session, event: type[ExportEvent], export: RegisterExport, to: Sequence[str], *, actor: Actor,
    clock: Clock, right: Grant | None = None,
) -> None:  # fmt: skip
    # With the fact, so that neither is ever without the other: no record, no export.
    record(
        session, action=f"export.{export.status.value}", actor=actor, clock=clock, object="register",
        reference=f"export/{export.id}", classes=" ".join(export.fields), right=right,
    )  # fmt: skip
    fact = event(community_id=export.community_id, export_id=export.id)
    emit(session, fact, actor=actor, at=clock.now(), audience=[f"account:{one}" for one in to], right=right)
