"""The charts of a run: which values each shows, and how many."""

import json

import pytest

from ganreg.reports.charts import Chart, Series, evaluation_curves, training_curves
from ganreg.reports.reading import Columns


def test_each_log_is_in_one_chart():
    names = ["discriminator_loss", "fake_accuracy", "discriminator/r1", "generator_gradient_norm", "other", "empty"]
    columns = Columns([1], {name: [None if name == "empty" else 1.0] for name in names})
    charts = {chart.title: [line.label for line in chart.series] for chart in training_curves(columns)}
    assert charts == {
        "Losses": ["discriminator_loss"],
        "Discriminator accuracy": ["fake_accuracy"],
        "Terms and state of components": ["discriminator/r1"],
        "Gradient norms": ["generator_gradient_norm"],
        "Other values": ["other"],
    }


def test_long_curves_are_thinned_and_keep_their_ends():
    rows = list(range(1, 20_001))
    (chart,) = training_curves(Columns(rows, {"generator_loss": [float(row) for row in rows]}))
    (line,) = chart.series
    assert 1000 < len(line.x) <= 3000
    assert (line.x[0], line.x[-1]) == (1, 20_000)
    assert line.y == [float(x) for x in line.x]


@pytest.mark.parametrize("baselines", [{}, {"FD": 0.5}])
def test_scores_are_drawn_with_their_baseline(baselines):
    evaluations = Columns([100, 200, 300], {"FD": [9.0, None, 4.0], "empty": [None, None, None]})
    (chart,) = evaluation_curves(evaluations, baselines)
    assert chart.title == "FD"
    assert chart.series[0].y == [9.0, None, 4.0]
    assert [(line.x, line.y) for line in chart.series[1:]] == [
        ([100, 300], [value] * 2) for value in baselines.values()
    ]


def test_a_series_is_grouped_by_its_label_by_default():
    chart = Chart(title="a", series=[Series(label="b", x=[1], y=[None]), Series(label="c", x=[1], y=[2.0], group="d")])
    content = json.loads(json.dumps(chart.as_json(), allow_nan=False))
    assert [series["group"] for series in content["series"]] == ["b", "d"]
