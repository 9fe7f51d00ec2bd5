"""`ganreg sample`."""

from __future__ import annotations

from pathlib import Path

import click

from ganreg.cli.tensorflow import import_quietly, warnings_as_lines


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("-n", "--count", type=click.IntRange(min=1), default=64, show_default=True, help="How many samples.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="A .png or .npy file; DIR/sample.png unless given."
)
@click.option(
    "--seed", type=click.IntRange(min=0), help="The same seed draws the same samples; fresh ones unless given."
)
@click.option("--label", type=click.IntRange(min=0), help="The class to draw, of a conditional generator.")
@click.option("--last-iterate", is_flag=True, help="Use the last iterate rather than the moving average.")
def sample(
    folder: Path, count: int, output: Path | None, seed: int | None, label: int | None, last_iterate: bool
) -> None:
    """Draw samples from a run's generator.

    DIR is a run's folder. A .png shows them; a .npy file holds them as float32 [N, *shape].
    """
    output = output or folder / "sample.png"
    if output.suffix not in (".png", ".npy"):
        raise click.UsageError(f"cannot write samples as '{output.name}'; use a name that ends in .png or .npy")
    if not output.parent.is_dir():
        raise click.UsageError(f"there is no folder {output.parent} to write {output.name} to")
    import_quietly()
    with warnings_as_lines():
        import numpy as np

        from ganreg.errors import RunError
        from ganreg.runs.plots import draw
        from ganreg.runs.saving import load

        gan = load(folder)
        samples = gan.generate(count, seed=seed, labels=label, average=not last_iterate)
        if output.suffix == ".png":
            draw(samples, gan.assembly.data, output, title=f"{count} samples of {gan.recipe.name}")
        else:
            try:
                np.save(output, samples, allow_pickle=False)
            except OSError as error:
                raise RunError(f"cannot write {output}: {error.strerror or error}") from error
    click.echo(f"Wrote {count} samples to {output}")
