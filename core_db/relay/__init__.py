"""The relay: facts followed in order, listeners with effects, jobs. What others may use is imported here."""

from core_db.relay.model import Delivery, Job, ListenerProgress

__all__ = ["Delivery", "Job", "ListenerProgress"]
