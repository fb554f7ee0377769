"""A plugin that cannot be imported."""

raise ValueError("not today")
