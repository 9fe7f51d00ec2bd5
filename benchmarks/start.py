"""Measures the time to the first update, and how fast a large registry lists."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

STEPS = {
    "python": "pass",
    "import ganreg": "import ganreg",
    "import tensorflow": "import tensorflow",
    "assembled": "import ganreg; ganreg.assemble(data=ganreg.DataSpec((2,)))",
    "first update (graph)": (
        "import ganreg, numpy; ganreg.assemble(data=ganreg.DataSpec((2,)))"
        ".fit(numpy.zeros((512, 2), 'float32'), steps=1, verbose=0)"
    ),
    "ganreg list": "import sys; sys.argv = ['ganreg', 'list']; from ganreg.cli import main; main()",
}
COMPONENTS = 1000
PLUGIN = """
from ganreg import Component, hookimpl

@hookimpl
def ganreg_losses():
    return [Component(f"loss-{{number}}", "many:Nothing", "one of many") for number in range({count})]
"""
METADATA = {
    "METADATA": "Metadata-Version: 2.1\nName: many\nVersion: 1.0\n",
    "entry_points.txt": "[ganreg]\nmany = many\n",
    "RECORD": "",
}


def report(*, only: Sequence[str] | None, rounds: int) -> None:
    """Median seconds of a whole process."""
    for what, code in STEPS.items():
        print(f"{what:32} {_seconds(code, rounds):7.2f}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "many.py").write_text(PLUGIN.format(count=COMPONENTS), encoding="utf-8")
        metadata = Path(folder, "many-1.0.dist-info")
        metadata.mkdir()
        for name, text in METADATA.items():
            (metadata / name).write_text(text, encoding="utf-8")
        code = f"import sys; sys.path.insert(0, {folder!r}); {STEPS['ganreg list']}"
        print(f"{f'ganreg list, {COMPONENTS:,} more components':32} {_seconds(code, rounds):7.2f}", flush=True)


def _seconds(code: str, rounds: int) -> float:
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, check=True)  # noqa: S603
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)
