"""Adapting: own models and functions from `assemble` to samples, and what is refused in one line."""

import keras
import numpy as np
import pytest
from keras import layers, ops

import ganreg
from ganreg.adapters.adapting import adapted, is_adapter, is_model, own_name
from tests.core.adapters.conftest import CLASSES, POINTS, Dense, Sized, sequential


def of_both(real, fake):
    return ops.softplus(-real) + ops.softplus(fake)


def of_fake(fake):
    return ops.softplus(-fake)


def size(step):
    return ops.mean(step.real_logits**2)


def test_own_models_and_functions_train(generator, discriminator):
    gan = ganreg.assemble(
        generator=generator, discriminator=discriminator, loss=(of_both, of_fake), regularizers=[size], data=POINTS
    )
    before = [generator.get_weights(), discriminator.get_weights()]
    history = gan.fit(steps=2, verbose=0, execution="eager").history
    assert gan.generator is generator
    for model, was in zip((generator, discriminator), before, strict=True):
        assert not np.allclose(model.get_weights()[0], was[0])
    assert {"discriminator/size", "discriminator_loss"} <= set(history)
    assert str(gan.recipe.generator) == "unregistered/own_generator:latent_dim=4,conditional=false,value_range=none"
    assert gan.generate(3).shape == (3, 2)


def test_the_losses_are_those_of_the_functions(generator, discriminator):
    """With a generator that always makes the origin, both players' losses follow from the discriminator alone."""
    generator.layers[-1].kernel.assign(np.zeros((4, 2)))
    gan = ganreg.assemble(
        generator=generator, discriminator=discriminator, loss=(of_both, of_fake), regularizers=[size], data=POINTS
    )
    logs = gan.test_on_batch(POINTS)
    real, fake = np.asarray(discriminator(POINTS))[:, 0], float(discriminator(np.zeros((1, 2)))[0, 0])
    assert logs["discriminator_loss"] == pytest.approx(
        np.mean(np.log1p(np.exp(-real))) + np.log1p(np.exp(fake)), abs=1e-5
    )
    assert logs["generator_loss"] == pytest.approx(np.log1p(np.exp(-fake)), abs=1e-5)
    assert logs["discriminator/size"] == pytest.approx(np.mean(real**2), abs=1e-5)


def test_labels_joined_as_in_keras_own_example():
    gan = ganreg.assemble(generator=sequential(7, 2), discriminator=sequential(5, 1), data=(POINTS, CLASSES))
    gan.fit(steps=1, verbose=0, execution="eager")
    assert gan.recipe.generator.parameters["latent_dim"] == 4
    assert gan.generate(3, labels=[0, 1, 2]).shape == (3, 2)


def test_functions_build_networks_from_the_seed():
    gans = [
        ganreg.assemble(generator=lambda: sequential(4, 2), discriminator=Dense, data=POINTS, seed=seed)
        for seed in (1, 1, 2)
    ]
    first, again, other = (gan.generator.get_weights()[0] for gan in gans)
    np.testing.assert_array_equal(first, again)
    assert not np.allclose(first, other)


def test_a_class_of_components_stands_for_its_defaults():
    import attrs

    @attrs.frozen(kw_only=True)
    class Made(ganreg.Generator):
        latent_dim: int = 3

        def build(self, data):
            return sequential(self.latent_dim, *data.shape)

    assert ganreg.assemble(generator=Made, data=POINTS).recipe.generator.parameters["latent_dim"] == 3


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        (
            lambda: {"generator": sequential(4, 3, name="g")},
            r"'unregistered/g' of your program makes samples of shape \(3,",
        ),
        (lambda: {"discriminator": sequential(3, 1, name="d")}, r"'d' takes inputs of shape \('B', 3\), but is given"),
        (lambda: {"discriminator": sequential(2, 4, name="d")}, r"'d' returns \('B', 4\)"),
        (lambda: {"generator": Sized(7)}, "pass a function that builds the model"),
        (lambda: {"generator": layers.Dense(2)}, "a keras.Model, or a function that builds one, got Dense"),
        (lambda: {"generator": 3}, "got int"),
        (lambda: {"loss": keras.losses.Hinge()}, "a pair of functions"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_line(choices, message):
    with pytest.raises(ganreg.AssemblyError, match=message) as caught:
        ganreg.assemble(data=POINTS, **choices())
    assert "\n" not in str(caught.value)


def test_networks_that_share_a_layer_are_refused():
    shared, first, second = layers.Dense(3, name="shared"), keras.Input((2,)), keras.Input((2,))
    makes = keras.Model(first, layers.Dense(2)(shared(first)))
    judges = keras.Model(second, layers.Dense(1)(shared(second)))
    with pytest.raises(ganreg.AssemblyError, match="generator and discriminator share the variable 'shared/kernel'"):
        ganreg.assemble(generator=makes, discriminator=judges, data=POINTS)


def test_what_is_not_used_is_told(generator, discriminator):
    discriminator.compile("adam", "mse")
    with pytest.warns(ganreg.GanregWarning, match="'own_discriminator' has been compiled, but a GAN does not use its"):
        ganreg.assemble(generator=generator, discriminator=discriminator, data=POINTS)
    with pytest.warns(ganreg.GanregWarning, match="'own_generator' already belongs to a GAN; this one trains a copy"):
        gan = ganreg.assemble(generator=generator, data=POINTS)
    assert gan.generator is not generator
    np.testing.assert_array_equal(gan.generator.get_weights()[0], generator.get_weights()[0])


def test_names_fit_for_specs(generator):
    assert is_model(generator)
    assert not is_model(3)
    made = adapted("generator", generator)
    assert is_adapter(made)
    assert own_name(adapted("regularizer", lambda step: step)) == "lambda"
