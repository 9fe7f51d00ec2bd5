"""`ganreg report`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--open", "open_it", is_flag=True, help="Show it in the browser.")
def report(folder: Path, open_it: bool) -> None:
    """Write one HTML file about a run or a comparison.

    DIR is the folder of a run, which may still be going on, or of a comparison. The file is DIR/report.html; it holds
    all that it shows and needs no network.
    """
    from ganreg.comparison.report import write_report

    path = write_report(folder)
    click.echo(f"Wrote {path} ({path.stat().st_size / 1e6:.1f} MB)")
    if open_it:
        click.launch(str(path))
