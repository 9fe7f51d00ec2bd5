import datetime

import numpy as np
import pytest
from ganreg_datasets.tables.date import DateEncoding
from ganreg_datasets.tables.dates import recognised_formats
from ganreg_datasets.tables.encoding import CellError
from hypothesis import given, settings
from hypothesis import strategies as st

DAYS = st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 1, 1))


def fitted(column):
    present = column.cells.filter(np_present(column))
    return DateEncoding.fit(column, recognised_formats(present)[0], 3)


def np_present(column):
    import pyarrow as pa

    return pa.array([cell not in ("", "NA") for cell in column.cells.to_pylist()])


@given(st.lists(DAYS, min_size=2, max_size=50, unique=True), st.booleans())
@settings(deadline=None, max_examples=30)
def test_days_and_gaps_come_back(column, days, gap):
    texts = [f"{day:%Y%m%d}" for day in days] + ["NA"] * gap

    encoding, values = fitted(column(*texts))

    assert list(encoding.decode(encoding.encode(values))) == texts
    np.testing.assert_array_equal(encoding.read(column(*texts)), values)


def test_whatever_networks_generate_is_a_date_of_the_range(column):
    encoding, _ = fitted(column("20230228", "20230301", "20230710", "20231231"))

    made = encoding.decode(np.random.default_rng(0).uniform(-1, 1, (200, encoding.width)))

    moments = [datetime.datetime.strptime(text, "%Y%m%d") for text in made]
    assert min(moments) >= datetime.datetime(2023, 2, 28)
    assert max(moments) <= datetime.datetime(2023, 12, 31)
    assert len(set(made)) > 50


def test_steps_are_as_large_as_the_data_allow(column):
    encoding, values = fitted(column("2023-01-01 00:00:00", "2023-01-03 00:00:00", "2023-01-07 00:00:00"))

    assert values.tolist() == [0, 1, 3]
    assert encoding.decode(np.array([[-0.9], [0.3]])) == ["2023-01-01 00:00:00", "2023-01-05 00:00:00"]


@pytest.mark.parametrize("cell", ["2023-02-30", "x", ""])
def test_cells_that_the_training_did_not_have(column, cell):
    encoding, _ = fitted(column("2023-01-01", "2023-01-02"))

    with pytest.raises(CellError, match=f"holds '{cell}' instead of a date in the format %Y-%m-%d"):
        encoding.read(column("2023-01-01", cell))
