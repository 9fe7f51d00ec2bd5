"""Historical averaging against float64 numpy."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from ganreg_regularizers.historical_averaging import HistoricalAveraging

import ganreg
from ganreg.testing import discriminator_step, generator_step

POINTS = ganreg.DataSpec((3,))


def _dense(seed):
    keras.utils.set_random_seed(seed)
    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, activation="tanh"), keras.layers.Dense(1)])


def _flat(model):
    return np.concatenate([np.float64(variable.numpy()).ravel() for variable in model.trainable_variables])


def _state(regularizer, generator, discriminator):
    initial = regularizer.initial_network_state(generator, discriminator)
    return {name: tf.Variable(value) for name, value in initial.items()}


def test_averages_of_all_past_weights():
    """Weights that jump about: the average is of the start and all values since."""
    regularizer = HistoricalAveraging(weight=0.5)
    generator, discriminator = _dense(1), _dense(2)
    state = _state(regularizer, generator, discriminator)
    arguments = {"real": np.ones((2, 3)), "state": state}
    steps = {
        "discriminator": discriminator_step(discriminator, fake=np.ones((2, 3)), generator=generator, **arguments),
        "generator": generator_step(generator, discriminator, latents=np.ones((2, 3)), **arguments),
    }
    rng = np.random.default_rng(0)
    for player, model in (("discriminator", discriminator), ("generator", generator)):
        assert getattr(regularizer, f"{player}_penalty")(steps[player]) == 0.0
        past = [_flat(model)]
        for _ in range(4):
            for variable in model.trainable_variables:
                variable.assign(rng.normal(size=variable.shape))
            getattr(regularizer, f"after_{player}_update")(steps[player])
            past.append(_flat(model))
        with tf.GradientTape() as tape:
            value = getattr(regularizer, f"{player}_penalty")(steps[player])
        difference = past[-1] - np.mean(past, axis=0)
        np.testing.assert_allclose(value, 0.5 * np.sum(difference**2), rtol=1e-5)
        gradients = tape.gradient(value, [variable.value for variable in model.trainable_variables])
        flat = np.concatenate([gradient.numpy().ravel() for gradient in gradients])
        np.testing.assert_allclose(flat, difference, rtol=1e-4, atol=1e-6)


def test_averages_of_one_player():
    generator, discriminator = _dense(1), _dense(2)
    state = HistoricalAveraging(networks="generator").initial_network_state(generator, discriminator)
    assert {name.split("_")[0] for name in state} == {"generator"}
    assert len(state) == 5


@pytest.mark.parametrize("execution", ["graph", pytest.param("xla", marks=pytest.mark.slow)])
@pytest.mark.slow
def test_training_counts_each_players_updates(execution):
    gan = ganreg.assemble(
        generator="mlp:widths=[8]",
        discriminator="mlp:widths=[8]",
        loss="hinge",
        regularizers=["historical-averaging", "orthogonal:networks=both", "lecam", "logit-drift", "r1"],
        data=POINTS,
        schedule=ganreg.Schedule(discriminator_steps=2),
    )
    before = _flat(gan.generator)
    history = gan.fit(np.ones((48, 3), np.float32), batch_size=8, verbose=0, steps=3, execution=execution).history
    assert np.isfinite([values[-1] for values in history.values()]).all()
    state = gan.component_state["historical-averaging"]
    assert [float(state[f"{player}_count"][0]) for player in ("discriminator", "generator")] == [7.0, 4.0]
    averages = np.concatenate([state[f"generator_{index}"].numpy().ravel() for index in range(4)])
    after = _flat(gan.generator)
    assert 0 < np.linalg.norm(averages - before) < np.linalg.norm(after - before)
    assert history["discriminator/historical-averaging"][-1] > 0


@pytest.mark.parametrize("wrong", [{"weight": -1.0}, {"networks": "all"}], ids=str)
def test_refuses(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        HistoricalAveraging(**wrong)
