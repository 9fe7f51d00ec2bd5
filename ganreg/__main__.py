"""`python -m ganreg`: the same command line as `ganreg`."""

from __future__ import annotations

from ganreg.cli import main

if __name__ == "__main__":  # worker processes import this module too
    main()
