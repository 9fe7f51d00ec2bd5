"""The game `vae`: the terms of a variational autoencoder in the generator's objective."""

import numpy as np
import pytest
import tensorflow as tf

from ganreg import Data
from ganreg.engine.random import Streams


def bce(logits, target):
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(tf.fill(tf.shape(logits), target), logits))


def test_updates_follow_the_objective(play, batch_of, differs_by):
    """The mean absolute error of reconstructions, and the divergence of N(m, exp v) from N(0, 1) in closed form."""
    gan = play("vae:distance=2,prior=0.3")
    x, network = batch_of(gan)["real"], gan.networks
    g, e, d = network["generator"], network["encoder"], network["discriminator"]

    def latents(player):
        return Streams(1, player).of("latents").normal((8, 3))

    def of_discriminator():
        fake = tf.stop_gradient(g(latents("discriminator")))
        return bce(d(x)["logits"], 1.0) + bce(d(fake)["logits"], 0.0)

    def of_generator():
        mean, variance = e(x)[:, :3], tf.exp(e(x)[:, 3:])
        divergence = tf.reduce_mean(variance + mean**2 - 1 - tf.math.log(variance)) / 2
        noise = Streams(1, "generator").of("game").normal((8, 3))
        again = g(mean + tf.sqrt(variance) * noise)
        return bce(d(g(latents("generator")))["logits"], 1.0) + 2 * tf.reduce_mean(tf.abs(x - again)) + 0.3 * divergence

    assert differs_by(gan, "discriminator", of_discriminator) < 1e-5
    assert differs_by(gan, "generator", of_generator) < 1e-5


@pytest.mark.slow
def test_reconstructions_become_close(play):
    """Points on a line in the plane, which one latent can describe; a constant answer leaves an error of 0.5."""
    line = np.linspace(-1, 1, 256, dtype=np.float32)[:, np.newaxis] * np.float32([1, -1])
    gan = play(
        "vae:distance=20,prior=0.01",
        data=Data(train=line),
        generator="mlp:latent_dim=1,widths=[32]",
        generator_optimizer="adam:learning_rate=0.005",
        batch_size=64,
    )
    gan.fit(steps=400, verbose=0)
    mean = gan.translate(line, network="encoder")[:, :1]
    assert np.abs(gan.average_generator(mean) - line).mean() < 0.1
