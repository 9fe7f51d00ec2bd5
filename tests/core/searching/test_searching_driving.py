"""How a search proceeds, with pretended trials whose best is known."""

import time

import attrs
import pytest

from ganreg.comparison.workers import WorkerDiedError
from ganreg.searching.driving import read_state, write_state
from ganreg.searching.study import RUNGS
from ganreg.searching.trials import FAILED, FINISHED, PRUNED, REFUSED, STOPPED, Point, read_trials


def test_the_known_optimum_is_approached_from_a_recipe_that_is_far_away(whole):
    first, best = whole.trials[0], whole.best()[0]

    assert first.changes == {}
    assert first.recipe.regularizers[0].parameters["weight"] == 90
    assert 1 < best.recipe.regularizers[0].parameters["weight"] < 9  # from 0.01 to 100, evenly by the logarithm


def test_weak_trials_are_pruned_at_a_rung_and_none_that_is_the_best_so_far(whole):
    lowest = float("inf")
    for trial in whole.trials:
        if trial.state in (FINISHED, PRUNED) and trial.points[0].value < lowest:
            assert trial.state == FINISHED
            lowest = trial.points[0].value
    pruned = [trial for trial in whole.trials if trial.state == PRUNED]
    assert pruned
    assert all(len(trial.points) < len(RUNGS) for trial in pruned)


@pytest.mark.slow
def test_a_search_that_is_continued_repeats_one_that_was_not_interrupted(drive, read, whole, tmp_path):
    for trials in (5, 11, 14):
        parts = drive(tmp_path / "s", trials=trials)

    assert read(parts.trials) == read(whole.trials)[: len(parts.trials)]
    assert sum(trial.state != REFUSED for trial in parts.trials) == 14


def test_another_seed_suggests_other_combinations(drive, read, whole, ring_plan, tmp_path):
    other = drive(tmp_path / "s", plan=attrs.evolve(ring_plan, seed=1), trials=3)

    changes = [trial.changes for trial in other.trials[1:]]
    assert changes != [trial.changes for trial in whole.trials[1:3]]


def test_a_trial_that_was_interrupted_is_tried_again(drive, read, whole, pretended, tmp_path):
    def interrupted(task):
        if task.trial.number == 3:
            attrs.evolve(task.trial, state="running").write()
            raise KeyboardInterrupt
        return pretended(task)

    with pytest.raises(KeyboardInterrupt):
        drive(tmp_path / "s", trials=6, run=interrupted)
    assert read_trials(tmp_path / "s")[3].state == "running"

    again = read(drive(tmp_path / "s", trials=6).trials)
    assert again == read(whole.trials)[: len(again)]


def test_a_trial_whose_process_dies_twice_has_failed_and_the_others_continue(drive, pretended, tmp_path):
    calls = []

    def dying(task):
        if task.trial.number == 1:
            calls.append(task)
            attrs.evolve(task.trial, state="running", attempts=len(calls)).write()
            raise WorkerDiedError("killed")
        return pretended(task)

    trials = drive(tmp_path / "s", trials=4, run=dying).trials

    assert len(calls) == 2
    assert trials[1].state == FAILED
    assert "died 2 times" in trials[1].error
    assert sum(trial.state in (FINISHED, PRUNED) for trial in trials) == 3


def test_refused_combinations_are_recorded_with_the_reason_and_do_not_count(drive, ring_plan, tmp_path):
    plan = attrs.evolve(ring_plan, others={"loss": ["energy-based"]})  # which needs an autoencoder

    trials = drive(tmp_path / "s", plan=plan, trials=6).trials

    refused = [trial for trial in trials if trial.state == REFUSED]
    assert refused
    assert {trial.recipe.loss.name for trial in refused} == {"energy-based"}
    assert all("energy" in trial.error and not trial.points for trial in refused)
    assert {trial.recipe.loss.name for trial in trials if trial.points} == {"hinge"}
    assert sum(trial.state != REFUSED for trial in trials) == 6


def test_the_best_stopped_trial_trains_further_when_exploring_ends(drive, tmp_path):
    tasks = []

    def slow(task):
        tasks.append(task)
        value = 1.0 if task.key is not None else 0.5
        steps = 30 if task.key is not None else 60
        point = Point(steps=steps, value=value + 0.01 * task.trial.number, seconds=1.0, weights="abc")
        trial = attrs.evolve(task.trial, state=STOPPED, points=[*task.trial.points, point], pace=0.01)
        trial.write()
        return trial

    driver = drive(tmp_path / "s", run=slow, seconds=60.0, began=time.monotonic() - 51.5)

    assert tasks[0].seconds == pytest.approx(60 / 8)
    further = [task for task in tasks if task.key is None]
    assert further[0].trial.number == 0
    assert further[0].seconds is None
    assert driver.best()[1].value == pytest.approx(0.5)


def test_no_trial_begins_after_the_time_is_over(drive, tmp_path):
    assert drive(tmp_path / "s", seconds=30.0, began=time.monotonic() - 29).trials == []


def test_the_state_keeps_what_other_calls_have_written(tmp_path):
    write_state(tmp_path, spent=3.5)
    write_state(tmp_path, importances={"a": 1.0})

    assert read_state(tmp_path) == {"spent": 3.5, "importances": {"a": 1.0}}
    (tmp_path / "state.json").write_text("{")
    assert read_state(tmp_path) == {}
