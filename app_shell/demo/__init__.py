"""The demo district: real places, people who do not exist, and a year and a half of cases that were lived through."""

from app_shell.demo.prepare import FULL, SMALL, NotADemo, Scale, lay_out, prepare_demo

__all__ = ["FULL", "SMALL", "NotADemo", "Scale", "lay_out", "prepare_demo"]
