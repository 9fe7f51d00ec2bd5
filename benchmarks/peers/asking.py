"""The side of the benchmark: it starts contestants and lets them take turns."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import attrs


class Contestant:
    """A process that trains one workload in one way.

    Raises:
        RuntimeError: the process ended; the message is its last line of errors.
    """

    def __init__(self, module: str, workload: str, *options: str) -> None:
        command = [sys.executable, "-m", f"peers.{module}", workload, *options]
        self._process = subprocess.Popen(  # noqa: S603 - our own code
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parent.parent,
        )
        self.parameters: tuple[int, int] = tuple(self._answer()["parameters"])
        self.peak = 0.0
        """The process's peak resident memory in MB."""

    def train(self, updates: int) -> tuple[float, tuple[float, float]]:
        """Returns the seconds that an update took, and the discriminator's and the generator's losses."""
        self._process.stdin.write(f"{updates}\n")
        self._process.stdin.flush()
        answer = self._answer()
        self.peak = answer["peak"]
        return answer["seconds"] / updates, tuple(answer["losses"])

    def close(self) -> None:
        """Ends the process."""
        self._process.kill()
        self._process.communicate()

    def _answer(self) -> dict:
        line = self._process.stdout.readline()
        if not line:
            errors = self._process.communicate()[1].strip().splitlines()
            raise RuntimeError(errors[-1] if errors else "it ended")
        return json.loads(line)


@attrs.frozen
class Result:
    """What a contestant did.

    Attributes:
        seconds: those of an update in each round, in order.
        losses: the discriminator's and the generator's after the first updates, equally many for all.
    """

    seconds: tuple[float, ...]
    losses: tuple[float, float]

    @property
    def median(self) -> float:
        """The median seconds of an update."""
        return statistics.median(self.seconds)

    def ratios(self, ours: Result) -> tuple[float, float, float]:
        """The median, least and greatest ratio of a round's time to ours in the same round."""
        ratios = [one / our for one, our in zip(self.seconds, ours.seconds, strict=True)]
        return statistics.median(ratios), min(ratios), max(ratios)


def compare(contestants: dict[str, Contestant], updates: int, first: int, rounds: int) -> dict[str, Result]:
    """Lets contestants train in turns: A B C A B C.

    Args:
        contestants: those to compare, by name.
        updates: the updates of one turn.
        first: the updates before the first round, which compile and after which losses are taken.
        rounds: the number of turns of each.

    Raises:
        AssertionError: their networks have other numbers of parameters.
    """
    parameters = {name: one.parameters for name, one in contestants.items()}
    assert len(set(parameters.values())) == 1, f"the networks differ: {parameters}"  # noqa: S101
    losses = {name: one.train(first)[1] for name, one in contestants.items()}
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, one in contestants.items():
            seconds[name].append(one.train(updates)[0])
    return {name: Result(tuple(seconds[name]), losses[name]) for name in contestants}


def processor() -> str:
    """The processor's name and the number of cores, with the instructions that matter here."""
    text = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    fields: dict[str, str] = {}
    for line in text.splitlines():
        key, _, value = line.partition(":")
        fields.setdefault(key.strip(), value.strip())
    wanted: Sequence[str] = ("avx2", "avx512f", "amx_bf16")
    found = [flag for flag in wanted if flag in fields.get("flags", "").split()]
    return f"{fields.get('model name', 'unknown processor')}, {text.count('processor')} cores, {' '.join(found)}"
