"""The record nobody can alter unnoticed: deeds in one chain, a signed tree over them, a witness outside."""

from core_db.audit.asking import (
    FRESH_FOR,
    Witness,
    checkpoint_and_show,
    fetch_last_seen,
    refuse_unwitnessed,
    witness_of,
)
from core_db.audit.checkpoints import (
    audit_key,
    make_checkpoint,
    newest_checkpoint,
    newest_checkpoint_at,
    newest_cosigned,
    witness_key,
)
from core_db.audit.copying import copy_record
from core_db.audit.errors import Unwitnessed, WitnessAway
from core_db.audit.model import EVENTS, FORGETTING, KEPT_ENTRIES, READS_FORGOTTEN, AuditEvent
from core_db.audit.notes import (
    Checkpoint,
    NoCheckpoint,
    NoKey,
    PublicKey,
    is_signed_by,
    read_checkpoint,
    read_key,
)
from core_db.audit.pseudonyms import forget_pseudonym, is_pseudonym, names_of, pseudonym
from core_db.audit.trail import moment_text, record
from core_db.audit.verifying import Findings, Trouble, Verdict, verify_record
from core_db.audit.vouched import Vouched, how_vouched
from core_db.audit.witnessing import CheckpointDraft, Seen, cosign, last_seen, witnessed_keys

__all__ = [
    "EVENTS", "FORGETTING", "FRESH_FOR", "KEPT_ENTRIES", "READS_FORGOTTEN", "AuditEvent", "Checkpoint",
    "CheckpointDraft", "Findings", "NoCheckpoint", "NoKey", "PublicKey", "Seen", "Trouble", "Unwitnessed", "Verdict",
    "Vouched", "Witness", "WitnessAway", "audit_key", "checkpoint_and_show", "copy_record", "cosign", "fetch_last_seen",
    "forget_pseudonym", "how_vouched", "is_pseudonym", "is_signed_by", "last_seen", "make_checkpoint",
    "moment_text", "names_of",
    "newest_checkpoint", "newest_checkpoint_at", "newest_cosigned", "pseudonym", "read_checkpoint", "read_key",
    "record", "refuse_unwitnessed", "verify_record", "witness_key", "witness_of", "witnessed_keys",
]  # fmt: skip
