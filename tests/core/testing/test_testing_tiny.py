"""The small GAN for tests."""

import numpy as np
import pytest
from faulty_gan.described import Helpless
from faulty_gan.games import Idle
from faulty_gan.regularizers import Drift

import ganreg
from ganreg.testing.reference import ReferenceDiscriminator, ReferenceGenerator, ReferenceLoss, ReferenceTranslator
from ganreg.testing.tiny import tiny_gan


def test_it_consists_of_reference_components():
    gan = tiny_gan()
    classes = {type(part.implementation) for part in gan.assembly.all_parts}
    assert classes == {ReferenceGenerator, ReferenceDiscriminator, ReferenceLoss}
    assert (gan.recipe.batch_size, gan.recipe.ema_decay) == (8, 0.0)
    assert gan.assembly.data == ganreg.DataSpec((2,))


def test_components_data_and_settings_can_be_given():
    data = ganreg.DataSpec((8, 8, 1), num_classes=3, value_range=(-1.0, 1.0))
    gan = tiny_gan(loss="hinge", regularizers=[Drift(weight=2.0)], data=data, batch_size=4, seed=7)
    assert gan.assembly.loss == ganreg.create("loss", "hinge")
    assert [part.implementation for part in gan.assembly.all_parts][-1] == Drift(weight=2.0)
    assert (gan.recipe.batch_size, gan.recipe.seed) == (4, 7)
    assert gan.generate(2, labels=np.array([0, 2])).shape == (2, 8, 8, 1)


def test_a_game_is_played_by_reference_networks():
    gan = tiny_gan(game=Idle())
    assert {name: type(gan.assembly.part_of(name).implementation) for name in gan.networks} == {
        "generator": ReferenceGenerator,
        "discriminator": ReferenceDiscriminator,
        "encoder": ReferenceTranslator,
    }
    encoder = ganreg.create("translator", "mlp:widths=[3]")
    assert tiny_gan(game=Idle(), networks={"encoder": encoder}).assembly.parts["encoder"].implementation == encoder


def test_a_game_can_be_named():
    gan = tiny_gan(game="cycle:cycle=3", data=ganreg.DataSpec((2,), source=ganreg.DataSpec((3,))))
    assert gan.assembly.game.cycle == 3
    assert gan.translate(np.zeros((4, 3), np.float32)).shape == (4, 2)


def test_calling_it_without_latents_makes_another():
    gan = tiny_gan()
    other = gan(seed=5)
    assert other is not gan
    assert other.recipe.seed == 5
    latents = np.ones((4, gan.assembly.generator.latent_dim), np.float32)
    np.testing.assert_allclose(gan(latents), gan.average_generator(latents))


def test_components_that_do_not_fit_are_refused():
    with pytest.raises(ganreg.AssemblyError, match="images are not supported"):
        tiny_gan(regularizers=[Helpless()], data=ganreg.DataSpec((8, 8, 1)))
