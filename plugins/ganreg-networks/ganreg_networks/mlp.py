"""The multilayer perceptrons of the first GAN (arXiv:1406.2661): dense layers, for samples of any shape."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, get_args

import attrs
from attrs import validators

from ganreg import DataSpec, Discriminator, Generator, Problem, parameter
from ganreg.lazy import keras
from ganreg_networks.labels import append_labels, label_input, label_problems
from ganreg_networks.layers import Norm, activated, bounded, dropped_out, normalized, refuse

Activation = Literal["relu", "leaky-relu", "elu", "gelu", "silu", "softplus", "tanh"]
Initializer = Literal["glorot-uniform", "he-normal", "orthogonal"]

_are_widths = validators.deep_iterable(
    validators.and_(validators.instance_of(int), validators.ge(1)), validators.instance_of(tuple)
)


@attrs.frozen(kw_only=True)
class MlpGenerator(Generator):
    """Dense layers from latents to a sample of any shape (Goodfellow et al., arXiv:1406.2661, section 5).

    Each hidden layer is dense and followed by normalisation and an activation. The output layer is linear if the data
    is unbounded; if it has a `value_range`, a tanh scaled to that range follows. A conditional network reads the
    latents with the one-hot label appended (arXiv:1411.1784, section 4.1).

    The default latents are small because drawing them takes most of the time of a step in tiny networks.

    Shapes: latents `[B, latent_dim]` (and labels `[B]`) to samples `[B, *data.shape]`.

    Raises:
        AssemblyError: by `build`, if the network is conditional and the data has no classes.
    """

    latent_dim: int = parameter(16, "dimension of the latents", validators.ge(1), search=(2, 128, "log"))
    widths: tuple[int, ...] = parameter(
        (128, 128),
        "units of each hidden layer, from first to last",
        _are_widths,
        search=[(64, 64), (128, 128), (256, 256), (128, 128, 128), (512, 512)],
    )
    activation: Activation = parameter(
        "relu", "activation of each hidden layer", validators.in_(get_args(Activation)), search=["relu", "leaky-relu"]
    )
    norm: Norm = parameter("none", "normalisation before each activation", validators.in_(get_args(Norm)))
    initializer: Initializer = parameter(
        "glorot-uniform", "initializer of the weights", validators.in_(get_args(Initializer))
    )

    def build(self, data: DataSpec) -> keras.Model:
        """Builds the network that the class describes."""
        refuse(self._problems(data))
        inputs = latents = keras.Input((self.latent_dim,), name="latents")
        hidden = latents
        if self.conditional:
            inputs = [latents, labels := label_input()]
            hidden = append_labels(latents, labels, data)
        for width in self.widths:
            hidden = _dense(hidden, width, self)
        values = keras.layers.Dense(data.size, kernel_initializer=_keras_name(self.initializer))(hidden)
        samples = keras.layers.Reshape(data.shape)(values)
        return keras.Model(inputs, bounded(samples, data), name="generator")

    def _problems(self, data: DataSpec) -> Iterator[Problem]:
        return label_problems("generator mlp", self.conditional, data)


@attrs.frozen(kw_only=True)
class MlpDiscriminator(Discriminator):
    """Dense layers from a flattened sample of any shape to one logit (Goodfellow et al., arXiv:1406.2661, section 5).

    Each hidden layer is dense and followed by normalisation, an activation and dropout. The outputs of the hidden
    layers are the features, and a linear layer reads the last one. Without hidden layers the discriminator is linear,
    and its only feature is the flattened input. A conditional network reads the sample with the one-hot label appended
    (arXiv:1411.1784, section 4.1).

    By default nothing is normalised, because gradient penalties are not valid where samples share batch statistics.

    Shapes: samples `[B, *data.shape]` (and labels `[B]`) to logits `[B, 1]` and features `[B, width]`.

    Raises:
        AssemblyError: by `build`, if the network is conditional and the data has no classes.
    """

    widths: tuple[int, ...] = parameter(
        (128, 128),
        "units of each hidden layer, from first to last",
        _are_widths,
        search=[(64, 64), (128, 128), (256, 256), (128, 128, 128), (512, 512)],
    )
    activation: Activation = parameter(
        "leaky-relu",
        "activation of each hidden layer",
        validators.in_(get_args(Activation)),
        search=["relu", "leaky-relu"],
    )
    norm: Norm = parameter("none", "normalisation before each activation", validators.in_(get_args(Norm)))
    dropout: float = parameter(
        0.0, "dropout rate of each hidden layer", validators.ge(0), validators.lt(1), search=[0.0, 0.2, 0.4]
    )
    initializer: Initializer = parameter(
        "glorot-uniform", "initializer of the weights", validators.in_(get_args(Initializer))
    )

    @property
    def normalizes_batch(self) -> bool:
        """Whether a sample's logits depend on its batch through batch statistics."""
        return self.norm == "batch" and bool(self.widths)

    def without_batch_statistics(self) -> MlpDiscriminator:
        """Returns the same discriminator with layer normalisation."""
        return attrs.evolve(self, norm="layer")

    def build(self, data: DataSpec) -> keras.Model:
        """Builds the network that the class describes."""
        refuse(self._problems(data))
        inputs = samples = keras.Input(data.shape, name="samples")
        hidden = keras.layers.Flatten()(samples)
        if self.conditional:
            inputs = [samples, labels := label_input()]
            hidden = append_labels(hidden, labels, data)
        features = []
        for width in self.widths:
            hidden = dropped_out(_dense(hidden, width, self), self.dropout)
            features.append(hidden)
        logits = keras.layers.Dense(1, kernel_initializer=_keras_name(self.initializer), name="logits")(hidden)
        outputs = {"logits": logits, "features": tuple(features) or (hidden,)}
        return keras.Model(inputs, outputs, name="discriminator")

    def _problems(self, data: DataSpec) -> Iterator[Problem]:
        return label_problems("discriminator mlp", self.conditional, data)


def _dense(hidden: keras.KerasTensor, width: int, network: MlpGenerator | MlpDiscriminator) -> keras.KerasTensor:
    """Adds a hidden layer; the shift of a normalisation replaces the bias."""
    dense = keras.layers.Dense(
        width, use_bias=network.norm == "none", kernel_initializer=_keras_name(network.initializer)
    )
    return activated(normalized(dense(hidden), network.norm), network.activation)


def _keras_name(name: str) -> str:
    return name.replace("-", "_")
