"""What a search is about, in its folder."""

import attrs
import pytest

from ganreg import RunError, SpecError
from ganreg.searching.candidates import Refusal
from ganreg.searching.plan import SearchPlan


@pytest.fixture
def plan(ring_plan):
    return attrs.evolve(ring_plan, refused=(Refusal("other", "it does not fit"),), features="pixels", samples=20)


def test_a_plan_is_read_as_it_was_written(plan, tmp_path):
    plan.write(tmp_path)
    again = SearchPlan.read(tmp_path)

    assert again == attrs.evolve(plan, others=again.others)
    assert {kind: list(names) for kind, names in again.others.items()} == {"loss": ["non-saturating"]}


def test_what_was_asked_for_distinguishes_plans_and_what_was_found_does_not(plan):
    assert attrs.evolve(plan, recipes=(), objective=("a", "b"), threads=7).differences(plan) == []
    assert attrs.evolve(plan, seed=3, dataset="grid").differences(plan) == [
        "dataset: grid, was ring",
        "seed: 3, was default",
    ]


def test_a_folder_without_a_plan_or_with_a_damaged_one_is_refused(plan, tmp_path):
    with pytest.raises(RunError, match="contains no search"):
        SearchPlan.read(tmp_path)
    plan.write(tmp_path)
    path = tmp_path / "search.toml"
    path.write_text(path.read_text().replace("seed = 0", 'seed = "zero"', 1))
    with pytest.raises(RunError, match="damaged"):
        SearchPlan.read(tmp_path)


def test_a_plan_without_a_recipe_is_refused_with_the_reasons(plan):
    with pytest.raises(SpecError, match=r"no recipe suits the data of 'ring' \(other: it does not fit\)"):
        attrs.evolve(plan, recipes=()).check()
    plan.check()
