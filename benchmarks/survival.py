"""Kills runs at random moments, resumes them, and compares what comes of them with a run that nothing disturbed.

python benchmarks/survival.py [--count 50] [--by kill|term|damage] [--steps N] [--seed S] [--execution graph|xla]

`kill` ends the process with SIGKILL (during a checkpoint too: there is one every 20 updates), `term` with SIGTERM,
`damage` kills it and then truncates the newest checkpoint or flips a bit in it. A run is killed once or twice. The
weights' hash, metrics.csv and every picture must be the same to the last byte.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

WAYS = ("kill", "term", "damage")
STOPPED = {signal.SIGKILL: -signal.SIGKILL, signal.SIGTERM: 128 + signal.SIGTERM}


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-c", "from ganreg.cli import main; main()", *arguments]


def training(folder: Path, options: argparse.Namespace) -> list[str]:
    return command(
        "train", "--dataset", "gaussian-1d", "-g", "mlp:latent_dim=2,widths=[8]", "-d", "mlp:widths=[8]",
        "-r", "r1:every=4", "-r", "instance-noise", "--steps", str(options.steps), "--batch-size", "32", "--seed", "1",
        "--checkpoint-every", "20", "--sample-every", str(max(1, options.steps // 4)), "--execution", options.execution,
        "--updates-per-call", "10", "--out", str(folder),
    )  # fmt: skip


def outcome(folder: Path) -> dict[str, object]:
    """What must be the same."""
    weights = tomllib.loads((folder / "run.toml").read_text())["result"]["weights"]
    pictures = {path.name: path.read_bytes() for path in (folder / "samples").glob("*.png")}
    return {"weights": weights, "metrics.csv": (folder / "metrics.csv").read_bytes(), "pictures": pictures}


def run(arguments: list[str]) -> None:
    subprocess.run(arguments, check=True, capture_output=True, text=True)  # noqa: S603


def disturb(arguments: list[str], folder: Path, number: signal.Signals, seconds: float) -> bool:
    """Starts a process, and ends it some seconds after the run has begun; whether it was ended rather than done."""
    with subprocess.Popen(  # noqa: S603
        arguments,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    ) as process:
        while not (folder / "recipe.toml").exists() and process.poll() is None:
            time.sleep(0.005)
        try:
            output, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(number)
            output, _ = process.communicate()
    if process.returncode not in (0, STOPPED[number], -number):
        raise RuntimeError(f"exit code {process.returncode}: {output}")
    return process.returncode != 0


def damage(folder: Path, rng: random.Random) -> str:
    """Truncates a file of the newest checkpoint, or flips a bit in it."""
    manifests = sorted((folder / "checkpoints").glob("ckpt-*.json"), key=lambda path: int(path.stem.partition("-")[2]))
    if len(manifests) < 2:
        return ""
    file = rng.choice(sorted((folder / "checkpoints").glob(f"{manifests[-1].stem}.*")))
    content = bytearray(file.read_bytes())
    place = rng.randrange(len(content))
    if rng.random() < 0.5:
        file.write_bytes(content[:place])
        return f", {file.name} cut off at byte {place}"
    content[place] ^= 1 << rng.randrange(8)
    file.write_bytes(content)
    return f", a bit of {file.name} flipped at byte {place}"


def survives(
    folder: Path, expected: dict[str, object], options: argparse.Namespace, longest: float, rng: random.Random
) -> tuple[bool, str]:
    """One run: whether it came to the same, and what was done to it."""
    number = signal.SIGTERM if options.by == "term" else signal.SIGKILL
    arguments, told = training(folder, options), []
    for _ in range(rng.choice((1, 1, 2))):
        seconds = rng.uniform(0, longest)
        ended = disturb(arguments, folder, number, seconds)
        reached = max((int(path.stem.partition("-")[2]) for path in folder.glob("checkpoints/ckpt-*.json")), default=-1)
        told.append(f"{'ended' if ended else 'done'} after {seconds:.2f} s, checkpoint {reached}")
        if options.by == "damage" and ended:
            told[-1] += damage(folder, rng)
        arguments = command("resume", str(folder))
    run(arguments)
    got = outcome(folder)
    different = [name for name in expected if got[name] != expected[name]]
    return not different, "; ".join(told) + (f": {', '.join(different)} differ" if different else "")


def main(arguments: list[str] | None = None) -> int:
    """Prints a line a run, and how many survived."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--by", choices=WAYS, default="kill")
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=0, help="of the moments")
    parser.add_argument("--execution", default="graph", choices=("graph", "xla"))
    options = parser.parse_args(arguments)
    rng, survived = random.Random(options.seed), 0  # noqa: S311 - no secret
    with tempfile.TemporaryDirectory(prefix="ganreg-survival-") as scratch:
        reference = Path(scratch) / "undisturbed"
        run(training(reference, options))
        expected = outcome(reference)
        longest = 1.1 * tomllib.loads((reference / "run.toml").read_text())["result"]["seconds"] + 0.3
        for index in range(options.count):
            folder = Path(scratch) / f"run-{index}"
            same, told = survives(folder, expected, options, longest, rng)
            survived += same
            print(f"{index + 1}: {'same' if same else 'NOT THE SAME'}: {told}", flush=True)
            shutil.rmtree(folder)
    print(f"{survived} of {options.count}")
    return 0 if survived == options.count else 1


if __name__ == "__main__":
    sys.exit(main())
