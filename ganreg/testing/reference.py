"""Minimal components that complete the GAN around the component under test, so that no plugin is needed."""

from __future__ import annotations

from typing import ClassVar

import attrs
import keras
import tensorflow as tf
from attrs import validators

from ganreg.contract.losses import Loss
from ganreg.contract.networks import Discriminator, Generator
from ganreg.contract.parameters import parameter
from ganreg.data.spec import DataSpec

WIDTH = 8


@attrs.frozen(kw_only=True)
class ReferenceGenerator(Generator):
    """Two dense layers with batch normalization between them, for samples of any shape."""

    def build(self, data: DataSpec) -> keras.Model:
        """Builds the network; see `Generator.build`."""
        inputs = latents = keras.Input((self.latent_dim,))
        hidden = latents
        if self.conditional:
            inputs = [latents, labels := keras.Input((), dtype="int32")]
            hidden = keras.layers.Concatenate()([latents, _one_hot(labels, data)])
        hidden = keras.layers.Dense(WIDTH, use_bias=False)(hidden)
        hidden = keras.layers.Activation("relu")(keras.layers.BatchNormalization()(hidden))
        samples = keras.layers.Reshape(data.shape)(keras.layers.Dense(data.size)(hidden))
        if data.value_range is not None:
            least, greatest = data.value_range
            samples = keras.layers.Activation("tanh")(samples)
            samples = keras.layers.Rescaling((greatest - least) / 2, (greatest + least) / 2)(samples)
        return keras.Model(inputs, samples)


@attrs.frozen(kw_only=True)
class ReferenceDiscriminator(Discriminator):
    """Two dense layers and a linear one, with logits of any scale and offset.

    Attributes:
        gain: the factor of the logits.
        offset: the offset of the logits.
    """

    gain: float = parameter(1.0, "factor of the logits", validators.ge(0))
    offset: float = parameter(0.0, "offset of the logits", validators.ge(-1e3), validators.le(1e3))

    def build(self, data: DataSpec) -> keras.Model:
        """Builds the network; see `Discriminator.build`."""
        inputs = samples = keras.Input(data.shape)
        hidden = keras.layers.Flatten()(samples)
        if self.conditional:
            inputs = [samples, labels := keras.Input((), dtype="int32")]
            hidden = keras.layers.Concatenate()([hidden, _one_hot(labels, data)])
        shallow = keras.layers.Dense(WIDTH, activation="leaky_relu")(hidden)
        deep = keras.layers.Dense(WIDTH, activation="leaky_relu")(shallow)
        logits = keras.layers.Rescaling(self.gain, self.offset)(keras.layers.Dense(1)(deep))
        return keras.Model(inputs, {"logits": logits, "features": (shallow, deep)})


@attrs.frozen(kw_only=True)
class ReferenceEnergy(ReferenceDiscriminator):
    """A `ReferenceDiscriminator` whose logits are negative energies."""

    gives_energy: ClassVar[bool] = True

    def build(self, data: DataSpec) -> keras.Model:
        """Builds the network; see `Discriminator.build`."""
        model = super().build(data)
        logits = keras.layers.Rescaling(-1.0)(keras.layers.Activation("softplus")(model.output["logits"]))
        return keras.Model(model.input, {"logits": logits, "features": model.output["features"]})


@attrs.frozen(kw_only=True)
class ReferenceLoss(Loss):
    """Non-saturating loss: cross entropy, with a generator that maximises the log-probability of the class real."""

    def discriminator_loss(self, real_logits: tf.Tensor, fake_logits: tf.Tensor) -> tf.Tensor:
        """Returns the cross entropy of real and generated samples, `[B]`."""
        return tf.nn.softplus(-real_logits) + tf.nn.softplus(fake_logits)

    def generator_loss(self, fake_logits: tf.Tensor, real_logits: tf.Tensor | None = None) -> tf.Tensor:
        """Returns the negative log-probability, `[B]`."""
        return tf.nn.softplus(-fake_logits)


def _one_hot(labels: keras.KerasTensor, data: DataSpec) -> keras.KerasTensor:
    encode = keras.layers.CategoryEncoding(data.num_classes, output_mode="one_hot")
    return encode(keras.layers.Reshape((1,))(labels))
