"""What is particular to each of the papers' networks."""

from types import SimpleNamespace

import keras
import numpy as np
import pytest
import tensorflow as tf
from ganreg_networks.attention import Attend
from ganreg_networks.autoencoder import AutoencoderDiscriminator
from ganreg_networks.modulation import Noise
from ganreg_networks.patch import PatchDiscriminator
from ganreg_networks.r3gan import R3ganDiscriminator, R3ganGenerator
from ganreg_networks.resnet import ResnetDiscriminator, ResnetGenerator
from ganreg_networks.self_attention import SelfAttentionDiscriminator, SelfAttentionGenerator
from ganreg_networks.style import StyleGenerator
from ganreg_networks.style_discriminator import StyleDiscriminator

import ganreg
from ganreg import AssemblyError, DataSpec, GanregWarning

DIGITS = DataSpec((8, 8, 1), num_classes=10, value_range=(-1, 1))
POINTS = DataSpec((2,), num_classes=3)


def normal(*shape):
    return np.random.default_rng(1).normal(size=shape).astype("float32")


def layers_of(model, cls):
    return [layer for layer in model._flatten_layers() if isinstance(layer, cls)]


@pytest.mark.parametrize(("layers", "field"), [(1, 16), (2, 34), (3, 70)])
def test_a_patch_logit_sees_its_receptive_field_and_no_more(layers, field):
    network = PatchDiscriminator(layers=layers, width=2)
    side = 8 * (field // 4)
    model = network.build(DataSpec((side, side, 1)))
    samples = tf.constant(normal(1, side, side, 1))

    with tf.GradientTape() as tape:
        tape.watch(samples)
        logits = model(samples)["logits"]
        logit = logits[0, logits.shape[1] // 2, logits.shape[2] // 2, 0]
    seen = np.argwhere(tape.gradient(logit, samples)[0, :, :, 0].numpy())

    assert network.receptive_field == field
    assert {field} == set(np.ptp(seen, axis=0) + 1)


def test_patches_may_be_of_any_shape_that_is_large_enough():
    assert PatchDiscriminator(width=2).build(DataSpec((5, 9, 2)))(normal(2, 5, 9, 2))["logits"].shape == (2, 2, 3, 1)
    message = r"patch with layers=3 needs images with sides of at least 8, got samples of shape \(4, 9, 1\); take fewer"
    with pytest.raises(AssemblyError, match=message):
        PatchDiscriminator(layers=3).build(DataSpec((4, 9, 1)))


@pytest.mark.parametrize("conditional", [False, True])
@pytest.mark.parametrize("error", ["mean-squared", "mean-absolute"])
@pytest.mark.parametrize("data", [POINTS, DIGITS], ids=str)
def test_an_autoencoders_logits_are_minus_its_error(data, error, conditional):
    model = AutoencoderDiscriminator(width=4, code_dim=5, error=error, conditional=conditional).build(data)
    samples = normal(6, *data.shape)

    output = model([samples, np.zeros(6, "int32")] if conditional else samples)

    difference = (samples - output["reconstruction"].numpy()).reshape(6, -1)
    errors = difference**2 if error == "mean-squared" else np.abs(difference)
    np.testing.assert_allclose(output["logits"], -errors.mean(axis=1, keepdims=True), rtol=1e-5)
    assert output["features"][-1].shape == (6, 5)
    assert output["reconstruction"].shape == samples.shape
    assert AutoencoderDiscriminator.gives_energy


def test_an_autoencoder_reconstructs_from_its_code_alone():
    model = AutoencoderDiscriminator(width=4, code_dim=1).build(POINTS)
    head = keras.Model(model.get_layer("code").output, model.output["reconstruction"])
    output = model(normal(3, 2))

    np.testing.assert_allclose(output["reconstruction"], head(output["features"][-1]), rtol=1e-5)


def test_an_autoencoder_refuses_images_that_it_cannot_halve():
    with pytest.raises(AssemblyError, match="discriminator autoencoder needs square images"):
        AutoencoderDiscriminator().build(DataSpec((10, 10, 1)))


def test_residual_maps_halve_their_side_and_double_their_number():
    generator = ResnetGenerator(width=8).build(DataSpec((32, 32, 3)))
    discriminator = ResnetDiscriminator(width=8).build(DataSpec((32, 32, 3)))

    added = [layer.output.shape[1:] for layer in layers_of(generator, keras.layers.Add)]
    features = [feature.shape[1:] for feature in discriminator.output["features"]]

    assert added == [(8, 8, 32), (16, 16, 16), (32, 32, 8)]
    assert features == [(16, 16, 8), (8, 8, 16), (4, 4, 32), (32,)]


@pytest.mark.parametrize(("pooling", "factor"), [("sum", 4), ("mean", 1)])
def test_a_residual_discriminator_pools_all_pixels(pooling, factor):
    model = ResnetDiscriminator(width=8, pooling=pooling).build(DIGITS)
    (average,) = layers_of(model, keras.layers.GlobalAveragePooling2D)
    last = keras.Model(model.input, average.input)
    samples = normal(3, 8, 8, 1)

    np.testing.assert_allclose(
        model(samples)["features"][-1], factor * last(samples).numpy().mean((1, 2)), rtol=1e-4, atol=1e-5
    )


@pytest.mark.parametrize("norm", ["none", "batch"])
def test_a_conditional_residual_generator_normalizes_by_class_or_reads_the_label(norm):
    model = ResnetGenerator(width=8, norm=norm, conditional=True).build(DIGITS)

    images = model([normal(1, 128).repeat(10, axis=0), np.arange(10)])

    assert len(np.unique(images.numpy().reshape(10, -1), axis=0)) == 10
    assert bool(layers_of(model, keras.layers.BatchNormalization)) == (norm == "batch")


@pytest.mark.parametrize("norm", ["none", "layer"])
def test_a_residual_discriminator_judges_each_sample_alone(norm):
    network = ResnetDiscriminator(width=8, norm=norm)
    model, samples = network.build(DIGITS), normal(4, 8, 8, 1)

    among_others = model(samples, training=True)["logits"][:2]

    assert not network.normalizes_batch
    np.testing.assert_allclose(among_others, model(samples[:2], training=True)["logits"], rtol=1e-4, atol=1e-4)
    assert bool(layers_of(model, keras.layers.GroupNormalization)) == (norm == "layer")


@pytest.mark.parametrize(("side", "middle"), [(4, 2), (8, 4), (28, 14), (32, 16), (64, 16), (128, 32)])
@pytest.mark.parametrize("network", [SelfAttentionGenerator(width=1), SelfAttentionDiscriminator(width=1)])
def test_attention_is_at_the_middle_resolution(network, side, middle):
    (layer,) = layers_of(network.build(DataSpec((side, side, 1))), Attend)

    assert layer.output.shape[1:3] == (middle, middle)


@pytest.mark.parametrize(("network", "channels"), [(SelfAttentionGenerator, 64), (SelfAttentionDiscriminator, 32)])
def test_attention_is_at_the_chosen_resolution_and_nowhere_else(network, channels):
    (layer,) = layers_of(network(width=16, attention_side=8).build(DataSpec((32, 32, 1))), Attend)
    queries, keys, values = (tensor.shape[1:] for tensor in layer.input)

    assert (queries, keys, values) == ((8, 8, channels // 8), (4, 4, channels // 8), (4, 4, channels // 2))
    with pytest.raises(
        AssemblyError, match="no maps of side attention_side=4 for images of 32x32x1; take one of 8, 16"
    ):
        network(attention_side=4).build(DataSpec((32, 32, 1)))


def test_the_style_generator_is_a_mapping_and_a_synthesis_network():
    model = StyleGenerator(width=8, style_dim=6, conditional=True).build(DIGITS)
    latents, labels = normal(3, 64), np.arange(3, dtype="int32")

    styles = model.get_layer("mapping")([latents, labels])

    assert styles.shape == (3, 6)
    np.testing.assert_allclose(model.get_layer("synthesis")(styles), model([latents, labels]), rtol=1e-5, atol=1e-6)


def test_the_scale_of_latents_does_not_matter_to_styles():
    model = StyleGenerator(width=8).build(DIGITS)
    latents = normal(3, 64)

    np.testing.assert_allclose(model(5 * latents), model(latents), rtol=1e-4, atol=1e-5)


def test_noise_makes_each_training_pass_different_and_may_be_left_out():
    def difference(**options):
        model = StyleGenerator(width=8, **options).build(DIGITS)
        for layer in layers_of(model, Noise):
            layer.strength.assign(1.0)
        latents = normal(2, 64)
        return np.abs(model(latents, training=True) - model(latents, training=True)).max()

    assert difference() > 1e-3
    assert difference(noise=False) == 0


@pytest.mark.parametrize("size", [0, 1, 2, 4])
def test_the_style_discriminator_compares_samples_unless_told_not_to(size):
    network = StyleDiscriminator(width=8, minibatch_stddev=size)
    model, samples = network.build(DIGITS), normal(4, 8, 8, 1)

    among_others = model(samples)["logits"][:1]

    assert np.allclose(among_others, model(samples[:1])["logits"], atol=1e-5) == (size < 2)
    assert not network.normalizes_batch


@pytest.mark.parametrize(("size", "warnings"), [(4, 1), (0, 0)])
def test_comparing_samples_is_warned_of_where_they_should_be_judged_alone(size, warnings):
    part = SimpleNamespace(component=ganreg.create("regularizer", "wgan-gp"), spec=SimpleNamespace(name="wgan-gp"))
    assembly = SimpleNamespace(data=DIGITS, regularizer_parts=[part])

    problems = list(StyleDiscriminator(minibatch_stddev=size).check(assembly))

    assert [problem.severity for problem in problems] == ["warning"] * warnings
    assert all("minibatch_stddev=0" in problem.hint for problem in problems)


def test_the_warning_reaches_the_user():
    with pytest.warns(GanregWarning, match=r"wgan-gp.*'style' compares the samples.*minibatch_stddev=0"):
        ganreg.assemble(
            generator="dcgan",
            discriminator="style:width=4",
            loss="wasserstein",
            regularizers=["wgan-gp"],
            data=DIGITS,
        )


def test_r3gan_blocks_start_as_identities():
    generator = R3ganGenerator(width=8, group_width=8).build(DIGITS)
    discriminator = R3ganDiscriminator(width=8, group_width=8).build(DIGITS)

    for model in (generator, discriminator):
        blocks = layers_of(model, keras.layers.Add)
        assert len(blocks) == 3
        first = keras.Model(model.input, [blocks[0].input[0], blocks[0].output])
        entered, left = first(normal(2, *model.inputs[0].shape[1:]))
        np.testing.assert_array_equal(entered, left)


def test_r3gan_groups_have_the_chosen_width():
    model = R3ganGenerator(width=8, group_width=4, blocks=2).build(DIGITS)

    grouped = [layer for layer in layers_of(model, keras.layers.Conv2D) if layer.groups > 1]

    assert len(grouped) == 6
    assert all(layer.kernel.shape[2] == 4 for layer in grouped)
    with pytest.raises(AssemblyError, match=r"r3gan cannot divide 2·width=20 .* into groups of 16; take a group_width"):
        R3ganDiscriminator(width=10).build(DIGITS)
