"""StyleGAN2's generator (Karras et al., arXiv:1912.04958): styles modulate the kernels of a synthesis network."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import attrs
from attrs import validators

from ganreg import DataSpec, Generator, Problem, parameter
from ganreg.lazy import keras, lazy_module
from ganreg_networks.grids import widths_of
from ganreg_networks.images import exact_pyramid, image_problems
from ganreg_networks.labels import label_input, label_problems, one_hot
from ganreg_networks.layers import bounded, refuse, scaled_leaky

if TYPE_CHECKING:
    from ganreg import Assembly

modulation = lazy_module("ganreg_networks.modulation")
resampling = lazy_module("ganreg_networks.resampling")
style_layers = lazy_module("ganreg_networks.style_layers")


@attrs.frozen(kw_only=True)
class StyleGenerator(Generator):
    """StyleGAN2's mapping and synthesis networks (Karras et al., arXiv:1912.04958, section 2 and figure 7b).

    The mapping network scales latents to a mean square of 1 and passes them through `layers` dense layers, which give
    the style w. If it is conditional, it reads the latents with an embedding of the label appended, as in the authors'
    code.

    Synthesis starts from a learned constant. The kernel of each 3x3 convolution is modulated for each sample by an
    affine function of w and demodulated (`ModulatedConvolution`); a noise map, a bias and a leaky ReLU follow. At each
    resolution except the coarsest, the first convolution inserts zeros between the pixels and is followed by the filter
    (1, 3, 3, 1). A modulated 1x1 convolution turns the maps of each resolution into an image; the output is the sum of
    these, upsampled with the same filter.

    The output passes through a tanh scaled to the data's `value_range` if there is one; the authors leave it unbounded.
    Noise is drawn in each pass in training and fixed at inference. There is no style mixing. Truncation moves the
    styles towards their mean (`gan.generate(truncation=0.7)`).

    The paper's networks for 1024x1024 are `latent_dim=512, style_dim=512, layers=8, width=32, max_width=512`.
    The model contains two models: `get_layer("mapping")`, from latents (and labels) to w `[B, style_dim]`, and
    `get_layer("synthesis")`, from w to images.

    Shapes: latents `[B, latent_dim]` (and labels `[B]`) to images `[B, H, W, C]` with sides divisible by 4.

    Raises:
        AssemblyError: by `build`, if the samples have another shape, or if the network is conditional and the data has
            no classes.
    """

    latent_dim: int = parameter(64, "dimension of the latents", validators.ge(1), search=(16, 256, "log"))
    style_dim: int = parameter(64, "dimension of the styles w", validators.ge(1), search=(16, 256, "log"))
    layers: int = parameter(4, "dense layers of the mapping network; the paper uses 8", validators.ge(1), search=(2, 8))
    mapping_rate: float = parameter(
        0.01, "learning rate of the mapping network relative to the synthesis network", validators.gt(0)
    )
    width: int = parameter(
        16, "channels of the finest maps, doubled at each coarser resolution", validators.ge(1), search=(8, 64, "log")
    )
    max_width: int = parameter(128, "maximum number of channels", validators.ge(1))
    noise: bool = parameter(True, "whether noise is added after each convolution", search=[True, False])
    equalized: bool = parameter(True, "equalised learning rate: weights from N(0, 1), scaled at run time")

    def check(self, assembly: Assembly) -> Iterable[Problem]:
        """Yields an error if the samples are not images with sides divisible by 4."""
        return image_problems("generator style", assembly.data)

    def build(self, data: DataSpec) -> keras.Model:
        """Builds the network that the class describes."""
        refuse(image_problems("generator style", data))
        refuse(label_problems("generator style", self.conditional, data))
        inputs: list[keras.KerasTensor] = [keras.Input((self.latent_dim,), name="latents")]
        if self.conditional:
            inputs.append(label_input())
        ins = inputs if self.conditional else inputs[0]
        return keras.Model(ins, self._synthesis(data)(self._mapping(data)(ins)), name="generator")

    def split(self, network: keras.Model) -> tuple[keras.Model, keras.Model] | None:
        """Returns the mapping and the synthesis network, unless a regularizer has put the whole into a layer."""
        parts = {layer.name: layer for layer in network.layers}
        return (parts["mapping"], parts["synthesis"]) if {"mapping", "synthesis"} <= set(parts) else None

    def _mapping(self, data: DataSpec) -> keras.Model:
        inputs = hidden = latents = keras.Input((self.latent_dim,), name="latents")
        if self.conditional:
            inputs = [latents, labels := label_input()]
            embedding = keras.layers.Dense(
                self.latent_dim, use_bias=False, kernel_initializer=keras.initializers.RandomNormal(stddev=1.0)
            )
            hidden = keras.layers.Concatenate()([latents, embedding(one_hot(labels, data))])
        hidden = style_layers.NormalizeLatents()(hidden)
        for _ in range(self.layers):
            dense = style_layers.EqualizedDense(self.style_dim, equalized=self.equalized, multiplier=self.mapping_rate)
            hidden = scaled_leaky(dense(hidden))
        return keras.Model(inputs, hidden, name="mapping")

    def _synthesis(self, data: DataSpec) -> keras.Model:
        *finer, coarsest = exact_pyramid(data.shape)
        # One width for each resolution; the coarsest has that of the next finer one.
        widths = widths_of(len(finer), self.width, self.max_width)
        style = keras.Input((self.style_dim,), name="style")
        hidden = self._styled(style_layers.LearnedConstant(coarsest, widths[-1])(style), style, widths[-1])
        image = self._to_image(hidden, style, data)
        for width in reversed(widths):
            hidden = self._styled(hidden, style, width, upsample=True)
            hidden = self._styled(hidden, style, width)
            image = keras.layers.Add()([resampling.Upsampling()(image), self._to_image(hidden, style, data)])
        return keras.Model(style, bounded(image, data), name="synthesis")

    def _styled(
        self, hidden: keras.KerasTensor, style: keras.KerasTensor, width: int, *, upsample: bool = False
    ) -> keras.KerasTensor:
        """Adds one convolution of the synthesis network with noise, bias and activation."""
        modulated = modulation.ModulatedConvolution(width, 3, upsample=upsample, equalized=self.equalized)
        hidden = modulated([hidden, self._scales(hidden, style)])
        if upsample:
            hidden = resampling.Smoothing()(hidden)
        if self.noise:
            hidden = modulation.Noise()(hidden)
        return scaled_leaky(modulation.Bias()(hidden))

    def _to_image(self, hidden: keras.KerasTensor, style: keras.KerasTensor, data: DataSpec) -> keras.KerasTensor:
        modulated = modulation.ModulatedConvolution(data.shape[-1], 1, demodulate=False, equalized=self.equalized)
        return modulation.Bias()(modulated([hidden, self._scales(hidden, style)]))

    def _scales(self, hidden: keras.KerasTensor, style: keras.KerasTensor) -> keras.KerasTensor:
        """Returns the scale of each channel, initially 1 on average."""
        return style_layers.EqualizedDense(hidden.shape[-1], equalized=self.equalized, first_bias=1.0)(style)
