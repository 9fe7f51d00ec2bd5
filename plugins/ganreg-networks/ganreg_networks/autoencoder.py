"""A discriminator that judges samples by how well it reconstructs them (EBGAN, arXiv:1609.03126)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, ClassVar, Literal, get_args

import attrs
from attrs import validators

from ganreg import DataSpec, Discriminator, Problem, parameter
from ganreg_networks.images import first_weights, image_problems, widths_of
from ganreg_networks.labels import append_label_map, append_labels, label_input, label_problems
from ganreg_networks.layers import Norm, activated, normalized, refuse

if TYPE_CHECKING:
    import keras

    from ganreg import Assembly

KERNEL = 4
"""As in EBGAN's networks (arXiv:1609.03126, appendix B)."""

Error = Literal["mean-squared", "mean-absolute"]


@attrs.frozen(kw_only=True)
class AutoencoderDiscriminator(Discriminator):
    """An autoencoder whose reconstruction error is the sample's energy (Zhao et al., arXiv:1609.03126, section 2.3).

    Its logits are minus that error::

        logits = -mean (x - Dec(Enc(x)))^2           mean-squared, EBGAN
        logits = -mean |x - Dec(Enc(x))|             mean-absolute, BEGAN (arXiv:1703.10717, section 3.1)

    over the values of a sample; both papers write a norm or its power, and their code takes the mean. A logit is
    never above 0, so losses fit that need an energy, such as EBGAN's margin or BEGAN's equilibrium.

    Images with a side divisible by 4 are encoded by 4x4 convolutions of stride 2, each followed by a leaky ReLU, and
    a linear layer; a mirrored stack of transposed convolutions decodes them. Other samples, such as points, pass
    dense layers: one hidden layer of `width` units on each side of the code. The reconstruction is linear. A
    conditional network encodes the label with the sample, as one more map or one-hot (arXiv:1411.1784).

    The paper's network, for 64x64, is `width=64, max_width=256, norm="batch"` (appendix D). Nothing is normalized by
    default, as a gradient penalty is wrong where samples share batch statistics.

    Shapes: samples `[B, *shape]` (and labels `[B]`) to logits `[B, 1]`, float32; features, the encoder's activations
    and last the code `[B, code_dim]`; and `"reconstruction"`, `[B, *shape]`.

    Raises:
        AssemblyError: from `build`, for images of another side, or conditional on data without classes.
    """

    gives_energy: ClassVar[bool] = True

    error: Error = parameter(
        "mean-squared", "what the energy is: EBGAN's, or BEGAN's mean-absolute", validators.in_(get_args(Error))
    )
    code_dim: int = parameter(64, "numbers in one code", validators.ge(1))
    width: int = parameter(
        32, "channels of the finest hidden maps, each coarser has twice as many; or dense units", validators.ge(1)
    )
    max_width: int = parameter(256, "most channels that any map has", validators.ge(1))
    norm: Norm = parameter(
        "none",
        "normalizes each hidden layer but the first convolution; the paper takes batch",
        validators.in_(get_args(Norm)),
    )

    @property
    def normalizes_batch(self) -> bool:
        """Whether batch statistics tie one sample's logits to the others."""
        return self.norm == "batch"

    def check(self, assembly: Assembly) -> Iterable[Problem]:
        """Yields an error where images do not fit."""
        return self._shape_problems(assembly.data)

    def build(self, data: DataSpec) -> keras.Model:
        """Builds the network; see the class."""
        import keras

        from ganreg_networks.autoencoder_layers import ReconstructionEnergy

        refuse(self._problems(data))
        inputs = samples = keras.Input(data.shape, name="samples")
        labels = None
        if self.conditional:
            inputs = [samples, labels := label_input()]
        autoencode = self._autoencode_images if data.is_image else self._autoencode_points
        features, reconstruction = autoencode(samples, labels, data)
        logits = ReconstructionEnergy(self.error, name="logits")([samples, reconstruction])
        outputs = {"logits": logits, "features": tuple(features), "reconstruction": reconstruction}
        return keras.Model(inputs, outputs, name="discriminator")

    def _autoencode_images(
        self, images: keras.KerasTensor, labels: keras.KerasTensor | None, data: DataSpec
    ) -> tuple[list[keras.KerasTensor], keras.KerasTensor]:
        from keras import layers

        from ganreg_networks.convolution import DownsamplingConvolution

        hidden = images if labels is None else append_label_map(images, labels, data)
        widths = widths_of(data.shape[0], self.width, self.max_width)
        features = []
        for depth, width in enumerate(widths):
            norm = "none" if depth == 0 else self.norm
            convolution = DownsamplingConvolution(width, KERNEL, strides=2, padding="same", **_weights(norm))
            hidden = activated(normalized(convolution(hidden), norm), "leaky-relu")
            features.append(hidden)
        code = self._code(layers.Flatten()(hidden))
        coarsest = hidden.shape[1:]
        hidden = layers.Reshape(coarsest)(self._dense(code, coarsest[0] * coarsest[1] * coarsest[2]))
        for width in reversed(widths[:-1]):
            upsampling = layers.Conv2DTranspose(width, KERNEL, strides=2, padding="same", **_weights(self.norm))
            hidden = activated(normalized(upsampling(hidden), self.norm), "leaky-relu")
        image = layers.Conv2DTranspose(data.shape[-1], KERNEL, strides=2, padding="same", name="reconstruction")
        return [*features, code], image(hidden)

    def _autoencode_points(
        self, samples: keras.KerasTensor, labels: keras.KerasTensor | None, data: DataSpec
    ) -> tuple[list[keras.KerasTensor], keras.KerasTensor]:
        from keras import layers

        values = layers.Flatten()(samples)
        hidden = self._dense(values if labels is None else append_labels(values, labels, data), self.width)
        code = self._code(hidden)
        decoded = layers.Dense(data.size)(self._dense(code, self.width))
        return [hidden, code], layers.Reshape(data.shape, name="reconstruction")(decoded)

    def _code(self, hidden: keras.KerasTensor) -> keras.KerasTensor:
        from keras import layers

        return layers.Dense(self.code_dim, name="code")(hidden)

    def _dense(self, hidden: keras.KerasTensor, units: int) -> keras.KerasTensor:
        from keras import layers

        dense = layers.Dense(units, **_weights(self.norm))
        return activated(normalized(dense(hidden), self.norm), "leaky-relu")

    def _shape_problems(self, data: DataSpec) -> Iterator[Problem]:
        if data.is_image:
            yield from image_problems("discriminator autoencoder", data)

    def _problems(self, data: DataSpec) -> Iterator[Problem]:
        yield from self._shape_problems(data)
        yield from label_problems("discriminator autoencoder", self.conditional, data)


def _weights(norm: Norm) -> dict[str, object]:
    """What a hidden layer's weights are made with; a norm's own shift takes the place of the bias."""
    return {"use_bias": norm == "none", "kernel_initializer": first_weights(None)}
