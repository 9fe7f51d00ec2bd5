"""A GAN that makes samples from sources trains on them in whatever form they come."""

import attrs
import keras
import numpy as np
import pytest
import tensorflow as tf

import ganreg
from ganreg import Data, Game, NetworkSpec, Translator

SOURCES = np.random.default_rng(0).uniform(0, 1, (24, 3)).astype(np.float32)
SAMPLES = 2 * SOURCES[:, :2] - 1
LABELS = np.arange(24) % 3


class Translating(Game):
    """One translator, which the game moves towards each source's own sample, and one discriminator."""

    roles = {"generator": "translator", "discriminator": "discriminator"}  # noqa: RUF012
    needs = ("source",)
    generator_terms = ("distance",)

    def networks(self, assembly):
        data = assembly.data.without_source
        return {
            "generator": NetworkSpec("generator", data, source=assembly.data.source),
            "discriminator": NetworkSpec("discriminator", data),
        }

    def fake(self, judge, game_step):
        return game_step.run("generator", game_step.source)

    def term(self, name, game_step):
        return tf.reduce_mean(tf.abs(game_step.run("generator", game_step.source) - game_step.real))


@attrs.frozen(kw_only=True)
class Linear(Translator):
    """A dense layer."""

    def build(self, source, target):
        return keras.Sequential([keras.Input(source.shape), keras.layers.Flatten(), keras.layers.Dense(target.size)])


def described(paired=True, num_classes=None):
    source = ganreg.DataSpec((3,), value_range=(0, 1))
    return ganreg.DataSpec((2,), num_classes, (-1, 1), source=source, paired=paired)


def assembled(data=None, **settings):
    return ganreg.assemble(
        **{
            "game": Translating(),
            "generator": Linear(),
            "discriminator": "mlp:widths=[4]",
            "loss": "non-saturating",
            "data": described() if data is None else data,
            "batch_size": 8,
            "seed": 3,
        }
        | settings
    )


def data_of(sources=SOURCES, samples=SAMPLES, paired=True, **fields):
    return Data(
        train=samples, value_range=(-1, 1), source=Data(train=sources, value_range=(0, 1)), paired=paired, **fields
    )


def pipeline(of):
    return tf.data.Dataset.from_tensor_slices(of).batch(8)


FORMS = {
    "arrays": (SOURCES, SAMPLES),
    "data": (data_of(),),
    "pairs": (pipeline((SOURCES, SAMPLES)),),
    "dicts": (pipeline({"image": SAMPLES, "source": SOURCES}),),
    "dicts with labels": (pipeline({"image": SAMPLES, "source": SOURCES, "label": LABELS}),),
}


@pytest.fixture(scope="module")
def expected():
    """The weights after each of the three batches in order."""
    return trained(FORMS["arrays"])


def trained(form):
    gan = assembled()
    gan.fit(*form, steps=3, shuffle=False, verbose=0, execution="graph", updates_per_call=1)
    return [weight.numpy() for weight in gan.generator.weights]


@pytest.mark.parametrize("form", list(FORMS)[1:])
def test_every_form_of_the_same_pairs_trains_the_same(form, expected):
    for found, weight in zip(trained(FORMS[form]), expected, strict=True):
        np.testing.assert_array_equal(found, weight)


def test_the_assembly_s_own_data_are_trained_on(expected):
    gan = assembled(data_of())
    gan.fit(steps=3, shuffle=False, verbose=0, execution="graph", updates_per_call=1)
    for found, weight in zip(gan.generator.weights, expected, strict=True):
        np.testing.assert_array_equal(found.numpy(), weight)


@pytest.mark.slow
def test_pairs_are_what_is_learned():
    """The samples are linear in the sources, so that a dense layer finds them; not if pairs are mixed up."""
    mixed = np.roll(SOURCES, 5, axis=0)
    distances = []
    for sources in (SOURCES, mixed):
        gan = assembled(generator_optimizer="adam:learning_rate=0.05")
        history = gan.fit(sources, SAMPLES, steps=150, verbose=0, execution="graph")
        distances.append(history.history["generator/distance"][-1])
    assert distances[0] < 0.15
    assert distances[1] > 0.3


@pytest.mark.parametrize("held_out", [False, True])
def test_losses_are_evaluated_on_pairs(held_out):
    """The distance of the held-out pairs, or else of the training pairs, computed from the weights.

    The network sees sources of 0..1 as -1..1.
    """
    test = {"test": SAMPLES[:8][::-1]} if held_out else {}
    source = Data(train=SOURCES, test=SOURCES[:8] if held_out else None, value_range=(0, 1))
    gan = assembled(Data(train=SAMPLES, value_range=(-1, 1), source=source, paired=True, **test))
    kernel, bias = (weight.numpy().astype(np.float64) for weight in gan.generator.weights)
    x, y = (SOURCES[:8], SAMPLES[:8][::-1]) if held_out else (SOURCES, SAMPLES)
    exact = np.abs((2 * x - 1) @ kernel + bias - y).mean()
    assert gan.evaluate()["generator/distance"] == pytest.approx(exact, rel=1e-5)


def test_unpaired_sources_without_a_held_out_part_are_evaluated_too():
    source = Data(train=SOURCES[:9], value_range=(0, 1))
    gan = assembled(Data(train=SAMPLES, test=SAMPLES[:8], value_range=(-1, 1), source=source))
    assert np.isfinite(gan.evaluate()["generator/distance"])


def test_bytes_are_scaled_on_both_sides():
    rng = np.random.default_rng(1)
    x, y = rng.integers(0, 256, (16, 2, 2, 1), np.uint8), rng.integers(0, 256, (16, 4), np.uint8)
    gan = assembled(Data(train=y, source=Data(train=x), paired=True))
    batch = gan.batches_of(shuffle=False).take(0, 2)
    np.testing.assert_allclose(batch["source"].reshape(x.shape), x / 127.5 - 1, atol=1e-6)
    np.testing.assert_allclose(batch["real"].reshape(y.shape), y / 127.5 - 1, atol=1e-6)
    gan.fit(x, y, steps=2, verbose=0, execution="graph")


@pytest.mark.parametrize(
    ("form", "paired", "message"),
    [
        ((SOURCES,), True, r"needs sources: call fit\(sources, samples\), or pass a Data with a source"),
        ((Data(train=SAMPLES),), False, r"needs sources: call fit\(sources, samples\)"),
        ((SOURCES[:20], SAMPLES), True, "there are 20 sources for 24 samples, but the data are paired"),
        ((data_of(paired=False),), True, "assembled for paired data, but these are not paired"),
        ((SAMPLES, SOURCES), True, r"sources have shape \(2,\), but the networks were built for \(3,\)"),
        ((SOURCES, SOURCES), True, r"samples have shape \(3,\), but the networks were built for \(2,\)"),
        ((SOURCES * 2, SAMPLES), True, r"sources range over .* but must stay in 0\.\.1"),
        (
            (pipeline((SOURCES, SAMPLES)), SAMPLES),
            True,
            "must yield its sources in pairs with its samples; do not pass y",
        ),
        ((SOURCES, pipeline(SAMPLES)), True, "must yield its sources in pairs with its samples; do not pass y"),
        ((pipeline(SOURCES),), True, r"must yield pairs \(source, sample\), or 'source'"),
        ((pipeline((SOURCES, SAMPLES, LABELS)),), True, "must yield pairs, got 3 values .*; for more, yield dicts"),
    ],
)
def test_sources_that_do_not_fit_are_refused(form, paired, message):
    gan = assembled(described(paired))
    with pytest.raises(ganreg.DataError, match=message):
        gan.fit(*form, steps=1, verbose=0, execution="graph")
    assert int(gan.iterations) == 0


def test_unpaired_sources_may_be_of_another_number():
    gan = assembled(described(paired=False))
    gan.fit(SOURCES[:9], SAMPLES, steps=4, verbose=0, execution="graph")
    assert int(gan.iterations) == 4
