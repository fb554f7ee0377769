"""Tests, as sentences. `town` and `databases` are what they share."""
