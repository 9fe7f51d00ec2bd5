import numpy as np
import pytest
from ganreg_networks.modulation import Bias, ModulatedConvolution, Noise
from ganreg_networks.style import StyleGenerator
from ganreg_networks.style_layers import EqualizedDense, LearnedConstant

from ganreg import DataSpec

DIGITS = DataSpec((8, 8, 1), num_classes=10, value_range=(-1, 1))


def normal(*shape):
    return np.random.default_rng(1).normal(size=shape).astype("float32")


@pytest.mark.slow
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


def test_noise_makes_each_training_pass_different_and_may_be_left_out(layers_of):
    def difference(**options):
        model = StyleGenerator(width=8, **options).build(DIGITS)
        for layer in layers_of(model, Noise):
            layer.strength.assign(1.0)
        latents = normal(2, 64)
        return np.abs(model(latents, training=True) - model(latents, training=True)).max()

    assert difference() > 1e-3
    assert difference(noise=False) == 0


def test_images_are_bounded_by_the_datas_range_alone():
    latents = 100 * normal(4, 64)

    bounded = StyleGenerator(width=8).build(DataSpec((8, 8, 1), value_range=(0, 1)))(latents).numpy()
    free = StyleGenerator(width=8).build(DataSpec((8, 8, 1)))

    assert 0 <= bounded.min() < bounded.max() <= 1
    for variable in free.trainable_variables:
        variable.assign(10 * variable)
    assert np.abs(free(latents)).max() > 10


def test_the_whole_network_computes_what_that_of_the_authors_does(fill):
    """Constants are what github.com/NVlabs/stylegan2-ada-pytorch computes with these weights, in PyTorch 2.13.

    That is `MappingNetwork(4, 0, 5, None, num_layers=2, layer_features=5, w_avg_beta=None)` and `SynthesisNetwork(5,
    16, 3, channel_base=128, channel_max=16)` without noise. Its kernels after upsampling are mirrored copies.
    """
    network = StyleGenerator(latent_dim=4, style_dim=5, layers=2, width=8, max_width=16, noise=False)
    model = network.build(DataSpec((16, 16, 3)))
    stream = np.random.default_rng(0)
    fill(stream, model.get_layer("mapping"), [EqualizedDense], scale=100)
    fill(stream, model.get_layer("synthesis"), [LearnedConstant, ModulatedConvolution, EqualizedDense, Bias])

    made = model(normal(3, 4)).numpy()

    corner = [[4.201705, -4.783814, 2.1413076], [4.5301194, -3.937273, 2.3099775]]
    np.testing.assert_allclose(made[0, 0, :2], corner, rtol=1e-4)
    np.testing.assert_allclose(made[2, 8, 8], [4.5470037, 0.20148182, 3.002965], rtol=1e-4)
    np.testing.assert_allclose(made[1, 15, 15], [4.756154, -3.9982858, 0.24850476], rtol=1e-4)
    np.testing.assert_allclose(made.std(axis=(1, 2, 3)), [2.9764297, 4.085192, 4.6585817], rtol=1e-4)
