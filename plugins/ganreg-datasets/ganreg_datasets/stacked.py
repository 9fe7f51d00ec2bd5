"""The dataset `stacked`: three images as the channels of one."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, get_args

import attrs
import numpy as np
from attrs import validators

from ganreg import Data, Dataset, DataSpec, parameter
from ganreg_datasets.digits import Digits
from ganreg_datasets.fashion_mnist import FashionMnist
from ganreg_datasets.splits import HELD_OUT_PARTS, Array

Source = Literal["digits", "fashion-mnist"]


@attrs.frozen(kw_only=True)
class Stacked(Dataset):
    """Three images, drawn independently, as red, green and blue: a thousand modes to count.

    Stacked MNIST (arXiv:1611.02163, section 3.3.1; PacGAN, arXiv:1712.04086, section 4.2) on data that need no
    download. The label of an image is 100·a + 10·b + c for the classes a, b, c of its channels, so that its modes can
    be counted with a classifier of the single images; networks need not be conditional. The held-out part, a tenth as
    many, is stacked from the source's own held-out images. What is drawn depends on the seed alone.

    Images keep the source's size and type: 8x8 floats of `digits`, 28x28 uint8 of `fashion-mnist`.

    >>> Stacked(samples=1000).load().train.shape
    (1000, 8, 8, 3)
    """

    source: Source = parameter("digits", "where the single images come from", validators.in_(get_args(Source)))
    path: Path | None = parameter(None, "folder with the files of fashion-mnist; none looks in the usual places")
    samples: int = parameter(50_000, "images to train on; a tenth as many are held out", validators.ge(1))
    seed: int = parameter(0, "which images are stacked", validators.ge(0))

    def spec(self) -> DataSpec:
        """Describes one image, without loading any."""
        height, width, _ = self._single.spec().shape
        return DataSpec((height, width, 3), num_classes=1000, value_range=(-1.0, 1.0))

    def load(self) -> Data:
        """Stacks the images, the same each time.

        Raises:
            DataError: the source's files are missing or broken.
        """
        single = self._single.load()
        train_stream = np.random.default_rng(self.seed)
        (test_stream,) = train_stream.spawn(1)
        train, train_labels = _stack(single.train, single.train_labels, train_stream, self.samples)
        held_out = max(1, self.samples // HELD_OUT_PARTS)
        test, test_labels = _stack(single.test, single.test_labels, test_stream, held_out)
        return Data(
            train=train,
            train_labels=train_labels,
            test=test,
            test_labels=test_labels,
            value_range=(-1.0, 1.0),
            class_names=tuple(f"{label:03}" for label in range(1000)),
        )

    def channel_data(self) -> Dataset:
        """The source, whose images the channels are."""
        return self._single

    @property
    def _single(self) -> Dataset:
        return Digits() if self.source == "digits" else FashionMnist(path=self.path)


def _stack(images: Array, labels: Array, stream: np.random.Generator, count: int) -> tuple[Array, Array]:
    """Stacks grey images `[N, h, w, 1]` of 10 classes to `[count, h, w, 3]` of 1000."""
    chosen = stream.integers(len(images), size=(count, 3))
    stacked = np.empty((count, *images.shape[1:3], 3), images.dtype)
    for channel in range(3):
        stacked[..., channel] = images[chosen[:, channel], ..., 0]
    return stacked, labels[chosen] @ np.array([100, 10, 1])
