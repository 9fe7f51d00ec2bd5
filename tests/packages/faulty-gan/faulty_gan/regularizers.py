"""Regularizers with one fault each."""

from __future__ import annotations

from typing import Any, ClassVar

import attrs
import numpy as np
import tensorflow as tf
from attrs import validators

from faulty_gan.fault import Fault
from ganreg import Regularizer, parameter


@attrs.frozen(kw_only=True)
class Drift(Regularizer):
    """Penalises logits of real samples, and is correct."""

    weight: float = parameter(0.1, "weight of the penalty", validators.ge(0))

    def discriminator_penalty(self, step):
        return self.weight * tf.reduce_mean(tf.square(step.real_logits))


@attrs.frozen(kw_only=True)
class OfSamples(Drift):
    """Penalises the real samples, which do not depend on any variable."""

    def discriminator_penalty(self, step):
        return self.weight * tf.reduce_mean(tf.square(step.real))


@attrs.frozen(kw_only=True)
class SquaredWeight(Drift):
    """Squares its weight."""

    def discriminator_penalty(self, step):
        return self.weight * super().discriminator_penalty(step)


@attrs.frozen(kw_only=True)
class RootOfNothing(Drift):
    """Penalises the norm of a gradient, which is not differentiable at 0."""

    def discriminator_penalty(self, step):
        squares = tf.reduce_sum(tf.square(step.real_gradient), axis=1)
        return self.weight * tf.reduce_mean(tf.sqrt(squares))


@attrs.frozen(kw_only=True)
class Widening(Regularizer):
    """Changes the dtype of samples."""

    def discriminator_input(self, samples, step):
        return tf.cast(samples, tf.float64)


@attrs.frozen(kw_only=True)
class WideningFakes(Regularizer):
    """Changes the dtype of the samples that are shown as fake."""

    def discriminator_fake(self, samples, step):
        return tf.cast(samples, tf.float64)


@attrs.frozen(kw_only=True)
class Meddling(Drift):
    """Changes the generator after an update of the discriminator."""

    def after_discriminator_update(self, step):
        variable = step.generator_variables[0]
        variable.assign(0.999 * variable)


@attrs.frozen(kw_only=True)
class Unrepeatable(Drift):
    """Has another initial state each time."""

    def initial_state(self, data):
        return {"offset": np.float32(np.random.default_rng().normal())}


@attrs.frozen(kw_only=True)
class FullPrecision(Drift):
    """Multiplies features of any dtype by float32 numbers."""

    def discriminator_penalty(self, step):
        features = step.real_output.features[-1]
        return self.weight * tf.reduce_mean(tf.square(features * tf.ones(features.shape[-1])))


@attrs.frozen(kw_only=True)
class Forgetful(Drift):
    """Counts updates in a variable that checkpoints do not include."""

    outside: ClassVar[dict[str, Any]] = {}

    def initial_state(self, data):
        self.outside["count"] = tf.Variable(1.0)
        return {}

    def discriminator_penalty(self, step):
        return self.outside["count"] * super().discriminator_penalty(step)

    def after_discriminator_update(self, step):
        self.outside["count"].assign_add(1.0)


@attrs.frozen(kw_only=True)
class TwoFaced(Drift):
    """Is stronger in eager execution."""

    def discriminator_penalty(self, step):
        return super().discriminator_penalty(step) * (50.0 if tf.executing_eagerly() else 1.0)


@attrs.frozen(kw_only=True)
class CallsPython(Drift):
    """Calls numpy in every update."""

    def discriminator_penalty(self, step):
        zero = tf.ensure_shape(tf.numpy_function(lambda: np.float32(0.0), [], tf.float32), ())
        return super().discriminator_penalty(step) + zero


@attrs.frozen(kw_only=True)
class Retraced(Drift):
    """Creates a variable during tracing, so that TensorFlow traces it again."""

    made: ClassVar[list[Any]] = []

    def initial_state(self, data):
        self.made.clear()
        return {}

    def discriminator_penalty(self, step):
        if not tf.executing_eagerly() and not self.made:
            self.made.append(tf.Variable(1.0))
        return super().discriminator_penalty(step)


@attrs.frozen(kw_only=True)
class OfTheBatch(Drift):
    """Penalises how much the logits of a batch differ, and does not say that it sees the batch."""

    def discriminator_penalty(self, step):
        return self.weight * tf.math.reduce_variance(4 * step.real_logits)


REGULARIZERS = (
    Fault("penalises-its-player", OfSamples, "no gradient of its discriminator_penalty"),
    Fault("weight-multiplies-its-penalty", SquaredWeight, "with three times the weight"),
    Fault("withstands-extreme-logits", RootOfNothing, "with a discriminator that is constant"),
    Fault("keeps-shapes", Widening, "turns float32 (8, 2) into float64"),
    Fault("keeps-shapes", WideningFakes, "its discriminator_fake turns float32 (8, 2) into float64"),
    Fault("moves-one-player-at-a-time", Meddling, "an update of the discriminator changes the generator"),
    Fault("repeats-with-its-seed", Unrepeatable, "the component state differ"),
    Fault("trains-in-mixed-precision", FullPrecision, "bfloat16"),
    Fault("resumes-from-a-checkpoint", Forgetful, "the discriminator differ"),
    Fault("executions-agree", TwoFaced, "graph updates lead to another", slow=True),
    Fault("compiles-by-xla", CallsPython, "XLA cannot compile", slow=True),
    Fault("compiles-once", Retraced, "traced 2 times", slow=True, also=("devices-agree",)),
    Fault("devices-agree", OfTheBatch, "declare sees_batch", slow=True),
)
