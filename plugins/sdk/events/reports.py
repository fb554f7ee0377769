"""Facts about the forms that offices ask neighbourhoods to fill, and about what comes of them."""

from typing import ClassVar

from plugins.sdk.events.base import Event


class AssistItemKept(Event):
    """A place put an item on its list of what committees help offices with."""

    type: ClassVar[str] = "cn.shequyun.assistance.kept.v1"
    item_id: str

    @property
    def subject(self) -> str:
        return f"assistance/{self.item_id}"


class ReportFormEvent(Event):
    """Something happened to a form. Empty `community_id`: it is asked from above."""

    form_id: str

    @property
    def subject(self) -> str:
        return f"report-form/{self.form_id}"


class ReportFormPublished(ReportFormEvent):
    """A form is to be filled from its first day on."""

    type: ClassVar[str] = "cn.shequyun.report_form.published.v1"


class ReportFormEnded(ReportFormEvent):
    """A form is asked for no longer."""

    type: ClassVar[str] = "cn.shequyun.report_form.ended.v1"


class ReportEvent(Event):
    """Something happened to a form as one neighbourhood fills it for a period."""

    form_id: str
    fill_id: str

    @property
    def subject(self) -> str:
        return f"report/{self.fill_id}"


class ReportOpened(ReportEvent):
    """A neighbourhood began to fill a form for a period."""

    type: ClassVar[str] = "cn.shequyun.report.opened.v1"


class ReportHandedIn(ReportEvent):
    """A neighbourhood handed a form in."""

    type: ClassVar[str] = "cn.shequyun.report.handed_in.v1"


class ReportDecided(ReportEvent):
    """The issuer said what he thinks of what was handed in."""


class ReportAccepted(ReportDecided):
    """What was handed in is taken as it is."""

    type: ClassVar[str] = "cn.shequyun.report.accepted.v1"


class ReportReturned(ReportDecided):
    """What was handed in is returned to be changed."""

    type: ClassVar[str] = "cn.shequyun.report.returned.v1"
