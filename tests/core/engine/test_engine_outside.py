"""Leaving the scope of a strategy."""

import contextvars
import subprocess
import sys
import threading

import pytest
import tensorflow as tf

from ganreg.engine.outside import outside_of_strategy


def test_without_a_scope_it_is_a_call():
    assert outside_of_strategy(threading.current_thread) is threading.current_thread()


def test_in_a_scope_what_is_created_is_not_spread(strategy):
    chosen = contextvars.ContextVar("chosen", default=0)
    chosen.set(3)
    with strategy.scope():
        variable, value = outside_of_strategy(lambda: (tf.Variable(1.0), chosen.get()))
        assert tf.distribute.has_strategy()
    assert len(strategy.experimental_local_results(variable)) == 1
    assert value == 3


def test_errors_pass(strategy):
    with strategy.scope(), pytest.raises(ZeroDivisionError):
        outside_of_strategy(lambda: 1 / 0)


def test_it_does_not_load_tensorflow():
    lines = "from ganreg.engine.outside import outside_of_strategy as call\nimport sys\nassert call(lambda: 5) == 5\n"
    subprocess.run([sys.executable, "-c", lines + "assert 'tensorflow' not in sys.modules"], check=True, timeout=120)
