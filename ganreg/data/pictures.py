"""Pixels of image files, whatever their mode and their depth: everything that Pillow opens, and TIFF of many bands."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from ganreg.errors import DataError

Array = npt.NDArray[Any]

MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}
"""Pillow's mode for 8-bit images by number of channels: grey or colour, without or with transparency."""
BYTE, WORD = 255, 65535
"""White in images of 8 and of 16 bits."""

_NO_PIXELS = ("BUFR", "EPS", "GRIB", "HDF5", "MPEG", "PDF", "WMF")
"""Formats that Pillow recognises, but cannot read without another program."""
_ALWAYS_BYTES = (b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF")
"""The first bytes of JPEG, GIF, BMP and WebP, which have no more than 8 bits."""
_PNG, _PNG_DEPTH = b"\x89PNG\r\n\x1a\n", 24
"""The first bytes of PNG, and where the number of bits is."""
_LUMINANCE = (0.299, 0.587, 0.114)
"""The weights of red, green and blue in the luminance of ITU-R BT.601, which Pillow uses too."""
_SAMPLES, _BITS, _EXTRA, _ORIENTATION = 277, 258, 338, 274
"""The numbers of TIFF's tags for bands, bits, the meaning of additional bands, and orientation."""


@attrs.frozen(eq=False)
class Pixels:
    """The pixels of one image.

    Attributes:
        values: `[height, width, channels]`; uint8 if `white` is 255, otherwise float32.
        white: the value of white: 255 or 65535 with 8 or 16 bits, or `None` where it is not known, as for floats.
    """

    values: Array
    white: int | None


@functools.cache
def image_suffixes() -> frozenset[str]:
    """The suffixes of the files that `read_image` can read, in lower case, such as `.png`."""
    Image.init()
    formats = set(Image.OPEN) - set(_NO_PIXELS)
    return frozenset(suffix for suffix, name in Image.registered_extensions().items() if name in formats)


@contextlib.contextmanager
def opened(path: Path) -> Iterator[Image.Image]:
    """Opens an image with Pillow.

    Raises:
        DataError: the file does not exist, is not an image, or has more pixels than Pillow allows. Errors in the body
            become `DataError`s that name the file, too.
    """
    with naming(path), Image.open(path) as image:
        limit = Image.MAX_IMAGE_PIXELS
        if limit is not None and image.width * image.height > limit:
            raise Image.DecompressionBombError
        yield image


@contextlib.contextmanager
def naming(path: Path) -> Iterator[None]:
    """Turns whatever is raised while an image is read into a `DataError` that names the file."""
    try:
        yield
    except FileNotFoundError as error:
        raise DataError(f"{path} does not exist") from error
    except UnidentifiedImageError as error:
        raise DataError(f"{path} is broken, or not an image that Pillow can open; replace or remove it") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        limit = Image.MAX_IMAGE_PIXELS
        raise DataError(f"{path} has more than {limit} pixels, Pillow's limit; reduce its size") from error
    except DataError as error:
        raise error if str(error).startswith(str(path)) else DataError(f"{path} {error}") from error
    except Exception as error:  # broken bytes raise many kinds, such as SyntaxError and struct.error
        lines = str(getattr(error, "strerror", None) or error).splitlines() or [type(error).__name__]
        raise DataError(f"{path} cannot be read: {lines[0].rstrip('.')}; replace or remove it") from error


def is_deep(path: Path) -> bool:
    """Whether an image has more than 8 bits a channel, read from its header alone; not for broken files."""
    try:
        with path.open("rb") as file:
            start = file.read(_PNG_DEPTH + 1)
        if start.startswith(_ALWAYS_BYTES):
            return False
        if start.startswith(_PNG):
            return start[_PNG_DEPTH:] == bytes([16])
        try:
            with Image.open(path) as image:
                if not _is_tiff_array(image):
                    return str(image.mode).startswith(("I", "F"))
        except UnidentifiedImageError:
            pass
        return _has_deep_pages(path)
    except Exception:  # noqa: BLE001 - reading it whole tells what is wrong
        return False


def decode(path: Path, channels: int, *, wanted: tuple[int, int] | None = None) -> Pixels | Image.Image:
    """Reads an image, upright and with a number of channels. Of an animation, the first frame is read.

    Transparent parts become white unless there is a channel for transparency.

    Args:
        path: the file.
        channels: 1 for grey, 2 for grey with transparency, 3 for colour, 4 for colour with transparency; or the number
            of bands of a TIFF file, which are then read as they are.
        wanted: a height and a width; large JPEGs are decoded at a reduced size that is not smaller. Defaults to the
            image's own size.

    Returns:
        An image of 8 bits as Pillow has it, in the mode of `MODES`; otherwise its pixels.

    Raises:
        DataError: there is no such image, it is broken, or it does not have so many channels.
    """
    try:
        with opened(path) as image:
            if image.format == "TIFF" and (channels not in MODES or _is_tiff_array(image)):
                transparent = image.tag_v2.get(_EXTRA) in ((1,), (2,))
                return _with_channels(_read_tiff(path, channels), transparent, channels)
            if image.mode.startswith(("I", "F")):
                return _with_channels(_single_band(image), False, channels)
            if (words := _words(path, image)) is not None:
                return _with_channels(words, image.mode in ("LA", "RGBA"), channels)
            if channels not in MODES:
                raise DataError(_other_bands(len(image.getbands()), channels))
            if wanted is not None:
                image.draft(MODES[channels].rstrip("A"), (2 * max(wanted), 2 * max(wanted)))
            upright = ImageOps.exif_transpose(image)
            return _as_mode(upright, MODES[channels])
    except DataError as error:
        if path.suffix.lower() not in (".tif", ".tiff") or not isinstance(error.__cause__, UnidentifiedImageError):
            raise
    with naming(path):
        return _with_channels(_read_tiff(path, channels), False, channels)


def _as_mode(image: Image.Image, mode: str) -> Image.Image:
    if image.mode not in ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK"):
        image = image.convert({"La": "LA", "RGBa": "RGBA"}.get(image.mode, "RGB"))
    if not mode.endswith("A"):
        return on_white(image).convert(mode)
    if image.mode not in ("L", "LA", "RGB", "RGBA"):
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    return image.convert(mode)


def on_white(image: Image.Image) -> Image.Image:
    """Blends transparent parts with white; dropping the transparency would reveal the colours below it."""
    if not image.has_transparency_data:
        return image
    return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image.convert("RGBA"))


def _single_band(image: Image.Image) -> Pixels:
    """The pixels of an image of one deep channel."""
    # 16 bits of PNG and PGM are in mode I in old versions of Pillow.
    words = image.mode.startswith("I;16") or (image.mode == "I" and image.format in ("PNG", "PPM"))
    values = np.asarray(ImageOps.exif_transpose(image)).astype(np.float32)
    return Pixels(values[..., np.newaxis], WORD if words else None)


def _words(path: Path, image: Image.Image) -> Pixels | None:
    """The pixels of a PNG file of 16 bits in colour or with transparency; `None` for other images.

    Pillow keeps the first byte of each value alone. Here the file is decoded a second time for the other.
    """
    if image.format != "PNG" or len(image.tile) != 1:
        return None
    raw = image.tile[0][3]
    if raw == "LA;16B":  # as wide as colour of 8 bits with transparency, which hides nothing
        with _as_raw(path, "RGBA") as other:
            values = _upright(other).astype(np.uint16)
        words = values[..., 0::2] * np.uint16(256) + values[..., 1::2]
    elif raw in ("RGB;16B", "RGBA;16B"):
        with _as_raw(path, f"{raw[:-1]}L") as other:
            words = _upright(image).astype(np.uint16) * np.uint16(256) + _upright(other)
    else:
        return None
    return Pixels(words.astype(np.float32), WORD)


@contextlib.contextmanager
def _as_raw(path: Path, raw: str) -> Iterator[Image.Image]:
    """Opens an image whose pixels in the file are to be understood as another kind."""
    with Image.open(path) as image:
        image.tile = [(*image.tile[0][:3], raw)]
        yield image


def _upright(image: Image.Image) -> Array:
    return np.asarray(ImageOps.exif_transpose(image))


def _is_tiff_array(image: Image.Image) -> bool:
    """Whether a TIFF file holds what Pillow would cut down to 8 bits or to four bands."""
    if image.format != "TIFF":
        return False
    tags = image.tag_v2
    bands, bits = tags.get(_SAMPLES, 1), tags.get(_BITS, (1,))
    return bool(
        bands > len(MODES) or (bands > 1 and max(bits) > 8) or (bands == len(MODES) and tags.get(_EXTRA) == (0,))
    )


def _has_deep_pages(path: Path) -> bool:
    import tifffile

    with tifffile.TiffFile(path) as file:
        page: Any = file.pages[0]
        return bool(page.dtype not in (np.uint8, np.bool_))


def _read_tiff(path: Path, channels: int) -> Pixels:
    """All bands of the first image in a TIFF file; or as many images of one band each, if there are `channels`."""
    import tifffile

    with tifffile.TiffFile(path) as file:
        page: Any = file.pages[0]
        if page.samplesperpixel == 1 and 1 < channels == len(file.pages):
            values = np.stack([one.asarray() for one in file.pages], axis=-1)
        else:
            values = page.asarray()
        if page.axes.startswith("S"):
            values = np.moveaxis(values, 0, -1)
        orientation = page.tags.get(_ORIENTATION)
    values = values.reshape(*values.shape[:2], -1)
    values = _turned(values, 1 if orientation is None else int(orientation.value))
    if values.dtype == np.bool_:
        values = values.astype(np.uint8) * np.uint8(BYTE)
    white = {"uint8": BYTE, "uint16": WORD}.get(values.dtype.name)
    return Pixels(values if white == BYTE else values.astype(np.float32), white)


def _turned(values: Array, orientation: int) -> Array:
    """Turns pixels upright by the orientation of the TIFF standard."""
    if orientation in (5, 6, 7, 8):
        values = values.swapaxes(0, 1)
    if orientation in (2, 3, 6, 7):
        values = values[:, ::-1]
    return values[::-1] if orientation in (3, 4, 7, 8) else values


def _with_channels(pixels: Pixels, transparent: bool, channels: int) -> Pixels:
    """Deep pixels with a number of channels."""
    values, white = pixels.values, pixels.white
    if not np.isfinite(values).all():
        raise DataError("has pixels that are NaN or infinite; replace them")
    bands = values.shape[-1]
    if transparent and channels < bands and white is not None:
        share = values[..., -1:] / np.float32(white)
        values = values[..., :-1] * share + np.float32(white) * (1 - share)
        bands -= 1
    if bands == 3 and channels in (1, 2):
        values, bands = values @ np.array(_LUMINANCE, np.float32)[:, np.newaxis], 1
    if bands == 1 and channels in (3, 4):
        values, bands = values.repeat(3, axis=-1), 3
    if white is not None and bands + 1 == channels and channels in (2, 4):
        values, bands = np.concatenate([values, np.full_like(values[..., :1], white)], axis=-1), channels
    if bands != channels:
        raise DataError(_other_bands(pixels.values.shape[-1], channels))
    if white == BYTE:
        return Pixels(np.round(values).astype(np.uint8), white)
    return Pixels(values.astype(np.float32), white)


def _other_bands(bands: int, channels: int) -> str:
    return f"has {bands} band{'s' * (bands != 1)}, but {channels} are wanted; use channels={bands}, or remove the file"
