"""A worker without a network: it goes into an empty one of its own, where the system lets a process do that.

The socket it was born with stays, so that `ctx.http` goes through the host, and through it alone. Where the system does
not let it (no Linux, or no namespaces for whoever runs the service), the worker keeps the network of its user, and the
operator reads so in the log.
"""

import ctypes
import os
import sys
from contextlib import suppress
from pathlib import Path

_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000


def cut_off() -> bool:
    """Leave the network for good; whether that was done. Before there are threads."""
    if sys.platform != "linux":
        return False
    leave = ctypes.CDLL(None, use_errno=True).unshare
    if leave(_NEW_NETWORK) == 0:
        return True
    user, group = os.getuid(), os.getgid()
    if leave(_NEW_USER | _NEW_NETWORK) != 0:
        return False
    with suppress(OSError):
        # Who it is stays the same, in its own eyes too.
        own = Path("/proc/self")
        (own / "setgroups").write_text("deny")
        (own / "uid_map").write_text(f"{user} {user} 1")
        (own / "gid_map").write_text(f"{group} {group} 1")
    return True
