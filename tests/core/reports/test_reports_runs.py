"""The report of a run, finished or not, whole or not."""

import html
import json
import re
import shlex

import pytest

from ganreg.reports.charts import training_curves
from ganreg.reports.reading import Columns
from ganreg.reports.runs import RunFolder, run_report, summary

NASTY = "<script>alert(1)</script>"


def data_of(page):
    """What the page's scripts read."""
    return json.loads(re.search(r'id="data">(.*?)</script>', page, re.DOTALL)[1])


def text_of(page):
    """What the page's body shows, without its scripts."""
    body = re.sub(r"<script.*?</script>|<style.*?</style>", "", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", body)).split())


def test_it_says_what_the_run_was(run_folder):
    text = text_of(run_report(run_folder))
    for expected in (
        "quadratic", "Finished", "300 of 300", "12.5", "abc123", "graph, 50 updates a call", "tensorflow 2.21.0",
        "acme-gan 2.5", "regularizers.0.weight 0.5", "loss.margin 2", "Nothing was found.",
    ):  # fmt: skip
        assert expected in text
    assert f"ganreg train {run_folder}/recipe.toml --out {run_folder}-again --execution graph" in text
    assert f"ganreg verify {run_folder}" in text


def test_it_holds_every_picture_and_every_number(run_folder):
    data = data_of(run_report(run_folder))
    assert [picture["iteration"] for picture in data["pictures"]] == [50, 100, 200, 300]
    drawn = {line["label"]: line for chart in data["charts"] for line in chart["series"]}
    assert drawn["discriminator/r1"]["x"] == list(range(5, 305, 5))
    assert drawn["discriminator/r1"]["y"] == [float(f"{row / 10 + 3:.9g}") for row in range(1, 61)]


def test_an_unfinished_run_says_how_far_it_is_and_how_to_go_on(run_folder):
    record = run_folder / "run.toml"
    record.write_text(record.read_text().partition("[result]")[0].replace("steps = 300", "steps = 400"))
    text = text_of(run_report(run_folder))
    assert "Not finished" in text
    assert "300 of 400" in text
    assert f"ganreg resume {run_folder}" in text
    assert "ganreg verify" not in text


def test_doing_it_again_names_a_data_set_of_a_file_which_the_recipe_alone_may_not(run_folder):
    recipe = run_folder / "recipe.toml"
    recipe.write_text('name = "quadratic"\nsteps = 300\n\n[dataset]\nname = "csv"\npath = "/data/my table.csv"\n')
    commands = dict(RunFolder.read(run_folder).commands())
    words = shlex.split(commands["Train it again, in another folder"])
    assert words[words.index("--dataset") + 1] == 'csv:path="/data/my table.csv"'


def test_a_run_that_went_further_than_its_recipe_is_done_again_in_two_steps(run_folder):
    record = run_folder / "run.toml"
    record.write_text(record.read_text().replace("steps = 300", "steps = 500"))
    commands = [command for _, command in RunFolder.read(run_folder).commands()]
    assert f"ganreg resume {run_folder}-again --steps 500" in commands


def test_findings_and_scores_are_shown(run_folder):
    finding = {"iteration": 70, "name": "mode collapse", "message": "the samples are alike", "hint": "try -r packing"}
    (run_folder / "health.jsonl").write_text(json.dumps(finding) + "\n")
    score = {"metric": "frechet", "name": "FD", "value": 3.25, "error": 0.5, "baseline": 0.75, "extractor": NASTY}
    (run_folder / "evaluation.json").write_text(json.dumps([score | {"samples": 1000, "lower_is_better": True}]))
    (run_folder / "evaluations.csv").write_text("iteration,FD\n100,9.5\n200,4\n")
    page = run_report(run_folder)
    text = text_of(page)
    for expected in (
        "mode collapse at iteration 70: the samples are alike",
        "Try: try -r packing",
        "3.25",
        "0.75",
        NASTY,
    ):
        assert expected in text
    (chart,) = [chart for chart in data_of(page)["charts"] if chart["title"] == "FD"]
    assert [line["y"] for line in chart["series"]] == [[9.5, 4.0], [0.75, 0.75]]


@pytest.mark.parametrize(("iteration", "old"), [(300, False), (200, True)])
def test_scores_say_of_which_iteration_they_are(run_folder, iteration, old):
    score = {"metric": "frechet", "name": "FD", "value": 3.25, "iteration": iteration}
    (run_folder / "evaluation.json").write_text(json.dumps([score]))
    text = text_of(run_report(run_folder))
    assert f"Of the averaged generator after {iteration} iterations." in text
    assert ("to judge it anew: ganreg evaluate" in text) == old


def test_a_trial_that_was_stopped_is_not_sent_below_its_recipe(run_folder):
    record = run_folder / "run.toml"
    record.write_text(record.read_text().replace("steps = 300", "steps = 100"))
    assert not [command for _, command in RunFolder.read(run_folder).commands() if "--steps" in command]


def test_what_a_stranger_wrote_shows_as_text(run_folder):
    recipe = run_folder / "recipe.toml"
    recipe.write_text(recipe.read_text().replace('"hinge"', json.dumps(NASTY)))
    (run_folder / "health.jsonl").write_text(json.dumps({"name": NASTY, "message": NASTY, "hint": "\ud800"}) + "\n")
    (run_folder / "metrics.csv").write_text(f'iteration,"{NASTY}"\n1,2\n')
    page = run_report(run_folder)
    assert NASTY not in page
    assert text_of(page).count(NASTY) >= 4


@pytest.mark.parametrize("name", ["run.toml", "recipe.toml", "metrics.csv", "evaluation.json", "health.jsonl"])
@pytest.mark.parametrize("content", [b"", b"\xff\0\x80", b"[", b'{"scores": [3]}', b'[{"value": "x", "name": []}]'])
def test_a_damaged_file_costs_only_what_it_holds(run_folder, name, content):
    (run_folder / name).write_bytes(content)
    assert "Do it again" in text_of(run_report(run_folder))


def test_tables_of_the_wrong_kind_are_passed_over(run_folder):
    (run_folder / "run.toml").write_text(
        'plan = 3\nresult = []\nexecution = "x"\nchanges = [1]\n[conditions]\ndata = 1\nversions = 2\n'
    )
    assert "Not finished" in text_of(run_report(run_folder))


def test_curves_go_where_they_belong():
    names = ["discriminator_loss", "fake_accuracy", "discriminator/r1", "generator_gradient_norm", "other", "empty"]
    columns = Columns([1], {name: [None if name == "empty" else 1.0] for name in names})
    charts = {chart.title: [line.label for line in chart.series] for chart in training_curves(columns)}
    assert charts == {
        "Losses": ["discriminator_loss"],
        "Accuracies of the discriminator": ["fake_accuracy"],
        "Terms and states of the components": ["discriminator/r1"],
        "Gradient norms": ["generator_gradient_norm"],
        "Other values": ["other"],
    }


def test_summaries_pass_over_gaps():
    assert summary([None, 3.0, 1.0, None, 2.0, None]) == {"first": 3.0, "last": 2.0, "least": 1.0, "greatest": 3.0}
    assert summary([None]) == dict.fromkeys(("first", "last", "least", "greatest"))
