"""`ganreg evaluate`."""

import json

import pytest

import ganreg
from ganreg.cli.evaluate import finite_or_null
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
def evaluated(call, folder):
    """Runs `ganreg evaluate` on the run."""

    def run(*arguments):
        return call(ganreg.registry(), "evaluate", str(folder), *arguments)

    return run


def test_a_table_with_all_that_a_score_is_to_be_read_with(evaluated, folder):
    answer = evaluated("-m", "moments", "-m", "kolmogorov-smirnov", "-n", "60", "--seed", "4")
    assert (answer.code, answer.err) == (0, "")
    assert "60 generated samples against 60 real samples, compared by " in answer.out
    (line,) = [line.split() for line in answer.out.splitlines() if line.split()[:2] == ["moments", "moments"]]
    score = evaluate(ganreg.load(folder), ["moments"], samples=60, seed=4)[0]
    assert line == [
        "moments",
        "moments",
        *(f"{value:.4g}" for value in (score.value, score.error, score.baseline)),
        "lower",
    ]
    assert any(line.split()[:2] == ["kolmogorov-smirnov", "kolmogorov_smirnov"] for line in answer.out.splitlines())


def test_json_and_the_file_in_the_run(evaluated, folder):
    answer = evaluated("-m", "moments", "-n", "60", "--json")
    assert (answer.code, answer.err) == (0, "")
    scores = evaluate(ganreg.load(folder), ["moments"], samples=60)
    assert json.loads(answer.out) == as_tables(scores)
    assert read_scores(folder) == scores
    assert set(json.loads(answer.out)[0]) >= {"metric", "name", "value", "error", "baseline", "extractor", "samples"}


def test_without_metrics_those_that_suit_the_data(evaluated):
    names = {score["metric"] for score in json.loads(evaluated("-n", "60", "--json").out)}
    assert names == {"frechet", "moments", "kolmogorov-smirnov"}


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["-m", "momments"], "unknown metric 'momments'; did you mean 'moments'"),
        (["-m", "moments", "-n", "3"], "needs at least 4 samples"),
        (["-m", "moments:bootstrap=x"], "bootstrap"),
        (["-m", "frechet", "--features", "vgg"], "unknown extractor 'vgg'; choose from "),
        (["-m", "frechet", "--features", "none.keras"], "there is no file none.keras"),
        (["-m", "frechet", "--features", "classifier"], "which has none; use --features pixels"),
        (["-m", "frechet", "--features", "inception"], "takes grey or colour images"),
        (["-m", "mode-coverage"], "does not know its modes"),
        (["--checkpoint", "best"], "keeps no best checkpoint"),
        (["-n", "0"], "-n"),
    ],
)
def test_wrong_input_is_told_in_a_line_or_two(evaluated, arguments, reason):
    answer = evaluated(*arguments)
    assert (answer.code, answer.out) == (2, "")
    assert reason in answer.err
    assert len(answer.err.splitlines()) <= 2


def test_a_folder_without_a_run(call, tmp_path):
    answer = call(ganreg.registry(), "evaluate", str(tmp_path))
    assert answer.code == 2
    assert "holds no run" in answer.err


def test_json_has_null_where_a_score_is_not_finite():
    score = Score("moments", "moments", float("nan"), float("inf"), None, "samples", 100, lower_is_better=True)

    (table,) = map(finite_or_null, as_tables([score]))

    assert (table["value"], table["error"], table["baseline"], table["samples"]) == (None, None, None, 100)
    assert json.loads(json.dumps(table, allow_nan=False)) == table
