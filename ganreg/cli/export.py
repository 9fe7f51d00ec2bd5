"""`ganreg export`."""

from __future__ import annotations

from pathlib import Path

import click

from ganreg.cli.run_options import checkpoint_option
from ganreg.cli.sections import SectionedCommand
from ganreg.cli.streams import echo
from ganreg.cli.tensorflow import import_quietly, nothing_on_stderr, warnings_as_lines
from ganreg.export.formats import FORMATS, format_of, require


@click.command(cls=SectionedCommand)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    metavar="PATH",
    type=click.Path(path_type=Path),
    required=True,
    help="Write to this file, or to this folder for a SavedModel. An earlier export there is replaced.",
)
@click.option(
    "--format",
    metavar="|".join(FORMATS),
    help="Write this format. Defaults to onnx if PATH ends in .onnx, litert if it ends in .tflite, otherwise "
    "tf_saved_model.",
)
@click.option(
    "--network",
    metavar="NAME",
    help="Export this network of the game, such as inverse or encoder. Defaults to the one that makes the game's "
    "samples.",
)
@click.option("--last-iterate", is_flag=True, help="Export the network itself instead of its moving average.")
@click.option(
    "--batch-size",
    type=click.IntRange(min=1),
    metavar="N",
    help="Fix the number of samples of each call. Defaults to 1 for litert, to any number for the other formats.",
)
@checkpoint_option
def export(
    folder: Path,
    output: Path,
    format: str | None,
    network: str | None,
    last_iterate: bool,
    batch_size: int | None,
    checkpoint: str,
) -> None:
    """Export the generator of a run for other programs.

    DIR is the run's folder. The export needs neither ganreg nor its plugins, and the run's dataset is not read. Its
    inputs are called latents, or source if the game makes samples from sources, and labels if the generator is
    conditional. Samples are float32 in the data's own range.

    \b
      ganreg export DIR -o generator.onnx
      ganreg export DIR -o generator.tflite --batch-size 16
      ganreg export DIR -o generator
    """  # noqa: D301 - click takes \b for a paragraph that is not to be filled
    chosen = format_of(output, format)
    require(chosen)
    import_quietly()
    with warnings_as_lines():
        from ganreg.runs.loading import load

        gan = load(folder, checkpoint=checkpoint)
        with nothing_on_stderr():
            gan.export(output, chosen.name, network=network, average=not last_iterate, batch_size=batch_size)
    name = gan.assembly.game.makes if network is None else network
    echo(f"Exported network '{name}' of {folder} to {output} ({chosen.name})")
