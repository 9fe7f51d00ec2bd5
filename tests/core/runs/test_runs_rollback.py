"""Values that are not finite: the run stops and can be resumed, or rolls back with lower learning rates."""

import contextlib
import csv
import math
import re
import shutil
import warnings

import numpy as np
import pytest

import ganreg
from ganreg.contract.callbacks import UpdateCallback
from ganreg.engine.variables import weights_hash
from ganreg.runs.metrics_file import MetricsFile
from ganreg.runs.record import Record
from ganreg.runs.training import resume, train
from ganreg.runs.verifying import verify

STEPS, RATE = 48, 0.002

pytestmark = pytest.mark.filterwarnings("ignore:.*back to the checkpoint:ganreg.GanregWarning")


def assemble(decay="none"):
    return ganreg.assemble(
        generator="mlp:latent_dim=2,widths=[4]",
        discriminator="mlp:widths=[4]",
        regularizers=["instance-noise"],
        data="gaussian-1d:samples=64",
        generator_optimizer=f"adam:learning_rate={RATE}",
        discriminator_optimizer=f"adam:learning_rate={2 * RATE}",
        batch_size=16,
        steps=STEPS,
        learning_rate_decay=decay,
    )


class Spoiling(UpdateCallback):
    """Sets a weight to NaN at an iteration while the generator's learning rate is above a threshold."""

    every = 1

    def __init__(self, at=33, above=0.6 * RATE):
        super().__init__()
        self.at, self.above = at, above

    def on_updates(self, first, logs):
        if first + 1 == self.at and float(self.model.generator_optimizer.learning_rate) > self.above:
            weight = self.model.discriminator.trainable_variables[0]
            weight.assign(weight * np.nan)


def trained(path, callbacks, decay="none", **options):
    given = {"sample_every": 40, "checkpoint_every": 10, "execution": "graph", "updates_per_call": 7, "health": "off"}
    return train(assemble(decay), path, callbacks=callbacks, **given | options).path


@contextlib.contextmanager
def warned(*patterns):
    """Expects one `GanregWarning` for each pattern, whatever other libraries warn about."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ganreg.GanregWarning)
        yield
    texts = [str(warning.message) for warning in caught if issubclass(warning.category, ganreg.GanregWarning)]
    assert len(texts) == len(patterns)
    assert all(re.search(pattern, text) for pattern, text in zip(patterns, texts, strict=True)), texts


@pytest.fixture(scope="module")
def rolled_back(tmp_path_factory):
    """A run in which a weight became NaN at update 33 of 48, three updates after a checkpoint."""
    with warned(
        "became NaN at update 34: rolled back to the checkpoint of iteration 30, .* 0.5 times .*rollback 1 of 3"
    ):
        return trained(tmp_path_factory.mktemp("rolled-back") / "run", [Spoiling()], on_nan="rollback")


def outcome(path):
    grids = {grid.name: grid.read_bytes() for grid in sorted((path / "samples").glob("*.png"))}
    return Record.read(path).result.weights, (path / "metrics.csv").read_bytes(), grids


@pytest.mark.slow
def test_training_continues_at_half_the_learning_rate(rolled_back):
    """Compared with a training in which the rates are halved by hand after 30 iterations."""
    gan = assemble()
    gan.fit(steps=30, verbose=0, execution="graph", updates_per_call=7)
    for optimizer in (gan.generator_optimizer, gan.discriminator_optimizer):
        optimizer.learning_rate = float(optimizer.learning_rate) / 2
    gan.fit(steps=18, verbose=0, execution="graph", updates_per_call=7)
    assert weights_hash(gan.players) == Record.read(rolled_back).result.weights
    assert float(ganreg.load(rolled_back).generator_optimizer.learning_rate) == pytest.approx(RATE / 2)


def test_every_row_is_written_once_and_is_finite(rolled_back):
    with (rolled_back / "metrics.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [int(row["iteration"]) for row in rows] == list(range(1, STEPS + 1))
    assert all(math.isfinite(float(value)) for row in rows for value in row.values())


def test_the_record_lists_the_rollback(rolled_back):
    (change,) = Record.read(rolled_back).changes
    assert (change.iteration, change.rates) == (30, 0.5)
    assert re.match(
        r"rolled back from update 34 because .* became NaN; learning rates multiplied by 0\.5", change.what[0]
    )
    with pytest.raises(ganreg.RunError, match=r"at iteration 30 .*rolled back .* recipe alone does not reproduce it"):
        verify(rolled_back)


@pytest.mark.slow
@pytest.mark.parametrize("decay", ["none", "linear"])
def test_a_kill_after_a_rollback_changes_nothing(tmp_path, rolled_back, decay, dying):
    undisturbed = rolled_back
    if decay != "none":
        undisturbed = trained(tmp_path / "undisturbed", [Spoiling(above=0.2 * RATE)], decay, on_nan="rollback")
        assert Record.read(undisturbed).changes
    spoiling = Spoiling() if decay == "none" else Spoiling(above=0.2 * RATE)
    with pytest.raises(KeyboardInterrupt):
        trained(tmp_path / "run", [spoiling, dying(36)], decay, on_nan="rollback")
    shutil.copytree(tmp_path / "run", tmp_path / "later")
    resume(tmp_path / "run", callbacks=[spoiling])
    assert outcome(tmp_path / "run") == outcome(undisturbed)
    # Killed again after the next checkpoint, whose learning rates include the rollback.
    with pytest.raises(KeyboardInterrupt):
        resume(tmp_path / "later", callbacks=[spoiling, dying(43)])
    resume(tmp_path / "later", callbacks=[spoiling])
    assert outcome(tmp_path / "later") == outcome(undisturbed)


@pytest.mark.slow
def test_a_kill_in_the_middle_of_a_rollback_changes_nothing(tmp_path, rolled_back, monkeypatch):
    def dies(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(MetricsFile, "restore", dies)
        with pytest.raises(KeyboardInterrupt):
            trained(tmp_path / "run", [Spoiling()], on_nan="rollback")
    assert len(Record.read(tmp_path / "run").changes) == 1
    resume(tmp_path / "run", callbacks=[Spoiling()])
    assert outcome(tmp_path / "run") == outcome(rolled_back)


@pytest.mark.slow
def test_a_rollback_that_was_undone_happens_again(tmp_path, rolled_back, dying):
    """The checkpoint that it rolled back to is damaged, and the one before has the original rates."""
    with pytest.raises(KeyboardInterrupt):
        trained(tmp_path / "run", [Spoiling(), dying(36)], on_nan="rollback")
    (tmp_path / "run" / "checkpoints" / "ckpt-30.index").write_bytes(b"")
    with warned("ckpt-30 is damaged", "back to the checkpoint of iteration 30"):
        resume(tmp_path / "run", callbacks=[Spoiling()])
    assert outcome(tmp_path / "run") == outcome(rolled_back)
    assert len(Record.read(tmp_path / "run").changes) == 1


@pytest.mark.slow
def test_it_gives_up_after_the_largest_number_of_rollbacks(tmp_path, dying):
    path = tmp_path / "run"
    always, gave_up = Spoiling(above=0.0), r"giving up after 2 rollbacks, .*0\.01 times .* iteration 30 is intact"
    with pytest.raises(KeyboardInterrupt):
        trained(path, [always, dying(31)], on_nan="rollback", rollbacks=2, rollback_factor=0.1)
    with warned("rollback 1 of 2", "rollback 2 of 2"), pytest.raises(ganreg.NumericalError, match=gave_up) as error:
        resume(path, callbacks=[always])
    assert (error.value.iteration, error.value.player) == (34, "discriminator")
    # The count is kept when the run is resumed.
    with pytest.raises(ganreg.NumericalError, match="giving up after 2 rollbacks"):
        resume(path, callbacks=[always])
    assert int(ganreg.load(path).iterations) == 30
    assert [change.rates for change in Record.read(path).changes] == [0.1, 0.1]


@pytest.mark.parametrize(
    "option", [{"on_nan": "back"}, {"rollback_factor": 1.0}, {"rollbacks": 0}, {"health": "yes"}, {"keep": 0}]
)
def test_invalid_options_are_refused(tmp_path, option):
    with pytest.raises(ganreg.SpecError, match=f"'{next(iter(option))}' must be"):
        trained(tmp_path / "run", [], **option)
    assert not (tmp_path / "run").exists()


@pytest.mark.slow
def test_a_stopped_run_can_be_resumed_with_a_rollback(tmp_path, rolled_back):
    path = tmp_path / "run"
    with pytest.raises(ganreg.NumericalError) as error:
        trained(path, [Spoiling()])
    assert f"iteration 30 is intact; `ganreg resume {path} --on-nan rollback` resumes from it" in str(error.value)
    assert "try --lr-d 0.0004" in str(error.value)
    assert int(ganreg.load(path).iterations) == 30
    assert Record.read(path).result is None
    with warned("rollback 1 of 3"):
        resume(path, on_nan="rollback", callbacks=[Spoiling()])
    assert outcome(path) == outcome(rolled_back)


@pytest.mark.slow
def test_a_checkpoint_is_not_written_with_nan_weights(tmp_path):
    """At iteration 30 itself: the weights are checked before they are written."""
    with warned("weight .* of the discriminator is NaN at update 30: rolled back to the checkpoint of iteration 20"):
        path = trained(tmp_path / "run", [Spoiling(at=30)], on_nan="rollback")
    assert Record.read(path).changes[0].iteration == 20
