"""Beside a plugin that does everything wrong the committee's API is as its contract has it: the core's own tests.

One of each kind: all of them are held beside it by `pytest --beside chaos` (`make drill`).
"""

import pytest

from tests.committee import test_the_committees_api as core
from tests.committee.conftest import loop

__all__ = ["loop"]
pytestmark = pytest.mark.usefixtures("chaos")
AGAIN = (
    core.test_a_worker_lists_counts_and_opens,
    core.test_the_main_loop_from_acceptance_to_closure,
    core.test_a_stale_edit_hears_who_was_faster_and_what_he_did,
    core.test_words_without_a_version,
    core.test_a_case_is_entered_for_somebody_who_then_follows_it,
    core.test_the_analyst_gets_figures_and_no_row,
    core.test_the_neighbouring_committee_finds_nothing_at_all,
    core.test_a_photo_is_uploaded_shown_and_hidden,
    core.test_messages_between_resident_and_committee_stay_from_the_contractor,
)
globals().update({test.__name__: test for test in AGAIN})
