"""Options that several commands on a run share."""

from __future__ import annotations

import click

checkpoint_option = click.option(
    "--checkpoint",
    metavar="best|last|N",
    default="last",
    show_default=True,
    help="Use the checkpoint with the best score, the newest one, or that of iteration N.",
)
