"""The relay: facts followed in order, listeners with effects, jobs. What others may use is imported here."""

from core_db.relay.deliveries import (
    Listener,
    Messenger,
    Recipient,
    begin_listening,
    deliver_again,
    deliver_once,
    let_pass,
    retire_listener,
)
from core_db.relay.following import FactStream
from core_db.relay.jobs import (
    JobKind,
    Kind,
    LongJobKind,
    enqueue,
    keep_note,
    keep_recurring,
    note_of,
    run_due_jobs,
    run_soon,
)
from core_db.relay.model import Delivery, Job, ListenerProgress
from core_db.relay.retention import forget_finished_work, forget_old_facts
from core_db.relay.running import Relay
from core_db.relay.sockets import (
    accounts_whose_roles_turned,
    audience_keys,
    issue_ticket,
    living_sessions,
    redeem_ticket,
)

__all__ = [
    "Delivery", "FactStream", "Job", "JobKind", "Kind", "Listener", "ListenerProgress", "LongJobKind",
    "Messenger", "Recipient", "Relay", "accounts_whose_roles_turned", "audience_keys",
    "begin_listening", "deliver_again", "deliver_once", "enqueue", "forget_finished_work", "forget_old_facts",
    "issue_ticket", "keep_note", "keep_recurring", "let_pass", "living_sessions", "note_of", "redeem_ticket",
    "retire_listener", "run_due_jobs", "run_soon",
]  # fmt: skip
