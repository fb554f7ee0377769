"""Which worker is handed which tests, where several go through them."""

import re

from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

#: What takes long to set up and is shared by a file of tests, or by a folder; other tests go to whoever is free.
SHARED = ("demo", "schema")
#: One worker goes through all of these, beginning with the first test of all: they wait for pages and servers, while
#: the other workers compute. On a worker each they would wait beside each other.
WAITING = ("browser", "drills")
#: One world for each database, of a folder or of a file.
SHARED_BY_DATABASE = ("tests/security/", "tests/committee/test_who_does_what_when.py")
#: They take the whole product apart, and it is done once for both.
READERS = (
    "tests/contracts/test_rules.py",
    "tests/contracts/test_what_no_module_does.py",
    "tests/plugins/test_no_path_goes_around.py",
    "tests/foundation/test_egress.py::test_nobody_else_calls_anybody",
    "tests/sealing/test_unsealed_values.py::test_everybody_who_asks_by_name_is_known",
)
#: They have a checker look at the types of a plugin, and before it at all that a plugin imports: once for all of them.
TYPED = (
    "tests/plugins/test_checking.py::test_types_are_looked_at_strictly_and_each_mistake_is_told_with_its_line",
    "tests/plugins/kit/test_the_documents.py::test_the_tutorial_works_as_it_stands",
    "tests/plugins/kit/test_from_the_first_line_to_the_wheel.py::test_what_was_begun_has_no_fault_and_no_remark",
)
_DATABASE = re.compile(r"\[.*(sqlite|postgres)")


class WhatIsShared(LoadScopeScheduling):
    """Tests that share what takes long to set up wait for the one worker that did.

    Of our own, because xdist's groups (3.8) are marked in a place where pytest (9.2) does not look any more.
    """

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.split("::", maxsplit=1)[0]
        folder = path.split("/")[1]
        world = next((one for one in SHARED_BY_DATABASE if path.startswith(one)), None)
        if world is not None and (found := _DATABASE.search(nodeid)):
            return f"{world} {found[1]}"
        if folder in WAITING:
            return WAITING[0]
        if path in READERS or nodeid in READERS:
            return READERS[0]
        if nodeid in TYPED:
            return TYPED[0]
        return path if folder in SHARED else nodeid

    def mark_test_complete(self, node: WorkerController, item_index: int, duration: float = 0) -> None:
        """What is done is forgotten: whoever asks how much waits counts all that a worker was ever given."""
        super().mark_test_complete(node, item_index, duration)
        given = self.assigned_work[node]
        scope = self._split_scope(self.registered_collections[node][item_index])
        if all(given[scope].values()):
            del given[scope]
