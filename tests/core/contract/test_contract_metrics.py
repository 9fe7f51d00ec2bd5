"""The base class of metrics: all ways of evaluating lead to `compute` by default."""

import attrs
import numpy as np

from ganreg import Dataset, DataSpec, Metric


@attrs.frozen(kw_only=True)
class Difference(Metric):
    """The difference of the means."""

    def compute(self, real, fake):
        return {"difference": float(real.mean() - fake.mean())}


REAL, FAKE = np.full((4, 1), 3.0), np.full((5, 1), 1.0)


def test_labels_and_held_out_samples_are_ignored_by_default():
    metric = Difference()
    expected = {"difference": 2.0}
    assert metric.compute(REAL, FAKE) == expected
    assert metric.compute_with_labels(REAL, FAKE, np.zeros(4, int), np.ones(5, int)) == expected
    assert metric.compute_held_out(REAL, FAKE, np.full((2, 1), 100.0)) == expected


def test_a_metric_is_the_same_for_every_dataset_and_chosen_for_none_by_default():
    metric = Difference()
    assert metric.for_data(Dataset()) is metric
    assert not metric.suits(DataSpec((2,)), None)
    assert metric.minimum_samples(2048) == 2
