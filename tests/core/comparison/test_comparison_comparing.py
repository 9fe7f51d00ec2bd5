"""Whole comparisons whose trials run in this process: every outcome is a result, and nothing is done twice."""

import shutil
from concurrent.futures import Future

import attrs
import pytest

from ganreg.assembling import assemble
from ganreg.comparison import comparing
from ganreg.comparison.comparing import compare
from ganreg.comparison.halving import Rung, Rungs
from ganreg.comparison.plan import Plan
from ganreg.comparison.running import Task
from ganreg.comparison.trials import Comparison, Trial
from ganreg.errors import PluginError, RunError
from ganreg.evaluation.scores import Score
from ganreg.files.lock import InUseError, locked
from ganreg.runs.loading import load
from ganreg.runs.training import train


def test_every_trial_is_trained_and_evaluated(once):
    assert [trial.state for trial in once.trials] == ["finished"] * 4
    assert [trial.iterations for trial in once.trials] == [30] * 4
    assert all(trial.scores[0].name == "kolmogorov_smirnov" for trial in once.trials)
    assert all((trial.path / "evaluation.json").is_file() for trial in once.trials)
    assert all((trial.path / "report.html").is_file() for trial in once.trials)
    assert all(trial.seconds > 0 for trial in once.trials)


def test_a_comparison_reads_back_with_its_results_and_report(once):
    assert Comparison.read(once.path) == once
    assert len((once.path / "results.csv").read_text().splitlines()) == 1 + 4
    assert "Comparison of 2 combinations" in (once.path / "report.html").read_text(encoding="utf-8")


def test_a_second_call_trains_nothing(once, two_losses, here):
    workers = here()

    again = compare(two_losses, once.path)

    assert workers.called == []
    assert again.trials == once.trials


def test_another_plan_is_refused_with_the_differences(once, small_plan, here):
    here()

    with pytest.raises(RunError, match=r"holds another comparison \(seeds: \[0, 1, 2\], was \[0, 1\]\)"):
        compare(small_plan(losses=["non-saturating", "hinge"], seeds=3), once.path)


def test_a_folder_in_use_is_refused(once, two_losses, here):
    here()

    with locked(once.path), pytest.raises(RunError, match="in use"):
        compare(two_losses, once.path)


def test_the_folder_must_be_neither_a_run_nor_a_file(once, two_losses, here, tmp_path):
    here()
    (tmp_path / "file").write_text("")

    with pytest.raises(RunError, match="holds a run"):
        compare(two_losses, once.trials[0].path)
    with pytest.raises(RunError, match="is a file"):
        compare(two_losses, tmp_path / "file")


@pytest.mark.parametrize("name", ["results.csv", "report.html", "notes.txt", "trials/x", ".trial.tmp.json"])
def test_a_folder_of_something_else_is_refused_and_stays(two_losses, here, tmp_path, name):
    workers = here()
    path = tmp_path / "folder" / name
    path.parent.mkdir(parents=True)
    path.write_text("the user's own")

    with pytest.raises(RunError, match=r"already contains .*choose a folder that is empty"):
        compare(two_losses, tmp_path / "folder")
    assert workers.called == []
    assert [place for place in tmp_path.rglob("*") if place.is_file()] == [path]


def test_a_comparison_that_is_refused_leaves_no_folder(two_losses, tmp_path, monkeypatch):
    def refuse(**_):
        raise RunError("no scheduler answers")

    monkeypatch.setattr("ganreg.comparison.comparing.started_workers", refuse)
    with pytest.raises(RunError, match="no scheduler answers"):
        compare(two_losses, tmp_path / "runs" / "x")
    assert list(tmp_path.iterdir()) == []


def test_links_that_lead_out_are_refused(once, two_losses, here, tmp_path):
    here()
    shutil.copytree(once.path, tmp_path / "copy")
    (tmp_path / "victim.txt").write_text("precious")
    for name in (".lock", "workers.log", "trials/0000-non-saturating-seed-0/metrics.csv"):
        path = tmp_path / "copy" / name
        path.unlink(missing_ok=True)
        path.symlink_to(tmp_path / "victim.txt")
        with pytest.raises(RunError, match="is a link that leads out of the comparison's folder"):
            compare(two_losses, tmp_path / "copy")
        path.unlink()
    assert (tmp_path / "victim.txt").read_text() == "precious"


def test_each_trial_that_ends_is_reported_and_the_first_seed_runs_first(two_losses, pretend, tmp_path):
    workers = pretend(["stopped"] * 4)
    heard = []

    compare(
        two_losses, tmp_path / "comparison", watch=lambda trial, done, total: heard.append((trial.number, done, total))
    )

    assert [two_losses.seeds[number % 2] for number in workers.called] == [0, 0, 1, 1]
    assert sorted(number for number, _, _ in heard) == [0, 1, 2, 3]
    assert [(done, total) for _, done, total in heard] == [(1, 4), (2, 4), (3, 4), (4, 4)]


@pytest.mark.slow
def test_interrupted_between_and_within_trials_it_gives_the_same_table(once, two_losses, here, tmp_path):
    folder = tmp_path / "comparison"
    shutil.copytree(once.path, folder)
    half_done, not_started = (folder / "trials" / once.trials[number].path.name for number in (1, 2))
    shutil.rmtree(not_started)
    shutil.rmtree(half_done)
    (folder / "results.csv").unlink()
    _interrupt(once.trials[1], two_losses, half_done, at=12)
    workers = here()

    compare(two_losses, folder)

    assert sorted(number for number, _ in workers.called) == [1, 2]
    assert (folder / "results.csv").read_bytes() == (once.path / "results.csv").read_bytes()


def _interrupt(trial, plan, path, at):
    """Leaves a trial's folder as a process does that is killed at an iteration."""
    definition = list(plan.definitions())[trial.number]
    path.mkdir()
    attrs.evolve(trial, path=path, state="running", scores=[], iterations=0, session="dead").write()
    train(assemble(definition.recipe), path, steps=at, execution=plan.execution)
    assert int(load(path).iterations) == at


@pytest.mark.slow
def test_trials_that_fail_diverge_or_are_refused_are_results(small_plan, here, tmp_path):
    here()
    (tmp_path / "broken.npz").write_bytes(b"no archive")
    plan = small_plan(
        datasets=["gaussian-1d:samples=200", f"npz:path={tmp_path / 'broken.npz'}"],
        discriminators=["mlp:widths=[8]", "mlp:widths=[8],conditional=true"],
        settings=["discriminator_optimizer.learning_rate=0.001|1e30"],
        losses=["wasserstein"],
        seeds=1,
    )

    comparison = compare(plan, tmp_path / "comparison")

    trials = {tuple(trial.axes.values()): trial for trial in comparison.trials}
    alternatives = {axis.name: axis.alternatives for axis in plan.axes}
    good, broken = alternatives["dataset"]
    plain, conditional = alternatives["discriminator"]
    assert trials[good, plain, "0.001"].state == "finished"
    assert trials[good, plain, "1e30"].state == "diverged"
    assert trials[good, conditional, "0.001"].state == "refused"
    assert "labels" in trials[good, conditional, "0.001"].error
    assert {trials[broken, each, rate].state for each in (plain, conditional) for rate in ("0.001", "1e30")} == {
        "failed"
    }
    assert "broken.npz" in trials[broken, plain, "0.001"].error
    assert len((comparison.path / "results.csv").read_text().splitlines()) == 9


def without_one(once, folder):
    """Returns a copy of the comparison in which trial 1 has not started."""
    shutil.copytree(once.path, folder)
    shutil.rmtree(folder / "trials" / once.trials[1].path.name)
    return folder


@pytest.mark.slow
def test_a_trial_whose_process_dies_once_is_tried_again(once, two_losses, here, tmp_path):
    workers = here(deaths={1: 1})

    comparison = compare(two_losses, without_one(once, tmp_path / "comparison"))

    assert [trial.state for trial in comparison.trials] == ["finished"] * 4
    assert [number for number, _ in workers.called] == [1, 1]


def test_a_trial_whose_process_dies_twice_has_failed_and_the_others_continue(once, two_losses, here, tmp_path):
    workers = here(deaths={1: 5})

    comparison = compare(two_losses, without_one(once, tmp_path / "comparison"))

    assert [trial.state for trial in comparison.trials] == ["finished", "failed", "finished", "finished"]
    assert "died 2 times" in comparison.trials[1].error
    assert [number for number, _ in workers.called] == [1, 1]


@pytest.mark.parametrize(
    ("error", "said", "is_recorded"),
    [
        (OSError("no more processes"), "OSError: no more processes", True),
        (PluginError("it has changed"), "it has changed", True),
        (InUseError("it is in use by process 7"), "it is in use by process 7", False),
    ],
)
def test_a_trial_whose_process_fails_at_its_start_has_failed_and_the_others_continue(
    two_losses, tmp_path, error, said, is_recorded
):
    definition = next(two_losses.definitions())
    trial = Trial(number=0, path=tmp_path / "trial", axes=definition.axes, seed=0)
    task = Task(definition=definition, trial=trial, plan=two_losses, steps=30, session="now")
    future = Future()
    future.set_exception(error)

    outcome = comparing._Driver._outcome(future, task, {})

    assert (outcome.state, outcome.error) == ("failed", said)
    assert trial.read_again() == (outcome if is_recorded else trial)


@pytest.mark.slow
def test_failed_trials_are_tried_again_on_request(once, two_losses, here, tmp_path):
    here(deaths={1: 5})
    folder = without_one(once, tmp_path / "comparison")
    compare(two_losses, folder)
    workers = here()

    assert compare(two_losses, folder).trials[1].state == "failed"
    again = compare(two_losses, folder, retry_failed=True)

    assert workers.called == [(1, 30)]
    assert [(trial.state, trial.error) for trial in again.trials] == [("finished", None)] * 4
    assert again.trials[1].scores == once.trials[1].scores


@pytest.mark.slow
def test_a_sufficient_budget_stops_no_trial(once, two_losses, here, tmp_path):
    here()

    comparison = compare(attrs.evolve(two_losses, budget=3600.0), tmp_path / "comparison")

    assert [trial.state for trial in comparison.trials] == ["finished"] * 4
    assert [trial.scores for trial in comparison.trials] == [trial.scores for trial in once.trials]


@pytest.mark.slow
def test_a_small_budget_stops_the_weaker_combination(two_losses, here, tmp_path):
    """The four trials of 30 iterations take 10 seconds per iteration.

    The pilot takes 40 of the 1,000 seconds for 4 iterations. All four then train for 480 seconds, half of the rest: 12
    iterations each. The other 18 iterations take 360 seconds for one combination, 720 for both; 520 are left.
    """
    workers = here(pace=10.0)
    plan = attrs.evolve(two_losses, budget=1000.0)

    comparison = compare(plan, tmp_path / "comparison")

    states = [trial.state for trial in comparison.trials]
    assert sorted([states[:2], states[2:]]) == [["finished", "finished"], ["stopped", "stopped"]]
    weaker = comparison.trials[states.index("stopped")]
    assert weaker.iterations == 12
    assert weaker.scores
    assert [rung.part for rung in Rungs.read(comparison.path).rungs] == [0.4, 1.0]
    assert workers.clock == 10.0 * sum(trial.iterations for trial in comparison.trials) == 840.0
    workers.called.clear()
    assert compare(plan, comparison.path).trials == comparison.trials
    assert workers.called == []


class Pretended:
    """Workers that train nothing: each trial ends in the state given for its number, after 0.01 s per iteration."""

    jobs, pace, clock = 1, 0.01, 0.0

    def __init__(self, states):
        self.states, self.called = states, []

    def submit(self, _, task):
        self.called.append(task.trial.number)
        state, number = self.states[task.trial.number], task.trial.number
        done = task.steps if state == "stopped" else 0
        trial = attrs.evolve(
            task.trial,
            state=state,
            iterations=done,
            seconds=done / 100 or 5.0,
            scores=[Score("m", "m", float(number), None, None, "values", 10, lower_is_better=True)] if done else [],
        )
        trial.path.mkdir(exist_ok=True)
        trial.write()
        future = Future()
        future.set_result(trial)
        return future


@pytest.fixture
def pretend(install_workers):
    """Makes comparisons pretend that trials end in the given states: `pretend(["failed", "stopped"])`."""
    return lambda states: install_workers(Pretended(states))


def with_budget(combinations, budget):
    losses = ["hinge", "wasserstein", "minimax", "non-saturating"][:combinations]
    return Plan.of(["gaussian-1d"], losses=losses, steps=1000, budget=budget)


def test_the_first_trial_that_trains_measures_how_long_trials_take(pretend, tmp_path):
    """Four trials of 10 seconds in a budget of 30: a quarter of their steps takes 10, the rest of the last two 15."""
    workers = pretend(["failed", "refused", "stopped", "stopped"])

    compare(with_budget(4, budget=30.0), tmp_path)

    assert workers.called[:3] == [0, 1, 2]
    assert Rungs.read(tmp_path).rungs == [Rung(0.25, [0, 1, 2, 3]), Rung(1.0, [2, 3])]


def test_a_budget_for_all_trains_all_to_the_end_at_once(pretend, tmp_path):
    pretend(["stopped", "stopped"])

    compare(with_budget(2, budget=100.0), tmp_path)

    assert Rungs.read(tmp_path).rungs == [Rung(1.0, [0, 1])]


def test_nothing_is_shortened_if_no_trial_trains(pretend, tmp_path):
    pretend(["failed", "refused"])

    compare(with_budget(2, budget=100.0), tmp_path)

    assert Rungs.read(tmp_path).rungs == [Rung(0.5, [0, 1])]
