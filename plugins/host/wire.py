"""What goes between the platform and a worker: one JSON object a line, both ways.

To the worker: `call` (number, the call), `reply` (to a question), `cancel`, `ping`. From it: `up`, `ready` or
`broken`, `ended` (number, the answer), `asks` (number, its call, what), `pong`, `log`. Nothing else crosses.
"""

from collections.abc import Mapping
from typing import Any

import orjson

#: The longest line, in bytes; a worker that writes a longer one is ended.
LONGEST = 16 * 2**20
#: Questions of one worker under way at once. A worker keeps what it asks beyond them until one is answered.
QUESTIONS = 100
Said = Mapping[str, Any]


def line_of(said: Said) -> bytes:
    return orjson.dumps(said) + b"\n"


def said_in(line: bytes) -> dict[str, Any]:
    """What a line says; ValueError where it says nothing."""
    said = orjson.loads(line)
    if not isinstance(said, dict) or not isinstance(said.get("is"), str):
        raise ValueError("a line that says nothing")
    return said
