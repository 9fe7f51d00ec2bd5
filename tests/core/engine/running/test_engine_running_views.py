"""What callbacks see of a model."""

import keras
import numpy as np
import pytest

import ganreg
from ganreg.engine.running.views import ModelView, NamedArray, OptimizersView, acts_on, for_player, seen_by


@pytest.fixture(scope="module")
def gan(dirac):
    return dirac(ema_decay=0.5)


def scheduler():
    return keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate)


def test_a_view_is_the_model_but_for_what_is_replaced(gan):
    view = ModelView(gan, optimizer="other")
    assert isinstance(view, keras.Model)
    assert isinstance(view, ganreg.GAN)
    assert view.optimizer == "other"
    assert view.iterations is gan.iterations
    view.stop_training = "now"
    assert gan.stop_training == "now"
    np.testing.assert_array_equal(view(np.ones((1, 1))), gan(np.ones((1, 1))))


def test_rates_of_both_players_are_assigned_one_by_one(gan):
    first, second = seen_by(scheduler(), gan, gan.players).optimizer.optimizers
    assert (first.name, second.name) == ("generator", "discriminator")
    first.learning_rate, second.learning_rate = 0.25, 0.5
    assert float(gan.generator_optimizer.learning_rate) == 0.25
    assert float(gan.discriminator_optimizer.learning_rate) == 0.5


def test_a_single_rate_keeps_their_ratio():
    """For callbacks that know one rate only."""
    one, other = keras.optimizers.SGD(0.5), keras.optimizers.SGD(2.0)
    view = OptimizersView({"generator": one, "discriminator": other}, None)
    assert float(view.learning_rate) == 0.5
    view.learning_rate = 0.25
    assert (float(one.learning_rate), float(other.learning_rate)) == (0.25, 1.0)


def test_half_precision_s_scaling_is_looked_through(small):
    gan = small(precision="mixed_float16")
    (first, _) = seen_by(scheduler(), gan, gan.players).optimizer.optimizers
    assert first.learning_rate is gan.generator_optimizer.inner_optimizer.learning_rate


def test_one_player(gan):
    callback = for_player(scheduler(), "discriminator")
    assert acts_on(callback) == ("discriminator",)
    (only,) = seen_by(callback, gan, gan.players).optimizer.optimizers
    assert only.name == "discriminator"


def test_a_callback_of_one_s_own_sees_the_model_itself(gan):
    callback = keras.callbacks.Callback()
    assert seen_by(callback, gan, gan.players) is gan
    assert seen_by(for_player(callback, "discriminator"), gan, gan.players).optimizer is gan.discriminator_optimizer


@pytest.mark.parametrize(
    ("callback", "player", "message"),
    [
        (scheduler(), "both", "there is no player 'both'"),
        (keras.callbacks.History(), "generator", "History does not act on an optimizer"),
    ],
)
def test_what_cannot_be_for_one_player(callback, player, message):
    with pytest.raises(ganreg.SpecError, match=message):
        for_player(callback, player)


def test_arrays_with_a_path():
    named = NamedArray.of([1.0, 2.0], "generator/bias")
    assert named.path == "generator/bias"
    np.testing.assert_array_equal(named, [1.0, 2.0])
