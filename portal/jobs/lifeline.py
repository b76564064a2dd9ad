"""The lifeline: a process that we started ends, with its whole group, when its parent is gone.

The parent holds the writing end of the child's standard input. When the parent dies,
however it dies, the child reads the end of that pipe and kills its process group,
Tesseract grandchildren included. A death signal of the kernel would end the child only.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Mapping

NAME = "lifeline"
"""Of the thread that watches."""

SIGN = "PORTAL_LIFELINE"
"""Set in the environment of processes whose standard input is a lifeline."""


def environment(env: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for a child on a lifeline."""
    return {**env, SIGN: "stdin"}


def hold() -> None:
    """Watch the lifeline of this process, if it has one."""
    if os.environ.pop(SIGN, "") == "stdin":
        threading.Thread(target=_watch, name=NAME, daemon=True).start()


def _watch() -> None:
    while os.read(0, 64):
        pass
    os.killpg(0, signal.SIGKILL)
