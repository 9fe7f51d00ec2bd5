"""Where compiled calls end because of callbacks, and the logs that plain callbacks get."""

import types

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ganreg
from ganreg.engine.running.callbacks import means, next_stop


class Every(ganreg.UpdateCallback):
    def __init__(self, every=0):
        super().__init__()
        self.every = every


@pytest.mark.parametrize(("every", "expected"), [((), 50), ((7,), 14), ((7, 6), 12), ((0, 30), 30), ((10,), 20)])
def test_next_stop(every, expected):
    assert next_stop(10, [Every(one) for one in every], 50) == expected


@given(st.integers(0, 200), st.lists(st.integers(0, 30), max_size=4), st.integers(1, 60))
def test_a_call_ends_at_the_first_multiple_after_its_start(iteration, every, length):
    """Against going on one by one."""
    limit = expected = iteration + length
    for stop in range(iteration + 1, limit):
        if any(one and stop % one == 0 for one in every):
            expected = stop
            break
    assert next_stop(iteration, [types.SimpleNamespace(every=one) for one in every], limit) == expected


def test_plain_callbacks_get_means_as_python_numbers():
    found = means({"loss": np.array([1.0, 2.0, 6.0], np.float32)})
    assert found == {"loss": 3.0}
    assert type(found["loss"]) is float
