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
@click.option("-n", "--count", type=click.IntRange(min=1), default=64, show_default=True, help="How many samples.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="A .png, .npy or .csv file; DIR/sample.png unless given."
)
@click.option(
    "--seed", type=click.IntRange(min=0), help="The same seed draws the same samples; fresh ones unless given."
)
@click.option("--label", type=click.IntRange(min=0), help="The class to draw, of a conditional generator.")
@click.option("--last-iterate", is_flag=True, help="Use the last iterate rather than the moving average.")
@click.option(
    "--checkpoint",
    metavar="best|last|N",
    default="last",
    show_default=True,
    help="Which checkpoint: the one that was judged best, the newest, or that of an iteration.",
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
    """Draw samples from a run's generator.

    DIR is a run's folder. A .png shows them; a .npy file holds them as float32 [N, *shape]; a .csv file holds a table
    with the columns of the data set's own, or x0, x1, ... where it has none.
    """
    output = output or folder / "sample.png"
    if output.suffix not in SUFFIXES:
        raise click.UsageError(f"cannot write samples as '{output.name}'; use a name that ends in .png, .npy or .csv")
    if not output.parent.is_dir():
        raise click.UsageError(f"there is no folder {output.parent} to write {output.name} to")
    import_quietly()
    with warnings_as_lines():
        from ganreg.runs.loading import load

        gan = load(folder, checkpoint=checkpoint)
        if output.suffix == ".csv":
            _refuse_what_is_no_table(gan, output)
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


def _refuse_what_is_no_table(gan: GAN, output: Path) -> None:
    shape = gan.assembly.data.shape
    if len(shape) != 1:
        size = "x".join(map(str, shape))
        raise DataError(
            f"samples of {size} are no rows of a table; write {output.stem}.png or {output.stem}.npy instead"
        )


def _columns(gan: GAN, samples: Array, labels: Array | None) -> Mapping[str, Sequence[Any]]:
    """The samples as the data set's own table, or as plain numbers, the labels last."""
    from ganreg.engine.attribution import attributed

    source = gan.assembly.source
    if isinstance(source, Dataset):
        with attributed(f"dataset '{type(source).__name__}'", "columns"):
            columns = source.columns(samples, labels)
        if columns is not None:
            return columns
    # numpy's own numbers are written with as many digits as float32 has, Python's with those of float64
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
