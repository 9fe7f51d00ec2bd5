"""Successive halving: who goes on, how far, and that the budget is kept."""

from pathlib import Path
from types import SimpleNamespace

import attrs
import pytest

from ganreg.comparison import comparing
from ganreg.comparison.halving import Contender, Rung, Rungs, affordable_part, first_part, next_rung
from ganreg.comparison.trials import Trial
from ganreg.errors import RunError


def contenders(count, seconds=100.0):
    return [Contender([number], seconds) for number in range(count)]


@pytest.mark.parametrize(("combinations", "part"), [(1, 1.0), (2, 0.5), (3, 0.25), (8, 0.125), (15, 1 / 16)])
def test_the_first_part_is_doubled_to_the_whole_while_one_is_left(combinations, part):
    assert first_part(combinations) == part


def test_a_first_rung_that_takes_too_long_is_shortened_to_half_the_budget():
    assert affordable_part(0.25, seconds=160, overhead=0, budget=100, least=0.0625) == 0.25
    assert affordable_part(0.25, seconds=400, overhead=0, budget=100, least=0.0625) == 0.125
    assert affordable_part(0.25, seconds=1e9, overhead=0, budget=1, least=0.0625) == 0.0625


def test_what_takes_the_same_time_however_far_it_goes_is_not_multiplied():
    assert affordable_part(0.25, seconds=160, overhead=30, budget=100, least=0.0625) == 0.125
    assert affordable_part(0.25, seconds=160, overhead=60, budget=100, least=0.0625) == 0.0625
    pair = [Contender([0], 100.0, 20.0), Contender([1], 100.0, 20.0)]
    assert next_rung(Rung(0.5, []), pair, remaining=140, jobs=1) == Rung(1.0, [0, 1])
    assert next_rung(Rung(0.5, []), pair, remaining=139, jobs=1) == Rung(1.0, [0])


def test_all_begin_with_the_whole_where_that_can_be_afforded():
    assert affordable_part(0.125, seconds=720, overhead=180, budget=900, least=0.03) == 1.0


def test_all_go_on_to_the_end_where_there_is_time():
    assert next_rung(Rung(0.25, []), contenders(4), remaining=300, jobs=1) == Rung(1.0, [0, 1, 2, 3])


def test_the_better_half_goes_on_to_twice_as_far():
    assert next_rung(Rung(0.25, []), contenders(4), remaining=60, jobs=1) == Rung(0.5, [0, 1])


def test_the_better_half_goes_on_to_the_end_where_it_can():
    assert next_rung(Rung(0.25, []), contenders(4), remaining=160, jobs=1) == Rung(1.0, [0, 1])


def test_fewer_go_on_where_half_is_too_many():
    assert next_rung(Rung(0.25, []), contenders(4), remaining=30, jobs=1) == Rung(0.5, [0])


def test_nobody_goes_on_without_time():
    assert next_rung(Rung(0.25, []), contenders(4), remaining=20, jobs=1) is None


def test_nothing_is_left_to_do_at_the_end():
    assert next_rung(Rung(1.0, []), contenders(1), remaining=1e9, jobs=1) is None
    assert next_rung(Rung(0.5, []), [], remaining=1e9, jobs=1) is None


def test_jobs_side_by_side_take_less_time_but_one_trial_only_one():
    assert next_rung(Rung(0.5, []), contenders(4), remaining=100, jobs=2) == Rung(1.0, [0, 1, 2, 3])
    assert next_rung(Rung(0.5, []), contenders(1), remaining=49, jobs=2) is None


def test_all_seeds_of_a_combination_go_on_together():
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
    (tmp_path / "rungs.json").write_text("{")
    with pytest.raises(RunError, match=r"rungs.json is damaged"):
        Rungs.read(tmp_path)


class PretendedDriver:
    """Brings trials nowhere but into the states that are given by number, in a second for each tenth of the steps."""

    def __init__(self, states):
        self.numbers, self.brought = list(states), []
        self.workers = SimpleNamespace(jobs=1)
        self._states = states
        self.trials = [Trial(number=n, path=Path(str(n)), axes={"loss": str(n)}, seed=0, steps=1000) for n in states]

    def bring(self, numbers, part):
        for number in numbers:
            self.brought.append(number)
            done = round(1000 * part) if self._states[number] == "stopped" else 0
            self.trials[number] = attrs.evolve(
                self.trials[number], state=self._states[number], seconds=done / 100 or 5.0, iterations=done
            )


def test_how_long_trials_take_is_told_by_one_that_trains():
    driver = PretendedDriver({0: "failed", 1: "refused", 2: "stopped", 3: "stopped"})

    assert comparing._first_rung(driver, budget=30.0) == Rung(0.25, [0, 1, 2, 3])
    assert driver.brought == [0, 1, 2]


def test_a_budget_for_all_lets_all_go_to_the_end_at_once():
    driver = PretendedDriver({0: "stopped", 1: "stopped"})

    assert comparing._first_rung(driver, budget=100.0) == Rung(1.0, [0, 1])


def test_where_no_trial_trains_nothing_is_shortened():
    driver = PretendedDriver({0: "failed", 1: "refused"})

    assert comparing._first_rung(driver, budget=100.0) == Rung(0.5, [0, 1])
