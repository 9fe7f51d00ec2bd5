"""`ganreg compare`."""

from __future__ import annotations

import hashlib
import json
import re
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ganreg.cli.state import State
from ganreg.cli.train import DEFAULT_RECIPE
from ganreg.errors import StoppedError

if TYPE_CHECKING:
    from ganreg.comparison.plan import Plan
    from ganreg.comparison.trials import Trial

_SEEDS = 3
_UNITS = (3600, 60, 1)
_BUDGET = re.compile(r"(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s?)?")


def _seconds(_: click.Context, __: click.Parameter, value: str | None) -> float | None:
    """Reads `10m`, `1h30m`, `90s` or `90`."""
    if value is None:
        return None
    match = _BUDGET.fullmatch(value.replace(" ", ""))
    parts = match.groups() if match else ()
    seconds = sum(float(part or 0) * unit for part, unit in zip(parts, _UNITS, strict=False))
    if seconds <= 0:
        raise click.BadParameter(f"expected a time, such as 10m, 1h30m or 90s, got {value!r}")
    return seconds


def _chosen_seeds(_: click.Context, __: click.Parameter, value: str | None) -> int | list[int] | None:
    """Reads `3` as how many, `0,7,9` as which."""
    if value is None:
        return None
    parts = [part.strip() for part in value.split(",") if part.strip()]
    if not parts or not all(part.isdecimal() for part in parts) or ("," not in value and int(parts[0]) < 1):
        raise click.BadParameter(f"expected how many, such as 3, or which, such as 0,7,9, got {value!r}")
    return [int(part) for part in parts] if "," in value else int(parts[0])


@click.command()
@click.argument("recipes", nargs=-1, metavar="[RECIPE]...")
@click.option("--dataset", "datasets", metavar="SPEC", multiple=True, help="A data set; repeated: alternatives.")
@click.option("-g", "--generator", "generators", metavar="SPEC", multiple=True, help="A generator; likewise.")
@click.option(
    "-d", "--discriminator", "discriminators", metavar="SPEC", multiple=True, help="A discriminator; likewise."
)
@click.option("-l", "--loss", "losses", metavar="SPEC", multiple=True, help="A loss; likewise.")
@click.option(
    "-r",
    "--regularizer",
    "regularizers",
    metavar="SPEC",
    multiple=True,
    help="Regularizers; repeated: alternatives. Each -r 'a|none' with bars is an axis of its own; 'r1 + r2' is both.",
)
@click.option("--set", "settings", metavar="KEY=VALUE|VALUE", multiple=True, help="Alternatives of any other part.")
@click.option("--seeds", metavar="N", callback=_chosen_seeds, help="How many, or which (0,7,9); 3 unless given.")
@click.option("--steps", type=click.IntRange(min=1), help="Iterations of each trial.")
@click.option("--batch-size", type=click.IntRange(min=1), help="Real samples in one update.")
@click.option("-m", "--metric", "metrics", metavar="SPEC", multiple=True, help="What trials are judged by; repeatable.")
@click.option("--features", metavar="SPEC", help="What metrics look through; chosen by the data unless given.")
@click.option("--samples", type=click.IntRange(min=1), help="How many generated samples are judged.")
@click.option("--budget", metavar="TIME", callback=_seconds, help="Stop weak combinations early, to end in 10m, say.")
@click.option("--execution", type=click.Choice(["graph", "xla", "eager"]), help="How updates run; graph unless given.")
@click.option("--threads", type=click.IntRange(min=1), help="Threads of each trial; cores / jobs unless given.")
@click.option("--jobs", type=click.IntRange(min=1), help="Trials at a time on this machine; a core each unless given.")
@click.option("--scheduler", metavar="ADDRESS", help="A Dask scheduler whose workers train instead.")
@click.option("--retry-failed", is_flag=True, help="Begin trials that failed earlier again, as after a full disk.")
@click.option("--out", type=click.Path(path_type=Path), help="The comparison's folder.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
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
    """Train every combination from several seeds, and rank them.

    RECIPE is a registered recipe's name or a TOML file; of several, each takes part. An option given several times,
    or with alternatives between bars, varies; every combination of what varies is trained, in processes side by side:

    \b
      ganreg compare gaussian-1d -r 'minibatch-discrimination|none' -r 'instance-noise|none'
      ganreg compare digits -l hinge -l wasserstein -r 'none|r1|wgan-gp' --seeds 2

    The table is ordered by the first metric's mean over the seeds, and says which differences from the best the seeds
    do not support. The same command again goes on where it was interrupted, and so does --out DIR alone.
    """  # noqa: D301 - click takes \b for a paragraph that is not to be filled
    from ganreg.comparison.comparing import compare as run_comparison

    plan = _going_on(out, options, threads) or _plan(state, options, out, jobs, scheduler, threads)
    folder = out or _folder_of(plan)
    try:
        with _ending_as_by_ctrl_c(signal.SIGTERM, folder):
            comparison = run_comparison(
                plan, folder, jobs=jobs, scheduler=scheduler, retry_failed=retry_failed, watch=_tell
            )
    except KeyboardInterrupt:
        click.echo(f"Go on with: ganreg compare --out {folder}", err=True)
        raise
    from ganreg.cli.ranking import as_plain, echo_ranking
    from ganreg.comparison.ranking import ranked

    ranking = ranked(comparison.trials)
    if as_json:
        click.echo(json.dumps(as_plain(ranking, folder), indent=2))
    else:
        echo_ranking(ranking, folder)
    return 0 if ranking.columns else 1


@contextmanager
def _ending_as_by_ctrl_c(number: signal.Signals, folder: Path) -> Iterator[None]:
    """Has a signal end the body as Ctrl-C does, but with an exit code of its own."""

    def end(*_: object) -> None:
        raise StoppedError(
            f"stopped by {number.name}; go on with: ganreg compare --out {folder}", exit_code=128 + number
        )

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(number, end)
    try:
        yield
    finally:
        signal.signal(number, before)


def _going_on(out: Path | None, options: dict[str, Any], threads: int | None) -> Plan | None:
    """The plan of the folder, where nothing is said of one.

    Raises:
        click.UsageError: there is none in it.
    """
    from ganreg.comparison.plan import PLAN, Plan

    if out is None or threads is not None or any(value not in (None, ()) for value in options.values()):
        return None
    if not (out / PLAN).is_file():
        raise click.UsageError(
            f"there is no comparison in {out} to go on with; for a new one name recipes or alternatives, such as "
            "-l hinge -l wasserstein"
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

    given = {name: value for name, value in options.items() if value is not None}
    given.setdefault("seeds", _SEEDS)
    plan = Plan.of(given.pop("recipes") or (DEFAULT_RECIPE,), known=state.registry, **given)
    folder = out or _folder_of(plan)
    if threads is None and (folder / PLAN).is_file():
        threads = Plan.read(folder).threads  # which the number of jobs now is no reason to change
    if threads is None:
        at_a_time = cores() if scheduler else min(jobs or cores(), len(list(plan.definitions())))
        threads = max(1, cores() // at_a_time)
    return attrs.evolve(plan, threads=threads)


def _folder_of(plan: Plan) -> Path:
    """The folder of a comparison that is given none: the same command finds it again, and another does not."""
    recipes = "-".join(recipe.name for recipe in plan.recipes)
    table = {key: value for key, value in plan.as_table().items() if key != "threads"}
    digest = hashlib.sha256(json.dumps(table, sort_keys=True).encode()).hexdigest()
    return Path("runs") / f"compare-{recipes[:40]}-{digest[:8]}"


def _tell(trial: Trial, done: int, total: int) -> None:
    from ganreg.comparison.ranking import main_score

    score = main_score(trial)
    said = trial.error or ("" if score is None else f"{score.name} {score.value:.4g}")
    click.echo(f"{done}/{total} {trial.path.name}: {trial.state}, {trial.seconds:.0f} s; {said}", err=True)
