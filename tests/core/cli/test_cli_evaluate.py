"""`ganreg evaluate`, and `ganreg train --evaluate-every`."""

import json

import numpy as np
import pytest

import ganreg
from ganreg.cli.evaluate import _as_json_knows
from ganreg.evaluation.evaluating import evaluate
from ganreg.evaluation.scores import Score, as_tables, read_scores


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory):
    """Nothing goes into the user's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GANREG_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A run of numbers, of one iteration."""
    gan = ganreg.assemble(
        generator="mlp:latent_dim=2,widths=[4]",
        discriminator="mlp:widths=[4]",
        loss="hinge",
        data="gaussian-1d:samples=400",
        batch_size=16,
    )
    gan.fit(steps=1, verbose=0, execution="graph")
    path = tmp_path_factory.mktemp("saved") / "run"
    gan.save(path)
    return path


@pytest.fixture
def judged(call, folder):
    """Runs `ganreg evaluate` on the run."""

    def run(*arguments):
        return call(ganreg.registry(), "evaluate", str(folder), *arguments)

    return run


def test_a_table_with_all_that_a_score_is_to_be_read_with(judged, folder):
    answer = judged("-m", "moments", "-m", "kolmogorov-smirnov", "-n", "60", "--seed", "4")
    assert (answer.code, answer.err) == (0, "")
    assert "60 samples against 60 real ones, by values" in answer.out
    (line,) = [line.split() for line in answer.out.splitlines() if line.split()[:2] == ["moments", "moments"]]
    score = evaluate(ganreg.load(folder), ["moments"], samples=60, seed=4)[0]
    assert line == [
        "moments",
        "moments",
        *(f"{value:.4g}" for value in (score.value, score.error, score.baseline)),
        "less",
    ]
    assert any(line.split()[:2] == ["kolmogorov-smirnov", "kolmogorov_smirnov"] for line in answer.out.splitlines())


def test_json_and_the_file_in_the_run(judged, folder):
    answer = judged("-m", "moments", "-n", "60", "--json")
    assert (answer.code, answer.err) == (0, "")
    scores = evaluate(ganreg.load(folder), ["moments"], samples=60)
    assert json.loads(answer.out) == as_tables(scores)
    assert read_scores(folder) == scores
    assert set(json.loads(answer.out)[0]) >= {"metric", "name", "value", "error", "baseline", "extractor", "samples"}


def test_without_metrics_those_that_suit_the_data(judged):
    names = {score["metric"] for score in json.loads(judged("-n", "60", "--json").out)}
    assert names == {"moments", "kolmogorov-smirnov"}


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["-m", "momments"], "unknown metric 'momments'; did you mean 'moments'"),
        (["-m", "moments", "-n", "3"], "needs at least 4 samples"),
        (["-m", "moments:bootstrap=x"], "bootstrap"),
        (["-m", "frechet", "--features", "vgg"], "there are no features 'vgg'"),
        (["-m", "frechet", "--features", "none.keras"], "there is no file none.keras"),
        (["-m", "frechet", "--features", "classifier"], "it has none; take --features pixels"),
        (["-m", "frechet", "--features", "inception"], "those of grey or colour images"),
        (["-m", "mode-coverage"], "does not know its modes"),
        (["--checkpoint", "best"], "keeps no best checkpoint"),
        (["-n", "0"], "-n"),
    ],
)
def test_wrong_input_is_told_in_a_line_or_two(judged, arguments, reason):
    answer = judged(*arguments)
    assert (answer.code, answer.out) == (2, "")
    assert reason in answer.err
    assert len(answer.err.splitlines()) <= 2


def test_a_folder_without_a_run(call, tmp_path):
    answer = call(ganreg.registry(), "evaluate", str(tmp_path))
    assert answer.code == 2
    assert "holds no run" in answer.err


TRAIN = ("-g", "mlp:latent_dim=2,widths=[4]", "-d", "mlp:widths=[4]", "-l", "hinge", "--batch-size", "16")


def test_training_with_evaluations(call, tmp_path):
    folder = str(tmp_path / "run")
    given = ["--dataset", "gaussian-1d:samples=400", "--steps", "6", "--execution", "graph", "--health", "off"]
    judged = ["--evaluate-every", "3", "-m", "moments:bootstrap=2", "--evaluate-samples", "50", "--best", "moments"]
    answer = call(ganreg.registry(), "train", "gaussian-1d", *TRAIN, *given, *judged, "--out", folder)
    assert answer.code == 0
    header, *rows = (tmp_path / "run" / "evaluations.csv").read_text().splitlines()
    assert header.startswith("iteration,moments,mean,")
    assert [row.split(",")[0] for row in rows] == ["3", "6"]
    best = min(rows, key=lambda row: float(row.split(",")[1]))
    answer = call(
        ganreg.registry(), "evaluate", folder, "--checkpoint", "best", "-m", "moments:bootstrap=2", "-n", "50", "--json"
    )
    assert np.isclose(json.loads(answer.out)[0]["value"], float(best.split(",")[1]), rtol=1e-6)


@pytest.mark.parametrize("option", [["-m", "moments"], ["--best", "moments"], ["--features", "pixels"]])
def test_how_to_evaluate_without_how_often(call, tmp_path, option):
    answer = call(ganreg.registry(), "train", "gaussian-1d", *option, "--out", str(tmp_path / "run"))
    assert answer.code == 2
    assert "say how often too, with --evaluate-every N" in answer.err
    assert not (tmp_path / "run").exists()


def test_an_unknown_metric_is_found_before_tensorflow_is_needed(call, tmp_path):
    arguments = ("--evaluate-every", "3", "-m", "frechett", "--out", str(tmp_path / "run"))
    answer = call(ganreg.registry(), "train", "gaussian-1d", *arguments)
    assert (answer.code, len(answer.err.splitlines())) == (2, 1)
    assert "did you mean 'frechet'" in answer.err


def test_json_has_null_where_a_score_is_not_finite():
    score = Score("moments", "moments", float("nan"), float("inf"), None, "samples", 100, lower_is_better=True)

    (table,) = map(_as_json_knows, as_tables([score]))

    assert (table["value"], table["error"], table["baseline"], table["samples"]) == (None, None, None, 100)
    assert json.loads(json.dumps(table, allow_nan=False)) == table
