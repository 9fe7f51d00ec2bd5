"""`ganreg sample`."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from ganreg.cli.plugin_files import plugin_option
from ganreg.cli.run_options import checkpoint_option
from ganreg.cli.sections import SectionedCommand, option_in
from ganreg.cli.streams import echo
from ganreg.cli.tensorflow import import_quietly, warnings_as_lines
from ganreg.errors import GanregWarning

if TYPE_CHECKING:
    from ganreg.data.spec import DataSpec
    from ganreg.gan import GAN

_NAMED = 3
"""The number of skipped files that a warning names."""

_in_inputs = option_in("Translating")
_in_walk = option_in("Walking through the latents")
_in_inversion = option_in("Inverting")


def _seeds(_: click.Context, __: click.Parameter, value: str | None) -> tuple[int, ...] | None:
    """Read the seeds of a walk."""
    if value is None:
        return None
    seeds = [seed.strip() for seed in value.split(",")]
    if len(seeds) < 2 or not all(seed.isascii() and seed.isdecimal() for seed in seeds):
        raise click.BadParameter(f"expected at least two seeds, such as 1,2 or 1,2,3; got {value!r}")
    return tuple(map(int, seeds))


def _bands(_: click.Context, __: click.Parameter, value: str | None) -> tuple[int, ...] | None:
    """Read the numbers of the channels to show."""
    if value is None:
        return None
    bands = [band.strip() for band in value.split(",")]
    if len(bands) not in (1, 3) or not all(band.isascii() and band.isdecimal() for band in bands):
        raise click.BadParameter(f"expected one channel or three, such as 4 or 3,2,1; got {value!r}")
    return tuple(map(int, bands))


@click.command(cls=SectionedCommand)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "-n", "--count", type=click.IntRange(min=1), default=64, show_default=True, metavar="N", help="Generate N samples."
)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    help="Write the samples to this .png, .npy or .csv file. Defaults to DIR/sample.png.",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    metavar="N",
    help="Random seed for latents, sources and labels. Defaults to a fresh one for each call.",
)
@click.option(
    "--label",
    metavar="CLASS",
    help="Generate samples of this class, by name or number; for conditional networks. Defaults to random classes.",
)
@click.option(
    "--label-shares",
    type=click.Choice(["data", "uniform"]),
    default="data",
    show_default=True,
    help="Draw random classes as often as they occur in the training samples, or all equally often.",
)
@click.option(
    "--where",
    metavar="COLUMN=VALUE",
    multiple=True,
    help="Generate rows of a table that satisfy this, as in fraud=yes or 'age>=40' (also != < <= >); repeatable.",
)
@click.option(
    "--bands",
    metavar="N[,N,N]",
    callback=_bands,
    help="Show these channels of images in a .png file, one as grey or three as red, green and blue, as in 3,2,1.",
)
@click.option(
    "--truncation",
    type=click.FloatRange(min=0),
    metavar="PSI",
    help="Generate fewer but more typical samples: 0.7 moves styles to 0.7 of their distance from the mean. For a "
    "generator without styles, the bounds of the latents. Off by default.",
)
@click.option("--last-iterate", is_flag=True, help="Use the network itself instead of its moving average.")
@checkpoint_option
@_in_inputs(
    "--input",
    "inputs",
    type=click.Path(path_type=Path),
    metavar="PATH",
    multiple=True,
    help="Translate this image, folder of images or .npy array instead of generating samples; repeatable.",
)
@_in_inputs(
    "--network",
    metavar="NAME",
    help="Translate with this network of the game, such as inverse or encoder. Defaults to the one that makes the "
    "game's samples.",
)
@_in_walk(
    "--walk",
    metavar="SEED,SEED[,SEED...]",
    callback=_seeds,
    help="Walk from the sample of one seed to that of the next, into an animation (.gif), a grid of images (.png), or "
    "rows. Defaults to DIR/walk.gif or, without images, DIR/walk.png.",
)
@_in_walk(
    "--frames",
    type=click.IntRange(min=2),
    default=60,
    show_default=True,
    metavar="N",
    help="Number of samples of the walk, those of the seeds included.",
)
@_in_walk("--loop", is_flag=True, help="Walk back to the first seed, so that the animation repeats without a jump.")
@_in_inversion(
    "--invert",
    "inverted",
    type=click.Path(path_type=Path),
    metavar="PATH",
    multiple=True,
    help="Find the latents of this image, folder of images or .npy array; repeatable. Writes what the generator makes "
    "from them, and the latents as NAME-latents.npy.",
)
@plugin_option
@click.pass_context
def sample(
    context: click.Context,
    /,
    folder: Path,
    count: int,
    output: str | None,
    seed: int | None,
    label: str | None,
    label_shares: Literal["data", "uniform"],
    where: tuple[str, ...],
    bands: tuple[int, ...] | None,
    last_iterate: bool,
    checkpoint: str,
    inputs: tuple[Path, ...],
    network: str | None,
    truncation: float | None,
    walk: tuple[int, ...] | None,
    frames: int,
    loop: bool,
    inverted: tuple[Path, ...],
) -> None:
    """Generate samples from a run, translate images, or find their latents.

    DIR is the run's folder. The format of the output follows from the suffix of the file: .png for an image, .npy for
    a float32 array of shape [N, *sample shape], .csv for a table with the columns of the dataset, or x0, x1, ... if
    the dataset does not name its columns.

    Rows of a table can be asked for by their values, as --where says; with the classes of a label or of conditions,
    the generator makes just those:

    \b
      ganreg sample DIR -n 1000 --where fraud=yes -o rows.csv

    If the run's game translates samples, they are translations of held-out sources, or of what --input names: images
    of any size that the network can take. Several images or a folder need a folder for their translations, which keep
    the names of the files:

    \b
      ganreg sample DIR --input photo.jpg -o translated.png
      ganreg sample DIR --input photos -o translated

    The other way round, --invert finds latents that give an image, or nearly:

    \b
      ganreg sample DIR --walk 1,2,3 --loop --truncation 0.7 -o walk.gif
      ganreg sample DIR --invert face.png -o nearest.png
    """  # noqa: D301 - click takes \b for a paragraph that is not to be filled
    _refuse_conflicts(context)
    target = _target(folder, output, inputs or inverted, walks=walk is not None, inverts=bool(inverted))
    if inputs or inverted:
        from ganreg.runs.translating import find_inputs

        found = find_inputs(inputs or inverted, "--input" if inputs else "--invert")
    more = ""
    import_quietly()
    with warnings_as_lines():
        from ganreg.runs.changed_data import warn_of_changed_files
        from ganreg.runs.loading import load
        from ganreg.runs.sample_files import refuse_unfit, write_samples

        gan = load(folder, checkpoint=checkpoint)
        warn_of_changed_files(folder)
        seed = _fresh_seed() if seed is None else seed
        number = None if label is None else _class_number(gan, label, translates=bool(inputs))
        if inputs:
            from ganreg.runs.translating import translate_files

            translated = translate_files(
                gan, found, target, network=network, label=number, seed=seed, average=not last_iterate
            )
            _warn_of(translated.skipped)
            count = translated.count
        elif inverted:
            from ganreg.runs.inverting import invert_files

            result = invert_files(gan, found, target, label=number, seed=seed, average=not last_iterate)
            _warn_of(result.skipped)
            _warn_of_sizes(result.resized)
            count = result.count
            more = (
                f", and {'its' if count == 1 else 'their'} latents to {result.latents}; root mean squared difference "
                f"from the original{'s' * (count != 1)}: {result.distance:.3g}"
            )
        elif walk is not None:
            from ganreg.runs.walk_files import write_walk

            if output is None and not gan.assembly.data.is_image:
                target = target.with_suffix(".png")
            write_walk(
                gan, walk, target, frames=frames, closed=loop, label=number, truncation=truncation,
                average=not last_iterate,
            )  # fmt: skip
            count = frames
        else:
            refuse_unfit(target, gan.assembly.data, bands)
            more = _shown(target, gan.assembly.data, bands)
            if where:
                from ganreg.engine.wishes import draw_rows

                made = draw_rows(gan.players, count, where, seed=seed, average=not last_iterate)
                write_samples(gan, made.samples, target, labels=made.labels)
            else:
                labels = gan.draw_labels(count, seed=seed, label_shares=label_shares) if number is None else number
                if labels is None and label_shares != "data":
                    raise click.UsageError("the generator of this run takes no labels; leave --label-shares out")
                samples = gan.generate(count, seed=seed, labels=labels, average=not last_iterate, truncation=truncation)
                write_samples(gan, samples, target, labels=labels, bands=bands)
    echo(f"Wrote {count} sample{'s' * (count != 1)} to {target}{more}")


_NEEDS = {"network": "inputs", "frames": "walk", "loop": "walk"}
"""Options that only mean something together with another."""
_EXCLUDED = {
    "inputs": ("walk", "inverted", "count", "truncation", "label_shares", "where", "bands"),
    "walk": ("inverted", "count", "seed", "label_shares", "where", "bands"),
    "inverted": ("count", "truncation", "label_shares", "where", "bands"),
    "label": ("label_shares",),
    "where": ("label", "label_shares", "truncation", "bands"),
}
"""Options that would have no effect together with another."""


def _refuse_conflicts(context: click.Context) -> None:
    """Refuse options that would have no effect."""
    default = click.core.ParameterSource.DEFAULT
    options = {one.name: one.opts[-1 if one.name == "count" else 0] for one in context.command.params if one.name}
    given = {name for name in options if context.get_parameter_source(name) is not default}
    for name, needed in _NEEDS.items():
        if name in given and needed not in given:
            raise click.UsageError(f"{options[name]} needs {options[needed]}")
    for name, excluded in _EXCLUDED.items():
        for other in excluded:
            if {name, other} <= given:
                raise click.UsageError(f"{options[other]} has no effect with {options[name]}; leave it out")


def _class_number(gan: GAN, label: str, *, translates: bool) -> int:
    """Return the number of a class that is named or numbered.

    Raises:
        click.UsageError: the generator takes no labels.
        DataError: there is no such class.
    """
    if gan.assembly.is_conditional:
        return int(gan.assembly.classes.numbers(label, 1)[0])
    if not translates:
        raise click.UsageError("no network of this run takes labels; leave --label out")
    return 0  # which is refused with the name of the network


def _shown(target: Path, data: DataSpec, bands: tuple[int, ...] | None) -> str:
    """Say what a grid of images or volumes shows, if that is not plain."""
    if target.suffix != ".png" or not (data.is_image or data.is_volume):
        return ""
    from ganreg.runs.sample_grids import what_is_shown

    shown = what_is_shown(data, bands)
    return f", which shows {shown}" if shown else ""


def _target(
    folder: Path, output: str | None, inputs: Sequence[Path], *, walks: bool = False, inverts: bool = False
) -> Path:
    """Return the file or folder to write to.

    Raises:
        click.UsageError: the name does not say which format to write, or there is no folder to write to.
    """
    from ganreg.runs.sample_files import SUFFIXES

    suffixes = (".gif", *SUFFIXES) if walks else SUFFIXES
    if output is None and (walks or inverts):
        return folder / ("walk.gif" if walks else "inverted.png")
    several = len(inputs) > 1 or any(path.is_dir() for path in inputs)
    if output is None:
        if several:
            raise click.UsageError("several translations need a folder of their own; name it with -o")
        return folder / "sample.png"
    target = Path(output)
    if inputs and not inverts and (target.is_dir() or output.endswith("/") or not target.suffix):
        return target
    if target.suffix not in suffixes:
        known = ", ".join(suffixes[:-1])
        raise click.UsageError(
            f"cannot write samples to '{target.name}'; use a name that ends in {known} or {suffixes[-1]}"
        )
    if not target.parent.is_dir():
        raise click.UsageError(f"there is no folder {target.parent} to write {target.name} to")
    return target


def _fresh_seed() -> int:
    import numpy as np

    return int(np.random.SeedSequence().generate_state(1)[0])


def _warn_of_sizes(resized: Sequence[tuple[Path, int, int]]) -> None:
    if resized:
        path, width, height = resized[0]
        more = f", and so were {len(resized) - 1} other images" if len(resized) > 1 else ""
        warnings.warn(
            f"{path} of {width}x{height} pixels was cropped and scaled to the size of the samples{more}",
            GanregWarning,
            stacklevel=2,
        )


def _warn_of(skipped: Sequence[Path]) -> None:
    if skipped:
        more = f" and {len(skipped) - _NAMED} more" if len(skipped) > _NAMED else ""
        names = ", ".join(str(path) for path in skipped[:_NAMED])
        files = "1 file that is not an image" if len(skipped) == 1 else f"{len(skipped)} files that are not images"
        warnings.warn(f"skipped {files}: {names}{more}", GanregWarning, stacklevel=2)
