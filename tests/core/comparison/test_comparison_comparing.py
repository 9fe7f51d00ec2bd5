"""Carrying out a comparison, its trials in this process: every outcome is a result, and nothing is done twice."""

import csv
import shutil
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from types import SimpleNamespace

import attrs
import pytest

from ganreg.comparison import comparing, running
from ganreg.comparison.comparing import compare
from ganreg.comparison.halving import Rungs
from ganreg.comparison.pace import Pace
from ganreg.comparison.plan import Plan
from ganreg.comparison.running import Task, run_trial
from ganreg.comparison.trials import Comparison, Trial
from ganreg.comparison.workers import WorkerDiedError
from ganreg.errors import NumericalError, RunError
from ganreg.evaluation.scores import Score
from ganreg.files.lock import locked
from ganreg.runs import training

pytestmark = pytest.mark.xdist_group("trials-comparing")  # which shares what is trained once

NETWORKS = {"generators": ["mlp:latent_dim=1,widths=[8]"], "discriminators": ["mlp:widths=[8]"]}
STEPS = 30


def tiny(**options):
    given = {"datasets": ["gaussian-1d:samples=200"], "metrics": ["kolmogorov-smirnov:bootstrap=2"], "samples": 50}
    return Plan.of(["gaussian-1d"], **NETWORKS | given | {"steps": STEPS, "seeds": 2} | options)


class Here:
    """Workers that are this process; some of their calls end as those of a process that is killed.

    Args:
        deaths: how often a call for a trial dies, by its number.
    """

    jobs = 1

    def __init__(self, deaths=None):
        self.deaths, self.called = dict(deaths or {}), []

    def submit(self, function, argument):
        future = Future()
        self.called.append((argument.trial.number, argument.steps))
        if self.deaths.get(argument.trial.number, 0) > 0:
            self.deaths[argument.trial.number] -= 1
            future.set_exception(WorkerDiedError("killed"))
        else:
            try:
                future.set_result(function(argument))
            except Exception as error:  # noqa: BLE001 - it is the caller's
                future.set_exception(error)
        return future


@pytest.fixture
def here(monkeypatch):
    """Has comparisons run in this process: `here()`, or `here(deaths={1: 2})`; returns the workers."""

    def install(deaths=None):
        workers = Here(deaths)

        @contextmanager
        def started(**_):
            yield workers

        monkeypatch.setattr(comparing, "started_workers", started)
        monkeypatch.setattr(running, "_limit_threads", lambda _: None)
        monkeypatch.setattr(running, "_forget_networks", lambda: None)
        return workers

    return install


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    """A comparison of two losses by two seeds that nothing disturbed, not to be changed."""
    with pytest.MonkeyPatch.context() as patch:

        @contextmanager
        def started(**_):
            yield Here()

        patch.setattr(comparing, "started_workers", started)
        patch.setattr(running, "_limit_threads", lambda _: None)
        patch.setattr(running, "_forget_networks", lambda: None)
        return compare(two_losses(), tmp_path_factory.mktemp("once") / "comparison")


def two_losses():
    return tiny(losses=["non-saturating", "hinge"])


def test_every_trial_is_trained_and_judged(once):
    assert [trial.state for trial in once.trials] == ["finished"] * 4
    assert [trial.iterations for trial in once.trials] == [STEPS] * 4
    assert all(trial.scores[0].name == "kolmogorov_smirnov" for trial in once.trials)
    assert all((trial.path / "evaluation.json").is_file() for trial in once.trials)
    assert all(trial.seconds > 0 for trial in once.trials)


def test_a_comparison_reads_back(once):
    assert Comparison.read(once.path) == once


def test_results_hold_each_trial_in_full_precision(once):
    with (once.path / "results.csv").open() as file:
        rows = list(csv.DictReader(file))

    assert [row["loss"] for row in rows] == ["non-saturating", "non-saturating", "hinge", "hinge"]
    assert [row["seed"] for row in rows] == ["0", "1", "0", "1"]
    values = [float(row["kolmogorov_smirnov"]) for row in rows]
    assert values == [trial.scores[0].value for trial in once.trials]


@pytest.mark.slow
def test_a_trial_is_what_training_that_combination_gives(once, tmp_path):
    import ganreg

    gan = ganreg.assemble(
        "gaussian-1d",
        generator="mlp:latent_dim=1,widths=[8]",
        discriminator="mlp:widths=[8]",
        loss="hinge",
        data="gaussian-1d:samples=200",
        seed=1,
    )
    training.train(gan, tmp_path / "run", steps=STEPS, execution="graph")

    mine = training.Record.read(tmp_path / "run").result.weights
    assert training.Record.read(once.trials[3].path).result.weights == mine


def test_a_second_call_trains_nothing(once, here):
    workers = here()

    again = compare(two_losses(), once.path)

    assert workers.called == []
    assert again.trials == once.trials


def test_another_plan_is_refused_with_what_differs(once, here):
    here()

    with pytest.raises(RunError, match=r"holds another comparison \(seeds: \[0, 1, 2\], was \[0, 1\]\)"):
        compare(tiny(losses=["non-saturating", "hinge"], seeds=3), once.path)


def test_a_folder_in_use_is_refused(once, here):
    here()

    with locked(once.path), pytest.raises(RunError, match="in use"):
        compare(two_losses(), once.path)


def test_a_run_or_a_file_is_no_place_for_a_comparison(once, here, tmp_path):
    here()
    (tmp_path / "file").write_text("")

    with pytest.raises(RunError, match="holds a run"):
        compare(two_losses(), once.trials[0].path)
    with pytest.raises(RunError, match="is a file"):
        compare(two_losses(), tmp_path / "file")


@pytest.mark.slow
def test_interrupted_between_and_within_trials_it_comes_to_the_same_table(once, here, tmp_path):
    folder = tmp_path / "comparison"
    shutil.copytree(once.path, folder)
    half_done, not_begun = once.trials[1].path.name, once.trials[2].path.name
    shutil.rmtree(folder / "trials" / not_begun)
    shutil.rmtree(folder / "trials" / half_done)
    (folder / "results.csv").unlink()
    _interrupted(folder / "trials" / half_done, at=12)
    workers = here()

    compare(two_losses(), folder)

    assert sorted(number for number, _ in workers.called) == [1, 2]
    assert (folder / "results.csv").read_bytes() == (once.path / "results.csv").read_bytes()


def _interrupted(path, at):
    """Leaves a trial's folder as a process that was killed at an iteration does."""
    definition = list(two_losses().definitions())[1]
    trial = Trial(number=1, path=path, axes=definition.axes, seed=1, state="running", steps=STEPS, session="dead")
    path.mkdir(parents=True)
    trial.write()
    task = Task(definition=definition, trial=trial, plan=two_losses(), steps=at, session="dead")
    running._train(task, path, Pace())


def test_what_is_kept_of_a_divergence_does_not_tell_when_checkpoints_were_written(tmp_path, monkeypatch):
    def diverges(*_):
        found = NumericalError("loss became NaN at update 7", iteration=7)
        raise NumericalError(f"{found}; the checkpoint of iteration 5 is whole", iteration=7) from found

    monkeypatch.setattr(running, "_trained_and_judged", diverges)
    definition = next(two_losses().definitions())
    trial = Trial(number=0, path=tmp_path, axes=definition.axes, seed=0)

    ended = run_trial(Task(definition=definition, trial=trial, plan=two_losses(), steps=STEPS, session="now"))

    assert (ended.state, ended.iterations, ended.error) == ("diverged", 7, "loss became NaN at update 7")


@pytest.mark.slow
def test_what_fails_is_refused_or_diverges_is_a_result(here, tmp_path):
    here()
    (tmp_path / "broken.npz").write_bytes(b"no archive")
    plan = tiny(
        datasets=["gaussian-1d:samples=200", f"npz:path={tmp_path / 'broken.npz'}"],
        discriminators=["mlp:widths=[8]", "mlp:widths=[8],conditional=true"],
        settings=["discriminator_optimizer.learning_rate=0.001|1e30"],
        losses=["wasserstein"],
        seeds=1,
    )

    comparison = compare(plan, tmp_path / "comparison")

    states = {tuple(trial.axes.values()): trial for trial in comparison.trials}
    alternatives = {axis.name: axis.alternatives for axis in plan.axes}
    good, broken = alternatives["dataset"]
    plain, conditional = alternatives["discriminator"]
    assert states[good, plain, "0.001"].state == "finished"
    assert states[good, plain, "1e30"].state == "diverged"
    assert states[good, conditional, "0.001"].state == "refused"
    assert "labels" in states[good, conditional, "0.001"].error
    assert {states[broken, each, rate].state for each in (plain, conditional) for rate in ("0.001", "1e30")} == {
        "failed"
    }
    assert "broken.npz" in states[broken, plain, "0.001"].error
    assert len((comparison.path / "results.csv").read_text().splitlines()) == 9


def without_one(once, folder):
    """A copy of the comparison in which trial 1 has not begun."""
    shutil.copytree(once.path, folder)
    shutil.rmtree(folder / "trials" / once.trials[1].path.name)
    return folder


@pytest.mark.slow
def test_a_trial_whose_process_dies_once_is_tried_again(once, here, tmp_path):
    workers = here(deaths={1: 1})

    comparison = compare(two_losses(), without_one(once, tmp_path / "comparison"))

    assert [trial.state for trial in comparison.trials] == ["finished"] * 4
    assert [number for number, _ in workers.called] == [1, 1]


@pytest.mark.slow
def test_a_trial_whose_process_dies_twice_has_failed_and_the_others_go_on(once, here, tmp_path):
    workers = here(deaths={1: 5})

    comparison = compare(two_losses(), without_one(once, tmp_path / "comparison"))

    assert [trial.state for trial in comparison.trials] == ["finished", "failed", "finished", "finished"]
    assert "died 2 times" in comparison.trials[1].error
    assert [number for number, _ in workers.called] == [1, 1]


@pytest.mark.slow
def test_what_failed_is_begun_again_when_that_is_asked_for(once, here, tmp_path):
    here(deaths={1: 5})
    folder = without_one(once, tmp_path / "comparison")
    compare(two_losses(), folder)
    workers = here()

    assert compare(two_losses(), folder).trials[1].state == "failed"
    again = compare(two_losses(), folder, retry_failed=True)

    assert workers.called == [(1, STEPS)]
    assert [(trial.state, trial.error) for trial in again.trials] == [("finished", None)] * 4
    assert again.trials[1].scores == once.trials[1].scores


def test_a_trial_that_took_its_process_with_it_twice_is_not_begun_a_third_time(tmp_path):
    """As a Dask scheduler would, which hands the task of a dead worker to the next by itself."""
    definition = next(two_losses().definitions())
    trial = Trial(number=0, path=tmp_path / "trial", axes=definition.axes, seed=0, state="running", session="now")
    trial.path.mkdir()
    earlier = Score("moments", "moments", 1.0, None, None, "values", 100)
    attrs.evolve(trial, attempts=2, scores=[earlier]).write()

    outcome = run_trial(Task(definition=definition, trial=trial, plan=two_losses(), steps=STEPS, session="now"))

    assert (outcome.state, outcome.scores) == ("failed", [])
    assert outcome == trial.read_again()


def test_a_trial_waits_for_another_process_to_be_through_with_it(once):
    trial = once.trials[0]
    task = Task(definition=next(two_losses().definitions()), trial=trial, plan=two_losses(), steps=STEPS, session="now")
    with ThreadPoolExecutor(1) as pool:
        with locked(trial.path, name=".trial.lock"):
            waiting = pool.submit(run_trial, task)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=1)

        assert waiting.result(timeout=60) == trial


@pytest.mark.slow
def test_a_budget_that_suffices_stops_nobody(once, here, tmp_path):
    here()

    comparison = compare(attrs.evolve(two_losses(), budget=3600.0), tmp_path / "comparison")

    assert [trial.state for trial in comparison.trials] == ["finished"] * 4
    assert [trial.scores for trial in comparison.trials] == [trial.scores for trial in once.trials]


@pytest.mark.slow
def test_a_budget_that_does_not_suffice_stops_the_weaker_combination(here, tmp_path, monkeypatch):
    workers = here()
    ticks = iter([0.0, *[400.0] * 50])
    monkeypatch.setattr(comparing, "time", SimpleNamespace(monotonic=lambda: next(ticks)))
    monkeypatch.setattr(comparing, "affordable_part", lambda part, **_: part)
    monkeypatch.setattr(comparing, "_contenders", _costing(comparing._contenders, seconds=400.0))

    comparison = compare(attrs.evolve(two_losses(), budget=700.0), tmp_path / "comparison")

    states = [trial.state for trial in comparison.trials]
    assert sorted([states[:2], states[2:]]) == [["finished", "finished"], ["stopped", "stopped"]]
    weaker = comparison.trials[states.index("stopped")]
    assert weaker.iterations == STEPS // 2
    assert weaker.scores
    assert [rung.part for rung in Rungs.read(comparison.path).rungs] == [0.5, 1.0]
    workers.called.clear()
    assert compare(attrs.evolve(two_losses(), budget=700.0), comparison.path).trials == comparison.trials
    assert workers.called == []


def _costing(contenders, seconds):
    """Contenders whose trials take so long, whatever they took here."""

    def of(driver, rung):
        return [attrs.evolve(contender, seconds=seconds) for contender in contenders(driver, rung)]

    return of


def test_a_folder_without_a_comparison_is_named(tmp_path):
    with pytest.raises(RunError, match=r"holds no comparison: there is no comparison.toml"):
        Comparison.read(tmp_path)


def test_a_damaged_trial_is_named(once, tmp_path):
    folder = tmp_path / "comparison"
    shutil.copytree(once.path, folder)
    (folder / "trials" / once.trials[0].path.name / "trial.json").write_text("[]")

    with pytest.raises(RunError, match=r"trial.json is damaged; remove it"):
        Comparison.read(folder)
