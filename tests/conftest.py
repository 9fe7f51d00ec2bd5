"""Signals as a program in the foreground has them."""

import signal


def pytest_configure():
    """Undoes what `nohup` and a job in the background of a shell leave ignored: tests send these signals."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
