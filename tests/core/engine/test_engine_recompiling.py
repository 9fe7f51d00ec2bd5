"""Other optimizers for a GAN that exists already."""

import keras
import numpy as np
import pytest

import ganreg
from ganreg.engine.recompiling import recompile

X = np.array([[0.5], [1.5]], np.float32)


@pytest.fixture
def gan(dirac):
    return dirac("wasserstein", regularizers=["weight-clipping:limit=9"], theta=3.0, psi=-2.0, rate=0.5)


def fit(gan):
    gan.fit(X, steps=1, verbose=0, execution="eager")


def test_a_spec_becomes_part_of_the_recipe(gan):
    recompile(gan.players, {"generator": "adam:learning_rate=0.25", "discriminator": None})
    assert isinstance(gan.generator_optimizer, keras.optimizers.Adam)
    assert gan.recipe.generator_optimizer == ganreg.Spec.of({"name": "adam", "learning_rate": 0.25})
    assert isinstance(gan.discriminator_optimizer, keras.optimizers.SGD)


def test_the_new_optimizer_trains_after_the_old_one(gan):
    """dL/dpsi = theta - mean(x): psi moves by 0.5·2 = 1 towards the reals, then not at all."""
    fit(gan)
    slope = gan.discriminator.weights[0].numpy().item()
    assert slope == pytest.approx(-3.0)
    gan.compile(discriminator_optimizer=keras.optimizers.SGD(0.0))
    fit(gan)
    assert gan.discriminator.weights[0].numpy().item() == slope
    assert int(gan.discriminator_optimizer.iterations) == 1
    assert int(gan.generator_optimizer.iterations) == 2


def test_assigning_is_compiling(gan):
    gan.generator_optimizer = mine = keras.optimizers.SGD(0.0)
    assert gan.players.generator.optimizer is mine
    fit(gan)
    assert gan.generator.weights[0].numpy().item() == 3.0


def test_without_arguments_both_start_afresh(gan):
    gan.compile(generator_optimizer=keras.optimizers.Adam(0.125, beta_1=0.25))
    fit(gan)
    gan.compile()
    assert [int(one.iterations) for one in (gan.generator_optimizer, gan.discriminator_optimizer)] == [0, 0]
    assert gan.generator_optimizer.get_config()["beta_1"] == 0.25


def test_a_layer_that_becomes_trainable_needs_compiling(small, points):
    gan = small()
    layer = next(one for one in gan.generator.layers if one.weights)
    layer.trainable = False
    gan.compile()
    layer.trainable = True
    with pytest.raises(ganreg.AssemblyError, match=r"of the generator became trainable .* call gan\.compile\(\)"):
        gan.fit(points, steps=1, verbose=0)
    gan.compile()
    gan.fit(points, steps=1, verbose=0, execution="eager")


@pytest.mark.parametrize("which", ["same", "other", "used"])
def test_an_optimizer_belongs_to_one_player(gan, which):
    used = keras.optimizers.SGD()
    used.build([keras.Variable(1.0)])
    given = {
        "same": {"generator": (one := keras.optimizers.SGD()), "discriminator": one},
        "other": {"generator": gan.discriminator_optimizer, "discriminator": None},
        "used": {"generator": used, "discriminator": None},
    }[which]
    with pytest.raises(ganreg.AssemblyError, match=r"both got the same|belongs to the discriminator|used before"):
        recompile(gan.players, given)


@pytest.mark.parametrize("given", ["adam:use_ema=true", keras.optimizers.Adam(use_ema=True)])
def test_keras_s_own_average_is_refused(gan, given):
    with pytest.raises(ganreg.SpecError, match=r"use_ema .* ema_decay"):
        gan.compile(generator_optimizer=given)
