"""`--plugin FILE`, which the group and the commands that use components accept."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from ganreg.cli.state import State


def _load(context: click.Context, _: click.Parameter, paths: Sequence[Path]) -> None:
    state = context.find_object(State)
    if state is None or context.resilient_parsing:
        return
    if paths:
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # a file may import Keras at its top
    for path in paths:
        state.load_file(path)


plugin_option: Callable[[Any], Any] = click.option(
    "--plugin",
    type=click.Path(path_type=Path),
    metavar="FILE",
    multiple=True,
    expose_value=False,
    is_eager=True,
    callback=_load,
    help="Also load this Python file as a plugin; repeatable.",
)
"""`--plugin FILE`."""
