import numpy as np
import pytest
import tensorflow as tf
from ganreg_networks.patch import PatchDiscriminator

from ganreg import AssemblyError, DataSpec

DIGITS = DataSpec((8, 8, 1), num_classes=10, value_range=(-1, 1))


def normal(*shape):
    return np.random.default_rng(1).normal(size=shape).astype("float32")


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
    message = r"patch with layers=3 needs sides of at least 8, got samples of shape \(4, 9, 1\); use fewer"
    with pytest.raises(AssemblyError, match=message):
        PatchDiscriminator(layers=3).build(DataSpec((4, 9, 1)))


@pytest.mark.parametrize(("shape", "patches"), [((50, 2), (13,)), ((8, 5, 6, 1), (2, 2, 2))])
def test_signals_and_volumes_have_a_logit_for_each_patch(shape, patches):
    model = PatchDiscriminator(width=2).build(DataSpec(shape))

    assert model(normal(2, *shape))["logits"].shape == (2, *patches, 1)


def test_channels_double_up_to_max_width():
    model = PatchDiscriminator(width=8, layers=3, max_width=24).build(DataSpec((32, 32, 1)))

    assert [feature.shape[1:] for feature in model.output["features"]] == [
        (16, 16, 8),
        (8, 8, 16),
        (4, 4, 24),
        (4, 4, 24),
    ]


@pytest.mark.parametrize("norm", ["none", "batch", "layer"])
def test_normalizes_batch_says_whether_samples_share_statistics(norm):
    network = PatchDiscriminator(width=4, norm=norm)
    model, samples = network.build(DIGITS), normal(6, 8, 8, 1)

    among_others, alone = model(samples, training=True)["logits"][:2], model(samples[:2], training=True)["logits"]

    assert network.normalizes_batch != np.allclose(among_others, alone, rtol=1e-4, atol=1e-5)
    assert not network.without_batch_statistics().normalizes_batch
