"""The side of a contestant: it builds its training, then runs as many updates as it is asked for."""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("PYTHONWARNINGS", "ignore")

from workloads import Workload, workload_of

Losses = tuple[float, float]
Training = tuple[tuple[int, int], Callable[[int], Losses]]
"""The parameters of generator and discriminator, and a function that runs updates and returns both players' losses."""


def serve(build: Callable[..., Training]) -> None:
    """Builds the training of the workload that the command line names, and answers requests on standard input.

    A request is a line with a number of updates. The answer is a line of JSON with the seconds that they took, the
    losses of the discriminator and the generator at the last of them, and the process's peak resident memory in MB.
    The first line has the numbers of parameters.

    Args:
        build: takes the workload and the remaining arguments of the command line.
    """
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print must not mix with the answers
    name, *options = sys.argv[1:]
    parameters, run = build(workload_of(name), *options)
    print(json.dumps({"parameters": parameters}), file=answers, flush=True)
    for line in sys.stdin:
        began = time.perf_counter()
        losses = run(int(line))
        seconds = time.perf_counter() - began
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"seconds": seconds, "losses": losses, "peak": peak}), file=answers, flush=True)


def samples_of(workload: Workload) -> object:
    """Returns synthetic samples in -1..1 as float32 `[N, *shape]`, the same for every contestant."""
    import numpy as np

    return np.random.default_rng(0).uniform(-1, 1, (workload.samples, *workload.shape)).astype(np.float32)
