"""`ganreg sample`."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path

import click

from ganreg.cli.sections import SectionedCommand, option_in
from ganreg.cli.tensorflow import import_quietly, warnings_as_lines
from ganreg.errors import GanregWarning

_NAMED = 3
"""The number of skipped files that a warning names."""

_in_inputs = option_in("Translating")


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
    type=click.IntRange(min=0),
    metavar="CLASS",
    help="Generate samples of this class; for conditional networks. Defaults to random classes.",
)
@click.option("--last-iterate", is_flag=True, help="Use the network itself instead of its moving average.")
@click.option(
    "--checkpoint",
    metavar="best|last|N",
    default="last",
    show_default=True,
    help="Use the checkpoint with the best score, the newest, or the one of iteration N.",
)
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
@click.pass_context
def sample(
    context: click.Context,
    /,
    folder: Path,
    count: int,
    output: str | None,
    seed: int | None,
    label: int | None,
    last_iterate: bool,
    checkpoint: str,
    inputs: tuple[Path, ...],
    network: str | None,
) -> None:
    """Generate samples with the generator of a run, or translate images.

    DIR is the run's folder. The format of the output follows from the suffix of the file: .png for an image, .npy for
    a float32 array of shape [N, *sample shape], .csv for a table with the columns of the dataset, or x0, x1, ... if
    the dataset does not name its columns.

    If the run's game translates samples, they are translations of held-out sources, or of what --input names: images
    of any size that the network can take. Several images or a folder need a folder for their translations, which keep
    the names of the files:

    \b
      ganreg sample DIR --input photo.jpg -o translated.png
      ganreg sample DIR --input photos -o translated
    """  # noqa: D301 - click takes \b for a paragraph that is not to be filled
    if inputs and context.get_parameter_source("count") is not click.core.ParameterSource.DEFAULT:
        raise click.UsageError("-n is for generated samples; with --input there is one for each input")
    if network is not None and not inputs:
        raise click.UsageError("--network needs --input, which names what it is to translate")
    target = _target(folder, output, inputs)
    if inputs:
        from ganreg.runs.translating import find_inputs

        found = find_inputs(inputs)
    import_quietly()
    with warnings_as_lines():
        from ganreg.runs.loading import load
        from ganreg.runs.sample_files import refuse_unfit, write_samples

        gan = load(folder, checkpoint=checkpoint)
        seed = _fresh_seed() if seed is None else seed
        if inputs:
            from ganreg.runs.translating import translate_files

            translated = translate_files(
                gan, found, target, network=network, label=label, seed=seed, average=not last_iterate
            )
            _warn_of(translated.skipped)
            count = translated.count
        else:
            refuse_unfit(target, gan.assembly.data)
            labels = gan.draw_labels(count, seed=seed) if label is None else label
            samples = gan.generate(count, seed=seed, labels=labels, average=not last_iterate)
            write_samples(gan, samples, target, labels=labels)
    click.echo(f"Wrote {count} sample{'s' * (count != 1)} to {target}")


def _target(folder: Path, output: str | None, inputs: Sequence[Path]) -> Path:
    """Return the file or folder to write to.

    Raises:
        click.UsageError: the name does not say which format to write, or there is no folder to write to.
    """
    from ganreg.runs.sample_files import SUFFIXES

    several = len(inputs) > 1 or any(path.is_dir() for path in inputs)
    if output is None:
        if several:
            raise click.UsageError("several translations need a folder of their own; name it with -o")
        return folder / "sample.png"
    target = Path(output)
    if inputs and (target.is_dir() or output.endswith("/") or not target.suffix):
        return target
    if target.suffix not in SUFFIXES:
        raise click.UsageError(f"cannot write samples to '{target.name}'; use a name that ends in .png, .npy or .csv")
    if not target.parent.is_dir():
        raise click.UsageError(f"there is no folder {target.parent} to write {target.name} to")
    return target


def _fresh_seed() -> int:
    import numpy as np

    return int(np.random.SeedSequence().generate_state(1)[0])


def _warn_of(skipped: Sequence[Path]) -> None:
    if skipped:
        more = f" and {len(skipped) - _NAMED} more" if len(skipped) > _NAMED else ""
        names = ", ".join(str(path) for path in skipped[:_NAMED])
        files = "1 file that is not an image" if len(skipped) == 1 else f"{len(skipped)} files that are not images"
        warnings.warn(f"skipped {files}: {names}{more}", GanregWarning, stacklevel=2)
