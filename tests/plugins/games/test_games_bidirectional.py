"""The game `bidirectional`: BiGAN's objective for both networks of the generator's player."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import ganreg
from ganreg.engine.random import Streams


def bce(logits, target):
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(tf.fill(tf.shape(logits), target), logits))


def latents_of(gan, player):
    """The latents of the first update of a player, drawn as documented: by (seed, player, update)."""
    return Streams(1, player).of("latents").normal((8, gan.assembly.generator.latent_dim))


def pairs(gan, x, z):
    g, e = gan.networks["generator"], gan.networks["encoder"]
    return tf.concat([x, e(x)], axis=-1), tf.concat([g(z), z], axis=-1)


LOSSES = {
    "non-saturating": (
        lambda real, fake: bce(real, 1.0) + bce(fake, 0.0),
        lambda real, fake: bce(real, 0.0) + bce(fake, 1.0),
    ),
    "wasserstein": (
        lambda real, fake: tf.reduce_mean(fake) - tf.reduce_mean(real),
        lambda real, fake: tf.reduce_mean(real) - tf.reduce_mean(fake),
    ),
    "least-squares": (
        lambda real, fake: tf.reduce_mean((real - 1) ** 2) / 2 + tf.reduce_mean(fake**2) / 2,
        lambda real, fake: tf.reduce_mean(real**2) / 2 + tf.reduce_mean((fake - 1) ** 2) / 2,
    ),
}


@pytest.mark.filterwarnings("ignore::ganreg.GanregWarning")
@pytest.mark.parametrize("loss", LOSSES)
def test_updates_follow_the_papers_objective(play, batch_of, differs_by, loss):
    """Donahue et al., equation 2: the encoder wants its pairs classified as generated, by the loss's other side."""
    gan = play("bidirectional", loss=loss)
    x, d = batch_of(gan)["real"], gan.networks["discriminator"]

    def logits(player):
        real, fake = pairs(gan, x, latents_of(gan, player))
        if player == "discriminator":
            real, fake = tf.stop_gradient(real), tf.stop_gradient(fake)
        return d(real)["logits"], d(fake)["logits"]

    of_discriminator, of_generator = LOSSES[loss]
    assert differs_by(gan, "discriminator", lambda: of_discriminator(*logits("discriminator"))) < 1e-5
    assert differs_by(gan, "generator", lambda: of_generator(*logits("generator"))) < 1e-5


@pytest.mark.filterwarnings("ignore::ganreg.GanregWarning")
@pytest.mark.parametrize("loss", ["energy-based", "boundary-equilibrium"])
def test_energies_are_refused(play, loss):
    with pytest.raises(ganreg.AssemblyError, match="needs a loss with two sides"):
        play("bidirectional", loss=loss)


def test_the_encoder_is_a_network_of_the_generators_player(play):
    gan = play("bidirectional", networks={"encoder": "mlp:widths=[4]"})
    assert set(gan.players.generator.networks) == {"generator", "encoder"}
    assert gan.recipe.networks["encoder"].parameters["widths"] == [4]
    assert gan.translate(np.zeros((3, 2), np.float32), network="encoder").shape == (3, 3)
    assert isinstance(gan.networks["encoder"], keras.Model)


def test_images_are_joined_with_latents_as_constant_channels(play):
    gan = play("bidirectional", data=np.zeros((8, 4, 4, 1), np.float32), discriminator="patch:width=4,layers=1")
    assert gan.networks["discriminator"].input_shape == (None, 4, 4, 1 + 3)


def test_a_role_that_the_game_does_not_have_is_refused(play):
    with pytest.raises(ganreg.AssemblyError, match="has no network 'encodr'; did you mean 'encoder'"):
        play("bidirectional", networks={"encodr": "mlp"})
