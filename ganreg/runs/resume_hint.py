"""Adds to the errors of a run how to resume it."""

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
    """Adds a note to an exception that ends a training: the last intact checkpoint, and the command that resumes.

    `TrainingError` and `NumericalError` already contain this advice and pass unchanged.
    """
    try:
        yield
    except (TrainingError, NumericalError):
        raise
    except Exception as error:
        if checkpoints.written >= 0:
            error.add_note(
                f"The checkpoint at iteration {checkpoints.written} is intact; when the problem is fixed, resume from "
                f"it: ganreg resume {run.path}"
            )
        raise


@contextlib.contextmanager
def refusing_foreign_state(name: str, iteration: int) -> Iterator[None]:
    """Turns a recorder's exception about a state that it did not write into a `RunError`.

    Args:
        name: the name of the recorder.
        iteration: the iteration of the checkpoint.

    Raises:
        RunError: the recorder cannot restore the state.
    """
    try:
        yield
    except (AttributeError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        reason = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
        raise RunError(
            f"the checkpoint at iteration {iteration} holds no state that '{name}' can restore ({reason}); "
            f"remove the files of that checkpoint to resume from the previous one"
        ) from error
