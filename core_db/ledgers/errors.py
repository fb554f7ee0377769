"""Refusals about forms and ledgers."""

from core_db.foundation.errors import DomainError


class FormIsPublished(DomainError):
    code, status = "form-is-published", 409
    zh = "这张表已经发布，不能再改。要改请停用它，另建一张。"
    en = "This form is published and no longer changed. End it and make another one."


class FormIsEmpty(DomainError):
    code, status = "form-is-empty", 409
    zh, en = "这张表还没有要填的项目。", "This form asks nothing yet."


class FormNotInForce(DomainError):
    code, status = "form-not-in-force", 409
    zh, en = "这张表现在不用填。", "This form is not to be filled now."


class BurdenChanged(DomainError):
    code, status = "burden-changed", 409
    zh = "表改过了，您看到的工作量不是现在的。请再看一遍再发布。"
    en = "The form has changed since; the work you saw is not that of today. Look again, then publish."


class FillClosed(DomainError):
    code, status = "fill-closed", 409
    zh, en = "已经报送，退回以后才能再改。", "It was handed in; it can be changed when it is returned."


class FillNotHandedIn(DomainError):
    code, status = "fill-not-handed-in", 409
    zh, en = "这一期还没有报送，或者已经看过了。", "It was not handed in, or it has been decided."


class NothingHidden(DomainError):
    code, status = "nothing-hidden", 409
    zh, en = "这一格没有可以查看的内容。", "There is nothing to uncover in this cell."


class NotInThisForm(DomainError):
    code, status = "not-in-this-form", 422
    field = "field_id"
    zh, en = "这张表没有这一项。", "This form has no such field."
