"""Networks are built from the seed, wrapped in order, and held to what was agreed."""

import attrs
import keras
import numpy as np
import pytest

import ganreg
from ganreg.engine.networks import build, normalizes_batch
from ganreg.engine.resolving import resolve

POINTS = ganreg.DataSpec((2,))


def assembly_of(*regularizers, seed=0, **components):
    return resolve(ganreg.Recipe(seed=seed, **components), data=POINTS, regularizers=regularizers)


@pytest.mark.parametrize("role", ["generator", "discriminator"])
def test_the_seed_determines_the_weights(role):
    first, second, other = (build(assembly_of(seed=seed), role).get_weights() for seed in (3, 3, 4))
    assert all(np.array_equal(one, two) for one, two in zip(first, second, strict=True))
    assert not all(np.array_equal(one, two) for one, two in zip(first, other, strict=True))


@attrs.frozen(kw_only=True)
class Doubling(ganreg.Regularizer):
    """Doubles what a network puts out, or what goes into the discriminator."""

    def wrap_generator(self, model, data):
        return keras.Model(model.input, 2.0 * model.output)

    def wrap_discriminator(self, model, data):
        outputs = model.output
        return keras.Model(model.input, {**outputs, "logits": 2.0 * outputs["logits"]})


@attrs.frozen(kw_only=True)
class Adding(Doubling):
    """Adds one to it instead."""

    def wrap_generator(self, model, data):
        return keras.Model(model.input, model.output + 1.0)


def test_wrappers_apply_in_order():
    latents = np.random.default_rng(0).normal(size=(5, 16)).astype(np.float32)
    plain = build(assembly_of(), "generator")(latents).numpy()
    both = build(assembly_of(Doubling(), Adding()), "generator")(latents).numpy()
    np.testing.assert_allclose(both, 2 * plain + 1, rtol=1e-6)


@attrs.frozen(kw_only=True)
class Pairs(ganreg.Regularizer):
    """Has the discriminator built for samples twice as long."""

    def discriminator_data(self, data):
        return attrs.evolve(data, shape=(2 * data.shape[0],))

    def wrap_discriminator(self, model, data):
        samples = keras.Input(data.shape)
        return keras.Model(samples, model(keras.ops.concatenate([samples, samples], axis=1)))


@attrs.frozen(kw_only=True)
class Seeing(ganreg.Regularizer):
    """Notes the data that it wraps the discriminator for."""

    seen: list = attrs.Factory(list)

    def wrap_discriminator(self, model, data):
        self.seen.append(data.shape)
        return model


def test_who_changes_the_data_wraps_last_and_the_others_see_what_it_returns():
    seeing = Seeing()
    model = build(assembly_of(Pairs(), seeing), "discriminator")
    assert seeing.seen == [(4,)]
    assert model.input_shape == (None, 2)


@attrs.frozen(kw_only=True)
class Text(ganreg.Discriminator):
    """Builds no model."""

    def build(self, data):
        return "a model"


def test_what_is_no_model_is_refused():
    assembly = resolve(ganreg.Recipe(), data=POINTS, components={"discriminator": Text()})
    with pytest.raises(ganreg.AssemblyError, match=r"Text' of .* must return a keras\.Model from build, got str"):
        build(assembly, "discriminator")


def test_layers_inside_layers_count_as_batch_statistics():
    samples = keras.Input((2,))
    inner = keras.Sequential([keras.layers.Dense(3), keras.layers.BatchNormalization()])
    assert normalizes_batch(keras.Model(samples, inner(samples)))
    assert not normalizes_batch(keras.Model(samples, keras.layers.LayerNormalization()(samples)))
