"""Training into a folder, and resuming: every file and row, and the same bytes as without an interruption."""

import contextlib
import csv
import json
import math
import re
import shutil
import signal
import subprocess
import sys
import warnings

import keras
import numpy as np
import pytest
from matplotlib.image import imread

import ganreg
from ganreg.contract.callbacks import UpdateCallback
from ganreg.runs.record import Record
from ganreg.runs.stopping import StopOnSignal
from ganreg.runs.training import resume, train

STEPS = 48


def assemble(**options):
    given = {
        "generator": "mlp:latent_dim=2,widths=[4]",
        "discriminator": "mlp:widths=[4]",
        "regularizers": ["r1:weight=0.5,every=3", "instance-noise"],
        "data": "gaussian-1d:samples=64",
        "batch_size": 16,
        "steps": STEPS,
        "learning_rate_decay": "linear",
    }
    return ganreg.assemble(**given | options)


def trained(path, callbacks=(), **options):
    given = {"sample_every": 20, "checkpoint_every": 10, "execution": "graph", "updates_per_call": 7}
    return train(assemble(), path, callbacks=callbacks, **given | options)


class Kept(UpdateCallback):
    """Keeps what every iteration logs."""

    def __init__(self):
        super().__init__()
        self.values = {}

    def on_updates(self, first, logs):
        for name, values in logs.items():
            self.values.setdefault(name, []).extend(values.tolist())


@pytest.fixture(scope="module")
def gan_to_refuse():
    return assemble()


@pytest.fixture(scope="module")
def complete(tmp_path_factory):
    """A run of 20 iterations: its folder, its GAN, and what every iteration logged."""
    gan, kept = assemble(data="quadratic:samples=64", regularizers=["r1:weight=0.5"]), Kept()
    path = tmp_path_factory.mktemp("runs") / "run"
    run = train(
        gan, path, steps=20, sample_every=8, checkpoint_every=5, callbacks=[kept], execution="graph", updates_per_call=6
    )
    return run, gan, kept.values


def test_a_run_writes_every_file(complete):
    run, _, _ = complete
    assert {"recipe.toml", "metrics.csv", "checkpoints", "samples", "generator.keras"} <= {
        path.name for path in run.path.iterdir()
    }
    assert not list(run.path.rglob("*.tmp"))


def test_sample_grids_are_named_by_their_iterations(complete):
    run, _, _ = complete
    assert sorted(path.name for path in run.samples.iterdir()) == ["00000008.png", "00000016.png", "00000020.png"]
    assert all(imread(path).ndim == 3 for path in run.samples.iterdir())


def test_the_last_checkpoints_are_kept(complete):
    run, _, _ = complete
    kept = {int(re.search(r"-(\d+)\.index", path.name)[1]) for path in (run.path / "checkpoints").glob("*.index")}
    assert kept == {10, 15, 20}


def test_the_recipe_is_complete_and_can_be_read_again(complete):
    run, gan, _ = complete
    text = (run.path / "recipe.toml").read_text(encoding="utf-8")
    assert ganreg.Recipe.read(run.path / "recipe.toml") == gan.recipe
    for expected in ('name = "quadratic"', "weight = 0.5", "every = 1", "[plugins]", "ganreg-networks", "[data]"):
        assert expected in text


def test_rows_are_written_at_their_iterations(complete):
    run, gan, logged = complete
    with run.metrics.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["iteration", *gan.log_names]
    assert [int(row["iteration"]) for row in rows] == list(range(1, 21))
    for name in gan.log_names:
        np.testing.assert_allclose([float(row[name]) for row in rows], logged[name], rtol=1e-6)


def test_loading_gives_the_final_gan(complete):
    run, gan, _ = complete
    loaded = ganreg.load(run.path)
    assert int(loaded.iterations) == 20
    np.testing.assert_array_equal(loaded.generate(4, seed=1), gan.generate(4, seed=1))


def test_the_exported_generator_is_the_average(complete):
    run, gan, _ = complete
    model = keras.saving.load_model(run.path / "generator.keras", safe_mode=True)
    latents = np.ones((3, 2), np.float32)
    np.testing.assert_allclose(model(latents), gan.average_generator(latents), rtol=1e-6)


def test_a_folder_holds_only_one_run(complete):
    run, gan, _ = complete
    with pytest.raises(ganreg.RunError, match="already holds a run"):
        train(gan, run.path)


def test_a_run_without_data_leaves_no_folder(tmp_path):
    with pytest.raises(ganreg.DataError, match="DataSpec alone"):
        train(assemble(data=ganreg.DataSpec((2,))), tmp_path / "run")
    assert not (tmp_path / "run").exists()


class Signalled(StopOnSignal):
    """Receives a signal at an iteration."""

    def __init__(self, at, number=signal.SIGTERM):
        super().__init__()
        self.at, self.number = at, number

    def on_updates(self, first, logs):
        if first + len(next(iter(logs.values()))) >= self.at:
            self.received = self.number
        super().on_updates(first, logs)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """An uninterrupted run of 48 iterations."""
    return trained(tmp_path_factory.mktemp("undisturbed") / "run").path


def outcome(path):
    """Everything that must be the same: weights, metrics, sample grids."""
    grids = {grid.name: grid.read_bytes() for grid in sorted((path / "samples").glob("*.png"))}
    return Record.read(path).result.weights, (path / "metrics.csv").read_bytes(), grids


def assert_same(path, undisturbed):
    (weights, metrics, grids), expected = outcome(path), outcome(undisturbed)
    assert metrics == expected[1]
    assert weights == expected[0]
    assert grids == expected[2]


def interrupt(path, at, dying):
    with pytest.raises(KeyboardInterrupt):
        trained(path, callbacks=[dying(at)])
    return path


@pytest.fixture(scope="module")
def cut_short(tmp_path_factory, dying):
    """A run that died at iteration 33, three after its last checkpoint."""
    return interrupt(tmp_path_factory.mktemp("cut-short") / "run", 33, dying)


@pytest.fixture
def interrupted(cut_short, tmp_path):
    """A copy of the interrupted run."""
    return shutil.copytree(cut_short, tmp_path / "run")


@pytest.fixture
def ended(undisturbed, tmp_path):
    """A copy of a run that has done its steps."""
    return shutil.copytree(undisturbed, tmp_path / "run")


@contextlib.contextmanager
def warned(pattern):
    """Expects a `GanregWarning`, whatever other libraries warn about."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ganreg.GanregWarning)
        yield
    texts = [str(warning.message) for warning in caught if issubclass(warning.category, ganreg.GanregWarning)]
    assert any(re.search(pattern, text) for text in texts), texts


@pytest.mark.parametrize("at", [pytest.param(1, marks=pytest.mark.slow), 40])
def test_a_resumed_run_equals_an_uninterrupted_one(tmp_path, undisturbed, at, dying):
    path = interrupt(tmp_path / "run", at, dying)
    resume(path)
    assert_same(path, undisturbed)


@pytest.mark.slow
def test_a_run_without_a_checkpoint_starts_again_if_that_is_asked_for(interrupted, undisturbed):
    for file in (interrupted / "checkpoints").iterdir():
        file.unlink()
    with pytest.raises(ganreg.RunError, match="--restart"):
        resume(interrupted)
    resume(interrupted, restart=True)
    assert_same(interrupted, undisturbed)


def test_partly_written_files_are_truncated(interrupted, undisturbed):
    with (interrupted / "metrics.csv").open("a") as file:
        file.write("34,0.12")
    for path in [*(interrupted / "checkpoints").glob("ckpt-30.[di]*")]:  # as an earlier version left them after a kill
        shutil.copy(path, path.with_name(path.name.replace("30", "40")))
    with warned("ckpt-40 is incomplete.*going back to .* iteration 30"):
        resume(interrupted)
    assert_same(interrupted, undisturbed)


@pytest.mark.parametrize("number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.slow)])
def test_a_signal_ends_a_run_with_a_checkpoint(tmp_path, undisturbed, number):
    path = tmp_path / "run"
    with pytest.raises(
        ganreg.StoppedError, match=rf"{number.name} at iteration 27 of 48.*ganreg resume {path}"
    ) as error:
        trained(path, stop=Signalled(23, number))
    assert error.value.exit_code == 128 + number
    assert (path / "checkpoints" / "ckpt-27.json").exists()
    resume(path)
    assert_same(path, undisturbed)


@pytest.mark.slow
def test_an_extended_run_equals_a_longer_one(tmp_path, undisturbed):
    path = trained(tmp_path / "run", steps=30).path
    resume(path, steps=STEPS)
    weights, metrics, _ = outcome(path)
    assert (weights, metrics) == outcome(undisturbed)[:2]


@pytest.mark.slow
def test_an_extended_run_with_rows_of_several_iterations(tmp_path):
    """From iteration 400 a row stands for two: the incomplete one at the end is replaced by a complete one."""
    options = {"checkpoint_every": 300, "sample_every": 1000, "updates_per_call": 50}
    short, long = trained(tmp_path / "a", steps=405, **options).path, trained(tmp_path / "b", steps=410, **options).path
    assert (short / "metrics.csv").read_text().splitlines()[-1].startswith("405,")
    resume(short, steps=410)
    assert outcome(short)[:2] == outcome(long)[:2]


def test_a_finished_run_is_not_changed(undisturbed):
    before = {path: path.stat().st_mtime_ns for path in undisturbed.rglob("*") if path.name != ".lock"}
    assert resume(undisturbed).path == undisturbed
    assert before == {path: path.stat().st_mtime_ns for path in undisturbed.rglob("*") if path.name != ".lock"}


def test_fewer_steps_than_are_done_are_refused(interrupted, undisturbed):
    with pytest.raises(ganreg.RunError, match="has done 30 iterations, more than the 5 requested"):
        resume(interrupted, steps=5)


def test_a_run_that_was_killed_at_the_end_is_finished(ended, undisturbed):
    """Killed after the last checkpoint, before the generator was exported."""
    record = Record.read(ended)
    weights = record.result.weights
    text = (ended / "run.toml").read_text()
    (ended / "run.toml").write_text(text[: text.index("[result]")])
    (ended / "generator.keras").unlink()
    resume(ended)
    assert Record.read(ended).result.weights == weights
    assert_same(ended, undisturbed)
    assert (ended / "generator.keras").exists()


@pytest.mark.slow
def test_the_last_partial_row_is_not_doubled(tmp_path):
    path = trained(tmp_path / "run", steps=405, checkpoint_every=500, sample_every=1000, updates_per_call=50).path
    rows = (path / "metrics.csv").read_bytes()
    text = (path / "run.toml").read_text()
    (path / "run.toml").write_text(text[: text.index("[result]")])
    resume(path)
    assert (path / "metrics.csv").read_bytes() == rows


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("batch_size = 16", "batch_size = 8", "recipe: batch_size: 8, was 16"),
        ("weight = 0.5", "weight = 0.25", r"recipe: regularizers\.0\.weight: 0\.25, was 0\.5"),
        ("samples = 64", "samples = 65", r"dataset\.samples: 65, was 64; data: different samples"),
    ],
)
def test_a_changed_recipe_is_refused(interrupted, old, new, message):
    edit(interrupted / "recipe.toml", old, new)
    with pytest.raises(
        ganreg.RunError, match=f"something has changed since the run began: .*{message}.*--allow-changes"
    ):
        resume(interrupted)
    resume(interrupted, allow_changes=True)
    record = Record.read(interrupted)
    assert record.changes[0].iteration == 30
    assert record.result.iterations == STEPS


def test_another_version_is_refused(interrupted):
    edit(interrupted / "run.toml", f'ganreg = "{ganreg.__version__}"', 'ganreg = "0.0.1"')
    with pytest.raises(ganreg.RunError, match=f"version of ganreg: {ganreg.__version__}, was 0.0.1"):
        resume(interrupted)


def test_other_data_is_refused(interrupted):
    edit(interrupted / "run.toml", 'fingerprint = "', 'fingerprint = "0')
    with pytest.raises(ganreg.RunError, match="data: different samples"):
        resume(interrupted)


@pytest.mark.slow
def test_another_number_of_threads_is_a_warning(interrupted):
    edit(interrupted / "run.toml", "threads = ", "threads = 9")
    with warned("threads: .* was 9.*; the last bits of numbers may differ"):
        resume(interrupted)


@pytest.mark.parametrize("content", [None, "1,2\n"])
@pytest.mark.slow
def test_missing_metrics_are_refused_or_started_anew(interrupted, content):
    (interrupted / "metrics.csv").unlink()
    if content is not None:
        (interrupted / "metrics.csv").write_text(content)
    with pytest.raises(ganreg.RunError, match=r"metrics\.csv is .*rows up to iteration 30 are lost; --allow-changes"):
        resume(interrupted)
    resume(interrupted, allow_changes=True)
    rows = (interrupted / "metrics.csv").read_text().splitlines()
    assert rows[0].startswith("iteration,")
    assert [int(row.split(",")[0]) for row in rows[1:]] == list(range(31, STEPS + 1))


class Vandal(UpdateCallback):
    """Removes the metrics at an iteration."""

    every = 20

    def __init__(self, path):
        super().__init__()
        self.path = path

    def on_iteration(self, iteration):
        (self.path / "metrics.csv").unlink(missing_ok=True)


def test_metrics_that_vanish_during_training_end_it(tmp_path):
    path = tmp_path / "run"
    with pytest.raises(ganreg.RunError, match=r"cannot write .*metrics\.csv: No such file"):
        trained(path, callbacks=[Vandal(path)])
    assert int(ganreg.load(path).iterations) == 20


@pytest.mark.parametrize("text", ["", "steps", "[plan]\nsteps = 0\n", "x = 1\n"])
def test_a_damaged_record_is_refused(tmp_path, undisturbed, text):
    (tmp_path / "recipe.toml").write_bytes((undisturbed / "recipe.toml").read_bytes())
    (tmp_path / "run.toml").write_text(text)
    with pytest.raises(ganreg.GanregError, match=r"run\.toml is "):
        resume(tmp_path)


def test_a_folder_without_a_run_is_refused(tmp_path):
    with pytest.raises(ganreg.RunError, match=r"holds no run: there is no recipe\.toml"):
        resume(tmp_path)
    assert not list(tmp_path.iterdir())
    assemble().save(tmp_path / "saved")
    with pytest.raises(ganreg.RunError, match=r"holds no run that can be resumed: there is no run\.toml"):
        resume(tmp_path / "saved")


def test_a_folder_in_use_is_refused(tmp_path, undisturbed):
    code = (
        "import sys, time; from pathlib import Path; from ganreg.files.lock import locked\n"
        f"with locked(Path({str(tmp_path)!r})):\n    print('held', flush=True)\n    time.sleep(60)"
    )
    (tmp_path / "recipe.toml").write_bytes((undisturbed / "recipe.toml").read_bytes())
    holder = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(ganreg.RunError, match=f"is in use by process {holder.pid}"):
            resume(tmp_path)
    finally:
        holder.kill()
        holder.communicate()
    with pytest.raises(ganreg.RunError, match=r"no run\.toml"):  # the lock of a dead process does not count
        resume(tmp_path)


@pytest.mark.slow
def test_minutes_between_checkpoints(tmp_path):
    path = trained(tmp_path / "run", checkpoint_every=None, checkpoint_minutes=1e-9, keep=2).path
    numbers = sorted(int(file.stem.partition("-")[2]) for file in (path / "checkpoints").glob("*.json"))
    assert numbers == [47, 48]
    # At the start, and after the calls that end at 7, 10, 17, 20, 27, 30, 37, 40, 47 and 48: a sample grid is drawn
    # every 20 iterations, and the health monitor looks at samples every 10.
    assert Record.read(path).result.checkpoints == 1 + 10


def test_the_execution_is_kept(interrupted):
    execution = Record.read(interrupted).execution
    assert (execution.mode, execution.updates_per_call) == ("graph", 7)


def test_manifests_hold_plain_values(undisturbed):
    content = json.loads((undisturbed / "checkpoints" / "ckpt-48.json").read_text())
    assert content["iteration"] == STEPS
    assert set(content["recorders"]["metrics"]) == {"columns", "bytes", "done", "pending"}
    assert (undisturbed / "run.toml").stat().st_size < 10_000


def test_a_run_keeps_the_names_and_shares_of_its_classes_and_tells_them(tmp_path, caplog):
    caplog.set_level("INFO", "ganreg")
    points = np.random.default_rng(0).normal(size=(64, 2)).astype(np.float32)
    np.savez(tmp_path / "points.npz", x=points, y=np.array(["cat"] * 48 + ["dog"] * 16))
    networks = dict.fromkeys(("generator", "discriminator"), "mlp:widths=[4],conditional=true")
    gan = assemble(data=f"npz:path={tmp_path / 'points.npz'}", regularizers=[], **networks)
    run = train(gan, tmp_path / "run", steps=2, execution="graph", updates_per_call=1)
    assert [line for line in caplog.messages if "classes" in line] == ["classes: 0 = cat, 1 = dog"]
    (tmp_path / "points.npz").unlink()
    again = ganreg.load(run.path)
    assert again.draw_labels(1000, seed=0).mean() == pytest.approx(0.25, abs=0.04)
    np.testing.assert_array_equal(again.generate(3, seed=1, labels="dog"), gan.generate(3, seed=1, labels=1))


@pytest.mark.parametrize("name", ["steps", "sample_every", "checkpoint_every", "keep", "updates_per_call", "rollbacks"])
@pytest.mark.parametrize("value", [-1, 2.5, float("nan"), float("inf"), True, "3", 2**64])
def test_numbers_are_refused_before_anything_is_written(gan_to_refuse, tmp_path, name, value):
    with pytest.raises(ganreg.SpecError, match=name):
        train(gan_to_refuse, tmp_path / "run", **{name: value})
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [(name, value) for name in ("checkpoint_minutes", "rollback_factor") for value in (0, -1, math.nan, math.inf, "1")],
)
def test_so_are_shares_and_times(gan_to_refuse, tmp_path, name, value):
    with pytest.raises(ganreg.SpecError, match=name):
        train(gan_to_refuse, tmp_path / "run", **{name: value})
    assert not (tmp_path / "run").exists()
