"""Draws samples: a grid of images or of slices of volumes, plots of signals and points, a histogram of numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import imsave

from ganreg.data.arrays import Array
from ganreg.data.spec import DataSpec
from ganreg.errors import DataError
from ganreg.files.layout import PNG_DESCRIPTION
from ganreg.files.writing import cannot_write, write_whole
from ganreg.runs.signal_plots import plot_signals
from ganreg.runs.volume_slices import SHOWN, middle_slices, side_by_side

_REAL, _FAKE = "#8a8f98", "#d1495b"
_WANTED_PIXELS = 640
_TRANSPARENT = 4
"""The number of channels of images in colour with transparency."""


def draw(
    samples: Array,
    data: DataSpec,
    path: Path,
    *,
    real: Array | None = None,
    title: str = "",
    bands: Sequence[int] | None = None,
) -> None:
    """Draws samples to a PNG file, which is written atomically.

    Args:
        samples: float `[N, *shape]`.
        data: describes one sample; images and the middle slices of volumes become a grid, each signal a plot, pairs of
            numbers a scatter plot, single numbers a histogram, and longer vectors a line per sample.
        path: the file.
        real: real samples to draw behind the generated ones in plots, or after them if they are signals.
        title: the title of a plot; grids have none.
        bands: the channels of images and volumes to show, one or three, counted from 1; see `to_pixels`.

    Raises:
        DataError: the samples are not images or volumes and bands are given, or there are no such bands.
        RunError: the file cannot be written.
    """
    pixels = grid_of(samples, data, bands)
    if pixels is not None:
        shown = what_is_shown(data, bands)
        write_image(pixels, path, {PNG_DESCRIPTION: shown} if shown else {})
        return
    if bands is not None:
        raise DataError("bands are for images and volumes, and the samples are neither")
    figure = plot(samples, data, real=real, title=title)
    _write(path, lambda temporary: figure.savefig(temporary, format="png", dpi=110))


def write_image(pixels: Array, path: Path, texts: Mapping[str, str] | None = None) -> None:
    """Writes an image to a PNG file, atomically.

    Args:
        pixels: uint8 `[height, width, 3]`.
        path: the file.
        texts: the file's text chunks, by keyword. Defaults to none.

    Raises:
        RunError: the file cannot be written.
    """
    _write(path, lambda temporary: imsave(temporary, pixels, format="png", metadata=dict(texts or {})))


def _write(path: Path, write: Callable[[Path], object]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(path, error) from error
    write_whole(path, write, durable=False)


def grid_of(samples: Array, data: DataSpec, bands: Sequence[int] | None = None) -> Array | None:
    """Makes a grid of images, or of the middle slices of volumes; `None` for samples that are neither.

    Args:
        samples: `[N, *shape]`.
        data: describes one sample.
        bands: the channels to show; see `to_pixels`.

    Returns:
        uint8 `[height, width, 3]`.
    """
    if data.is_image:
        return image_grid(samples, data.value_range, bands)
    if not data.is_volume:
        return None
    value_range = data.value_range or (float(samples.min()), float(samples.max()))
    pixels = side_by_side([to_pixels(images, value_range, bands) for images in middle_slices(samples)])
    shape = pixels.shape[1] / pixels.shape[2]
    return tiled(pixels, max(1, round(np.sqrt(len(pixels) * shape))))


def what_is_shown(data: DataSpec, bands: Sequence[int] | None = None) -> str:
    """Says what a grid shows of images or volumes; empty if it shows them whole and as usual.

    Args:
        data: describes one sample.
        bands: the channels to show; see `to_pixels`.

    Raises:
        DataError: there are no such bands.
    """
    channels = shown_bands(data.shape[-1], bands)
    if not data.is_volume:
        return channels
    return f"{SHOWN}, {channels}" if channels else SHOWN


def image_grid(
    images: Array, value_range: tuple[float, float] | None = None, bands: Sequence[int] | None = None
) -> Array:
    """Tiles images into a grid that is as square as possible; small images are enlarged without smoothing.

    Args:
        images: `[N, height, width, channels]`.
        value_range: the values of black and white. Defaults to the extremes of the images.
        bands: the channels to show; see `to_pixels`.

    Returns:
        uint8 `[height, width, 3]`.
    """
    pixels = to_pixels(images, value_range, bands)
    return tiled(pixels, int(np.ceil(np.sqrt(len(pixels)))))


def to_pixels(
    images: Array, value_range: tuple[float, float] | None = None, bands: Sequence[int] | None = None
) -> Array:
    """Turns images into bytes with three channels.

    Args:
        images: `[N, height, width, channels]`.
        value_range: the values of black and white. Defaults to the extremes of the images.
        bands: the channels to show, counted from 1: one as grey, or three as red, green and blue. By default, 3
            channels are shown as colour, 4 as colour with transparency over white, more by the first three, and fewer
            by the first one.

    Returns:
        uint8 `[N, height, width, 3]`.

    Raises:
        DataError: there are no such bands.
    """
    channels = images.shape[-1]
    least, greatest = value_range or (float(images.min()), float(images.max()))
    scaled = np.clip((images - least) / max(greatest - least, 1e-12), 0.0, 1.0)
    if bands is None and channels == _TRANSPARENT:
        scaled = scaled[..., :3] * scaled[..., 3:] + (1 - scaled[..., 3:])
    else:
        scaled = scaled[..., [band - 1 for band in _bands(channels, bands)]]
    pixels: Array = np.round(scaled * 255).astype(np.uint8)
    return pixels if pixels.shape[-1] == 3 else np.repeat(pixels, 3, axis=-1)


def _bands(channels: int, bands: Sequence[int] | None) -> Sequence[int]:
    if bands is None:
        return (1, 2, 3) if channels >= 3 else (1,)
    if len(bands) not in (1, 3) or not all(1 <= band <= channels for band in bands):
        raise DataError(
            f"bands must be one or three numbers from 1 to {channels}, such as {'3,2,1' if channels >= 3 else '1'}; "
            f"got {','.join(map(str, bands))}"
        )
    return bands


def shown_bands(channels: int, bands: Sequence[int] | None = None) -> str:
    """Says which channels of images are shown, such as `bands 1, 2, 3 of 13`; empty if a picture shows them as usual.

    Args:
        channels: the number of channels.
        bands: the channels to show; see `to_pixels`.

    Raises:
        DataError: there are no such bands.
    """
    if bands is None and channels in (1, 3):
        return ""
    if bands is None and channels == _TRANSPARENT:
        return "bands 1, 2, 3 over white, with band 4 as opacity"
    chosen = _bands(channels, bands)
    return f"band{'s' * (len(chosen) > 1)} {', '.join(map(str, chosen))} of {channels}"


def tiled(pixels: Array, columns: int) -> Array:
    """Tiles uint8 images `[N, height, width, 3]` in rows; small images are enlarged without smoothing."""
    count, height, width, _ = pixels.shape
    rows = -(-count // columns)
    scale = max(1, _WANTED_PIXELS // (columns * (width + 1)))
    pixels = pixels.repeat(scale, axis=1).repeat(scale, axis=2)
    height, width = height * scale, width * scale
    grid = np.full((rows * (height + 2) + 2, columns * (width + 2) + 2, 3), 255, np.uint8)
    for index, image in enumerate(pixels):
        top = 2 + (index // columns) * (height + 2)
        left = 2 + (index % columns) * (width + 2)
        grid[top : top + height, left : left + width] = image
    return grid


def plot(
    samples: Array,
    data: DataSpec,
    *,
    real: Array | None = None,
    title: str = "",
    figure: Figure | None = None,
) -> Figure:
    """Plots samples that are neither images nor volumes; see `draw`.

    Args:
        samples: float `[N, *shape]`.
        data: describes one sample.
        real: real samples to draw behind the generated ones, or after them if they are signals.
        title: the title.
        figure: an empty figure to draw into. Defaults to a new one.
    """
    figure = figure or Figure(figsize=(6, 5), layout="constrained")
    if data.is_signal and data.shape[0] > 1:
        plot_signals(figure, samples, real=real, title=title)
        return figure
    axes = figure.add_subplot()
    flat = samples.reshape(len(samples), -1)
    flat_real = None if real is None else real.reshape(len(real), -1)
    drawers = {1: _histogram, 2: _scatter}
    drawers.get(data.size, _profiles)(axes, flat, flat_real)
    axes.set_title(title, fontsize=10)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, loc="upper right")
    return figure


def _histogram(axes: Axes, samples: Array, real: Array | None) -> None:
    shown = samples if real is None else np.concatenate([samples, real])
    least, greatest = (float(value) for value in np.quantile(shown, (0.001, 0.999)))
    bins = np.linspace(least, greatest, 80).tolist()
    if real is not None:
        axes.hist(real[:, 0], bins=bins, density=True, color=_REAL, alpha=0.6, label="real")
    axes.hist(samples[:, 0], bins=bins, density=True, histtype="step", linewidth=2, color=_FAKE, label="generated")
    axes.set_ylabel("density")


def _scatter(axes: Axes, samples: Array, real: Array | None) -> None:
    if real is not None:
        axes.scatter(real[:, 0], real[:, 1], s=6, color=_REAL, alpha=0.5, linewidths=0, label="real")
        low, high = real.min(axis=0), real.max(axis=0)
        # If all values are equal, the limits of an axis would coincide.
        margin = np.maximum(0.25 * (high - low), 1e-3 * np.maximum(1.0, np.abs(high)))
        axes.set(xlim=(low[0] - margin[0], high[0] + margin[0]), ylim=(low[1] - margin[1], high[1] + margin[1]))
    axes.scatter(samples[:, 0], samples[:, 1], s=6, color=_FAKE, alpha=0.6, linewidths=0, label="generated")


def _profiles(axes: Axes, samples: Array, real: Array | None) -> None:
    for values, color, label in ((real, _REAL, "real"), (samples, _FAKE, "generated")):
        if values is not None:
            lines = axes.plot(values[:50].T, color=color, alpha=0.25, linewidth=0.8)
            lines[0].set_label(label)
    axes.set_xlabel("position in the sample")
