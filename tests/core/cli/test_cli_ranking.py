"""The table at the end of a comparison, and the same as JSON."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

import attrs
import pytest

from ganreg.cli.ranking import as_plain, echo_ranking
from ganreg.comparison.ranking import ranked
from ganreg.comparison.trials import Trial
from ganreg.evaluation.scores import Score

FOLDER = Path("runs/here")
VALUES = {"hinge": (1.0, 1.01, 0.99), "wasserstein": (2.0, 2.02, 1.97), "non-saturating": (1.0, 1.3, None)}


def trials(values, *, lower_is_better=True):
    """A trial for each value, by the name of the loss; `None` for one that diverged."""
    made = []
    for loss, of_seeds in values.items():
        for seed, value in enumerate(of_seeds):
            path = FOLDER / "trials" / f"{len(made):04d}-{loss}-seed-{seed}"
            trial = Trial(number=len(made), path=path, axes={"loss": loss}, seed=seed, state="diverged")
            scores = [
                Score("moments", "moments", value, 0.1, 0.05, "samples", 100, lower_is_better=lower_is_better),
                Score("moments", "real_mean", 4.0, None, 4.0, "samples", 100),
            ]
            made.append(
                attrs.evolve(trial, error="the weights are NaN")
                if value is None
                else attrs.evolve(trial, state="finished", scores=scores, seconds=3.0)
            )
    return made


@pytest.fixture
def shown(capsys):
    """The lines of a table of trials' values, and of the notes below it."""

    def shown(values, **options):
        echo_ranking(ranked(trials(values, **options)), FOLDER)
        table, _, notes = capsys.readouterr().out.partition("\n\n")
        return table.splitlines(), notes.splitlines()

    return shown


def cells(line):
    return re.split(r"\s{2,}", line.strip())


def test_rows_are_in_order_with_mean_and_deviation(shown):
    (header, *rows), _ = shown(VALUES)

    assert cells(header) == ["LOSS", "MOMENTS (lower is better)", "SEEDS", "SECONDS", "AGAINST THE BEST"]
    assert cells(rows[0]) == ["hinge", "1 ± 0.01", "3", "3", "best"]
    assert cells(rows[1])[:2] == ["wasserstein", "1.997 ± 0.025"]
    assert re.fullmatch(r"worse \(p [\d.e-]+\)", cells(rows[1])[-1])
    assert cells(rows[2])[:3] == ["non-saturating", "1.15 ± 0.21", "1 diverged, 2 finished"]


def test_a_score_of_which_more_is_better_says_so(shown):
    (header, first, *_), _ = shown({"a": (1.0, 1.1), "b": (2.0, 2.1)}, lower_is_better=False)

    assert "MOMENTS (higher is better)" in header
    assert cells(first)[0] == "b"


def test_values_that_are_no_scores_are_left_to_the_file(shown):
    table, notes = shown(VALUES)

    assert "real_mean" not in "\n".join(table + notes).lower()
    assert notes[-1] == f"All results are in {FOLDER / 'results.csv'}. To write a report: ganreg report {FOLDER}"


def test_notes_tell_the_baseline_and_what_went_wrong(shown):
    _, notes = shown(VALUES)

    assert "Baseline, real samples against other real samples: moments 0.05" in notes
    assert "0008-non-saturating-seed-2 diverged: the weights are NaN" in notes


def test_rows_that_the_seeds_do_not_tell_apart_are_explained(shown):
    table, notes = shown({"a": (1.0, 1.2), "b": (1.1, 1.25)})

    assert cells(table[2])[-1].startswith("not told apart (p 0.")
    assert any(note.startswith("Not told apart: ") for note in notes)


def test_one_seed_says_nothing(shown):
    table, notes = shown({"a": (1.0,), "b": (2.0,)})

    assert [cells(row)[-1] for row in table[1:]] == ["best", "one seed: no test possible"]
    assert any(note.endswith("use --seeds 3.") for note in notes)


def test_without_any_score_it_says_so(shown):
    _, notes = shown({"a": (None,), "b": (None,)})

    assert "No trial has a score." in notes


def test_json_holds_the_same():
    table = json.loads(json.dumps(as_plain(ranked(trials(VALUES)), FOLDER), allow_nan=False))

    assert table["ranked_by"] == "moments"
    assert table["path"] == str(FOLDER)
    assert [row["axes"]["loss"] for row in table["rows"]] == ["hinge", "wasserstein", "non-saturating"]
    assert table["rows"][0]["scores"]["moments"]["values"] == [1.0, 1.01, 0.99]
    assert table["rows"][1]["verdict"] == "worse"
    assert table["rows"][2]["states"] == {"finished": 2, "diverged": 1}
    assert table["rows"][2]["trials"][2]["error"] == "the weights are NaN"


def test_json_has_null_for_what_is_not_finite():
    table = as_plain(ranked(trials({"a": (math.inf, 1.0)})), FOLDER)

    scores = table["rows"][0]["scores"]["moments"]
    assert scores["values"] == [None, 1.0]
    assert scores["mean"] is None
    assert json.dumps(table, allow_nan=False)
