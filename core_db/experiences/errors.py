"""What may be refused about sharing an experience and taking one up."""

from core_db.foundation.errors import DomainError


class SecondLookByAnother(DomainError):
    code, status = "second-look-by-another", 403
    zh, en = (
        "自己提出的要由另一个人看过才能分享。",
        "What you propose yourself is looked at by somebody else.",
    )


class SharingDecided(DomainError):
    code, status = "sharing-decided", 409
    zh, en = "这条已经有人看过并决定了。", "Somebody has looked at this and decided."


class NamesStillThere(DomainError):
    code, status = "names-still-there", 409
    zh = "里面还认得出人：{what}。请提出的人改掉再分享。"
    en = "People can still be known from it: {what}. Have it changed before it is shared."


class AlreadyAdopted(DomainError):
    code, status = "already-adopted", 409
    zh, en = "你们已经采用过这条经验了。", "Your neighbourhood has taken this up already."


class NotAdopted(DomainError):
    code, status = "not-adopted", 409
    zh, en = "采用以后才能致谢。", "Thanks come after taking it up."


class OwnExperience(DomainError):
    code, status = "own-experience", 409
    zh, en = "这是你们自己的经验。", "This is your own experience."
