"""My data: what one may ask about oneself. What others may use is imported here."""

from core_db.mydata.agreeing_to_plugins import (
    PluginConsents,
    PurposeAgreed,
    PurposeOf,
    agree_on_paper,
    agree_to_purpose,
    my_plugin_consents,
    plugin_consents_of,
    withdraw_from_purpose,
    withdraw_on_paper,
)
from core_db.mydata.consenting import (
    CHILD_DATA,
    ConsentSeen,
    give_consent,
    has_agreed,
    my_consents,
    withdraw_consent,
)
from core_db.mydata.correcting import (
    CorrectionSeen,
    CorrectionUncovered,
    accept_correction,
    ask_for_correction,
    correction_seen,
    my_corrections,
    open_corrections,
    refuse_correction,
    uncover_correction,
    withdraw_correction,
)
from core_db.mydata.drafts import LEAVING_WORDS, CorrectionDraft, DecisionReason, ErasureDraft, GuardianDraft
from core_db.mydata.ending import end_with_guardianships
from core_db.mydata.erasing import carry_out_erasures
from core_db.mydata.errors import ErasureUnderWay, ExportUnderWay, NoErasure, ShorterThanTheLaw
from core_db.mydata.exporting import (
    ExportSeen,
    KeptOf,
    ask_for_export,
    drop_old_exports,
    make_exports,
    my_exports,
    nothing_kept,
    open_export,
)
from core_db.mydata.filling_for_plugins import (
    ProfileAsked,
    ProfileDraft,
    fill_in_my_profile,
    my_profile_fields,
)
from core_db.mydata.guarding import (
    GuardianshipSeen,
    approve_guardian,
    ask_for_childs_export,
    ask_to_be_guardian,
    end_guardianship,
    guardianship_seen,
    my_guardianships,
    open_guardianships,
    refuse_guardian,
    where_children_live,
)
from core_db.mydata.leaving import (
    TIME_TO_THINK,
    Leaving,
    ask_for_erasure,
    what_leaving_means,
    withdraw_erasure,
)
from core_db.mydata.merging import merge_people, part_people
from core_db.mydata.model import CorrectionRequest, Guardianship
from core_db.mydata.retention import KINDS, RuleInForce, ground_words, set_retention
from core_db.mydata.retiring import apply_retention, retention_now

__all__ = [
    "CHILD_DATA", "KINDS", "LEAVING_WORDS", "TIME_TO_THINK", "ConsentSeen", "CorrectionDraft",
    "CorrectionRequest", "CorrectionSeen", "CorrectionUncovered", "DecisionReason", "ErasureDraft",
    "ErasureUnderWay", "ExportSeen", "ExportUnderWay", "GuardianDraft", "Guardianship", "GuardianshipSeen",
    "KeptOf", "Leaving", "NoErasure", "PluginConsents", "ProfileAsked", "ProfileDraft", "PurposeAgreed",
    "PurposeOf", "RuleInForce", "ShorterThanTheLaw", "accept_correction", "agree_on_paper",
    "agree_to_purpose", "apply_retention", "approve_guardian", "ask_for_childs_export", "ask_for_correction",
    "ask_for_erasure", "ask_for_export", "ask_to_be_guardian", "carry_out_erasures", "correction_seen",
    "drop_old_exports", "end_guardianship", "end_with_guardianships", "fill_in_my_profile", "give_consent",
    "ground_words", "guardianship_seen", "has_agreed", "make_exports", "merge_people", "my_consents",
    "my_corrections", "my_exports", "my_guardianships", "my_plugin_consents", "my_profile_fields",
    "nothing_kept", "open_corrections", "open_export", "open_guardianships", "part_people",
    "plugin_consents_of", "refuse_correction", "refuse_guardian", "retention_now", "set_retention",
    "uncover_correction", "what_leaving_means", "where_children_live", "withdraw_consent",
    "withdraw_correction", "withdraw_erasure", "withdraw_from_purpose", "withdraw_on_paper",
]  # fmt: skip
