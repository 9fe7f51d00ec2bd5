"""Models that are trained on the rows of one table and tested on those of another."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any, Literal

import attrs

from ganreg import Column
from ganreg.lazy import lazy_module
from ganreg_metrics.features import Array

compose = lazy_module("sklearn.compose")
ensemble = lazy_module("sklearn.ensemble")
exceptions = lazy_module("sklearn.exceptions")
impute = lazy_module("sklearn.impute")
linear_model = lazy_module("sklearn.linear_model")
pipeline = lazy_module("sklearn.pipeline")
preprocessing = lazy_module("sklearn.preprocessing")
threads = lazy_module("threadpoolctl")

Kind = Literal["boosting", "linear"]

_MOST_NATIVE = 255
"""The greatest number of categories that gradient boosting takes as such; more are taken for numbers."""
_TREES, _ITERATIONS = 100, 300


@attrs.frozen
class Learner:
    """Makes a model of scikit-learn for the columns of a table.

    Attributes:
        kind: `"boosting"`, gradient-boosted trees; or `"linear"`, a logistic or ridge regression.
        columns: what the inputs hold.
        seed: the random seed.
    """

    kind: Kind
    columns: Sequence[Column]
    seed: int

    def classifier(self, rows: Array, classes: Array) -> Any:
        """Trains a classifier on rows `[N, inputs]` with at least two classes `[N]`."""
        if self.kind == "boosting":
            model = ensemble.HistGradientBoostingClassifier(**self._boosting())
        else:
            model = self._linear(linear_model.LogisticRegression(max_iter=_ITERATIONS))
        return _fitted(model, rows, classes)

    def regressor(self, rows: Array, numbers: Array) -> Any:
        """Trains a regression on rows `[N, inputs]` with numbers `[N]`."""
        if self.kind == "boosting":
            model = ensemble.HistGradientBoostingRegressor(**self._boosting())
        else:
            model = self._linear(linear_model.Ridge())
        return _fitted(model, rows, numbers)

    def _boosting(self) -> dict[str, Any]:
        native = [column.is_category and len(column.labels) <= _MOST_NATIVE for column in self.columns]
        return {
            "max_iter": _TREES,
            "early_stopping": False,
            "categorical_features": native if any(native) else None,
            "random_state": self.seed,
        }

    def _linear(self, model: Any) -> Any:
        """Standardises numbers, whose gaps become their mean, and encodes categories as one-hot rows."""
        categories = [place for place, column in enumerate(self.columns) if column.is_category]
        numbers = [place for place in range(len(self.columns)) if place not in categories]
        standardised = pipeline.make_pipeline(
            impute.SimpleImputer(keep_empty_features=True), preprocessing.StandardScaler()
        )
        encoded = preprocessing.OneHotEncoder(handle_unknown="ignore")
        inputs = compose.ColumnTransformer([("numbers", standardised, numbers), ("categories", encoded, categories)])
        return pipeline.make_pipeline(inputs, model)


def one_thread() -> Any:
    """A context in which scikit-learn uses one thread.

    Many threads wait for each other on a busy machine, where a small table takes minutes instead of a second.
    """
    return threads.threadpool_limits(1, user_api="openmp")


def _fitted(model: Any, rows: Array, target: Array) -> Any:
    with warnings.catch_warnings():
        # On perfectly separable classes it never converges, although the predictions no longer change.
        warnings.simplefilter("ignore", exceptions.ConvergenceWarning)
        return model.fit(rows, target)
