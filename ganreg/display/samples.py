"""Generated samples for notebooks: images as a grid, points as a plot, rows as a table, translations with sources."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from ganreg.display.figures import figure_of_pixels, new_figure, picture_of_figure, picture_of_pixels
from ganreg.display.fragments import Picture
from ganreg.engine.sampling import fresh_seed
from ganreg.runs.sample_files import own_columns
from ganreg.runs.sample_grids import grid_of, plot
from ganreg.runs.translation_grids import described, draws_translations, panel_grid, translation_panels

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ganreg.data.arrays import Array
    from ganreg.gan import GAN

_IMAGES, _ROWS, _POINTS = 16, 8, 500
"""The number of samples that a small picture or table shows at most."""
_SECONDS = 0.3
"""About the time that the samples of a small picture may take."""
_MOST_WORK, _LITTLE_WORK = 2e10, 1e8
"""Products of a network's weights and a sample's positions: with more, a single sample may take a second; with less,
it takes so little that it is not measured."""


@attrs.frozen
class Rows:
    """A table.

    Attributes:
        columns: the names of the columns.
        values: the rows, as text.
    """

    columns: Sequence[str]
    values: Sequence[Sequence[str]]


def show_samples(gan: GAN, count: int | None, *, seed: int | None, labels: Any, average: bool) -> Any:
    """Generates samples and shows them; see `GAN.show_samples`."""
    from ganreg.display.frames import frame_of_columns

    seed = fresh_seed() if seed is None else seed
    if draws_translations(gan.assembly):
        panels = translation_panels(gan, seed=seed, count=count, labels=labels, average=average)
        return figure_of_pixels(panel_grid(panels))
    samples, classes = _generated(gan, count or _usual(gan), seed, labels, average)
    pixels = grid_of(samples, gan.assembly.data)
    if pixels is not None:
        return figure_of_pixels(pixels)
    columns = own_columns(gan, samples, classes)
    if columns is not None:
        return frame_of_columns(columns)
    return _plotted(gan, samples)


def _usual(gan: GAN) -> int:
    return _IMAGES if len(gan.assembly.data.shape) > 1 or _is_table(gan) else _POINTS


def _generated(gan: GAN, count: int, seed: int, labels: Any, average: bool = True) -> tuple[Array, Array | None]:
    """Samples and their classes."""
    samples = gan.generate(count, seed=seed, labels=labels, average=average)
    if labels is None:
        return samples, gan.draw_labels(count, seed=seed)
    return samples, np.broadcast_to(gan.assembly.classes.numbers(labels, count), (count,))


def _plotted(gan: GAN, samples: Array) -> Figure:
    title = f"{len(samples)} samples of {gan.recipe.name}"
    return plot(samples, gan.assembly.data, title=title, figure=new_figure(layout="constrained"))


def _is_table(gan: GAN) -> bool:
    """Whether the dataset writes samples as a table, which it says of a single one."""
    data = gan.assembly.data
    return len(data.shape) == 1 and own_columns(gan, np.zeros((1, *data.shape), np.float32), None) is not None


def _is_quick(gan: GAN, *, may_load: bool) -> bool:
    """Whether a few samples can be made in a fraction of a second."""
    sources = gan.players.sources
    if sources is not None and not sources.are_loaded and not may_load:
        return False
    return _work(gan) <= _MOST_WORK


def _work(gan: GAN) -> int:
    """A bound on the multiplications of one sample: each weight is used once at each position, or less often."""
    weights: int = gan.average_generator.count_params()
    return weights * int(np.prod(gan.assembly.data.shape[:-1]))


def small_samples(gan: GAN, *, seed: int, may_load: bool = False) -> Picture | Rows | None:
    """Shows a few samples, as many as can be made quickly.

    Args:
        gan: makes them.
        seed: the random seed; the samples are those of `gan.generate(count, seed=seed)`.
        may_load: whether the dataset may be loaded for the sources of translations. Defaults to `False`.

    Returns:
        A picture or a table; `None` if a single sample would take too long.
    """
    if not _is_quick(gan, may_load=may_load):
        return None
    translating = draws_translations(gan.assembly)
    table = not translating and _is_table(gan)
    most = _ROWS if table or translating else _IMAGES if len(gan.assembly.data.shape) > 1 else _POINTS
    count = _affordable(gan, most, seed)
    if translating:
        panels = translation_panels(gan, seed=seed, count=count)
        return picture_of_pixels(panel_grid(panels), described(panels))
    samples, classes = _generated(gan, count, seed, None)
    if table:
        return rows_of(own_columns(gan, samples, classes) or {})
    caption = f"{count} generated sample{'s' * (count != 1)}"
    pixels = grid_of(samples, gan.assembly.data)
    if pixels is not None:
        return picture_of_pixels(pixels, caption)
    return picture_of_figure(plot(samples, gan.assembly.data, figure=new_figure(5, 4, layout="constrained")), caption)


def _affordable(gan: GAN, most: int, seed: int) -> int:
    """How many samples fit in the time, by what one takes; small networks are not measured."""
    if _work(gan) <= _LITTLE_WORK:
        return most
    began = time.perf_counter()
    gan.generate(1, seed=seed)
    taken = time.perf_counter() - began
    return most if most * taken <= _SECONDS else max(1, int(_SECONDS / taken))


def rows_of(columns: Mapping[str, Sequence[Any]]) -> Rows:
    """A table of text from columns."""
    return Rows(list(columns), [[_text(value) for value in row] for row in zip(*columns.values(), strict=True)])


def _text(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, (float, np.floating)) else str(value)
