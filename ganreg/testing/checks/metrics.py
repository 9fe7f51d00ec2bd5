"""Checks of metrics, on features at known distances."""

from __future__ import annotations

import functools
from typing import Any

import attrs
import numpy as np

from ganreg.contract.metrics import Metric
from ganreg.data.arrays import Array
from ganreg.data.columns import Column
from ganreg.data.spec import DataSpec
from ganreg.errors import DataError
from ganreg.testing.check import check
from ganreg.testing.failures import CheckFailure, NotApplicableError, require
from ganreg.testing.reference_dataset import ReferenceDataset
from ganreg.testing.subject import Subject

_COUNT, _FAR = 240, 20
_LEVELS = (0.0, 0.5, 1.0)
"""From the real samples themselves to samples that have nothing in common with them."""


@attrs.frozen(eq=False)
class Example:
    """Features that a metric accepts.

    Attributes:
        metric: the metric, prepared for them.
        real, far: features `[N, F]` that have nothing in common; generated features are mixed from them.
        labels: the classes of the real features, or `None` if the metric does not use them.
        moves: which features are mixed; the others stay those of the real samples. Defaults to all.
    """

    metric: Metric
    real: Array
    far: Array
    labels: Array | None = None
    moves: Array | bool = True

    def fake(self, level: float) -> Array:
        """Generated features: equal to the real ones at level 0, and far from them at level 1."""
        return (self.real + level * np.where(self.moves, self.far - self.real, 0.0)).astype(np.float32)

    def values(self, level: float = 0.0, *, real: Array | None = None, fake: Array | None = None) -> dict[str, float]:
        """The values of the metric."""
        real = self.real if real is None else real
        fake = self.fake(level) if fake is None else fake
        if self.metric.needs_pairs:
            return self.metric.compute_pairs(fake, real, DataSpec(self.real.shape[1:]))
        if self.metric.needs_held_out:
            return self.metric.compute_held_out(real, fake, np.where(self.moves, self.far, self.real))
        if self.labels is None:
            return self.metric.compute(real, fake)
        return self.metric.compute_with_labels(real, fake, self.labels[: len(real)], self.labels[: len(fake)])


def _features(metric: Metric) -> Example:
    features = np.random.default_rng(0).normal(size=(_COUNT, 4)).astype(np.float32)
    return Example(metric, features, features + _FAR)


def _one_feature(metric: Metric) -> Example:
    example = _features(metric)
    return Example(metric, example.real[:, :1], example.far[:, :1])


def _probabilities(metric: Metric) -> Example:
    sure = np.eye(4, dtype=np.float32)[np.arange(_COUNT) % 4]
    return Example(metric, sure, np.full_like(sure, 0.25))


def _labelled(metric: Metric) -> Example:
    data = ReferenceDataset().load()
    points = data.train[:_COUNT]
    return Example(metric, points, points + _FAR, data.train_labels)


def _of_known_modes(metric: Metric) -> Example:
    return attrs.evolve(_labelled(metric), metric=metric.for_data(ReferenceDataset()), labels=None)


def _columns(metric: Metric) -> Example:
    """Two columns of numbers, and the classes of the rows."""
    if metric.looks_at != "columns":
        raise DataError("it does not look at columns")
    data = ReferenceDataset().load()
    points, classes = data.train[:_COUNT].reshape(_COUNT, -1)[:, :2], data.train_labels
    if classes is None:
        raise DataError("the reference dataset has no classes")
    labels = tuple(map(str, range(int(classes.max()) + 1)))
    columns = [Column("first"), Column("second"), Column("class", "category", labels, is_class=True)]
    rows = np.column_stack([points, classes[:_COUNT]]).astype(np.float32)
    return Example(metric.for_columns(columns), rows, rows + _FAR, moves=np.array([True, True, False]))


_CANDIDATES = (_features, _one_feature, _probabilities, _labelled, _of_known_modes, _columns)


@functools.lru_cache(maxsize=1)
def example_of(subject: Subject) -> Example:
    """The first features that the metric accepts.

    Raises:
        NotApplicableError: it refuses all features.
    """
    refusals = []
    for make in _CANDIDATES:
        try:
            example = make(subject.instance)
            example.values()
        except DataError as error:
            refusals.append(str(error))
        except Exception:  # noqa: BLE001 - `gives_numbers` reports the exception
            return example
        else:
            return example
    raise NotApplicableError(f"it refuses all features in the checks: {refusals[0]}")


@check("metric", proves="it returns finite floats with the same names each time")
def gives_numbers(subject: Subject) -> None:
    """Compares features with themselves and with different ones."""
    example = example_of(subject)
    answer = example.values()
    require(isinstance(answer, dict) and answer, f"it returns {type(answer).__name__}, not a dict of named values")
    for name, value in answer.items():
        require(
            isinstance(name, str) and type(value) is float, f"its value {name!r} is {type(value).__name__}, not float"
        )
        require(np.isfinite(value), f"its value '{name}' is {value}")
    others = list(example.values(1.0))
    text = f"it returns {', '.join(answer)} for some features, and {', '.join(others)} for others"
    require(others == list(answer), text)


@check("metric", proves="it returns the same values for the same features")
def computes_the_same(subject: Subject) -> None:
    """Computes it twice."""
    example = example_of(subject)
    require(example.values(0.5) == example.values(0.5), "computed twice for the same features, its values differ")


@check("metric", proves="its first value changes in one direction as generated samples move away from the real ones")
def orders_by_distance(subject: Subject) -> None:
    """Moves generated features away from the real ones, and checks that the first value is monotonic."""
    example = example_of(subject)
    values = [next(iter(example.values(level).values())) for level in _LEVELS]
    shown = ", ".join(f"{value:.4g}" for value in values)
    require(
        values[0] != values[-1], f"its first value is {values[0]:.4g} for equal features and for very different ones"
    )
    steps = np.diff(values)
    require(steps[0] * steps[1] >= 0, f"as generated features move away from real ones, its first value is {shown}")


@check("metric", proves="it refuses NaN and infinity with a DataError")
def refuses_non_finite_features(subject: Subject) -> None:
    """Puts one such number into the features of either side."""
    example = example_of(subject)
    # In columns, NaN stands for a missing value.
    for odd in (np.inf,) if example.metric.looks_at == "columns" else (np.nan, np.inf):
        for side, features in (("real", example.real), ("fake", example.fake(0.0))):
            broken = features.copy()
            broken[3, 0] = odd
            _expect_refusal(example, f"{odd} among the {side} features", **{side: broken})


@check("metric", proves="it refuses too few samples, and features of different sizes, with a DataError")
def refuses_too_few(subject: Subject) -> None:
    """Passes no sample and a single sample on either side, and generated samples with more features."""
    example = example_of(subject)
    for count in (0, 1):
        for side, features in (("real", example.real), ("fake", example.fake(0.5))):
            _expect_refusal(example, f"{count} {side} samples", **{side: features[:count]})
    wider = np.concatenate([example.fake(0.0)] * 2, axis=1)
    _expect_refusal(example, "generated samples with more features than the real ones", fake=wider)


def _expect_refusal(example: Example, what: str, **features: Any) -> None:
    try:
        answer = example.values(**features)
    except DataError:
        return
    except Exception as error:
        raise CheckFailure(
            f"given {what} it raises {type(error).__name__}: {error}; raise a DataError instead"
        ) from error
    if "real" in features and answer == example.values():
        return  # it does not use the real features
    raise CheckFailure(f"given {what} it returns {answer}")
