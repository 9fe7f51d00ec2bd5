"""Tries malformed inputs, each of which must be refused in a line or two.

python benchmarks/malformed.py [--count 200] [--seed S] [--processes 7] [--show]

Hypothesis generates spec texts, options, recipes, arrays, tables, images and run folders that are broken in some way.
The command line receives most of them in this process and some in separate processes. It must exit with 1 or 2, without
a traceback and without "--debug shows where", which it prints for unforeseen errors. It must name the input in at most
three lines, must not leave a new folder behind, and must not change an existing one.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st
from malformed_cases import DATA, SMALL, Case, Place
from malformed_inputs import KINDS

MOST_LINES = 3


@attrs.frozen
class Answer:
    """The result of a command line."""

    code: int
    stdout: str
    stderr: str


def in_this_process(arguments: list[str]) -> Answer:
    from ganreg.cli.app import run

    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
        code = run(arguments)
    return Answer(code, out.getvalue(), err.getvalue())


def in_a_process(arguments: list[str]) -> Answer:
    command = [sys.executable, "-c", "from ganreg.cli import main; main()", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, errors="replace")  # noqa: S603
    return Answer(done.returncode, done.stdout, done.stderr)


def can_be_given(arguments: list[str]) -> bool:
    """Whether an operating system can pass these arguments to a process."""
    with contextlib.suppress(UnicodeEncodeError):
        return b"\0" not in b"".join(argument.encode() for argument in arguments)
    return False


def files(folder: Path) -> dict[str, bytes | None]:
    """Returns the contents of a folder, without the lock file, which says who used the folder last."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
        if path.name != ".lock"
    }


def faults(case: Case, answer: Answer, before: dict[str, bytes | None]) -> Iterator[str]:
    """Yields the faults of an answer."""
    if answer.code not in (1, 2):
        yield f"exit code {answer.code}"
    if "Traceback" in answer.stderr or "--debug shows where" in answer.stderr:
        yield "an error that nobody foresaw"
    if not 1 <= len(answer.stderr.splitlines()) <= MOST_LINES:
        yield f"{len(answer.stderr.splitlines())} lines"
    if not any(name in answer.stderr for name in case.named):
        yield "the input is not named"
    if files(case.untouched) != before:
        yield f"{case.untouched.name} is not as it was"


def make_runs(folder: Path) -> tuple[Path, Path]:
    """Creates a run that has finished and one that has not."""
    ended, stopped = folder / "ended", folder / "stopped"
    made = in_this_process(["train", *DATA, *SMALL, "--steps", "6", "--out", str(ended)])
    if made.code:
        raise RuntimeError(made.stderr)
    shutil.copytree(ended, stopped)
    text = (stopped / "run.toml").read_text()
    (stopped / "run.toml").write_text(text[: text.index("[result]")].replace("steps = 6", "steps = 60", 1))
    return ended, stopped


@attrs.define
class Tally:
    """Counts cases and shows those that were not refused as they should be."""

    count: int
    in_processes: int
    show: bool = False
    tried: int = 0
    faulty: int = 0

    def check(self, case: Case) -> None:
        """Runs one command line and checks the answer."""
        before = files(case.untouched)
        self.tried += 1
        alone = self.tried % max(1, self.count // max(1, self.in_processes)) == 0 and self.in_processes > 0
        answer = (in_a_process if alone and can_be_given(case.arguments) else in_this_process)(case.arguments)
        found = list(faults(case, answer, before))
        self.faulty += bool(found)
        if found:
            shown = [argument if len(argument) < 200 else f"{argument[:200]}..." for argument in case.arguments]
            print(
                f"{self.tried}: {case.kind}: {'; '.join(found)}\n  ganreg {shown!r}\n  {answer.stderr[-1500:]}",
                flush=True,
            )
        elif self.show:
            print(f"{self.tried}: {case.kind}: {answer.stderr.strip()[:400]}", flush=True)


def draw_cases(kind: Callable[[Any, Place], Case], count: int, seed: int, tally: Tally, place: Place) -> None:
    """Draws and checks at most `count` cases of a kind."""

    @seeded(seed)
    @settings(
        max_examples=max(1, count),
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def one(data: st.DataObject) -> None:
        with tempfile.TemporaryDirectory(dir=place.scratch) as scratch:
            case = kind(data.draw, attrs.evolve(place, scratch=Path(scratch)))
            if tally.tried < tally.count:
                tally.check(case)

    one()


def try_all(count: int, seed: int, in_processes: int, *, show: bool = False) -> Tally:
    """Draws and checks `count` cases, one kind after the other."""
    tally = Tally(count, in_processes, show)
    with tempfile.TemporaryDirectory(prefix="ganreg-malformed-") as folder:
        ended, stopped = make_runs(Path(folder))

        for kind in KINDS * 2:  # twice, in case Hypothesis finds fewer than requested
            share = -(-(count - tally.tried) // max(1, len(KINDS) - KINDS.index(kind)))
            draw_cases(kind, share, seed + tally.tried, tally, Place(Path(folder), stopped, ended))
    return tally


def main(arguments: list[str] | None = None) -> int:
    """Prints the inputs that were not refused properly, and the number of those that were."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=None, help="random seed for the inputs; defaults to a fresh one")
    parser.add_argument("--processes", type=int, default=7, help="number of inputs that separate processes receive")
    parser.add_argument("--show", action="store_true", help="show every message")
    options = parser.parse_args(arguments)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    seed = secrets.randbelow(2**32) if options.seed is None else options.seed
    print(f"seed {seed}", flush=True)
    tally = try_all(options.count, seed, options.processes, show=options.show)
    print(f"{tally.tried - tally.faulty} of {options.count} refused in a line or two")
    return 0 if tally.tried == options.count and not tally.faulty else 1


if __name__ == "__main__":
    sys.exit(main())
