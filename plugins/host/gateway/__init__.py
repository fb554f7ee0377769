"""What stands between plugins and the base: four gates on every question, and a row for each."""

from plugins.host.gateway.base import BaseGateway

__all__ = ["BaseGateway"]
