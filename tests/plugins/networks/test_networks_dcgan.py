import random
from types import SimpleNamespace

import keras
import numpy as np
import pytest
import tensorflow as tf
from ganreg_networks.dcgan import DcganDiscriminator, DcganGenerator

import ganreg
from ganreg import AssemblyError, DataSpec, SpecError

DIGITS = DataSpec((8, 8, 1), num_classes=10, value_range=(-1, 1))


def images(side, channels=1, **options):
    return DataSpec((side, side, channels), value_range=(-1, 1), **options)


SPECS = [images(4), DIGITS, images(28), images(32, 3, num_classes=7), images(64, 3), DataSpec((12, 12, 2))]


def normal(*shape):
    return np.random.default_rng(1).normal(size=shape).astype("float32")


def inputs_for(network, data, count=4):
    """Random latents or images, with labels where the network takes them."""
    first = normal(count, *((network.latent_dim,) if isinstance(network, DcganGenerator) else data.shape))
    return [first, np.arange(count, dtype="int32") % data.num_classes] if network.conditional else first


def layers_of(model, cls):
    return [layer for layer in model.layers if isinstance(layer, cls)]


@pytest.mark.parametrize("data", SPECS, ids=str)
def test_a_generator_makes_images_of_the_datas_shape(data):
    for conditional in {False, data.num_classes is not None}:
        network = DcganGenerator(width=4, conditional=conditional)

        model = network.build(data)

        assert model.name == "generator"
        assert (4, *data.shape) == model(inputs_for(network, data)).shape


@pytest.mark.parametrize("data", SPECS, ids=str)
def test_a_discriminator_gives_logits_and_one_feature_a_convolution(data):
    for conditional in {False, data.num_classes is not None}:
        network = DcganDiscriminator(width=4, conditional=conditional)

        model = network.build(data)
        output = model(inputs_for(network, data))

        assert model.name == "discriminator"
        assert {"logits", "features"} == set(output)
        assert output["logits"].shape == (4, 1)
        assert isinstance(output["features"], tuple)
        assert len(layers_of(model, keras.layers.Conv2D)) == len(output["features"])


def test_maps_halve_their_side_and_double_their_number():
    generator, discriminator = DcganGenerator(), DcganDiscriminator()

    upsampled = layers_of(generator.build(images(64, 3)), keras.layers.Conv2DTranspose)
    features = discriminator.build(images(64, 3)).output["features"]

    assert [layer.input.shape for layer in upsampled] == [
        (None, 4, 4, 512),
        (None, 8, 8, 256),
        (None, 16, 16, 128),
        (None, 32, 32, 64),
    ]
    assert [feature.shape for feature in features] == [
        (None, 32, 32, 64),
        (None, 16, 16, 128),
        (None, 8, 8, 256),
        (None, 4 * 4 * 512),
    ]


@pytest.mark.parametrize(
    ("side", "coarsest"), [(4, 1), (8, 2), (12, 3), (16, 4), (28, 7), (32, 4), (36, 9), (48, 6), (64, 4), (128, 4)]
)
def test_the_coarsest_maps_have_a_side_of_about_four(side, coarsest):
    model = DcganGenerator(width=1).build(images(side))

    assert (None, coarsest, coarsest) == layers_of(model, keras.layers.Conv2DTranspose)[0].input.shape[:3]


def test_no_map_has_more_channels_than_max_width():
    generator, discriminator = DcganGenerator(width=8, max_width=12), DcganDiscriminator(width=8, max_width=12)

    upsampled = layers_of(generator.build(images(64)), keras.layers.Conv2DTranspose)
    convolved = layers_of(discriminator.build(images(64)), keras.layers.Conv2D)

    assert [layer.filters for layer in upsampled] == [12, 12, 8, 1]
    assert [layer.filters for layer in convolved] == [8, 12, 12, 12]


def test_the_last_feature_is_what_the_linear_head_reads():
    model = DcganDiscriminator(width=4, dropout=0.5).build(DIGITS)

    output = model(normal(4, 8, 8, 1))

    head = model.get_layer("logits")
    np.testing.assert_allclose(output["logits"], output["features"][-1] @ head.kernel + head.bias, rtol=1e-4)


def test_features_are_leaky():
    model = DcganDiscriminator(width=4).build(DIGITS)
    samples = normal(4, 8, 8, 1)

    feature = model(samples)["features"][0]

    linear = layers_of(model, keras.layers.Conv2D)[0](samples)
    np.testing.assert_allclose(np.where(linear > 0, linear, 0.2 * linear), feature, rtol=1e-5)


@pytest.mark.parametrize("value_range", [(-1, 1), (0, 1), (0, 255)])
def test_generated_pixels_fill_the_datas_range_and_stay_in_it(value_range):
    data = DataSpec((8, 8, 3), value_range=value_range)
    model = DcganGenerator(width=4, norm="none", initializer_deviation=None).build(data)

    pixels = model(1e4 * normal(4, 100)).numpy()

    assert value_range == (pytest.approx(pixels.min(), abs=1e-5), pytest.approx(pixels.max()))


def test_pixels_of_unbounded_data_are_not_squashed():
    model = DcganGenerator(width=4, norm="none", initializer_deviation=None).build(DataSpec((8, 8, 1)))

    assert np.abs(model(1e4 * normal(4, 100))).max() > 100


@pytest.mark.parametrize("norm", ["none", "batch", "layer"])
@pytest.mark.parametrize("conditional", [False, True])
def test_gradient_reaches_every_variable(norm, conditional, unreached):
    generator = DcganGenerator(width=4, norm=norm, conditional=conditional)
    discriminator = DcganDiscriminator(width=4, norm=norm, conditional=conditional, dropout=0.1)

    assert unreached(generator.build(DIGITS), inputs_for(generator, DIGITS, 20)) == []
    assert (
        unreached(discriminator.build(DIGITS), inputs_for(discriminator, DIGITS, 20), lambda output: output["logits"])
        == []
    )


@pytest.mark.parametrize("norm", ["none", "layer"])
def test_a_gradient_penalty_reaches_every_kernel(norm):
    """R1 differentiates the input gradient once more; biases of a piecewise linear network have no part in it."""
    model = DcganDiscriminator(width=4, norm=norm).build(DIGITS)
    samples = tf.constant(normal(4, 8, 8, 1))

    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            inner.watch(samples)
            total = tf.reduce_sum(model(samples, training=True)["logits"])
        penalty = tf.reduce_sum(inner.gradient(total, samples) ** 2)
    kernels = [variable for variable in model.trainable_variables if variable.name == "kernel"]

    assert len(kernels) == 3
    assert all(np.any(gradient.numpy()) for gradient in outer.gradient(penalty, kernels))


def test_labels_matter_when_conditional():
    generator = DcganGenerator(width=4, conditional=True).build(DIGITS)
    discriminator = DcganDiscriminator(width=4, conditional=True).build(DIGITS)
    latents, samples = np.repeat(normal(1, 100), 10, axis=0), np.repeat(normal(1, 8, 8, 1), 10, axis=0)
    labels = np.arange(10, dtype="int32")

    assert len(np.unique(generator([latents, labels]).numpy(), axis=0)) == 10
    assert len(np.unique(discriminator([samples, labels])["logits"].numpy(), axis=0)) == 10


@pytest.mark.parametrize("shape", [(2,), (2, 2, 1), (2, 3, 1, 1), (4, 4, 4, 4, 4)])
@pytest.mark.parametrize("network", [DcganGenerator(), DcganDiscriminator()])
def test_samples_without_axes_to_convolve_along_are_refused(network, shape):
    data = DataSpec(shape)
    kind = "generator" if isinstance(network, DcganGenerator) else "discriminator"

    (problem,) = network.check(SimpleNamespace(data=data))

    assert problem.severity == "error"
    with pytest.raises(
        AssemblyError, match=f"{kind} dcgan needs s.*, got samples of shape .*; use {kind} mlp"
    ) as error:
        network.build(data)
    assert str(shape) in str(error.value)


@pytest.mark.parametrize("network", [DcganGenerator(conditional=True), DcganDiscriminator(conditional=True)])
def test_building_conditional_on_data_without_classes_is_refused(network):
    with pytest.raises(AssemblyError, match=r"dcgan is conditional, but the data \(8x8x1\) has no classes"):
        network.build(images(8))


@pytest.mark.parametrize("network", [DcganGenerator(), DcganDiscriminator(), DcganDiscriminator(conditional=True)])
def test_nothing_is_wrong_with_fitting_data(network):
    assert list(network.check(SimpleNamespace(data=DIGITS))) == []


@pytest.mark.parametrize("norm", ["none", "batch", "layer"])
@pytest.mark.parametrize("conditional", [False, True])
def test_a_saved_model_gives_the_same_outputs(norm, conditional, saved_and_loaded):
    data = DataSpec((8, 8, 1), num_classes=3, value_range=(0, 1))
    generator = DcganGenerator(width=4, norm=norm, conditional=conditional)
    discriminator = DcganDiscriminator(width=4, norm=norm, conditional=conditional, dropout=0.5)

    for network in (generator, discriminator):
        model, inputs = network.build(data), inputs_for(network, data)
        model(inputs, training=True)  # moves the moving averages, which must be saved too
        before, after = model(inputs), saved_and_loaded(model)(inputs)

        for one, other in zip(keras.tree.flatten(before), keras.tree.flatten(after), strict=True):
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("conditional", [False, True])
@pytest.mark.usefixtures("mixed_bfloat16")
def test_the_dtype_policy_decides_the_types(conditional):
    generator = DcganGenerator(width=4, conditional=conditional)
    discriminator = DcganDiscriminator(width=4, norm="layer", conditional=conditional)

    pixels = generator.build(DIGITS)(inputs_for(generator, DIGITS))
    output = discriminator.build(DIGITS)(inputs_for(discriminator, DIGITS))

    assert {"bfloat16"} == {tensor.dtype.name for tensor in (pixels, output["logits"], *output["features"])}


@pytest.mark.parametrize("norm", ["none", "batch", "layer"])
def test_normalizes_batch_says_whether_samples_share_statistics(norm):
    network = DcganDiscriminator(width=4, norm=norm)
    model = network.build(DIGITS)
    samples = normal(4, 8, 8, 1)

    among_others = model(samples, training=True)["logits"][:2]
    apart = model(samples[:2], training=True)["logits"]

    assert bool(layers_of(model, keras.layers.BatchNormalization)) == network.normalizes_batch
    assert network.normalizes_batch != np.allclose(among_others, apart, atol=1e-5)
    assert not network.without_batch_statistics().normalizes_batch


@pytest.mark.parametrize(
    ("norm", "layer"), [("batch", keras.layers.BatchNormalization), ("layer", keras.layers.GroupNormalization)]
)
def test_every_layer_but_the_papers_exceptions_is_normalized_and_has_no_bias(norm, layer):
    generator = DcganGenerator(width=4, norm=norm).build(images(32))
    discriminator = DcganDiscriminator(width=4, norm=norm).build(images(32))

    assert [found.input.shape[1:] for found in layers_of(generator, layer)] == [(4, 4, 16), (8, 8, 8), (16, 16, 4)]
    assert [found.input.shape[1:] for found in layers_of(discriminator, layer)] == [(8, 8, 8), (4, 4, 16)]
    assert [found.use_bias for found in layers_of(generator, keras.layers.Conv2DTranspose)] == [False, False, True]
    assert [found.use_bias for found in layers_of(discriminator, keras.layers.Conv2D)] == [True, False, False]


def test_layer_norm_takes_a_whole_samples_statistics():
    model = DcganDiscriminator(width=4, norm="layer").build(DIGITS)
    (layer,) = layers_of(model, keras.layers.GroupNormalization)

    values = layer(5 + 3 * normal(4, *layer.input.shape[1:])).numpy()

    np.testing.assert_allclose(values.mean(axis=(1, 2, 3)), 0, atol=1e-4)
    np.testing.assert_allclose(values.std(axis=(1, 2, 3)), 1, atol=1e-2)


def test_weights_start_with_the_papers_deviation():
    random.seed(0)
    generator = DcganGenerator().build(images(28))
    discriminator = DcganDiscriminator(initializer_deviation=0.1).build(images(28))

    def deviations(model):
        return [float(np.std(variable)) for variable in model.trainable_variables if variable.name == "kernel"]

    assert [pytest.approx(0.02, rel=0.1)] * 3 == deviations(generator)
    assert [pytest.approx(0.1, rel=0.1)] * 3 == deviations(discriminator)


def test_without_a_norm_the_default_weights_keep_the_signals_size():
    random.seed(0)
    model = DcganDiscriminator().build(images(64, 3))

    deviations = [float(np.std(feature)) for feature in model(normal(16, 64, 64, 3))["features"]]

    assert [pytest.approx(1.0, abs=0.4)] * 4 == deviations


def test_a_kernel_is_a_multiple_of_its_stride():
    model = DcganGenerator(width=4).build(DIGITS)

    for layer in layers_of(model, keras.layers.Conv2DTranspose):
        assert tuple(np.mod(layer.kernel_size, layer.strides)) == (0, 0)


@pytest.mark.parametrize("network", [DcganGenerator(width=4), DcganDiscriminator(width=4)])
def test_weights_follow_from_pythons_random_state(network):
    def kernel(seed):
        random.seed(seed)
        return network.build(DIGITS).get_weights()[0]

    np.testing.assert_array_equal(kernel(3), kernel(3))
    assert not np.array_equal(kernel(3), kernel(4))


@pytest.mark.parametrize(
    ("kind", "spec", "message"),
    [
        ("generator", "dcgan:latent_dim=0", "'latent_dim' must be >= 1"),
        ("generator", "dcgan:width=0", "'width' must be >= 1"),
        ("generator", "dcgan:max_width=0", "'max_width' must be >= 1"),
        ("generator", "dcgan:initializer_deviation=0", "'initializer_deviation' must be > 0"),
        ("discriminator", "dcgan:norm=instance", "'norm'.*none, batch, layer"),
        ("discriminator", "dcgan:dropout=1", "'dropout' must be < 1"),
    ],
)
def test_a_parameter_out_of_bounds_is_refused(kind, spec, message):
    with pytest.raises(SpecError, match=message):
        ganreg.create(kind, spec)


def test_spec_text_makes_the_networks():
    assert DcganGenerator(width=32, initializer_deviation=None) == ganreg.create(
        "generator", "dcgan:width=32,initializer_deviation=none"
    )
    assert DcganDiscriminator(norm="batch") == ganreg.create("discriminator", "dcgan:norm=batch")
