"""Comparisons in a notebook: the table that `ganreg compare` prints."""

from __future__ import annotations

import time
from pathlib import Path

import attrs

from ganreg.comparison.cells import spread_cell, states_cell, verdict_cell
from ganreg.comparison.ranking import ranked
from ganreg.comparison.trials import Comparison, Trial
from ganreg.display.comparisons import html, text
from ganreg.evaluation.scores import Score

NASTY = "<script>alert(1)</script>"


def test_the_rows_are_those_of_the_ranking(written_comparison, parsed):
    comparison = Comparison.read(written_comparison)

    tags = parsed(html(comparison))

    ranking = ranked(comparison.trials)
    place = 0
    for row in ranking.rows:
        cells = [*row.axes.values(), *map(spread_cell, row.scores.values()), states_cell(row), "2", verdict_cell(row)]
        wanted = " ".join(cells)
        assert wanted in tags.text[place:]
        place = tags.text.index(wanted, place)
    assert "moments (lower is better)" in tags.text
    assert f"failed: penalty {NASTY} became NaN at update 12" in tags.text
    assert "Baseline, real samples against other real samples: moments 0.02" in tags.text
    assert text(comparison) == (
        f"<Comparison {str(written_comparison)!r}: 12 trials (1 diverged, 1 failed, 10 finished)>"
    )


def made(plan, number, seeds):
    scores = [Score("moments", "moments", 1.0 + 0.01 * row, 0.1, 0.2, "pixels", 10, 10, True) for row in range(number)]
    trials = [
        Trial(number=row, path=Path(f"t{row}"), axes={"loss": NASTY + str(row)}, seed=seed, state="finished",
              scores=[attrs.evolve(scores[row], value=scores[row].value + 0.001 * seed)])
        for row in range(number) for seed in range(seeds)
    ]  # fmt: skip
    return Comparison(Path("many"), plan, trials)


def test_many_combinations_take_bounded_time_and_room(written_comparison, parsed):
    plan = Comparison.read(written_comparison).plan
    ranked(made(plan, 3, 2).trials)  # imports scipy
    began = time.perf_counter()
    page = html(made(plan, 600, 3))

    assert time.perf_counter() - began < 4
    assert len(page) < 300_000
    assert "and 500 more combinations" in parsed(page).text
    assert "Too many trials to rank here" in parsed(html(made(plan, 1500, 2))).text


def test_before_any_trial_has_run_there_is_a_table_too(written_comparison, parsed):
    comparison = Comparison.read(written_comparison)
    waiting = [attrs.evolve(trial, state="waiting", scores=[], error=None) for trial in comparison.trials]

    assert "3 waiting" in parsed(html(attrs.evolve(comparison, trials=waiting))).text
    assert "no trials" in parsed(html(attrs.evolve(comparison, trials=[]))).text
