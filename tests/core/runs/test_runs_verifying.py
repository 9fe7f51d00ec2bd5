"""Training a run's recipe again: the same bytes, and the first difference if there is one."""

import shutil

import pytest

import ganreg
from ganreg.runs.record import Record
from ganreg.runs.training import resume, train
from ganreg.runs.verifying import ComparedMetrics, verify

STEPS = 20


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A run of 20 iterations."""
    gan = ganreg.assemble(
        generator="mlp:latent_dim=2,widths=[4]",
        discriminator="mlp:widths=[4]",
        data="gaussian-1d:samples=64",
        batch_size=16,
        steps=STEPS,
    )
    return train(gan, tmp_path_factory.mktemp("verify") / "run", execution="graph", updates_per_call=7).path


@pytest.fixture
def copy(finished, tmp_path):
    """A copy of the run, to be changed."""
    return shutil.copytree(finished, tmp_path / "run")


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_run_verifies(finished):
    verdict = verify(finished)
    assert (verdict.same, verdict.reason, verdict.changes) == (True, "", [])
    assert verdict.weights == Record.read(finished).result.weights


def test_the_first_update_that_differs_is_named(copy):
    lines = (copy / "metrics.csv").read_text().splitlines()
    values = lines[13].split(",")
    lines[13] = ",".join([values[0], "0.125", *values[2:]])
    (copy / "metrics.csv").write_text("\n".join(lines) + "\n")
    verdict = verify(copy)
    assert not verdict.same
    assert verdict.reason.startswith("update 13: discriminator_loss is ")
    assert verdict.reason.endswith("was 0.125")


@pytest.mark.slow
def test_weights_may_differ_where_no_row_does(copy):
    edit(copy / "run.toml", 'weights = "', 'weights = "0')
    verdict = verify(copy)
    assert not verdict.same
    assert verdict.reason == "the weights differ, although all rows of metrics.csv are the same"


def test_changed_conditions_are_listed(copy):
    edit(copy / "run.toml", f'ganreg = "{ganreg.__version__}"', 'ganreg = "0.0.1"')
    verdict = verify(copy)
    assert verdict.same
    assert verdict.changes == [f"version of ganreg: {ganreg.__version__}, was 0.0.1"]


def test_an_unfinished_run_is_refused(copy):
    text = (copy / "run.toml").read_text()
    (copy / "run.toml").write_text(text[: text.index("[result]")])
    with pytest.raises(ganreg.RunError, match=f"finish it first: ganreg resume {copy}"):
        verify(copy)


def test_a_run_with_changes_is_refused(copy):
    edit(copy / "recipe.toml", "batch_size = 16", "batch_size = 8")
    resume(copy, steps=STEPS + 1, allow_changes=True)
    with pytest.raises(ganreg.RunError, match=r"was continued with changes at iteration 20 .*batch_size: 8, was 16"):
        verify(copy)


class Model:
    """Stands for the GAN in training."""

    stop_training = False


@pytest.mark.parametrize(
    ("original", "difference"),
    [
        (["iteration,a,b", "1,0.5,2", "2,0.25,"], ""),
        (["iteration,a", "1,0.5"], "metrics.csv has different columns"),
        (["iteration,a,b", "1,0.5,3", "2,0.25,"], "update 1: b is 2, was 3"),
        (["iteration,a,b", "1,0.5,2", "2,0.25,1"], "update 2: b is empty, was 1"),
        (["iteration,a,b", "1,0.5,2", "3,0.25,"], "update 2: iteration is 2, was 3"),
        (["iteration,a,b", "1,0.5,2"], "update 2: metrics.csv has no row for it"),
        (["iteration,a,b", "1,0.5,2,7", "2,0.25,"], "update 1: the rows have different lengths"),
    ],
)
def test_the_first_difference_in_words(tmp_path, original, difference):
    compared = ComparedMetrics(tmp_path / "metrics.csv", ["a", "b"], original)
    compared.set_model(Model())
    compared.on_train_begin()
    compared.on_updates(0, {"a": [0.5], "b": [2.0]})
    compared.on_updates(1, {"a": [0.25]})
    assert compared.difference == difference
    assert compared.model.stop_training == bool(difference)


@pytest.mark.slow
def test_a_run_that_started_from_another_needs_it_no_longer(finished, tmp_path):
    """It verifies, and continues to the same bytes, from what its own folder holds."""
    source = shutil.copytree(finished, tmp_path / "source")
    gan = ganreg.assemble(
        generator="mlp:latent_dim=2,widths=[4]",
        discriminator="mlp:widths=[4]",
        data="gaussian-1d:samples=64",
        loss="hinge",
        batch_size=16,
        steps=3,
        seed=3,
        start_from=source,
    )
    path = train(gan, tmp_path / "run", execution="eager").path
    shutil.rmtree(source)

    assert verify(path).same
    record = Record.read(path)
    assert (record.start.source, record.start.iterations) == (str(source), STEPS)
    assert record.start.weights == Record.read(finished).result.weights
    assert record.start.loaded == {"generator": "2 of 2", "discriminator": "2 of 2"}
    shutil.rmtree(path / "checkpoints")
    edit(
        path / "run.toml",
        f'iterations = 3\nweights = "{record.result.weights}"',
        'iterations = 3\nweights = "lost"',
    )
    resume(path, restart=True)
    assert Record.read(path).result.weights == record.result.weights
