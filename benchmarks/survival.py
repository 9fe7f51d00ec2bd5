"""Kills runs at random moments, resumes them, and compares the results with those of an undisturbed run.

python benchmarks/survival.py [--count 50] [--by kill|term|truncate|flip] [--steps N] [--seed S] [--execution graph|xla]

`kill` ends the process with SIGKILL, half of the time while it writes a checkpoint; `term` ends it with SIGTERM;
`truncate` and `flip` kill it, then cut off the newest checkpoint at a random place or flip a bit in it. A run is killed
once or twice. The hash of the weights, metrics.csv and every sample grid must be the same to the last byte.

Each training is a separate process, forked from this one, which has imported everything and computed nothing.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import multiprocessing
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import tomllib
from pathlib import Path

from ganreg.cli.app import run as run_command

WAYS = ("kill", "term", "truncate", "flip")
STOPPED = {signal.SIGKILL: -signal.SIGKILL, signal.SIGTERM: 128 + signal.SIGTERM}
IMPORTED = (
    "tensorflow",
    "keras",
    "matplotlib.pyplot",
    "ganreg.gan",
    "ganreg.runs.training",
    "ganreg.cli.progress",
)
PROCESSES = multiprocessing.get_context("fork")


def training(folder: Path, options: argparse.Namespace) -> list[str]:
    return [
        "train", "--dataset", "gaussian-1d", "-g", "mlp:latent_dim=2,widths=[8]", "-d", "mlp:widths=[8]",
        "-r", "r1:every=4", "-r", "instance-noise", "--steps", str(options.steps), "--batch-size", "32", "--seed", "1",
        "--checkpoint-every", "20", "--sample-every", str(max(1, options.steps // 4)), "--execution", options.execution,
        "--updates-per-call", "10", "--out", str(folder),
    ]  # fmt: skip


def outcome(folder: Path) -> dict[str, object]:
    """Returns what must be the same."""
    weights = tomllib.loads((folder / "run.toml").read_text())["result"]["weights"]
    grids = {path.name: path.read_bytes() for path in (folder / "samples").glob("*.png")}
    return {"weights": weights, "metrics.csv": (folder / "metrics.csv").read_bytes(), "sample grids": grids}


def command(arguments: list[str], log: Path) -> None:
    """Runs a command line in this process, with its output in a file."""
    with log.open("wb") as file:
        for stream in (1, 2):
            os.dup2(file.fileno(), stream)
    sys.exit(run_command(arguments))


def started(arguments: list[str], log: Path) -> multiprocessing.process.BaseProcess:
    process = PROCESSES.Process(target=command, args=(arguments, log))
    process.start()
    return process


def run(arguments: list[str], log: Path) -> None:
    process = started(arguments, log)
    process.join()
    if process.exitcode != 0:
        raise RuntimeError(f"exit code {process.exitcode}: {log.read_text()}")


def is_writing(folder: Path) -> bool:
    """Whether there is the temporary folder of a checkpoint."""
    with contextlib.suppress(OSError):
        names = os.listdir(folder / "checkpoints")  # noqa: PTH208 - the fastest way
        return any(name.startswith(".ganreg-") and name.endswith(".tmp") for name in names)
    return False


def disturb(
    arguments: list[str], folder: Path, number: signal.Signals, seconds: float, *, in_checkpoint: bool
) -> tuple[bool, bool]:
    """Starts a process, and ends it some seconds after the run has started.

    Returns:
        Whether it was ended before it finished, and whether it was writing a checkpoint.
    """
    log = folder.with_suffix(".log")
    process = started(arguments, log)
    while not (folder / "recipe.toml").exists() and process.is_alive():
        time.sleep(0.005)
    process.join(seconds)
    while in_checkpoint and process.is_alive() and not is_writing(folder):
        pass
    if process.is_alive():
        os.kill(process.pid or 0, number)
    process.join()
    if process.exitcode not in (0, STOPPED[number], -number):
        raise RuntimeError(f"exit code {process.exitcode}: {log.read_text()}")
    return process.exitcode != 0, is_writing(folder)


def damage(folder: Path, way: str, rng: random.Random) -> str:
    """Truncates a file of the newest checkpoint, or flips a bit in it; does nothing if there is no older checkpoint.

    Returns:
        A description of the damage.
    """
    manifests = sorted((folder / "checkpoints").glob("ckpt-*.json"), key=lambda path: int(path.stem.partition("-")[2]))
    if len(manifests) < 2:
        return ""
    file = rng.choice(sorted((folder / "checkpoints").glob(f"{manifests[-1].stem}.*")))
    content = bytearray(file.read_bytes())
    place = rng.randrange(len(content))
    if way == "truncate":
        file.write_bytes(content[:place])
        return f", {file.name} cut off at byte {place}"
    content[place] ^= 1 << rng.randrange(8)
    file.write_bytes(content)
    return f", a bit of {file.name} flipped at byte {place}"


def survives(
    folder: Path, expected: dict[str, object], options: argparse.Namespace, longest: float, rng: random.Random
) -> tuple[bool, str, int]:
    """Disturbs and resumes one run.

    Returns:
        Whether its results are the same, what was done to it, and how often it was writing a checkpoint.
    """
    number = signal.SIGTERM if options.by == "term" else signal.SIGKILL
    arguments, events, in_checkpoints = training(folder, options), [], 0
    damages = options.by in ("truncate", "flip")
    for _ in range(1 if damages else rng.choice((1, 1, 2))):
        seconds = rng.uniform(0.3 * longest if damages else 0, longest)  # damage needs a checkpoint
        in_checkpoint = options.by == "kill" and rng.random() < 0.5
        ended, writing = disturb(arguments, folder, number, seconds, in_checkpoint=in_checkpoint)
        reached = max((int(path.stem.partition("-")[2]) for path in folder.glob("checkpoints/ckpt-*.json")), default=-1)
        events.append(f"{'ended' if ended else 'finished'} after {seconds:.2f} s, checkpoint {reached}")
        events[-1] += " and one half-written" if ended and writing else ""
        in_checkpoints += ended and writing
        if damages:
            if not ended:  # the result is removed, so that there is something to resume
                text = (folder / "run.toml").read_text()
                (folder / "run.toml").write_text(text[: text.index("[result]")])
            events[-1] += damage(folder, options.by, rng)
        arguments = ["resume", str(folder)]
    run(arguments, folder.with_suffix(".log"))
    got = outcome(folder)
    different = [name for name in expected if got[name] != expected[name]]
    return not different, "; ".join(events) + (f": {', '.join(different)} differ" if different else ""), in_checkpoints


def main(arguments: list[str] | None = None) -> int:
    """Prints a line per run, and how many survived."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--by", choices=WAYS, default="kill")
    parser.add_argument("--steps", type=int, default=600)
    parser.add_argument("--seed", type=int, default=0, help="random seed for the moments")
    parser.add_argument("--execution", default="graph", choices=("graph", "xla"))
    options = parser.parse_args(arguments)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    for name in IMPORTED:
        importlib.import_module(name)
    rng, survived, in_checkpoints = random.Random(options.seed), 0, 0  # noqa: S311 - no secret
    with tempfile.TemporaryDirectory(prefix="ganreg-survival-") as scratch:
        reference = Path(scratch) / "undisturbed"
        run(training(reference, options), reference.with_suffix(".log"))
        expected = outcome(reference)
        longest = 1.1 * tomllib.loads((reference / "run.toml").read_text())["result"]["seconds"] + 0.3
        for index in range(options.count):
            folder = Path(scratch) / f"run-{index}"
            same, events, writing = survives(folder, expected, options, longest, rng)
            survived, in_checkpoints = survived + same, in_checkpoints + writing
            print(f"{index + 1}: {'same' if same else 'NOT THE SAME'}: {events}", flush=True)
            shutil.rmtree(folder)
    print(f"killed {in_checkpoints} times while writing a checkpoint")
    print(f"{survived} of {options.count}")
    return 0 if survived == options.count else 1


if __name__ == "__main__":
    sys.exit(main())
