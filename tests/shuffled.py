"""The tests in another order, and in the same one for the same number: what one leaves behind meets other followers.

Files are shuffled, and the tests in each; what takes long to set up for a file is still set up once. Each worker
collects all of them in this order and is handed its share of it, but for what `handed_out` keeps together.
"""

import random
from collections import defaultdict
from collections.abc import Sequence

import pytest


def in_another_order(items: Sequence[pytest.Item], seed: int) -> list[pytest.Item]:
    by_file: defaultdict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        by_file[item.nodeid.partition("::")[0]].append(item)
    drawn = random.Random(seed)
    files = sorted(by_file)
    drawn.shuffle(files)
    for file in files:
        drawn.shuffle(by_file[file])
    return [item for file in files for item in by_file[file]]
