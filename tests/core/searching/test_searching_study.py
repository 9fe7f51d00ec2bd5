"""The study: suggestions, values and what weak trials are."""

import sys

import pytest

from ganreg import RunError
from ganreg.searching.study import Reporter, Study, load_optuna


@pytest.fixture
def study(tmp_path):
    return Study(tmp_path, seed=0, lower_is_better=True)


def test_without_optuna_one_line_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "optuna", None)

    with pytest.raises(RunError, match=r'pip install "ganreg\[search\]"'):
        load_optuna()


def test_what_was_enqueued_is_suggested_first(study):
    study.enqueue({"x": 0.25})

    first = study.ask()

    assert first.choices.suggest_float("x", 0.0, 1.0) == 0.25
    assert (first.number, study.size) == (0, 1)


def test_suggestions_depend_on_the_seed_and_the_number_alone(study, tmp_path):
    def suggested(folder, seed, trials=3):
        folder.mkdir()
        again = (Study(folder, seed=seed, lower_is_better=True) for _ in range(trials))
        return [study.ask().choices.suggest_float("x", 0.0, 1.0) for study in again]

    one = suggested(tmp_path / "one", 0)
    assert one == suggested(tmp_path / "same", 0)
    assert one != suggested(tmp_path / "other", 1)
    assert len(set(one)) == 3


def test_a_trial_that_has_not_ended_is_unfinished_until_it_is_told(study):
    begun = study.ask()
    assert list(study.unfinished()) == [(begun.number, begun.key)]

    study.tell(begun.number, 1.0)
    study.tell(begun.number, 2.0)  # again, as after an interruption

    assert list(study.unfinished()) == []


def test_one_of_three_trials_passes_a_rung(study, tmp_path):
    weak = []
    for value in (3.0, 2.0, 5.0, 6.0, 1.0, 4.0):
        trial = study.ask()
        weak.append(Reporter(tmp_path, trial.key).is_weak(1, value))
        study.tell(trial.number, value, pruned=weak[-1])

    assert weak == [False, False, True, True, False, True]


def test_higher_values_pass_where_they_are_better(tmp_path):
    study = Study(tmp_path, seed=0, lower_is_better=False)
    weak = []
    for value in (2.0, 1.0, 3.0):
        trial = study.ask()
        weak.append(Reporter(tmp_path, trial.key).is_weak(1, value))

    assert weak == [False, True, False]


def test_the_choice_that_decides_is_the_most_important_one(study, tmp_path):
    for number in range(20):
        assert number >= 8 or study.importances() == {}
        trial = study.ask()
        matters = trial.choices.suggest_float("matters", 0.0, 1.0)
        trial.choices.suggest_float("idle", 0.0, 1.0)
        Reporter(tmp_path, trial.key).is_weak(1, (matters - 0.5) ** 2)
        study.tell(number, 1.0, pruned=number % 2 == 1)

    assert next(iter(study.importances())) == "matters"


def test_a_damaged_file_is_named(tmp_path):
    (tmp_path / "study.db").write_text("no database, whatever it is called" * 100)

    with pytest.raises(RunError, match=r"study\.db cannot be read"):
        Study(tmp_path, seed=0, lower_is_better=True)
