"""`ganreg search`: what its options ask for, and what it says at the end."""

import json
from pathlib import Path

import attrs
import pytest

from ganreg import Recipe
from ganreg.searching import searching
from ganreg.searching.candidates import Refusal
from ganreg.searching.plan import SearchPlan
from ganreg.searching.results import SearchResult
from ganreg.searching.trials import Point, SearchTrial

RECIPE = Recipe(name="start", generator="mlp", discriminator="mlp", loss="hinge", dataset="ring", steps=90)
PLAN = SearchPlan(
    dataset="ring",
    recipes=(RECIPE,),
    objective=("sliced-wasserstein", "sliced_wasserstein"),
    refused=(Refusal("stargan", "it needs labels"),),
)


def trial(number, state, *values, error=None, **changes):
    points = [
        Point(steps=30 * place, value=value, seconds=1.0, weights=f"abc{value}")
        for place, value in enumerate(values, 1)
    ]
    return SearchTrial(
        number=number,
        path=Path("trials") / f"{number:04d}",
        base="start",
        recipe=RECIPE,
        state=state,
        points=points,
        error=error,
        seconds=3.0,
        changes=changes,
    )


TRIALS = [
    trial(0, "finished", 0.5, 0.4, 0.45),
    trial(1, "pruned", 0.9, batch_size=32),
    trial(2, "failed", error="it broke", loss="minimax"),
    trial(3, "refused", error="it does not fit", loss="energy-based"),
]


@pytest.fixture
def asked(monkeypatch, tmp_path):
    """Has the command ask for a search without training anything; what it asked for is in the list."""
    monkeypatch.chdir(tmp_path)
    calls = []

    def pretend(data, recipes, **how):
        calls.append({"data": data, "recipes": recipes, **how})
        folder = tmp_path / how["out"]
        folder.mkdir(parents=True)
        trials = [attrs.evolve(each, path=folder / each.path) for each in how.pop("trials_of", TRIALS)]
        for each in trials:
            how["watch"](each, trials)
        result = SearchResult(folder, PLAN, trials)
        result.write()
        return result

    monkeypatch.setattr(searching, "search", pretend)
    return calls


def test_options_are_passed_on_and_defaults_are_left_open(asked, ganreg_command):
    answer = ganreg_command(
        "search", "grid", "ring", "--dataset", "ring", "--minutes", "1.5", "--trials", 7, "--jobs", 2, "--seed", 3,
        "--objective", "coverage", "--samples", 100, "--steps", 50, "--out", "here",
    )  # fmt: skip

    assert answer.code == 0
    (call,) = asked
    assert {key: call[key] for key in ("data", "recipes", "minutes", "trials", "jobs", "seed", "objective")} == {
        "data": "ring",
        "recipes": ("grid", "ring"),
        "minutes": 1.5,
        "trials": 7,
        "jobs": 2,
        "seed": 3,
        "objective": "coverage",
    }
    assert (call["samples"], call["steps"], call["out"], call["sampler"]) == (100, 50, Path("here"), "tpe")
    assert call["features"] is None


def test_the_same_command_finds_the_same_folder(asked, ganreg_command):
    ganreg_command("search", "--dataset", "ring", "--trials", 1)
    ganreg_command("search", "--dataset", "ring", "--trials", 1, "--seed", 1)

    folders = [call["out"] for call in asked]
    assert folders[0].parent == Path("runs")
    assert folders[0] != folders[1]


def test_the_standings_the_reasons_and_the_next_commands_are_on_stdout(asked, ganreg_command):
    answer = ganreg_command("search", "--dataset", "ring", "--trials", 4, "--out", "here")

    first, second = answer.out.splitlines()[1:3]
    assert first.split()[:6] == ["1", "0.4", "60", "3", "finished", "0"]
    assert "start as it is" in first
    assert second.split()[:6] == ["2", "0.9", "30", "3", "pruned", "1"]
    assert "4 combinations: 1 finished, 1 pruned, 1 failed, 1 refused." in answer.out
    assert "Not tried, recipe stargan: it needs labels" in answer.out
    assert "Weights sha256:abc0.4" in answer.out
    assert "ganreg train" in answer.out
    assert "best.toml --execution graph" in answer.out
    assert "1 pruned in 3 s: 0.9 after 30 steps (start: batch_size 32)" in answer.err
    assert "2 failed in 3 s: it broke" in answer.err


def test_json_has_the_best_and_every_trial(asked, ganreg_command):
    shown = json.loads(ganreg_command("search", "--dataset", "ring", "--trials", 4, "--out", "here", "--json").out)

    assert (shown["objective"], shown["lower_is_better"]) == ("sliced_wasserstein", True)
    assert shown["best"] == {"trial": 0, "value": 0.4, "recipe": str(Path("here") / "best.toml")}
    assert [(row["trial"], row["value"]) for row in shown["trials"]] == [(0, 0.4), (1, 0.9), (2, None), (3, None)]
    assert shown["trials"][2]["error"] == "it broke"
    assert shown["refused"] == [{"recipe": "stargan", "reason": "it needs labels"}]


def test_without_a_score_the_exit_code_is_1_and_the_reasons_are_told(asked, ganreg_command, monkeypatch):
    original = searching.search

    def failing(data, recipes, **how):
        return original(data, recipes, trials_of=TRIALS[2:], **how)

    monkeypatch.setattr(searching, "search", failing)
    answer = ganreg_command("search", "--dataset", "ring", "--trials", 2, "--out", "here")

    assert answer.code == 1
    assert "it broke" in answer.out
    assert "No trial has a score" in answer.out


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--dataset", "ring"], "needs a budget"),
        (["--dataset", "ring", "--minutes", "0"], "more than 0"),
        (["--dataset", "ring", "--trials", "0"], "at least 1"),
        (["--dataset", "ring", "--trials", "1", "--objective", "fretchet"], "'fretchet'"),
        (["--dataset", "none-such", "--trials", "1"], "none-such"),
        (["--trials", "1"], "--dataset"),
    ],
)
def test_bad_input_is_refused_in_a_line_or_two(ganreg_command, tmp_path, monkeypatch, words, reason):
    monkeypatch.chdir(tmp_path)

    answer = ganreg_command("search", *words)

    assert answer.code == 2
    assert reason in answer.err
    assert len(answer.err.splitlines()) <= 2
    assert list(tmp_path.iterdir()) == []
