import keras
import numpy as np
import pytest
from ganreg_networks.r3gan import R3ganDiscriminator, R3ganGenerator

from ganreg import AssemblyError, DataSpec

DIGITS = DataSpec((8, 8, 1), num_classes=10, value_range=(-1, 1))


def normal(*shape):
    return np.random.default_rng(1).normal(size=shape).astype("float32")


def test_r3gan_blocks_start_as_identities(layers_of):
    generator = R3ganGenerator(width=8, group_width=8).build(DIGITS)
    discriminator = R3ganDiscriminator(width=8, group_width=8).build(DIGITS)

    for model in (generator, discriminator):
        blocks = layers_of(model, keras.layers.Add)
        assert len(blocks) == 3
        first = keras.Model(model.input, [blocks[0].input[0], blocks[0].output])
        entered, left = first(normal(2, *model.inputs[0].shape[1:]))
        np.testing.assert_array_equal(entered, left)


def test_r3gan_groups_have_the_chosen_width(layers_of):
    model = R3ganGenerator(width=8, group_width=4, blocks=2).build(DIGITS)

    grouped = [layer for layer in layers_of(model, keras.layers.Conv2D) if layer.groups > 1]

    assert len(grouped) == 6
    assert all(layer.kernel.shape[2] == 4 for layer in grouped)
    with pytest.raises(AssemblyError, match=r"r3gan cannot divide 2·width=20 .* into groups of 16; use a group_width"):
        R3ganDiscriminator(width=10).build(DIGITS)


def test_initial_weights_follow_fixup():
    """Deviations √(2/(1 + 0.2²))·L^(-1/4)/√fan_in in a block of L, the last convolution 0; 1/√fan_in elsewhere."""
    model = R3ganGenerator(width=64, max_width=64, group_width=16, blocks=2).build(DIGITS)
    first, grouped, last = [layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D)][:3]

    gain = (2 / 1.04) ** 0.5 * 6**-0.25  # three stages of two blocks

    assert np.std(first.kernel) == pytest.approx(gain / 64**0.5, rel=0.05)
    assert np.std(grouped.kernel) == pytest.approx(gain / (9 * 16) ** 0.5, rel=0.05)
    assert not np.any(last.kernel)


def with_known_weights(model):
    """The network with normal weights that shrink with the number of inputs, drawn in the order of Keras."""
    stream = np.random.default_rng(0)
    for weight in model.weights:
        fan_in = max(1, np.prod(weight.shape[:-1]))
        weight.assign((stream.normal(size=weight.shape) / np.sqrt(fan_in)).astype("float32"))
    return model


def test_whole_networks_compute_what_those_of_the_authors_do():
    """Constants are what `R3GAN/Networks.py` of github.com/brownvc/R3GAN computes with these weights, in PyTorch 2.13.

    Its arguments: `Generator(4, [16, 16, 8], [4, 4, 2], [1, 1, 1], 2)`, `Discriminator([8, 16, 16], [2, 4, 4], [1, 1,
    1], 2)`.
    """
    images = DataSpec((16, 16, 3))
    generator = with_known_weights(R3ganGenerator(latent_dim=4, width=8, max_width=16, group_width=8).build(images))
    discriminator = with_known_weights(R3ganDiscriminator(width=8, max_width=16, group_width=8).build(images))
    stream = np.random.default_rng(1)
    latents, samples = (stream.normal(size=shape).astype("float32") for shape in ((3, 4), (3, 16, 16, 3)))

    made = generator(latents).numpy()
    logits = discriminator(samples)["logits"].numpy()

    corner = [[-2.395095, 0.37418115, -2.0676918], [-2.9140632, 0.32262355, -1.9194026]]
    np.testing.assert_allclose(made[0, 0, :2], corner, rtol=1e-4)
    np.testing.assert_allclose(made[2, 8, 8], [-3.6913586, -0.7385566, -0.646165], rtol=1e-4)
    np.testing.assert_allclose(made.std(axis=(1, 2, 3)), [1.453566, 1.4324669, 1.4379362], rtol=1e-4)
    np.testing.assert_allclose(logits[:, 0], [1.8519083, 1.6269379, 2.18444], rtol=1e-4)
