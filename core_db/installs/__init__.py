"""Plugins in the base: what is installed, where it is on, who agreed to what. What others may use."""
