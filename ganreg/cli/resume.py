"""`ganreg resume`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ganreg.checkpoints.run_folder import require_run
from ganreg.cli.devices import DEVICES, DEVICES_HELP, devices_of
from ganreg.cli.outcome import tell, until_stopped
from ganreg.cli.plugin_files import plugin_option
from ganreg.cli.streams import echo
from ganreg.cli.tensorflow import import_quietly, warnings_as_lines

if TYPE_CHECKING:
    from ganreg.runs.record import OnNan, Watch


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--steps",
    type=click.IntRange(min=1),
    metavar="N",
    help="Train up to a total of N iterations, including those already done. Defaults to the run's own total.",
)
@click.option("--devices", help=f"{DEVICES_HELP} Defaults to the run's own setting.", **DEVICES)
@click.option(
    "--allow-changes", is_flag=True, help="Resume even if the recipe, the data or a version has changed since."
)
@click.option(
    "--restart",
    is_flag=True,
    help="Train the run again from iteration 0 if all its checkpoints are lost. metrics.csv and evaluations.csv are "
    "kept under other names.",
)
@click.option(
    "--on-nan",
    type=click.Choice(["stop", "rollback"]),
    help="On NaN or infinity: stop, or roll back, as for `ganreg train`. Defaults to the run's own setting.",
)
@click.option(
    "--health",
    type=click.Choice(["off", "warn", "stop"]),
    help="React to problems in the training as for `ganreg train`. Defaults to the run's own setting.",
)
@plugin_option
def resume(
    folder: Path,
    steps: int | None,
    devices: str | None,
    allow_changes: bool,
    restart: bool,
    on_nan: OnNan | None,
    health: Watch | None,
) -> int:
    """Resume an interrupted run, or train a finished one further.

    DIR is the run's folder. The training continues from the newest checkpoint, and the result is identical to the last
    bit to that of a run that was never interrupted. --steps does not change the recipe: a learning rate that decays to
    0 over the recipe's steps stays at 0 afterwards.
    """
    require_run(folder)
    assembling = import_quietly(devices or devices_of(folder))
    with warnings_as_lines(), assembling:
        from ganreg.cli.progress import progress_bar
        from ganreg.contract.recipes import Recipe
        from ganreg.contract.run import Run
        from ganreg.files.layout import RECIPE
        from ganreg.runs.record import Record
        from ganreg.runs.training import has_ended
        from ganreg.runs.training import resume as resume_run

        record = Record.read(folder)
        if record.result is not None and has_ended(record, steps) and not restart:
            echo(
                f"{folder} has already completed its {record.result.iterations} iterations; train further with --steps",
                err=True,
            )
            tell(Run(folder, Recipe.read(folder / RECIPE)), record)
            return 0
        with progress_bar(steps or record.plan.steps) as callbacks:
            return until_stopped(
                lambda stop: resume_run(
                    folder,
                    steps=steps,
                    allow_changes=allow_changes,
                    restart=restart,
                    on_nan=on_nan,
                    health=health,
                    callbacks=callbacks,
                    stop=stop,
                )
            )
