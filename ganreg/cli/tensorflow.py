"""TensorFlow as a guest on the command line: its chatter off, our warnings in one line each."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from ganreg.cli.state import warn
from ganreg.errors import GanregWarning

_STDERR = 2


def import_quietly() -> None:
    """Imports and starts TensorFlow without the messages that it writes past Python meanwhile.

    What it logs later is left to `TF_CPP_MIN_LOG_LEVEL`, errors only unless the user has set it.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    with _nothing_on_stderr():
        import keras  # noqa: F401
        import tensorflow as tf

        tf.zeros(())  # looks for accelerators now, and complains of missing ones where nobody hears it


@contextmanager
def _nothing_on_stderr() -> Iterator[None]:
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
        click.echo(record.getMessage(), err=True)


@contextmanager
def warnings_as_lines() -> Iterator[None]:
    """Shows a `GanregWarning` as one line, other libraries' warnings not at all, and what the engine announces."""
    log, handler = logging.getLogger("ganreg"), _OnStderr()
    log.setLevel(logging.INFO)
    log.addHandler(handler)
    # TensorFlow's own logging gives the root a handler, which would print each line again.
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
