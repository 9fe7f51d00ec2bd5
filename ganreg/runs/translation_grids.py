"""Draws translations of images next to their sources and their true samples."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from ganreg.contract.assembly import Assembly
from ganreg.data.arrays import Array
from ganreg.data.spec import DataSpec
from ganreg.files.layout import PNG_DESCRIPTION
from ganreg.runs.sample_grids import shown_bands, tiled, to_pixels, write_image

if TYPE_CHECKING:
    from ganreg.gan import GAN

_SHOWN = 24
"""The number of sources, if all are shown with one translation."""
_SHOWN_PER_CLASS = 8
"""The number of sources, if all are shown with one translation into each class."""
_MOST_CLASSES = 12
"""With more classes than this, each source is shown with one translation into a random class."""


@attrs.frozen
class Panel:
    """What a grid shows of every source.

    Attributes:
        name: what it is, in the file's description.
        images: `[N, height, width, channels]`, one for each source.
        value_range: the values of black and white; `None` means the extremes of the images.
    """

    name: str
    images: Array
    value_range: tuple[float, float] | None

    @property
    def described(self) -> str:
        """The name, with the channels that are shown if that is not plain."""
        shown = shown_bands(self.images.shape[-1])
        return f"{self.name} ({shown})" if shown else self.name


def draws_translations(assembly: Assembly) -> bool:
    """Whether an assembly translates images into images, so that a grid shows both."""
    return assembly.translates and assembly.data.is_image and _source_of(assembly).is_image


def _source_of(assembly: Assembly) -> DataSpec:
    return assembly.data.source or assembly.data


def translation_panels(
    gan: GAN, *, seed: int, count: int | None = None, labels: Any = None, average: bool = True
) -> list[Panel]:
    """Translates sources that are drawn from the data.

    Args:
        gan: makes the translations.
        seed: draws the sources.
        count: the number of sources. Defaults to 24, or to 8 if all are translated into each class.
        labels: as for `GAN.generate`. Defaults to each class, or to what the data say.
        average: whether to use the moving averages of the networks instead of their last iterates. Defaults to `True`.

    Returns:
        The sources, their translations and, if the data are paired, their true samples; or the sources and their
        translations into each class, if the generator is conditional and the data are not paired.
    """
    assembly = gan.assembly
    data, source = assembly.data, _source_of(assembly)
    classes = data.num_classes if assembly.is_conditional else None
    if classes and classes <= _MOST_CLASSES and not data.paired and labels is None:
        sources, _ = gan.pairs(count or _SHOWN_PER_CLASS, seed=seed)
        into = [
            Panel(f"class {label}", gan.translate(sources, labels=label, average=average), data.value_range)
            for label in range(classes)
        ]
        return [Panel("source", sources, source.value_range), *into]
    count = count or _SHOWN
    sources, true = gan.pairs(count, seed=seed)
    panels = [
        Panel("source", sources, source.value_range),
        Panel("output", gan.generate(count, seed=seed, labels=labels, average=average), data.value_range),
    ]
    return panels if true is None else [*panels, Panel("target", true, data.value_range)]


def draw_translations(panels: Sequence[Panel], path: Path) -> None:
    """Draws the panels of each source next to each other to a PNG file, which is written atomically.

    The file's description names the panels. Smaller images are enlarged without smoothing to the size of the largest.

    Args:
        panels: what is shown of each source, from left to right.
        path: the file.

    Raises:
        RunError: the file cannot be written.
    """
    write_image(panel_grid(panels), path, {PNG_DESCRIPTION: described(panels)})


def described(panels: Sequence[Panel]) -> str:
    """Names the panels from left to right, such as `source | output | target`."""
    return " | ".join(panel.described for panel in panels)


def panel_grid(panels: Sequence[Panel]) -> Array:
    """Tiles the panels of all sources, uint8 `[height, width, 3]`; see `draw_translations`."""
    groups = _groups(panels)
    return tiled(groups, max(1, round(math.sqrt(len(groups) * groups.shape[1] / groups.shape[2]))))


def _groups(panels: Sequence[Panel]) -> Array:
    """The panels of each source in one image, uint8 `[N, height, width, 3]`: a thin line between, a margin behind."""
    height = max(panel.images.shape[1] for panel in panels)
    width = max(panel.images.shape[2] for panel in panels)
    parts = []
    for panel in panels:
        pixels = to_pixels(panel.images, panel.value_range)
        rows = np.arange(height) * pixels.shape[1] // height
        columns = np.arange(width) * pixels.shape[2] // width
        parts.append(pixels[:, rows][:, :, columns])
    line, margin = (np.full((len(parts[0]), height, gap, 3), 255, np.uint8) for gap in (1, max(1, width // 8)))
    separated = [piece for part in parts for piece in (part, line)]
    return np.concatenate([*separated[:-1], margin], axis=2)
