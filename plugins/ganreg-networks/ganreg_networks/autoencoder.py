"""A discriminator that scores samples by its reconstruction error (EBGAN, arXiv:1609.03126)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, ClassVar, Literal, get_args

import attrs
from attrs import validators

from ganreg import DataSpec, Discriminator, Problem, parameter
from ganreg.lazy import keras, lazy_module, ops
from ganreg_networks.images import first_weights, image_problems, widths_of
from ganreg_networks.labels import append_label_map, append_labels, label_input, label_problems
from ganreg_networks.layers import Norm, activated, normalized, refuse

if TYPE_CHECKING:
    from ganreg import Assembly

convolution = lazy_module("ganreg_networks.convolution")

KERNEL = 4
"""The side of all kernels, as in EBGAN's networks (arXiv:1609.03126, appendix B)."""

Error = Literal["mean-squared", "mean-absolute"]


@attrs.frozen(kw_only=True)
class AutoencoderDiscriminator(Discriminator):
    """An autoencoder whose reconstruction error is the sample's energy (Zhao et al., arXiv:1609.03126, section 2.3).

    The logits are the negative error::

        logits = -mean (x - Dec(Enc(x)))^2           mean-squared, EBGAN
        logits = -mean |x - Dec(Enc(x))|             mean-absolute, BEGAN (arXiv:1703.10717, section 3.1)

    The mean is over the values of a sample. Both papers write a norm or a power of it, but their code uses the mean.
    A logit is never above 0, as losses on energies require, such as EBGAN's with its margin or BEGAN's with its
    equilibrium.

    Images with a side divisible by 4 are encoded by 4x4 convolutions of stride 2, each followed by a leaky ReLU, and
    a linear layer; a mirrored stack of transposed convolutions decodes them. Other samples, such as points, pass
    through dense layers: one hidden layer of `width` units on each side of the code. The reconstruction is linear. A
    conditional network encodes the label together with the sample: as an additional map for images, one-hot otherwise
    (arXiv:1411.1784).

    The paper's network for 64x64 is `width=64, max_width=256, norm="batch"` (appendix D). By default nothing is
    normalised, because gradient penalties are not valid where samples share batch statistics.

    Shapes: samples `[B, *shape]` (and labels `[B]`) to logits `[B, 1]`, float32; features: the encoder's activations,
    then the code `[B, code_dim]`; and `"reconstruction"`, `[B, *shape]`.

    Raises:
        AssemblyError: by `build`, if the images are not square with a side divisible by 4, or if the network is
            conditional and the data has no classes.
    """

    gives_energy: ClassVar[bool] = True

    error: Error = parameter(
        "mean-squared",
        "reconstruction error: mean-squared (EBGAN) or mean-absolute (BEGAN)",
        validators.in_(get_args(Error)),
    )
    code_dim: int = parameter(64, "dimension of the code", validators.ge(1))
    width: int = parameter(
        32, "channels of the finest maps, doubled at each coarser resolution; for points, dense units", validators.ge(1)
    )
    max_width: int = parameter(256, "maximum number of channels", validators.ge(1))
    norm: Norm = parameter(
        "none",
        "normalisation of the hidden layers except the first convolution; the paper uses batch",
        validators.in_(get_args(Norm)),
    )

    @property
    def normalizes_batch(self) -> bool:
        """Whether a sample's logits depend on its batch through batch statistics."""
        return self.norm == "batch"

    def without_batch_statistics(self) -> AutoencoderDiscriminator:
        """Returns the same discriminator with layer normalisation."""
        return attrs.evolve(self, norm="layer")

    def check(self, assembly: Assembly) -> Iterable[Problem]:
        """Yields an error if the images are not square with a side divisible by 4."""
        return self._shape_problems(assembly.data)

    def build(self, data: DataSpec) -> keras.Model:
        """Builds the network that the class describes."""
        refuse(self._problems(data))
        inputs = samples = keras.Input(data.shape, name="samples")
        labels = None
        if self.conditional:
            inputs = [samples, labels := label_input()]
        autoencode = self._autoencode_images if data.is_image else self._autoencode_points
        features, reconstruction = autoencode(samples, labels, data)
        logits = negative_error(samples, reconstruction, self.error)
        outputs = {"logits": logits, "features": tuple(features), "reconstruction": reconstruction}
        return keras.Model(inputs, outputs, name="discriminator")

    def _autoencode_images(
        self, images: keras.KerasTensor, labels: keras.KerasTensor | None, data: DataSpec
    ) -> tuple[list[keras.KerasTensor], keras.KerasTensor]:
        hidden = images if labels is None else append_label_map(images, labels, data)
        widths = widths_of(data.shape[0], self.width, self.max_width)
        features = []
        for depth, width in enumerate(widths):
            norm = "none" if depth == 0 else self.norm
            downsampling = convolution.DownsamplingConvolution(
                width, KERNEL, strides=2, padding="same", **_weights(norm)
            )
            hidden = activated(normalized(downsampling(hidden), norm), "leaky-relu")
            features.append(hidden)
        code = self._code(keras.layers.Flatten()(hidden))
        coarsest = hidden.shape[1:]
        hidden = keras.layers.Reshape(coarsest)(self._dense(code, coarsest[0] * coarsest[1] * coarsest[2]))
        for width in reversed(widths[:-1]):
            upsampling = keras.layers.Conv2DTranspose(width, KERNEL, strides=2, padding="same", **_weights(self.norm))
            hidden = activated(normalized(upsampling(hidden), self.norm), "leaky-relu")
        image = keras.layers.Conv2DTranspose(data.shape[-1], KERNEL, strides=2, padding="same", name="reconstruction")
        return [*features, code], image(hidden)

    def _autoencode_points(
        self, samples: keras.KerasTensor, labels: keras.KerasTensor | None, data: DataSpec
    ) -> tuple[list[keras.KerasTensor], keras.KerasTensor]:
        values = keras.layers.Flatten()(samples)
        hidden = self._dense(values if labels is None else append_labels(values, labels, data), self.width)
        code = self._code(hidden)
        decoded = keras.layers.Dense(data.size)(self._dense(code, self.width))
        return [hidden, code], keras.layers.Reshape(data.shape, name="reconstruction")(decoded)

    def _code(self, hidden: keras.KerasTensor) -> keras.KerasTensor:
        return keras.layers.Dense(self.code_dim, name="code")(hidden)

    def _dense(self, hidden: keras.KerasTensor, units: int) -> keras.KerasTensor:
        dense = keras.layers.Dense(units, **_weights(self.norm))
        return activated(normalized(dense(hidden), self.norm), "leaky-relu")

    def _shape_problems(self, data: DataSpec) -> Iterator[Problem]:
        if data.is_image:
            yield from image_problems("discriminator autoencoder", data)

    def _problems(self, data: DataSpec) -> Iterator[Problem]:
        yield from self._shape_problems(data)
        yield from label_problems("discriminator autoencoder", self.conditional, data)


def negative_error(samples: keras.KerasTensor, reconstructions: keras.KerasTensor, error: Error) -> keras.KerasTensor:
    """Returns the negative mean error over all values of a sample, `[B, 1]`, in float32.

    Args:
        samples: `[B, *shape]`.
        reconstructions: `[B, *shape]`.
        error: which error.
    """
    difference = keras.layers.Subtract(dtype="float32")([samples, reconstructions])
    errors = ops.square(difference) if error == "mean-squared" else ops.absolute(difference)
    return ops.negative(ops.mean(ops.reshape(errors, (-1, math.prod(errors.shape[1:]))), axis=1, keepdims=True))


def _weights(norm: Norm) -> dict[str, object]:
    """Returns a hidden layer's options for its weights; a normalisation's shift replaces the bias."""
    return {"use_bias": norm == "none", "kernel_initializer": first_weights(None)}
