"""`ganreg verify`."""

from __future__ import annotations

from pathlib import Path

import click

from ganreg.checkpoints.run_folder import require_run
from ganreg.cli.tensorflow import import_quietly, warnings_as_lines


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def verify(folder: Path) -> int:
    """Train a run again from its seed, and compare.

    DIR is the folder of a run that has done its steps. It is trained again in a temporary folder, with the same
    execution. The exit code is 0 where the weights are the same to the last bit, else 1.
    """
    require_run(folder)
    import_quietly()
    with warnings_as_lines():
        from ganreg.cli.progress import progress_bar
        from ganreg.runs.record import Record
        from ganreg.runs.verifying import verify as verify_run

        record = Record.read(folder)
        with progress_bar(record.plan.steps) as callbacks:
            verdict = verify_run(folder, callbacks=callbacks)
    if verdict.same:
        click.echo(f"The same: weights sha256:{verdict.weights}")
    else:
        click.echo(f"Not the same: {verdict.reason}")
    for change in verdict.changes:
        click.echo(f"Changed since: {change}")
    return 0 if verdict.same else 1
