"""The first number that is not finite: found in the call that made it, and named."""

from __future__ import annotations

import types

import attrs
import keras
import numpy as np
import pytest
import tensorflow as tf

import ganreg
from ganreg import NumericalError
from ganreg.engine.numbers import FiniteNumbers, refuse_non_finite_weights, remedy
from ganreg.engine.player import Player

NORMS = ("discriminator_gradient_norm", "generator_gradient_norm")


def table(rows=4, **spoilt):
    """Logs of `rows` updates, all 1.0 but for `name=(row, value)`; a slash in a name is written as `__`."""
    names = ["discriminator_loss", "discriminator/wgan-gp", "real_accuracy", NORMS[0]]
    names += ["generator_loss", NORMS[1], "ada/probability"]
    logs = {name: np.ones(rows, np.float32) for name in names}
    for name, (row, value) in spoilt.items():
        logs[name.replace("__", "/").replace("_gp", "-gp")][row] = value
    return logs


@pytest.fixture(scope="module")
def stub():
    """As much of both players as the callback looks at."""

    def make(first="discriminator", precision="float32"):
        recipe = ganreg.Recipe(
            schedule={"first": first},
            precision=precision,
            discriminator_optimizer="adam:learning_rate=0.002",
            generator_optimizer="sgd:learning_rate=0.5",
        )
        optimizers = {"discriminator": keras.optimizers.Adam(0.002), "generator": keras.optimizers.SGD(0.5)}
        players = {name: Player(name, {}, optimizer) for name, optimizer in optimizers.items()}
        parts = {"loss": types.SimpleNamespace(spec=ganreg.Spec("non-saturating"))}
        assembly = types.SimpleNamespace(parts=parts, game=ganreg.Game())
        return types.SimpleNamespace(recipe=recipe, player=players.get, assembly=assembly)

    return make


def caught(callback, first, logs):
    with pytest.raises(NumericalError) as error:
        callback.on_updates(first, logs)
    return error.value


def test_finite_numbers_pass(stub):
    callback = FiniteNumbers(stub())
    callback.on_updates(0, table())
    callback.on_updates(4, table())


def test_penalty_is_named_with_its_update_and_the_gradient_before(stub):
    logs = table(discriminator__wgan_gp=(2, np.nan), discriminator_gradient_norm=(2, np.nan))
    logs[NORMS[0]][1] = 3.2e5
    error = caught(FiniteNumbers(stub()), 1309, logs)
    assert str(error).startswith("penalty wgan-gp became NaN at update 1312; ")
    assert "discriminator gradient norm 3.2e+05" in str(error)
    assert "--lr-d 0.0002" in str(error)
    assert (error.term, error.iteration, error.player) == ("discriminator/wgan-gp", 1312, "discriminator")


def test_values_before_come_from_the_call_before(stub):
    callback = FiniteNumbers(stub())
    before = table()
    before[NORMS[0]][-1] = 77.0
    callback.on_updates(0, before)
    assert "discriminator gradient norm 77" in str(caught(callback, 4, table(discriminator_loss=(0, np.inf))))


def test_first_update_has_nothing_before_it(stub):
    error = caught(FiniteNumbers(stub()), 0, table(discriminator_loss=(0, np.inf)))
    assert (
        "discriminator loss non-saturating became infinite at update 1; there is no earlier update to compare with"
        in str(error)
    )


@pytest.mark.parametrize(
    ("spoilt", "term", "text"),
    [
        (("discriminator_gradient_norm", "generator_loss"), NORMS[0], "the discriminator's gradient became NaN"),
        (("generator_loss", "generator_gradient_norm"), "generator_loss", "generator loss non-saturating became"),
        (("discriminator_loss", "discriminator__wgan_gp"), "discriminator_loss", "non-saturating and penalty wgan-gp"),
        (("ada__probability",), "ada/probability", "state ada/probability became NaN"),
    ],
)
def test_whatever_came_first_in_the_row_is_blamed(stub, spoilt, term, text):
    error = caught(FiniteNumbers(stub()), 0, table(**dict.fromkeys(spoilt, (1, np.nan))))
    assert error.term == term
    assert text in str(error)


def test_a_generator_that_moves_first_is_blamed_first(stub):
    logs = table(discriminator_loss=(0, np.nan), generator_loss=(0, np.nan))
    assert caught(FiniteNumbers(stub(first="generator")), 0, logs).player == "generator"
    assert caught(FiniteNumbers(stub()), 0, logs).player == "discriminator"


def test_half_precision_is_advised_another(stub):
    assert "mixed_bfloat16" in remedy(stub(precision="mixed_float16"), "discriminator")
    assert "--lr-g 0.05" in remedy(stub(), None)


def test_error_is_an_arithmetic_error_of_failed_work():
    error = NumericalError("x", term="weights", iteration=3, player=None)
    assert isinstance(error, ArithmeticError)
    assert error.exit_code == 1


@attrs.frozen(kw_only=True)
class Spoiling(ganreg.Regularizer):
    """Becomes NaN, or only its gradient does, from an iteration on."""

    at: int = 5
    gradient_only: bool = False
    weights: bool = False

    def discriminator_penalty(self, step):
        due = tf.cast(step.iteration >= self.at, tf.float32)
        weight = tf.reduce_sum(step.discriminator_variables[0])
        if self.gradient_only:
            return tf.custom_gradient(lambda x: (0.0 * x, lambda slope: tf.where(due > 0, np.nan, 0.0) * slope))(weight)
        return 0.0 * weight if self.weights else tf.where(due > 0, np.nan, 0.0) + 0.0 * weight

    def after_generator_update(self, step):
        if self.weights:
            variable = step.generator_variables[0]
            variable.assign(tf.where(step.iteration >= self.at, np.inf, 1.0) * variable)


@pytest.mark.parametrize(("execution", "updates"), [("graph", 4), ("xla", 4), ("graph", 1), ("eager", 1)])
def test_training_stops_in_the_call_that_spoilt_it(small, points, execution, updates):
    gan = small(regularizers=[Spoiling()])
    with pytest.raises(
        NumericalError, match=r"penalty .*[sS]poiling.* became NaN at update 6; one update before"
    ) as error:
        gan.fit(points, steps=40, verbose=0, execution=execution, updates_per_call=updates)
    assert error.value.iteration == 6
    assert int(gan.iterations) == (8 if updates == 4 else 6)


@pytest.mark.slow
@pytest.mark.parametrize("execution", ["graph", "xla"])
def test_gradient_alone_is_found(small, points, execution):
    gan = small(regularizers=[Spoiling(gradient_only=True)])
    with pytest.raises(NumericalError, match=r"the discriminator's gradient became NaN at update 6") as error:
        gan.fit(points, steps=40, verbose=0, execution=execution, updates_per_call=4)
    assert error.value.found == "the discriminator's gradient became NaN"
    assert int(gan.iterations) == 8


@pytest.mark.parametrize("execution", ["graph", "xla"])
def test_weights_are_found_at_the_next_update(small, points, execution):
    gan = small(regularizers=[Spoiling(weights=True)])
    with pytest.raises(NumericalError) as error:
        gan.fit(points, steps=40, verbose=0, execution=execution, updates_per_call=4)
    assert error.value.iteration == 7
    assert int(gan.iterations) == 8


def test_weights_are_found_at_the_end(small, points):
    gan = small(regularizers=[Spoiling(weights=True)])
    with pytest.raises(NumericalError, match=r"weight .* of the generator is .* after update 6") as error:
        gan.fit(points, steps=6, verbose=0, execution="graph", updates_per_call=6)
    assert (error.value.term, error.value.player) == ("weights", "generator")


def test_average_that_no_term_depends_on_is_found(small):
    gan = small()
    refuse_non_finite_weights(gan.players)
    gan.average_generator.weights[0].assign(np.full_like(gan.average_generator.weights[0].numpy(), np.nan))
    with pytest.raises(NumericalError, match="of the average generator is NaN after update 0"):
        refuse_non_finite_weights(gan.players)


def test_gradient_that_no_scale_helps(small, points):
    gan = small(precision="mixed_float16")
    callback = FiniteNumbers(gan.players)
    callback.on_updates(0, table())
    gan.generator_optimizer.dynamic_scale.assign(2.0**-15)
    error = caught(callback, 4, table())
    assert "however small the loss's scale" in str(error)
    assert (error.term, error.player) == (NORMS[1], "generator")
