"""The dataset `image-folder`: the user's own images."""

from __future__ import annotations

import functools
import warnings
from pathlib import Path
from typing import Any, Literal, get_args

import attrs
import numpy as np
import numpy.typing as npt
from attrs import validators

from ganreg import Data, Dataset, DataSpec, GanregWarning, SpecError, has_deep_images, parameter, read_images
from ganreg_datasets.image_listing import Listing, list_images

Array = npt.NDArray[Any]
Fit = Literal["crop", "pad", "stretch"]
Size = int | tuple[int, int]

FIT = "if sides have another ratio: use the central part, add black or transparency, or stretch"
CHANNELS = "1 grey, 3 colour, 4 colour and transparency; the number of bands of TIFF files"
"""The help texts of hyperparameters that datasets of image folders share."""


def positive_sides(_: Any, attribute: attrs.Attribute[Any], value: Size | None) -> None:
    """Refuses a size of less than one pixel."""
    if value is not None and min(sides_of(value)) < 1:
        raise SpecError(f"{attribute.name} must be at least 1, got {value}")


def sides_of(size: Size) -> tuple[int, int]:
    """Height and width of images of a size."""
    return (size, size) if isinstance(size, int) else size


@attrs.frozen(kw_only=True)
class ImageFolder(Dataset):
    """Images from a folder that holds either images or one subfolder for each class.

    Classes are numbered in the order of their names, as numbers if all names are whole numbers; images of a class may
    lie in further folders. If the folder holds `train` and `test` (or `val`, `valid`, `validation`) and nothing else,
    the images of the latter are held out.

    Everything that Pillow opens is read, of animations the first frame; and TIFF files with any number of `channels`.
    Each image is rotated according to its EXIF data and resized. Without a channel for transparency, transparent parts
    become white. Images of 8 bits become uint8 `[N, height, width, channels]`, which the engine scales to -1..1. If
    images have more bits, all become float32 and keep their values, and the least and the greatest value of all are
    their range.

    Other files are skipped, and one line counts and names them. Hidden files are ignored.
    """

    path: Path | None = parameter(None, "the folder; required")
    size: Size = parameter(64, "side of the resized images in pixels, or [height,width]", positive_sides)
    fit: Fit = parameter("crop", FIT, validators.in_(get_args(Fit)))
    channels: int = parameter(3, CHANNELS, validators.ge(1))
    mirror: bool = parameter(False, "add each image to train on mirrored, too", validators.instance_of(bool))

    def spec(self) -> DataSpec:
        """Describes one image; lists the folder and reads headers, and whole images only if they exceed 8 bits.

        Raises:
            DataError: as for `load`, except for broken images.
        """
        listing = self._listing
        if self._deep:
            return self._data.spec
        return DataSpec(
            (*sides_of(self.size), self.channels),
            num_classes=len(listing.class_names) or None,
            value_range=(-1.0, 1.0),
        )

    def load(self) -> Data:
        """Returns the images; each instance reads them once.

        Raises:
            DataError: if there is no `path`, the folder does not exist, it or one of its classes has no images, it
                holds both images and class folders, or an image is broken, larger than Pillow's limit or does not have
                as many channels. The message names the folder or file.

        Warns:
            GanregWarning: files are skipped; or images have more than 8 bits, with the range of their values.
        """
        return self._data

    @functools.cached_property
    def _listing(self) -> Listing:
        return list_images(self.path)

    @functools.cached_property
    def _deep(self) -> bool:
        return has_deep_images(self._listing.files)

    @functools.cached_property
    def _data(self) -> Data:
        listing = self._listing
        listing.warn_of_skipped()
        pixels = read_images(listing.files, self.channels, size=sides_of(self.size), fit=self.fit, deep=self._deep)
        value_range = range_of(pixels.values, listing.root)
        held_out = np.array(listing.held_out or [False] * len(listing.files))
        labels = np.array(listing.labels, np.int32) if listing.class_names else None
        train, test = parts(pixels.values, held_out)
        train_labels, test_labels = (None, None) if labels is None else parts(labels, held_out)
        if self.mirror:
            train = mirrored(train)
            train_labels = None if train_labels is None else np.tile(train_labels, 2)
        return Data(
            train=train,
            test=test,
            train_labels=train_labels,
            test_labels=test_labels,
            value_range=value_range,
            class_names=listing.class_names,
        )


def parts(values: Array, held_out: Array) -> tuple[Array, Array | None]:
    """The values to train on, and the held-out ones if there are any."""
    if not held_out.any():
        return values, None
    return values[~held_out], values[held_out]


def mirrored(images: Array) -> Array:
    """Images, and the same with left and right exchanged behind them."""
    return np.concatenate([images, images[:, :, ::-1]])


def range_of(images: Array, *folders: Path) -> tuple[float, float]:
    """The range of images: -1..1 stands for 0..255 of uint8; of deeper ones, the least and the greatest value.

    Warns:
        GanregWarning: they are deeper; the message names the range.
    """
    if images.dtype == np.uint8:
        return (-1.0, 1.0)
    least, greatest = float(images.min()), float(images.max())
    if least == greatest:
        least, greatest = min(0.0, least), max(1.0, greatest)
    warnings.warn(
        f"the images in {', '.join(map(str, folders))} have more than 8 bits; their values from {least:g} to "
        f"{greatest:g} are scaled to -1..1 for the networks",
        GanregWarning,
        stacklevel=2,
    )
    return least, greatest
