"""Standard streams: whole if they are missing, without control characters, and stdout for answers alone."""

from __future__ import annotations

import contextlib
import json
import math
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout
from typing import Any

import click

from ganreg.errors import RunError
from ganreg.texts import printable

_STDOUT, _STDERR = 1, 2


def echo(message: Any = "", *, err: bool = False, nl: bool = True) -> None:
    """Write a text, in which characters that control terminals are escaped.

    Args:
        message: what to write.
        err: whether to write to stderr; if that has gone, as with a closed terminal, nothing is written.
        nl: whether to end the line.

    Raises:
        RunError: stdout cannot be written to, as on a full disk.
    """
    try:
        click.echo(printable(str(message)), err=err, nl=nl)
    except (OSError, ValueError) as error:  # ValueError: the stream is closed
        if isinstance(error, BrokenPipeError):  # its reader has seen enough; click ends quietly
            raise
        if not err:
            raise RunError(f"cannot write to stdout: {getattr(error, 'strerror', None) or error}") from error


def echo_json(value: Any) -> None:
    """Write a value as JSON; numbers that are not finite, which JSON does not have, become null."""
    echo(json.dumps(_finite(value), indent=2, allow_nan=False, default=str))


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def complete_streams() -> None:
    """Open what is missing of stdin, stdout and stderr on the null device.

    Else the next files that are opened would take their places, and what libraries write to stderr would go into them.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115 - as long as the process
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115


@contextlib.contextmanager
def answers_only() -> Iterator[None]:
    """Send to stderr what the body, and the processes that it starts, write to stdout, which is for answers."""
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
    try:
        kept = os.dup(_STDOUT)
        os.dup2(_STDERR, _STDOUT)
    except OSError:  # one of them is closed
        with redirect_stdout(sys.stderr):
            yield
        return
    try:
        with redirect_stdout(sys.stderr):
            yield
    finally:
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.flush()
        os.dup2(kept, _STDOUT)
        os.close(kept)
