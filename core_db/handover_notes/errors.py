"""What may be refused about a note for the next shift."""

from core_db.foundation.errors import DomainError


class NoteOver(DomainError):
    code, status = "note-over", 409
    zh, en = "这条留言已经办完了。", "This note is done already."


class NobodyThere(DomainError):
    code, status = "nobody-there", 409
    zh, en = "这里没有这个人或这个岗位。", "There is nobody like that here, and no such post."
