"""Results as tables of pandas hold the numbers of the files and of the logs."""

from __future__ import annotations

import json
import sys

import attrs
import numpy as np
import pytest

import ganreg
from ganreg.comparison.ranking import ranked
from ganreg.comparison.trials import Comparison
from ganreg.display.frames import needed_pandas

SCORE = ganreg.Score("moments", "moments", 0.5, 0.1, 0.2, "pixels", 10, 20, True, 300)


def test_the_metrics_of_a_run_are_a_table_by_iteration(run_folder):
    frame = ganreg.Run.read(run_folder).to_dataframe()

    assert frame.index.name == "iteration"
    assert frame.index.tolist() == [5 * row for row in range(1, 61)]
    np.testing.assert_allclose(frame["generator_loss"], [row / 10 + 1 for row in range(1, 61)])
    assert ganreg.to_dataframe(run_folder).equals(frame)
    assert ganreg.to_dataframe(str(run_folder)).equals(frame)


def test_the_other_files_of_a_run_are_tables_too(run_folder):
    (run_folder / "evaluation.json").write_text(json.dumps([attrs.asdict(SCORE)]))
    (run_folder / "evaluations.csv").write_text("iteration,moments\n10,0.5\n20,\n")
    (run_folder / "health.jsonl").write_text('{"iteration": 3, "name": "mode-collapse"}\n')
    run = ganreg.Run.read(run_folder)

    assert run.to_dataframe("scores").to_dict("records") == [attrs.asdict(SCORE)]
    evaluations = run.to_dataframe("evaluations")
    assert evaluations.index.tolist() == [10, 20]
    assert evaluations["moments"].isna().tolist() == [False, True]
    assert run.to_dataframe("findings").to_dict("records") == [{"iteration": 3, "name": "mode-collapse"}]


def test_a_run_without_these_files_has_empty_tables(run_folder):
    for table in ("evaluations", "scores", "findings"):
        assert ganreg.Run.read(run_folder).to_dataframe(table).empty


def test_the_trials_of_a_comparison_are_the_rows_of_its_results(written_comparison):
    comparison = Comparison.read(written_comparison)

    frame = comparison.to_dataframe()

    assert len(frame) == 12
    assert frame["loss"].tolist() == [trial.axes["loss"] for trial in comparison.trials]
    for row, trial in zip(frame.to_dict("records"), comparison.trials, strict=True):
        assert (row["trial"], row["seed"], row["state"]) == (trial.path.name, trial.seed, trial.state)
        assert [row["moments"], row["share"]] == pytest.approx(
            [one.value for one in trial.scores] or [np.nan] * 2, nan_ok=True
        )
    assert ganreg.to_dataframe(written_comparison).equals(frame)


def test_the_ranking_of_a_comparison_has_means_and_deviations(written_comparison):
    comparison = Comparison.read(written_comparison)

    frame = comparison.to_dataframe("ranking")

    rows = ranked(comparison.trials).rows
    assert frame["verdict"].tolist() == [row.verdict for row in rows]
    assert frame["moments"].tolist() == [row.scores["moments"].mean for row in rows]
    assert frame["moments deviation"].tolist() == [row.scores["moments"].deviation for row in rows]
    assert frame["seeds"].tolist() == [3, 3, 3, 3]


def test_scores_are_rows():
    assert ganreg.to_dataframe([SCORE, SCORE])["value"].tolist() == [0.5, 0.5]
    assert ganreg.to_dataframe(SCORE)["baseline"].tolist() == [0.2]


def test_a_gan_and_its_history_are_tables(small, points):
    gan = small()
    history = gan.fit(points, epochs=2, verbose=0, execution="graph", updates_per_call=4)

    logs, epochs = ganreg.to_dataframe(gan), ganreg.to_dataframe(history)

    assert logs.index.tolist() == list(range(1, 33))
    assert epochs.index.tolist() == [0, 1]
    for name in ("generator_loss", "real_accuracy"):
        np.testing.assert_allclose(epochs[name], [logs[name][:16].mean(), logs[name][16:].mean()], rtol=1e-5)


@pytest.mark.parametrize(
    ("results", "table", "match"),
    [
        (3, None, "cannot make a table from a int"),
        ([], None, "cannot make a table from a list"),
        ([SCORE], "trials", "table= is for runs and comparisons"),
    ],
)
def test_other_things_are_refused(results, table, match):
    with pytest.raises(ganreg.SpecError, match=match):
        ganreg.to_dataframe(results, table)


def test_a_table_that_there_is_not_is_refused(run_folder, written_comparison):
    with pytest.raises(ganreg.SpecError, match=r"a run has no table 'metric'; did you mean 'metrics'\?"):
        ganreg.Run.read(run_folder).to_dataframe("metric")
    with pytest.raises(ganreg.SpecError, match="a comparison has no table 'metrics'"):
        ganreg.to_dataframe(written_comparison, "metrics")
    with pytest.raises(ganreg.RunError, match="holds no run"):
        ganreg.to_dataframe("nowhere")


def test_without_pandas_the_error_says_what_to_install(monkeypatch, run_folder):
    monkeypatch.setitem(sys.modules, "pandas", None)

    with pytest.raises(ganreg.RunError, match=r"pip install 'ganreg\[notebook\]'"):
        needed_pandas()
    with pytest.raises(ganreg.RunError, match="pandas"):
        ganreg.Run.read(run_folder).to_dataframe()
