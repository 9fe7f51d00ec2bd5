"""`ganreg report`."""

from __future__ import annotations

from pathlib import Path

import click

from ganreg.cli.streams import echo


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--open", "open_it", is_flag=True, help="Open the report in the browser.")
def report(folder: Path, open_it: bool) -> None:
    """Write an HTML report about a run or a comparison.

    DIR is the folder of a run, which may still be training, or of a comparison. The report is a single file,
    DIR/report.html, which needs no network.
    """
    from ganreg.comparison.report import write_report

    path = write_report(folder)
    echo(f"Wrote {path} ({path.stat().st_size / 1e6:.1f} MB)")
    if open_it:
        click.launch(str(path))
