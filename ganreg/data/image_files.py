"""Image files of any size: read as samples, and written from samples.

Images are read as the bundled datasets read them, so that a network sees a file as it saw those of its training.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from ganreg.data.arrays import Array
from ganreg.data.spec import DataSpec
from ganreg.errors import DataError
from ganreg.files.writing import write_whole

MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}
"""Pillow's mode for 8-bit images by number of channels: grey or colour, without or with transparency."""


def is_image_file(path: Path) -> bool:
    """Whether Pillow recognises a file as an image by its first bytes; the rest may still be broken."""
    try:
        with _opened(path):
            return True
    except DataError:
        return False


def read_image(path: Path, data: DataSpec) -> Array:
    """Reads an image in its own size, upright, with the channels and the value range of a network's samples.

    Transparent parts become white unless the samples have a channel for transparency. Of an animation, the first frame
    is read.

    Args:
        path: a file that Pillow opens.
        data: the description of the samples; their height and width do not matter.

    Returns:
        float32 `[height, width, channels]`.

    Raises:
        DataError: the samples are not such images, or the file does not exist, is not an image, is broken or has more
            pixels than Pillow allows.
    """
    refuse_other_samples(data)
    with _opened(path) as image:
        upright = _eight_bit(ImageOps.exif_transpose(image))
        mode = MODES[data.shape[-1]]
        opaque = upright if mode.endswith("A") else _on_white(upright)
        pixels = np.asarray(opaque.convert(mode), np.uint8)
    return _scaled(pixels.reshape(*pixels.shape[:2], data.shape[-1]), data)


def write_image(path: Path, image: Array, data: DataSpec) -> None:
    """Writes an image as a PNG file, whole or not at all.

    Args:
        path: the file, whose folder exists.
        image: float `[height, width, channels]`.
        data: the description of the samples that it is one of.

    Raises:
        DataError: the samples are not images with a value range and at most four channels.
        RunError: the file cannot be written.
    """
    refuse_other_samples(data)
    least, greatest = data.value_range or (-1.0, 1.0)
    share = np.clip((image - least) / (greatest - least), 0.0, 1.0)
    pixels = np.round(255 * share).astype(np.uint8)
    made = Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels)
    write_whole(path, lambda temporary: made.save(temporary, format="PNG"), durable=False)


def refuse_other_samples(data: DataSpec, what: str = "the samples") -> None:
    """Checks that samples can be read from and written to image files.

    Args:
        data: the description of the samples.
        what: what messages call them. Defaults to "the samples".

    Raises:
        DataError: they are not images, have more than four channels, or have no value range.
    """
    if not data.is_image or data.shape[-1] not in MODES:
        raise DataError(
            f"{what} have the shape {data.shape}, so they are not images of 1 to 4 channels; use .npy files"
        )
    if data.value_range is None:
        raise DataError(f"{what} have no value range, so black and white are not known; use .npy files")


def _scaled(pixels: Array, data: DataSpec) -> Array:
    least, greatest = data.value_range or (-1.0, 1.0)
    scaled: Array = pixels.astype(np.float32) * np.float32((greatest - least) / 255.0) + np.float32(least)
    return scaled


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    """Opens an image; turns whatever Pillow raises, here and in the body, into a `DataError` that names the file."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as image:
                yield image
    except FileNotFoundError as error:
        raise DataError(f"{path} does not exist") from error
    except UnidentifiedImageError as error:
        raise DataError(f"{path} is not an image that Pillow can open") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        limit = Image.MAX_IMAGE_PIXELS
        raise DataError(f"{path} has more than {limit} pixels, Pillow's limit; reduce its size") from error
    except Exception as error:  # broken bytes raise many kinds, such as SyntaxError and struct.error
        lines = str(getattr(error, "strerror", None) or error).splitlines() or [type(error).__name__]
        raise DataError(f"{path} cannot be read: {lines[0].rstrip('.')}") from error


def _eight_bit(image: Image.Image) -> Image.Image:
    """Scales 16-bit greyscale to 8 bits, where Pillow's own conversion would clip."""
    if image.mode == "F":
        raise ValueError("its pixels are numbers of an unknown range; convert them to 8 or 16 bits")
    if not image.mode.startswith("I"):
        return image
    return Image.fromarray((np.clip(np.asarray(image), 0, 2**16 - 1).astype(np.uint16) >> 8).astype(np.uint8))


def _on_white(image: Image.Image) -> Image.Image:
    """Blends transparent parts with white; dropping the transparency would reveal the colours below it."""
    if not image.has_transparency_data:
        return image
    return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image.convert("RGBA"))
