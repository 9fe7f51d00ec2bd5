"""The columns of a table in a report: what is drawn, what is refused, and the page."""

import json

import attrs
import numpy as np
import pytest

from ganreg import Column
from ganreg.data.column_comparison import compared
from ganreg.reports.columns import read_comparison
from ganreg.reports.runs import run_report

COLUMNS = [Column("<age>"), Column("city", "category", ["Rome", "Oslo"]), Column("when", "date")]


def comparison(columns=COLUMNS, count=200):
    stream = np.random.default_rng(0)
    real, fake = (
        np.stack([stream.normal(size=count), stream.integers(0, 2, count), 1e9 + 1e6 * stream.random(count)], axis=1)
        for _ in range(2)
    )
    pairs = np.array([[np.nan, 0.9, 0.2], [0.9, np.nan, np.nan], [0.2, np.nan, np.nan]])
    return attrs.asdict(compared(columns, real, fake, (np.array([0.5, 0.75, np.nan]), pairs)))


@pytest.fixture
def write(tmp_path):
    """Writes values as a run's file and returns what is read from it."""

    def written(values):
        path = tmp_path / "columns.json"
        path.write_text(json.dumps(values))
        return read_comparison(path)

    return written


def test_every_column_has_a_chart(write):
    found = write(comparison())

    assert [chart.title for chart in found.charts] == ["<age>", "city", "when"]
    assert [[line.kind for line in chart.series] for chart in found.charts] == [
        ["area", "step"],
        ["bar", "bar"],
        ["area", "step"],
    ]
    assert found.charts[1].series[0].x == ["Rome", "Oslo"]
    assert len(found.charts[0].series[0].x) == len(found.charts[0].series[0].y)
    assert found.charts[2].series[0].x[0].startswith("2001-09-09 0")


def test_errors_of_pairs_are_a_heat_map_and_the_worst_come_first(write):
    found = write(comparison())

    assert found.heat.series[0].matrix == [[None, 0.1, 0.8], [0.1, None, None], [0.8, None, None]]
    assert found.worst == [("<age>", "when", 0.2), ("<age>", "city", 0.9)]


def test_without_pairs_there_is_no_heat_map(write):
    found = write(comparison() | {"pairs": [], "paired": []})

    assert (found.heat, found.worst) == (None, [])


@pytest.mark.parametrize(
    "values",
    [
        None,
        [],
        {},
        comparison() | {"columns": 3},
        comparison() | {"pairs": [[0.5]]},
        comparison() | {"columns": [{"name": "x"}]},
        comparison() | {"columns": [comparison()["columns"][1] | {"real": [0.5]}]},
        comparison() | {"columns": [comparison()["columns"][1] | {"missing_real": float("nan")}]},
    ],
)
def test_what_is_malformed_is_left_out(write, values):
    assert write(values) is None


def test_a_missing_file_is_left_out(tmp_path):
    assert read_comparison(tmp_path / "columns.json") is None


def test_dates_that_no_calendar_has_are_numbers(write):
    values = comparison()
    values["columns"][2]["edges"] = [1e30 * edge for edge in values["columns"][2]["edges"]]

    assert isinstance(write(values).charts[2].series[0].x[0], float)


def test_the_page_has_a_part_for_each_column(tmp_path):
    (tmp_path / "recipe.toml").write_text('name = "tables"\n')
    (tmp_path / "columns.json").write_text(json.dumps(comparison()))

    page = run_report(tmp_path)
    assert page.count('data-part-of="column"') == 3
    assert page.count("hidden>") >= 2
    assert '<option value="0">&lt;age&gt; (0.500)</option>' in page
    assert "Errors of pairs of columns" in page
    assert '<a href="#columns">' in page
    (tmp_path / "columns.json").unlink()
    assert 'data-part-of="column"' not in run_report(tmp_path)


def test_a_wide_table_fits_a_page(tmp_path):
    columns = [Column(f"column {place}") for place in range(600)]
    rows = np.random.default_rng(0).normal(size=(100, 600))
    scores = np.random.default_rng(1).random((600, 600))
    made = compared(columns, rows, rows, (scores[0], (scores + scores.T) / 2))
    (tmp_path / "recipe.toml").write_text('name = "tables"\n')
    empty = len(run_report(tmp_path))
    (tmp_path / "columns.json").write_text(json.dumps(attrs.asdict(made)))

    page = run_report(tmp_path)
    assert page.count('data-part-of="column"') == 500
    assert "The 100 columns with the best scores are left out" in page
    assert "the 60 columns with the worst pairs" in page
    assert len(page) - empty < 5_000_000
