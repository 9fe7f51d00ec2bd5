"""TensorFlow on the command line: without its startup messages, and with each of our warnings on one line."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from ganreg.cli.state import warn
from ganreg.cli.streams import echo
from ganreg.errors import GanregWarning

_STDERR = 2


def import_quietly(devices: str | None = None) -> AbstractContextManager[None]:
    """Import and start TensorFlow without the messages that its C++ code writes to stderr meanwhile.

    What it logs later depends on `TF_CPP_MIN_LOG_LEVEL`, which is set to errors only if the user has not set it.

    Args:
        devices: what `--devices` says.

    Returns:
        A block in which GANs must be assembled, so that they train on these devices.

    Raises:
        SpecError: the machine does not have these devices.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    strategy: Any = None
    with nothing_on_stderr():
        import keras  # noqa: F401
        import tensorflow as tf

        if devices is not None:
            from ganreg.engine.replicas import assembling_on
            from ganreg.engine.strategies import strategy_for

            strategy = strategy_for(devices)  # before TensorFlow starts, which cannot be divided afterwards
        tf.zeros(())  # searches for accelerators now, so that messages about missing ones are hidden too
    return nullcontext() if strategy is None else assembling_on(strategy)


@contextmanager
def nothing_on_stderr() -> Iterator[None]:
    """Hide what is written to stderr inside the block, also by C++ code."""
    kept = os.dup(_STDERR)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, _STDERR)
        yield
    finally:
        os.dup2(kept, _STDERR)
        os.close(kept)
        os.close(nowhere)


class _OnStderr(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        echo(record.getMessage(), err=True)


@contextmanager
def warnings_as_lines() -> Iterator[None]:
    """Show each `GanregWarning` and log message of ganreg as one line, and hide the warnings of other libraries."""
    log, handler = logging.getLogger("ganreg"), _OnStderr()
    log.setLevel(logging.INFO)
    log.addHandler(handler)
    # TensorFlow gives the root logger a handler, which would print each line again.
    propagated, log.propagate = log.propagate, False

    def show(message: Warning | str, category: type[Warning], *_: Any, **__: Any) -> None:
        if issubclass(category, GanregWarning):
            warn(str(message))

    with warnings.catch_warnings():
        warnings.simplefilter("always", GanregWarning)
        warnings.showwarning = show
        try:
            yield
        finally:
            log.removeHandler(handler)
            log.propagate = propagated
