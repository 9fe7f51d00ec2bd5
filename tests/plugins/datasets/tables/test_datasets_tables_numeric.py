import numpy as np
import pytest
from ganreg_datasets.tables.cells import read_numbers
from ganreg_datasets.tables.encoding import CellError
from ganreg_datasets.tables.modes import Modes
from ganreg_datasets.tables.numeric import NumericEncoding
from hypothesis import given, settings
from hypothesis import strategies as st

from ganreg import Block


def fitted(column, comma=False, most=3):
    numbers = read_numbers(column.cells, comma=comma)
    return NumericEncoding.fit(column.name, numbers, most), numbers.values


def back(encoding, values):
    return encoding.decode(encoding.encode(values))


cells = st.one_of(
    st.lists(st.integers(-(10**6), 10**6).map(str), min_size=1, max_size=60),
    st.lists(st.decimals(-1000, 1000, places=2).map(str), min_size=1, max_size=60),
    st.lists(st.sampled_from(["0", "1", "", "NA", "17"]), min_size=2, max_size=200).filter(lambda texts: "1" in texts),
)


@given(cells)
@settings(deadline=None, max_examples=60)
def test_numbers_and_gaps_come_back(column, texts):
    encoding, values = fitted(column(*texts))

    gaps = {"NA": texts.count("NA"), "": texts.count("")}
    gap = None if not any(gaps.values()) else max(("", "NA"), key=lambda one: gaps[one]) or None
    expected = [gap if text in ("", "NA") else (float(text) if "." in text else int(text)) for text in texts]
    if gaps["NA"] != gaps[""] or not gaps["NA"]:
        assert back(encoding, values) == expected
    assert encoding.encode(values).shape == (len(texts), encoding.width)
    assert np.abs(encoding.encode(values)).max(initial=0) <= 1


def test_the_blocks_of_modes_spikes_and_gaps():
    modes = Modes(spikes=[0.0], centers=[1.0, 5.0], halves=[2.0, 2.0], weights=[0.5, 0.5])

    assert NumericEncoding("x", modes, 0.0, 7.0, missing="").blocks == (Block("x", 4, one_hot=True), Block("x", 1))
    assert NumericEncoding("x", Modes(spikes=[0.0, 2.0]), 0.0, 2.0, missing="NA").blocks == (
        Block("x", 3, one_hot=True, labels=("0", "2", "NA")),
    )
    assert NumericEncoding("x", Modes(centers=[0.0], halves=[1.0], weights=[1.0]), 0.0, 1.0).blocks == (Block("x", 1),)


def test_what_networks_generate_keeps_to_the_columns_range_and_decimals():
    encoding = NumericEncoding("x", Modes(centers=[5.0], halves=[5.0], weights=[1.0]), 0.0, 10.0, decimals=1)

    assert encoding.decode(np.array([[-7.0], [0.123], [7.0], [-1.0]])) == [0.0, 5.6, 10.0, 0.0]
    assert (
        str(
            NumericEncoding("x", Modes(centers=[0.0], halves=[1.0], weights=[1.0]), -1.0, 1.0, 1).decode(
                np.array([[-0.01]])
            )[0]
        )
        == "0.0"
    )


def test_the_mode_with_the_greatest_value_decides():
    modes = Modes(spikes=[0.0], centers=[10.0], halves=[2.0], weights=[1.0])
    encoding = NumericEncoding("x", modes, 0.0, 12.0, missing="")

    assert encoding.decode(np.array([[0.1, 0.0, -1, 0.5], [-0.2, -0.1, -1, 0.5], [-1, -1, 0, 0.5]])) == [0, 11, None]


def test_a_decimal_comma_is_written_back(column):
    encoding, values = fitted(column("1,5", "2,25", "3"), comma=True)

    assert back(encoding, values) == ["1,5", "2,25", "3,0"]


@pytest.mark.parametrize("cell", ["x", "", "NA"])
def test_cells_that_the_training_did_not_have(column, cell):
    encoding, _ = fitted(column("1", "2"))

    with pytest.raises(CellError, match=f"column 'x' holds '{cell}' instead of a number"):
        encoding.read(column("1", cell))


def test_the_same_numbers_are_encoded_alike_each_time(column):
    values = np.random.default_rng(0).normal(size=300).round(2)
    encoding, read = fitted(column(*values), most=5)

    np.testing.assert_array_equal(encoding.encode(read), encoding.encode(encoding.read(column(*values))))
