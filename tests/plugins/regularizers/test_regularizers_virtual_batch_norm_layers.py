"""The layers of virtual batch normalisation against numpy, sample by sample."""

import keras
import numpy as np
import pytest
from ganreg_regularizers.virtual_batch_norm_layers import (
    ReferenceLabels,
    ReferenceLatents,
    VirtualBatchNormalization,
    WithoutReferences,
)


@pytest.mark.parametrize("shape", [(4,), (3, 2, 4)], ids=["vectors", "maps"])
def test_against_the_papers_statistics(shape):
    rng = np.random.default_rng(0)
    references, others = rng.normal(2.0, 3.0, size=(5, *shape)), rng.normal(-1.0, 2.0, size=(3, *shape))
    layer = VirtualBatchNormalization(5)
    layer.build((None, *shape))
    layer.gamma.assign(rng.normal(size=4))
    layer.beta.assign(rng.normal(size=4))
    gamma, beta = np.float64(layer.gamma.numpy()), np.float64(layer.beta.numpy())
    result = layer(np.float32(np.concatenate([references, others]))).numpy()

    flat = references.reshape(-1, 4)
    mean, square = flat.mean(axis=0), np.square(flat).mean(axis=0)

    def normalized(x, mean, square):
        return gamma * (x - mean) / np.sqrt(square - mean**2 + 1e-3) + beta

    np.testing.assert_allclose(result[:5], normalized(references, mean, square), rtol=1e-4, atol=1e-5)
    for x, mine in zip(others, result[5:], strict=True):
        own = x.reshape(-1, 4)
        joint = (5 * mean + own.mean(axis=0)) / 6, (5 * square + np.square(own).mean(axis=0)) / 6
        np.testing.assert_allclose(mine, normalized(x, *joint), rtol=1e-4, atol=1e-5)


def test_reference_latents_are_the_same_in_every_pass():
    layer = ReferenceLatents(40)
    first, second = (layer(np.full((3, 5), value, np.float32)).numpy() for value in (1.0, 2.0))
    np.testing.assert_array_equal(first[:40], second[:40])
    np.testing.assert_array_equal(first[40:], np.ones((3, 5)))
    assert abs(first[:40].mean()) < 0.3
    assert abs(first[:40].std() - 1.0) < 0.2
    assert layer.trainable_variables == []


def test_reference_labels_alternate_between_the_classes():
    labels = ReferenceLabels(7, 3)(np.array([2, 2], np.int32))
    np.testing.assert_array_equal(labels, [0, 1, 2, 0, 1, 2, 0, 2, 2])


def test_references_are_removed_again():
    samples = np.float32(np.random.default_rng(0).normal(size=(9, 2, 2)))
    np.testing.assert_array_equal(WithoutReferences(4)(samples), samples[4:])


def test_stands_in_for_a_batch_normalisation():
    plain = keras.layers.BatchNormalization(epsilon=0.1, scale=False, name="norm")
    layer = VirtualBatchNormalization.like(plain, 3)
    layer.build((None, 4))
    assert (layer.epsilon, layer.gamma, layer.name) == (0.1, None, "virtual_norm")
    again = VirtualBatchNormalization.from_config(layer.get_config())
    samples = np.float32(np.random.default_rng(0).normal(size=(8, 4)))
    np.testing.assert_array_equal(again(samples), layer(samples))
