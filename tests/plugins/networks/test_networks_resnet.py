import keras
import numpy as np
import pytest
from ganreg_networks.resnet import ResnetDiscriminator, ResnetGenerator

from ganreg import DataSpec

DIGITS = DataSpec((8, 8, 1), num_classes=10, value_range=(-1, 1))


def normal(*shape):
    return np.random.default_rng(1).normal(size=shape).astype("float32")


def test_residual_maps_halve_their_side_and_double_their_number(layers_of):
    generator = ResnetGenerator(width=8).build(DataSpec((32, 32, 3)))
    discriminator = ResnetDiscriminator(width=8).build(DataSpec((32, 32, 3)))

    added = [layer.output.shape[1:] for layer in layers_of(generator, keras.layers.Add)]
    features = [feature.shape[1:] for feature in discriminator.output["features"]]

    assert added == [(8, 8, 32), (16, 16, 16), (32, 32, 8)]
    assert features == [(16, 16, 8), (8, 8, 16), (4, 4, 32), (32,)]


@pytest.mark.parametrize(("pooling", "factor"), [("sum", 4), ("mean", 1)])
def test_a_residual_discriminator_pools_all_pixels(pooling, factor, layers_of):
    model = ResnetDiscriminator(width=8, pooling=pooling).build(DIGITS)
    (average,) = layers_of(model, keras.layers.GlobalAveragePooling2D)
    last = keras.Model(model.input, average.input)
    samples = normal(3, 8, 8, 1)

    np.testing.assert_allclose(
        model(samples)["features"][-1], factor * last(samples).numpy().mean((1, 2)), rtol=1e-4, atol=1e-5
    )


@pytest.mark.parametrize("norm", ["none", "batch"])
def test_a_conditional_residual_generator_normalizes_by_class_or_reads_the_label(norm, layers_of):
    model = ResnetGenerator(width=8, norm=norm, conditional=True).build(DIGITS)

    images = model([normal(1, 128).repeat(10, axis=0), np.arange(10)])

    assert len(np.unique(images.numpy().reshape(10, -1), axis=0)) == 10
    assert bool(layers_of(model, keras.layers.BatchNormalization)) == (norm == "batch")


@pytest.mark.parametrize("norm", ["none", "layer"])
def test_a_residual_discriminator_scores_each_sample_alone(norm, layers_of):
    network = ResnetDiscriminator(width=8, norm=norm)
    model, samples = network.build(DIGITS), normal(4, 8, 8, 1)

    among_others = model(samples, training=True)["logits"][:2]

    assert not network.normalizes_batch
    np.testing.assert_allclose(among_others, model(samples[:2], training=True)["logits"], rtol=1e-4, atol=1e-4)
    assert bool(layers_of(model, keras.layers.GroupNormalization)) == (norm == "layer")
