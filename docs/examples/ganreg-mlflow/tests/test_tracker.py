"""The tracker, on a real file store."""

import ganreg
import pytest
from ganreg import Recipe
from mlflow.tracking import MlflowClient

from ganreg_mlflow import ganreg_callbacks
from ganreg_mlflow.tracker import RUN_ID, MlflowTracker


@pytest.fixture(autouse=True)
def store(tmp_path, monkeypatch):
    """Trainings log into `mlruns` in a folder of the test's own; returns a client of it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.delenv("MLFLOW_EXPERIMENT_NAME", raising=False)
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    return MlflowClient(tracking_uri=(tmp_path / "mlruns").as_uri())


@pytest.fixture
def run(tmp_path):
    """What a tracker is given of a run: its folder, with a recipe, and where its files are."""

    class Run:
        path = tmp_path / "mine"
        recipe = Recipe(name="mine", regularizers=("r1:weight=2", "ada"))
        metrics = path / "metrics.csv"
        samples = path / "samples"

    Run.samples.mkdir(parents=True)
    (Run.path / "recipe.toml").write_text('name = "mine"\n')
    (Run.samples / "00000001.png").write_bytes(b"a picture")
    return Run


def test_it_is_hung_on_every_run(run):
    assert "ganreg-mlflow" in {plugin.distribution for plugin in ganreg.registry().plugins if plugin.hooks}
    (tracker,) = ganreg_callbacks(run)

    assert isinstance(tracker, MlflowTracker)


def test_a_training_is_in_the_store(run, store, tiny_gan, points):
    tiny_gan.fit(points, batch_size=64, epochs=2, verbose=0, callbacks=[MlflowTracker(run)])

    (found,) = store.search_runs([store.get_experiment_by_name("ganreg").experiment_id])
    assert found.info.run_name == "mine"
    assert found.info.status == "FINISHED"
    assert found.data.params["regularizers"] == "r1:weight=2 ada"
    history = store.get_metric_history(found.info.run_id, "discriminator_loss")
    assert [metric.step for metric in history][:2] == [4, 8]
    assert {file.path for file in store.list_artifacts(found.info.run_id)} == {"recipe.toml", "00000001.png"}


def test_a_run_that_is_resumed_goes_on_in_the_same_one(run, store, tiny_gan, points):
    for _ in range(2):
        tiny_gan.fit(points, batch_size=64, epochs=1, verbose=0, callbacks=[MlflowTracker(run)])

    (found,) = store.search_runs([store.get_experiment_by_name("ganreg").experiment_id])
    assert {metric.step for metric in store.get_metric_history(found.info.run_id, "discriminator_loss")} == {4, 8}


def test_one_that_was_deleted_from_the_store_begins_anew(run, store, tiny_gan, points):
    (run.path / RUN_ID).write_text("0123456789abcdef0123456789abcdef")

    tiny_gan.fit(points, batch_size=64, epochs=1, verbose=0, callbacks=[MlflowTracker(run)])

    assert len(store.search_runs([store.get_experiment_by_name("ganreg").experiment_id])) == 1
