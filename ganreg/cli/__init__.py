"""The command line: one file a command, each imported only when it is asked for."""

from __future__ import annotations

import sys

INTERRUPTED = 130
"""The exit code after Ctrl-C."""


def main() -> None:
    """Runs `ganreg` with the process's arguments, and exits with 0 done, 1 failed, 2 wrong input, 130 interrupted."""
    try:
        from ganreg.cli.app import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:  # before the command itself could see it
        code = INTERRUPTED
    sys.exit(code)
