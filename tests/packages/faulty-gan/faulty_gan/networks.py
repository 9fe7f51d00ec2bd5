"""Networks with one fault each."""

from __future__ import annotations

import math

import attrs
import keras

from faulty_gan.fault import Fault
from ganreg import Discriminator, Generator, Problem


@attrs.frozen(kw_only=True)
class Small(Generator):
    """A dense layer between latents and samples; subclasses add faults."""

    def hidden(self, latents):
        return keras.layers.Dense(6, activation="tanh")(latents)

    def last(self, samples):
        return keras.layers.Activation("tanh")(samples)

    def build(self, data):
        latents = keras.Input((self.latent_dim,))
        inputs, hidden = latents, latents
        if self.conditional:
            inputs = [latents, labels := keras.Input((), dtype="int32")]
            hidden = keras.layers.Concatenate()([latents, keras.layers.Embedding(data.num_classes, 3)(labels)])
        samples = keras.layers.Reshape(data.shape)(keras.layers.Dense(data.size)(self.hidden(hidden)))
        return keras.Model(inputs, self.last(samples))


@attrs.frozen(kw_only=True)
class TooBright(Small):
    """Makes images outside the range of the data."""

    def check(self, assembly):
        if not assembly.data.is_image:
            yield Problem("error", "it makes only images", "use images")

    def last(self, samples):
        return keras.layers.Rescaling(3.0, 1.0)(super().last(samples))


@attrs.frozen(kw_only=True)
class Gregarious(Small):
    """Uses batch statistics outside training too."""

    def hidden(self, latents):
        return keras.layers.BatchNormalization()(super().hidden(latents), training=True)


@attrs.frozen(kw_only=True)
class TakenApart(Small):
    """Has a mapping and a synthesis network of other weights than its own."""

    def split(self, network):
        inputs = [keras.Input(one.shape[1:], dtype=one.dtype) for one in network.inputs]
        mapping = keras.Model(inputs if len(inputs) > 1 else inputs[0], keras.layers.Dense(3)(inputs[0]))
        styles = keras.Input((3,))
        shape = network.output_shape[1:]
        samples = keras.layers.Reshape(shape)(keras.layers.Dense(math.prod(shape))(styles))
        return mapping, keras.Model(styles, samples)


class UnknownToKeras(keras.layers.Layer):
    """A layer that Keras cannot find when it loads a file."""

    def call(self, inputs):
        return 2.0 * inputs


@attrs.frozen(kw_only=True)
class NotExported(Small):
    """Has a custom layer that is not registered."""

    def hidden(self, latents):
        return UnknownToKeras()(super().hidden(latents))


@attrs.frozen(kw_only=True)
class Dense(Discriminator):
    """Two dense layers; subclasses add faults."""

    def first(self, samples):
        return keras.layers.Dense(6, activation="tanh")(samples)

    def outputs(self, logits, hidden):
        return {"logits": logits, "features": (hidden,)}

    def build(self, data):
        samples = keras.Input(data.shape)
        inputs, hidden = samples, keras.layers.Flatten()(samples)
        if self.conditional:
            inputs = [samples, labels := keras.Input((), dtype="int32")]
            hidden = keras.layers.Concatenate()([hidden, keras.layers.Embedding(data.num_classes, 3)(labels)])
        hidden = self.first(hidden)
        return keras.Model(inputs, self.outputs(keras.layers.Dense(1)(hidden), hidden))


@attrs.frozen(kw_only=True)
class Featureless(Dense):
    """Does not return its hidden activations."""

    def outputs(self, logits, hidden):
        return {"logits": logits}


@attrs.frozen(kw_only=True)
class CutOff(Dense):
    """Stops the gradient everywhere but in a skip connection."""

    def first(self, samples):
        return keras.layers.Concatenate()([keras.ops.stop_gradient(super().first(samples)), samples])


@attrs.frozen(kw_only=True)
class AlwaysTheSame(Dense):
    """Has the same initial weights for every seed."""

    def build(self, data):
        model = super().build(data)
        for index, variable in enumerate(model.trainable_variables):
            variable.assign(keras.initializers.RandomNormal(seed=index)(variable.shape))
        return model


NETWORKS = (
    Fault("makes-samples", TooBright, "its samples range over"),
    Fault("samples-stand-alone", Gregarious, "differs by"),
    Fault("splits-into-its-parts", TakenApart, "in two steps, its samples differ by"),
    Fault("exports-the-generator", NotExported, "register_keras_serializable"),
    Fault("gives-logits-and-features", Featureless, "not a dict with 'logits' and 'features'"),
    Fault("gradients-reach-its-variables", CutOff, "no gradient reaches"),
    Fault("depends-on-the-seed", AlwaysTheSame, "the same for every seed"),
)
