"""The recipes of points and tables against their papers' numbers, and what they are tuned for."""

import numpy as np
import pytest
from ganreg_recipes import points

import ganreg

RECIPES = {recipe.name: recipe for recipe in points.RECIPES}


def options(name, player):
    """An optimizer's options, which are text, as numbers."""
    spec = getattr(RECIPES[name], f"{player}_optimizer")
    return {option: float(value) for option, value in spec.parameters.items()}


def test_the_grid_has_a_variance_of_about_1():
    """WGAN-GP's code divides the 25 means by 2.828, which is √8, their variance along each axis being 8."""
    grid = ganreg.create("dataset", RECIPES["grid"].dataset)

    assert grid.scale == pytest.approx(1 / 8**0.5, abs=1e-4)
    np.testing.assert_allclose(grid.load().train.var(axis=0), 1, rtol=0.02)


@pytest.mark.parametrize("name", ["ring", "grid"])
def test_two_gradient_penalties_are_equally_strong(name):
    """arXiv:2501.05441, section 3: R1 and R2 share one γ."""
    weights = {spec.name: float(spec.parameters["weight"]) for spec in RECIPES[name].regularizers}

    assert weights == {"r1": weights["r1"], "r2": weights["r1"]}
    assert RECIPES[name].loss.name == "relativistic-paired"


@pytest.mark.parametrize("name", ["gaussian-1d", "feature-matching"])
def test_the_discriminator_learns_twice_as_fast_without_momentum(name):
    generator, discriminator = options(name, "generator"), options(name, "discriminator")

    assert discriminator["learning_rate"] == 2 * generator["learning_rate"]
    assert generator["beta_1"] == discriminator["beta_1"] == 0


def test_tabular_has_the_networks_of_ctgan():
    """arXiv:1907.00503 and its code: batches of 500, two layers of 256, temperature 0.2, 128 latents."""
    recipe = RECIPES["tabular"]
    generator = ganreg.create("generator", recipe.generator)
    discriminator = ganreg.create("discriminator", recipe.discriminator)

    assert recipe.batch_size == 500
    assert (generator.latent_dim, generator.widths, generator.temperature) == (128, (256, 256), 0.2)
    assert discriminator.widths == (256, 256)
    assert generator.conditional is discriminator.conditional is None  # as the data are


def test_only_the_table_has_no_dataset_of_its_own():
    assert [name for name, recipe in RECIPES.items() if recipe.dataset is None] == ["tabular"]
