"""The real samples that generated ones are compared with, and their features, which are computed once and kept."""

from __future__ import annotations

from typing import Literal, Protocol

import attrs
import numpy as np

from ganreg.contract.extractors import Source
from ganreg.data.arrays import Array, Data
from ganreg.evaluation.cache import cached_array, key_of

MOST_SAMPLES = 10_000
"""The default number of generated samples, if there are enough real ones."""

Part = Literal["chosen", "others", "train", "held-out", "unseen"]


def default_samples(data: Data) -> int:
    """Returns the number of samples to compare: half of the real ones, and at most `MOST_SAMPLES`."""
    total = len(data.train) + (0 if data.test is None else len(data.test))
    return max(1, min(MOST_SAMPLES, len(data.train), total // 2))


@attrs.frozen(eq=False)
class Side:
    """One side of a comparison: features `[N, F]`, and labels `[N]` if there are any."""

    features: Array
    labels: Array | None = None


class RealSamples:
    """The real samples that generated ones are compared with, and those that stand for generated ones in the baseline.

    The chosen samples are drawn from the training samples. The same number of others, for the baseline, are held-out
    samples, completed with further training samples if these are too few. Unseen ones are at most as many held-out
    samples, and nothing else.

    Args:
        data: the samples.
        count: the number of generated samples.
        seed: determines which are drawn.
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
        self._unseen = held_out

    @property
    def has_others(self) -> bool:
        """Whether there is a second set of real samples of the same size."""
        return self._others is not None

    @property
    def has_held_out(self) -> bool:
        """Whether there are samples that were not trained on."""
        return self._data.test is not None

    def samples(self, part: Part) -> Array:
        """Returns the samples of a part, `[N, *shape]`."""
        data = self._data
        return self._of(part, data.train, data.test)

    def labels(self, part: Part) -> Array | None:
        """Returns the labels of a part, `[N]`; `None` if there are none."""
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
        if part == "train" or test is None:
            return train
        return test[self._unseen] if part == "unseen" else test


class LookedAt(Protocol):
    """A function of samples, and of their labels."""

    def __call__(self, samples: Array, labels: Array | None = None, /) -> Array:
        """Computes what a metric looks at."""


@attrs.frozen(kw_only=True)
class View:
    """What a metric looks at: a function of samples.

    Attributes:
        description: names it in tables of scores.
        key: changes with anything that the result depends on.
        of: computes `[N, F]` from samples `[N, *shape]`, and from labels `[N]` if there are any and it uses them.
        keep: whether features of real samples are worth keeping in files.
    """

    description: str
    key: str
    of: LookedAt
    keep: bool


class RealFeatures:
    """What metrics look at of the real samples, computed on first use and kept.

    Args:
        source: the real samples.
        count: the number of generated samples.
        seed: determines which real samples are drawn.

    Attributes:
        real_samples: the real samples, by part.
    """

    def __init__(self, source: Source, count: int, seed: int) -> None:
        self.real_samples = RealSamples(source.data, count, seed)
        self._source, self._drawn = source.fingerprint, (count, seed)
        self._known: dict[str, Array] = {}

    def side(self, part: Part, view: View) -> Side:
        """Returns the features of a part, with labels."""
        drawn = self._drawn if part in ("chosen", "others", "unseen") else None
        key = key_of("features", self._source, drawn, view.key, part)
        if key not in self._known:

            def make() -> Array:
                return view.of(self.real_samples.samples(part), self.real_samples.labels(part))

            self._known[key] = cached_array(key, make) if view.keep else make()
        return Side(self._known[key], self.real_samples.labels(part))
