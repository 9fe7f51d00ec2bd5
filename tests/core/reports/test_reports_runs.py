"""The report of a run, whether it is finished, unfinished or damaged."""

import html
import json
import re
import shlex

import pytest

from ganreg.reports.runs import RunFolder, run_report, summary

NASTY = "<script>alert(1)</script>"


def data_of(page):
    """What the page's scripts read."""
    return json.loads(re.search(r'id="data">(.*?)</script>', page, re.DOTALL)[1])


def text_of(page):
    """What the page's body shows, without its scripts."""
    body = re.sub(r"<script.*?</script>|<style.*?</style>", "", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", body)).split())


def test_it_describes_the_run(run_folder):
    text = text_of(run_report(run_folder))
    for expected in (
        "quadratic", "Finished", "300 of 300", "12.5", "abc123", "graph, 50 updates a call", "tensorflow 2.21.0",
        "acme-gan 2.5", "regularizers.0.weight 0.5", "loss.margin 2",
        "The health monitor found no problems.",
    ):  # fmt: skip
        assert expected in text
    assert f"ganreg train {run_folder}/recipe.toml --out {run_folder}-again --execution graph" in text
    assert f"ganreg verify {run_folder}" in text


def test_it_holds_every_sample_grid_and_every_number(run_folder):
    data = data_of(run_report(run_folder))
    assert [grid["iteration"] for grid in data["grids"]] == [50, 100, 200, 300]
    drawn = {line["label"]: line for chart in data["charts"] for line in chart["series"]}
    assert drawn["discriminator/r1"]["x"] == list(range(5, 305, 5))
    assert drawn["discriminator/r1"]["y"] == [float(f"{row / 10 + 3:.9g}") for row in range(1, 61)]


def test_an_unfinished_run_shows_its_progress_and_how_to_resume_it(run_folder):
    record = run_folder / "run.toml"
    record.write_text(record.read_text().partition("[result]")[0].replace("steps = 300", "steps = 400"))
    text = text_of(run_report(run_folder))
    assert "Not finished" in text
    assert "300 of 400" in text
    assert f"ganreg resume {run_folder}" in text
    assert "ganreg verify" not in text


def test_repeating_a_run_names_a_dataset_in_a_file_which_the_recipe_alone_may_not(run_folder):
    recipe = run_folder / "recipe.toml"
    recipe.write_text('name = "quadratic"\nsteps = 300\n\n[dataset]\nname = "csv"\npath = "/data/my table.csv"\n')
    commands = dict(RunFolder.read(run_folder).commands())
    words = shlex.split(commands["Train again in another folder"])
    assert words[words.index("--dataset") + 1] == 'csv:path="/data/my table.csv"'


def test_a_run_that_continued_beyond_its_recipe_is_repeated_in_two_steps(run_folder):
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
def test_scores_name_their_iteration(run_folder, iteration, old):
    score = {"metric": "frechet", "name": "FD", "value": 3.25, "iteration": iteration}
    (run_folder / "evaluation.json").write_text(json.dumps([score]))
    text = text_of(run_report(run_folder))
    assert f"Scores of the moving average of the generator after {iteration} iterations." in text
    assert ("to evaluate the run again: ganreg evaluate" in text) == old


def test_a_trial_that_was_stopped_early_is_not_continued_beyond_its_recipe(run_folder):
    record = run_folder / "run.toml"
    record.write_text(record.read_text().replace("steps = 300", "steps = 100"))
    assert not [command for _, command in RunFolder.read(run_folder).commands() if "--steps" in command]


def test_markup_in_foreign_files_shows_as_text(run_folder):
    recipe = run_folder / "recipe.toml"
    recipe.write_text(recipe.read_text().replace('"hinge"', json.dumps(NASTY)))
    (run_folder / "health.jsonl").write_text(json.dumps({"name": NASTY, "message": NASTY, "hint": "\ud800"}) + "\n")
    (run_folder / "metrics.csv").write_text(f'iteration,"{NASTY}"\n1,2\n')
    page = run_report(run_folder)
    assert NASTY not in page
    assert text_of(page).count(NASTY) >= 4


@pytest.mark.parametrize("name", ["run.toml", "recipe.toml", "metrics.csv", "evaluation.json", "health.jsonl"])
@pytest.mark.parametrize("content", [b"", b"\xff\0\x80", b"[", b'{"scores": [3]}', b'[{"value": "x", "name": []}]'])
def test_a_damaged_file_loses_only_its_own_content(run_folder, name, content):
    (run_folder / name).write_bytes(content)
    assert "Reproduce" in text_of(run_report(run_folder))


def test_values_of_the_wrong_type_are_skipped(run_folder):
    (run_folder / "run.toml").write_text(
        'plan = 3\nresult = []\nexecution = "x"\nchanges = [1]\n[conditions]\ndata = 1\nversions = 2\n'
    )
    assert "Not finished" in text_of(run_report(run_folder))


def test_summaries_skip_gaps():
    assert summary([None, 3.0, 1.0, None, 2.0, None]) == {"first": 3.0, "last": 2.0, "minimum": 1.0, "maximum": 3.0}
    assert summary([None]) == dict.fromkeys(("first", "last", "minimum", "maximum"))
