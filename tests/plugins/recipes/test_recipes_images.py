"""The recipes of images against the numbers of their papers."""

import pytest
from ganreg_recipes import images

import ganreg

RECIPES = {recipe.name: recipe for recipe in images.RECIPES}
PLAYERS = ("generator", "discriminator")


def optimizer(name, player):
    """An optimizer's name and its options, which are text, as numbers."""
    spec = getattr(RECIPES[name], f"{player}_optimizer")
    return spec.name, {option: float(value) for option, value in spec.parameters.items()}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("dcgan", {"learning_rate": 0.0002, "beta_1": 0.5}),  # arXiv:1511.06434, section 4
        ("wgan-gp", {"learning_rate": 0.0001, "beta_1": 0.5, "beta_2": 0.9}),  # arXiv:1704.00028, section 5
        ("dragan", {"learning_rate": 0.0001, "beta_1": 0.5, "beta_2": 0.9}),
        ("hinge", {"learning_rate": 0.0002, "beta_1": 0.0, "beta_2": 0.9}),
        ("sngan", {"learning_rate": 0.0002, "beta_1": 0.0, "beta_2": 0.9}),  # arXiv:1802.05957, table 1, setting F
        ("r3gan", {"learning_rate": 0.0002, "beta_1": 0.0, "beta_2": 0.99}),
        ("began", {"learning_rate": 0.0001}),  # arXiv:1703.10717, section 4.1
    ],
)
def test_both_players_have_the_papers_adam(name, expected):
    assert [optimizer(name, player) for player in PLAYERS] == [("adam", expected)] * 2


def test_sagan_has_two_learning_rates_and_one_update_each():
    """arXiv:1805.08318, section 4: 0.0001 for G and 0.0004 for D, momenta 0 and 0.9."""
    rates = {"generator": 0.0001, "discriminator": 0.0004}

    for player in PLAYERS:
        expected = {"learning_rate": rates[player], "beta_1": 0.0, "beta_2": 0.9}
        assert optimizer("sagan", player) == ("adam", expected)
    assert RECIPES["sagan"].schedule.discriminator_steps == RECIPES["sagan"].schedule.generator_steps == 1


@pytest.mark.parametrize("player", ["generator", "discriminator"])
def test_stylegan2_has_the_papers_rates_as_a_lazy_penalty_joins_the_loss_in_one_step(player):
    """Appendix B's factors make up for the separate steps of lazy penalties in the authors' code."""
    _, options = optimizer("stylegan2", player)
    assert options == {"learning_rate": 0.002, "beta_1": 0.0, "beta_2": 0.99, "epsilon": 1e-8}


def test_the_first_images_of_began_are_not_constant():
    """A standard deviation of 0.02 in each layer without normalisation makes it 0.003 to 0.007."""
    assert ganreg.assemble("began").generate(64, seed=0).std(axis=0).mean() > 0.1


@pytest.mark.parametrize("name", ["wgan", "wgan-gp", "sngan"])
def test_critics_are_updated_five_times_for_each_generator_update(name):
    schedule = RECIPES[name].schedule

    assert (schedule.mode, schedule.discriminator_steps, schedule.generator_steps) == ("alternating", 5, 1)


def test_wgan_is_its_papers_algorithm_1():
    """arXiv:1701.07875: RMSProp with 0.00005, weights clipped to 0.01, batches of 64."""
    (clipping,) = RECIPES["wgan"].regularizers

    assert (clipping.name, ganreg.create("regularizer", clipping).limit) == ("weight-clipping", 0.01)
    assert [optimizer("wgan", player) for player in PLAYERS] == [("rmsprop", {"learning_rate": 0.00005})] * 2
    assert RECIPES["wgan"].batch_size == 64


def test_infogans_latents_are_62_of_noise_and_its_codes():
    """arXiv:1606.03657, appendix C.1: 62 noise variables, one categorical code of 10 and two continuous codes."""
    (spec,) = RECIPES["infogan"].regularizers
    codes, generator = ganreg.create("regularizer", spec), ganreg.create("generator", RECIPES["infogan"].generator)

    assert (tuple(codes.categories), codes.continuous) == ((10,), 2)
    assert generator.latent_dim == 62 + 10 + 2


def test_gradient_penalties_meet_discriminators_without_batch_statistics():
    for recipe in images.RECIPES:
        discriminator = ganreg.create("discriminator", recipe.discriminator)
        for spec in recipe.regularizers:
            if ganreg.create("regularizer", spec).needs_independent_samples:
                assert not discriminator.normalizes_batch, recipe.name
