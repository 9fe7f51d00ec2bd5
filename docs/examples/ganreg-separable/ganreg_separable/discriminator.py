"""The discriminator `separable`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import attrs
from attrs import validators
from ganreg import DataSpec, Discriminator, Problem, parameter
from ganreg.lazy import keras, layers

from ganreg_separable.images import one_hot, problems, refuse

if TYPE_CHECKING:
    from ganreg import Assembly


@attrs.frozen(kw_only=True)
class SeparableDiscriminator(Discriminator):
    """Halves the sides of its feature maps twice, each time by a depthwise separable convolution (arXiv:1610.02357).

    The first layer is a plain convolution, because an image has few channels to mix. Nothing is normalized, since a
    gradient penalty is wrong where samples share batch statistics. A conditional one reads the one-hot label behind the
    last features.

    Shapes: images `[B, height, width, channels]` (and labels `[B]`) to logits `[B, 1]` and three features, shallow to
    deep.

    Raises:
        AssemblyError: from `build`, for data that is no image, or whose sides are no multiples of 4, or conditional
            without classes.
    """

    width: int = parameter(32, "channels of the largest feature maps, a quarter of the most", validators.ge(1))

    def check(self, assembly: Assembly) -> Iterator[Problem]:
        """Yields what keeps it from the data."""
        return self._problems(assembly.data)

    def build(self, data: DataSpec) -> keras.Model:
        """Builds the network; see the class."""
        refuse(self._problems(data))
        inputs = keras.Input(data.shape, name="samples")
        hidden = layers.Conv2D(self.width, 3, padding="same", activation="leaky_relu")(inputs)
        features = [hidden]
        for filters in (2 * self.width, 4 * self.width):
            hidden = layers.SeparableConv2D(filters, 3, strides=2, padding="same", activation="leaky_relu")(hidden)
            features.append(hidden)
        hidden = layers.Flatten()(hidden)
        if self.conditional:
            labels = keras.Input((), dtype="int32", name="labels")
            inputs, hidden = [inputs, labels], layers.Concatenate()([hidden, one_hot(labels, data)])
            hidden = layers.Dense(4 * self.width, activation="leaky_relu")(hidden)
        logits = layers.Dense(1, name="logits")(hidden)
        return keras.Model(inputs, {"logits": logits, "features": tuple(features)}, name="discriminator")

    def _problems(self, data: DataSpec) -> Iterator[Problem]:
        return problems("discriminator separable", self.conditional, data)
