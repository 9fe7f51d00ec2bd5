"""Runs the code of one plugin so that it can fail or hang without harm to anything else."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from collections.abc import Iterator
from types import FrameType

from ganreg.texts import printable

SLOW = 10.0
"""The seconds after which a plugin that keeps the program waiting is named."""


class Interrupts:
    """Whether Ctrl-C was pressed; an exception alone does not say so, as a plugin may raise `KeyboardInterrupt` itself.

    Attributes:
        known: whether it is known at all: not where a program handles the signal in its own way.
        received: whether the signal came.
    """

    def __init__(self, *, known: bool) -> None:
        self.known, self.received = known, False

    def is_real(self, error: BaseException) -> bool:
        """Whether an exception that the code of a plugin raised must end the program."""
        return isinstance(error, KeyboardInterrupt) and (self.received or not self.known)


@contextlib.contextmanager
def noting_interrupts() -> Iterator[Interrupts]:
    """Notes whether Ctrl-C is pressed while the body runs; it raises `KeyboardInterrupt` as usual."""
    handler = signal.getsignal(signal.SIGINT)
    # Signals reach the main thread alone, and none raises where it is ignored, as in a shell's background jobs.
    cannot_come = threading.current_thread() is not threading.main_thread() or handler in (
        signal.SIG_IGN,
        signal.SIG_DFL,
    )
    if cannot_come or handler is not signal.default_int_handler:
        yield Interrupts(known=cannot_come)
        return
    interrupts = Interrupts(known=True)

    def note(number: int, frame: FrameType | None) -> None:
        interrupts.received = True
        signal.default_int_handler(number, frame)

    signal.signal(signal.SIGINT, note)
    try:
        yield interrupts
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@contextlib.contextmanager
def named_if_slow(what: str, remedy: str) -> Iterator[None]:
    """Writes a line to stderr if the body takes longer than 10 seconds.

    Args:
        what: what takes so long, such as `"plugin 'acme' of acme-gan"`.
        remedy: what to do about it.
    """
    timer = threading.Timer(SLOW, _tell, [f"{what} has not answered for {SLOW:g} seconds; {remedy}"])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _tell(line: str) -> None:
    with contextlib.suppress(Exception):  # stderr may be missing or closed
        sys.stderr.write(f"Warning: {printable(line)}\n")
        sys.stderr.flush()
