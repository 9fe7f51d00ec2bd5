"""Writes a page for each command; sphinx-click fills it in from the command itself.

The pages are ours because sphinx-click puts all commands of a group on one page, in the order of their names.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from ganreg.cli.group import COMMANDS

_INTRODUCTION = (
    "Answers go to stdout, progress and warnings to stderr. The exit code is 0 after success, 1 if the work failed, "
    "2 if the input was wrong, 130 after Ctrl-C and 143 after SIGTERM. Plugins may add commands; `ganreg --help` lists "
    "them."
)


def write(folder: Path) -> None:
    """Writes the pages into a folder and removes what it held.

    Args:
        folder: the folder, which is created.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    _write(folder / "index.rst", _index())
    for name, (place, _) in COMMANDS.items():
        _write(folder / f"{name}.rst", _click(place, f"ganreg {name}", nested="full"))


def _write(path: Path, lines: Iterator[str]) -> None:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _index() -> Iterator[str]:
    title = "The command line"
    yield from (title, "=" * len(title), "", _INTRODUCTION, "")
    for name, (_, line) in COMMANDS.items():
        yield f"- :doc:`ganreg {name} <{name}>`: {line}"
    yield from ("", ".. toctree::", "   :hidden:", "", *(f"   {name}" for name in COMMANDS), "")
    yield from _click("ganreg.cli.app:cli", "ganreg", nested="none")


def _click(place: str, program: str, nested: str) -> Iterator[str]:
    yield from (f".. click:: {place}", f"   :prog: {program}", f"   :nested: {nested}")
