import numpy as np
import pytest
from ganreg_datasets.tables.inference import Rules, decide
from ganreg_datasets.tables.summary import summary_of


def summary(column, asked=None):
    return summary_of(column, decide(column, Rules(), asked))


def test_a_spike_with_a_tail(column):
    stream = np.random.default_rng(0)
    values = np.where(np.arange(1000) % 10 < 9, 0, stream.lognormal(8, 1, 1000).astype(int))

    found = summary(column(*values, name="gain"))

    assert (found.name, found.kind, found.missing, found.usable) == ("gain", "integer", 0, True)
    assert found.distinct == len(np.unique(values))
    assert "1 spike (0: 90%)" in found.encoding
    assert sum(count for _, count in found.histogram) == 1000


def test_gaps_and_categories(column):
    found = summary(column("a", "b", "a", ""))

    assert (found.kind, found.missing, found.distinct, found.encoding) == ("category", 0.25, 2, "one-hot, 3 values")
    assert found.histogram == (("a", 2), ("b", 1), ("(empty)", 1))
    assert summary(column(1, "NA", 2.5, 3)).missing == 0.25


def test_a_histogram_of_numbers_is_numpys(column):
    values = np.random.default_rng(0).normal(size=400).round(3)

    found = summary(column(*values)).histogram

    counts, edges = np.histogram(values, 10)
    assert [count for _, count in found] == counts.tolist()
    np.testing.assert_allclose([float(label) for label, _ in found], edges[:-1], rtol=1e-3)


def test_a_histogram_of_dates_has_dates(column):
    days = np.datetime64("2023-01-01") + np.arange(101)

    assert [label for label, _ in summary(column(*days)).histogram][:2] == ["2023-01-01", "2023-01-11"]


@pytest.mark.parametrize(
    ("cells", "kind", "text", "usable"),
    [
        (["x"] * 3, "constant", "the same in every row", True),
        ([f"C-{row}" for row in range(50)], "id", "new ones for generated rows", True),
        ([f"{row * 37 % 101} words" for row in range(50)] + ["x", "y z"], "text", "none", False),
    ],
)
def test_other_columns(column, cells, kind, text, usable):
    found = summary(column(*cells))

    assert (found.kind, found.usable) == (kind, usable)
    assert text in found.encoding
    assert usable or "leave_out" in found.note
