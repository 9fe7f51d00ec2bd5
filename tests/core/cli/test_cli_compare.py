"""`ganreg compare`: what its options make of a plan, and what it says at the end."""

import json
from pathlib import Path

import attrs
import pytest

from ganreg.comparison import comparing, workers
from ganreg.comparison.results import write_results
from ganreg.comparison.trials import Comparison, Trial
from ganreg.contract.recipes import Recipe
from ganreg.evaluation.scores import Score
from ganreg.plugins.registry import registry

VALUES = {"hinge": (1.0, 1.01, 0.99), "wasserstein": (2.0, 2.02, 1.97), "non-saturating": (1.0, 1.3, None)}


@pytest.fixture
def asked(monkeypatch, tmp_path):
    """Has the command ask for a comparison without training anything; what it asked for is in the list."""
    monkeypatch.chdir(tmp_path)
    calls = []

    def pretend(plan, folder, **how):
        calls.append({"plan": plan, "folder": Path(folder), **how})
        trials = [_pretended(definition, Path(folder)) for definition in plan.definitions()]
        (Path(folder) / "trials").mkdir(parents=True, exist_ok=True)
        plan.write(Path(folder))
        for done, trial in enumerate(trials, 1):
            how["watch"](trial, done, len(trials))
        write_results(Path(folder), trials)
        return Comparison(Path(folder), plan, trials)

    monkeypatch.setattr(comparing, "compare", pretend)
    return calls


def _pretended(definition, folder):
    trial = Trial(
        number=definition.number,
        path=folder / "trials" / definition.slug,
        axes=definition.axes,
        seed=definition.seed,
        state="diverged",
        error="the weights are NaN",
    )
    value = VALUES.get(definition.axes.get("loss"), (1.0,) * 9)[definition.seed]
    if value is None:
        return trial
    scores = [
        Score("moments", "moments", value, 0.1, 0.05, "samples", 100, lower_is_better=True),
        Score("moments", "real_mean", 4.0, None, 4.0, "samples", 100),
    ]
    return attrs.evolve(trial, state="finished", error=None, scores=scores, seconds=3.0)


LOSSES = ("compare", "gaussian-1d", "-l", "hinge", "-l", "wasserstein|non-saturating")


def test_the_table_is_printed(asked, call):
    answer = call(registry(), *LOSSES, "--out", "here")

    assert answer.code == 0
    assert [line.split()[0] for line in answer.out.splitlines()[:4]] == [
        "LOSS",
        "hinge",
        "wasserstein",
        "non-saturating",
    ]
    assert "ganreg report here" in answer.out


def test_progress_goes_to_stderr(asked, call):
    answer = call(registry(), *LOSSES)

    assert "1/9 0000-hinge-seed-0: finished after 3 s: moments 1" in answer.err
    assert "9/9 0008-non-saturating-seed-2: diverged after 0 s: the weights are NaN" in answer.err
    assert "0000-hinge" not in answer.out


def test_json_is_all_that_is_printed(asked, call):
    answer = json.loads(call(registry(), *LOSSES, "--out", "here", "--json").out)

    assert answer["path"] == "here"
    assert [row["axes"]["loss"] for row in answer["rows"]] == ["hinge", "wasserstein", "non-saturating"]


def test_three_seeds_unless_given(asked, call):
    call(registry(), *LOSSES)
    call(registry(), *LOSSES, "--seeds", "5,")

    assert [given["plan"].seeds for given in asked] == [(0, 1, 2), (5,)]


def test_the_same_command_finds_the_same_folder_and_another_does_not(asked, call):
    for seeds in ("2", "2", "3"):
        call(registry(), *LOSSES, "--seeds", seeds)

    first, second, third = (given["folder"] for given in asked)
    assert first == second != third
    assert first.parent == Path("runs")
    assert first.name.startswith("compare-gaussian-1d-")


def test_a_folder_alone_goes_on_with_what_is_there(asked, call):
    call(registry(), *LOSSES, "--out", "here", "--seeds", "2", "--threads", "3")

    call(registry(), "compare", "--out", "here", "--jobs", "1")

    assert asked[1]["plan"] == asked[0]["plan"]
    assert asked[1]["jobs"] == 1


def test_other_jobs_are_no_other_plan(asked, call):
    call(registry(), *LOSSES, "--out", "here", "--seeds", "2", "--threads", "3")

    call(registry(), *LOSSES, "--out", "here", "--seeds", "2", "--jobs", "1")

    assert asked[1]["plan"] == asked[0]["plan"]


def test_other_jobs_are_no_other_plan_in_a_folder_that_was_chosen_for_it(asked, call, monkeypatch):
    monkeypatch.setattr(workers, "cores", lambda: 8)
    call(registry(), *LOSSES, "--jobs", "1")

    call(registry(), *LOSSES, "--jobs", "2")

    assert asked[0]["plan"].threads == 8
    assert asked[1]["plan"] == asked[0]["plan"]


def test_games_start_from_a_plain_recipe(asked, call):
    options = ("--game", "none", "--game", "vae", "--dataset", "ring")
    assert call(registry(), "compare", *options, "--seeds", "1").code == 0
    assert call(registry(), "compare", "ring", *options, "--seeds", "1").code == 0

    plain, ring = (given["plan"] for given in asked)
    assert plain.recipes == (Recipe(),)
    assert [recipe.name for recipe in ring.recipes] == ["ring"]
    assert [(axis.name, axis.alternatives) for axis in plain.axes] == [
        ("dataset", ("ring",)),
        ("game", ("none", "vae")),
    ]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--game", "none", "--game", "vae"), "Error: recipe 'custom' has no dataset; choose one with --dataset SPEC"),
        (
            ("ring", "--game", "none|star"),
            "Error: recipe 'ring' has a generator, 'mlp', where the chosen game",
        ),
        (("--game", "none|vae", "--dataset", "ring", "-g", "u-net"), "Error: 'u-net' is a translator, but a generator"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_games_that_cannot_be_played_are_refused_before_anything_runs(asked, call, options, message, tmp_path):
    answer = call(registry(), "compare", *options)

    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith(message)
    assert not asked
    assert not list(tmp_path.iterdir())


def test_options_reach_the_plan(asked, call):
    call(
        registry(), *LOSSES, "-r", "none|r1", "--set", "batch_size=8|16", "--steps", "7", "-m", "moments", "--samples",
        "99", "--features", "pixels", "--budget", "1h30m", "--execution", "xla", "--threads", "2",
    )  # fmt: skip

    plan = asked[0]["plan"]
    assert [axis.name for axis in plan.axes] == ["loss", "regularizer", "batch_size"]
    assert plan.recipes[0].steps == 7
    assert (plan.metrics, plan.samples, plan.features) == (("moments",), 99, "pixels")
    assert (plan.budget, plan.execution, plan.threads) == (5400.0, "xla", 2)


@pytest.mark.parametrize(
    ("given", "seconds"), [("10m", 600), ("90", 90), ("90s", 90), ("1.5h", 5400), ("1h30m", 5400), ("2m5s", 125)]
)
def test_budgets(asked, call, given, seconds):
    assert call(registry(), *LOSSES, "--budget", given).code == 0
    assert asked[0]["plan"].budget == seconds


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--budget", "soon"], "10m"),
        (["--budget", "0"], "10m"),
        (["--seeds", "0"], "a number of seeds"),
        (["--seeds", "x"], "a number of seeds"),
        (["gaussian-1d", "-l", "hing"], "did you mean 'hinge'"),
        (["gaussian-1d", "-r", "none|"], "empty alternative"),
        (["nothing-of-that-name"], "unknown recipe"),
    ],
)
def test_wrong_input_is_refused(asked, call, arguments, reason):
    answer = call(registry(), "compare", *arguments)

    assert answer.code == 2
    assert reason in answer.err
    assert asked == []


def test_a_comparison_without_any_score_has_failed(asked, call, monkeypatch):
    monkeypatch.setitem(VALUES, "hinge", (None,))
    monkeypatch.setitem(VALUES, "wasserstein", (None,))

    answer = call(registry(), "compare", "gaussian-1d", "-l", "hinge", "-l", "wasserstein", "--seeds", "1")

    assert answer.code == 1
    assert "No trial has a score." in answer.out


def test_an_interrupted_comparison_says_how_to_go_on(call, monkeypatch, tmp_path):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(comparing, "compare", interrupted)

    answer = call(registry(), *LOSSES, "--out", str(tmp_path / "here"))

    assert answer.code == 130
    assert f"Resume with: ganreg compare --out {tmp_path / 'here'}" in answer.err


def test_a_folder_without_a_comparison_is_none_to_go_on_with(asked, call, tmp_path):
    answer = call(registry(), "compare", "--out", str(tmp_path / "elsewhere"))
    assert answer.code == 2
    assert f"there is no comparison in {tmp_path / 'elsewhere'}" in answer.err
    assert asked == []
