"""Runs whose checkpoints are lost: refused, or trained again from the start."""

import csv
import re
import shutil

import pytest

import ganreg
from ganreg.runs.record import EvaluationPlan, Record
from ganreg.runs.restarting import set_records_aside
from ganreg.runs.training import resume, train

STEPS = 12


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A run as a kill at its last iteration leaves it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GANREG_CACHE", str(tmp_path_factory.mktemp("cache")))
        gan = ganreg.assemble(
            generator="mlp:latent_dim=2,widths=[4]",
            discriminator="mlp:widths=[4]",
            data="gaussian-1d:samples=64",
            batch_size=16,
            steps=STEPS,
        )
        path = tmp_path_factory.mktemp("whole") / "run"
        evaluation = EvaluationPlan(every=4, metrics=["moments:bootstrap=2"], samples=20)
        train(gan, path, checkpoint_every=4, execution="graph", updates_per_call=4, evaluation=evaluation, health="off")
        yield path


@pytest.fixture
def run(whole, tmp_path):
    """A copy of it that has not recorded its end, and the hash of its weights."""
    path = tmp_path / "run"
    shutil.copytree(whole, path)
    weights = Record.read(path).result.weights
    text = (path / "run.toml").read_text()
    (path / "run.toml").write_text(text[: text.index("[result]")])
    return path, weights


def files(path):
    return {
        str(place.relative_to(path)): place.read_bytes()
        for place in path.rglob("*")
        if place.is_file() and place.name != ".lock"
    }


def lose_folder(path):
    shutil.rmtree(path / "checkpoints")


def lose_manifests(path):
    for manifest in (path / "checkpoints").glob("*.json"):
        manifest.unlink()


def damage_all(path):
    for index in (path / "checkpoints").glob("*.index"):
        index.write_bytes(b"")


LOSSES = pytest.mark.parametrize("lose", [lose_folder, lose_manifests, damage_all])


@LOSSES
def test_a_run_without_checkpoints_is_refused_and_stays_as_it_is(run, lose):
    path, _ = run
    lose(path)
    before = files(path)

    with pytest.raises(ganreg.RunError, match=rf"ganreg resume {re.escape(str(path))} --restart"):
        resume(path)
    assert files(path) == before


@pytest.mark.parametrize(
    "lose", [lose_folder, *(pytest.param(lose, marks=pytest.mark.slow) for lose in (lose_manifests, damage_all))]
)
def test_it_can_be_trained_again(run, lose):
    path, weights = run
    lose(path)
    tables = {name: (path / name).read_bytes() for name in ("metrics.csv", "evaluations.csv")}

    resume(path, restart=True)

    record = Record.read(path)
    assert record.result.weights == weights
    assert record.changes == []
    for name, content in tables.items():
        aside = path / name.replace(".csv", "-lost-1.csv")
        assert aside.read_bytes() == content
        assert (path / name).read_bytes() == content  # the same training has the same rows
    with (path / "metrics.csv").open() as file:
        assert [int(row["iteration"]) for row in csv.DictReader(file)] == list(range(1, STEPS + 1))


def test_a_run_that_can_continue_is_not_trained_again(run):
    path, _ = run
    before = files(path)

    with pytest.raises(ganreg.RunError, match=f"intact checkpoint at iteration {STEPS}.*without --restart"):
        resume(path, restart=True)
    assert files(path) == before


@pytest.mark.slow
def test_a_run_that_was_killed_before_its_first_checkpoint_begins(run):
    path, weights = run
    lose_folder(path)
    text = (path / "run.toml").read_text()
    (path / "run.toml").write_text(re.sub(r"\[execution\]\n(?:.+\n)+", "", text))
    header = (path / "metrics.csv").read_text().splitlines()[0]
    (path / "metrics.csv").write_text(f"{header}\n")

    resume(path)

    assert Record.read(path).result.weights == weights


def test_a_run_that_started_from_a_trained_gan_does_not_begin_without_it(run):
    path, _ = run
    lose_folder(path)
    (path / "metrics.csv").unlink()
    text = re.sub(r"\[execution\]\n(?:.+\n)+", "", (path / "run.toml").read_text())
    change = '\n[[changes]]\niteration = 5\nwhat = ["the run started with a GAN that had been trained before"]\n'
    (path / "run.toml").write_text(re.sub(r"changes = \[\]\n", "", text) + change)

    with pytest.raises(ganreg.RunError, match="are lost, so it cannot continue"):
        resume(path)


@pytest.mark.parametrize(
    "change",
    [
        lambda path: (path / "metrics.csv").unlink(),
        lambda path: (shutil.rmtree(path / "samples"), (path / "samples").write_text("x")),
        lambda path: (path / "metrics.csv").write_text("iteration\n"),
        lambda path: (path / "checkpoints" / f"ckpt-{STEPS + 1}.index").write_text("of another program"),
    ],
)
def test_a_refused_resume_changes_nothing(run, change):
    """Not even the table of evaluations, which is longer than at the newest checkpoint that is left."""
    path, _ = run
    for place in (path / "checkpoints").glob(f"ckpt-{STEPS}.*"):
        place.unlink()
    change(path)
    before = files(path)

    with pytest.raises(ganreg.RunError):
        resume(path)
    assert files(path) == before


def test_tables_are_set_aside_each_time(tmp_path):
    for number in (1, 2):
        (tmp_path / "metrics.csv").write_text(str(number))
        set_records_aside(tmp_path)

    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        "metrics-lost-1.csv": "1",
        "metrics-lost-2.csv": "2",
    }
