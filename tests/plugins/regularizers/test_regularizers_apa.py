"""Pseudo augmentation: which real samples are replaced, by what, and how often."""

import numpy as np
import pytest
import tensorflow as tf
from ganreg_regularizers.apa import Apa

import ganreg
from ganreg.testing import discriminator_step

REALS = np.arange(8.0).reshape(8, 1)
FAKES = -1 - REALS


def _shown(p, labels=None, count=1):
    reals, fakes = np.tile(REALS, (count, 1)), np.tile(FAKES, (count, 1))
    step = discriminator_step(
        lambda x, training: x,
        real=reals,
        fake=fakes,
        labels=labels,
        state={"p": tf.Variable(p)},
    )
    return Apa().discriminator_real(step.real, step).numpy()


def test_at_0_reals_stay():
    np.testing.assert_array_equal(_shown(0.0), REALS)


def test_at_1_all_are_fakes_of_their_neighbours():
    np.testing.assert_array_equal(_shown(1.0), np.roll(FAKES, 1, axis=0))


def test_with_labels_fakes_keep_their_places():
    np.testing.assert_array_equal(_shown(1.0, labels=np.arange(8)), FAKES)


def test_in_between_that_share():
    shown = _shown(0.3, count=200)
    replaced = shown[:, 0] < 0
    assert abs(replaced.mean() - 0.3) < 0.05
    np.testing.assert_array_equal(shown[~replaced], np.tile(REALS, (200, 1))[~replaced])


def test_fakes_are_constants():
    fakes = tf.constant(FAKES, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(fakes)
        step = discriminator_step(lambda x, training: x, real=REALS, fake=fakes, state={"p": tf.Variable(1.0)})
        total = tf.reduce_sum(Apa().discriminator_real(step.real, step))
    assert tape.gradient(total, fakes) is None


def test_p_rises_while_the_discriminator_overfits():
    apa = Apa(interval=1, images=80)
    state = {name: tf.Variable(value) for name, value in apa.initial_state(ganreg.DataSpec((1,))).items()}
    step = discriminator_step(lambda x, training: x, real=REALS + 1, fake=FAKES, state=state)
    for _ in range(2):
        apa.after_discriminator_update(step)
    np.testing.assert_allclose(state["p"].numpy(), 0.2, rtol=1e-6)
    assert state["r"].numpy() == 1.0


@pytest.mark.slow
def test_in_training_the_discriminator_is_shown_fakes():
    samples = np.float32(np.random.default_rng(0).normal(size=(64, 2)))
    gan = ganreg.assemble(
        generator="mlp:widths=(8,)",
        discriminator="mlp:widths=(8,)",
        regularizers=["apa:target=-1,interval=1,images=16"],
        data=ganreg.DataSpec((2,)),
        batch_size=16,
    )
    history = gan.fit(samples, steps=3, execution="graph", verbose=0).history
    assert history["apa/p"][-1] > 0
    assert gan.component_state["apa"]["p"].numpy() == 1.0


def test_refuses():
    with pytest.raises(ValueError, match="limit"):
        Apa(limit=2.0)
