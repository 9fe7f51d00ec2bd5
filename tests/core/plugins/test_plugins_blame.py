"""The code of plugins: Ctrl-C is told from an exception of its kind, and what hangs is named."""

from __future__ import annotations

import os
import signal
import threading
import time

from ganreg.plugins import blame
from ganreg.plugins.blame import named_if_slow, noting_interrupts


def test_an_exception_of_its_kind_is_not_ctrl_c():
    with noting_interrupts() as interrupts:
        assert not interrupts.is_real(KeyboardInterrupt())
        assert not interrupts.is_real(ValueError())
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_ctrl_c_is():
    with noting_interrupts() as interrupts:
        try:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(5)
        except KeyboardInterrupt as error:
            caught = error
    assert interrupts.is_real(caught)
    assert not interrupts.is_real(ValueError())
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_where_it_cannot_be_known_every_one_is():
    answers = []

    def work():
        with noting_interrupts() as interrupts:
            answers.append(interrupts.is_real(KeyboardInterrupt()))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    handler = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        work()
    finally:
        signal.signal(signal.SIGINT, handler)
    assert answers == [True, True]


def test_what_hangs_is_named_and_nothing_else_is(monkeypatch, capsys):
    monkeypatch.setattr(blame, "SLOW", 0.1)
    with named_if_slow("plugin 'acme\x1b' of acme-gan", "leave it out"):
        time.sleep(0.4)
    with named_if_slow("another", "leave it out"):
        pass
    time.sleep(0.2)
    expected = "Warning: plugin 'acme\\x1b' of acme-gan has not answered for 0.1 seconds; leave it out\n"
    assert capsys.readouterr().err == expected
