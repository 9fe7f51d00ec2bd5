"""StyleGAN2's discriminator (Karras et al., arXiv:1912.04958): residual, with a minibatch standard deviation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import attrs
from attrs import validators

from ganreg import DataSpec, Discriminator, Problem, parameter
from ganreg.lazy import keras, lazy_module
from ganreg_networks.grids import widths_of
from ganreg_networks.images import exact_pyramid, image_problems
from ganreg_networks.labels import label_input, label_problems, one_hot
from ganreg_networks.layers import refuse, scaled_leaky
from ganreg_networks.residual import project

if TYPE_CHECKING:
    from ganreg import Assembly

resampling = lazy_module("ganreg_networks.resampling")
style_layers = lazy_module("ganreg_networks.style_layers")


@attrs.frozen(kw_only=True)
class StyleDiscriminator(Discriminator):
    """StyleGAN2's residual discriminator (Karras et al., arXiv:1912.04958, section 4.1 and figure 7c, right).

    A 1x1 convolution reads the image. Each block consists of a 3x3 convolution, the filter (1, 3, 3, 1) and a 3x3
    convolution of stride 2; its shortcut is filtered, halved and convolved 1x1, and the sum is divided by √2. At the
    coarsest resolution, a map with the standard deviation within a group of samples is appended; a 3x3 convolution, a
    dense layer and a linear layer follow. Activations are leaky ReLUs times √2. The outputs of the blocks and, last,
    the input of the linear layer are the features. A conditional network adds to the logit the inner product of the
    last feature and an embedding of the label (projection, arXiv:1802.05637, equation 4); the authors' code has one
    logit for each class instead.

    Because of the appended map, a sample's logit depends on the other samples of its group. R1 works with this, but
    penalties on the gradients of single samples change their meaning; `minibatch_stddev=0` leaves the map out.

    The paper's networks for 1024x1024 are `width=32, max_width=512`.

    Shapes: images `[B, H, W, C]` with sides divisible by 4 (and labels `[B]`), to logits `[B, 1]`, features
    `[B, h, w, width]` and the last of them `[B, F]`.

    Raises:
        AssemblyError: by `build`, if the samples have another shape, or if the network is conditional and the data has
            no classes.
    """

    width: int = parameter(
        16, "channels of the finest maps, doubled at each coarser resolution", validators.ge(1), search=(8, 64, "log")
    )
    max_width: int = parameter(128, "maximum number of channels", validators.ge(1))
    minibatch_stddev: int = parameter(
        4, "maximum group size of the minibatch standard deviation; 0 for none", validators.ge(0)
    )
    equalized: bool = parameter(True, "equalised learning rate: weights from N(0, 1), scaled at run time")

    @property
    def sees_batch(self) -> bool:
        """Whether a sample's logit depends on the other samples of its group."""
        return self.minibatch_stddev > 1

    def check(self, assembly: Assembly) -> Iterator[Problem]:
        """Yields an error for samples of another shape, and a warning if a regularizer needs independent samples."""
        yield from image_problems("discriminator style", assembly.data)
        for part in assembly.regularizer_parts if self.minibatch_stddev > 1 else ():
            if part.implementation.needs_independent_samples:
                yield Problem(
                    "warning",
                    f"regularizer '{part.spec.name}' needs the gradient of each sample, but the logits of "
                    "discriminator 'style' depend on the other samples of the batch",
                    "use -d style:minibatch_stddev=0",
                )

    def build(self, data: DataSpec) -> keras.Model:
        """Builds the network that the class describes."""
        refuse(self._problems(data))
        inputs = images = keras.Input(data.shape, name="samples")
        widths = widths_of(len(exact_pyramid(data.shape)) - 1, self.width, self.max_width)
        hidden = scaled_leaky(self._convolved(images, widths[0], kernel=1))
        features = []
        for depth in range(len(widths)):
            hidden = self._block(hidden, widths[min(depth + 1, len(widths) - 1)])
            features.append(hidden)
        if self.minibatch_stddev:
            hidden = style_layers.MinibatchDeviation(self.minibatch_stddev)(hidden)
        hidden = scaled_leaky(self._convolved(hidden, widths[-1]))
        dense = style_layers.EqualizedDense(widths[-1], equalized=self.equalized)
        features.append(scaled_leaky(dense(keras.layers.Flatten()(hidden))))
        name = "linear" if self.conditional else "logits"
        logits = style_layers.EqualizedDense(1, equalized=self.equalized, name=name)(features[-1])
        if self.conditional:
            inputs = [images, labels := label_input()]
            logits = project(logits, features[-1], one_hot(labels, data))
        return keras.Model(inputs, {"logits": logits, "features": tuple(features)}, name="discriminator")

    def _block(self, hidden: keras.KerasTensor, width: int) -> keras.KerasTensor:
        residual = scaled_leaky(self._convolved(hidden, hidden.shape[-1]))
        residual = scaled_leaky(self._convolved(resampling.Blur()(residual), width, strides=2, padding="valid"))
        shortcut = self._convolved(resampling.Downsampling()(hidden), width, kernel=1, use_bias=False)
        return keras.layers.Rescaling(2**-0.5)(keras.layers.Add()([residual, shortcut]))

    def _convolved(
        self, hidden: keras.KerasTensor, width: int, *, kernel: int = 3, **options: object
    ) -> keras.KerasTensor:
        options = {"padding": "same", "equalized": self.equalized, **options}
        return style_layers.EqualizedConvolution(width, kernel, **options)(hidden)

    def _problems(self, data: DataSpec) -> Iterable[Problem]:
        yield from image_problems("discriminator style", data)
        yield from label_problems("discriminator style", self.conditional, data)
