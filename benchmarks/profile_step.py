"""Prints where XLA's program of one update spends its time, according to TensorFlow's profiler.

python benchmarks/profile_step.py ["dcgan 28x28"]

Convolutions run on other threads than the one that starts them. Their own line shows the start only; the time that no
line accounts for is theirs.
"""

from __future__ import annotations

import collections
import os
import re
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("PYTHONWARNINGS", "ignore")

import contestants
import tensorflow as tf
from workloads import WORKLOADS

UPDATES = 5
KINDS = {
    "transposes and copies": r"transpose|copy",
    "sums over batches and maps": r"reduce",
    "convolutions, as far as their thread shows": r"conv",
    "matrix products": r"MatMul|dot|matmul",
    "other element-wise work": r"fusion|select|add|multiply|compare",
}
_NOT_OPERATIONS = re.compile(r"^(?:function|TFE_|Eager|__inference|Cpu|Block|Thunk|Slinky|while)")


def main() -> None:
    """Prints a line per kind of operation."""
    from ganreg.engine.running.execution import Execution

    name = sys.argv[1] if len(sys.argv) > 1 else "dcgan 28x28"
    workload = next(workload for workload in WORKLOADS if workload.name == name)
    run = contestants.bare_step(workload, Execution("xla", 1))
    run(3)
    began = time.perf_counter()
    run(UPDATES)
    total = (time.perf_counter() - began) / UPDATES * 1000
    spent: collections.Counter[str] = collections.Counter()
    for operation, milliseconds in _traced(run):
        kind = next((kind for kind, pattern in KINDS.items() if re.search(pattern, operation)), "the rest")
        spent[kind] += milliseconds / UPDATES
    print(f"{name}: {total:.1f} ms per update")
    for kind, milliseconds in spent.most_common():
        print(f"{milliseconds:8.1f} ms  {kind}")
    print(f"{total - sum(spent.values()):8.1f} ms  not accounted for: convolutions on other threads")


def _traced(run: contestants.Run) -> list[tuple[str, float]]:
    from tensorflow.tsl.profiler.protobuf import xplane_pb2

    with tempfile.TemporaryDirectory() as folder:
        tf.profiler.experimental.start(folder)
        run(UPDATES)
        tf.profiler.experimental.stop()
        (path,) = Path(folder).glob("plugins/profile/*/*.xplane.pb")
        space = xplane_pb2.XSpace()
        space.ParseFromString(path.read_bytes())
    return [
        (plane.event_metadata[event.metadata_id].name, event.duration_ps / 1e9)
        for plane in space.planes
        for line in plane.lines
        for event in line.events
        if not _NOT_OPERATIONS.match(plane.event_metadata[event.metadata_id].name)
    ]


if __name__ == "__main__":
    main()
