"""Successive halving: which combinations continue, how far, and within the budget."""

import pytest

from ganreg.comparison.halving import Contender, Rung, Rungs, affordable_part, first_part, next_rung
from ganreg.errors import RunError


def contenders(count, seconds=100.0):
    return [Contender([number], seconds) for number in range(count)]


@pytest.mark.parametrize(("combinations", "part"), [(1, 1.0), (2, 0.5), (3, 0.25), (8, 0.125), (15, 1 / 16)])
def test_doubling_the_first_part_reaches_the_end_when_one_combination_is_left(combinations, part):
    assert first_part(combinations) == part


def test_a_first_rung_that_takes_too_long_is_shortened_to_half_the_budget():
    assert affordable_part(0.25, seconds=160, overhead=0, budget=100, least=0.0625) == 0.25
    assert affordable_part(0.25, seconds=400, overhead=0, budget=100, least=0.0625) == 0.125
    assert affordable_part(0.25, seconds=1e9, overhead=0, budget=1, least=0.0625) == 0.0625


def test_the_overhead_of_a_rung_does_not_depend_on_how_far_it_goes():
    assert affordable_part(0.25, seconds=160, overhead=30, budget=100, least=0.0625) == 0.125
    assert affordable_part(0.25, seconds=160, overhead=60, budget=100, least=0.0625) == 0.0625
    pair = [Contender([0], 100.0, 20.0), Contender([1], 100.0, 20.0)]
    assert next_rung(Rung(0.5, []), pair, remaining=140, jobs=1) == Rung(1.0, [0, 1])
    assert next_rung(Rung(0.5, []), pair, remaining=139, jobs=1) == Rung(1.0, [0])


def test_all_train_to_the_end_at_once_if_the_budget_allows_it():
    assert affordable_part(0.125, seconds=720, overhead=180, budget=900, least=0.03) == 1.0


def test_all_continue_to_the_end_if_there_is_time():
    assert next_rung(Rung(0.25, []), contenders(4), remaining=300, jobs=1) == Rung(1.0, [0, 1, 2, 3])


def test_the_better_half_continues_twice_as_far():
    assert next_rung(Rung(0.25, []), contenders(4), remaining=60, jobs=1) == Rung(0.5, [0, 1])


def test_the_better_half_continues_to_the_end_if_there_is_time():
    assert next_rung(Rung(0.25, []), contenders(4), remaining=160, jobs=1) == Rung(1.0, [0, 1])


def test_fewer_than_half_continue_if_the_budget_is_small():
    assert next_rung(Rung(0.25, []), contenders(4), remaining=30, jobs=1) == Rung(0.5, [0])


def test_none_continues_without_time():
    assert next_rung(Rung(0.25, []), contenders(4), remaining=20, jobs=1) is None


def test_nothing_is_left_to_do_at_the_end():
    assert next_rung(Rung(1.0, []), contenders(1), remaining=1e9, jobs=1) is None
    assert next_rung(Rung(0.5, []), [], remaining=1e9, jobs=1) is None


def test_parallel_jobs_take_less_time_except_for_a_single_trial():
    assert next_rung(Rung(0.5, []), contenders(4), remaining=100, jobs=2) == Rung(1.0, [0, 1, 2, 3])
    assert next_rung(Rung(0.5, []), contenders(1), remaining=49, jobs=2) is None


def test_all_seeds_of_a_combination_continue_together():
    pairs = [Contender([0, 1], 100.0), Contender([2, 3], 100.0)]

    assert next_rung(Rung(0.5, []), pairs, remaining=60, jobs=1) == Rung(1.0, [0, 1])


def test_the_rungs_of_eight_spend_no_more_than_the_budget():
    left, part, remaining = 8, first_part(8), 300.0
    remaining -= left * 100 * part
    while (rung := next_rung(Rung(part, []), contenders(left), remaining=remaining, jobs=1)) is not None:
        remaining -= len(rung.trials) * 100 * (rung.part - part)
        left, part = len(rung.trials), rung.part

    assert (left, part) == (2, 1.0)  # 8 to 1/8, 4 to 1/4, then 150 seconds for 2 to the end
    assert remaining >= 0


def test_decisions_read_back(tmp_path):
    rungs = Rungs([Rung(0.5, [0, 1]), Rung(1.0, [1])], 12.5)
    assert Rungs.read(tmp_path) == Rungs()

    rungs.write(tmp_path)

    assert Rungs.read(tmp_path) == rungs


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "5",
        "[]",
        "[" * 100_000,
        '{"rungs": [{"part": -1, "trials": []}]}',
        '{"rungs": [{"part": 2, "trials": []}]}',
        '{"rungs": [{"part": 1, "trials": 3}]}',
        '{"rungs": [{"part": 0.5, "trials": [0, 2]}], "spent": 0}',
        '{"rungs": [{"part": 0.5, "trials": [-1]}], "spent": 0}',
        '{"rungs": [], "spent": 1e999}',
        '{"rungs": [], "spent": 1' + "0" * 400 + "}",
    ],
)
def test_damaged_decisions_are_refused(tmp_path, text):
    (tmp_path / "rungs.json").write_text(text)

    with pytest.raises(RunError, match=r"rungs\.json is .*; remove it to decide again"):
        Rungs.read(tmp_path).check(2, tmp_path)
