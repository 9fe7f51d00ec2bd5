"""`search`: finds the best combination for a dataset within a budget."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs

from ganreg.comparison.workers import cores, started_workers
from ganreg.contract.recipes import Recipe
from ganreg.contract.specs import Spec
from ganreg.errors import RunError, SpecError, UnknownComponentError, did_you_mean
from ganreg.evaluation.extractor_specs import extractor_spec
from ganreg.evaluation.metric_runs import default_metrics
from ganreg.files.folders import folder_to_fill, foreign, refuse_links
from ganreg.files.lock import LOCK, locked
from ganreg.plugins.files import hashes
from ganreg.plugins.own import registered
from ganreg.plugins.registry import Registry, registry
from ganreg.reports.writing import write_if_possible
from ganreg.searching.budget import Budget
from ganreg.searching.candidates import DataKind, candidates
from ganreg.searching.driving import Driver, Watch, read_state, write_state
from ganreg.searching.plan import SEARCH, SearchPlan
from ganreg.searching.report import write_search_report
from ganreg.searching.results import SearchResult
from ganreg.searching.running import find_objective
from ganreg.searching.space import CHANGED, Space, joining
from ganreg.searching.study import STUDY, Study, load_optuna
from ganreg.searching.trials import TRIALS

LOG = "workers.log"

_log = logging.getLogger("ganreg")


def search(
    data: str | Spec,
    recipes: Sequence[str | Recipe] = (),
    *,
    minutes: float | None = None,
    trials: int | None = None,
    out: str | Path | None = None,
    jobs: int | None = None,
    seed: int = 0,
    objective: str | None = None,
    features: str | None = None,
    samples: int | None = None,
    steps: int | None = None,
    sampler: str = "tpe",
    watch: Watch | None = None,
    began: float | None = None,
) -> SearchResult:
    """Finds the best combination of components and parameters for a dataset, within a budget.

    The first trials are the recipes that suit the data, as they are. Further ones change a component and the parameters
    that declare a search, as Optuna suggests from the trials before. Trials are evaluated several times, and weak ones
    are stopped early. With a time, the best ones train further in the last two fifths of it.

    Another call for the same folder continues the search. Refused combinations cost nothing and are listed.

    Args:
        data: the dataset, by name or as spec text.
        recipes: the recipes to start from: names, paths of TOML files, or recipes. Defaults to all that suit the data.
        minutes: the time for everything, including that of earlier calls for this folder. Defaults to no limit.
        trials: the number of trials, including earlier ones, without those that are refused. Defaults to no limit.
        out: the search's folder. Defaults to one in `runs/` that the same call finds again.
        jobs: the number of trials that run at a time. Defaults to the number of cores.
        seed: the seed of the suggestions and of every training. With `trials` and one job, the same seed repeats the
            search.
        objective: the metric, or one of its scores, by which trials are compared, on held-out samples if there are any.
            Defaults to the primary metric for the data.
        features: the feature extractor of the metric. Defaults to the one that suits the data.
        samples: the number of samples to evaluate. Defaults to a number that suits the data.
        steps: the largest number of iterations of a trial. Defaults to that of its recipe.
        sampler: `"tpe"`, which learns from earlier trials, or `"random"`.
        watch: called for each trial that ends, with the trial and all trials.
        began: when the time began to count, by `time.monotonic()`. Defaults to now.

    Returns:
        The result: the best recipe and all trials. The folder holds `best.toml`, `results.csv` and `report.html`.

    Raises:
        SpecError: there is no budget, or a name or a number is wrong, or no recipe suits the data.
        RunError: Optuna is not installed; or the folder contains something else or another search, or is in use.
        DataError: the data cannot be read, or not be evaluated by the objective.
    """
    budget = Budget(
        trials, None if minutes is None else 60 * minutes, began=time.monotonic() if began is None else began
    )
    load_optuna()
    known = registry()
    if not isinstance(data, (str, Spec)):
        raise SpecError(f"a search takes the name of a dataset or its spec text, got {type(data).__name__}")
    given = {"objective": objective, "features": features, "samples": samples, "steps": steps}
    asked = _asked(data, recipes, seed=seed, sampler=sampler, **given)
    folder = (_folder_of(asked) if out is None else Path(out)).resolve()
    kind = DataKind(Spec.parse(asked.dataset), known)
    plan = _earlier(asked, folder) or _found(asked, kind, recipes, known, jobs)
    with (
        started_workers(jobs=jobs, scheduler=None, threads=plan.threads, log=folder / LOG) as workers,
        contextlib.ExitStack() as held,
    ):
        with folder_to_fill(folder, files=(LOCK, LOG, SEARCH, STUDY), empty_folders=(TRIALS,)):
            held.enter_context(locked(folder))
            if not (folder / SEARCH).exists():
                first = _limited(plan.recipes[0], plan)
                metric, name, lower = workers.submit(find_objective, (plan, first, registered())).result()
                plan = attrs.evolve(plan, objective=(metric, name), lower_is_better=lower)
                plan.write(folder)
            budget.spent = float(read_state(folder).get("spent", 0.0))
            study = Study(folder, seed=plan.seed, lower_is_better=plan.lower_is_better, sampler=plan.sampler)
        space = Space([_limited(recipe, plan) for recipe in plan.recipes], plan.others, known)
        driver = Driver(plan, folder, study, space, kind, workers, budget, watch)
        _log.info(
            "searching from %d recipes by %s (%s is better), %d trials at a time",
            len(plan.recipes),
            plan.objective[1],
            "lower" if plan.lower_is_better else "higher",
            workers.jobs,
        )
        driver.drive()
        workers.close()  # what still runs would slow down the rest
        write_state(folder, importances=study.importances())
        result = SearchResult(folder, plan, driver.trials)
        result.write()
        write_if_possible(write_search_report, folder)
        write_state(folder, spent=budget.total_spent)
    return result


def folder_of_search(data: str | Spec, recipes: Sequence[str | Recipe] = (), **options: Any) -> Path:
    """Returns the default folder of a search, which the same arguments find again.

    Args:
        data: as for `search`.
        recipes: as for `search`.
        **options: `objective`, `features`, `samples`, `steps`, `seed` and `sampler`, as for `search`.
    """
    return _folder_of(_asked(data, recipes, **options))


def _asked(data: str | Spec, recipes: Sequence[str | Recipe], *, seed: int, sampler: str, **options: Any) -> SearchPlan:
    """The plan with what was asked for.

    Raises:
        SpecError: a number is out of bounds, or there is no such sampler.
    """
    try:
        return SearchPlan(
            dataset=str(Spec.of(data)),
            asked=tuple(each if isinstance(each, str) else each.name for each in recipes),
            wanted=options["objective"] or "",
            features=options["features"] or "",
            samples=options["samples"] or 0,
            steps=options["steps"] or 0,
            seed=seed,
            sampler=sampler,
        )
    except (TypeError, ValueError) as error:
        raise SpecError(str(error.args[0])) from error


def _limited(recipe: Recipe, plan: SearchPlan) -> Recipe:
    """A recipe with the seed of the search, and at most its number of steps."""
    return attrs.evolve(recipe, seed=plan.seed, steps=min(recipe.steps, plan.steps or recipe.steps))


def _folder_of(asked: SearchPlan) -> Path:
    digest = hashlib.sha256(repr(sorted(asked.as_table().items())).encode()).hexdigest()
    return Path("runs") / f"search-{Spec.parse(asked.dataset).name.replace('/', '-')}-{digest[:8]}"


def _earlier(asked: SearchPlan, folder: Path) -> SearchPlan | None:
    """Returns the plan in the folder, or `None` if the folder can hold a new search.

    Raises:
        RunError: the folder holds something else, or another search.
    """
    if folder.exists() and not folder.is_dir():
        raise RunError(f"{folder} is a file; give a folder with --out")
    if (folder / SEARCH).exists():
        refuse_links(folder, "the search's folder")
        plan = SearchPlan.read(folder)
        differing = asked.differences(plan)
        if differing:
            raise RunError(f"{folder} holds another search ({'; '.join(differing)}); choose another folder with --out")
        return plan
    name = foreign(folder, files=(LOCK, LOG, STUDY), empty_folders=(TRIALS,))
    if name is not None:
        raise RunError(
            f"{folder} already contains {name!r}; choose a folder that is empty or does not exist with --out"
        )
    return None


def _found(
    asked: SearchPlan, kind: DataKind, recipes: Sequence[str | Recipe], known: Registry, jobs: int | None
) -> SearchPlan:
    """Returns the plan with the recipes that fit the data, and the components that may join them."""
    objective = _objective(asked, kind, known)
    if asked.features:
        extractor_spec(asked.features)
    accepted, refused = candidates(kind, recipes, known)
    plan = attrs.evolve(
        asked,
        recipes=tuple(accepted),
        refused=tuple(refused),
        objective=objective,
        threads=max(1, cores() // (jobs or cores())),
        plugin_files=hashes(known),
    )
    plan.check()
    return attrs.evolve(plan, others={kind_: _joining(kind_, plan, kind, known) for kind_ in CHANGED})


def _joining(kind: str, plan: SearchPlan, data: DataKind, known: Registry) -> list[str]:
    """The components of a kind that fit one of the first recipes at least."""
    names = list(joining(kind, known))
    space = Space(plan.recipes[:3], {kind: names}, known)
    return [name for name in names if any(data.accepts(each) for each in space.with_other(kind, name))]


def _objective(asked: SearchPlan, kind: DataKind, known: Registry) -> tuple[str, str]:
    """Returns the metric that was named and the score of it, each empty where a default is to be found.

    Raises:
        SpecError: there is no such metric or score.
    """
    if not asked.wanted:
        return "", ""
    with contextlib.suppress(UnknownComponentError):
        known.create("metric", asked.wanted)
        return asked.wanted, ""
    dataset = known.create("dataset", kind.dataset)
    scores = {
        score: metric
        for metric in (*known.names("metric"), *reversed(default_metrics(kind.spec, dataset)))
        for score in known.create("metric", metric).lower_is_better
    }
    if asked.wanted not in scores:
        near = did_you_mean(asked.wanted, {*known.names("metric"), *scores})
        raise SpecError(f"there is no metric or score '{asked.wanted}' to search by; {near}")
    return scores[asked.wanted], asked.wanted
