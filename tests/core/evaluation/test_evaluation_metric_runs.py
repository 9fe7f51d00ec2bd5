"""A metric in an evaluation: its text, what it is called with, and what it refuses."""

import numpy as np
import pytest

import ganreg
from ganreg import Component, DataError, DataSpec, GanregWarning, Metric
from ganreg.evaluation.metric_runs import MetricRun, default_metrics
from ganreg.evaluation.real_features import Side

FEATURES = np.random.default_rng(0).normal(size=(40, 3))


@pytest.mark.parametrize(
    ("dataset", "others"),
    [
        ("gaussian-1d", {"moments", "kolmogorov-smirnov"}),
        ("ring", {"mode-coverage", "sliced-wasserstein", "two-sample"}),
        ("swiss-roll", {"sliced-wasserstein", "two-sample"}),
        ("digits", {"precision-recall", "density-coverage"}),
        ("stacked", {"precision-recall", "density-coverage", "mode-coverage"}),
    ],
)
def test_defaults_are_the_frechet_distance_what_stands_in_for_it_and_the_metrics_that_suit_the_data(dataset, others):
    made = ganreg.create("dataset", dataset)

    first, second, *rest = default_metrics(made.spec(), made)

    assert (first, second) == ("frechet", "kernel")
    assert set(rest) == others


def test_defaults_for_rows_with_labels():
    spec = DataSpec((5,), num_classes=2)

    assert set(default_metrics(spec)) == {
        "frechet",
        "kernel",
        "classifier-accuracy",
        "sliced-wasserstein",
        "two-sample",
    }


@pytest.mark.parametrize(
    ("spec", "first"),
    [
        (DataSpec((4,), blocks=(ganreg.Block("x", 4),)), "table-fidelity"),
        (DataSpec((8, 8, 1), source=DataSpec((8, 8, 1)), paired=True), "reconstruction"),
        (DataSpec((8, 8, 1), source=DataSpec((8, 8, 1))), "frechet"),
    ],
)
def test_the_first_depends_on_the_kind_of_data(spec, first):
    assert default_metrics(spec)[0] == first


def test_a_broken_metric_of_a_plugin_costs_only_itself(point, install, spy):
    class Suits(spy):
        def suits(self, data, dataset):
            return True

    class Raises(spy):
        def suits(self, data, dataset):
            raise ZeroDivisionError("oh")

    components = [Component("good", Suits), Component("bad", Raises)]
    install(point("acme-gan", ganreg_metrics=components), without=["ganreg-metrics"])

    with pytest.warns(GanregWarning, match="metric 'bad' failed in suits: ZeroDivisionError: oh; it is left out"):
        assert default_metrics(DataSpec((1,))) == ["good"]


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ("frechet:subsets=5", "frechet:subsets=5"),
        (lambda: ganreg.create("metric", "frechet", subsets=5), "frechet:subsets=5"),
        (lambda: ganreg.create("metric", "frechet", subsets=10), "frechet"),
    ],
)
def test_its_text_names_what_differs_from_the_defaults(given, text):
    assert MetricRun.of(given if isinstance(given, str) else given(), None).text == text


def test_one_of_no_plugin_is_called_by_its_class(spy):
    run = MetricRun.of(spy(), None)

    assert (run.text, run.identity) == ("Spy", None)


def test_it_is_prepared_for_its_dataset(spy):
    class Other(spy):
        pass

    class Prepared(spy):
        def for_data(self, dataset):
            return Other()

    run = MetricRun.of(Prepared(), ganreg.create("dataset", "ring"))

    assert type(run.metric) is Other


class AllWays(Metric):
    def compute(self, real, fake):
        return {"plain": 1.0}

    def compute_with_labels(self, real, fake, real_labels, fake_labels):
        return {"labelled": float((real_labels == fake_labels).mean())}

    def compute_held_out(self, real, fake, held_out):
        return {"held out": float(len(held_out))}


def test_it_is_computed_with_all_that_there_is():
    run, labels = MetricRun.of(AllWays(), None), np.arange(40)

    assert run.values(Side(FEATURES), Side(FEATURES)) == {"plain": 1.0}
    assert run.values(Side(FEATURES, labels), Side(FEATURES)) == {"plain": 1.0}
    assert run.values(Side(FEATURES, labels), Side(FEATURES, labels)) == {"labelled": 1.0}
    assert run.values(Side(FEATURES), Side(FEATURES), FEATURES[:7]) == {"held out": 7.0}


def test_published_names_belong_to_one_extractor():
    frechet, kernel = MetricRun.of("frechet", None), MetricRun.of("kernel", None)

    assert frechet.published("inception") == {"frechet": "FID"}
    assert kernel.published("inception") == {"kernel": "KID"}
    assert frechet.published("pixels") == {}
    assert MetricRun.of("kernel:degree=1", None).published("inception") == {}


@pytest.mark.parametrize(
    ("data", "generator", "reason"), [(False, False, "the data has none"), (True, False, "not cond")]
)
def test_it_refuses_missing_labels(spy, data, generator, reason):
    class Labelled(spy):
        needs_labels = True

    with pytest.raises(DataError, match=reason):
        MetricRun.of(Labelled(), None).refuse_unlabelled(data=data, generator=generator)
    MetricRun.of(Labelled(), None).refuse_unlabelled(data=True, generator=True)
    MetricRun.of(spy(), None).refuse_unlabelled(data=data, generator=generator)


@pytest.fixture
def many(spy):
    """A metric that needs 601 samples."""

    class Many(spy):
        def minimum_samples(self, features):
            return 601

    return Many


def test_too_few_real_samples(many):
    with pytest.raises(
        DataError,
        match=r"needs at least 601 real samples on the 16 features of pixels, and the data has 600; take fewer "
        r"features, such as those of --features classifier or FILE\.keras, or another metric$",
    ):
        MetricRun.of(many(), None).refuse_too_few(600, 20, 16, "pixels")


def test_features_are_not_suggested_to_a_metric_that_looks_at_samples(many):
    class OfSamples(many):
        looks_at = "samples"
        with_few_samples = "'moments'"

    with pytest.raises(DataError, match=r"the data has 600; take 'moments'$"):
        MetricRun.of(OfSamples(), None).refuse_too_few(600, 20, 16, "values")


def test_too_few_generated_samples(many):
    with pytest.raises(DataError, match="needs at least 601 samples on pixels, not 20; ask for 601 or more"):
        MetricRun.of(many(), None).refuse_too_few(601, 20, 1, "pixels")


def test_its_own_mistake_is_named():
    class Broken(Metric):
        def compute(self, real, fake):
            raise ZeroDivisionError("oh")

    with pytest.raises(ganreg.PluginError, match="metric 'Broken' failed in compute: ZeroDivisionError: oh"):
        MetricRun.of(Broken(), None).values(Side(FEATURES), Side(FEATURES))
