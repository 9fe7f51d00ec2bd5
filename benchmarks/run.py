"""Compares the speed of ganreg with other ways to do the same, as ratios from one interleaved run.

python benchmarks/run.py [SECTION ...] [--only WORKLOAD] [--rounds N]
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("PYTHONWARNINGS", "ignore")
# An empty cache, so that the fastest execution is measured again.
os.environ["GANREG_CACHE"] = tempfile.mkdtemp(prefix="ganreg-benchmarks-")

import cost
import games
import growth
import memory
import overhead
import sampling
import speed
import start

SECTIONS: dict[str, Callable[..., None]] = {
    "speed": speed.report,
    "overhead": overhead.report,
    "cost": cost.report,
    "games": games.report,
    "memory": memory.report,
    "growth": growth.report,
    "sampling": sampling.report,
    "start": start.report,
}


def main() -> None:
    """Prints the requested sections."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("section", nargs="*", metavar="SECTION", help=f"one of {', '.join(SECTIONS)}; defaults to all")
    parser.add_argument("--only", action="append", help="run this workload only; repeatable")
    parser.add_argument("--rounds", type=int, default=5, help="how often all contestants take turns")
    options = parser.parse_args()
    unknown = set(options.section) - set(SECTIONS)
    if unknown:
        parser.error(f"there is no section {sorted(unknown)[0]!r}; choose from {', '.join(SECTIONS)}")
    for name in options.section or SECTIONS:
        print(f"\n{name}: {SECTIONS[name].__doc__.splitlines()[0]}", flush=True)
        SECTIONS[name](only=options.only, rounds=options.rounds)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
