"""Virtual batch normalisation of whole generators."""

import keras
import numpy as np
import pytest
from ganreg_regularizers.virtual_batch_norm import VirtualBatchNorm

import ganreg

IMAGES = ganreg.DataSpec((8, 8, 1), num_classes=3, value_range=(-1, 1))


def _generator(spec):
    keras.utils.set_random_seed(0)
    plain = ganreg.create("generator", spec).build(IMAGES)
    return plain, VirtualBatchNorm(reference_samples=6).wrap_generator(plain, IMAGES)


@pytest.fixture(
    scope="module", params=["mlp:norm=batch,widths=(8,8)", "dcgan:norm=batch,width=4"], ids=["mlp", "dcgan"]
)
def generators(request):
    return {
        conditional: _generator(f"{request.param},latent_dim=5,conditional={str(conditional).lower()}")
        for conditional in (False, True)
    }


def _inputs(conditional, count=4):
    latents = np.random.default_rng(1).normal(size=(count, 5)).astype("float32")
    return [latents, np.arange(count, dtype=np.int32) % 3] if conditional else latents


@pytest.mark.parametrize("conditional", [False, True])
def test_a_sample_does_not_depend_on_its_batch(generators, conditional):
    _, model = generators[conditional]
    inputs = _inputs(conditional)
    whole = model(inputs, training=True)
    assert whole.shape == (4, 8, 8, 1)
    first = model([part[:1] for part in inputs] if conditional else inputs[:1], training=True)
    np.testing.assert_allclose(whole[:1], first, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(whole, model(inputs, training=False), rtol=1e-5, atol=1e-6)
    assert np.abs(whole[0] - whole[1]).max() > 1e-3


@pytest.mark.parametrize("conditional", [False, True])
def test_keeps_what_the_generator_learns(generators, conditional):
    plain, model = generators[conditional]
    assert model.name == plain.name
    assert sorted(map(tuple, (v.shape for v in model.trainable_variables))) == sorted(
        map(tuple, (v.shape for v in plain.trainable_variables))
    )
    names = {variable.name for variable in model.variables}
    assert "moving_mean" not in names  # which every batch normalization has
    assert {"gamma", "beta"} <= names


@pytest.mark.parametrize("conditional", [False, True])
def test_saves_and_loads(generators, conditional, tmp_path):
    _, model = generators[conditional]
    model.save(tmp_path / "generator.keras")
    inputs = _inputs(conditional)
    np.testing.assert_array_equal(keras.models.load_model(tmp_path / "generator.keras")(inputs), model(inputs))


@pytest.mark.parametrize("spec", ["mlp", "dcgan:norm=none"])
def test_without_batch_normalization_the_remedy_is_named(spec):
    plain = ganreg.create("generator", spec).build(IMAGES)
    with pytest.raises(ganreg.AssemblyError, match="use a generator that has some"):
        VirtualBatchNorm().wrap_generator(plain, IMAGES)


def test_only_functional_models():
    with pytest.raises(ganreg.AssemblyError, match="functional Keras model"):
        VirtualBatchNorm().wrap_generator(keras.Sequential([keras.layers.Dense(1)]), IMAGES)


@pytest.mark.parametrize("execution", ["graph", pytest.param("xla", marks=pytest.mark.slow)])
def test_trains_and_exports(execution, tmp_path):
    gan = ganreg.assemble(
        generator="mlp:norm=batch,widths=(8,)",
        discriminator="mlp:widths=(8,)",
        regularizers=["virtual-batch-norm:reference_samples=4"],
        data=ganreg.DataSpec((2,)),
        batch_size=8,
    )
    before = [variable.numpy() for variable in gan.generator.trainable_variables]
    gan.fit(np.random.default_rng(0).normal(size=(32, 2)).astype("float32"), steps=3, execution=execution, verbose=0)
    assert all(np.any(v != old) for v, old in zip(gan.generator.trainable_variables, before, strict=True))
    gan.average_generator.save(tmp_path / "generator.keras")
    loaded = keras.models.load_model(tmp_path / "generator.keras")
    latents = np.random.default_rng(1).normal(size=(3, gan.assembly.generator.latent_dim)).astype("float32")
    np.testing.assert_allclose(loaded(latents), gan(latents), rtol=1e-5, atol=1e-6)
    # The moving average has the same reference samples as the generator.
    assert np.array_equal(
        gan.generator.get_layer("reference_latents").latents,
        gan.average_generator.get_layer("reference_latents").latents,
    )


def test_refuses():
    with pytest.raises(ValueError, match="reference_samples"):
        VirtualBatchNorm(reference_samples=1)


def test_batch_normalization_in_a_nested_model_is_replaced_too():
    latents = keras.Input((5,))
    inner = keras.Sequential([keras.Input((4,)), keras.layers.BatchNormalization()])
    model = keras.Model(latents, inner(keras.layers.Dense(4)(latents)))
    wrapped = VirtualBatchNorm(reference_samples=6).wrap_generator(model, ganreg.DataSpec((4,)))
    assert "moving_mean" not in {variable.name for variable in wrapped.variables}
