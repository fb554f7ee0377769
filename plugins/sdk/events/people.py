"""Facts about the register: who came, moved, changed, died, and what waits for a second person. Ids and codes alone."""

from typing import ClassVar

from plugins.sdk.events.base import Event


class PersonEvent(Event):
    """Something happened to a person of the register."""

    person_id: str

    @property
    def subject(self) -> str:
        return f"person/{self.person_id}"


class PersonRegistered(PersonEvent):
    """Somebody was entered in a neighbourhood's register."""

    type: ClassVar[str] = "cn.shequyun.person.registered.v1"


class PersonChanged(PersonEvent):
    """Fields of the register say something else of somebody; which, and from what cause, never what they say."""

    type: ClassVar[str] = "cn.shequyun.person.changed.v1"
    cause: str
    fields: tuple[str, ...]


class PersonVerified(PersonEvent):
    """Somebody looked, and the register is right about a person, or about one field of him."""

    type: ClassVar[str] = "cn.shequyun.person.verified.v1"
    field: str | None = None


class PersonBorn(PersonEvent):
    """A child was born into a household."""

    type: ClassVar[str] = "cn.shequyun.person.born.v1"
    home_id: str


class PersonMovedIn(PersonEvent):
    """Somebody lives in a home from a day on."""

    type: ClassVar[str] = "cn.shequyun.person.moved_in.v1"
    home_id: str


class PersonMovedOut(PersonEvent):
    """Somebody's time in a home has an end."""

    type: ClassVar[str] = "cn.shequyun.person.moved_out.v1"
    home_id: str


class PersonDied(PersonEvent):
    """Somebody died: he lives nowhere any more, and how many of his requests are still open."""

    type: ClassVar[str] = "cn.shequyun.person.died.v1"
    open_cases: int


class ProposalEvent(Event):
    """Something happened to a change of the register that needs a second person."""

    proposal_id: str
    person_id: str

    @property
    def subject(self) -> str:
        return f"register-proposal/{self.proposal_id}"


class ChangeProposed(ProposalEvent):
    """A change of the register waits for a second person."""

    type: ClassVar[str] = "cn.shequyun.register.proposed.v1"


class ChangeDecided(ProposalEvent):
    """A second person approved a change of the register or refused it, or it was taken back."""

    type: ClassVar[str] = "cn.shequyun.register.decided.v1"
    status: str


class RegisterRuleSet(Event):
    """From a day on a field of the register needs a second person, or needs none any more."""

    type: ClassVar[str] = "cn.shequyun.register.rule_set.v1"
    rule_id: str

    @property
    def subject(self) -> str:
        return f"register-rule/{self.rule_id}"


class RegisterImported(Event):
    """A piece of a table was read into a neighbourhood's register."""

    type: ClassVar[str] = "cn.shequyun.register.imported.v1"
    registered: int
    updated: int

    @property
    def subject(self) -> str:
        return f"register/{self.community_id}"


class SheetEvent(Event):
    """Something happened to a table that was handed in for a neighbourhood's register."""

    sheet_id: str

    @property
    def subject(self) -> str:
        return f"register-sheet/{self.sheet_id}"


class SheetHandedIn(SheetEvent):
    """A table was handed in; what it would do is worked out next."""

    type: ClassVar[str] = "cn.shequyun.register.sheet_handed_in.v1"


class SheetMoved(SheetEvent):
    """A table was read, is being written into the register, is in it, or was taken back."""

    type: ClassVar[str] = "cn.shequyun.register.sheet_moved.v1"
    status: str


class MergeEvent(Event):
    """Something happened to two entries of one person."""

    merge_id: str
    kept_id: str
    behind_id: str

    @property
    def subject(self) -> str:
        return f"person/{self.kept_id}"


class EntriesMerged(MergeEvent):
    """Two entries of the register are one person: what hung on one of them hangs on the other now."""

    type: ClassVar[str] = "cn.shequyun.register.merged.v1"


class EntriesParted(MergeEvent):
    """Two entries that were merged are two people again."""

    type: ClassVar[str] = "cn.shequyun.register.parted.v1"
