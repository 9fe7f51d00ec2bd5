"""A discriminator that scores samples by its reconstruction error (EBGAN, arXiv:1609.03126)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, ClassVar, Literal, get_args

import attrs
from attrs import validators

from ganreg import DataSpec, Discriminator, Problem, parameter
from ganreg.lazy import keras, ops
from ganreg_networks.grids import doubled, grid_problems, halved, pyramid, widths_of
from ganreg_networks.labels import append_label_map, append_labels, label_input, label_problems
from ganreg_networks.layers import Norm, activated, first_weights, normalized, refuse

if TYPE_CHECKING:
    from ganreg import Assembly

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

    Signals, images and volumes are encoded by convolutions of stride 2 and kernels of side 4, each followed by a leaky
    ReLU, and a linear layer; a mirrored stack of transposed convolutions decodes them. Sides are halved and rounded as
    in `dcgan`. Points and rows of tables pass through dense layers: one hidden layer of `width` units on each side of
    the code. The reconstruction is linear. A conditional network encodes the label together with the sample: as an
    additional map, or one-hot for points (arXiv:1411.1784).

    The paper's network for 64x64 is `width=64, max_width=256, norm="batch"` (appendix C). By default nothing is
    normalised, because gradient penalties are not valid where samples share batch statistics.

    Shapes: samples `[B, *shape]` (and labels `[B]`) to logits `[B, 1]`, float32; features: the encoder's activations,
    then the code `[B, code_dim]`; and `"reconstruction"`, `[B, *shape]`.

    Raises:
        AssemblyError: by `build`, if the samples have other axes, or no side of at least 4, or if the network is
            conditional and the data has no classes.
    """

    gives_energy: ClassVar[bool] = True

    error: Error = parameter(
        "mean-squared",
        "reconstruction error: mean-squared (EBGAN) or mean-absolute (BEGAN)",
        validators.in_(get_args(Error)),
    )
    code_dim: int = parameter(64, "dimension of the code", validators.ge(1), search=(16, 128, "log"))
    width: int = parameter(
        32,
        "channels of the finest maps, doubled at each coarser resolution; for points, dense units",
        validators.ge(1),
        search=(16, 128, "log"),
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
        """Yields an error if the samples are not points, signals, images or volumes."""
        return self._shape_problems(assembly.data)

    def build(self, data: DataSpec) -> keras.Model:
        """Builds the network that the class describes."""
        refuse(self._problems(data))
        inputs = samples = keras.Input(data.shape, name="samples")
        labels = None
        if self.conditional:
            inputs = [samples, labels := label_input()]
        autoencode = self._autoencode_points if len(data.shape) == 1 else self._autoencode_maps
        features, reconstruction = autoencode(samples, labels, data)
        logits = negative_error(samples, reconstruction, self.error)
        outputs = {"logits": logits, "features": tuple(features), "reconstruction": reconstruction}
        return keras.Model(inputs, outputs, name="discriminator")

    def _autoencode_maps(
        self, samples: keras.KerasTensor, labels: keras.KerasTensor | None, data: DataSpec
    ) -> tuple[list[keras.KerasTensor], keras.KerasTensor]:
        hidden = samples if labels is None else append_label_map(samples, labels, data)
        finest, *sides = pyramid(data.shape)
        widths = widths_of(len(sides), self.width, self.max_width)
        features: list[keras.KerasTensor] = []
        for size, width in zip(sides, widths, strict=True):
            norm: Norm = self.norm if features else "none"
            hidden = activated(normalized(halved(hidden, width, size, **_weights(norm)), norm), "leaky-relu")
            features.append(hidden)
        code = self._code(keras.layers.Flatten()(hidden))
        coarsest = hidden.shape[1:]
        hidden = keras.layers.Reshape(coarsest)(self._dense(code, math.prod(coarsest)))
        for size, width in zip(sides[-2::-1], widths[-2::-1], strict=True):
            upsampled = doubled(hidden, width, size, **_weights(self.norm))
            hidden = activated(normalized(upsampled, self.norm), "leaky-relu")
        return [*features, code], doubled(hidden, data.shape[-1], finest, name="reconstruction")

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
        if len(data.shape) > 1:
            yield from grid_problems("discriminator autoencoder", data)

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
