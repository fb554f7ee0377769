"""Nobody's edit is lost: of two who saw the same version one wins, and the other is told."""

from concurrent.futures import ThreadPoolExecutor

from core_db.cases import Verb, case_shown, case_timeline
from core_db.foundation.errors import Stale

WORKERS, EDITS = 8, 5


def test_forty_edits_by_eight_workers_at_once_all_count(a_walk, given):
    walk = a_walk().to("accepted")
    seen_first = walk.case.version
    workers = [given.worker(name=f"干部{n}") for n in range(WORKERS)]

    def edit_until_done(worker):
        conflicts = 0
        for _ in range(EDITS):
            while True:
                version = given.see(case_shown, walk.id, by=worker)["version"]
                try:
                    given.do(_report, walk.id, by=worker, version=version)
                    break
                except Stale:
                    conflicts += 1
        return conflicts

    with ThreadPoolExecutor(WORKERS) as pool:
        conflicts = sum(pool.map(edit_until_done, workers))

    shown = given.see(case_shown, walk.id, by=walk.worker)
    told = [
        item for item in given.see(case_timeline, walk.id, by=walk.worker) if item["type"] == "progressed"
    ]
    assert shown["version"] == seen_first + WORKERS * EDITS
    assert len(told) == WORKERS * EDITS
    assert conflicts > 0


def _report(session, case_id, *, version, actor, clock):
    from core_db.cases import report_progress
    from core_db.cases.drafts import ProgressDraft

    draft = ProgressDraft(text="已经到场。")
    return report_progress(session, case_id, draft, version=version, actor=actor, clock=clock)


def test_one_of_two_who_saw_the_same_wins(a_walk, given):
    walk = a_walk()
    two = (walk.worker, given.secretary())

    def accept(worker):
        try:
            return walk.given.do(_accept, walk.id, by=worker, version=1).case.status
        except Stale as stale:
            return stale.code

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(str(one) for one in pool.map(accept, two))

    assert answers == ["accepted", "stale"]


def _accept(session, case_id, *, version, actor, clock):
    from core_db.cases import VERBS
    from core_db.cases.drafts import AcceptanceDraft

    verb = VERBS[Verb.ACCEPTANCE].use_case
    return verb(session, case_id, AcceptanceDraft(), version=version, actor=actor, clock=clock)
