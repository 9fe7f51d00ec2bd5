"""Tracks the runs of ganreg with MLflow, as a separate package does.

Nothing here imports MLflow or TensorFlow, so that listing stays fast.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ganreg import hookimpl

if TYPE_CHECKING:
    import keras
    from ganreg import Run


@hookimpl
def ganreg_callbacks(run: Run) -> Iterable[keras.callbacks.Callback]:
    """Hangs a tracker on every run that starts or is resumed."""
    from ganreg_mlflow.tracker import MlflowTracker

    return [MlflowTracker(run)]
