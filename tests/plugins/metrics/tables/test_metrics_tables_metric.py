"""What all metrics of tables have in common."""

import numpy as np
import pytest
from ganreg_metrics.tables.metric import some

import ganreg
from ganreg import Block, DataError, DataSpec

NAMES = ("table-fidelity", "train-on-synthetic", "closest-record", "membership-inference")
TABLE, POINTS = DataSpec((3,), blocks=[Block("a", 1), Block("b", 2, one_hot=True)]), DataSpec((3,))


def computed(metric, rows, **given):
    values = {"real": rows(60, 1), "fake": rows(60, 2), "held_out": rows(60, 3)} | given
    if metric.needs_held_out:
        return metric.compute_held_out(**values)
    return metric.compute(values["real"], values["fake"])


@pytest.mark.parametrize("name", NAMES)
def test_tables_are_suited_and_points_are_not(name):
    metric = ganreg.create("metric", name)

    assert metric.suits(TABLE, None) > ganreg.create("metric", "two-sample").suits(TABLE, None) > 0
    assert metric.suits(POINTS, None) == 0


def test_fidelity_comes_first_and_accuracy_on_encoded_rows_is_left_to_another():
    suits = {name: ganreg.create("metric", name).suits(TABLE, None) for name in NAMES}

    assert max(suits, key=suits.get) == "table-fidelity"
    assert len([value for value in suits.values() if value == max(suits.values())]) == 1
    labelled = DataSpec((3,), 2, blocks=TABLE.blocks)
    assert not ganreg.create("metric", "classifier-accuracy").suits(labelled, None)
    assert ganreg.create("metric", "classifier-accuracy").suits(DataSpec((3,), 2), None)


@pytest.mark.parametrize("name", NAMES)
def test_values_are_floats_with_errors_and_the_same_twice(name, make, rows):
    metric = make(name)
    values = computed(metric, rows)

    assert values == computed(metric, rows)
    assert all(type(value) is float and np.isfinite(value) for value in values.values())
    mains = [key for key in values if not key.endswith("_error")]
    assert all(values[f"{key}_error"] >= 0 for key in mains)
    assert next(iter(values)) in mains
    assert set(metric.lower_is_better) <= {*mains, "tstr_r2"}


@pytest.mark.parametrize("name", NAMES)
def test_single_precision_is_worked_on_in_double(name, make, rows):
    """Numbers that single precision holds give the same values."""
    tables = {
        part: rows(60, seed).astype(np.float32) for seed, part in enumerate(("real", "fake", "held_out"), start=1)
    }
    exact = {part: table.astype(np.float64) for part, table in tables.items()}

    assert computed(make(name), rows, **tables) == computed(make(name), rows, **exact)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (np.zeros((60, 3)), r"generated values must be an array \[N, 4\], got shape \(60, 3\)"),
        (np.full((60, 4), np.inf), "generated values contain infinity; has the training diverged"),
        (np.full((60, 4), "a"), "generated values must be real numbers"),
        (np.zeros((1, 4)), r"1 generated rows are too few; it needs at least \d+"),
        (np.full((60, 4), 7.0), "generated values of column 'city' must be indices of its 3 labels"),
        (np.full((60, 4), 0.5), "generated values of column 'city' must be indices of its 3 labels"),
    ],
)
def test_rows_that_are_not_of_the_columns_are_refused(name, wrong, message, make, rows):
    with pytest.raises(DataError, match=f"{name}: {message}"):
        computed(make(name), rows, fake=wrong)


@pytest.mark.parametrize("name", NAMES)
def test_columns_must_be_known(name, rows):
    with pytest.raises(DataError, match=f"{name} needs to know the columns"):
        computed(ganreg.create("metric", name), rows)


@pytest.mark.parametrize("name", ["train-on-synthetic", "membership-inference"])
def test_rows_that_were_not_trained_on_are_needed(name, make, rows):
    with pytest.raises(DataError, match=f"{name} needs rows that were not trained on"):
        make(name).compute(rows(60, 1), rows(60, 2))


def test_a_subset_has_each_row_once():
    values = np.arange(20.0).reshape(20, 1)
    chosen = some(values, 15, np.random.default_rng(0))

    assert some(values, 20, np.random.default_rng(0)) is values
    assert len(np.unique(chosen)) == len(chosen) == 15
