"""The checks of recipes find the faults that are planted for them."""

import pytest
from faulty_gan.proving import failed_checks, faults_of, result_of, unproved_checks

from ganreg import Recipe
from ganreg.testing import check_component


@pytest.mark.parametrize("fault", faults_of("recipes"))
def test_a_check_finds_its_fault(fault):
    result = result_of(fault)

    assert result.status == "failed", result
    assert fault.reason in result.reason


@pytest.mark.slow
@pytest.mark.parametrize("fault", faults_of("recipes"))
def test_no_other_check_finds_it(fault):
    assert failed_checks(fault) == {fault.check, *fault.also}


@pytest.mark.parametrize("game", ["cycle", "star", "vae"])
def test_a_recipe_of_a_game_is_tried_on_data_that_it_needs(game):
    conditional = game == "star"
    recipe = Recipe(
        name="mine",
        summary="has no dataset",
        game=game,
        generator=f"mlp:widths=[4],conditional={str(conditional).lower()}",
        discriminator=f"mlp:widths=[4],conditional={str(conditional).lower()}",
        loss="hinge",
    )

    results = {check.name: check.result for check in check_component(recipe)}

    assert {result.status for result in results.values()} <= {"passed", "skipped"}, results
    assert results["trains"].status == "passed"


def test_every_check_has_a_fault():
    assert unproved_checks("recipes") == set()
