"""The base class of extractors. N is the number of samples, F of features, `shape` is `DataSpec.shape`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import attrs

from ganreg.contract.datasets import Dataset
from ganreg.contract.implementation import Implementation
from ganreg.data.spec import DataSpec

if TYPE_CHECKING:
    import keras
    import numpy as np

    from ganreg.data.arrays import Data

Kept = TypeVar("Kept")


class Cache:
    """What an extractor has computed before. This one keeps nothing, so that everything is computed again.

    During an evaluation, extractors receive one that keeps files in the user's cache folder, separately for each
    extractor, version and set of hyperparameters.
    """

    def file(
        self,
        suffix: str,
        *facts: object,
        make: Callable[[], Kept],
        write: Callable[[Kept, Path], object],
        read: Callable[[Path], Kept | None],
    ) -> Kept:
        """Returns a value that is kept in a file, such as a trained network.

        Args:
            suffix: the suffix of the file's name, such as `".keras"`.
            *facts: plain values that change with anything else that the value depends on, such as the data.
            make: computes the value; called if there is no such file or it is damaged.
            write: writes the value to the given path.
            read: reads the value from the given path; returns `None` if the file is missing or damaged.
        """
        return make()

    def numbers(self, *facts: object, make: Callable[[], dict[str, float]]) -> dict[str, float]:
        """Returns numbers by name that are kept, such as the accuracy of a network.

        Args:
            *facts: as for `file`.
            make: computes them.
        """
        return make()


@attrs.frozen(kw_only=True, eq=False)
class Source:
    """The real samples, and what else an extractor may use.

    Attributes:
        data: the samples, and their labels if there are any.
        spec: describes one sample.
        dataset: the dataset that they come from; `None` for plain arrays.
        fingerprint: a hash of the samples and labels.
        cache: keeps what takes long to compute.
    """

    data: Data
    spec: DataSpec
    fingerprint: str
    dataset: Dataset | None = None
    cache: Cache = attrs.field(factory=Cache)

    @classmethod
    def of(
        cls, data: Data, dataset: Dataset | None = None, *, spec: DataSpec | None = None, cache: Cache | None = None
    ) -> Source:
        """Describes samples.

        Args:
            data: the samples.
            dataset: the dataset that they come from.
            spec: describes one sample. Defaults to `data.spec`.
            cache: Defaults to one that keeps nothing.
        """
        from ganreg.data.arrays import fingerprint

        return cls(
            data=data,
            spec=spec or data.spec,
            fingerprint=fingerprint(data),
            dataset=dataset,
            cache=cache or Cache(),
        )

    @staticmethod
    def as_floats(samples: np.ndarray) -> np.ndarray:
        """Returns samples of a `Data` as float32 in the data's range; for uint8, 0 to 255 become -1 to 1."""
        from ganreg.data.ranges import to_float

        return to_float(samples)


@attrs.frozen(kw_only=True)
class Features:
    """An extractor that is ready for a dataset. Calling it computes the features of samples.

    Attributes:
        description: names the features in tables of scores, with what is needed to interpret them, such as
            `"classifier (test accuracy 0.981)"`.
        extract: computes the features of a batch. It receives float32 `[batch_size, *shape]` in the data's range, and
            returns `[batch_size, F]`, as an array or a tensor.
        classify: returns class probabilities `[batch_size, classes]` of the same batch; `None` if there are none.
        network: the Keras model from samples to features that `extract` runs in inference mode, for components that
            differentiate through it; `None` if the features are computed in another way.
        batch_size: the number of samples in each batch. The last batch is filled up with zeros, so that a compiled
            network sees one shape only.
        facts: plain values that change with anything that the features depend on in addition to the samples and the
            extractor's hyperparameters and version, such as the hash of a file.
        keep: whether the features of real samples are worth keeping in a file; `False` if computing them is as quick.
    """

    description: str
    extract: Callable[[np.ndarray], Any]
    classify: Callable[[np.ndarray], Any] | None = None
    network: keras.Model | None = None
    batch_size: int = 256
    facts: object = ()
    keep: bool = True

    def __call__(self, samples: np.ndarray) -> np.ndarray:
        """Returns the features of samples, float32 `[N, F]`.

        Args:
            samples: `[N, *shape]`, float32 in the data's range or uint8.

        Raises:
            ValueError: what `extract` returns does not have the shape `[batch_size, F]`.
        """
        return self._in_batches(self.extract, samples)

    def probabilities(self, samples: np.ndarray) -> np.ndarray:
        """Returns the class probabilities of samples, float32 `[N, classes]`.

        Args:
            samples: `[N, *shape]`, float32 in the data's range or uint8.

        Raises:
            ValueError: there are no class probabilities, or what `classify` returns has another shape.
        """
        if self.classify is None:
            raise ValueError(f"{self.description} gives no class probabilities")
        return self._in_batches(self.classify, samples)

    def _in_batches(self, function: Callable[[np.ndarray], Any], samples: np.ndarray) -> np.ndarray:
        import numpy as np

        pieces = []
        for start in range(0, len(samples), self.batch_size):
            batch = Source.as_floats(samples[start : start + self.batch_size])
            count = len(batch)
            if count < self.batch_size:
                batch = np.pad(batch, [(0, self.batch_size - count), *[(0, 0)] * (batch.ndim - 1)])
            answer = np.asarray(function(batch))
            if answer.ndim != 2 or len(answer) != self.batch_size:
                raise ValueError(f"expected features [{self.batch_size}, F], got an array of shape {answer.shape}")
            pieces.append(answer[:count].astype(np.float32, copy=False))
        return np.concatenate(pieces)


@attrs.frozen(kw_only=True)
class Extractor(Implementation):
    """Turns samples into the features that metrics compare.

    Attributes:
        gives_probabilities: whether its `Features` can have class probabilities; a metric that needs them suggests it.
        gives_few_features: whether its features are far fewer than the values of an image; a metric that needs more
            samples than features suggests it.
        reads: the field that receives a file, by the suffix of the file's name. With `{".keras": "file"}`, the text
            `net.keras` stands for this extractor with `file=net.keras`.
    """

    gives_probabilities: ClassVar[bool] = False
    gives_few_features: ClassVar[bool] = False
    reads: ClassVar[Mapping[str, str]] = {}

    def suits(self, data: DataSpec, dataset: Dataset | None) -> int:
        """Returns how well it suits such data if the user names no extractor: 0 for not at all; the highest is used.

        Args:
            data: describes one sample.
            dataset: the dataset that samples come from; `None` for plain arrays.
        """
        return 0

    def prepare(self, source: Source) -> Features:
        """Prepares it for a dataset, for example by loading or training a network.

        Args:
            source: the real samples, and a cache for what takes long.

        Raises:
            DataError: it cannot be used with such samples, or a file is missing; the message names the remedy.
        """
        raise NotImplementedError(f"{type(self).__name__} must define prepare(source)")
