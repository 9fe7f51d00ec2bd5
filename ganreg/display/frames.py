"""Results as tables of pandas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from ganreg.errors import RunError, SpecError, did_you_mean

if TYPE_CHECKING:
    import pandas

RUN_TABLES = ("metrics", "evaluations", "scores", "findings")
COMPARISON_TABLES = ("trials", "ranking")


def needed_pandas() -> Any:
    """The module `pandas`.

    Raises:
        RunError: it is not installed.
    """
    try:
        import pandas
    except ImportError as error:
        raise RunError("tables need pandas, which is not installed: pip install 'ganreg[notebook]'") from error
    return pandas


def frame_of_columns(columns: Mapping[str, Sequence[Any]]) -> pandas.DataFrame:
    """A table from its columns."""
    pandas = needed_pandas()
    return pandas.DataFrame({name: list(values) for name, values in columns.items()})


def to_dataframe(results: Any, table: str | None = None) -> pandas.DataFrame:
    """Turns results into a table of pandas, which the extra `ganreg[notebook]` installs.

    A `Run`, or the path of its folder, has four tables: `"metrics"` (the default) is `metrics.csv`, and
    `"evaluations"` holds the scores during the training, both by iteration; `"scores"` has a row for each score of the
    last evaluation, and `"findings"` one for each finding of the health monitor. A `Comparison`, or the path of its
    folder, has two: `"trials"` (the default), and `"ranking"` with a row for each combination, the best first. The
    scores that `evaluate` returned become one row each. A GAN becomes a table of what it has logged in this program, by
    iteration, and a `History` a table of epochs.

    Args:
        results: what is to become a table.
        table: which one, if there are several.

    Returns:
        A `pandas.DataFrame`.

    Raises:
        SpecError: the results are of another kind, or there is no such table.
        RunError: pandas is not installed, or a folder holds nothing of the kind.
    """
    import keras

    from ganreg.comparison.plan import PLAN
    from ganreg.comparison.trials import Comparison
    from ganreg.contract.run import Run
    from ganreg.evaluation.scores import Score
    from ganreg.gan import GAN

    needed_pandas()
    if isinstance(results, (str, Path)):
        results = Comparison.read(results) if (Path(results) / PLAN).is_file() else Run.read(results)
    if isinstance(results, Run):
        return run_frame(results, table or RUN_TABLES[0])
    if isinstance(results, Comparison):
        return comparison_frame(results, table or COMPARISON_TABLES[0])
    if table is not None:
        raise SpecError(f"table= is for runs and comparisons, which a {type(results).__name__} is not; leave it out")
    if isinstance(results, GAN):
        iterations, values = results.log_book.table()
        return _by_iteration(iterations, values)
    if isinstance(results, keras.callbacks.History):
        return needed_pandas().DataFrame(results.history, index=_index(results.epoch, "epoch"))
    if isinstance(results, Score):
        results = [results]
    if isinstance(results, (list, tuple)) and results and all(isinstance(one, Score) for one in results):
        return needed_pandas().DataFrame([attrs.asdict(score) for score in results])
    raise SpecError(
        f"cannot make a table from a {type(results).__name__}; give a Run, a Comparison, the folder of either, the "
        "scores of ganreg.evaluate, a GAN or a History"
    )


def run_frame(run: Any, table: str) -> pandas.DataFrame:
    """A table of a run; see `to_dataframe`."""
    from ganreg.evaluation.scores import read_scores
    from ganreg.files.layout import EVALUATIONS
    from ganreg.reports.reading import read_columns, read_json_lines

    _refuse_other(table, RUN_TABLES, "run")
    pandas = needed_pandas()
    if table == "scores":
        return pandas.DataFrame([attrs.asdict(score) for score in read_scores(run.path)])
    if table == "findings":
        return pandas.DataFrame(read_json_lines(run.health))
    columns = read_columns(run.metrics if table == "metrics" else run.path / EVALUATIONS)
    return _by_iteration(columns.iterations, columns.values)


def comparison_frame(comparison: Any, table: str) -> pandas.DataFrame:
    """A table of a comparison; see `to_dataframe`."""
    from ganreg.comparison.ranking import ranked, scores_by_column

    _refuse_other(table, COMPARISON_TABLES, "comparison")
    ranking = ranked(comparison.trials)
    rows: list[dict[str, Any]] = []
    if table == "trials":
        for trial in comparison.trials:
            scores = {name: score.value for name, score in scores_by_column(trial).items()}
            ends = {"state": trial.state, "iterations": trial.iterations, "seconds": trial.seconds}
            rows.append(
                {"trial": trial.path.name, **trial.axes, "seed": trial.seed, **ends, **scores, "error": trial.error}
            )
    else:
        for row in ranking.rows:
            spreads: dict[str, Any] = {}
            for name, spread in row.scores.items():
                spreads |= {name: spread.mean, f"{name} deviation": spread.deviation}
            compared = {"verdict": row.verdict, "probability": row.probability}
            rows.append({**row.axes, "seeds": len(row.trials), **spreads, **compared, "seconds": row.seconds})
    return needed_pandas().DataFrame(rows)


def _refuse_other(table: str, known: Sequence[str], what: str) -> None:
    if table not in known:
        raise SpecError(f"a {what} has no table {table!r}; {did_you_mean(str(table), known)}")


def _by_iteration(iterations: Any, values: Mapping[str, Any]) -> pandas.DataFrame:
    return needed_pandas().DataFrame(dict(values), index=_index(iterations, "iteration"), dtype=float)


def _index(values: Any, name: str) -> Any:
    return needed_pandas().Index(values, name=name, dtype=int)
