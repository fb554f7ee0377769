"""What a plugin says in its log, and what breaks in it, in the terminal of whoever writes it.

In service the log is JSON of words that we know, and a plugin that breaks over and over has a line a minute. Whoever
writes a plugin wants each line, as it was said.
"""

import logging
import os

#: Set by `shequyun plugin dev` for the processes that it begins.
ECHO = "SHEQUYUN_PLUGIN_ECHO"


def is_wanted() -> bool:
    return os.environ.get(ECHO) == "1"


def begin() -> None:
    """From here on; said twice it is said once."""
    log = logging.getLogger("shequyun.plugins")
    if not any(isinstance(one, _Echo) for one in log.handlers):
        log.addHandler(_Echo())
    log.setLevel(logging.INFO)
    log.propagate = False
    # Once is enough.
    logging.getLogger("shequyun.said").disabled = True


class _Echo(logging.StreamHandler):  # type: ignore[type-arg]
    """`10:02:03 hello-x: said`; what moves a terminal is written out."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))

    def format(self, record: logging.LogRecord) -> str:
        plugin = getattr(record, "plugin", "")
        said = super().format(record)
        line = said if not plugin else said.replace(" ", f" {plugin}: ", 1)
        return "\n".join(
            "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in one)
            for one in line.splitlines()
        )
