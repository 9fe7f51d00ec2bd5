"""Translators with one fault each."""

from __future__ import annotations

import attrs
import keras
import numpy as np
import tensorflow as tf

from faulty_gan.fault import Fault
from faulty_gan.networks import UnknownToKeras
from ganreg import Problem, Translator


@attrs.frozen(kw_only=True)
class Plain(Translator):
    """A dense layer between two kinds of samples; subclasses add faults."""

    def hidden(self, values):
        return keras.layers.Dense(6, activation="tanh")(values)

    def labels(self, labels, classes):
        return keras.layers.Embedding(classes, 3)(labels)

    def last(self, samples):
        return keras.layers.Activation("tanh")(samples)

    def build(self, source, target):
        samples = keras.Input(source.shape)
        inputs, values = samples, keras.layers.Flatten()(samples)
        if self.conditional:
            inputs = [samples, labels := keras.Input((), dtype="int32")]
            values = keras.layers.Concatenate()([values, self.labels(labels, target.num_classes)])
        made = keras.layers.Reshape(target.shape)(keras.layers.Dense(target.size)(self.hidden(values)))
        return keras.Model(inputs, self.last(made))


@attrs.frozen(kw_only=True)
class Transposed(Plain):
    """Makes samples of the shape of their sources."""

    def build(self, source, target):
        return super().build(source, attrs.evolve(source, num_classes=target.num_classes))


@attrs.frozen(kw_only=True)
class Linear(Plain):
    """Makes images outside the range of the target."""

    def check(self, assembly):
        if not assembly.data.is_image:
            yield Problem("error", "it makes only images", "use images")

    def last(self, samples):
        return keras.layers.Rescaling(4.0, 1.0)(samples)


@attrs.frozen(kw_only=True)
class Deaf(Plain):
    """Takes labels, but ignores them."""

    def labels(self, labels, classes):
        return keras.layers.Rescaling(0.0)(super().labels(labels, classes))

    def build(self, source, target):
        model = super().build(source, target)
        for layer in model.layers:
            layer.trainable = not isinstance(layer, keras.layers.Embedding)
        return model


@attrs.frozen(kw_only=True)
class Sociable(Plain):
    """Uses batch statistics outside training too."""

    def hidden(self, values):
        return keras.layers.BatchNormalization()(super().hidden(values), training=True)


@attrs.frozen(kw_only=True)
class Unsaved(Plain):
    """Has a custom layer that is not registered."""

    def hidden(self, values):
        return UnknownToKeras()(super().hidden(values))


@attrs.frozen(kw_only=True)
class Severed(Plain):
    """Stops the gradient everywhere but in a skip connection."""

    def hidden(self, values):
        return keras.layers.Concatenate()([keras.ops.stop_gradient(super().hidden(values)), values])


@attrs.frozen(kw_only=True)
class Fixed(Plain):
    """Has the same initial weights for every seed."""

    def build(self, source, target):
        model = super().build(source, target)
        for index, variable in enumerate(model.trainable_variables):
            variable.assign(keras.initializers.RandomNormal(seed=index)(variable.shape))
        return model


@attrs.frozen(kw_only=True)
class Unseeded(Plain):
    """Has other initial weights each time."""

    def build(self, source, target):
        model = super().build(source, target)
        for variable in model.trainable_variables:
            variable.assign(np.random.default_rng().normal(size=variable.shape))
        return model


class FullPrecision(keras.layers.Layer):
    """Multiplies by float32 numbers, whatever the policy."""

    def call(self, inputs):
        return inputs * tf.ones(inputs.shape[-1])


keras.saving.register_keras_serializable("faulty_gan")(FullPrecision)


@attrs.frozen(kw_only=True)
class Single(Plain):
    """Computes in float32 only."""

    def hidden(self, values):
        return FullPrecision()(super().hidden(values))


class StrongerEagerly(keras.layers.Layer):
    """Multiplies by 3 in eager execution."""

    def call(self, inputs):
        return inputs * (3.0 if tf.executing_eagerly() else 1.0)


keras.saving.register_keras_serializable("faulty_gan")(StrongerEagerly)


@attrs.frozen(kw_only=True)
class TwoFaced(Plain):
    """Is stronger in eager execution."""

    def hidden(self, values):
        return StrongerEagerly()(super().hidden(values))


TRANSLATORS = (
    Fault("fits-or-refuses", Transposed, "makes samples of shape"),
    Fault("makes-samples", Linear, "its samples range over"),
    Fault("follows-its-labels", Deaf, "the same samples for different labels"),
    Fault("samples-stand-alone", Sociable, "differs by"),
    Fault("exports-the-generator", Unsaved, "register_keras_serializable"),
    Fault("gradients-reach-its-variables", Severed, "no gradient reaches"),
    Fault("depends-on-the-seed", Fixed, "the same for every seed"),
    Fault("repeats-with-its-seed", Unseeded, "trained twice with one seed"),
    Fault("trains-in-mixed-precision", Single, "bfloat16"),
    Fault("executions-agree", TwoFaced, "graph updates lead to another", slow=True),
)
