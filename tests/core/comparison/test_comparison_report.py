"""The report of a comparison, and of whatever a folder contains."""

import html
import json
import re
import shlex

import pytest

from ganreg.comparison.axes import Axis
from ganreg.comparison.plan import Plan
from ganreg.comparison.report import comparison_report, write_report
from ganreg.contract.recipes import Recipe
from ganreg.errors import RunError
from ganreg.reports.writing import write_run_report

NASTY = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def page(written_comparison):
    """The report's HTML."""
    return comparison_report(written_comparison)


def data_of(page):
    """What the page's scripts read."""
    return json.loads(re.search(r'id="data">(.*?)</script>', page, re.DOTALL)[1])


def table_of(page, name):
    """The cells of a table's body."""
    body = re.search(rf'id="{name}">.*?<tbody>(.*?)</tbody>', page, re.DOTALL)[1]
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", body, re.DOTALL)
    return [
        [html.unescape(re.sub("<[^>]*>", "", cell)) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)]
        for row in rows
    ]


def test_combinations_have_means_and_deviations(page):
    """hinge with bell has 0, 0.1 and 0.2, of deviation 0.1; the diverged trial's seed is missing in the third row."""
    rows = table_of(page, "combinations")
    assert [row[:2] for row in rows] == [
        ["hinge", "bell"], ["wasserstein", "bell"], ["hinge", NASTY], ["wasserstein", NASTY],
    ]  # fmt: skip
    assert rows[0][2:4] == ["0.1 ± 0.1", "9.9 ± 0.1"]
    assert rows[2][2] == "2.1 ± 0.14"
    assert [row[-1] for row in rows] == ["3 of 3", "3 of 3", "2 of 3", "2 of 3"]
    assert rows[0][4] == "best"


def test_every_trial_has_a_row_in_full_precision(page):
    rows = table_of(page, "trial-table")
    assert len(rows) == 12
    assert [row[4] for row in rows].count("finished") == 10
    assert f'data-value="{0 + 2 + 0.2!r}"' in page


def test_trials_that_failed_show_the_reason(page):
    text = html.unescape(page[page.index('id="failed"') :])
    assert text.count(f"penalty {NASTY} became NaN at update 12") >= 2


def test_names_never_become_markup(page):
    assert NASTY not in page
    assert html.escape(NASTY) in page


def test_effects_of_each_axis_on_each_score(page):
    charts = {chart["title"]: chart["series"][0] for chart in data_of(page)["charts"]}
    effect = charts["Effect of dataset on moments"]
    assert effect["y"] == ["bell", NASTY]
    assert effect["x"] == pytest.approx([0.6, (2.1 + 3.15) / 2])
    assert "Effect of loss on share" in charts


def test_one_distribution_per_combination_over_that_of_the_real_samples(page):
    charts = [chart for chart in data_of(page)["charts"] if chart["x_title"] == "value"]
    assert len(charts) == 4
    assert [line["label"] for line in charts[0]["series"]] == ["real", "seed 0", "seed 1", "seed 2"]
    assert [line["style"] for line in charts[2]["series"]] == [0, 0, 2]
    assert len({chart["height"] for chart in charts}) == 1


def test_curves_of_all_trials_in_one_chart(page):
    (chart,) = [chart for chart in data_of(page)["charts"] if chart["title"] == "Training curves of all trials"]
    assert len({line["trial"] for line in chart["series"]}) == 11
    assert len({line["choice"] for line in chart["series"]}) == 5


def test_labels_name_each_alternative_once(tmp_path):
    axes = [
        Axis("loss", "loss", ("hinge", "wasserstein")),
        Axis("r1", "regularizer", ("r1:weight=2", "none")),
        Axis("batch_size", "batch_size", ("32", "64")),
    ]
    plan = Plan(recipes=[Recipe(name="gaussian")], axes=axes, seeds=(7,))
    plan.write(tmp_path)

    captions = re.findall(r"<figcaption>(.*?) <span", comparison_report(tmp_path))

    assert captions[0] == "loss hinge, r1:weight=2, batch_size 32, seed 7"
    assert captions[-1] == "loss wasserstein, without r1, batch_size 64, seed 7"


def test_the_commands_survive_a_shell(comparison_folder, tmp_path):
    folder = comparison_folder.rename(tmp_path / "a comparison; rm x")

    commands = [
        html.unescape(text) for text in re.findall(r"<pre[^>]*>(.*?)</pre>", comparison_report(folder), re.DOTALL)
    ]

    assert shlex.split(commands[0]) == ["ganreg", "compare", "--out", str(folder)]
    made, copied, again = (shlex.split(part) for part in commands[1].split(" && "))
    assert made == ["mkdir", f"{folder}-again"]
    assert copied == ["cp", str(folder / "comparison.toml"), f"{folder}-again/"]
    assert again == ["ganreg", "compare", "--out", f"{folder}-again"]


def test_a_comparison_that_has_not_started(comparison_folder):
    for path in sorted((comparison_folder / "trials").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    page = comparison_report(comparison_folder)
    assert [row[4] for row in table_of(page, "trial-table")] == ["waiting"] * 12
    assert data_of(page)["charts"] == []


def test_a_damaged_plan_is_named(comparison_folder):
    (comparison_folder / "comparison.toml").write_text("recipes = 3\n")
    with pytest.raises(RunError, match=r"comparison\.toml is damaged"):
        comparison_report(comparison_folder)


def test_a_comparison_is_distinguished_from_a_run(comparison_folder):
    assert "Comparison of 4 combinations" in write_report(comparison_folder).read_text(encoding="utf-8")


def test_a_folder_of_something_else_is_refused(tmp_path):
    with pytest.raises(RunError, match="holds neither a run nor a comparison"):
        write_report(tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_run_is_distinguished_from_a_comparison(run_folder):
    assert write_report(run_folder).read_bytes() == write_run_report(run_folder).read_bytes()
