"""StyleGAN2's generator (Karras et al., arXiv:1912.04958): styles scale the kernels of a synthesis network."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import attrs
from attrs import validators

from ganreg import DataSpec, Generator, Problem, parameter
from ganreg_networks.images import image_problems, widths_of
from ganreg_networks.labels import label_input, label_problems, one_hot
from ganreg_networks.layers import bounded, refuse, scaled_leaky

if TYPE_CHECKING:
    import keras

    from ganreg import Assembly


@attrs.frozen(kw_only=True)
class StyleGenerator(Generator):
    """StyleGAN2's mapping and synthesis networks (Karras et al., arXiv:1912.04958, section 2 and figure 7b).

    The mapping network scales latents to a mean square of 1 and passes them through `layers` dense layers to the
    style w. A conditional one embeds the label and reads it behind the latents, as the authors' code does.

    Synthesis begins with a learned constant. Every 3x3 convolution's kernel is scaled for each sample by an affine
    function of w and scaled back (`ModulatedConvolution`); one map of noise, a bias and a leaky ReLU follow. At each
    resolution but the coarsest a first convolution reads maps of twice the side, filtered by (1, 3, 3, 1). The image
    is the sum of what a modulated 1x1 convolution makes of each resolution's maps, upsampled alike.

    The image passes a tanh, scaled to the data's `value_range`, where there is one; the authors leave it unbounded.
    Noise is new at each pass in training and fixed otherwise. Styles are never mixed and never truncated.

    The paper's networks, for 1024x1024, are `latent_dim=512, style_dim=512, layers=8, width=32, max_width=512`.
    The model contains two models: `get_layer("mapping")`, latents (and labels) to w `[B, style_dim]`, and
    `get_layer("synthesis")`, w to images.

    Shapes: latents `[B, latent_dim]` (and labels `[B]`) to images `[B, H, H, C]`, H divisible by 4.

    Raises:
        AssemblyError: from `build`, for samples of another shape, or conditional on data without classes.
    """

    latent_dim: int = parameter(64, "numbers in one latent vector", validators.ge(1))
    style_dim: int = parameter(64, "numbers in one style w", validators.ge(1))
    layers: int = parameter(4, "dense layers from latents to styles; the paper takes 8", validators.ge(1))
    mapping_rate: float = parameter(
        0.01, "learning rate of the mapping network, as a share of the synthesis network's", validators.gt(0)
    )
    width: int = parameter(16, "channels of the finest maps; each coarser has twice as many", validators.ge(1))
    max_width: int = parameter(128, "most channels that any map has", validators.ge(1))
    noise: bool = parameter(True, "adds noise behind each convolution")
    equalized: bool = parameter(True, "weights start as N(0, 1) and are scaled at run time, so that all learn equally")

    def check(self, assembly: Assembly) -> Iterable[Problem]:
        """Yields an error where the samples are no fitting images."""
        return image_problems("generator style", assembly.data)

    def build(self, data: DataSpec) -> keras.Model:
        """Builds the network; see the class."""
        import keras

        refuse(image_problems("generator style", data))
        refuse(label_problems("generator style", self.conditional, data))
        inputs: list[keras.KerasTensor] = [keras.Input((self.latent_dim,), name="latents")]
        if self.conditional:
            inputs.append(label_input())
        ins = inputs if self.conditional else inputs[0]
        return keras.Model(ins, self._synthesis(data)(self._mapping(data)(ins)), name="generator")

    def _mapping(self, data: DataSpec) -> keras.Model:
        import keras
        from keras import initializers, layers

        from ganreg_networks.style_layers import EqualizedDense, NormalizeLatents

        inputs = hidden = latents = keras.Input((self.latent_dim,), name="latents")
        if self.conditional:
            inputs = [latents, labels := label_input()]
            embedding = layers.Dense(
                self.latent_dim, use_bias=False, kernel_initializer=initializers.RandomNormal(stddev=1.0)
            )
            hidden = layers.Concatenate()([latents, embedding(one_hot(labels, data))])
        hidden = NormalizeLatents()(hidden)
        for _ in range(self.layers):
            dense = EqualizedDense(self.style_dim, equalized=self.equalized, multiplier=self.mapping_rate)
            hidden = scaled_leaky(dense(hidden))
        return keras.Model(inputs, hidden, name="mapping")

    def _synthesis(self, data: DataSpec) -> keras.Model:
        import keras
        from keras import layers

        from ganreg_networks.resampling import Upsampling
        from ganreg_networks.style_layers import LearnedConstant

        widths = widths_of(data.shape[0], self.width, self.max_width)
        # One width for each resolution: the coarsest has that of the one above it.
        side = data.shape[0] >> len(widths)
        style = keras.Input((self.style_dim,), name="style")
        hidden = self._styled(LearnedConstant(side, widths[-1])(style), style, widths[-1])
        image = self._to_image(hidden, style, data)
        for width in reversed(widths):
            hidden = self._styled(Upsampling()(hidden), style, width)
            hidden = self._styled(hidden, style, width)
            image = layers.Add()([Upsampling()(image), self._to_image(hidden, style, data)])
        return keras.Model(style, bounded(image, data), name="synthesis")

    def _styled(self, hidden: keras.KerasTensor, style: keras.KerasTensor, width: int) -> keras.KerasTensor:
        """One convolution of the synthesis network, with what follows it."""
        from ganreg_networks.modulation import Bias, ModulatedConvolution, Noise

        convolution = ModulatedConvolution(width, 3, equalized=self.equalized)
        hidden = convolution([hidden, self._scales(hidden, style)])
        if self.noise:
            hidden = Noise()(hidden)
        return scaled_leaky(Bias()(hidden))

    def _to_image(self, hidden: keras.KerasTensor, style: keras.KerasTensor, data: DataSpec) -> keras.KerasTensor:
        from ganreg_networks.modulation import Bias, ModulatedConvolution

        convolution = ModulatedConvolution(data.shape[-1], 1, demodulate=False, equalized=self.equalized)
        return Bias()(convolution([hidden, self._scales(hidden, style)]))

    def _scales(self, hidden: keras.KerasTensor, style: keras.KerasTensor) -> keras.KerasTensor:
        """What scales each channel, 1 on average at first."""
        from ganreg_networks.style_layers import EqualizedDense

        return EqualizedDense(hidden.shape[-1], equalized=self.equalized, first_bias=1.0)(style)
