"""The generator `separable`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import attrs
from attrs import validators
from ganreg import DataSpec, Generator, Problem, parameter
from ganreg.lazy import keras, layers

from ganreg_separable.images import SCALE, one_hot, problems, refuse

if TYPE_CHECKING:
    from ganreg import Assembly


@attrs.frozen(kw_only=True)
class SeparableGenerator(Generator):
    """Doubles the sides of its feature maps twice, each time by depthwise separable convolutions (arXiv:1610.02357).

    Such a convolution mixes neighbours and channels one after the other, with about a ninth of the weights of a plain
    3x3 one. A tanh ends the network, scaled to the data's range. A conditional one reads the one-hot label behind the
    latents.

    Shapes: latents `[B, latent_dim]` (and labels `[B]`) to images `[B, height, width, channels]`.

    Raises:
        AssemblyError: from `build`, for data that is no image, or whose sides are no multiples of 4, or conditional
            without classes.
    """

    latent_dim: int = parameter(32, "numbers in one latent vector", validators.ge(1))
    width: int = parameter(32, "channels of the largest feature maps, a quarter of the most", validators.ge(1))

    def check(self, assembly: Assembly) -> Iterator[Problem]:
        """Yields what keeps it from the data."""
        return self._problems(assembly.data)

    def build(self, data: DataSpec) -> keras.Model:
        """Builds the network; see the class."""
        refuse(self._problems(data))
        inputs = hidden = keras.Input((self.latent_dim,), name="latents")
        if self.conditional:
            labels = keras.Input((), dtype="int32", name="labels")
            inputs, hidden = [inputs, labels], layers.Concatenate()([hidden, one_hot(labels, data)])
        height, width, channels = data.shape
        smallest = (height // SCALE, width // SCALE, SCALE * self.width)
        hidden = layers.Dense(smallest[0] * smallest[1] * smallest[2], activation="relu")(hidden)
        hidden = layers.Reshape(smallest)(hidden)
        for filters in (2 * self.width, self.width):
            hidden = layers.UpSampling2D()(hidden)
            hidden = layers.SeparableConv2D(filters, 3, padding="same", activation="relu")(hidden)
        samples = layers.Conv2D(channels, 3, padding="same")(hidden)
        if data.value_range is not None:
            least, greatest = data.value_range
            samples = layers.Activation("tanh")(samples)
            samples = layers.Rescaling((greatest - least) / 2, (greatest + least) / 2)(samples)
        return keras.Model(inputs, samples, name="generator")

    def _problems(self, data: DataSpec) -> Iterator[Problem]:
        return problems("generator separable", self.conditional, data)
