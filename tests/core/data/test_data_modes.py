import numpy as np
import pytest

import ganreg
from ganreg import Modes


def test_holds_a_float64_copy_of_the_means():
    given = np.array([[0, 1], [2, 3], [4, 5]], np.float32)
    modes = Modes(means=given, standard_deviation=1)
    given[:] = 9
    assert modes.means.dtype == np.float64
    assert modes.means.tolist() == [[0, 1], [2, 3], [4, 5]]
    assert (len(modes), modes.standard_deviation) == (3, 1.0)


@pytest.mark.parametrize("means", [[], [1.0, 2.0], [[[1.0]]], [[np.nan, 0.0]], np.zeros((0, 2)), np.zeros((2, 0))])
def test_refuses_what_are_no_means(means):
    with pytest.raises(ganreg.DataError, match="means"):
        Modes(means=means, standard_deviation=1.0)


@pytest.mark.parametrize("deviation", [0.0, -1.0, float("nan")])
def test_refuses_what_is_no_deviation(deviation):
    with pytest.raises(ganreg.DataError, match="standard deviation of modes must be positive"):
        Modes(means=[[0.0]], standard_deviation=deviation)
