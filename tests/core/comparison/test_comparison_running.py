"""One trial: trained, resumed, evaluated, and every way in which it can end."""

import contextlib
import time
import warnings
from concurrent.futures import ThreadPoolExecutor

import attrs
import pytest

import ganreg
from ganreg.comparison import running
from ganreg.comparison.running import Task, given_up, is_done, run_trial
from ganreg.comparison.trials import Trial
from ganreg.errors import NumericalError
from ganreg.evaluation.scores import Score
from ganreg.files.lock import InUseError, locked
from ganreg.runs import training


@pytest.fixture
def make_task(two_losses, tmp_path, here):
    """Makes the task of a plan's first trial, which runs in this process."""
    here()

    def make(plan=two_losses, **trial):
        definition = next(plan.definitions())
        trial = Trial(number=0, path=tmp_path / "trial", axes=definition.axes, seed=0, **trial)
        trial.path.mkdir()
        return Task(definition=definition, trial=trial, plan=plan, steps=definition.recipe.steps, session="now")

    return make


def test_the_scores_are_those_of_an_evaluation_of_the_run(once):
    trial = once.trials[1]

    scores = ganreg.evaluate(ganreg.load(trial.path), once.plan.metrics, samples=once.plan.samples)

    assert trial.scores == scores


@pytest.mark.slow
def test_a_trial_is_what_training_that_combination_gives(once, tmp_path):
    gan = ganreg.assemble(
        "gaussian-1d",
        generator="mlp:latent_dim=1,widths=[8]",
        discriminator="mlp:widths=[8]",
        loss="hinge",
        data="gaussian-1d:samples=200",
        seed=1,
    )
    training.train(gan, tmp_path / "run", steps=30, execution="graph")

    weights = training.Record.read(tmp_path / "run").result.weights
    assert training.Record.read(once.trials[3].path).result.weights == weights


def test_a_combination_that_does_not_fit_together_is_refused(make_task, small_plan):
    task = make_task(small_plan(discriminators=["mlp:conditional=true"]))

    trial = run_trial(task)

    assert (trial.state, trial.iterations, trial.scores) == ("refused", 0, [])
    assert "labels" in trial.error
    assert trial == task.trial.read_again()


def test_the_error_of_a_divergence_does_not_depend_on_checkpoints(make_task, monkeypatch):
    def diverge(*_, **__):
        found = NumericalError("loss became NaN at update 7", iteration=7)
        raise NumericalError(f"{found}; the checkpoint of iteration 5 is whole", iteration=7) from found

    monkeypatch.setattr(training, "train", diverge)

    trial = run_trial(make_task())

    assert (trial.state, trial.iterations, trial.error) == ("diverged", 7, "loss became NaN at update 7")


def test_the_error_of_a_failure_does_not_depend_on_where_the_folder_is(make_task, monkeypatch):
    def fail(_, path, **__):
        raise ValueError(f"cannot\n  use {path}/samples")

    monkeypatch.setattr(training, "train", fail)

    trial = run_trial(make_task())

    assert (trial.state, trial.error) == ("failed", "ValueError: cannot use trial/samples")


def test_warnings_are_kept_once(make_task, monkeypatch):
    def warn(*_, **__):
        for text in ("careful", "careful", "and this"):
            warnings.warn(text, ganreg.GanregWarning, stacklevel=1)
        raise ValueError

    monkeypatch.setattr(training, "train", warn)

    assert run_trial(make_task(warnings=["earlier"])).warnings == ["earlier", "careful", "and this"]


def test_a_trial_that_killed_its_process_twice_is_not_started_a_third_time(make_task):
    """A Dask scheduler, for example, hands the task of a dead worker to the next one by itself."""
    earlier = Score("moments", "moments", 1.0, None, None, "values", 100)
    task = make_task(state="running", session="now", attempts=2, scores=[earlier])
    task.trial.write()

    trial = run_trial(task)

    assert (trial.state, trial.scores, trial.attempts) == ("failed", [], 2)
    assert "its process died 2 times" in trial.error
    assert trial == task.trial.read_again()


def test_attempts_of_an_earlier_call_do_not_count(make_task, monkeypatch):
    monkeypatch.setattr(training, "train", lambda *_, **__: 1 / 0)
    task = make_task(state="running", session="earlier", attempts=2)
    task.trial.write()

    trial = run_trial(task)

    assert (trial.attempts, trial.session) == (1, "now")
    assert "ZeroDivisionError" in trial.error


def test_a_trial_waits_for_another_process_that_works_on_it(once):
    trial = once.trials[0]
    definition = next(once.plan.definitions())
    task = Task(definition=definition, trial=trial, plan=once.plan, steps=trial.steps, session="now")
    with ThreadPoolExecutor(1) as pool:
        with locked(trial.path, name=".trial.lock"):
            waiting = pool.submit(run_trial, task)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=1)

        assert waiting.result(timeout=60) == trial


def test_a_trial_that_another_process_holds_is_waited_for_as_long_as_something_changes(tmp_path, monkeypatch):
    monkeypatch.setattr(running, "_UNCHANGED_SECONDS", 0.3)
    held = contextlib.ExitStack()
    held.enter_context(locked(tmp_path, name=".trial.lock"))
    with pytest.raises(InUseError, match="is in use by process"), running._held(tmp_path):
        pass

    def work():
        for number in range(10):
            time.sleep(0.1)
            (tmp_path / "metrics.csv").write_text(str(number))
        held.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(work)
        with running._held(tmp_path):
            assert (tmp_path / "metrics.csv").read_text() == "9"


@pytest.mark.parametrize(
    ("state", "iterations", "steps", "done"),
    [
        ("waiting", 0, 10, False),
        ("running", 10, 10, False),
        ("stopped", 9, 10, False),
        ("stopped", 10, 10, True),
        ("failed", 0, 10, True),
        ("finished", 10, 10, True),
    ],
)
def test_a_trial_is_done_if_it_ended_or_was_stopped_far_enough(tmp_path, state, iterations, steps, done):
    trial = Trial(number=0, path=tmp_path, axes={}, seed=0, state=state, iterations=iterations)

    assert is_done(trial, steps) is done


def test_giving_up_drops_scores_and_counts_no_attempt_that_was_not_made(tmp_path):
    trial = Trial(number=0, path=tmp_path, axes={}, seed=0, state="running", attempts=3, iterations=5)

    failed = given_up(attrs.evolve(trial, scores=[Score("m", "m", 1.0, None, None, "values", 10)]))

    assert (failed.state, failed.attempts, failed.scores, failed.iterations) == ("failed", 2, [], 5)
