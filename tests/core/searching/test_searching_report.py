"""The report of a search."""

import html
import json
import re

import attrs
import numpy as np
import pytest

from ganreg import RunError
from ganreg.searching.candidates import Refusal
from ganreg.searching.driving import write_state
from ganreg.searching.report import search_report, write_search_report
from ganreg.searching.results import SearchResult

NASTY = "<script>alert(1)</script>"


@pytest.fixture
def folder(whole, tmp_path):
    """A finished search of pretended trials, of which one has failed and the first has a sample grid."""
    from matplotlib.image import imsave

    plan = attrs.evolve(whole.plan, refused=(Refusal("other", NASTY),))
    plan.write(tmp_path)
    for trial in whole.trials:
        path = tmp_path / "trials" / trial.path.name
        path.mkdir(parents=True)
        changes = {"state": "failed", "points": [], "error": NASTY} if trial.number == 5 else {}
        attrs.evolve(trial, path=path, **changes).write()
    best = SearchResult.read(tmp_path).ranking[0]
    (best.path / "samples").mkdir()
    imsave(best.path / "samples" / "00000090.png", np.zeros((8, 8, 3), np.uint8))
    write_state(tmp_path, importances={"recipe": 0.75, "batch_size": 0.25})
    SearchResult.read(tmp_path).write()
    return tmp_path


def data_of(page):
    return json.loads(re.search(r'id="data"[^>]*>(.*?)</script>', page, re.DOTALL)[1])


def test_it_has_the_standings_the_history_the_importances_and_the_reasons(folder):
    page = search_report(folder)
    result = SearchResult.read(folder)

    charts = {chart["title"]: chart for chart in data_of(page)["charts"]}
    trials, best = charts["History"]["series"]
    assert best["y"] == [min(trials["y"][: place + 1]) for place in range(len(trials["y"]))]
    assert best["y"][-1] == result.best_value
    assert charts["Importances"]["series"][0]["y"] == [0.75, 0.25]
    assert page.count("data:image/png") == 1
    assert result.command() in page
    assert "trial 5" not in page.lower() or "failed" in page


def test_texts_of_strangers_are_escaped_and_nothing_is_fetched(folder):
    page = search_report(folder)

    assert NASTY not in page
    assert page.count("&lt;script&gt;alert(1)") >= 2
    assert "default-src 'none'" in html.unescape(page)
    assert not re.search(r'(?:src|href)="https?:', page)


def test_a_search_without_any_trial_has_a_report(ring_plan, tmp_path):
    ring_plan.write(tmp_path)

    path = write_search_report(tmp_path)

    assert "No trial has a score" in path.read_text()


def test_a_folder_without_a_search_is_refused(tmp_path):
    with pytest.raises(RunError, match="no search"):
        write_search_report(tmp_path)
