"""The layers of the generator of tables, against numpy in double precision."""

import keras
import numpy as np
import pytest
from ganreg_networks.tabular_layers import BlockActivation, Conditioned, GumbelNoise
from scipy import special, stats

BLOCKS = [(3, True), (1, False), (400, True), (2, False), (2, True)]
WIDTH = sum(size for size, _ in BLOCKS)


def gumbel_softmax(logits, noise, temperature):
    """Block by block, the straightforward way."""
    parts, start = [], 0
    for size, one_hot in BLOCKS:
        place = slice(start, start + size)
        start += size
        own = logits[:, place].astype(float)
        parts.append(special.softmax((own + noise[:, place]) / temperature, axis=1) if one_hot else np.tanh(own))
    return parts


@pytest.mark.parametrize("scale", [1.0, 30.0, 100.0])
@pytest.mark.parametrize("value_range", [(-1.0, 1.0), (0.0, 4.0)])
def test_each_block_has_its_activation(scale, value_range):
    draw = np.random.default_rng(0)
    logits = (scale * draw.normal(size=(7, WIDTH))).astype("float32")
    noise = draw.gumbel(size=(7, WIDTH)).astype("float32")
    if scale > 30:  # so far above the mean, the greatest values of a long block count as equal
        logits[:, 4:404] /= 4
    made = np.array(BlockActivation(BLOCKS, temperature=0.5, value_range=value_range)([logits, noise]))
    least, greatest = value_range
    expected = []
    for (_, one_hot), part in zip(BLOCKS, gumbel_softmax(logits, noise, 0.5), strict=True):
        shares = part if one_hot else (part + 1) / 2
        expected.append(least + (greatest - least) * shares)
    np.testing.assert_allclose(made, np.concatenate(expected, axis=1), atol=2e-5)


def test_without_a_range_categories_are_shares_and_numbers_are_free():
    logits, noise = np.array([[1.0, 2.0, 7.0]], "float32"), np.zeros((1, 3), "float32")
    made = np.array(BlockActivation([(2, True), (1, False)], temperature=1.0)([logits, noise]))
    np.testing.assert_allclose(made, [[1 / (1 + np.e), np.e / (1 + np.e), 7.0]], rtol=1e-6)
    only = np.array(BlockActivation([(3, True)], temperature=1.0)([logits, noise]))
    np.testing.assert_allclose(only, special.softmax(logits, axis=1), rtol=1e-5)


def test_extreme_logits_give_finite_values_and_gradients():
    import tensorflow as tf

    layer = BlockActivation(BLOCKS)
    logits = tf.constant(np.random.default_rng(0).normal(size=(5, WIDTH)) * 1e4, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(logits)
        made = layer([logits, tf.zeros_like(logits)])
        loss = tf.reduce_sum(made * tf.range(WIDTH, dtype=tf.float32))
    assert np.isfinite(made).all()
    assert np.isfinite(tape.gradient(loss, logits)).all()


def test_noise_is_gumbel_independent_and_a_function_of_the_latents():
    keras.utils.set_random_seed(0)
    layer = GumbelNoise(5)
    latents = np.random.default_rng(0).normal(size=(20_000, 16)).astype("float32")
    noise = np.array(layer(latents))
    for column in noise.T:
        assert stats.kstest(column, "gumbel_r").pvalue > 1e-3
    ranks = np.exp(-np.exp(-noise))
    together = np.corrcoef(np.concatenate([ranks, np.square(ranks - 0.5), latents], axis=1).T) - np.eye(26)
    assert np.abs(together[:10]).max() < 0.035  # 5 deviations of independent values
    np.testing.assert_allclose(noise[5:9], layer(latents[5:9]), atol=1e-4)
    assert not layer.trainable_weights
    assert np.isfinite(np.array(layer(np.zeros((1, 16), "float32")))).all()


def test_conditions_are_met_and_other_blocks_are_left_alone():
    samples = np.full((3, 6), 0.25, "float32")
    layer = Conditioned([(1, 2), (4, 2)], value_range=(-1.0, 1.0))
    made = np.array(layer([samples, np.eye(4, dtype="float32")[[1, 2, 3]]]))
    free = 0.25
    np.testing.assert_array_equal(
        made,
        [[free, -1, 1, free, free, free], [free, free, free, free, 1, -1], [free, free, free, free, -1, 1]],
    )


@pytest.mark.parametrize(
    "layer",
    [
        GumbelNoise(3),
        BlockActivation([(2, True), (1, False)], temperature=0.3, value_range=(-1, 1)),
        Conditioned([(0, 2)], value_range=(-1, 1)),
    ],
)
def test_layers_are_made_again_from_their_configuration(layer):
    again = type(layer).from_config(layer.get_config())
    assert again.get_config() == layer.get_config()
