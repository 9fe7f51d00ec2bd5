"""What is said when a run cannot go on: whose fault it is elsewhere; here, how to go on all the same."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ganreg.errors import NumericalError, RunError, TrainingError

if TYPE_CHECKING:
    from ganreg.contract.run import Run
    from ganreg.runs.recording import Checkpoints


@contextlib.contextmanager
def resume_hint(run: Run, checkpoints: Checkpoints) -> Iterator[None]:
    """Adds a note to an exception that ends a training: which checkpoint is whole, and the command that goes on.

    Errors that say so themselves, those of stopped trainings and of numbers, pass as they are.
    """
    try:
        yield
    except (TrainingError, NumericalError):
        raise
    except Exception as error:
        if checkpoints.written >= 0:
            error.add_note(
                f"The checkpoint at iteration {checkpoints.written} is whole; once that is mended, go on from there: "
                f"ganreg resume {run.path}"
            )
        raise


@contextlib.contextmanager
def refusing_foreign_state(name: str, iteration: int) -> Iterator[None]:
    """Turns what a recorder raises at a state that is none of its own into a `RunError`.

    Args:
        name: the recorder's.
        iteration: the checkpoint's.

    Raises:
        RunError: the state is not one that the recorder wrote.
    """
    try:
        yield
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        reason = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
        raise RunError(
            f"the checkpoint at iteration {iteration} holds no state that '{name}' can go on from ({reason}); "
            f"remove that checkpoint's files, so that the one before is taken"
        ) from error
