"""Handles Ctrl-C, `kill` and a closed terminal: a first signal stops after the current call, a second at once."""

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

SIGNALS = tuple(
    getattr(signal, name)
    for name in ("SIGINT", "SIGTERM", "SIGHUP")
    if hasattr(signal, name)  # not all on Windows
)


class StopOnSignal(UpdateCallback):
    """Stops a training at the end of the compiled call during which a signal arrived.

    Attributes:
        received: the signal, or `None` if there was none.
    """

    def __init__(self) -> None:
        super().__init__()
        self.received: signal.Signals | None = None

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Stops before the first call if a signal has already arrived."""
        self._obey()

    def on_updates(self, first: int, logs: Table) -> None:
        """Stops after a call if a signal has arrived."""
        self._obey()

    def _obey(self) -> None:
        if self.received is not None:
            self.model.stop_training = True

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """Handles the signals while the body of the context runs; does nothing outside the main thread.

        A signal that the process ignores, as with `nohup`, is still ignored.

        Python runs signal handlers between two of its own instructions, which can take minutes while TensorFlow
        compiles. A thread that reads the signal numbers from a socket receives them at once.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        receiver, sender = socket.socketpair()
        sender.setblocking(False)
        watched = [number for number in SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
        handlers = {number: signal.signal(number, _leave_it_to_the_thread) for number in watched}
        wakeup = signal.set_wakeup_fd(sender.fileno(), warn_on_full_buffer=False)
        listener = threading.Thread(target=self._listen, args=(receiver,), name="ganreg-signals", daemon=True)
        listener.start()
        try:
            yield
        finally:
            signal.set_wakeup_fd(wakeup)
            for number, handler in handlers.items():
                signal.signal(number, handler)
            sender.close()  # ends the thread
            listener.join()
            receiver.close()

    def _listen(self, receiver: socket.socket) -> None:
        while numbers := receiver.recv(16):
            for number in numbers:
                if number in SIGNALS:
                    self._receive(signal.Signals(number))

    def _receive(self, number: signal.Signals) -> None:
        if self.received is not None:
            os._exit(128 + number)
        self.received = number
        with contextlib.suppress(OSError, ValueError, AttributeError):  # stderr may be closed, or missing
            sys.stderr.write(
                f"{number.name}: finishing the current updates and writing a checkpoint; repeat to stop at once\n"
            )
            sys.stderr.flush()


def _leave_it_to_the_thread(_: int, __: FrameType | None) -> None:
    pass
