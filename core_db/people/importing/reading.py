"""What one row of a register's table says: values in the register's spelling, and every fault beside its column."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace
from datetime import date
from functools import cached_property
from typing import Any

from sqlmodel import Session

from core_db.foundation.errors import CannotBeRead
from core_db.foundation.lean import dataclass
from core_db.foundation.recorded import FieldSpec, Unread
from core_db.people.fields import EDITABLE, FIELDS, RegisterField
from core_db.people.identity import Identity, IdentityFault, identity_from
from core_db.people.importing.columns import FURTHER
from core_db.people.importing.doors import Door, door_of
from core_db.people.stay_fields import STAY_FIELDS, TABLED, StayField
from core_db.people.words import lives_as_from, relation_from, sex_from
from core_db.people.words.status import CodeSet, ResidenceStatus, status_said
from core_db.places import division_fault
from core_db.sheets import CellUnreadable, SheetRow, code_from, date_from, line_from

Faults = dict[str, tuple[str, str]]
#: Numbers, which people write with blanks and dashes.
_NUMBERS = (RegisterField.PHONE, RegisterField.ID_NUMBER)
_BY_NAME = {str(one): one for one in RegisterField}
_HERE = (ResidenceStatus.BOTH_HERE, ResidenceStatus.HUKOU_HERE_ONLY)


@dataclass(frozen=True, slots=True)
class RowSaid:
    """What a row says. A field it leaves empty is not in `values`."""

    number: int
    values: dict[RegisterField, str]
    door: Door | None
    #: owner, tenant, family or staff; relation and household as the register has them.
    role: str = "family"
    relation: str | None = None
    household: str | None = None
    since: date | None = None
    #: On which permit he lives there and why he came; what it leaves empty is not in it.
    stay: dict[StayField, str] = field(default_factory=dict)
    #: What came back masked; of free text how it came, for it is kept where the register shows itself just so.
    kept: tuple[str, ...] = ()
    shown: dict[RegisterField, str] = field(default_factory=dict)
    #: Its hukou code is this neighbourhood's own, because the status says so: it replaces none that is there.
    hukou_by_status: bool = False
    #: Which entry of the register it is, and that entry's newest change, where it comes from a table of ours.
    row: str = ""
    version: str = ""

    @classmethod
    def from_plain(cls, kept: Mapping[str, Any]) -> "RowSaid":
        """As it was kept, sealed, between two looks at it."""
        values = {_BY_NAME[name]: value for name, value in kept["values"].items()}
        # A row that was kept before there were such columns says nothing of them.
        stay = {StayField(name): value for name, value in kept.get("stay", {}).items()}
        door = Door(**kept["door"]) if kept["door"] else None
        since = date.fromisoformat(kept["since"]) if kept["since"] else None
        read = {"values": values, "stay": stay, "door": door, "since": since, "kept": tuple(kept["kept"])}
        read["shown"] = {_BY_NAME[name]: text for name, text in kept.get("shown", {}).items()}
        return cls(**{**kept, **read})


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How a table is read: its columns, the code set of its 人户状态, the day, and which divisions there are."""

    columns: Mapping[str, str]
    today: date
    #: What is wrong with a division code; None for one that there is, or was.
    division_fault: Callable[[str], tuple[str, str] | None] = lambda _code: None
    #: What was found of divisions so far.
    divisions: dict[str, tuple[str, str] | None] = field(default_factory=dict)
    code_set: CodeSet | None = None
    #: The neighbourhood's own division code, for whoever is said to have his hukou here.
    own_code: str | None = None

    @cached_property
    def fields(self) -> Sequence[RegisterField]:
        """Fields whose cells need nothing but being read, as far as the table has them."""
        return [one for one in (RegisterField.NAME, RegisterField.PHONE, *FURTHER) if one in self.columns]

    def within(self, session: Session) -> "Reading":
        """The same, asking this session for divisions; a table names few, and each is asked for once."""

        def fault(code: str) -> tuple[str, str] | None:
            if code not in self.divisions:
                self.divisions[code] = division_fault(session, code)
            return self.divisions[code]

        return replace(self, division_fault=fault)

    def row(self, row: SheetRow) -> RowSaid:
        """What the row says; CannotBeRead with all its faults, each beside its column."""
        return _RowRead(self, row).said()

    def line(self, row: SheetRow, name: str) -> str:
        heading = self.columns.get(name)
        return line_from(row.cells.get(heading)) if heading else ""


@dataclass
class _RowRead:
    """One row while it is read."""

    how: Reading
    row: SheetRow
    faults: Faults = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)
    shown: dict[RegisterField, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        cells = self.row.cells
        #: Each cell by its column, in one line; many are asked for more than once.
        self.lines = {name: line_from(cells.get(heading)) for name, heading in self.how.columns.items()}

    def said(self) -> RowSaid:
        values = self._values()
        door, status = self._door(), self._status()
        role = self._word("role", lives_as_from, "不认识这种居住类型。", "is no way of living we know.")
        since, stay = self._day("since"), self._stay()
        if self.faults:
            raise CannotBeRead(self.faults)
        by_status = (
            status in _HERE and RegisterField.HUKOU_CODE not in values and self.how.own_code is not None
        )
        if by_status:
            values[RegisterField.HUKOU_CODE] = self.how.own_code or ""
        return RowSaid(
            number=self.row.number, values=values, role=role or "family",
            door=None if status is ResidenceStatus.HUKOU_HERE_ONLY else door,
            relation=relation_from(self._line("relation")), household=self._line("household") or None,
            since=since, stay=stay, kept=tuple(self.kept), shown=self.shown, hukou_by_status=by_status,
            row=self._line("row"), version=self._line("version"),
        )  # fmt: skip

    # -- who --------------------------------------------------------------------------------------

    def _values(self) -> dict[RegisterField, str]:
        values: dict[RegisterField, str] = {}
        for name in self.how.fields:
            if value := self._field(name):
                values[name] = value
        if RegisterField.NAME not in values and "name" not in self.faults:
            self.faults["name"] = ("没有填。", "is empty.")
        if code := values.get(RegisterField.HUKOU_CODE):
            self._fault("hukou_code", self.how.division_fault(code))
        sex = self._word("sex", sex_from, "只能是男或女。", "must be 男 or 女.")
        birth, identity = self._birth(), self._identity()
        self._must_agree(identity, birth, sex)
        values |= _of_identity(identity)
        values |= {RegisterField.BIRTH: birth.isoformat()} if birth else {}
        values |= {RegisterField.SEX: sex} if sex not in (None, "0") else {}
        return {one: values[one] for one in EDITABLE if one in values}

    def _field(self, name: RegisterField) -> str:
        said = code_from(self._line(name)) if name in _NUMBERS else self._line(name)
        if not said or self._is_kept(name, said):
            return ""
        return self._read(name, FIELDS[name], said)

    def _identity(self) -> Identity | None:
        said = code_from(self._line("id_number"))
        if not said or self._is_kept(RegisterField.ID_NUMBER, said):
            return None
        try:
            return identity_from(said, today=self.how.today)
        except IdentityFault as wrong:
            self.faults["id_number"] = (wrong.zh, wrong.en)
            return None

    def _birth(self) -> date | None:
        if self._is_kept(RegisterField.BIRTH, self._line("birth")):
            return None
        birth = self._day("birth")
        if birth is not None and not self.how.today.year - 130 <= birth.year <= self.how.today.year:
            self.faults["birth"] = ("这个日期不可能是出生日期。", "Nobody was born on that day.")
        return birth

    def _must_agree(self, identity: Identity | None, birth: date | None, sex: str | None) -> None:
        """What a number says of its bearer is not contradicted beside it."""
        if identity is None:
            return
        if birth and identity.birth and birth != identity.birth:
            self.faults["id_number"] = (
                f"与出生日期 {birth} 不一致。",
                f"it contradicts the birth date {birth}.",
            )
        elif sex in ("1", "2") and identity.sex in ("1", "2") and sex != identity.sex:
            self.faults["id_number"] = ("与性别不一致。", "it contradicts the sex beside it.")

    def _is_kept(self, name: RegisterField, said: str) -> bool:
        """What came back masked, as pages and exports show it, says “unchanged” and nothing else."""
        if not FIELDS[name].is_masked(said):
            return False
        self.kept.append(str(name))
        if FIELDS[name].is_free:
            self.shown[name] = said
        return True

    # -- where ------------------------------------------------------------------------------------

    def _door(self) -> Door | None:
        parts = [self._line(name) for name in ("estate", "building", "room", "door")]
        if self._line("row") and not any(parts):
            # It is known by its mark; where it lives was not asked.
            return None
        try:
            return door_of(*parts)
        except CannotBeRead as wrong:
            self.faults.update(wrong.faults)
            return None

    def _status(self) -> ResidenceStatus | None:
        said = self._line("status")
        if not said:
            return None
        status = status_said(said, self.how.code_set)
        if status is None:
            self.faults["status"] = (
                f"“{said}”不是人户状态；如果是代码，请在上传时选是哪一套。",
                f"“{said}” is no residence status; if it is a code, choose its set when you upload.",
            )
        return status

    def _stay(self) -> dict[StayField, str]:
        said = {one: self._line(one) for one in TABLED if self._line(one)}
        return {one: self._read(one, STAY_FIELDS[one], line) for one, line in said.items()}

    # -- cells ------------------------------------------------------------------------------------

    def _line(self, name: str) -> str:
        return self.lines.get(name, "")

    def _read(self, name: str, spec: FieldSpec, said: str) -> str:
        try:
            return spec.read(said, self.how.today)
        except Unread as wrong:
            self.faults[name] = (wrong.zh, wrong.en)
            return ""

    def _word(self, name: str, read: Callable[[Any], str | None], zh: str, en: str) -> str | None:
        word = read(self._line(name))
        if word is None:
            self.faults[name] = (zh, en)
        return word

    def _day(self, name: str) -> date | None:
        try:
            return date_from(self.row.cells.get(self.how.columns[name])) if name in self.how.columns else None
        except CellUnreadable as wrong:
            self.faults[name] = (wrong.sentence("zh"), wrong.sentence("en"))
            return None

    def _fault(self, name: str, fault: tuple[str, str] | None) -> None:
        if fault is not None:
            self.faults[name] = fault


def _of_identity(identity: Identity | None) -> dict[RegisterField, str]:
    """What a number says: itself, its kind, when its bearer was born, and the sex."""
    if identity is None:
        return {}
    said = {RegisterField.ID_NUMBER: identity.number, RegisterField.ID_KIND: identity.kind}
    said |= {RegisterField.BIRTH: identity.birth.isoformat()} if identity.birth else {}
    said |= {RegisterField.SEX: identity.sex} if identity.sex != "0" else {}
    return said
