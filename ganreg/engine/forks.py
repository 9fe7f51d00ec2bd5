"""Refuses to compute in a process that was forked from one that computed, where TensorFlow would wait for ever."""

from __future__ import annotations

import os

from ganreg.errors import RunError

_computing: int | None = None
"""The process that computes first."""


def refuse_fork() -> None:
    """Notes that this process computes with TensorFlow.

    Raises:
        RunError: it is a fork of one that did. The threads that TensorFlow then has are not part of a fork.
    """
    global _computing  # noqa: PLW0603 - a fork takes over what the process that it comes from has noted
    if _computing is None:
        _computing = os.getpid()
    elif _computing != os.getpid():
        raise RunError(
            "this process was forked from one in which TensorFlow already runs, and would wait for ever; start it "
            'afresh, with multiprocessing.get_context("spawn"), and load the GAN there'
        )
