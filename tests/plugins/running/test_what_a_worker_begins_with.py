"""A worker begins with what its plugin needs: each process of every plugin pays for it, in time and in memory."""

import subprocess
import sys

#: What answers requests. Whoever asks for pages brings it along.
OF_THE_WEB = "[name for name in ('fastapi', 'starlette', 'anyio') if name in sys.modules]"


def brought_by(code: str) -> str:
    asked = f"import sys, plugins.host.child\n{code}\nprint({OF_THE_WEB})"
    return subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout


def test_without_pages_nothing_that_answers_requests_comes_along():
    assert brought_by("from plugins.sdk import Context, Plugin, events, ui") == "[]\n"
    assert "fastapi" in brought_by("from plugins.sdk import Ctx")
