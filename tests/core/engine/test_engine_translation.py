"""Translating given samples, pictures of other sizes included."""

import attrs
import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ganreg
from ganreg import AssemblyError, Data, Game, NetworkSpec, Translator

SIDE = 8


class Translating(Game):
    """One translator and one discriminator."""

    roles = {"generator": "translator", "discriminator": "discriminator"}  # noqa: RUF012
    needs = ("source",)

    def networks(self, assembly):
        data = assembly.data.without_source
        return {
            "generator": NetworkSpec("generator", data, source=assembly.data.source),
            "discriminator": NetworkSpec("discriminator", data),
        }


@attrs.frozen(kw_only=True)
class Enlarging(Translator):
    """Twice as large, each pixel halved; sides must be even, as if the network halved them on its way."""

    def build(self, source, target):
        if any(side % 2 for side in source.shape[:2]):
            raise AssemblyError("sides must be even")
        images = keras.Input(source.shape)
        halve = keras.layers.Conv2D(1, 1, kernel_initializer=keras.initializers.Constant(0.5))
        return keras.Model(images, keras.layers.UpSampling2D(2)(halve(images)))


@attrs.frozen(kw_only=True)
class Fixed(Translator):
    """A dense layer, whose weights depend on the size of the picture."""

    def build(self, source, target):
        images = keras.Input(source.shape)
        values = keras.layers.Dense(target.size)(keras.layers.Flatten()(images))
        return keras.Model(images, keras.layers.Reshape(target.shape)(values))


def assembled(translator):
    images = np.zeros((4, 2 * SIDE, 2 * SIDE, 1), np.float32)
    data = Data(train=images, source=Data(train=images[:, :SIDE, :SIDE], value_range=(-1, 1)), value_range=(-1, 1))
    return ganreg.assemble(
        game=Translating(), generator=translator, discriminator="mlp", loss="non-saturating", data=data, ema_decay=0.0
    )


@pytest.fixture(scope="module")
def enlarging():
    return assembled(Enlarging())


@settings(deadline=None, max_examples=12)
@given(st.integers(1, 19), st.integers(1, 19))
def test_pictures_of_any_size_are_translated(enlarging, height, width):
    """Each pixel of the answer is half the pixel that it enlarges, whatever had to be padded."""
    pictures = np.random.default_rng(0).uniform(-1, 1, (2, height, width, 1)).astype(np.float32)
    translated = enlarging.translate(pictures)
    np.testing.assert_allclose(translated, 0.5 * pictures.repeat(2, axis=1).repeat(2, axis=2), rtol=1e-6)


def test_bytes_are_scaled_to_the_range_of_the_network(enlarging):
    np.testing.assert_allclose(enlarging.translate(np.full((1, 3, 5, 1), 255, np.uint8)), np.full((1, 6, 10, 1), 0.5))


def test_a_network_for_one_size_says_so():
    with pytest.raises(ganreg.DataError, match="network 'generator' only takes pictures of 8x8; resize them"):
        assembled(Fixed()).translate(np.zeros((1, 10, 8, 1), np.float32))


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        (np.zeros((1, 8, 8, 3)), r"inputs have shape \(8, 8, 3\), but the networks were built for \(8, 8, 1\)"),
        (np.full((1, 8, 8, 1), 7.0), "inputs range over 7..7 but must stay in -1..1"),
        (np.full((1, 8, 8, 1), np.nan), "inputs contain NaN"),
    ],
)
def test_inputs_that_do_not_fit_are_refused(enlarging, inputs, message):
    with pytest.raises(ganreg.DataError, match=message):
        enlarging.translate(inputs)


def test_a_game_with_latents_translates_nothing(small):
    with pytest.raises(ganreg.DataError, match="no network 'generator' makes samples from samples in this game"):
        small().translate(np.zeros((1, 2), np.float32))
    with pytest.raises(ganreg.DataError, match="samples are generated from latents in this game"):
        small().pairs(3, seed=0)


def test_pictures_of_another_size_see_the_current_weights():
    gan = assembled(Enlarging())
    pictures = np.full((1, 4, 4, 1), 0.8, np.float32)
    before = gan.translate(pictures)
    for variable in gan.average_generator.trainable_variables:
        variable.assign(variable.value * 0.5)
    np.testing.assert_allclose(gan.translate(pictures), 0.5 * before, rtol=1e-6)
