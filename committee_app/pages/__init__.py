"""The pages of the committee's app. `routers` is what main.py puts in, in the order in which paths are looked for."""

from collections.abc import Sequence

from app_shell.routing import SecureRouter

routers: Sequence[SecureRouter] = ()
