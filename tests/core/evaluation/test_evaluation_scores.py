"""Scores, and the files that hold them."""

import json

import pytest

import ganreg
from ganreg.evaluation.scores import Score, as_tables, column_names, read_scores, with_current_names, write_scores

SCORE = Score("two-sample", "two_sample", 0.5, 0.01, None, "values", 100)


def test_scores_in_a_file(tmp_path):
    write_scores(tmp_path, [SCORE])

    assert read_scores(tmp_path) == [SCORE]
    assert json.loads((tmp_path / "evaluation.json").read_text())[0]["value"] == 0.5


def test_a_run_that_was_never_evaluated(tmp_path):
    assert read_scores(tmp_path) == []


@pytest.mark.parametrize("content", ["[{]", "[3]", '[{"metric": "m"}]', '{"a": 1}'])
def test_a_damaged_file(tmp_path, content):
    (tmp_path / "evaluation.json").write_text(content)

    with pytest.raises(
        ganreg.RunError,
        match=r"evaluation\.json (cannot be read|is not valid JSON): .*; to write it again, run: ganreg",
    ):
        read_scores(tmp_path)


def test_files_of_earlier_versions_call_the_baseline_floor(tmp_path):
    (table,) = as_tables([SCORE])
    table["floor"] = 0.25
    del table["baseline"]
    (tmp_path / "evaluation.json").write_text(json.dumps([table]))

    (score,) = read_scores(tmp_path)

    assert score.baseline == 0.25
    assert with_current_names(table) == {**as_tables([SCORE])[0], "baseline": 0.25}


def test_columns_of_equal_names_are_told_apart():
    pairs = [("a", "p"), ("b", "p"), ("b", "q")]
    scores = [Score(metric, name, 0.0, None, None, "values", 1) for metric, name in pairs]

    assert column_names(scores) == ["a/p", "b/p", "q"]
