"""Writes samples to a file whose suffix decides the format: an image, an array or a table."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ganreg.contract.datasets import Dataset
from ganreg.data.spec import DataSpec
from ganreg.errors import DataError
from ganreg.files.writing import write_whole

if TYPE_CHECKING:
    from ganreg.data.arrays import Array
    from ganreg.gan import GAN

SUFFIXES = (".png", ".npy", ".csv")
"""The suffixes of the formats."""


def refuse_unfit(path: Path, data: DataSpec, bands: Sequence[int] | None = None) -> None:
    """Raises a `DataError` if samples, or the bands of images and volumes, cannot be written in a file's format."""
    if bands is not None and (path.suffix != ".png" or not (data.is_image or data.is_volume)):
        raise DataError(
            f"bands are chosen for .png files of images and volumes, which {path.name} is not; leave --bands out"
        )
    if path.suffix == ".csv" and len(data.shape) != 1:
        size = "x".join(map(str, data.shape))
        raise DataError(
            f"samples of shape {size} cannot be rows of a table; write {path.stem}.png or {path.stem}.npy instead"
        )


def write_samples(
    gan: GAN,
    samples: Array,
    path: Path,
    *,
    labels: Array | int | None = None,
    network: str | None = None,
    bands: Sequence[int] | None = None,
) -> None:
    """Writes samples, replacing a file whole or not at all.

    Args:
        gan: the GAN that made them.
        samples: `[N, *shape]`.
        path: the file: `.png` for a grid of images or a plot, `.npy` for a float32 array, `.csv` for a table with the
            columns of the dataset, or x0, x1, ... if the dataset does not name its columns.
        labels: a class or the `[N]` classes of the samples, which become a column of a table. Defaults to none.
        network: the network that made them. Defaults to the one that makes the game's samples.
        bands: the channels of images that a grid shows; see `ganreg.runs.sample_grids.to_pixels`.

    Raises:
        DataError: the format does not fit the samples.
        RunError: the file cannot be written.
    """
    made = gan.assembly.game.makes
    data = gan.assembly.networks[network or made].data
    refuse_unfit(path, data)
    if path.suffix == ".png":
        from ganreg.runs.sample_grids import draw

        draw(samples, data, path, title=f"{len(samples)} samples of {gan.recipe.name}", bands=bands)
    elif path.suffix == ".npy":
        write_array(path, samples)
    else:
        classes = None if labels is None else np.broadcast_to(np.asarray(labels, np.int32), len(samples))
        columns = own_columns(gan, samples, classes) if network in (None, made) else None
        written = _plain_columns(samples, classes) if columns is None else columns
        write_whole(path, lambda file: _save_table(file, written))


def write_array(path: Path, samples: Array) -> None:
    """Writes an array to a `.npy` file, whole or not at all.

    Raises:
        RunError: the file cannot be written.
    """
    write_whole(path, lambda file: _save_array(file, samples))


def own_columns(gan: GAN, samples: Array, labels: Array | None) -> Mapping[str, Sequence[Any]] | None:
    """The samples as the dataset's own table; `None` if it has none.

    Args:
        gan: the GAN that made them.
        samples: `[N, *shape]`.
        labels: int `[N]`, their classes, which become a column; `None` for no such column.
    """
    from ganreg.engine.attribution import attributed

    source = gan.assembly.source
    if not isinstance(source, Dataset):
        return None
    with attributed(f"dataset '{type(source).__name__}'", "columns"):
        return source.columns(samples, labels)


def _plain_columns(samples: Array, labels: Array | None) -> Mapping[str, Sequence[Any]]:
    """The samples as plain numbers with the labels last."""
    # numpy writes float32 with the digits that it needs, where Python's floats would show those of float64
    plain: dict[str, Sequence[Any]] = {f"x{index}": list(values) for index, values in enumerate(samples.T)}
    return plain if labels is None else plain | {"label": list(labels)}


def _save_array(path: Path, samples: Array) -> None:
    with path.open("wb") as file:
        np.save(file, samples, allow_pickle=False)


def _save_table(path: Path, columns: Mapping[str, Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
