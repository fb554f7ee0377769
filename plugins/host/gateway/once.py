"""Writing once for a key: the mark stands in the transaction of what it marks."""

from core_db.installs.once import first_time, note_result, result_of
from plugins.host.gateway.gates import Asking


def is_first(asking: Asking, key: str) -> bool:
    """Whether this op is asked with this key for the first time."""
    return first_time(
        asking.session, asking.plugin_id, asking.community_id, asking.op, str(key), at=asking.clock.now()
    )


def came_of_it(asking: Asking, key: str) -> str:
    """What came of it the first time."""
    return result_of(asking.session, asking.plugin_id, asking.community_id, asking.op, str(key))


def note_what_came(asking: Asking, key: str, result: str) -> None:
    note_result(asking.session, asking.plugin_id, asking.community_id, asking.op, str(key), result)
