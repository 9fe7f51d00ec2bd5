"""Trains the smallest pair for long: memory, file descriptors, the run folder and the speed must stay as they are.

python benchmarks/soak.py [--updates 100000] [--execution graph|xla] [--out DIR]

Prints a line for each tenth. Passes if after the second tenth resident memory grows by at most 2 % and no descriptor is
added, if an update takes at most 1.2 times as long in the last three tenths as in the three after the first (medians),
and if the folder contains no more than 60 files and 20 MB.
"""

from __future__ import annotations

import argparse
import gc
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import attrs

import ganreg
from ganreg.contract.callbacks import UpdateCallback
from ganreg.runs.training import train

TENTHS = 10
MOST_GROWTH = 0.02
MOST_SLOWDOWN = 1.2
MOST_FILES = 60
MOST_BYTES = 20 * 2**20


@attrs.frozen
class Sight:
    """What was measured after some updates."""

    iteration: int
    seconds: float
    megabytes: float
    descriptors: int
    files: int
    folder_bytes: int


class Watch(UpdateCallback):
    """Measures ten times."""

    def __init__(self, folder: Path, updates: int) -> None:
        super().__init__()
        self.every = updates // TENTHS
        self.folder = folder
        self.sights: list[Sight] = []
        self._last = time.perf_counter()

    def on_iteration(self, iteration: int) -> None:
        """Measures and prints a line."""
        now = time.perf_counter()
        gc.collect()
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        files = [path for path in self.folder.rglob("*") if path.is_file()]
        sight = Sight(
            iteration,
            now - self._last,
            pages * os.sysconf("SC_PAGE_SIZE") / 2**20,
            len(os.listdir("/proc/self/fd")),  # noqa: PTH208 - names are not needed
            len(files),
            sum(path.stat().st_size for path in files),
        )
        self.sights.append(sight)
        print(
            f"{sight.iteration:>9,} {1e6 * sight.seconds / self.every:8.0f} µs {sight.megabytes:9.1f} MB "
            f"{sight.descriptors:5} fds {sight.files:5} files {sight.folder_bytes / 2**20:7.2f} MB",
            flush=True,
        )
        self._last = time.perf_counter()


def faults(sights: list[Sight]) -> list[str]:
    """Returns what did not stay as it was."""
    settled, last = sights[1], sights[-1]
    early = statistics.median(sight.seconds for sight in sights[1:4])
    late = statistics.median(sight.seconds for sight in sights[-3:])
    growth = max(sight.megabytes for sight in sights[1:]) / settled.megabytes - 1
    found = {
        f"memory grew by {100 * growth:.1f} %": growth > MOST_GROWTH,
        f"{last.descriptors - settled.descriptors} more descriptors": last.descriptors > settled.descriptors,
        f"an update takes {late / early:.2f} times as long at the end": late > MOST_SLOWDOWN * early,
        f"{last.files} files": last.files > MOST_FILES,
        f"{last.folder_bytes / 2**20:.1f} MB in the folder": last.folder_bytes > MOST_BYTES,
    }
    print(f"memory {100 * growth:+.2f} % at most, time per update x {late / early:.2f}, {last.files} files")
    return [text for text, is_one in found.items() if is_one]


def main(arguments: list[str] | None = None) -> int:
    """Trains, measures and prints the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--updates", type=int, default=100_000)
    parser.add_argument("--execution", default="graph", choices=("graph", "xla"))
    parser.add_argument("--out", type=Path, default=None, help="the run folder; defaults to a temporary one")
    options = parser.parse_args(arguments)
    gan = ganreg.assemble(
        generator="mlp:latent_dim=2,widths=[8]",
        discriminator="mlp:widths=[8]",
        regularizers=["r1:every=4", "instance-noise"],
        data="gaussian-1d",
        batch_size=32,
        steps=options.updates,
    )
    with tempfile.TemporaryDirectory(prefix="ganreg-soak-") as scratch:
        folder = options.out or Path(scratch) / "run"
        watch = Watch(folder, options.updates)
        train(gan, folder, execution=options.execution, updates_per_call=50, callbacks=[watch])
    found = faults(watch.sights)
    print("; ".join(found) or f"{options.updates:,} updates, nothing changed")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
