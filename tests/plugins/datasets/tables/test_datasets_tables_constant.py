import numpy as np
import pytest
from ganreg_datasets.tables.constant import ConstantEncoding
from ganreg_datasets.tables.encoding import CellError


@pytest.mark.parametrize(("cell", "value"), [("a", "a"), ("7", 7), ("007", "007"), ("", None), ("1.5", 1.5)])
def test_a_constant_comes_back_without_taking_a_value(column, cell, value):
    encoding = ConstantEncoding("x", cell)

    encoded = encoding.encode(encoding.read(column(cell, cell)))

    assert encoded.shape == (2, 0)
    assert encoding.decode(np.asarray(encoded)) == [value, value]


def test_another_cell_is_refused(column):
    with pytest.raises(CellError, match="column 'x' holds 'b' instead of 'a'"):
        ConstantEncoding("x", "a").read(column("a", "b"))
