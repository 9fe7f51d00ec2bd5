"""Top-k: which generated samples count, and how many as training goes on."""

import numpy as np
import pytest
import tensorflow as tf
from ganreg_regularizers.top_k import TopK
from hypothesis import given
from hypothesis import strategies as st

import ganreg
from ganreg.testing import generator_step


def _weights(logits, iteration=0, **options):
    logits = np.reshape(np.float32(logits), (-1, 1))
    step = generator_step(
        lambda z, training: z, lambda x, training: x, real=logits, latents=logits, iteration=iteration
    )
    return TopK(**options).generator_weights(step).numpy()


def test_at_first_all_count():
    np.testing.assert_array_equal(_weights([3.0, -1.0, 2.0]), np.ones(3))


@pytest.mark.parametrize(
    ("iteration", "kept"), [(0, 10), (25, 9), (50, 8), (100, 5), (1000, 5)]
)  # ceil(10 * 0.5^(i/100))
def test_fewer_count_as_training_goes_on(iteration, kept):
    logits = np.random.default_rng(0).normal(size=10)
    weights = _weights(logits, iteration, anneal_steps=100)
    expected = np.zeros(10)
    expected[np.argsort(-logits)[:kept]] = 1.0
    np.testing.assert_array_equal(weights, expected)


def test_is_the_papers_decay_by_epochs():
    """γ = 0.99 an epoch, of 20 iterations each, for log ½ / log 0.99 epochs."""
    anneal = round(20 * np.log(0.5) / np.log(0.99))
    for epoch in (0, 10, 40, 68):
        k = 1000 * 0.99**epoch
        weights = _weights(np.arange(1000), 20 * epoch, anneal_steps=anneal)
        assert abs(weights.sum() - k) <= 1.5


def test_a_sample_of_patches_counts_by_their_mean():
    """Means of 2, 0 and 1.5, so that the second of three is left out."""
    samples = np.float32([[[[8.0]], [[-4.0]]], [[[0.0]], [[0.0]]], [[[1.0]], [[2.0]]]])
    latents = np.zeros((3, 1))
    step = generator_step(
        lambda z, training: tf.constant(samples), lambda x, training: x, real=samples, latents=latents
    )
    weights = TopK(least_share=0.6, anneal_steps=0).generator_weights(step)
    np.testing.assert_array_equal(weights, [1.0, 0.0, 1.0])


@given(st.lists(st.sampled_from([-80.0, 0.0, 1.0, 80.0]), min_size=1, max_size=9))
def test_of_equal_logits_the_first_count(logits):
    weights = _weights(logits, least_share=0.5, anneal_steps=0)
    assert weights.sum() == -(-len(logits) // 2)
    order = sorted(range(len(logits)), key=lambda index: -logits[index])  # a stable order
    assert set(np.flatnonzero(weights)) == set(order[: int(weights.sum())])


def test_at_least_one_counts():
    assert _weights([1.0, 2.0, 3.0], least_share=1e-6, anneal_steps=0).sum() == 1


def test_only_the_best_move_the_generator():
    """A linear critic and G(z) = w·z: the gradient of the loss is that of the better half alone."""
    logits = tf.Variable([[1.0], [4.0], [3.0], [2.0]])
    with tf.GradientTape() as tape:
        step = generator_step(
            lambda z, training: z * logits, lambda x, training: x, real=np.ones((4, 1)), latents=np.ones((4, 1))
        )
        weights = TopK(anneal_steps=0).generator_weights(step)
        loss = tf.reduce_mean(-step.fake_logits * weights / tf.reduce_mean(weights))
    np.testing.assert_allclose(tape.gradient(loss, logits)[:, 0], [0.0, -0.5, -0.5, 0.0])


@pytest.mark.parametrize("execution", ["graph", pytest.param("xla", marks=pytest.mark.slow)])
def test_trains(execution):
    gan = ganreg.assemble(
        generator="mlp:widths=(8,)",
        discriminator="mlp:widths=(8,)",
        regularizers=["top-k:anneal_steps=2", "r1", "mode-seeking", "pull-away", "latent-consistency"],
        data=ganreg.DataSpec((2,)),
        batch_size=8,
    )
    samples = np.random.default_rng(0).normal(size=(32, 2)).astype("float32")
    history = gan.fit(samples, steps=3, execution=execution, verbose=0).history
    assert np.isfinite([values[-1] for values in history.values()]).all()


@pytest.mark.parametrize("options", [{"least_share": 0.0}, {"least_share": 1.5}, {"anneal_steps": -1}], ids=str)
def test_refuses(options):
    with pytest.raises(ValueError, match=next(iter(options))):
        TopK(**options)
