"""Generating samples: counts, seeds, chunks and labels."""

import copy
import pickle

import keras
import numpy as np
import pytest
import tensorflow as tf

import ganreg
from ganreg.engine.latents import Latents
from ganreg.engine.sampling import LatentInputs, Sampler

LABELS = np.arange(64) % 3


@pytest.fixture(scope="module")
def gan(small):
    return small()


@pytest.fixture(scope="module")
def conditional(small):
    """A GAN of labelled points, trained for two iterations."""
    gan = small(
        ganreg.DataSpec((2,), num_classes=3),
        generator="mlp:latent_dim=3,widths=[8],conditional=true",
        discriminator="mlp:widths=[8],conditional=true",
    )
    x = np.random.default_rng(0).normal(size=(64, 2))
    gan.fit(x, LABELS, steps=2, verbose=0, execution="graph", updates_per_call=1)
    return gan


def test_samples_have_their_shape_and_type(gan):
    samples = gan.generate(5, seed=1)
    assert samples.shape == (5, 2)
    assert samples.dtype == np.float32


def test_the_same_seed_gives_the_same_samples(gan):
    np.testing.assert_array_equal(gan.generate(9, seed=1), gan.generate(9, seed=1))
    assert not np.array_equal(gan.generate(9, seed=1), gan.generate(9, seed=2))


def test_without_a_seed_samples_are_fresh(gan):
    assert not np.array_equal(gan.generate(9), gan.generate(9))


def sampler(gan, **options):
    """A sampler of a GAN's generator, with a choice of its own of how to run."""
    latents = LatentInputs(Latents(gan.assembly.generator))
    conditional = gan.assembly.generator.conditional
    model = options.pop("model", gan.average_generator)
    return Sampler(model, gan.assembly.data, latents, conditional=conditional, **options)


@pytest.mark.parametrize("chunk", [1, 64, 299, 1000])
def test_samples_do_not_depend_on_the_size_of_a_chunk(gan, chunk):
    whole = gan.generate(300, seed=3)
    chunks = sampler(gan, chunk=chunk).sample(300, seed=3, labels=None)
    np.testing.assert_allclose(chunks, whole, rtol=1e-5, atol=1e-6)
    assert len(np.unique(whole, axis=0)) == 300


def test_many_samples_are_those_of_the_graph(gan):
    """XLA makes them from some number on."""
    graph, compiled = (
        sampler(gan, chunk=64, compile_from=limit).sample(100, seed=3, labels=None) for limit in (101, 100)
    )
    np.testing.assert_allclose(compiled, graph, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(("limit", "compiled"), [(21, False), (20, True)])
def test_xla_compiles_from_the_given_number_on(small, monkeypatch, limit, compiled):
    asked, original = [], tf.function

    def noting(*arguments, jit_compile=None, **options):
        asked.append(jit_compile)
        return original(*arguments, jit_compile=jit_compile, **options)

    gan = small()
    monkeypatch.setattr(tf, "function", noting)
    sampler(gan, compile_from=limit).sample(20, seed=0, labels=None)
    assert asked == [compiled]


def test_what_xla_cannot_compile_is_sampled_by_the_graph(gan):
    class Python(keras.layers.Layer):
        def call(self, latents):
            return tf.ensure_shape(
                tf.numpy_function(lambda values: 2 * values[:, :2], [latents], tf.float32), (None, 2)
            )

    latents = keras.Input((3,))
    model = keras.Model(latents, Python()(latents))
    made = [sampler(gan, model=model, compile_from=limit).sample(8, seed=1, labels=None) for limit in (100, 1)]
    np.testing.assert_array_equal(*made)


@pytest.mark.parametrize("seed", [-1, 2.5, True, "x", np.nan, np.inf])
def test_a_seed_must_be_a_whole_number(gan, seed):
    with pytest.raises(ganreg.DataError, match="the seed must be a whole number of at least 0"):
        gan.generate(4, seed=seed)
    np.testing.assert_array_equal(gan.generate(4, seed=np.int64(7)), gan.generate(4, seed=7))


def test_latents_that_are_drawn_again_are_kept(gan):
    inputs = LatentInputs(Latents(gan.assembly.generator))
    for seed in [*range(40), 0]:
        assert inputs.draw(2, seed).numpy().tolist() == LatentInputs(inputs.latents).draw(2, seed).numpy().tolist()
    assert inputs.draw(2, 0) is inputs.draw(2, 0)
    assert inputs.draw(2, 39) is not inputs.draw(2, 39)  # only a few


def test_the_players_say_what_to_copy_instead(gan):
    for copied in (copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError, match="copy, pickle or save the GAN itself"):
            copied(gan.players)


@pytest.mark.parametrize("count", [0, -1, 2.5, True, "3", np.nan, np.inf, 10**30])
def test_a_count_must_be_a_positive_whole_number(gan, count):
    with pytest.raises(ganreg.DataError, match="number of samples must be a whole number of at least 1"):
        gan.generate(count)


def test_sampling_uses_moving_statistics_not_the_batchs(small):
    """A sample does not depend on the others of its batch."""
    gan = small(generator="mlp:latent_dim=3,widths=[8],norm=batch")
    alone = sampler(gan, chunk=1).sample(4, seed=1, labels=None)
    np.testing.assert_allclose(alone, gan.generate(4, seed=1), rtol=1e-5, atol=1e-6)


def test_labels_choose_the_class(conditional):
    zeros = conditional.generate(6, seed=1, labels=0)
    np.testing.assert_array_equal(zeros, conditional.generate(6, seed=1, labels=[0] * 6))
    mixed = conditional.generate(6, seed=1, labels=np.array([0, 1, 2] * 2))
    np.testing.assert_array_equal((mixed == zeros).all(axis=1), [True, False, False] * 2)


def test_labels_are_drawn_from_the_seed(conditional):
    np.testing.assert_array_equal(conditional.generate(6, seed=1), conditional.generate(6, seed=1))


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (3, "must be between 0 and 2, got 3..3"),
        (-1, "must be between 0 and 2"),
        ([0, 1], "one class or 4 classes"),
        ([0.5] * 4, "one class or 4 classes"),
    ],
)
def test_labels_that_cannot_be_are_refused(conditional, labels, message):
    with pytest.raises(ganreg.DataError, match=message):
        conditional.generate(4, labels=labels)


def test_an_unconditional_generator_takes_no_labels(gan):
    with pytest.raises(ganreg.DataError, match="generator is not conditional"):
        gan.generate(4, labels=1)


# --- names and shares of classes

RARE = np.array(["cat"] * 57 + ["dog"] * 7)


@pytest.fixture(scope="module")
def assembled(small):
    """Assembles a conditional GAN that is not trained."""

    def make(data):
        networks = dict.fromkeys(("generator", "discriminator"), "mlp:widths=[4],conditional=true")
        return small(data, **networks)

    return make


POINTS = np.random.default_rng(0).normal(size=(64, 2)).astype(np.float32)


def share_of_dogs(gan, **options):
    return gan.draw_labels(4000, seed=1, **options).mean()


def fitted_to_arrays(make):
    gan = make(ganreg.DataSpec((2,), num_classes=2))
    gan.fit(POINTS, RARE, steps=1, verbose=0, execution="eager")
    return gan


def fitted_to_a_pipeline(make):
    gan = make(ganreg.DataSpec((2,), num_classes=2))
    pipeline = tf.data.Dataset.from_tensor_slices((POINTS, (RARE == "dog").astype(np.int32))).batch(64)
    gan.fit(pipeline.repeat(), steps=3, verbose=0, execution="eager")
    return gan


def trained_on_batches(make):
    gan = make(ganreg.DataSpec((2,), num_classes=2))
    for rows in np.split(np.arange(64), 2):
        gan.train_on_batch(POINTS[rows], (RARE[rows] == "dog").astype(np.int32))
    return gan


@pytest.mark.parametrize(
    "make", [lambda make: make((POINTS, RARE)), fitted_to_arrays, fitted_to_a_pipeline, trained_on_batches]
)
def test_labels_are_drawn_as_often_as_they_occur(assembled, make):
    gan = make(assembled)
    assert share_of_dogs(gan) == pytest.approx(7 / 64, abs=0.02)
    assert share_of_dogs(gan, label_shares="uniform") == pytest.approx(0.5, abs=0.03)


def test_samples_are_those_of_the_labels_that_are_drawn(assembled):
    gan = assembled((POINTS, RARE))
    for shares in ("data", "uniform"):
        labels = gan.draw_labels(40, seed=3, label_shares=shares)
        made = gan.generate(40, seed=3, label_shares=shares)
        np.testing.assert_array_equal(made, gan.generate(40, seed=3, labels=labels))
    latents = gan.draw_latents(40, seed=3)
    assert gan.generate(latents=latents, label_shares="uniform").shape == (40, 2)


def test_classes_have_names(assembled):
    gan = assembled((POINTS, RARE))
    np.testing.assert_array_equal(gan.generate(4, seed=1, labels="dog"), gan.generate(4, seed=1, labels=1))
    named = gan.generate(2, seed=1, labels=["dog", "cat"])
    np.testing.assert_array_equal(named, gan.generate(2, seed=1, labels=[1, 0]))
    with pytest.raises(ganreg.DataError, match="there is no class 'dig'; did you mean 'dog'"):
        gan.generate(4, labels="dig")


def test_names_in_the_labels_of_a_training_are_known_afterwards(assembled):
    gan = fitted_to_arrays(assembled)
    np.testing.assert_array_equal(gan.generate(4, seed=1, labels="dog"), gan.generate(4, seed=1, labels=1))


def test_classes_without_samples_are_never_drawn(assembled):
    gan = assembled(ganreg.Data(train=POINTS, train_labels=RARE, class_names=("ant", "cat", "dog", "eel")))
    with pytest.warns(ganreg.GanregWarning, match="2 of 4 classes have no training samples.*: 0 = ant, 3 = eel"):
        gan.fit(steps=1, verbose=0, execution="eager")
    assert set(gan.draw_labels(1000, seed=0)) == {1, 2}


@pytest.mark.parametrize("options", [{"labels": 1}, {"labels": "cat"}])
def test_shares_next_to_labels_are_refused(assembled, options):
    with pytest.raises(ganreg.DataError, match="label_shares has no effect next to labels"):
        assembled((POINTS, RARE)).generate(4, label_shares="uniform", **options)


def test_shares_of_no_labels_are_refused(gan):
    with pytest.raises(ganreg.DataError, match="label_shares has no effect on a generator that is not conditional"):
        gan.generate(4, label_shares="uniform")


def test_translations_go_into_classes_as_often_as_they_occur():
    images = np.zeros((64, 8, 8, 1), np.uint8)
    gan = ganreg.assemble(
        game="star",
        generator="mlp:widths=[4],conditional=true",
        discriminator="mlp:widths=[4]",
        regularizers=["auxiliary-classifier"],
        loss="hinge",
        data=(images, RARE),
    )
    assert share_of_dogs(gan) == pytest.approx(7 / 64, abs=0.02)


@pytest.mark.slow
def test_a_rare_class_is_rare_among_generated_samples(assembled):
    """The mean of classes at 0 and 10 is that of their mixture, 0.5 for 5 %, and not that of the classes' means."""
    stream = np.random.default_rng(0)
    labels = (np.arange(2000) % 20 == 0).astype(np.int32)
    points = (10.0 * labels[:, np.newaxis] + stream.normal(size=(2000, 1))).astype(np.float32)
    networks = dict.fromkeys(("generator", "discriminator"), "mlp:widths=[32],conditional=true")
    rates = dict.fromkeys(("generator_optimizer", "discriminator_optimizer"), "adam:learning_rate=0.002,beta_1=0.5")
    settings = {"loss": "non-saturating", "batch_size": 64, "seed": 0, "ema_decay": 0.99}
    gan = ganreg.assemble(**networks, **rates, **settings, regularizers=["r1:weight=0.1"], data=(points, labels))
    gan.fit(steps=1500, verbose=0, execution="graph")
    assert gan.generate(2000, seed=0).mean() == pytest.approx(points.mean(), abs=0.6)
    between = np.mean([gan.generate(1000, seed=1, labels=label).mean() for label in (0, 1)])
    assert between > 2
    assert gan.generate(2000, seed=0, label_shares="uniform").mean() == pytest.approx(between, abs=0.5)
