"""Many small comparisons in a row, some interrupted at random moments: each process ends, and leaves none behind.

Usage: python benchmarks/interruptions.py [--count 100] [--interrupted 20] [--seed 0]

Each comparison trains two trials at a time in processes of their own. Some are interrupted by SIGINT, SIGTERM, or two
of either a few milliseconds apart, at a random moment. The command must end within 20 seconds of the signal, no
process that it started may remain 5 seconds later, and the same command must then complete the comparison.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

import numpy as np

MOST_SECONDS, TO_END, TO_VANISH = 600.0, 20.0, 5.0
MARK = "GANREG_BENCHMARK_OF_INTERRUPTIONS"
COMMAND = [
    sys.executable,
    "-m",
    "ganreg",
    "compare",
    "gaussian-1d",
    "-l",
    "hinge|minimax",
    "--seeds",
    "1",
    "--jobs",
    "2",
]
SMALL = ["--steps", "20", "--batch-size", "8", "--samples", "50", "--metric", "kolmogorov-smirnov", "--threads", "1"]


def main() -> None:
    """Runs the comparisons, prints what happened, and exits with 1 if any of them misbehaved."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--interrupted", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    draw = random.Random(asked.seed)  # noqa: S311 - nothing secret
    interrupted = set(draw.sample(range(asked.count), min(asked.interrupted, asked.count)))
    failures, stopped, seconds, whole = [], 0, [], []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(asked.count):
            out = Path(folder) / str(number)
            if number in interrupted:
                # Until a whole comparison has been timed, moments are drawn from the first seconds.
                delay = draw.uniform(0.2, 1.1 * (np.median(whole) if whole else 12.0))
                signals = draw.choice([[signal.SIGINT], [signal.SIGTERM], [signal.SIGINT] * 2, [signal.SIGTERM] * 2])
                took, fault = interrupt(out, delay, signals)
                stopped += took is not None
                seconds += [] if took is None else [took]
                if fault:
                    failures.append(f"{number}: {[one.name for one in signals]} after {delay:.2f} s: {fault}")
            began = time.monotonic()
            fault = complete(out)
            whole.append(time.monotonic() - began)
            if fault:
                failures.append(f"{number}: {fault}")
            print(f"{number + 1} of {asked.count}, {stopped} interrupted, {len(failures)} failures", flush=True)
    print("\n".join(failures))
    print(
        f"{asked.count} comparisons, {stopped} of them interrupted while they worked: {len(failures)} failures; "
        f"{np.median(whole):.1f} s each, ended at most {max(seconds, default=0.0):.1f} s after a signal"
    )
    sys.exit(bool(failures))


def start(out: Path) -> tuple[subprocess.Popen[bytes], str]:
    """Starts a comparison in a process group of its own, whose processes all carry a mark."""
    mark = uuid.uuid4().hex
    environment = os.environ | {MARK: mark, "GANREG_CACHE": str(out.parent / "cache"), "TF_CPP_MIN_LOG_LEVEL": "3"}
    with (out.parent / f"{out.name}.txt").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603
            [*COMMAND, *SMALL, "--out", str(out)], env=environment, stdout=log, stderr=log, start_new_session=True
        )
    return process, mark


def complete(out: Path) -> str:
    """Runs a comparison to its end; returns what is wrong."""
    process, mark = start(out)
    try:
        code = process.wait(MOST_SECONDS)
    except subprocess.TimeoutExpired:
        end(mark)
        return f"did not end within {MOST_SECONDS:.0f} s"
    if code != 0:
        return f"exit code {code}: {(out.parent / f'{out.name}.txt').read_text()[-300:]}"
    return remaining(mark)


def interrupt(out: Path, delay: float, signals: list[signal.Signals]) -> tuple[float | None, str]:
    """Sends signals to a comparison; returns the seconds until it ended, `None` if it had, and what is wrong."""
    process, mark = start(out)
    try:
        process.wait(delay)
    except subprocess.TimeoutExpired:
        pass
    else:
        return None, remaining(mark)
    began = time.monotonic()
    for number in signals:
        process.send_signal(number)
        time.sleep(0.005)
    try:
        process.wait(TO_END)
    except subprocess.TimeoutExpired:
        end(mark)
        return TO_END, f"still there {TO_END:.0f} s after the signal"
    return time.monotonic() - began, remaining(mark)


def remaining(mark: str) -> str:
    """What is wrong if processes of a comparison that has ended remain."""
    until = time.monotonic() + TO_VANISH
    while left := marked(mark):
        if time.monotonic() > until:
            end(mark)
            return f"{len(left)} processes remain"
        time.sleep(0.1)
    return ""


def marked(mark: str) -> list[int]:
    """The processes that carry a mark."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if f"{MARK}={mark}".encode() in (path / "environ").read_bytes():
                found.append(int(path.name))
        except OSError:
            continue
    return found


def end(mark: str) -> None:
    """Kills the processes that carry a mark."""
    for number in marked(mark):
        try:
            os.kill(number, signal.SIGKILL)
        except ProcessLookupError:
            continue


if __name__ == "__main__":
    main()
