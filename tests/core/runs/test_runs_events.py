"""TensorBoard's event files, compared with `metrics.csv` and `samples/` through TensorBoard's own reader."""

import csv
import types

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData

import ganreg
from ganreg.errors import GanregWarning
from ganreg.runs import session
from ganreg.runs.events import Events, hyperparameters
from ganreg.runs.record import Record
from ganreg.runs.training import resume, train

STEPS = 21


def trained(path, callbacks=()):
    gan = ganreg.assemble(
        generator="mlp:latent_dim=2,widths=[4]",
        discriminator="mlp:widths=[4]",
        regularizers=["r1:weight=0.5"],
        data="gaussian-1d:samples=64",
        batch_size=16,
        steps=STEPS,
    )
    given = {"sample_every": 8, "checkpoint_every": 10, "execution": "graph", "updates_per_call": 7}
    return train(gan, path, callbacks=callbacks, **given).path


@pytest.fixture(scope="module")
def run(tmp_path_factory, dying):
    """A run of 21 iterations, which died after 17 and was resumed from the 10th."""
    path = tmp_path_factory.mktemp("events") / "run"
    with pytest.raises(KeyboardInterrupt):
        trained(path, [dying(17)])
    return resume(path).path


@pytest.fixture(scope="module")
def shown(run):
    """What TensorBoard shows of the run."""
    accumulator = EventAccumulator(str(run / "tensorboard"), size_guidance={"scalars": 0, "images": 0})
    return accumulator.Reload()


def test_scalars_are_the_rows_of_the_metrics_each_once(run, shown):
    with (run / "metrics.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    names = [name for name in rows[0] if name != "iteration"]
    assert set(shown.Tags()["scalars"]) == set(names)
    for name in names:
        events = shown.Scalars(name)
        assert [event.step for event in events] == list(range(1, STEPS + 1))
        assert [event.value for event in events] == pytest.approx([float(row[name]) for row in rows], rel=1e-6)


def test_images_are_those_of_the_folder(run, shown):
    events = shown.Images("samples")
    assert [event.step for event in events] == [8, 16, 21]
    for event in events:
        assert event.encoded_image_string == (run / "samples" / f"{event.step:08d}.png").read_bytes()


def test_the_recipe_is_there_as_hparams(run, shown):
    content = shown.summary_metadata["_hparams_/session_start_info"].plugin_data.content
    hparams = HParamsPluginData.FromString(content).session_start_info.hparams
    assert hparams["regularizers.0.weight"].number_value == 0.5
    assert hparams["loss.name"].string_value == "non-saturating"
    assert hparams["generator.widths"].string_value == "4"


def test_hyperparameters_have_types_that_tensorboard_knows():
    found = hyperparameters(ganreg.Recipe(paper="arXiv:1", regularizers=["wgan-gp:one_sided=true"], batch_size=8))
    assert found["batch_size"] == 8
    assert found["regularizers.0.one_sided"] in (True, "true")
    assert "paper" not in found
    assert all(isinstance(value, (bool, int, float, str)) for value in found.values())


def test_a_run_ends_with_a_report_and_its_distribution(run):
    text = (run / "report.html").read_text(encoding="utf-8")
    assert Record.read(run).result.weights in text
    assert "Distribution of the final samples" in text


def test_numbers_are_the_same_without_them(run, tmp_path, monkeypatch):
    """The run is also kept if its report cannot be written."""

    class Silent(Events):
        def on_train_begin(self, logs=None):
            pass

    def refuse(_):
        raise ganreg.RunError("no room")

    monkeypatch.setattr(session, "Events", Silent)
    monkeypatch.setattr(session, "write_run_report", refuse)
    with pytest.warns(GanregWarning, match="cannot write a report of .*no room"):
        path = trained(tmp_path / "run")
    assert not (path / "tensorboard").exists()
    assert Record.read(path).result.weights == Record.read(run).result.weights
    assert (path / "metrics.csv").read_bytes() == (run / "metrics.csv").read_bytes()


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "tensorboard").write_text("in the way")
    events = Events(types.SimpleNamespace(path=tmp_path, recipe=ganreg.Recipe()), every=1)
    events.set_model(types.SimpleNamespace(players=types.SimpleNamespace(done=0)))
    with pytest.raises(ganreg.RunError, match=r"cannot write .*tensorboard"):
        events.on_train_begin()
