"""The dataset `stacked`: three images as the channels of one."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, cast, get_args

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

    This is Stacked MNIST (arXiv:1611.02163, section 3.3.1; PacGAN, arXiv:1712.04086, section 4.2) with data that needs
    no download. The label of an image is 100·a + 10·b + c for the classes a, b, c of its channels, so that modes can be
    counted with a classifier of the single images; the networks need not be conditional. The held-out part, a tenth as
    many, is stacked from the held-out images of the source. The draws depend on the seed alone.

    Images keep the source's size and type: 8x8 floats for `digits`, 28x28 uint8 for `fashion-mnist`.

    >>> Stacked(samples=1000).load().train.shape
    (1000, 8, 8, 3)
    """

    source: Source = parameter("digits", "dataset of the single images", validators.in_(get_args(Source)))
    path: Path | None = parameter(None, "folder of the fashion-mnist files; none searches the usual places")
    download: bool = parameter(
        False, "download the fashion-mnist files if they are not found", validators.instance_of(bool)
    )
    samples: int = parameter(50_000, "number of training images; a tenth as many are held out", validators.ge(1))
    seed: int = parameter(0, "random seed of the choice of images", validators.ge(0))

    def spec(self) -> DataSpec:
        """Describes one image, without loading any."""
        height, width, _ = self._single.spec().shape
        return DataSpec((height, width, 3), num_classes=1000, value_range=(-1.0, 1.0))

    def load(self) -> Data:
        """Stacks the images, which depend on the parameters alone.

        Raises:
            DataError: if the source's files are missing or broken.
        """
        single = self._single.load()
        # Both sources have labels and a held-out part.
        single_labels, single_test, single_test_labels = cast(
            tuple[Array, Array, Array], (single.train_labels, single.test, single.test_labels)
        )
        train_stream = np.random.default_rng(self.seed)
        (test_stream,) = train_stream.spawn(1)
        train, train_labels = _stack(single.train, single_labels, train_stream, self.samples)
        held_out = max(1, self.samples // HELD_OUT_PARTS)
        test, test_labels = _stack(single_test, single_test_labels, test_stream, held_out)
        return Data(
            train=train,
            train_labels=train_labels,
            test=test,
            test_labels=test_labels,
            value_range=(-1.0, 1.0),
            class_names=tuple(f"{label:03}" for label in range(1000)),
        )

    def channel_data(self) -> Dataset:
        """Returns the source, whose images are the channels."""
        return self._single

    @property
    def _single(self) -> Dataset:
        return Digits() if self.source == "digits" else FashionMnist(path=self.path, download=self.download)


def _stack(images: Array, labels: Array, stream: np.random.Generator, count: int) -> tuple[Array, Array]:
    """Stacks images `[N, h, w, 1]` of 10 classes, which gives `[count, h, w, 3]` of 1000 classes."""
    chosen = stream.integers(len(images), size=(count, 3))
    stacked = np.empty((count, *images.shape[1:3], 3), images.dtype)
    for channel in range(3):
        stacked[..., channel] = images[chosen[:, channel], ..., 0]
    return stacked, labels[chosen] @ np.array([100, 10, 1])
