"""StyleGAN2's discriminator (Karras et al., arXiv:1912.04958): residual, with a look at the whole batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import attrs
from attrs import validators

from ganreg import DataSpec, Discriminator, Problem, parameter
from ganreg_networks.images import image_problems, widths_of
from ganreg_networks.labels import label_input, label_problems, one_hot
from ganreg_networks.layers import refuse, scaled_leaky
from ganreg_networks.residual import project

if TYPE_CHECKING:
    import keras

    from ganreg import Assembly


@attrs.frozen(kw_only=True)
class StyleDiscriminator(Discriminator):
    """StyleGAN2's residual discriminator (Karras et al., arXiv:1912.04958, section 4.1 and figure 7c, right).

    A 1x1 convolution reads the image. Each block convolves 3x3, convolves again to half the side behind a
    (1, 3, 3, 1) filter, adds what skips it, halved alike and convolved 1x1, and divides by √2. At the coarsest side
    a map of how much the samples of a group differ is appended, a 3x3 convolution and a dense layer follow, and a
    linear one gives the logit. Activations are leaky ReLUs times √2. What leaves a block is one of the features, the
    last of them what the linear layer reads. A conditional network adds the inner product of that with an embedding
    of the label (projection, arXiv:1802.05637, equation 4), where the authors' code has one logit for each class.

    The map of differences ties a sample's logit to the others of its group. It is no normalization, and R1 bears it,
    but a penalty on single samples' gradients means something else with it: `minibatch_stddev=0` leaves it out.

    The paper's networks, for 1024x1024, are `width=32, max_width=512`.

    Shapes: images `[B, H, H, C]`, H divisible by 4 (and labels `[B]`), to logits `[B, 1]`, features `[B, h, h, width]`
    and the last of them `[B, F]`.

    Raises:
        AssemblyError: from `build`, for samples of another shape, or conditional on data without classes.
    """

    width: int = parameter(16, "channels of the finest maps; each coarser has twice as many", validators.ge(1))
    max_width: int = parameter(128, "most channels that any map has", validators.ge(1))
    minibatch_stddev: int = parameter(
        4, "most samples in a group whose differences are seen; 0 for none", validators.ge(0)
    )
    equalized: bool = parameter(True, "weights start as N(0, 1) and are scaled at run time, so that all learn equally")

    def check(self, assembly: Assembly) -> Iterator[Problem]:
        """Yields an error where the samples are no fitting images; warns where samples should be judged alone."""
        yield from image_problems("discriminator style", assembly.data)
        for part in assembly.regularizer_parts if self.minibatch_stddev > 1 else ():
            if part.component.needs_independent_samples:
                yield Problem(
                    "warning",
                    f"regularizer '{part.spec.name}' needs each sample's own gradient, but discriminator 'style' "
                    "compares the samples of a batch",
                    "use -d style:minibatch_stddev=0",
                )

    def build(self, data: DataSpec) -> keras.Model:
        """Builds the network; see the class."""
        import keras
        from keras import layers

        from ganreg_networks.style_layers import EqualizedDense, MinibatchDeviation

        refuse(self._problems(data))
        inputs = images = keras.Input(data.shape, name="samples")
        widths = widths_of(data.shape[0], self.width, self.max_width)
        hidden = scaled_leaky(self._convolved(images, widths[0], kernel=1))
        features = []
        for depth in range(len(widths)):
            hidden = self._block(hidden, widths[min(depth + 1, len(widths) - 1)])
            features.append(hidden)
        if self.minibatch_stddev:
            hidden = MinibatchDeviation(self.minibatch_stddev)(hidden)
        hidden = scaled_leaky(self._convolved(hidden, widths[-1]))
        dense = EqualizedDense(widths[-1], equalized=self.equalized)
        features.append(scaled_leaky(dense(layers.Flatten()(hidden))))
        name = "linear" if self.conditional else "logits"
        logits = EqualizedDense(1, equalized=self.equalized, name=name)(features[-1])
        if self.conditional:
            inputs = [images, labels := label_input()]
            logits = project(logits, features[-1], one_hot(labels, data))
        return keras.Model(inputs, {"logits": logits, "features": tuple(features)}, name="discriminator")

    def _block(self, hidden: keras.KerasTensor, width: int) -> keras.KerasTensor:
        from keras import layers

        from ganreg_networks.resampling import Blur, Downsampling

        residual = scaled_leaky(self._convolved(hidden, hidden.shape[-1]))
        residual = scaled_leaky(self._convolved(Blur()(residual), width, strides=2, padding="valid"))
        shortcut = self._convolved(Downsampling()(hidden), width, kernel=1, use_bias=False)
        return layers.Rescaling(2**-0.5)(layers.Add()([residual, shortcut]))

    def _convolved(
        self, hidden: keras.KerasTensor, width: int, *, kernel: int = 3, **options: object
    ) -> keras.KerasTensor:
        from ganreg_networks.style_layers import EqualizedConvolution

        options = {"padding": "same", "equalized": self.equalized, **options}
        return EqualizedConvolution(width, kernel, **options)(hidden)

    def _problems(self, data: DataSpec) -> Iterable[Problem]:
        yield from image_problems("discriminator style", data)
        yield from label_problems("discriminator style", self.conditional, data)
