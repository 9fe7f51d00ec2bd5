"""The dataset `degraded`: images of another dataset, each with a degraded copy as its source."""

from __future__ import annotations

import functools
from typing import Literal, get_args

import attrs
import numpy as np
from attrs import validators
from scipy import ndimage

import ganreg
from ganreg import (
    AmbiguousComponentError,
    Data,
    DataError,
    Dataset,
    DataSpec,
    SpecError,
    UnknownComponentError,
    parameter,
)
from ganreg_datasets.splits import Array

How = Literal["downsample", "blur", "gray", "edges", "mask"]

LUMINANCE = (0.299, 0.587, 0.114)
"""The weights of red, green and blue in the luminance of ITU-R BT.601, which Pillow uses too."""

_FLAT = 1e-3
"""The least gradient, as a share of the range, that counts as an edge: rounding errors in flat images are smaller."""

_BLOCK = 1024
"""The number of images that are degraded at a time."""


@attrs.frozen(kw_only=True)
class Degraded(Dataset):
    """Images of another dataset as samples, each with a degraded copy as its source.

    `by` says how copies are made:

    - `downsample`: the means of blocks of `factor` x `factor` pixels, so that sides are divided by `factor`;
    - `blur`: a Gaussian filter with a standard deviation of `factor` / 2 pixels;
    - `gray`: the luminance of colour images, one channel;
    - `edges`: the magnitude of the Sobel gradient of the luminance (of the mean of channels, if there are not three),
      scaled to the whole range in each image, one channel;
    - `mask`: a rectangle with sides 1/`factor` of the image's, at a random place, filled with the middle of the range.

    Without pairs, one half of the images of each class, chosen at random, is used only as samples, and the other half
    only as sources, so that no source belongs to any sample. Random choices are the same each time.

    A spec with commas is put in quotes: `degraded:dataset="image-folder:path=photos,size=32",by=gray`.
    """

    dataset: str = parameter("digits", "spec of the dataset of images")
    by: How = parameter("downsample", "how sources are made", validators.in_(get_args(How)))
    factor: int = parameter(2, "how much sources are degraded; see the list", validators.ge(2))
    paired: bool = parameter(True, "whether each sample has its own source", validators.instance_of(bool))

    def spec(self) -> DataSpec:
        """Describes a sample and a source, if possible without loading any.

        Raises:
            DataError: if there is no such dataset, its samples are not images with a range of values, their sides are
                not divisible by `factor` (`downsample`), or they are not in colour (`gray`).
        """
        images = self._other.spec().without_source
        value_range = self._range_of(images)
        shape = self._degraded(np.zeros((1, *images.shape), np.float32), value_range).shape[1:]
        return attrs.evolve(images, source=DataSpec(shape, value_range=value_range), paired=self.paired)

    def load(self) -> Data:
        """Returns samples and sources; each instance makes them once.

        Raises:
            DataError: as for `spec`; or if the dataset's files are missing or broken, or no class has two images
                of which to make halves.
        """
        return self._data

    def channel_data(self) -> Dataset | None:
        """Returns what the dataset of images returns: only sources are degraded."""
        return self._other.channel_data()

    @functools.cached_property
    def _other(self) -> Dataset:
        try:
            other: Dataset = ganreg.create("dataset", self.dataset)
        except (SpecError, UnknownComponentError, AmbiguousComponentError) as error:
            raise DataError(f"degraded:dataset: {error}") from error
        return other

    @functools.cached_property
    def _data(self) -> Data:
        data = attrs.evolve(self._other.load(), source=None, paired=False)
        value_range = self._range_of(data.spec)
        data, sources, held_out = (data, data.train, data.test) if self.paired else _halves(data)
        source = Data(
            train=self._degraded(sources, value_range),
            test=None if held_out is None else self._degraded(held_out, value_range),
            value_range=value_range,
        )
        return attrs.evolve(data, source=source, paired=self.paired)

    def _range_of(self, images: DataSpec) -> tuple[float, float]:
        """Returns the range of images that can be degraded, and refuses all others."""
        where, sides = f"dataset '{self.dataset}'", images.shape[:2]
        if not images.is_image:
            raise DataError(f"degraded needs a dataset of images, but the samples of {where} have shape {images.shape}")
        if images.value_range is None:
            raise DataError(f"degraded needs images with a range of values, but {where} has none; set its value_range")
        if self.by == "gray" and images.shape[-1] != len(LUMINANCE):
            raise DataError(f"degraded:by=gray needs colour images, but those of {where} have shape {images.shape}")
        if self.by == "downsample" and any(side % self.factor for side in sides):
            height, width = sides
            fit = [str(size) for size in range(2, min(sides) + 1) if height % size == width % size == 0]
            remedy = f"use factor={' or '.join(fit)}" if fit else "use by=blur, or images with other sides"
            raise DataError(
                f"images of {height}x{width} pixels cannot be divided into blocks of {self.factor}x{self.factor}; "
                f"{remedy}"
            )
        return images.value_range

    def _degraded(self, images: Array, value_range: tuple[float, float]) -> Array:
        """Degrades images `[N, H, W, C]`: float32 within `value_range`, or uint8, which stay uint8."""
        least, greatest = (0.0, 255.0) if images.dtype == np.uint8 else value_range
        if self.by == "mask":
            middle = np.uint8(128) if images.dtype == np.uint8 else np.float32((least + greatest) / 2)
            masked: Array = np.where(self._masks(*images.shape[:3]), middle, images)
            return masked
        blocks = []
        for start in range(0, len(images), _BLOCK):
            block = images[start : start + _BLOCK].astype(np.float32)
            match self.by:
                case "downsample":
                    made = _block_means(block, self.factor)
                case "blur":
                    deviation = self.factor / 2
                    made = ndimage.gaussian_filter(block, (0, deviation, deviation, 0), mode="nearest")
                case "gray":
                    made = _luminance(block)
                case "edges":
                    made = least + (greatest - least) * _edges(block / (greatest - least))
            made = np.clip(made, least, greatest)  # rounding may leave the range
            blocks.append(np.round(made).astype(np.uint8) if images.dtype == np.uint8 else made.astype(np.float32))
        return np.concatenate(blocks)

    def _masks(self, count: int, height: int, width: int) -> Array:
        """Draws masks, booleans `[count, height, width, 1]`; those of fewer images are the first ones of more."""
        tall, wide = max(1, height // self.factor), max(1, width // self.factor)
        corners = np.random.default_rng(0).integers(0, (height - tall + 1, width - wide + 1), (count, 2))
        rows, columns = np.arange(height) - corners[:, :1], np.arange(width) - corners[:, 1:]
        inside = ((rows >= 0) & (rows < tall))[:, :, np.newaxis] & ((columns >= 0) & (columns < wide))[:, np.newaxis]
        return inside[..., np.newaxis]


def _block_means(images: Array, factor: int) -> Array:
    count, height, width, channels = images.shape
    means: Array = images.reshape(count, height // factor, factor, width // factor, factor, channels).mean(axis=(2, 4))
    return means


def _luminance(images: Array) -> Array:
    count = images.shape[-1]
    weights = LUMINANCE if count == len(LUMINANCE) else (1 / count,) * count
    luminance: Array = images @ np.array(weights, np.float32)[:, np.newaxis]
    return luminance


def _edges(images: Array) -> Array:
    """The magnitude of the gradient of images whose range has the width 1, divided by its greatest value in each."""
    luminance = _luminance(images)
    magnitude = np.hypot(_derivative(luminance, 1, 2), _derivative(luminance, 2, 1))
    greatest = magnitude.max(axis=(1, 2, 3), keepdims=True)
    scaled: Array = magnitude / np.maximum(greatest, _FLAT)
    return scaled


def _derivative(images: Array, along: int, across: int) -> Array:
    """Sobel's derivative along one axis; `ndimage.sobel` would smooth along the axis of images too."""
    differences = ndimage.correlate1d(images, (-1, 0, 1), along, mode="nearest")
    derivative: Array = ndimage.correlate1d(differences, (1, 2, 1), across, mode="nearest")
    return derivative


def _halves(data: Data) -> tuple[Data, Array, Array | None]:
    """Returns one half of the data, and the other half of its training samples and of its held-out samples."""
    train, sources = _half_rows(len(data.train), data.train_labels)
    if not len(sources):
        raise DataError("degraded:paired=false needs two images in some class: one as a sample and one as a source")
    test, held_out = _half_rows(0 if data.test is None else len(data.test), data.test_labels)

    def chosen(values: Array | None, rows: Array) -> Array | None:
        return None if values is None or not len(rows) else values[rows]

    half = attrs.evolve(
        data,
        train=data.train[train],
        test=chosen(data.test, test),
        train_labels=chosen(data.train_labels, train),
        test_labels=chosen(data.test_labels, test),
    )
    return half, data.train[sources], chosen(data.test, held_out)


def _half_rows(count: int, labels: Array | None) -> tuple[Array, Array]:
    """Divides the indices of each class at random into halves; the first has one more of an odd number."""
    stream, first = np.random.default_rng(0), np.zeros(count, np.bool_)
    labels = np.zeros(count, np.int32) if labels is None else labels
    for label in np.unique(labels):
        members = stream.permutation(np.flatnonzero(labels == label))
        first[members[: -(-len(members) // 2)]] = True
    return np.flatnonzero(first), np.flatnonzero(~first)
