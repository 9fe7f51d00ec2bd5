"""`ganreg verify`."""

from __future__ import annotations

from pathlib import Path

import click

from ganreg.checkpoints.run_folder import require_run
from ganreg.cli.devices import devices_of
from ganreg.cli.plugin_files import plugin_option
from ganreg.cli.streams import echo
from ganreg.cli.tensorflow import import_quietly, warnings_as_lines


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@plugin_option
def verify(folder: Path) -> int:
    """Train a run again from its seed and compare the weights.

    DIR is the folder of a finished run. It is trained again in a temporary folder, with the same execution mode and on
    as many devices. The exit code is 0 if the weights are identical to the last bit, and 1 otherwise.
    """
    require_run(folder)
    assembling = import_quietly(devices_of(folder))
    with warnings_as_lines(), assembling:
        from ganreg.cli.progress import progress_bar
        from ganreg.runs.record import Record
        from ganreg.runs.verifying import verify as verify_run

        record = Record.read(folder)
        with progress_bar(record.plan.steps) as callbacks:
            verdict = verify_run(folder, callbacks=callbacks)
    if verdict.same:
        echo(f"Identical: weights sha256:{verdict.weights}")
    else:
        echo(f"Different: {verdict.reason}")
    for change in verdict.changes:
        echo(f"Changed since the run: {change}")
    return 0 if verdict.same else 1
