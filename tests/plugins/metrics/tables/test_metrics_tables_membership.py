"""Membership inference: against scikit-learn's area under the curve, for copies and for new rows."""

import numpy as np
import pytest
from ganreg_metrics.tables.rows import Places, nearest
from sklearn.metrics import roc_auc_score


def test_the_area_is_that_of_scikit_learn(make, columns, rows):
    train, fake, others = rows(80, 1), rows(60, 2), rows(70, 3)
    places = Places.of(columns, train)
    distances = np.concatenate([nearest(places(each), places(fake)) for each in (train, others)])
    expected = roc_auc_score(np.repeat([1, 0], [80, 70]), -distances)

    values = make("membership-inference").compute_held_out(train, fake, others)
    assert values["membership_auc"] == pytest.approx(expected, abs=1e-12)


def test_copies_reveal_the_training_rows_and_new_rows_do_not(make, rows):
    train, others = rows(300, 1), rows(300, 2)
    metric = make("membership-inference")

    assert metric.compute_held_out(train, train, others)["membership_auc"] > 0.99
    fresh = metric.compute_held_out(train, rows(300, 3), others)
    assert fresh["membership_auc"] == pytest.approx(0.5, abs=4 * fresh["membership_auc_error"])
    assert 0.01 < fresh["membership_auc_error"] < 0.05


def test_the_error_is_the_spread_over_draws(make, rows):
    """Over 60 draws of all three tables; the stated error knows nothing of the generated rows' own chance."""
    found = [
        make("membership-inference", bootstrap=50).compute_held_out(rows(60, s), rows(60, 100 + s), rows(60, 200 + s))
        for s in range(60)
    ]
    spread = np.std([values["membership_auc"] for values in found], ddof=1)
    stated = np.mean([values["membership_auc_error"] for values in found])
    assert 0.75 * spread < stated < 1.25 * spread
