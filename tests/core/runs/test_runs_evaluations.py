"""Evaluation during training: the rows of `evaluations.csv`, and which checkpoint is kept as the best."""

import contextlib
import csv
import re
import shutil
import warnings

import pytest

import ganreg
from ganreg.checkpoints.folder import CheckpointFolder
from ganreg.evaluation.evaluating import evaluate
from ganreg.runs import evaluations
from ganreg.runs.record import EvaluationPlan, Record
from ganreg.runs.training import resume, train

STEPS = 40


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory):
    """One cache for all tests, so that baselines are computed once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GANREG_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


def assemble():
    return ganreg.assemble(
        generator="mlp:latent_dim=2,widths=[4]",
        discriminator="mlp:widths=[4]",
        loss="non-saturating",
        data="gaussian-1d:samples=400",
        batch_size=16,
        steps=STEPS,
    )


PLAN = EvaluationPlan(every=8, metrics=["moments:bootstrap=2", "kolmogorov-smirnov:bootstrap=2"], samples=50)


def trained(path, evaluation=PLAN, **options):
    given = {"checkpoint_every": 10, "execution": "graph", "updates_per_call": 7, "health": "off"}
    return train(assemble(), path, evaluation=evaluation, **given | options)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    return trained(tmp_path_factory.mktemp("undisturbed") / "run").path


def rows_of(path):
    with (path / "evaluations.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_a_row_per_evaluation_and_a_column_per_score(undisturbed):
    rows = rows_of(undisturbed)
    assert [int(row["iteration"]) for row in rows] == [8, 16, 24, 32, 40]
    assert list(rows[0])[:3] == ["iteration", "moments", "mean"]
    assert {"kolmogorov_smirnov", "p_value"} <= set(rows[0])
    scores = evaluate(ganreg.load(undisturbed), PLAN.metrics, samples=50)
    assert [float(rows[-1][score.name]) for score in scores] == pytest.approx(
        [score.value for score in scores], rel=1e-6
    )


def test_the_best_by_the_first_score_is_kept(undisturbed):
    values = {int(row["iteration"]): float(row["moments"]) for row in rows_of(undisturbed)}
    best = min(values, key=values.get)
    gan = assemble()
    assert CheckpointFolder(gan.players, undisturbed).restore("best").iteration == best
    assert int(gan.iterations) == best
    assert evaluate(gan, PLAN.metrics, samples=50)[0].value == pytest.approx(values[best], rel=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("at", [8, 26])
def test_a_resumed_run_writes_the_same_file(undisturbed, tmp_path, at, dying):
    path = tmp_path / "run"
    with pytest.raises(KeyboardInterrupt):
        trained(path, callbacks=[dying(at)])
    resume(path)
    assert (path / "evaluations.csv").read_bytes() == (undisturbed / "evaluations.csv").read_bytes()
    assert Record.read(path).result.weights == Record.read(undisturbed).result.weights
    assert CheckpointFolder(assemble().players, path).best() == CheckpointFolder(assemble().players, undisturbed).best()


@contextlib.contextmanager
def warned(pattern):
    """Expects a `GanregWarning`, whatever other libraries warn about."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    assert any(re.search(pattern, str(one.message)) for one in caught if one.category is ganreg.GanregWarning)


@pytest.fixture(scope="module")
def half(tmp_path_factory):
    """A run of 20 iterations."""
    return trained(tmp_path_factory.mktemp("half") / "run", steps=20).path


@pytest.mark.slow
def test_an_extended_run_adds_rows(half, tmp_path):
    path = shutil.copytree(half, tmp_path / "run")
    resume(path, steps=26)
    assert [int(row["iteration"]) for row in rows_of(half)] == [8, 16]
    assert [int(row["iteration"]) for row in rows_of(path)] == [8, 16, 24]
    assert rows_of(path)[:2] == rows_of(half)


@pytest.mark.slow
def test_a_missing_file_is_started_anew_with_a_warning(half, tmp_path):
    path = shutil.copytree(half, tmp_path / "run")
    (path / "evaluations.csv").unlink()
    with warned(r"evaluations\.csv is missing or shorter than at the checkpoint"):
        resume(path, steps=26)
    assert [int(row["iteration"]) for row in rows_of(path)] == [24]


@pytest.mark.slow
def test_samples_that_cannot_be_evaluated_leave_an_empty_row(tmp_path, monkeypatch):
    scores = evaluations.Evaluation.scores

    def failing_once(self, gan):
        if int(gan.iterations) == 16:
            raise ganreg.DataError("not finite")
        return scores(self, gan)

    monkeypatch.setattr(evaluations.Evaluation, "scores", failing_once)
    plan = EvaluationPlan(every=8, metrics=PLAN.metrics, samples=50, best="kolmogorov_smirnov")
    with warned("cannot evaluate iteration 16: not finite"):
        path = trained(tmp_path / "run", plan).path
    assert [row["moments"] == "" for row in rows_of(path)] == [False, True, False, False, False]
    assert Record.read(path).result.iterations == STEPS
    values = [float(row["kolmogorov_smirnov"]) for row in rows_of(path) if row["kolmogorov_smirnov"]]
    best = CheckpointFolder(assemble().players, path).best().score
    assert (best.name, best.value) == ("kolmogorov_smirnov", pytest.approx(min(values)))


@pytest.mark.parametrize(
    ("plan", "reason"),
    [
        (EvaluationPlan(every=8, metrics=["moments"], samples=3), "needs at least 4 samples"),
        (EvaluationPlan(every=8, metrics=["moments"], best="fid"), "there is no score 'fid'"),
        (EvaluationPlan(every=8, metrics=["momments"]), "did you mean 'moments'"),
    ],
)
def test_an_unsuitable_plan_is_refused_before_the_folder_is_created(tmp_path, plan, reason):
    with pytest.raises(ganreg.GanregError, match=reason):
        trained(tmp_path / "run", plan)
    assert not (tmp_path / "run").exists()


@pytest.mark.slow
def test_evaluation_does_not_change_the_training(undisturbed, tmp_path):
    path = trained(tmp_path / "run", None).path
    assert Record.read(path).result.weights == Record.read(undisturbed).result.weights
    assert not (path / "evaluations.csv").exists()
