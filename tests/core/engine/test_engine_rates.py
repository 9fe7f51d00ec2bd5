"""Learning rates that are lowered in the middle of a training."""

import keras
import pytest

from ganreg.engine.rates import ScaledSchedule, lower_learning_rates


def rates(gan):
    return [float(optimizer.learning_rate) for optimizer in (gan.generator_optimizer, gan.discriminator_optimizer)]


def test_constant_rates_are_multiplied(small):
    gan = small(precision="mixed_float16")
    before = rates(gan)
    assert not lower_learning_rates(gan.players, times=0.5, in_all=0.125)
    assert rates(gan) == pytest.approx([rate / 2 for rate in before])


@pytest.mark.slow
def test_rates_of_a_schedule_are_multiplied_by_all_there_was(small, points):
    gan = small(learning_rate_decay="linear", steps=10)
    gan.fit(points, steps=4, verbose=0, execution="graph")
    before = rates(gan)
    assert lower_learning_rates(gan.players, times=0.5, in_all=0.5)
    assert lower_learning_rates(gan.players, times=0.5, in_all=0.25)
    assert rates(gan) == pytest.approx([rate / 4 for rate in before])
    lower_learning_rates(gan.players, times=1.0, in_all=1.0)
    assert rates(gan) == before


def test_a_scaled_schedule_can_be_written_down():
    schedule = ScaledSchedule(keras.optimizers.schedules.CosineDecay(0.1, 10), 0.5)
    again = keras.optimizers.schedules.deserialize(keras.optimizers.schedules.serialize(schedule))
    assert float(again(3)) == pytest.approx(0.5 * float(keras.optimizers.schedules.CosineDecay(0.1, 10)(3)))
