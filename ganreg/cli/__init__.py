"""The command line: one module per command, each imported only when its command is called."""

from __future__ import annotations

import sys

INTERRUPTED = 130
"""The exit code after Ctrl-C."""


def main() -> None:
    """Run `ganreg` with the process's arguments, and exit: 0 done, 1 failed, 2 wrong input, 130 interrupted."""
    try:
        from ganreg.cli.streams import complete_streams

        complete_streams()
        from ganreg.cli.app import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:  # before click could handle it
        code = INTERRUPTED
    sys.exit(code)
