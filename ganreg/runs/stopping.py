"""Ctrl-C and `kill`: the first asks a training to stop after the running call, the second ends the process at once."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from types import FrameType

from ganreg.contract.callbacks import Table, UpdateCallback

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class StopOnSignal(UpdateCallback):
    """Stops a training at the end of the compiled call during which a signal came.

    Attributes:
        received: the signal, or `None`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.received: signal.Signals | None = None

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Stops before the first call, where a signal came already."""
        self._obey()

    def on_updates(self, first: int, logs: Table) -> None:
        """Stops here, where a signal has come."""
        self._obey()

    def _obey(self) -> None:
        if self.received is not None:
            self.model.stop_training = True

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """Takes both signals while its body runs; in a thread other than the main one it does nothing.

        Python runs its handlers between two of its own instructions, which may be minutes away while TensorFlow
        compiles. A thread that the signals' numbers are written to hears of them at once.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        hearing, telling = socket.socketpair()
        telling.setblocking(False)
        before = {number: signal.signal(number, _leave_it_to_the_thread) for number in SIGNALS}
        told_before = signal.set_wakeup_fd(telling.fileno(), warn_on_full_buffer=False)
        listener = threading.Thread(target=self._listen, args=(hearing,), name="ganreg-signals", daemon=True)
        listener.start()
        try:
            yield
        finally:
            signal.set_wakeup_fd(told_before)
            for number, handler in before.items():
                signal.signal(number, handler)
            telling.close()  # which ends the thread
            listener.join()
            hearing.close()

    def _listen(self, hearing: socket.socket) -> None:
        while numbers := hearing.recv(16):
            for number in numbers:
                if number in SIGNALS:
                    self._heard(signal.Signals(number))

    def _heard(self, number: signal.Signals) -> None:
        if self.received is not None:
            os._exit(128 + number)
        self.received = number
        with contextlib.suppress(OSError):
            sys.stderr.write(
                f"{number.name}: the running updates end, then a checkpoint is written; again to end at once\n"
            )
            sys.stderr.flush()


def _leave_it_to_the_thread(_: int, __: FrameType | None) -> None:
    pass
