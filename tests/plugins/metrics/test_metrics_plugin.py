"""How the plugin offers its metrics, and what they all have in common."""

import ast
import importlib
import inspect
import pkgutil
import subprocess
import sys
from importlib import resources

import attrs
import ganreg_metrics
import numpy as np
import pytest

import ganreg

COMPONENTS = ganreg_metrics.ganreg_metrics()
OF_TABLES = {"table-fidelity", "train-on-synthetic", "closest-record", "membership-inference"}
"""Metrics of columns; test_metrics_tables_metric holds what they have in common."""
NAMES = [component.name for component in COMPONENTS if component.name not in OF_TABLES]
MAIN = {
    "reconstruction": ["l1"],
    "frechet": ["frechet"],
    "kernel": ["kernel"],
    "inception-score": ["inception_score"],
    "precision-recall": ["precision", "recall"],
    "density-coverage": ["density", "coverage"],
    "sliced-wasserstein": ["sliced_wasserstein"],
    "mode-coverage": ["modes", "high_quality", "reverse_kl"],
    "moments": ["moments", "mean", "standard_deviation", "skewness", "kurtosis"],
    "kolmogorov-smirnov": ["kolmogorov_smirnov"],
    "nearest-neighbour": ["nearest_neighbour", "closer"],
    "classifier-accuracy": ["classifier_accuracy", "reverse_accuracy"],
    "two-sample": ["two_sample", "two_sample_distance"],
}
OF_IMAGES = {"reconstruction": ["psnr", "ssim"]}
"""Scores that only images have."""

SOURCES = {
    name: inspect.getsource(importlib.import_module(name))
    for _, name, _ in pkgutil.walk_packages(ganreg_metrics.__path__, "ganreg_metrics.")
}


class OneMode(ganreg.Dataset):
    def modes(self):
        return ganreg.Modes(means=[[0.0], [1.0]], standard_deviation=1.0)


class Computed:
    """A metric with what it takes to compute it, called the same way for all."""

    def __init__(self, name, **parameters):
        if name == "two-sample":
            parameters = {"classifier": "logistic", **parameters}
        self.name, self.metric = name, ganreg.create("metric", name, **parameters).for_data(OneMode())

    def __call__(self, real, fake):
        if self.metric.needs_pairs:
            fake = fake[: len(real)]
            return self.metric.compute_pairs(fake, real, ganreg.DataSpec(np.shape(real)[1:]))
        if self.name == "classifier-accuracy":
            labels = [np.arange(len(each)) % 2 for each in (real, fake)]
            return self.metric.compute_with_labels(real, fake, *labels)
        return self.metric.compute(real, fake)


def samples_for(name, count=60, dtype=np.float64):
    """Two arrays that the metric takes: one feature where it takes but one, probabilities where it wants them."""
    stream = np.random.default_rng(3)
    real, fake = stream.normal(size=(count, 1)), stream.normal(0.3, 1.2, size=(count + 7, 1))
    if name == "inception-score":
        share = 1 / (1 + np.exp(-fake))
        fake = np.concatenate([share, 1 - share], axis=1)
    return real.astype(dtype), fake.astype(dtype)


def test_every_metric_of_the_package_is_offered_once():
    modules = [importlib.import_module(name) for name in SOURCES]
    defined = [
        f"{module.__name__}:{name}"
        for module in modules
        for name, cls in vars(module).items()
        if isinstance(cls, type) and issubclass(cls, ganreg.Metric) and cls.__module__ == module.__name__
        if name != "TableMetric"  # what the metrics of tables share
    ]
    offered = [component.implementation for component in COMPONENTS]
    assert sorted(offered) == sorted(name for name in defined if not name.partition(":")[2].startswith("_"))
    assert len({*NAMES, *OF_TABLES}) == len(offered)
    assert {*NAMES, *OF_TABLES} <= set(ganreg.registry().names("metric"))


def test_summaries_fit_one_line_of_a_listing():
    assert all(0 < len(component.summary) <= 52 for component in COMPONENTS)


def test_listing_imports_nothing_heavy():
    heavy = "{'tensorflow', 'keras', 'sklearn', 'scipy', 'numpy'}"
    code = f"import sys, ganreg_metrics; ganreg_metrics.ganreg_metrics(); print({heavy} & set(sys.modules))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout == "set()\n"


def test_showing_a_metric_loads_neither_tensorflow_nor_scipy():
    modules = [component.implementation.split(":")[0] for component in COMPONENTS]
    code = f"import sys, {', '.join(modules)}; print({{'tensorflow', 'keras', 'scipy', 'sklearn'}} & set(sys.modules))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout == "set()\n"


@pytest.mark.parametrize("component", COMPONENTS, ids=[component.name for component in COMPONENTS])
def test_every_field_explains_itself(component):
    module, name = component.implementation.split(":")
    implementation = getattr(importlib.import_module(module), name)
    assert isinstance(implementation(), ganreg.Metric)
    assert all(field.metadata["help"] and field.validator for field in attrs.fields(implementation) if field.init)


@pytest.mark.parametrize("name", NAMES)
def test_values_are_floats_the_main_ones_first_and_each_has_an_error(name):
    values = Computed(name)(*samples_for(name))
    assert list(values)[: len(MAIN[name])] == MAIN[name]
    assert all(type(value) is float and np.isfinite(value) for value in values.values())
    assert all(values[f"{main}_error"] >= 0 for main in MAIN[name])


@pytest.mark.parametrize("name", NAMES)
def test_the_same_twice_and_inputs_left_alone(name):
    real, fake = samples_for(name)
    before = real.copy(), fake.copy()
    assert Computed(name)(real, fake) == Computed(name)(real, fake)
    np.testing.assert_array_equal(real, before[0])
    np.testing.assert_array_equal(fake, before[1])


@pytest.mark.parametrize("name", NAMES)
def test_float32_features_are_worked_on_in_float64(name):
    real, fake = samples_for(name, dtype=np.float32)
    exact = Computed(name)(real.astype(np.float64), fake.astype(np.float64))
    assert Computed(name)(real, fake) == pytest.approx(exact, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("name", NAMES)
def test_values_that_are_not_finite_are_refused(name, wrong):
    real, fake = samples_for(name)
    fake[3, 0] = wrong
    with pytest.raises(ganreg.DataError, match=f"{name}: generated features contain NaN or infinity"):
        Computed(name)(real, fake)


@pytest.mark.parametrize("name", sorted({*NAMES} - {"inception-score", "mode-coverage"}))
def test_reals_that_are_not_finite_are_refused(name):
    real, fake = samples_for(name)
    real[3, 0] = np.nan
    with pytest.raises(ganreg.DataError, match="real features contain NaN or infinity"):
        Computed(name)(real, fake)


@pytest.mark.parametrize("name", NAMES)
def test_one_sample_is_too_few(name):
    real, fake = samples_for(name)
    with pytest.raises(ganreg.DataError, match=rf"{name}: 1 generated samples are too few; it needs at least \d+"):
        Computed(name)(real, fake[:1])


@pytest.mark.parametrize("name", NAMES)
def test_the_declared_minimum_is_what_computing_asks_for(name):
    real, fake = samples_for(name)
    computed = Computed(name)
    least = computed.metric.minimum_samples(fake.shape[1])
    assert computed(real[:least], fake[:least])
    with pytest.raises(
        ganreg.DataError, match=f"{name}: {least - 1} .* samples are too few; it needs at least {least}"
    ):
        computed(real[: least - 1], fake[: least - 1])


def test_frechet_needs_more_samples_than_features_unless_told_otherwise():
    assert ganreg.create("metric", "frechet").minimum_samples(64) == 65
    assert ganreg.create("metric", "frechet", few_samples=True).minimum_samples(64) == 3


@pytest.mark.parametrize("name", NAMES)
def test_scores_are_main_values(name):
    declared = Computed(name).metric.lower_is_better
    assert set(declared) <= {*MAIN[name], *OF_IMAGES.get(name, ())}
    assert name == "nearest-neighbour" or declared


@pytest.mark.parametrize("name", NAMES)
def test_what_is_better_is_so_for_better_fakes(name):
    """Reals for fakes, against fakes that are far off and all alike."""
    real, _ = samples_for(name)
    good, poor = real + 1e-3, 9.0 + 1e-6 * real
    if name == "inception-score":
        good, poor = np.eye(2)[np.arange(60) % 2], np.full((60, 2), 0.5)
    if name == "mode-coverage":
        good, poor = np.arange(60.0)[:, None] % 2, np.full((60, 1), 9.0)
    better, worse = (Computed(name)(real, side) for side in (good, poor))
    for value, lower in Computed(name).metric.lower_is_better.items():
        if value not in better:
            assert value in OF_IMAGES[name]
            continue
        assert (better[value] <= worse[value]) if lower else (better[value] >= worse[value]), value


@pytest.mark.parametrize("name", NAMES)
def test_words_and_emptiness_are_refused(name):
    real, _ = samples_for(name)
    with pytest.raises(ganreg.DataError, match="must be real numbers"):
        Computed(name)(real, np.array([["a"]] * 60))
    with pytest.raises(ganreg.DataError, match=r"must be an array \[N, F\]"):
        Computed(name)(real, np.empty((60, 0)))
    with pytest.raises(ganreg.DataError, match="0 generated samples are too few"):
        Computed(name)(real, np.empty((0, 1)))


@pytest.mark.parametrize("name", sorted({*NAMES} - {"inception-score", "mode-coverage"}))
def test_different_features_are_refused(name):
    real, fake = samples_for(name)
    with pytest.raises(ganreg.DataError, match="real samples have 2 features, but generated samples have 1"):
        Computed(name)(np.hstack([real, real]), fake)


@pytest.mark.parametrize("name", ["moments", "kolmogorov-smirnov"])
def test_one_dimension_is_asked_for(name):
    real, fake = samples_for(name)
    with pytest.raises(ganreg.DataError, match="compares samples with one feature, got 2"):
        Computed(name)(np.hstack([real, real]), np.hstack([fake, fake]))


def test_samples_of_any_shape_are_flattened():
    real, fake = np.random.default_rng(0).normal(size=(2, 30, 2, 3))
    metric = ganreg.create("metric", "frechet")
    assert metric.compute(real, fake) == metric.compute(real.reshape(30, 6), fake.reshape(30, 6))
    one = ganreg.create("metric", "moments")
    assert one.compute(real[:, 0, 0], fake[:, 0, 0]) == one.compute(real[:, 0, :1], fake[:, 0, :1])


@pytest.mark.parametrize("name", NAMES)
def test_hooks_of_the_base_class_change_nothing_for_who_does_not_need_them(name):
    metric = ganreg.create("metric", name)
    if name != "mode-coverage":
        assert metric.for_data(OneMode()) is metric
    if name not in {"mode-coverage", "classifier-accuracy", "two-sample", "reconstruction"}:
        real, fake = samples_for(name)
        assert metric.compute_with_labels(real, fake, None, None) == metric.compute(real, fake)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("frechet", {"subsets": 1}),
        ("kernel", {"subsets": 1}),
        ("kernel", {"subset_size": 1}),
        ("kernel", {"degree": 0}),
        ("inception-score", {"splits": 1}),
        ("precision-recall", {"neighbours": 0}),
        ("density-coverage", {"neighbours": 0}),
        ("sliced-wasserstein", {"p": 3}),
        ("sliced-wasserstein", {"projections": 0}),
        ("mode-coverage", {"deviations": 0.0}),
        ("moments", {"bootstrap": 1}),
        ("kolmogorov-smirnov", {"seed": -1}),
        ("nearest-neighbour", {"bootstrap": 1}),
        ("classifier-accuracy", {"penalty": 0.0}),
        ("reconstruction", {"bootstrap": 1}),
        ("two-sample", {"folds": 1}),
        ("two-sample", {"classifier": "forest"}),
    ],
)
def test_wrong_parameters_are_refused(name, wrong):
    with pytest.raises(ganreg.SpecError, match=next(iter(wrong))):
        ganreg.create("metric", name, **wrong)


@pytest.mark.parametrize("module", SOURCES)
def test_functions_import_nothing(module):
    functions = [node for node in ast.walk(ast.parse(SOURCES[module])) if isinstance(node, ast.FunctionDef)]

    assert not [node for each in functions for node in ast.walk(each) if isinstance(node, (ast.Import, ast.ImportFrom))]


def test_types_are_published():
    assert resources.files(ganreg_metrics).joinpath("py.typed").is_file()
