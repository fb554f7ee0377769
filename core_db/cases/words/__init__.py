"""The words of a case, in Chinese and English: what stands in the database, and what people read.

Values are part of the contract with other programs and stay; the sentences beside them may be improved.
"""

from core_db.cases.words.base import Words, day_words, numbered
from core_db.cases.words.entries import (
    BY_ROLE_WORDS,
    ENTRY_SENTENCES,
    UNTIL_WORDS,
    ByRole,
    EntrySentences,
    EntryType,
)
from core_db.cases.words.filing import (
    CHANNEL_WORDS,
    NATURE_WORDS,
    ON_BEHALF_CHANNELS,
    VISIBILITY_WORDS,
    Channel,
    Nature,
    Visibility,
)
from core_db.cases.words.outcomes import (
    CLOSURE_WORDS,
    ESCALATED_TO_WORDS,
    HANDLING_WORDS,
    RESOLVED_WORDS,
    SATISFACTION_WORDS,
    ClosureOutcome,
    EscalatedTo,
    HandlingOutcome,
    Resolved,
)
from core_db.cases.words.platform import (
    PLATFORM_WORDS,
    PlatformWord,
    in_words,
    is_the_platforms,
    platform_says,
)
from core_db.cases.words.reasons import REFUSAL_WORDS, RETURN_WORDS, RefusalReason, ReturnReason
from core_db.cases.words.states import (
    NEIGHBOUR_SENTENCES,
    RESIDENT_STATUS_WORDS,
    STATUS_SENTENCES,
    STATUS_WORDS,
    STEP_OF,
    STEP_WORDS,
    CaseStatus,
    Step,
    status_sentence,
)
from core_db.cases.words.timing import CLOCK_STATE_WORDS, UNIT_WORDS
from core_db.cases.words.verbs import TAKING_BACK, VERB_WORDS, Verb, VerbWords, verb_words

__all__ = [
    "BY_ROLE_WORDS",
    "CHANNEL_WORDS",
    "CLOCK_STATE_WORDS",
    "CLOSURE_WORDS",
    "ENTRY_SENTENCES",
    "ESCALATED_TO_WORDS",
    "HANDLING_WORDS",
    "NATURE_WORDS",
    "NEIGHBOUR_SENTENCES",
    "ON_BEHALF_CHANNELS",
    "PLATFORM_WORDS",
    "REFUSAL_WORDS",
    "RESIDENT_STATUS_WORDS",
    "RESOLVED_WORDS",
    "RETURN_WORDS",
    "SATISFACTION_WORDS",
    "STATUS_SENTENCES",
    "STATUS_WORDS",
    "STEP_OF",
    "STEP_WORDS",
    "TAKING_BACK",
    "UNIT_WORDS",
    "UNTIL_WORDS",
    "VERB_WORDS",
    "VISIBILITY_WORDS",
    "ByRole",
    "CaseStatus",
    "Channel",
    "ClosureOutcome",
    "EntrySentences",
    "EntryType",
    "EscalatedTo",
    "HandlingOutcome",
    "Nature",
    "PlatformWord",
    "RefusalReason",
    "Resolved",
    "ReturnReason",
    "Step",
    "Verb",
    "VerbWords",
    "Visibility",
    "Words",
    "day_words",
    "in_words",
    "is_the_platforms",
    "numbered",
    "platform_says",
    "status_sentence",
    "verb_words",
]
