"""The recipes of the bundled games: they assemble on their own data, with the settings of their papers."""

import numpy as np
import pytest
from ganreg_games.recipes import RECIPES

import ganreg

PAPERS = {
    "pix2pix": ("translation", {"distance": 100.0}, ("generator", "discriminator")),
    "cyclegan": ("cycle", {"cycle": 10.0}, ("generator", "inverse", "discriminator", "source-discriminator")),
    "srgan": ("translation", {"distance": 100.0}, ("generator", "discriminator")),
    "stargan": ("star", {"cycle": 10.0}, ("generator", "discriminator")),
    "bigan": ("bidirectional", {}, ("generator", "encoder", "discriminator")),
    "vae-gan": ("vae", {}, ("generator", "encoder", "discriminator")),
}


@pytest.fixture(scope="module", params=RECIPES, ids=lambda recipe: recipe.name)
def gan(request):
    return ganreg.assemble(request.param.name, ema_decay=0.0)


def test_its_game_has_the_networks_and_weights_of_the_paper(gan):
    game, weights, networks = PAPERS[gan.recipe.name]
    assert gan.recipe.game.name == game
    assert set(gan.networks) == set(networks)
    assert weights.items() <= gan.recipe.game.parameters.items()


@pytest.mark.slow
def test_an_update_of_both_players_is_finite(gan):
    batch_size = gan.recipe.batch_size
    history = gan.fit(steps=1, batch_size=batch_size, verbose=0, execution="eager", updates_per_call=1).history
    assert np.isfinite([values[0] for values in history.values()]).all()
    assert {"discriminator_loss", "generator_loss"} <= set(history)


def test_the_recipe_survives_being_written_and_read(gan, tmp_path):
    path = tmp_path / "recipe.toml"
    path.write_text(gan.recipe.to_toml())
    assert ganreg.Recipe.read(path) == gan.recipe


def test_every_recipe_is_offered():
    assert set(PAPERS) == {recipe.name for recipe in RECIPES} <= set(ganreg.registry().names("recipe"))
