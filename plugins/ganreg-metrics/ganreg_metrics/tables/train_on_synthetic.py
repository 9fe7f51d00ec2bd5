"""Train on synthetic rows, test on real ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, Self

import attrs
import numpy as np
from attrs import validators

from ganreg import Column, DataError, parameter
from ganreg.lazy import lazy_module
from ganreg_metrics.features import Array
from ganreg_metrics.resampling import errors_of
from ganreg_metrics.tables.metric import TableMetric, some
from ganreg_metrics.tables.models import Kind, Learner, one_thread

scores = lazy_module("sklearn.metrics")


@attrs.frozen(kw_only=True)
class TrainOnSynthetic(TableMetric):
    """Whether a model that is trained on generated rows predicts a column of real rows (TSTR, arXiv:1706.02633).

    A model is trained on generated rows to predict one column from the others, and tested on real rows that the
    generator was not trained on. The baseline is the same model trained on as many real rows. The column is that of the
    classes, or the one that `target` names::

        tstr_f1          mean over classes of the F1 score
        tstr_accuracy    share of correct predictions
        tstr_roc_auc     mean over classes of the area under the ROC curve, each class against the others
        tstr_rare_recall share of the test rows of the rarest class that are found
        tstr_r2          coefficient of determination; the only value for numbers and dates

    The model is gradient boosting (scikit-learn's `HistGradientBoosting`), or a logistic or ridge regression. A class
    that was not generated is never predicted. The errors are those of the test rows for the trained model, by the
    bootstrap: they do not include what another training would change.

    Values: as above, each with its error, such as `tstr_f1_error`.
    """

    name: ClassVar[str] = "train-on-synthetic"
    needs_held_out: ClassVar[bool] = True
    trains_on_generated: ClassVar[bool] = True
    lower_is_better: ClassVar[Mapping[str, bool]] = {
        "tstr_f1": False,
        "tstr_accuracy": False,
        "tstr_roc_auc": False,
        "tstr_rare_recall": False,
        "tstr_r2": False,
    }

    target: str = parameter(
        "", "the column to predict; empty for the column of the classes", validators.instance_of(str)
    )
    model: Kind = parameter("boosting", "boosting or linear", validators.in_(("boosting", "linear")))
    samples: int = parameter(10_000, "maximum number of rows to train on, and to test on", validators.ge(10))
    bootstrap: int = parameter(100, "resamples of the test rows for the errors", validators.ge(2))
    seed: int = parameter(0, "random seed of rows, model and resamples", validators.ge(0))

    def minimum_samples(self, features: int) -> int:
        """Returns 10, the fewest from which anything is learnt."""
        return 10

    def for_columns(self, columns: Sequence[Column]) -> Self:
        """Returns the metric for a table with these columns.

        Raises:
            DataError: there is no column to predict, or none to predict it from.
        """
        adapted = super().for_columns(columns)
        adapted._place()
        if len(columns) < 2:
            raise DataError(f"{self.name} needs at least two columns, one to predict and another to predict it from")
        return adapted

    def _place(self) -> int:
        """The place of the column to predict."""
        names = [column.name for column in self._columns]
        if self.target:
            if self.target not in names:
                raise DataError(f"{self.name}: there is no column '{self.target}'; the columns are {_listed(names)}")
            return names.index(self.target)
        classes = [place for place, column in enumerate(self._columns) if column.is_class]
        if not classes:
            raise DataError(
                f"{self.name} does not know which column to predict, as generated rows have no classes; name one with "
                f"{self.name}:target=COLUMN, from {_listed(names)}"
            )
        return classes[0]

    def compute_held_out(self, real: Array, fake: Array, held_out: Array) -> dict[str, float]:
        """Trains on generated rows `[M, columns]` and tests on held-out ones `[H, columns]`; `real` is not used.

        Raises:
            DataError: values are infinite, not those of the columns, or too few.
        """
        stream = np.random.default_rng(self.seed)
        self.checked(real, "real", minimum=2)
        train = some(self.checked(fake, "generated", minimum=self.minimum_samples(1)), self.samples, stream)
        test = some(self.checked(held_out, "held-out", minimum=2), self.samples, stream)
        place = self._place()
        inputs = [column for index, column in enumerate(self._columns) if index != place]
        learner = Learner(self.model, inputs, self.seed)
        (rows, target), (test_rows, truth) = (_divided(each, place) for each in (train, test))
        if len(truth) < 2 or not len(target):
            raise DataError(f"{self.name}: nearly all values of column '{self._columns[place].name}' are missing")
        empty = np.isnan(rows).all(axis=0)  # nothing is learnt from these columns, but models refuse them
        rows[:, empty] = test_rows[:, empty] = 0.0
        with one_thread():
            if self._columns[place].is_category:
                return self._of_classes(learner, rows, target.astype(int), test_rows, truth.astype(int))
            return self._of_numbers(learner, rows, target, test_rows, truth)

    def compute(self, real: Array, fake: Array) -> dict[str, float]:
        """Refuses to compute without held-out rows; see `compute_held_out`.

        Raises:
            DataError: always.
        """
        raise DataError(
            f"{self.name} needs rows that were not trained on: metric.compute_held_out(real, fake, held_out)"
        )

    def _of_classes(self, learner: Learner, rows: Array, target: Array, test: Array, truth: Array) -> dict[str, float]:
        known, counts = np.unique(truth, return_counts=True)
        rarest = known[counts.argmin()]
        chances = np.zeros((len(test), len(self._columns[self._place()].labels)))
        learnt = np.unique(target)
        if len(learnt) == 1:
            chances[:, learnt] = 1.0
        else:
            chances[:, learnt] = learner.classifier(rows, target).predict_proba(test)
        predicted = chances.argmax(axis=1)

        def values(truth: Array, predicted: Array, chances: Array) -> Array:
            return np.array(
                [
                    scores.f1_score(truth, predicted, labels=known, average="macro", zero_division=0),
                    (truth == predicted).mean(),
                    _mean_auc(truth, chances, known),
                    (predicted[truth == rarest] == rarest).mean() if (truth == rarest).any() else 0.0,
                ]
            )

        names = ("tstr_f1", "tstr_accuracy", "tstr_roc_auc", "tstr_rare_recall")
        return self._with_errors(names, values, truth, predicted, chances)

    def _of_numbers(self, learner: Learner, rows: Array, target: Array, test: Array, truth: Array) -> dict[str, float]:
        predicted = learner.regressor(rows, target).predict(test)

        def values(truth: Array, predicted: Array) -> Array:
            variance = ((truth - truth.mean()) ** 2).sum()
            return np.array([1 - ((truth - predicted) ** 2).sum() / variance if variance > 0 else 0.0])

        return self._with_errors(("tstr_r2",), values, truth, predicted)

    def _with_errors(self, names: Sequence[str], values: Callable[..., Array], *test: Array) -> dict[str, float]:
        rows = np.arange(len(test[0]))
        errors = errors_of(lambda drawn: values(*(each[drawn] for each in test)), [rows], self.bootstrap, self.seed)
        found = dict(zip(names, map(float, values(*test)), strict=True))
        return found | {f"{name}_error": float(error) for name, error in zip(names, errors, strict=True)}


def _divided(table: Array, place: int) -> tuple[Array, Array]:
    """The inputs, and what to predict, of the rows in which it is present."""
    present = table[~np.isnan(table[:, place])]
    return np.delete(present, place, axis=1), present[:, place]


def _mean_auc(truth: Array, chances: Array, known: Array) -> float:
    """The mean area under the ROC curves of the classes that some rows have and others have not."""
    areas = [
        scores.roc_auc_score(truth == one, chances[:, one])
        for one in known
        if 0 < np.count_nonzero(truth == one) < len(truth)
    ]
    return float(np.mean(areas)) if areas else 0.5


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_SHOWN])
    return f"{shown}, ..." if len(names) > _SHOWN else shown


_SHOWN = 8
