"""Gives ganreg hostile folders, as from a stranger, and counts what goes wrong.

python benchmarks/strangers.py [--count 300] [--seed 0] [--show]

Every case is a copy of a whole run, comparison, cache or folder with a recipe, to which one hostile thing is done:
links that lead out, pipes, sockets, devices, holes of 300 GB, deep folders, numbers of 400 digits, damaged zip, npy,
png, toml, json and csv files, torn last lines, files of others with ganreg's names. Then one command works on it. It
must

- end within a minute with exit code 0, 1 or 2 and without an error that nobody foresaw;
- leave everything outside of the folder as it is, and show none of it;
- leave foreign files in the folder as they are;
- leave no temporary file, and change nothing at all if it refuses (exit code 2).
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import hashlib
import importlib
import io
import os
import random
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import attrs
import numpy as np
from PIL import Image
from strangers_cases import DATA, KINDS, SECRET, SMALL, Case, Place

from ganreg.cli.app import run as run_command

SECONDS = 60
READ = 2**24
"""Larger files are compared by their size and their time only."""


class LateError(BaseException):
    """A command has not ended in time; nothing may catch it."""


def too_late(*_: object) -> None:
    raise LateError


@attrs.frozen
class Answer:
    """What a command said; the exit code is -1 if it did not end."""

    code: int
    text: str
    seconds: float


def answer_of(arguments: list[str]) -> Answer:
    """Runs a command line in this process."""
    out, began = io.StringIO(), time.monotonic()
    signal.signal(signal.SIGALRM, too_late)
    signal.alarm(SECONDS)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            code = run_command(arguments)
    except LateError:
        code = -1
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else 1
    finally:
        signal.alarm(0)
    return Answer(code, out.getvalue(), time.monotonic() - began)


def seen(folder: Path) -> dict[str, object]:
    """Returns what is in a folder; without lock files, which say who used it last."""
    found: dict[str, object] = {}
    folders = [folder]
    while folders:
        here = folders.pop()
        with contextlib.suppress(OSError), os.scandir(here) as entries:
            for entry in entries:
                if not entry.name.endswith(".lock"):
                    found[entry.path] = described(entry)
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(Path(entry.path))
    return found


def described(entry: os.DirEntry[str]) -> object:
    if entry.is_symlink():
        return ("link", os.readlink(entry.path))  # noqa: PTH115 - a link's text need not be a path
    status = entry.stat(follow_symlinks=False)
    if not stat.S_ISREG(status.st_mode):
        return stat.S_IFMT(status.st_mode)
    if status.st_size > READ:
        return (status.st_size, status.st_mtime_ns)
    return hashlib.sha256(Path(entry.path).read_bytes()).hexdigest()


def make_outside(folder: Path) -> None:
    """Makes the user's own files."""
    (folder / "private").mkdir(parents=True)
    (folder / "diary.txt").write_text(f"{SECRET}\n" * 3)
    (folder / "secret.csv").write_text(f"iteration,{SECRET}\n1,2\n2,3\n")
    (folder / "private" / "letter.txt").write_text(SECRET)
    np.savez(folder / "secret.npz", x=np.linspace(-1, 1, 64, dtype=np.float32)[:, None])
    Image.new("L", (8, 8), 77).save(folder / "photo.png")


def make_bases(folder: Path) -> None:
    """Makes a run that has finished, one that has not, a comparison of two trials, a cache and an empty folder."""
    run, stopped, comparison, cache = (folder / name for name in ("run", "stopped", "comparison", "cache"))
    (folder / "empty").mkdir(parents=True)
    os.environ["GANREG_CACHE"] = str(cache)
    for command in (
        ["train", *DATA, *SMALL, "--steps", "6", "--checkpoint-every", "2", "--evaluate-every", "2",
         "--evaluate-samples", "20", "-m", "kernel", "--out", str(run)],
        ["evaluate", str(run), "-m", "kernel", "-n", "20"],
    ):  # fmt: skip
        made = answer_of(command)
        if made.code:
            raise RuntimeError(made.text)
    shutil.copytree(run, stopped)
    text = (stopped / "run.toml").read_text()
    (stopped / "run.toml").write_text(text[: text.index("[result]")].replace("steps = 6", "steps = 8", 1))
    from ganreg.comparison.plan import Plan
    from ganreg.comparison.trials import trials_of

    comparison.mkdir()
    plan = Plan.of(["gaussian-1d"], losses=["hinge|wasserstein"], seeds=1, steps=6, budget=60.0)
    plan.write(comparison)
    for trial in trials_of(plan, comparison):
        shutil.copytree(run, trial.path)
        attrs.evolve(trial, state="finished", iterations=6).write()


def faults(
    case: Case, answer: Answer, place: Place, before: tuple[dict[str, object], ...], kept: dict[Path, bytes]
) -> Iterator[str]:
    """Yields what went wrong."""
    outside, given = before
    if answer.code == -1:
        yield f"did not end within {SECONDS} s"
    if answer.code not in (-1, 0, 1, 2):
        yield f"exit code {answer.code}"
    if "Traceback" in answer.text or "--debug shows where" in answer.text:
        yield f"an error that nobody foresaw: {answer.text.strip().splitlines()[-1][:200]}"
    if seen(place.outside) != outside:
        yield "something outside was changed"
    after = seen(place.given)
    report = place.given / "report.html"
    written = not kept and report.is_file() and after.get(str(report)) != given.get(str(report))
    shown = report.read_bytes() if written else b""
    if SECRET in answer.text or SECRET.encode() in shown:
        yield "something outside was shown"
    for path, content in kept.items():
        if not path.is_file() or path.read_bytes() != content:
            yield f"foreign {path.name} is not as it was"
    new = [name for name in after if ".tmp" in Path(name).name and name not in given]
    if new:
        yield f"temporary files are left: {new}"
    if answer.code == 2 and after != given and not case.cache:
        changed = [name for name in after.keys() | given.keys() if after.get(name) != given.get(name)]
        yield f"refused, but changed {[os.path.relpath(name, place.given) for name in changed][:5]}"


def try_case(case: Case, bases: Path, folder: Path) -> tuple[Answer, list[str]]:
    """Carries out one case in a new folder."""
    place = Place(folder / "given", folder / "outside")
    make_outside(place.outside)
    shutil.copytree(bases / case.base, place.given, symlinks=True)
    shutil.copytree(bases / "run", folder / "run")
    kept = {path: path.read_bytes() for path in case.change(place)}
    os.environ["GANREG_CACHE"] = str(place.given if case.cache else folder / "cache")
    before = (seen(place.outside), seen(place.given))
    arguments = [
        word.replace("{given}", str(place.given)).replace("{run}", str(folder / "run")) for word in case.command
    ]
    answer = answer_of(arguments)
    return answer, list(faults(case, answer, place, before, kept))


def main(arguments: list[str] | None = None) -> int:
    """Prints the number of cases of each kind, and how many went wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0, help="random seed for the cases")
    parser.add_argument("--show", action="store_true", help="print every case and the answer to it")
    options = parser.parse_args(arguments)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    for name in ("tensorflow", "keras", "matplotlib.pyplot", "ganreg.gan"):
        importlib.import_module(name)
    tried: collections.Counter[str] = collections.Counter()
    codes: collections.Counter[int] = collections.Counter()
    faulty, longest, began = 0, 0.0, time.monotonic()
    rng = random.Random(options.seed)  # noqa: S311 - no secret
    with tempfile.TemporaryDirectory(prefix="ganreg-strangers-") as scratch:
        bases = Path(scratch) / "bases"
        make_bases(bases)
        for number in range(options.count):
            case = KINDS[number % len(KINDS)](rng)
            folder = Path(scratch) / str(number)
            answer, found = try_case(case, bases, folder)
            tried[case.kind] += 1
            codes[answer.code] += 1
            faulty, longest = faulty + bool(found), max(longest, answer.seconds)
            if found or options.show:
                print(f"{number}: {case.kind}: {case.what}; {' '.join(case.command[:2])} -> {answer.code}", flush=True)
                print(f"    {'; '.join(found) or answer.text.strip()[-200:]!r}", flush=True)
            subprocess.run(["rm", "-rf", str(folder)], check=True)  # noqa: S603, S607 - unlike Python's, for any depth
    for kind, count in sorted(tried.items()):
        print(f"{kind}: {count}")
    print(", ".join(f"exit code {code}: {count}" for code, count in sorted(codes.items())))
    print(f"the longest command took {longest:.1f} s, all together {time.monotonic() - began:.0f} s")
    print(f"{options.count - faulty} of {options.count} as they should be")
    return 0 if not faulty else 1


if __name__ == "__main__":
    sys.exit(main())
