"""Numbers that `fit` takes."""

import numpy as np
import pytest

import ganreg
from ganreg.engine.running.counts import epoch_range, optional, share, whole


@pytest.mark.parametrize("value", [3, np.int64(3), np.uint8(3)])
def test_whole_numbers_become_python_s(value):
    assert whole("steps", value) == 3
    assert type(whole("steps", value)) is int


@pytest.mark.parametrize("value", [-1, 2.0, float("nan"), "3", True, None, [3]])
def test_what_is_not_a_whole_number_is_refused(value):
    with pytest.raises(ganreg.SpecError, match=r"^steps must be a whole number of at least 0, got "):
        whole("steps", value)


def test_a_number_below_the_least_is_refused():
    with pytest.raises(ganreg.SpecError, match="epochs must be a whole number of at least 1, got 0"):
        optional("epochs", 0, 1)
    assert optional("epochs", None, 1) is None


@pytest.mark.parametrize(
    ("epochs", "initial", "expected"), [(None, 0, [0]), (None, 4, [4]), (3, 0, [0, 1, 2]), (3, 2, [2]), (3, 3, [])]
)
def test_epochs_run_up_to_the_last(epochs, initial, expected):
    assert list(epoch_range(epochs, initial)) == expected


def test_epochs_before_the_first_are_refused():
    with pytest.raises(ganreg.SpecError, match=r"epochs=2 leaves nothing .* initial_epoch=5; pass epochs=7 for 2 more"):
        epoch_range(2, 5)


@pytest.mark.parametrize("value", [-0.1, 1.0, float("nan"), "half", True])
def test_what_is_not_a_share_is_refused(value):
    with pytest.raises(ganreg.SpecError, match="validation_split must be a share of the samples"):
        share("validation_split", value)
    assert share("validation_split", 0.25) == 0.25
