"""The dataset `image-folder`: the user's own PNG and JPEG files."""

from __future__ import annotations

import functools
import warnings
from pathlib import Path
from typing import Literal

import attrs
import numpy as np
import numpy.typing as npt
from attrs import validators
from PIL import Image, ImageOps, UnidentifiedImageError

from ganreg import Data, DataError, Dataset, DataSpec, parameter
from ganreg_datasets.files import expand, reading

SUFFIXES = (".png", ".jpg", ".jpeg")
PILLOW_MODES = {1: "L", 3: "RGB"}
"""Pillow's name for 8-bit images of so many channels."""


@attrs.frozen
class Listing:
    """The images that a folder holds.

    Attributes:
        files: every image, in the order of the classes, then of the file names.
        labels: the class number of each, or empty where there are no classes.
        class_names: the sub-folders' names, or empty.
    """

    files: tuple[Path, ...]
    labels: tuple[int, ...] = ()
    class_names: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class ImageFolder(Dataset):
    """Images from a folder: either loose files, or one sub-folder for each class, numbered by sorted name.

    Each image is turned upright as its EXIF data say, cropped to its central square and resized. Transparent parts
    become white. The result is uint8 `[N, size, size, channels]`, which the engine scales to -1..1 a batch at a
    time. Hidden files, and those that are not called .png, .jpg or .jpeg, are passed over.
    """

    path: Path | None = parameter(None, "the folder; needed")
    size: int = parameter(64, "height and width that images are resized to, in pixels", validators.ge(1))
    channels: Literal[1, 3] = parameter(3, "1 for grey, 3 for colour", validators.in_((1, 3)))

    def spec(self) -> DataSpec:
        """Describes one image; lists the folder, reads no image.

        Raises:
            DataError: as `load`, for all but a broken image.
        """
        classes = len(list_images(self.path).class_names) or None
        return DataSpec((self.size, self.size, self.channels), num_classes=classes, value_range=(-1.0, 1.0))

    def load(self) -> Data:
        """Reads every image, once for each instance.

        Raises:
            DataError: no `path`, no such folder, no images in it or in one of its classes, loose images beside class
                folders, or an image that is broken or larger than Pillow's limit. The message names it.
        """
        return self._data

    @functools.cached_property
    def _data(self) -> Data:
        listing = list_images(self.path)
        images = np.empty((len(listing.files), self.size, self.size, self.channels), dtype=np.uint8)
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            for index, file in enumerate(listing.files):
                images[index] = read_image(file, self.size, self.channels)
        labels = np.array(listing.labels, dtype=np.int32) if listing.class_names else None
        return Data(train=images, train_labels=labels, class_names=listing.class_names)


def list_images(path: str | Path | None) -> Listing:
    """Lists a folder's images and their classes.

    Raises:
        DataError: see `ImageFolder.load`.
    """
    if not path:
        raise DataError("dataset 'image-folder' needs a folder, such as image-folder:path=photos")
    folder = expand(path)
    with reading(folder, "check path= and the folder's permissions"):
        files, classes = _contents(folder)
        if files and classes:
            raise DataError(
                f"images such as {files[0].name} lie beside folders such as {classes[0].name}; "
                "put every image into its class's folder, or all of them loose into one folder"
            )
        if not files and not classes:
            raise DataError("holds no PNG or JPEG files, nor folders of them")
        return _list_classes(classes) if classes else Listing(tuple(files))


def _list_classes(classes: list[Path]) -> Listing:
    files: list[Path] = []
    labels: list[int] = []
    for label, folder in enumerate(classes):
        members, nested = _contents(folder)
        if nested:
            raise DataError(f"class folder {folder.name} holds the folder {nested[0].name}; it may hold images only")
        if not members:
            raise DataError(f"class folder {folder.name} holds no PNG or JPEG files; fill it or remove it")
        files += members
        labels += [label] * len(members)
    return Listing(tuple(files), tuple(labels), tuple(folder.name for folder in classes))


def _contents(folder: Path) -> tuple[list[Path], list[Path]]:
    """The images and the folders that a folder holds, by sorted name, without hidden ones."""
    entries = sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))
    images = [entry for entry in entries if entry.suffix.lower() in SUFFIXES and entry.is_file()]
    return images, [entry for entry in entries if entry.is_dir()]


def read_image(path: Path, size: int, channels: int) -> npt.NDArray[np.uint8]:
    """Reads one image as uint8 `[size, size, channels]`: upright, its central square, resized.

    Args:
        path: a PNG or JPEG file.
        size: height and width of the result, in pixels.
        channels: 1 or 3.

    Raises:
        DataError: the file is neither, is broken, or has more pixels than Pillow allows.
    """
    mode = PILLOW_MODES[channels]
    with reading(path, "replace or remove it"), _open(path) as image:
        image.draft(mode, (2 * size, 2 * size))  # a JPEG far larger than needed is decoded at a fraction of its size
        upright = ImageOps.exif_transpose(image)
        square = ImageOps.fit(_opaque(_eight_bit(upright)).convert(mode), (size, size), Image.Resampling.LANCZOS)
        return np.asarray(square, dtype=np.uint8).reshape(size, size, channels)


def _open(path: Path) -> Image.Image:
    try:
        return Image.open(path, formats=("PNG", "JPEG"))
    except UnidentifiedImageError as error:
        raise DataError("is broken, or no PNG or JPEG whatever its name says; replace or remove it") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise DataError(f"has more than {Image.MAX_IMAGE_PIXELS} pixels, Pillow's limit; make it smaller") from error


def _eight_bit(image: Image.Image) -> Image.Image:
    """Scales 16-bit grey to 8 bits, which Pillow's own conversion would clip instead."""
    if not image.mode.startswith("I"):
        return image
    return Image.fromarray((np.asarray(image).astype(np.uint16) >> 8).astype(np.uint8))


def _opaque(image: Image.Image) -> Image.Image:
    """Lays what is transparent on white; dropping the transparency would show the colours hidden under it."""
    if not image.has_transparency_data:
        return image
    return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image.convert("RGBA"))
