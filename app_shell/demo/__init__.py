"""The demo district: real places, people who do not exist, and a year and a half of cases that were lived through."""

from app_shell.demo.prepare import NotADemo, Scale, prepare_demo
from app_shell.demo.signins import SIGN_INS, SignIn

__all__ = ["SIGN_INS", "NotADemo", "Scale", "SignIn", "prepare_demo"]
