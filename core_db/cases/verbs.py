"""The registry of verbs: which use case a verb is, what it wants filled in, and whether it demands a version."""

from collections.abc import Callable, Mapping
from typing import Any

from core_db.cases import drafts
from core_db.cases.commands import deciding, finishing, handling, hiding, voicing, waiting
from core_db.cases.words import Verb
from core_db.foundation.drafts import Draft
from core_db.foundation.lean import dataclass


@dataclass(frozen=True)
class VerbCase:
    """A verb as routes and forms use it. `versioned` verbs demand the version the caller saw."""

    use_case: Callable[..., Any]
    draft: type[Draft]
    versioned: bool = True


VERBS: Mapping[Verb, VerbCase] = {
    Verb.PRE_CHECK: VerbCase(deciding.pre_check_case, drafts.TextDraft),
    Verb.ACCEPTANCE: VerbCase(deciding.accept_case, drafts.AcceptanceDraft),
    Verb.REFUSAL: VerbCase(deciding.refuse_case, drafts.RefusalDraft),
    Verb.SELF_HANDLING: VerbCase(deciding.self_handle_case, drafts.TextDraft),
    Verb.DISPATCH: VerbCase(deciding.dispatch_case, drafts.DispatchDraft),
    Verb.SIGNING: VerbCase(handling.sign_case, drafts.NothingDraft),
    Verb.RETURN: VerbCase(handling.return_case, drafts.ReturnDraft),
    Verb.PROGRESS: VerbCase(handling.report_progress, drafts.ProgressDraft),
    Verb.HANDLING: VerbCase(handling.hand_in_case, drafts.HandlingDraft),
    Verb.VERIFICATION: VerbCase(finishing.verify_case, drafts.VerificationDraft),
    Verb.CLOSURE: VerbCase(finishing.close_case, drafts.ClosureDraft),
    Verb.EXTENSION: VerbCase(waiting.extend_case, drafts.ExtensionDraft),
    Verb.SUSPENSION: VerbCase(waiting.suspend_case, drafts.SuspensionDraft),
    Verb.RESUMPTION: VerbCase(waiting.resume_case, drafts.NothingDraft),
    Verb.MERGER: VerbCase(deciding.merge_case, drafts.MergerDraft),
    Verb.ESCALATION: VerbCase(deciding.escalate_case, drafts.EscalationDraft),
    Verb.URGING: VerbCase(voicing.urge_case, drafts.TextDraft, versioned=False),
    Verb.NOTE: VerbCase(voicing.write_note, drafts.TextDraft, versioned=False),
    Verb.MESSAGES: VerbCase(voicing.write_message, drafts.MessageDraft, versioned=False),
    Verb.SUPPORT: VerbCase(voicing.support_case, drafts.NothingDraft, versioned=False),
    Verb.HIDING: VerbCase(hiding.hide_case, drafts.HidingDraft),
    Verb.WITHDRAWAL: VerbCase(voicing.withdraw_case, drafts.NothingDraft),
    Verb.EVALUATION: VerbCase(finishing.evaluate_case, drafts.EvaluationDraft),
    Verb.CALLBACK: VerbCase(finishing.call_back, drafts.CallbackDraft),
    Verb.REOPENING: VerbCase(finishing.reopen_case, drafts.ReasonDraft),
}
