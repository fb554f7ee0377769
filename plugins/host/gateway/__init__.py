"""What stands between plugins and the base: four gates on every question, and a row for each."""

from app_shell.context import Shell
from core_db.foundation.egress import egress_from
from plugins.host.documents import Documents, declared_in
from plugins.host.gateway.base import BaseGateway

__all__ = ["BaseGateway", "gateway_of"]


def gateway_of(shell: Shell) -> BaseGateway:
    """The gateway of one app's process."""
    kept = Documents(
        shell.settings.data_dir, shell.door.engines, declared=declared_in(shell.door), clock=shell.clock
    )
    return BaseGateway(shell.door, kept, egress_from(shell.settings.egress_allowed), clock=shell.clock)
