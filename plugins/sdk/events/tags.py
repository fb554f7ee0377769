"""Facts about tags and the groups made of them. Ids and codes alone; of a sensitive tag neither whose nor which."""

from typing import ClassVar

from plugins.sdk.events.base import Event


class TagDefinitionEvent(Event):
    """Something happened to a word of the dictionary."""

    definition_id: str
    code: str

    @property
    def subject(self) -> str:
        return f"tag-definition/{self.definition_id}"


class TagDefined(TagDefinitionEvent):
    """A word was put into the dictionary of tags."""

    type: ClassVar[str] = "cn.shequyun.tag.defined.v1"


class TagRetired(TagDefinitionEvent):
    """A tag is given to nobody any more."""

    type: ClassVar[str] = "cn.shequyun.tag.retired.v1"


class PersonTagged(Event):
    """Somebody bears an ordinary tag, bears it on after a review, or bears it no longer."""

    type: ClassVar[str] = "cn.shequyun.person.tagged.v1"
    person_id: str
    tag: str
    added: bool

    @property
    def subject(self) -> str:
        return f"person/{self.person_id}"


class SensitiveTagChanged(Event):
    """A sensitive tag was given, reviewed or taken off; neither whose it is nor which."""

    type: ClassVar[str] = "cn.shequyun.tag.sensitive_changed.v1"
    assignment_id: str

    @property
    def subject(self) -> str:
        return f"tag/{self.assignment_id}"


class TagsDue(Event):
    """So many tags of a neighbourhood are due to be looked at again."""

    type: ClassVar[str] = "cn.shequyun.tag.due.v1"
    due: int

    @property
    def subject(self) -> str:
        return f"tags/{self.community_id}"


class GroupEvent(Event):
    """Something happened to a saved group of people."""

    group_id: str

    @property
    def subject(self) -> str:
        return f"group/{self.group_id}"


class GroupSaved(GroupEvent):
    """A group was made, or has other rules from now on."""

    type: ClassVar[str] = "cn.shequyun.group.saved.v1"


class GroupEnded(GroupEvent):
    """A group is no longer used."""

    type: ClassVar[str] = "cn.shequyun.group.ended.v1"
