"""What erasing a person means for the record of who looked: its lines stay and no longer lead to him.

Today a line names its subject by the id of his account or entry, which after an erasure says nothing of him any
more. Where the record gives each subject a pseudonym under a key of his own, this is where that key is destroyed.
"""

from sqlmodel import Session


def forget_subject(session: Session, subject_id: str) -> None:
    """Called for each id a person was known by, in the transaction that erases his account. Does nothing yet."""
