import keras
import numpy as np
import pytest
from ganreg_networks.autoencoder import AutoencoderDiscriminator, negative_error

from ganreg import AssemblyError, DataSpec

DIGITS = DataSpec((8, 8, 1), num_classes=10, value_range=(-1, 1))
POINTS = DataSpec((2,), num_classes=3)


def normal(*shape):
    return np.random.default_rng(1).normal(size=shape).astype("float32")


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
    with pytest.raises(AssemblyError, match="discriminator autoencoder needs samples with a side of at least 4"):
        AutoencoderDiscriminator().build(DataSpec((3, 3, 1)))


@pytest.mark.parametrize("shape", [(50, 2), (10, 13, 1), (5, 4, 6, 1)])
def test_signals_rectangles_and_volumes_are_reconstructed_whole(shape):
    model = AutoencoderDiscriminator(width=2, max_width=4, code_dim=3).build(DataSpec(shape))
    samples = normal(3, *shape)

    output = model(samples)

    assert output["reconstruction"].shape == samples.shape
    errors = np.square(samples - output["reconstruction"]).reshape(3, -1).mean(axis=1)
    np.testing.assert_allclose(output["logits"][:, 0], -errors, rtol=1e-4)


@pytest.mark.parametrize("data", [POINTS, DIGITS], ids=str)
@pytest.mark.parametrize("norm", ["none", "batch", "layer"])
def test_normalizes_batch_says_whether_samples_share_statistics(norm, data):
    network = AutoencoderDiscriminator(width=4, code_dim=5, norm=norm)
    model, samples = network.build(data), normal(6, *data.shape)

    among_others, alone = model(samples, training=True)["logits"][:2], model(samples[:2], training=True)["logits"]

    assert network.normalizes_batch != np.allclose(among_others, alone, rtol=1e-4, atol=1e-5)
    assert not network.without_batch_statistics().normalizes_batch


def test_the_papers_network_halves_64_pixels_to_4():
    """EBGAN, appendix D: (64)4c2s-(128)4c2s-(256)4c2s, here with one more to reach 4x4 at 256 channels."""
    model = AutoencoderDiscriminator(width=64, max_width=256, norm="batch").build(DataSpec((64, 64, 3)))

    assert [feature.shape[1:] for feature in model.output["features"]] == [
        (32, 32, 64),
        (16, 16, 128),
        (8, 8, 256),
        (4, 4, 256),
        (64,),
    ]


@pytest.mark.parametrize("error", ["mean-squared", "mean-absolute"])
def test_the_logit_is_minus_the_mean_error_and_never_above_0(error):
    shape = keras.Input((3, 2))
    model = keras.Model([shape, given := keras.Input((3, 2))], negative_error(shape, given, error))
    samples, reconstructions = (np.random.default_rng(seed).normal(size=(4, 3, 2)) for seed in (0, 1))

    computed = model([samples.astype("float32"), reconstructions.astype("float32")])

    difference = (samples - reconstructions).reshape(4, -1)
    errors = difference**2 if error == "mean-squared" else np.abs(difference)
    np.testing.assert_allclose(computed, -errors.mean(axis=1, keepdims=True), rtol=1e-5)
    np.testing.assert_array_equal(model([samples.astype("float32")] * 2), np.zeros((4, 1)))


def test_the_error_is_float32_whatever_the_samples_are(mixed_bfloat16):
    half = keras.Input((3,), dtype="bfloat16")
    assert negative_error(half, half, "mean-squared").dtype == "float32"


def test_for_points_all_layers_are_keras_s_own():
    """So that Keras opens a file of the discriminator without ganreg."""
    model = AutoencoderDiscriminator(width=4).build(DataSpec((2,)))
    assert {type(layer).__module__.partition(".")[0] for layer in model._flatten_layers()} == {"keras"}
