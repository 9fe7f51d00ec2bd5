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
"""Pillow's mode for 8-bit images by number of channels."""


@attrs.frozen
class Listing:
    """The images in a folder.

    Attributes:
        files: all images, sorted by class, then by file name.
        labels: the class number of each image, or empty if there are no classes.
        class_names: the subfolders' names, or empty.
    """

    files: tuple[Path, ...]
    labels: tuple[int, ...] = ()
    class_names: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class ImageFolder(Dataset):
    """Images from a folder that holds either image files or one subfolder for each class, numbered by sorted name.

    Each image is rotated according to its EXIF data, cropped to its central square and resized. Transparent parts
    become white. The result is uint8 `[N, size, size, channels]`, which the engine scales to -1..1 batch by batch.
    Hidden files, and files whose names do not end in .png, .jpg or .jpeg, are skipped.
    """

    path: Path | None = parameter(None, "the folder; required")
    size: int = parameter(64, "height and width of the resized images, in pixels", validators.ge(1))
    channels: Literal[1, 3] = parameter(3, "1 for greyscale, 3 for colour", validators.in_((1, 3)))

    def spec(self) -> DataSpec:
        """Describes one image; lists the folder without reading any image.

        Raises:
            DataError: as for `load`, except for broken images.
        """
        classes = len(list_images(self.path).class_names) or None
        return DataSpec((self.size, self.size, self.channels), num_classes=classes, value_range=(-1.0, 1.0))

    def load(self) -> Data:
        """Returns the images; each instance reads them once.

        Raises:
            DataError: if there is no `path`, the folder does not exist, it or one of its classes has no images, it
                holds both images and class folders, or an image is broken or larger than Pillow's limit. The message
                names the folder or file.
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


def list_images(path: str | Path | None, *, parameter: str = "path") -> Listing:
    """Lists a folder's images and their classes.

    Args:
        path: the folder.
        parameter: the name of the parameter that holds the path. Defaults to "path".

    Raises:
        DataError: as for `ImageFolder.load`.
    """
    if not path:
        raise DataError("dataset 'image-folder' needs a folder, such as image-folder:path=photos")
    folder = expand(path)
    with reading(folder, f"check {parameter}= and the folder's permissions", parameter=parameter):
        files, classes = _contents(folder)
        if files and classes:
            raise DataError(
                f"holds both images such as {files[0].name} and folders such as {classes[0].name}; "
                "put every image into the folder of its class, or all images into one folder without subfolders"
            )
        if not files and not classes:
            raise DataError("holds neither PNG or JPEG files nor folders of them")
        return _list_classes(classes) if classes else Listing(tuple(files))


def _list_classes(classes: list[Path]) -> Listing:
    files: list[Path] = []
    labels: list[int] = []
    for label, folder in enumerate(classes):
        members, nested = _contents(folder)
        if nested:
            raise DataError(f"class folder {folder.name} holds the folder {nested[0].name}, but may hold only images")
        if not members:
            raise DataError(f"class folder {folder.name} holds no PNG or JPEG files; fill it or remove it")
        files += members
        labels += [label] * len(members)
    return Listing(tuple(files), tuple(labels), tuple(folder.name for folder in classes))


def _contents(folder: Path) -> tuple[list[Path], list[Path]]:
    """Returns the images and the subfolders of a folder, sorted by name, without hidden ones."""
    entries = sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))
    images = [entry for entry in entries if entry.suffix.lower() in SUFFIXES and entry.is_file()]
    return images, [entry for entry in entries if entry.is_dir()]


def read_image(path: Path, size: int, channels: int) -> npt.NDArray[np.uint8]:
    """Reads the central square of an image, upright and resized, as uint8 `[size, size, channels]`.

    Args:
        path: a PNG or JPEG file.
        size: height and width of the result, in pixels.
        channels: 1 or 3.

    Raises:
        DataError: if the file is neither PNG nor JPEG, is broken, or has more pixels than Pillow allows.
    """
    mode = PILLOW_MODES[channels]
    with reading(path, "replace or remove it"), _open(path) as image:
        image.draft(mode, (2 * size, 2 * size))  # decodes large JPEGs at reduced size
        upright = ImageOps.exif_transpose(image)
        square = ImageOps.fit(_opaque(_eight_bit(upright)).convert(mode), (size, size), Image.Resampling.LANCZOS)
        return np.asarray(square, dtype=np.uint8).reshape(size, size, channels)


def _open(path: Path) -> Image.Image:
    try:
        return Image.open(path, formats=("PNG", "JPEG"))
    except UnidentifiedImageError as error:
        raise DataError("is broken, or is not a PNG or JPEG file despite its name; replace or remove it") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise DataError(f"has more than {Image.MAX_IMAGE_PIXELS} pixels, Pillow's limit; reduce its size") from error


def _eight_bit(image: Image.Image) -> Image.Image:
    """Scales 16-bit greyscale to 8 bits, where Pillow's own conversion would clip."""
    if not image.mode.startswith("I"):
        return image
    return Image.fromarray((np.asarray(image).astype(np.uint16) >> 8).astype(np.uint8))


def _opaque(image: Image.Image) -> Image.Image:
    """Blends transparent parts with white; dropping the transparency would reveal the colours below it."""
    if not image.has_transparency_data:
        return image
    return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image.convert("RGBA"))
