"""Loads, samples, reports and evaluates a run while it trains: nothing may fail, and nothing may be warned of.

Usage: python benchmarks/live.py [--rounds 30] [--steps 200000]

Another process trains; it writes a checkpoint every 20 iterations, keeps only the newest two, and adds sample grids and
scores all the time. This process meanwhile uses the run's folder as fast as it can.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections import Counter
from pathlib import Path

TRAINING = [
    "train", "gaussian-1d", "-g", "mlp:latent_dim=2,widths=[8]", "-d", "mlp:widths=[8]", "--batch-size", "8",
    "--checkpoint-every", "20", "--sample-every", "40", "--keep", "2", "--evaluate-every", "100",
    "--evaluate-samples", "100", "--execution", "graph", "--updates-per-call", "10", "--health", "warn",
]  # fmt: skip


def main() -> None:
    """Uses a run that is being trained, and exits with 1 if anything failed or was warned of."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--steps", type=int, default=200_000)
    asked = parser.parse_args()
    os.environ |= {"TF_CPP_MIN_LOG_LEVEL": "3"}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["GANREG_CACHE"] = str(folder / "cache")
        run = folder / "run"
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-m", "ganreg", *TRAINING, "--steps", str(asked.steps), "--out", str(run)],
                stdout=log,
                stderr=log,
            )
        try:
            while not list(run.glob("checkpoints/*.json")):
                if process.poll() is not None:
                    sys.exit((folder / "log").read_text())
                time.sleep(0.05)
            counts, failures = use(run, folder, asked.rounds, process)
        finally:
            process.send_signal(signal.SIGTERM)
            code = process.wait(60)
    print("\n".join(failures))
    print(
        f"{', '.join(f'{count} times {what}' for what, count in counts.items())}: {len(failures)} failures; exit {code}"
    )
    sys.exit(bool(failures) or code != 128 + signal.SIGTERM)


def use(run: Path, folder: Path, rounds: int, process: subprocess.Popen[bytes]) -> tuple[Counter[str], list[str]]:
    """Does with a run what a user may do; returns how often, and what went wrong."""
    import ganreg
    from ganreg.cli.app import run as command

    def loaded(**options: object) -> None:
        ganreg.load(run, **options).generate(4)

    def said(*arguments: str) -> None:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = command(list(arguments))
        if code or "Warning" in err.getvalue() or "Error" in err.getvalue():
            raise RuntimeError(f"exit {code}: {err.getvalue()[-300:]}")

    calls = {
        "loaded": loaded,
        "sampled": lambda: said("sample", str(run), "-n", "16", "-o", str(folder / "samples.npy")),
        "reported": lambda: said("report", str(run)),
        "evaluated": lambda: said("evaluate", str(run), "--samples", "100"),
        "read": lambda: ganreg.Run.read(run),
    }
    counts: Counter[str] = Counter()
    failures = []
    for number in range(rounds):
        for what, call in calls.items():
            if process.poll() is not None:
                return counts, [*failures, f"the training ended with {process.returncode}"]
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("ignore")
                warnings.simplefilter("always", ganreg.GanregWarning)
                try:
                    call()
                except Exception as error:  # noqa: BLE001 - each is a failure
                    failures.append(f"round {number}, {what}: {type(error).__name__}: {str(error)[:300]}")
            failures += [f"round {number}, {what}: {one.message}" for one in caught]
            counts[what] += 1
    return counts, failures


if __name__ == "__main__":
    main()
