"""A whole training into a folder: every file, and every row at its iteration."""

import csv
import re
import types

import keras
import numpy as np
import pytest
from matplotlib.image import imread

import ganreg
from ganreg.contract.callbacks import UpdateCallback
from ganreg.runs.metrics_file import MetricsFile
from ganreg.runs.recording import picture_labels, picture_size
from ganreg.runs.training import train


def assemble(**options):
    given = {
        "generator": "mlp:latent_dim=2,widths=[4]",
        "discriminator": "mlp:widths=[4]",
        "regularizers": ["r1:weight=0.5"],
        "data": "quadratic:samples=64",
        "batch_size": 16,
        "steps": 40,
    }
    return ganreg.assemble(**given | options)


class Kept(UpdateCallback):
    """Keeps what every iteration logs."""

    def __init__(self):
        super().__init__()
        self.values = {}

    def on_updates(self, first, logs):
        for name, values in logs.items():
            self.values.setdefault(name, []).extend(values.tolist())


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A run of 20 iterations: its folder, its GAN, and what every iteration logged."""
    gan, kept = assemble(), Kept()
    path = tmp_path_factory.mktemp("runs") / "run"
    run = train(
        gan, path, steps=20, sample_every=8, checkpoint_every=5, callbacks=[kept], execution="graph", updates_per_call=6
    )
    return run, gan, kept.values


def test_every_file_is_there(trained):
    run, _, _ = trained
    assert {"recipe.toml", "metrics.csv", "checkpoints", "samples", "generator.keras"} <= {
        path.name for path in run.path.iterdir()
    }
    assert not list(run.path.rglob("*.tmp"))


def test_pictures_are_named_by_their_iterations(trained):
    run, _, _ = trained
    assert sorted(path.name for path in run.samples.iterdir()) == ["00000008.png", "00000016.png", "00000020.png"]
    assert all(imread(path).ndim == 3 for path in run.samples.iterdir())


def test_the_last_checkpoints_are_kept(trained):
    run, _, _ = trained
    kept = {int(re.search(r"-(\d+)\.index", path.name)[1]) for path in (run.path / "checkpoints").glob("*.index")}
    assert kept == {10, 15, 20}


def test_the_recipe_is_complete_and_can_be_read_again(trained):
    run, gan, _ = trained
    text = (run.path / "recipe.toml").read_text(encoding="utf-8")
    assert ganreg.Recipe.read(run.path / "recipe.toml") == gan.recipe
    for expected in ('name = "quadratic"', "weight = 0.5", "every = 1", "[plugins]", "ganreg-networks", "[data]"):
        assert expected in text


def test_rows_are_written_at_their_iterations(trained):
    run, gan, logged = trained
    with run.metrics.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["iteration", *gan.log_names]
    assert [int(row["iteration"]) for row in rows] == list(range(1, 21))
    for name in gan.log_names:
        np.testing.assert_allclose([float(row[name]) for row in rows], logged[name], rtol=1e-6)


def test_the_run_loads_as_it_ended(trained):
    run, gan, _ = trained
    loaded = ganreg.load(run.path)
    assert int(loaded.iterations) == 20
    np.testing.assert_array_equal(loaded.generate(4, seed=1), gan.generate(4, seed=1))


def test_the_exported_generator_is_the_average(trained):
    run, gan, _ = trained
    model = keras.saving.load_model(run.path / "generator.keras", safe_mode=True)
    latents = np.ones((3, 2), np.float32)
    np.testing.assert_allclose(model(latents), gan.average_generator(latents), rtol=1e-6)


def test_a_second_run_does_not_go_into_the_same_folder(trained):
    run, gan, _ = trained
    with pytest.raises(ganreg.RunError, match="already holds a run"):
        train(gan, run.path)


def test_a_run_that_cannot_be_named_leaves_no_folder(tmp_path):
    class Unregistered(ganreg.Regularizer):
        pass

    with pytest.raises(ganreg.RunError, match="offered by no plugin"):
        train(assemble(regularizers=[Unregistered()]), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_run_without_data_leaves_no_folder(tmp_path):
    with pytest.raises(ganreg.DataError, match="DataSpec alone"):
        train(assemble(data=ganreg.DataSpec((2,))), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_rows_hold_means_since_the_row_before(tmp_path):
    """Iterations 0..6 of value 0..6, a row each third: means of 0, 1, 2 and of 3, 4, 5; one player's are missing."""
    path = tmp_path / "metrics.csv"
    recorder = MetricsFile(path, ["a", "b"], rows_every=3)
    recorder.on_updates(0, {"a": np.array([0.0, 1.0])})
    recorder.on_updates(2, {"a": np.array([2.0])})
    recorder.on_updates(3, {"a": np.array([3.0, 4.0, 5.0]), "b": np.array([7.0, 7.0, 10.0])})
    assert path.read_text() == "iteration,a,b\n3,1,\n6,4,8\n"


@pytest.mark.parametrize("sizes", [[11], [1] * 11, [5, 6], [4, 4, 3], [2, 9]])
def test_rows_do_not_depend_on_how_many_iterations_a_call_runs(tmp_path, sizes):
    """Iterations 0..10 of their own number, a row each 4: means of 0..3 and of 4..7, and of 8..10 at the end."""
    recorder, first = MetricsFile(tmp_path / "metrics.csv", ["a"], rows_every=4), 0
    for size in sizes:
        recorder.on_updates(first, {"a": np.arange(first, first + size, dtype=np.float32)})
        first += size
    recorder.on_train_end()
    assert (tmp_path / "metrics.csv").read_text() == "iteration,a\n4,1.5\n8,5.5\n11,9\n"


def test_metrics_that_cannot_be_written_say_where(tmp_path):
    with pytest.raises(ganreg.RunError, match=r"cannot write .*metrics\.csv"):
        MetricsFile(tmp_path / "missing" / "metrics.csv", ["a"], rows_every=1).on_train_begin()


@pytest.mark.parametrize(
    ("shape", "classes", "conditional", "size"),
    [((2,), None, False, 1000), ((8, 8, 1), None, False, 64), ((8, 8, 1), 10, True, 100), ((8, 8, 1), 50, True, 64)],
)
def test_how_many_samples_a_picture_shows(shape, classes, conditional, size):
    assembly = types.SimpleNamespace(
        data=ganreg.DataSpec(shape, num_classes=classes), generator=types.SimpleNamespace(conditional=conditional)
    )
    gan = types.SimpleNamespace(assembly=assembly)
    assert picture_size(gan) == size
    labels = picture_labels(gan, 12)
    assert labels is None if not conditional else labels.tolist() == [number % classes for number in range(12)]
