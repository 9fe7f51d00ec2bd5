"""`ganreg sample`."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ganreg.cli.tensorflow import import_quietly, warnings_as_lines
from ganreg.contract.datasets import Dataset
from ganreg.errors import DataError
from ganreg.files.writing import write_whole

if TYPE_CHECKING:
    from ganreg.data.arrays import Array
    from ganreg.gan import GAN

SUFFIXES = (".png", ".npy", ".csv")


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "-n", "--count", type=click.IntRange(min=1), default=64, show_default=True, metavar="N", help="Generate N samples."
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the samples to this .png, .npy or .csv file. Defaults to DIR/sample.png.",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    metavar="N",
    help="Random seed for latents and labels. Defaults to a fresh one for each call.",
)
@click.option(
    "--label",
    type=click.IntRange(min=0),
    metavar="CLASS",
    help="Generate samples of this class; for conditional generators. Defaults to random classes.",
)
@click.option("--last-iterate", is_flag=True, help="Use the generator itself instead of its moving average.")
@click.option(
    "--checkpoint",
    metavar="best|last|N",
    default="last",
    show_default=True,
    help="Use the checkpoint with the best score, the newest, or the one of iteration N.",
)
def sample(
    folder: Path,
    count: int,
    output: Path | None,
    seed: int | None,
    label: int | None,
    last_iterate: bool,
    checkpoint: str,
) -> None:
    """Generate samples with the generator of a run.

    DIR is the run's folder. The format of the output follows from the suffix of the file: .png for an image, .npy for
    a float32 array of shape [N, *sample shape], .csv for a table with the columns of the dataset, or x0, x1, ... if
    the dataset does not name its columns.
    """
    output = output or folder / "sample.png"
    if output.suffix not in SUFFIXES:
        raise click.UsageError(f"cannot write samples to '{output.name}'; use a name that ends in .png, .npy or .csv")
    if not output.parent.is_dir():
        raise click.UsageError(f"there is no folder {output.parent} to write {output.name} to")
    import_quietly()
    with warnings_as_lines():
        from ganreg.runs.loading import load

        gan = load(folder, checkpoint=checkpoint)
        if output.suffix == ".csv":
            _require_rows(gan, output)
        seed = _fresh_seed() if seed is None else seed
        labels = gan.draw_labels(count, seed=seed) if label is None else label
        samples = gan.generate(count, seed=seed, labels=labels, average=not last_iterate)
        _write(gan, samples, labels, output)
    click.echo(f"Wrote {count} samples to {output}")


def _fresh_seed() -> int:
    import numpy as np

    return int(np.random.SeedSequence().generate_state(1)[0])


def _write(gan: GAN, samples: Array, labels: Array | int | None, output: Path) -> None:
    import numpy as np

    if output.suffix == ".png":
        from ganreg.runs.sample_grids import draw

        draw(samples, gan.assembly.data, output, title=f"{len(samples)} samples of {gan.recipe.name}")
    elif output.suffix == ".npy":
        write_whole(output, lambda file: _save_array(file, samples))
    else:
        classes = None if labels is None else np.broadcast_to(np.asarray(labels, np.int32), len(samples))
        columns = _columns(gan, samples, classes)
        write_whole(output, lambda file: _save_table(file, columns))


def _require_rows(gan: GAN, output: Path) -> None:
    shape = gan.assembly.data.shape
    if len(shape) != 1:
        size = "x".join(map(str, shape))
        raise DataError(
            f"samples of shape {size} cannot be rows of a table; write {output.stem}.png or {output.stem}.npy instead"
        )


def _columns(gan: GAN, samples: Array, labels: Array | None) -> Mapping[str, Sequence[Any]]:
    """Return the samples as the dataset's own table, or as plain numbers with the labels last."""
    from ganreg.engine.attribution import attributed

    source = gan.assembly.source
    if isinstance(source, Dataset):
        with attributed(f"dataset '{type(source).__name__}'", "columns"):
            columns = source.columns(samples, labels)
        if columns is not None:
            return columns
    # numpy writes float32 with the digits that it needs, where Python's floats would show those of float64
    plain: dict[str, Sequence[Any]] = {f"x{index}": list(values) for index, values in enumerate(samples.T)}
    return plain if labels is None else plain | {"label": list(labels)}


def _save_array(path: Path, samples: Array) -> None:
    import numpy as np

    with path.open("wb") as file:
        np.save(file, samples, allow_pickle=False)


def _save_table(path: Path, columns: Mapping[str, Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
