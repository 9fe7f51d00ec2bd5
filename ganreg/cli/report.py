"""`ganreg report`."""

from __future__ import annotations

from pathlib import Path

import click

from ganreg.cli.streams import echo


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--open", "open_it", is_flag=True, help="Open the report in the browser.")
def report(folder: Path, open_it: bool) -> None:
    """Write an HTML report about a run, a comparison or a search.

    DIR is the folder of a run, which may still be training, of a comparison or of a search. The report is a single
    file, DIR/report.html, which needs no network.
    """
    from ganreg.comparison.report import write_report
    from ganreg.searching.plan import SEARCH
    from ganreg.searching.report import write_search_report

    path = write_search_report(folder) if (folder / SEARCH).is_file() else write_report(folder)
    echo(f"Wrote {path} ({path.stat().st_size / 1e6:.1f} MB)")
    if open_it:
        click.launch(str(path))
