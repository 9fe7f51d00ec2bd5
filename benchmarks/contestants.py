"""Ways to run a workload with ganreg in this process: `fit`, with records, and the bare compiled step.

Each is a function that takes a workload and returns `run(updates)`. Other frameworks are in `peers`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from workloads import Workload

Run = Callable[[int], Any]
_LONGEST_PERIOD = 16
"""The number of updates after which lazy penalties are due again."""


def samples_of(workload: Workload) -> np.ndarray:
    """Returns synthetic samples in -1..1, the same for all."""
    return np.random.default_rng(0).uniform(-1, 1, (workload.samples, *workload.shape)).astype(np.float32)


def assemble(workload: Workload, regularizers: tuple[str, ...] = (), **settings: Any) -> Any:
    """Returns the GAN of a workload."""
    import ganreg

    generator, discriminator = workload.networks()
    return ganreg.assemble(
        generator=generator,
        discriminator=discriminator,
        loss="wasserstein" if workload.gradient_penalty else "non-saturating",
        regularizers=[*(["wgan-gp"] if workload.gradient_penalty else []), *regularizers],
        data=ganreg.DataSpec(workload.shape, value_range=(-1, 1)),
        schedule="simultaneous",
        batch_size=workload.batch_size,
        **settings,
    )


def chosen_execution(workload: Workload) -> Any:
    """Returns the execution that a long run of the workload chooses by measuring."""
    from ganreg.engine.running.choice import choose_execution

    gan = assemble(workload)
    batches = gan.batches_of(samples_of(workload)[: workload.batch_size], shuffle=True)
    return choose_execution(gan.programs, batches, iterations=10**9, mode="auto", updates_per_call=None)


def ganreg_fit(workload: Workload, execution: Any = None) -> Run:
    """Runs `GAN.fit` on an array, with the execution that a long run chooses."""
    execution = execution or chosen_execution(workload)
    gan, samples = assemble(workload), samples_of(workload)

    def run(updates: int) -> None:
        gan.fit(
            samples,
            steps=updates,
            verbose=0,
            execution=execution.mode,
            updates_per_call=execution.updates_per_call,
        )

    return run


def recorded_fit(workload: Workload, execution: Any, folder: Any) -> Run:
    """Runs `GAN.fit` with the metrics file and the progress bar of the command line."""
    import io

    from rich.console import Console

    from ganreg.cli.progress import progress_bar
    from ganreg.runs.metrics_file import MetricsFile

    gan, samples = assemble(workload), samples_of(workload)
    terminal = Console(file=io.StringIO(), force_terminal=True)

    def run(updates: int) -> None:
        with progress_bar(updates, terminal) as bar:
            gan.fit(
                samples,
                steps=updates,
                verbose=0,
                callbacks=[MetricsFile(folder / "metrics.csv", gan.log_names, max(1, min(50, updates // 200))), *bar],
                execution=execution.mode,
                updates_per_call=execution.updates_per_call,
            )

    return run


def bare_step(workload: Workload, execution: Any, regularizers: tuple[str, ...] = ()) -> Run:
    """Calls ganreg's compiled function on prepared tensors: no data path, no logs, no callbacks."""
    import tensorflow as tf

    updates_per_call = execution.updates_per_call
    gan = assemble(workload, regularizers)
    phase = gan.recipe.schedule.phase(0)
    functions = [gan.programs.function_for(phase, execution, iteration) for iteration in range(_LONGEST_PERIOD)]
    batches = samples_of(workload)[: workload.batch_size]
    real = tf.constant(np.broadcast_to(batches, (updates_per_call, 1, *batches.shape)))
    count = tf.constant(updates_per_call)

    def run(updates: int) -> None:
        for iteration in range(0, updates, updates_per_call):
            result = functions[iteration % _LONGEST_PERIOD].compiled({"real": real}, count)
        result.numpy()  # waits for the last one

    return run
