"""Trains or evaluates on one batch that a program holds; for loops of the program's own."""

from __future__ import annotations

from typing import Any

from ganreg.data.batches import Batches
from ganreg.engine.attribution import attributed_to_parts
from ganreg.engine.numbers import FiniteNumbers
from ganreg.engine.running.execution import Execution
from ganreg.engine.running.programs import Programs
from ganreg.errors import DataError, SpecError


def batches_per_iteration(programs: Programs) -> int:
    """The number of batches that one iteration of the schedule takes.

    Raises:
        SpecError: it depends on the epoch, which single batches do not have.
    """
    schedule = programs.players.recipe.schedule
    if schedule.unit == "epochs":
        raise SpecError("train_on_batch has no epochs, but the schedule counts in epochs; use fit, or unit='steps'")
    return schedule.phase(0).batches


def batch_size_of(samples: Any, parts: int) -> int:
    """The size of each batch if samples are divided into equal parts.

    Raises:
        DataError: they cannot be counted or divided.
    """
    if not hasattr(samples, "__len__"):
        raise DataError(f"a single batch must be an array of samples, got {type(samples).__name__}; pass it to fit")
    if len(samples) % parts or not len(samples):
        raise DataError(
            f"an iteration of this schedule takes {parts} batches, so the number of samples must be a multiple of "
            f"{parts}, got {len(samples)}"
        )
    return len(samples) // parts


def train(programs: Programs, batches: Batches) -> dict[str, float]:
    """Runs one iteration of the schedule on the first batches.

    Args:
        programs: the compiled updates.
        batches: the batches, as many as one iteration takes.

    Returns:
        The losses, penalties, accuracies and gradient norms by name.

    Raises:
        NumericalError: a value is not finite.
        AssemblyError: a player has no trainable weights, or its optimizer does not know one.
    """
    players = programs.players
    players.replicas.refuse_batch_size(batches.batch_size, pack=batches.pack)
    programs.refresh()
    phase, done = players.recipe.schedule.phase(0), players.done
    function = programs.function_for(phase, Execution("graph", 1), done)
    taken = batches.take(0, phase.batches)
    if "labels" in taken:
        players.classes.count(taken["labels"])
    with players.following.paused(), attributed_to_parts(players.assembly.all_parts):
        logs = function(taken)
    FiniteNumbers(players).on_updates(done, logs)
    return {name: float(values[0]) for name, values in logs.items()}
