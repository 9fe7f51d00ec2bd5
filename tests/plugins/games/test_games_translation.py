"""The game `translation`: pix2pix's objective, what D sees, and what it refuses."""

import numpy as np
import pytest
import tensorflow as tf

import ganreg
from ganreg import Data


def bce(logits, target):
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(tf.fill(tf.shape(logits), target), logits))


def test_updates_follow_the_papers_objective(play, batch_of, differs_by):
    """Isola et al., equations 1 to 4, with the non-saturating generator part."""
    gan = play("translation:distance=3")
    batch, g, d = batch_of(gan), gan.networks["generator"], gan.networks["discriminator"]
    x, y = batch["source"], batch["real"]

    def judged(samples):
        return d(tf.concat([samples, x], axis=-1))["logits"]

    def of_discriminator():
        return bce(judged(y), 1.0) + bce(judged(tf.stop_gradient(g(x))), 0.0)

    def of_generator():
        return bce(judged(g(x)), 1.0) + 3 * tf.reduce_mean(tf.abs(y - g(x)))

    assert differs_by(gan, "discriminator", of_discriminator) < 1e-5
    assert differs_by(gan, "generator", of_generator) < 1e-5


@pytest.mark.parametrize(("sees_source", "channels"), [("none", 2), ("true", 2), ("false", 1)])
def test_the_discriminator_sees_the_source_or_not(play, sees_source, channels):
    gan = play(f"translation:sees_source={sees_source}")
    assert gan.networks["discriminator"].input_shape == (None, 8, 8, channels)


SMALL = Data(
    train=np.zeros((16, 8, 8, 1), np.float32), source=Data(train=np.zeros((16, 4, 4, 1), np.float32)), paired=True
)


def test_sources_of_another_size_are_not_shown_to_the_discriminator(play):
    assert play("translation", data=SMALL).networks["discriminator"].input_shape == (None, 8, 8, 1)


def test_a_source_that_cannot_be_joined_is_refused_with_the_remedy(play):
    with pytest.raises(ganreg.AssemblyError, match=r"\(8, 8, 1\) and \(4, 4, 1\) cannot be joined.*sees_source=false"):
        play("translation:sees_source=true", data=SMALL)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (Data(train=np.zeros((16, 2), np.float32)), "makes samples from sources, but the data have none"),
        (
            Data(train=np.zeros((16, 2), np.float32), source=Data(train=np.zeros((16, 2), np.float32))),
            "needs the source of each sample, but the data are not paired",
        ),
    ],
)
def test_data_without_pairs_are_refused(play, data, message):
    with pytest.raises(ganreg.AssemblyError, match=f"game 'translation' of ganreg-games {message}"):
        play("translation", data=data)


@pytest.mark.slow
def test_it_learns_a_simple_translation(play):
    """The negative of each image; a constant answer would leave an error of about 0.5."""
    x = np.random.default_rng(0).uniform(-1, 1, (512, 2)).astype(np.float32)
    gan = play(
        "translation",
        data=Data(train=-x, source=Data(train=x), paired=True),
        generator="mlp:widths=[32]",
        generator_optimizer="adam:learning_rate=0.003",
        batch_size=64,
    )
    before = np.abs(gan.translate(x) + x).mean()
    gan.fit(steps=400, verbose=0)
    assert np.abs(gan.translate(x) + x).mean() < 0.1 < before


def test_passes_are_shared(play, passes, update):
    """R1, instance noise and feature matching use the passes of the loss, and the distance that of the match."""
    gan = play("translation", regularizers=["r1", "instance-noise", "feature-matching"])
    for player, expected in (
        ("discriminator", {"generator": 1, "discriminator": 2}),
        ("generator", {"generator": 1, "discriminator": 2}),
        ("both", {"generator": 1, "discriminator": 2}),
    ):
        with passes(gan) as counts:
            update(gan, player)
        assert counts == expected, player
