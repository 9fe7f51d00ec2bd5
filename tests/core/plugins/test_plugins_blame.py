"""The code of plugins: Ctrl-C is distinguished from an exception of the same class, and code that hangs is named."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest

from ganreg.plugins import blame
from ganreg.plugins.blame import named_if_slow, noting_interrupts


@pytest.fixture(autouse=True)
def pythons_own_handler():
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


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


def answers_to_one_of_its_kind(answers):
    with noting_interrupts() as interrupts:
        answers.append(interrupts.is_real(KeyboardInterrupt()))


def test_where_a_program_handles_it_in_its_own_way_every_one_is():
    answers = []
    signal.signal(signal.SIGINT, lambda *_: None)
    answers_to_one_of_its_kind(answers)
    assert answers == [True]


def test_where_it_cannot_come_none_is():
    """In other threads, and where it is ignored, as in a shell's background jobs."""
    answers = []
    thread = threading.Thread(target=answers_to_one_of_its_kind, args=[answers])
    thread.start()
    thread.join()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers_to_one_of_its_kind(answers)
    assert answers == [False, False]
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def test_what_hangs_is_named_and_nothing_else_is(monkeypatch, capsys):
    monkeypatch.setattr(blame, "SLOW", 0.1)
    with named_if_slow("plugin 'acme\x1b' of acme-gan", "leave it out"):
        time.sleep(0.4)
    with named_if_slow("another", "leave it out"):
        pass
    time.sleep(0.2)
    expected = "Warning: plugin 'acme\\x1b' of acme-gan has not answered for 0.1 seconds; leave it out\n"
    assert capsys.readouterr().err == expected
