import numpy as np
from ganreg_datasets.tables.encoding import CellError, Encoding


def test_an_encoding_without_blocks_has_no_width():
    assert (Encoding("x").width, Encoding("x").encode(np.zeros(4)).shape) == (0, (4, 0))


def test_the_error_names_the_column_and_the_cell():
    error = CellError("x", 3, "a", "a number")

    assert (str(error), error.row) == ("column 'x' holds 'a' instead of a number", 3)
