"""The real samples that generated ones are compared with, and their features, computed once and kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import attrs
import numpy as np

from ganreg.data.arrays import Array, Data
from ganreg.evaluation.cache import cached_array, key_of
from ganreg.evaluation.extractors import Source

MOST_SAMPLES = 10_000
"""Generated samples that are judged, unless asked for otherwise or there are too few real ones."""

Part = Literal["chosen", "others", "train", "held-out"]


def default_samples(data: Data) -> int:
    """How many samples to compare: as many as there are in each half of the real ones, `MOST_SAMPLES` at most."""
    total = len(data.train) + (0 if data.test is None else len(data.test))
    return max(1, min(MOST_SAMPLES, len(data.train), total // 2))


@attrs.frozen(eq=False)
class Side:
    """One side of a comparison: features `[N, F]`, and labels `[N]` where there are any."""

    features: Array
    labels: Array | None = None


class Reals:
    """Which real samples are compared with the generated ones, and which with those for the baseline.

    The chosen ones are drawn from the part that was trained on. As many others for the baseline are the held-out ones, and
    where these are too few, further ones of the train part.

    Args:
        data: the samples.
        count: how many generated samples there will be.
        seed: which are drawn.
    """

    def __init__(self, data: Data, count: int, seed: int) -> None:
        self._data = data
        stream = np.random.default_rng(seed)
        order = stream.permutation(len(data.train))
        self._chosen, rest = order[:count], order[count:]
        held_out = stream.permutation(0 if data.test is None else len(data.test))[:count]
        missing = count - len(held_out)
        enough = len(self._chosen) == count and len(rest) >= missing
        self._others = (held_out, rest[:missing]) if enough else None

    @property
    def has_others(self) -> bool:
        """Whether there is a second real set of the same size."""
        return self._others is not None

    @property
    def has_held_out(self) -> bool:
        """Whether there are samples that were not trained on."""
        return self._data.test is not None

    def samples(self, part: Part) -> Array:
        """The samples of a part, `[N, *shape]`."""
        data = self._data
        return self._of(part, data.train, data.test)

    def labels(self, part: Part) -> Array | None:
        """The labels of a part, `[N]`; `None` where there are none."""
        data = self._data
        if data.train_labels is None or (data.test is not None and data.test_labels is None):
            return None
        return self._of(part, data.train_labels, data.test_labels)

    def _of(self, part: Part, train: Array, test: Array | None) -> Array:
        if part == "chosen":
            return train[self._chosen]
        if part == "others":
            held_out, rest = self._others or ((), ())
            return train[rest] if test is None else np.concatenate([test[held_out], train[rest]])
        return train if part == "train" or test is None else test


@attrs.frozen(kw_only=True)
class View:
    """What a metric looks at of samples.

    Attributes:
        description: for people.
        key: changes with anything that the outcome depends on.
        of: samples `[N, *shape]` to `[N, F]`.
        quick: whether it is not worth keeping.
    """

    description: str
    key: str
    of: Callable[[Array], Array]
    quick: bool


class RealFeatures:
    """What metrics look at of the real samples, each computed when first asked for, and kept.

    Args:
        source: the real samples.
        count: how many generated samples there will be.
        seed: which reals are drawn.
    """

    def __init__(self, source: Source, count: int, seed: int) -> None:
        self.reals = Reals(source.data, count, seed)
        self._source, self._drawn = source.fingerprint, (count, seed)
        self._known: dict[str, Array] = {}

    def side(self, part: Part, view: View) -> Side:
        """The features of a part, with labels."""
        drawn = self._drawn if part in ("chosen", "others") else None
        key = key_of("features", self._source, drawn, view.key, part)
        if key not in self._known:

            def make() -> Array:
                return view.of(self.reals.samples(part))

            self._known[key] = make() if view.quick else cached_array(key, make)
        return Side(self._known[key], self.reals.labels(part))
