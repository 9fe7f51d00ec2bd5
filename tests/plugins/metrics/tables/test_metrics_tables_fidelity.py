"""The fidelity of tables: of the same, of permuted columns, of subsets; and how well its errors cover."""

import numpy as np
import pytest
from ganreg_metrics.tables.fidelity import TableFidelity
from hypothesis import given, settings
from hypothesis import strategies as st

from ganreg import Column


def test_the_mean_of_columns_and_pairs(make, columns, rows):
    values = make("table-fidelity").compute(rows(300, 1), rows(200, 2))
    by_column = make("table-fidelity").scores_by_column(rows(300, 1), rows(200, 2))

    assert list(values)[:4] == ["fidelity", "columns", "pairs", "missing"]
    assert values["fidelity"] == pytest.approx((values["columns"] + values["pairs"]) / 2)
    assert values["columns"] == pytest.approx(by_column.columns.mean())
    assert values["pairs"] == pytest.approx(np.nanmean(by_column.pairs))
    assert by_column.pairs.shape == (4, 4)


@given(st.integers(0, 1000), st.integers(2, 60))
@settings(max_examples=25, deadline=None)
def test_a_table_is_perfect_against_itself_in_any_order(seed, count):
    stream = np.random.default_rng(seed)
    rows = np.stack([stream.normal(size=count), stream.integers(0, 3, count), stream.integers(0, 2, count)], axis=1)
    rows[stream.random(rows.shape) < 0.1] = np.nan
    rows[:2] = [[0.0, 0, 0], [1.0, 1, 1]]
    columns = [Column("x"), Column("a", "category", ("u", "v", "w")), Column("b", "category", ("p", "q"))]
    values = TableFidelity(groups=2).for_columns(columns).compute(rows, stream.permutation(rows))

    assert values["fidelity"] == pytest.approx(1.0, abs=1e-12)
    assert values["columns"] == pytest.approx(1.0, abs=1e-12)


def test_columns_on_their_own_are_perfect_and_pairs_are_not(make, rows, shuffled):
    values = make("table-fidelity").compute(rows(2000, 1), shuffled(rows(2000, 1)))

    assert values["columns"] == values["missing"] == 1.0
    assert values["pairs"] < 0.9


def test_one_column_has_no_pairs():
    values = TableFidelity().for_columns([Column("x")]).compute(np.arange(20.0)[:, None], np.arange(10.0)[:, None])

    assert set(values) == {"fidelity", "columns", "fidelity_error", "columns_error"}
    assert values["fidelity"] == values["columns"] == pytest.approx(0.5)


def test_a_subset_of_many_rows_is_compared(make, rows):
    real, fake = rows(900, 1), rows(900, 2)
    values = make("table-fidelity", samples=100).compute(real, fake)

    assert values != make("table-fidelity").compute(real, fake)
    assert values["fidelity"] == pytest.approx(make("table-fidelity").compute(real, fake)["fidelity"], abs=0.1)


@pytest.mark.slow
@pytest.mark.parametrize(("shift", "least", "most"), [(0.0, 1.0, 1.8), (1.0, 0.85, 1.6)])
def test_errors_bound_the_spread(make, rows, shift, least, most):
    """Over 120 pairs of tables from the same two distributions."""
    metric = make("table-fidelity")
    shifts = np.array([shift, 1e6 * shift, 0, 0])
    found = [metric.compute(rows(500, 2 * seed), rows(500, 2 * seed + 1) + shifts) for seed in range(120)]
    for name in ("fidelity", "columns", "pairs"):
        spread = np.std([values[name] for values in found], ddof=1)
        stated = np.sqrt(np.mean([values[f"{name}_error"] ** 2 for values in found]))
        assert least * spread < stated < most * spread, name
