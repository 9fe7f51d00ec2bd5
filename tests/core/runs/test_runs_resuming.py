"""Going on with a run: the same bytes as without an interruption, and refusals where that cannot be."""

import contextlib
import json
import re
import shutil
import signal
import subprocess
import sys
import warnings

import numpy as np
import pytest

import ganreg
from ganreg.contract.callbacks import UpdateCallback
from ganreg.runs.metrics_file import MetricsFile
from ganreg.runs.record import Record
from ganreg.runs.stopping import StopOnSignal
from ganreg.runs.training import resume, train
from ganreg.runs.verifying import verify

pytestmark = pytest.mark.xdist_group("resuming")  # which shares what is trained once

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


class Signalled(StopOnSignal):
    """Hears of a signal at an iteration."""

    def __init__(self, at, number=signal.SIGTERM):
        super().__init__()
        self.at, self.number = at, number

    def on_updates(self, first, logs):
        if first + len(next(iter(logs.values()))) >= self.at:
            self.received = self.number
        super().on_updates(first, logs)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """A run of 48 iterations that nothing interrupts."""
    return trained(tmp_path_factory.mktemp("undisturbed") / "run").path


def outcome(path):
    """All that must be the same: weights, metrics, pictures."""
    pictures = {picture.name: picture.read_bytes() for picture in sorted((path / "samples").glob("*.png"))}
    return Record.read(path).result.weights, (path / "metrics.csv").read_bytes(), pictures


def assert_same(path, undisturbed):
    (weights, metrics, pictures), expected = outcome(path), outcome(undisturbed)
    assert metrics == expected[1]
    assert weights == expected[0]
    assert pictures == expected[2]


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
    """A copy of it, to go on with."""
    return shutil.copytree(cut_short, tmp_path / "run")


@pytest.fixture
def ended(undisturbed, tmp_path):
    """A copy of a run that has done its steps."""
    return shutil.copytree(undisturbed, tmp_path / "run")


@contextlib.contextmanager
def told(pattern):
    """Expects one of our warnings, whatever other libraries warn of meanwhile."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ganreg.GanregWarning)
        yield
    texts = [str(warning.message) for warning in caught if issubclass(warning.category, ganreg.GanregWarning)]
    assert any(re.search(pattern, text) for text in texts), texts


@pytest.mark.parametrize("at", [pytest.param(1, marks=pytest.mark.slow), 40])
def test_a_resumed_run_is_that_which_was_never_interrupted(tmp_path, undisturbed, at, dying):
    path = interrupt(tmp_path / "run", at, dying)
    resume(path)
    assert_same(path, undisturbed)


def test_a_run_without_any_checkpoint_begins_again(interrupted, undisturbed):
    for file in (interrupted / "checkpoints").iterdir():
        file.unlink()
    resume(interrupted)
    assert_same(interrupted, undisturbed)


def test_what_was_half_written_is_cut_off(interrupted, undisturbed):
    with (interrupted / "metrics.csv").open("a") as file:
        file.write("34,0.12")
    (interrupted / "checkpoints" / "ckpt-40_temp").mkdir()
    (interrupted / "checkpoints" / "ckpt-40.index").write_bytes(b"half")
    with told("ckpt-40 is incomplete.*going back to .* iteration 30"):
        resume(interrupted)
    assert_same(interrupted, undisturbed)
    assert not list((interrupted / "checkpoints").glob("*_temp"))


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
def test_going_further_is_as_going_that_far_at_first(tmp_path, undisturbed):
    path = trained(tmp_path / "run", steps=30).path
    resume(path, steps=STEPS)
    weights, metrics, _ = outcome(path)
    assert (weights, metrics) == outcome(undisturbed)[:2]


@pytest.mark.slow
def test_further_in_rows_of_several_iterations(tmp_path):
    """From the 400th iteration on a row stands for two: one that was cut off at the end becomes a whole one."""
    options = {"checkpoint_every": 300, "sample_every": 1000, "updates_per_call": 50}
    short, long = trained(tmp_path / "a", steps=405, **options).path, trained(tmp_path / "b", steps=410, **options).path
    assert (short / "metrics.csv").read_text().splitlines()[-1].startswith("405,")
    resume(short, steps=410)
    assert outcome(short)[:2] == outcome(long)[:2]


def test_a_run_that_has_ended_stays_as_it_is(undisturbed):
    before = {path: path.stat().st_mtime_ns for path in undisturbed.rglob("*") if path.name != ".lock"}
    assert resume(undisturbed).path == undisturbed
    assert before == {path: path.stat().st_mtime_ns for path in undisturbed.rglob("*") if path.name != ".lock"}


def test_fewer_steps_than_are_done_are_refused(interrupted, undisturbed):
    with pytest.raises(ganreg.RunError, match="has done 30 iterations, more than the 5 asked for"):
        resume(interrupted, steps=5)


def test_a_run_whose_end_was_cut_off_is_ended(ended, undisturbed):
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
        ("samples = 64", "samples = 65", r"dataset\.samples: 65, was 64; data: other samples than then"),
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
    with pytest.raises(ganreg.RunError, match="went on with changes at iteration 30"):
        verify(interrupted)


def test_another_version_is_refused(interrupted):
    edit(interrupted / "run.toml", f'ganreg = "{ganreg.__version__}"', 'ganreg = "0.0.1"')
    with pytest.raises(ganreg.RunError, match=f"version of ganreg: {ganreg.__version__}, was 0.0.1"):
        resume(interrupted)


def test_other_data_is_refused(interrupted):
    edit(interrupted / "run.toml", 'fingerprint = "', 'fingerprint = "0')
    with pytest.raises(ganreg.RunError, match="data: other samples than then"):
        resume(interrupted)


def test_another_number_of_threads_is_told(interrupted):
    edit(interrupted / "run.toml", "threads = ", "threads = 9")
    with told("threads: .* was 9.*; the last bits of numbers may differ"):
        resume(interrupted)


@pytest.mark.parametrize("content", [None, "1,2\n"])
def test_metrics_that_vanished_are_refused_or_begun_again(interrupted, content):
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
    """Takes the metrics away at an iteration."""

    every = 20

    def __init__(self, path):
        super().__init__()
        self.path = path

    def on_iteration(self, iteration):
        (self.path / "metrics.csv").unlink(missing_ok=True)


def test_metrics_that_vanish_in_a_training_end_it(tmp_path):
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


def test_what_is_no_run_is_refused(tmp_path):
    with pytest.raises(ganreg.RunError, match=r"holds no run: there is no recipe\.toml"):
        resume(tmp_path)
    assert not list(tmp_path.iterdir())
    assemble().save(tmp_path / "saved")
    with pytest.raises(ganreg.RunError, match=r"holds no run that can go on: there is no run\.toml"):
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
    with pytest.raises(ganreg.RunError, match=r"no run\.toml"):  # the dead process's lock is no obstacle
        resume(tmp_path)


def test_a_run_verifies(undisturbed):
    verdict = verify(undisturbed)
    assert (verdict.same, verdict.reason, verdict.changes) == (True, "", [])
    assert verdict.weights == Record.read(undisturbed).result.weights


def test_verifying_names_the_first_update_that_differs(ended):
    lines = (ended / "metrics.csv").read_text().splitlines()
    values = lines[13].split(",")
    lines[13] = ",".join([values[0], "0.125", *values[2:]])
    (ended / "metrics.csv").write_text("\n".join(lines) + "\n")
    verdict = verify(ended)
    assert not verdict.same
    assert verdict.reason.startswith("update 13: discriminator_loss is ")
    assert verdict.reason.endswith("was 0.125")


def test_verifying_a_run_with_other_weights(ended):
    edit(ended / "run.toml", 'weights = "', 'weights = "0')
    assert "the weights differ, though every row" in verify(ended).reason


def test_verifying_what_has_not_ended(interrupted):
    with pytest.raises(ganreg.RunError, match=f"end it first: ganreg resume {interrupted}"):
        verify(interrupted)


def test_minutes_between_checkpoints(tmp_path):
    path = trained(tmp_path / "run", checkpoint_every=None, checkpoint_minutes=1e-9, keep=2).path
    numbers = sorted(int(file.stem.partition("-")[2]) for file in (path / "checkpoints").glob("*.json"))
    assert numbers == [47, 48]
    assert (
        Record.read(path).result.checkpoints == 1 + 8
    )  # at the beginning, and after the calls that end at 7, 14, 20, 27, 34, 40, 47 and 48


def test_the_execution_is_kept(interrupted):
    execution = Record.read(interrupted).execution
    assert (execution.mode, execution.updates_per_call) == ("graph", 7)


def test_rows_by_iteration(tmp_path):
    recorder = MetricsFile(tmp_path / "metrics.csv", ["a"])
    recorder.on_updates(0, {"a": np.zeros(10_150, np.float32)})
    ends = [int(row.split(",")[0]) for row in (tmp_path / "metrics.csv").read_text().splitlines()[1:]]
    sizes = np.diff([0, *ends])
    assert {size: ends[int(np.argmax(sizes == size))] - size for size in (1, 2, 5, 10, 20, 50)} == {
        1: 0, 2: 400, 5: 1000, 10: 2000, 20: 4000, 50: 10_000,
    }  # fmt: skip
    assert np.all(np.diff(sizes) >= 0)
    assert ends[-1] == 10_150


def test_a_failing_callback_of_a_plugin_is_named(tmp_path, monkeypatch):

    class Tracker(UpdateCallback):
        every = 25

        def on_iteration(self, iteration):
            raise KeyError("lost connection")

    monkeypatch.setattr("ganreg.runs.session.plugin_callbacks", lambda run: {Tracker(): "acme-tracker"})
    message = "callback 'Tracker' of acme-tracker failed in on_iteration: KeyError: 'lost connection'"
    with pytest.raises(ganreg.PluginError, match=message):
        trained(tmp_path / "run")
    assert int(ganreg.load(tmp_path / "run").iterations) == 20


def test_manifests_hold_plain_values(undisturbed):
    content = json.loads((undisturbed / "checkpoints" / "ckpt-48.json").read_text())
    assert content["iteration"] == STEPS
    assert set(content["recorders"]["metrics"]) == {"columns", "bytes", "done", "pending"}
    assert (undisturbed / "run.toml").stat().st_size < 10_000
