"""`ganreg compare`."""

from __future__ import annotations

import hashlib
import json
import re
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ganreg.cli.kinds import component_option
from ganreg.cli.plugin_files import plugin_option
from ganreg.cli.sections import SectionedCommand, option_in
from ganreg.cli.state import State
from ganreg.cli.streams import echo, echo_json
from ganreg.cli.train import default_recipe
from ganreg.errors import StoppedError

if TYPE_CHECKING:
    from ganreg.comparison.plan import Plan
    from ganreg.comparison.trials import Trial

_SEEDS = 3
_ALTERNATIVES, _EVALUATION = "Alternatives", "Evaluation"
"""Headings of the help that have components' options under them."""
_UNITS = (3600, 60, 1)
_BUDGET = re.compile(r"(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s?)?")


def _seconds(_: click.Context, __: click.Parameter, value: str | None) -> float | None:
    """Read `10m`, `1h30m`, `90s` or `90` as seconds."""
    if value is None:
        return None
    match = _BUDGET.fullmatch(value.replace(" ", ""))
    parts = match.groups() if match else ()
    seconds = sum(float(part or 0) * unit for part, unit in zip(parts, _UNITS, strict=False))
    if seconds <= 0:
        raise click.BadParameter(f"expected a time, such as 10m, 1h30m or 90s, got {value!r}")
    return seconds


def _chosen_seeds(_: click.Context, __: click.Parameter, value: str | None) -> int | list[int] | None:
    """Read `3` as a number of seeds, `0,7,9` as the seeds themselves."""
    if value is None:
        return None
    parts = [part.strip() for part in value.split(",") if part.strip()]
    if not parts or not all(part.isdecimal() for part in parts) or ("," not in value and int(parts[0]) < 1):
        raise click.BadParameter(f"expected a number of seeds, such as 3, or seeds, such as 0,7,9, got {value!r}")
    return [int(part) for part in parts] if "," in value else int(parts[0])


def _alternatives(kind: str, parameter: str, help: str) -> Callable[[Any], Any]:
    return component_option(kind, parameter, section=_ALTERNATIVES, multiple=True, help=help)


_in_alternatives = option_in(_ALTERNATIVES)
_in_trials = option_in("Trials")
_in_evaluation = option_in(_EVALUATION)
_in_processes = option_in("Processes and output")
_at_least_1 = click.IntRange(min=1)


@click.command(cls=SectionedCommand)
@click.argument("recipes", nargs=-1, metavar="[RECIPE]...")
@_alternatives("dataset", "datasets", "Train on this dataset; repeatable.")
@_alternatives("game", "games", "Play this game; repeatable. 'none' is the usual game.")
@_alternatives("generator", "generators", "Use this generator, or translator where the game needs one; repeatable.")
@_alternatives("discriminator", "discriminators", "Use this discriminator; repeatable.")
@_alternatives("loss", "losses", "Use this loss; repeatable.")
@_alternatives(
    "regularizer",
    "regularizers",
    "Use this regularizer; repeatable. 'r1 + r2' uses both, 'none' uses none. Each option with bars, such as "
    "'r1|none', varies independently of the others.",
)
@_in_alternatives(
    "--set",
    "settings",
    metavar="KEY=VALUE|VALUE",
    multiple=True,
    help="Use these values of any other field of the recipe, such as batch_size=32|64; repeatable.",
)
@_in_trials(
    "--seeds",
    metavar="N",
    callback=_chosen_seeds,
    help="Train each combination from N seeds, or from those listed: 0,7,9. Defaults to 3.",
)
@_in_trials("--steps", type=_at_least_1, metavar="N", help="Train for N iterations. Defaults to the recipe's number.")
@_in_trials(
    "--batch-size",
    type=_at_least_1,
    metavar="N",
    help="Use N real samples per update. Defaults to the recipe's number.",
)
@_in_trials(
    "--execution",
    type=click.Choice(["graph", "xla", "eager"]),
    help="How to execute updates. Defaults to graph.",
)
@_in_trials(
    "--budget",
    metavar="TIME",
    callback=_seconds,
    help="Finish within about this time, such as 10m or 1h30m, by stopping weak combinations early.",
)
@component_option(
    "metric",
    "metrics",
    section=_EVALUATION,
    multiple=True,
    help="Evaluate with this metric; repeatable. The first one ranks. Defaults to the metrics that suit the data.",
)
@component_option(
    "extractor",
    "features",
    section=_EVALUATION,
    help="Compute metrics on the features of this extractor. Defaults to the one that suits the data.",
)
@_in_evaluation(
    "--samples",
    type=_at_least_1,
    metavar="N",
    help="Evaluate N generated samples of each trial. Defaults to a number that suits the data.",
)
@_in_processes(
    "--jobs", type=_at_least_1, metavar="N", help="Train N trials at a time. Defaults to the number of cores."
)
@_in_processes(
    "--threads",
    type=_at_least_1,
    metavar="N",
    help="Use N threads per trial. Defaults to the number of cores divided by that of jobs.",
)
@_in_processes("--scheduler", metavar="ADDRESS", help="Train on the workers of this Dask scheduler instead.")
@_in_processes(
    "--retry-failed", is_flag=True, help="Train trials again that failed in an earlier call, such as by a full disk."
)
@_in_processes(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Write the comparison to this folder. Defaults to one in runs/ that the same command finds again.",
)
@_in_processes("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
@plugin_option
@click.pass_obj
def compare(
    state: State,
    /,
    out: Path | None,
    jobs: int | None,
    scheduler: str | None,
    threads: int | None,
    retry_failed: bool,
    as_json: bool,
    **options: Any,
) -> int:
    """Train all combinations from several seeds and rank them.

    RECIPE is the name of a recipe or a TOML file. Whatever is given several times, or as alternatives between bars,
    varies. Every combination is trained, several at a time in separate processes:

    \b
      ganreg compare gaussian-1d -r 'minibatch-discrimination|none' -r 'instance-noise|none'
      ganreg compare digits -l hinge -l wasserstein -r 'none|r1|wgan-gp' --seeds 2

    The table is sorted by the mean of the first metric over the seeds, and shows which combinations differ
    significantly from the best one. To resume an interrupted comparison, repeat the command or give --out DIR alone.
    """  # noqa: D301 - click takes \b for a paragraph that is not to be filled
    from ganreg.comparison.comparing import compare as run_comparison

    plan = _existing_plan(out, options, threads) or _plan(state, options, out, jobs, scheduler, threads)
    folder = out or _folder_of(plan)
    try:
        with ending_as_by_ctrl_c(f"ganreg compare --out {folder}"):
            comparison = run_comparison(
                plan, folder, jobs=jobs, scheduler=scheduler, retry_failed=retry_failed, watch=_report_trial
            )
    except KeyboardInterrupt:
        echo(f"Resume with: ganreg compare --out {folder}", err=True)
        raise
    from ganreg.cli.ranking import as_plain, echo_ranking
    from ganreg.comparison.ranking import ranked

    ranking = ranked(comparison.trials)
    if as_json:
        echo_json(as_plain(ranking, folder))
    else:
        echo_ranking(ranking, folder)
    return 0 if ranking.columns else 1


@contextmanager
def ending_as_by_ctrl_c(resume: str) -> Iterator[None]:
    """Let SIGTERM and a closed terminal end the body as Ctrl-C does, but with the exit codes of their signals.

    Args:
        resume: what resumes the work, for the message.
    """

    def end(number: int, _: object) -> None:
        raise StoppedError(
            f"stopped by {signal.Signals(number).name}; resume with: {resume}",
            exit_code=128 + number,
        )

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]  # not all on Windows
    before = {
        number: signal.signal(number, end) for number in numbers if signal.getsignal(number) is not signal.SIG_IGN
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _existing_plan(out: Path | None, options: dict[str, Any], threads: int | None) -> Plan | None:
    """Return the plan in the folder if no option describes one, and `None` otherwise.

    Raises:
        click.UsageError: the folder contains no plan.
    """
    from ganreg.comparison.plan import PLAN, Plan

    if out is None or threads is not None or any(value not in (None, ()) for value in options.values()):
        return None
    if not (out / PLAN).is_file():
        raise click.UsageError(
            f"there is no comparison in {out} to resume; to start one, give recipes or alternatives, such as "
            "-l LOSS -l LOSS"
        )
    return Plan.read(out)


def _plan(
    state: State,
    options: dict[str, Any],
    out: Path | None,
    jobs: int | None,
    scheduler: str | None,
    threads: int | None,
) -> Plan:
    import attrs

    from ganreg.comparison.plan import PLAN, Plan
    from ganreg.comparison.workers import cores
    from ganreg.contract.recipes import Recipe

    given = {name: value for name, value in options.items() if value is not None}
    given.setdefault("seeds", _SEEDS)
    recipes = given.pop("recipes") or ((Recipe(),) if given["games"] else (default_recipe(state.registry),))
    plan = Plan.of(recipes, known=state.registry, **given)
    folder = out or _folder_of(plan)
    if threads is None and (folder / PLAN).is_file():
        threads = Plan.read(folder).threads  # a different number of jobs does not change the plan
    if threads is None:
        at_a_time = cores() if scheduler else min(jobs or cores(), len(list(plan.definitions(state.registry))))
        threads = max(1, cores() // at_a_time)
    return attrs.evolve(plan, threads=threads)


def _folder_of(plan: Plan) -> Path:
    """Return the default folder, which depends on the plan: the same command finds it again."""
    recipes = "-".join(recipe.name for recipe in plan.recipes)
    table = {key: value for key, value in plan.as_table().items() if key != "threads"}
    if plan.plugin_files:  # a change in a file does not make another comparison of it
        table["plugin_files"] = sorted(plan.plugin_files)
    digest = hashlib.sha256(json.dumps(table, sort_keys=True).encode()).hexdigest()
    return Path("runs") / f"compare-{recipes[:40]}-{digest[:8]}"


def _report_trial(trial: Trial, done: int, total: int) -> None:
    from ganreg.comparison.ranking import main_score

    score = main_score(trial)
    outcome = trial.error or ("" if score is None else f"{score.name} {score.value:.4g}")
    line = f"{done}/{total} {trial.path.name}: {trial.state} after {trial.seconds:.0f} s"
    echo(f"{line}: {outcome}" if outcome else line, err=True)
