"""The distance to the closest record: of copies, of new rows, and of rows far away."""

import numpy as np
import pytest
from ganreg_metrics.tables.closest_record import closer
from hypothesis import given, settings
from hypothesis import strategies as st


def test_copies_of_the_training_rows_are_all_found(make, rows):
    train = rows(300, 1)
    for values in (
        make("closest-record").compute_held_out(train, train, rows(100, 2)),
        make("closest-record").compute(train, train),
    ):
        assert (values["copies"], values["dcr"], values["dcr_closer"]) == (1.0, 0.0, 1.0)
        assert values["dcr_real"] > 0.1


def test_copies_are_sought_among_all_rows(make, rows):
    train = rows(400, 1)
    values = make("closest-record", training=20, samples=20).compute_held_out(train, train[-10:], rows(100, 2))

    assert values["copies"] == 1.0


def test_new_rows_are_as_close_as_held_out_ones(make, rows):
    """Over 20 draws, P(d(generated) < d(held-out)) is one half on average."""
    found = [
        make("closest-record", bootstrap=2).compute_held_out(
            rows(100, seed), rows(100, 100 + seed), rows(100, 200 + seed)
        )
        for seed in range(20)
    ]
    assert np.mean([values["dcr_closer"] for values in found]) == pytest.approx(0.5, abs=0.03)
    assert max(values["copies"] for values in found) == 0.0


def test_rows_far_away_are_farther_than_held_out_ones(make, rows):
    values = make("closest-record").compute_held_out(rows(200, 1), rows(100, 2) + np.array([50, 0, 0, 0]), rows(100, 3))

    assert values["dcr_closer"] < 0.05
    assert values["dcr"] > 10 * values["dcr_real"]


numbers = st.lists(st.integers(0, 5), min_size=1, max_size=12)


@given(numbers, numbers)
@settings(max_examples=60, deadline=None)
def test_closer_is_the_share_of_all_pairs(far, near):
    expected = np.mean([(b < a) + 0.5 * (a == b) for a in far for b in near])

    assert closer(np.array(far), np.array(near)) == pytest.approx(expected, abs=1e-12)
