"""The game `star`: StarGAN's cycle between classes."""

import numpy as np
import pytest
import tensorflow as tf

import ganreg


def bce(logits, target):
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(tf.fill(tf.shape(logits), target), logits))


@pytest.mark.filterwarnings("ignore::ganreg.GanregWarning")
def test_updates_follow_the_papers_objective(play, batch_of, differs_by):
    """Choi et al., equations 1 and 4; the wanted classes are those of the batch's other samples."""
    gan = play("star:cycle=2")
    batch, g, d = batch_of(gan), gan.networks["generator"], gan.networks["discriminator"]
    x, c = batch["real"], batch["labels"]
    wanted = tf.constant(np.roll(c.numpy(), 1))

    def of_discriminator():
        return bce(d(x)["logits"], 1.0) + bce(d(tf.stop_gradient(g([x, wanted])))["logits"], 0.0)

    def of_generator():
        moved = g([x, wanted])
        return bce(d(moved)["logits"], 1.0) + 2 * tf.reduce_mean(tf.abs(x - g([moved, c])))

    assert differs_by(gan, "discriminator", of_discriminator) < 1e-5
    assert differs_by(gan, "generator", of_generator) < 1e-5


@pytest.mark.filterwarnings("ignore::ganreg.GanregWarning")
def test_an_auxiliary_classifier_learns_real_classes_and_asks_for_the_wanted_ones(play, batch_of, differs_by):
    """Equations 2 and 3: cross entropies of the real classes in D, and of the wanted classes in G."""
    gan = play("star:cycle=0", regularizers=["auxiliary-classifier:fakes=false"])
    batch, g, d = batch_of(gan), gan.networks["generator"], gan.networks["discriminator"]
    x, c = batch["real"], batch["labels"]
    wanted = tf.constant(np.roll(c.numpy(), 1))

    def entropy(samples, labels):
        logits = d(samples)["class_logits"]
        return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits))

    def of_discriminator():
        fake = tf.stop_gradient(g([x, wanted]))
        return bce(d(x)["logits"], 1.0) + bce(d(fake)["logits"], 0.0) + entropy(x, c)

    def of_generator():
        return bce(d(g([x, wanted]))["logits"], 1.0) + entropy(g([x, wanted]), wanted)

    assert differs_by(gan, "discriminator", of_discriminator) < 1e-5
    assert differs_by(gan, "generator", of_generator) < 1e-5


def test_a_translator_that_takes_no_labels_is_refused(play):
    with pytest.raises(ganreg.AssemblyError, match="'mlp' is not conditional; use -g mlp:conditional=true"):
        play("star", generator="mlp:widths=[8]")


def test_data_without_labels_are_refused(play):
    with pytest.raises(ganreg.AssemblyError, match="needs labels, but the data have none"):
        play("star", data=np.zeros((8, 2), np.float32))


@pytest.mark.filterwarnings("ignore::ganreg.GanregWarning")
def test_samples_are_translated_into_wanted_classes(play):
    gan = play("star")
    x = gan.assembly.source.train[:4]
    translated = gan.translate(x, labels=[2, 2, 0, 0])
    network = gan.average_networks["generator"]
    np.testing.assert_allclose(translated, network([x, np.int32([2, 2, 0, 0])]), rtol=1e-5, atol=1e-6)
    assert gan.generate(5, seed=1, labels=1).shape == (5, 8, 8, 1)
    with pytest.raises(ganreg.DataError, match="labels must be between 0 and 2"):
        gan.translate(x, labels=3)
