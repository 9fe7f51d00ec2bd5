"""The health monitor of a run: findings are recorded and reported once, and training is not affected."""

import json
import warnings

import attrs
import numpy as np
import pytest

import ganreg
from ganreg.engine.health import monitor
from ganreg.engine.health.evidence import Snapshot
from ganreg.engine.health.finding import Finding
from ganreg.engine.health.findings import constant_data
from ganreg.engine.health.reference import Deviation
from ganreg.runs.health import RecordedHealth, findings_of
from ganreg.runs.record import Record
from ganreg.runs.training import resume, train

STEPS = 24


@pytest.fixture(scope="module")
def constant(tmp_path_factory):
    """A dataset of one point."""
    path = tmp_path_factory.mktemp("data") / "constant.npz"
    np.savez(path, x=np.ones((64, 2), np.float32))
    return f"npz:path={path}"


def trained(path, data, callbacks=(), **options):
    gan = ganreg.assemble(
        generator="mlp:latent_dim=2,widths=[4]",
        discriminator="mlp:widths=[4]",
        data=data,
        batch_size=16,
        steps=STEPS,
    )
    given = {"sample_every": 12, "checkpoint_every": 10, "execution": "graph", "updates_per_call": 4}
    return train(gan, path, callbacks=callbacks, **given | options).path


def warnings_of(work):
    """The texts of the `GanregWarning`s that a function raises."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ganreg.GanregWarning)
        work()
    return [str(one.message) for one in caught if issubclass(one.category, ganreg.GanregWarning)]


def outcome(path):
    return Record.read(path).result.weights, (path / "metrics.csv").read_bytes()


def test_a_finding_is_recorded_and_reported_once(tmp_path, constant, dying):
    path = tmp_path / "run"

    def dies():
        with pytest.raises(KeyboardInterrupt):
            trained(path, constant, [dying(17)])

    assert warnings_of(dies) == [str(constant_data(0))]
    (line,) = (path / "health.jsonl").read_text().splitlines()
    finding = constant_data(0)
    assert json.loads(line) == {
        "iteration": 0,
        "name": finding.name,
        "message": finding.message,
        "hint": finding.hint,
    }
    # A crash may leave an incomplete line.
    (path / "health.jsonl").write_text(line + '\n{"name": ')
    assert findings_of(path) == [finding]
    assert warnings_of(lambda: resume(path)) == []
    assert findings_of(path) == [finding]
    assert Record.read(path).result.iterations == STEPS


@pytest.mark.slow
def test_the_monitor_does_not_change_the_training(tmp_path, dying):
    data = "quadratic:samples=64"
    watched, plain = trained(tmp_path / "a", data), trained(tmp_path / "b", data, health="off")
    assert outcome(watched) == outcome(plain)
    assert not (watched / "health.jsonl").exists()
    states = [json.loads((path / "checkpoints" / f"ckpt-{STEPS}.json").read_text()) for path in (watched, plain)]
    assert ["health" in state["recorders"] for state in states] == [True, False]
    with pytest.raises(KeyboardInterrupt):
        trained(tmp_path / "c", data, [dying(17)])
    resume(tmp_path / "c")
    assert outcome(tmp_path / "c") == outcome(plain)


@pytest.mark.slow
def test_a_run_that_it_ended_can_be_resumed(tmp_path, constant):
    path = tmp_path / "run"
    message = rf"Stopped at iteration 0 of {STEPS} because of constant-data; .*ganreg resume {path}"
    with (
        pytest.warns(ganreg.GanregWarning, match="all real samples"),
        pytest.raises(ganreg.UnhealthyError, match=message) as e,
    ):
        trained(path, constant, health="stop")
    assert (e.value.exit_code, e.value.name) == (1, "constant-data")
    assert Record.read(path).result is None
    resume(path)
    assert Record.read(path).result.iterations == STEPS


def test_its_state_is_kept_in_checkpoints(tmp_path):
    gan = ganreg.assemble(
        generator="mlp:latent_dim=2,widths=[4]", discriminator="mlp:widths=[4]", data=ganreg.DataSpec((2,))
    )
    real = np.random.default_rng(0).normal(size=(64, 2)).astype(np.float32)
    before, after = (RecordedHealth(gan.players, real, tmp_path, steps=100) for _ in range(2))
    before.snapshots = [
        Snapshot(2, {"generator_loss": 1.5}),
        Snapshot(4, {}, Deviation(1.0, 0.1, 0.0, 0.2), movement=0.5, growth=2.0, last=Deviation(1.0, 0.0, 0.0, 0.0)),
    ]
    before.first_norm = 7.0
    before.on_updates(0, {"generator_loss": np.float32([0.1, 2.5])})
    before._samples = np.random.default_rng(0).normal(size=(3, 2)).astype(np.float32)
    after.restore(json.loads(json.dumps(before.state())))
    assert (after.snapshots, after.first_norm) == (before.snapshots, 7.0)
    assert after.rows["generator_loss"].tolist() == np.float32([0.1, 2.5]).tolist()
    np.testing.assert_array_equal(after.samples, before._samples)
    for state in (None, 3, {"looks": [{}], "norm": 1.0}, {"norm": 1.0}):  # as from a run without the monitor
        after.restore(state)
        assert after.snapshots == before.snapshots


def test_a_file_that_cannot_be_written(tmp_path):
    gan = ganreg.assemble(
        generator="mlp:latent_dim=2,widths=[4]", discriminator="mlp:widths=[4]", data=ganreg.DataSpec((2,))
    )
    health = RecordedHealth(gan.players, np.ones((9, 2), np.float32), tmp_path / "nowhere", steps=9)
    with (
        pytest.warns(ganreg.GanregWarning),
        pytest.raises(ganreg.RunError, match=r"cannot write .*nowhere.health\.jsonl: No such file"),
    ):
        health.on_train_begin()


def at_each_look(evidence, _):
    """A finding that holds all numbers of a look at samples."""
    snapshot = evidence.snapshots[-1]
    return [Finding(evidence.iteration, f"at-{evidence.iteration}", repr(snapshot), "")] if snapshot.samples else []


@pytest.fixture
def looking(monkeypatch):
    """Looks at samples from the start, and reports each look."""
    monkeypatch.setattr(monitor, "_EARLIEST", 1)
    monkeypatch.setattr(monitor, "findings", at_each_look)


LONGER = {"steps": 60, "sample_every": 60, "checkpoint_every": 7}


@pytest.mark.filterwarnings("ignore::ganreg.GanregWarning")
@pytest.mark.slow
def test_the_same_is_found_whether_it_was_killed_or_not(tmp_path, dying, looking):
    data = "quadratic:samples=64"
    whole = trained(tmp_path / "whole", data, **LONGER)
    with pytest.raises(KeyboardInterrupt):
        trained(tmp_path / "killed", data, [dying(41)], **LONGER)
    early = (tmp_path / "killed" / "health.jsonl").read_bytes()
    (tmp_path / "killed" / "health.jsonl").write_bytes(early + b'{"iteration": 4')
    resume(tmp_path / "killed")

    found = (whole / "health.jsonl").read_text()
    assert [finding.iteration for finding in findings_of(whole)] == [40, 60]
    assert early
    assert (tmp_path / "killed" / "health.jsonl").read_text() == found
    states = [json.loads((path / "checkpoints" / "ckpt-60.json").read_text()) for path in (whole, tmp_path / "killed")]
    assert states[0]["recorders"]["health"] == states[1]["recorders"]["health"]


@pytest.mark.filterwarnings("ignore::ganreg.GanregWarning")
def test_a_run_that_was_killed_after_a_finding_is_ended_where_it_would_have_been(tmp_path, dying, looking):
    data, path = "quadratic:samples=64", tmp_path / "run"
    with pytest.raises(KeyboardInterrupt):
        trained(path, data, [dying(27)], health="stop", **LONGER)
    finding = Finding(40, "at-40", "found before the kill, after the checkpoint", "")
    (path / "health.jsonl").write_text(json.dumps(attrs.asdict(finding)) + "\n")

    with pytest.raises(ganreg.UnhealthyError, match="Stopped at iteration 40 of 60 because of at-40"):
        resume(path)

    (found,) = findings_of(path)
    assert (found.iteration, found.message == finding.message) == (40, False)
