"""The callback that writes a training into MLflow."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import keras
from mlflow.exceptions import MlflowException
from mlflow.tracking import MlflowClient

if TYPE_CHECKING:
    from ganreg import Run

RUN_ID = "mlflow-run-id.txt"
"""The file in the run's folder that says which MLflow run it is, so that a resumed one goes on in it."""

_EXPERIMENT = "ganreg"
_LONGEST_PARAMETER = 500


class MlflowTracker(keras.callbacks.Callback):
    """Logs the recipe when a training begins, the means of its logs at each epoch, and files at its end.

    It logs into `MLFLOW_TRACKING_URI` and `MLFLOW_EXPERIMENT_NAME` where they are set, and otherwise into a local file
    store, `mlruns` in the current folder, as the experiment `ganreg`. It looks at no single update, so that ganreg may
    go on running many in one compiled call.

    Args:
        run: what is trained.
    """

    def __init__(self, run: Run) -> None:
        super().__init__()
        self._run = run
        self._client: MlflowClient | None = None
        self._run_id = ""

    def on_train_begin(self, logs: Mapping[str, Any] | None = None) -> None:
        """Begins an MLflow run, or goes on with the one that the folder names."""
        if self._client is not None:  # Keras may train the same run in several parts
            return
        self._client = _client()
        self._run_id = self._resumed() or self._begun()

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Logs the means over the epoch, be it a whole one or the last part of one, by the iteration it ended with."""
        for name, value in (logs or {}).items():
            self._client.log_metric(self._run_id, name, float(value), step=int(self.model.iterations))

    def on_train_end(self, logs: Mapping[str, Any] | None = None) -> None:
        """Logs the files of the run so far, and that it is done."""
        for path in (self._run.metrics, *sorted(self._run.samples.glob("*.png"))[-1:]):
            if path.is_file():
                self._client.log_artifact(self._run_id, str(path))
        self._client.set_terminated(self._run_id)

    def _resumed(self) -> str:
        path = self._run.path / RUN_ID
        if not path.is_file():
            return ""
        run_id = path.read_text(encoding="utf-8").strip()
        try:
            self._client.update_run(run_id, status="RUNNING")
        except MlflowException:  # it was deleted, or is in another store
            return ""
        return run_id

    def _begun(self) -> str:
        begun = self._client.create_run(_experiment(self._client), run_name=self._run.path.name)
        run_id = str(begun.info.run_id)
        for field in attrs.fields(type(self._run.recipe)):
            self._client.log_param(run_id, field.name, _text(getattr(self._run.recipe, field.name)))
        self._client.log_artifact(run_id, str(self._run.path / "recipe.toml"))
        (self._run.path / RUN_ID).write_text(f"{run_id}\n", encoding="utf-8")
        return run_id


def _client() -> MlflowClient:
    uri = os.environ.get("MLFLOW_TRACKING_URI")
    if not uri:
        uri = Path("mlruns").absolute().as_uri()
        # MLflow prefers databases since 3.7 and wants to be told that files are meant.
        os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")
    return MlflowClient(tracking_uri=uri)


def _experiment(client: MlflowClient) -> str:
    name = os.environ.get("MLFLOW_EXPERIMENT_NAME", _EXPERIMENT)
    found = client.get_experiment_by_name(name)
    return str(client.create_experiment(name) if found is None else found.experiment_id)


def _text(value: Any) -> str:
    text = " ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return text[:_LONGEST_PARAMETER]
