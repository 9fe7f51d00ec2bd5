"""Minimal components that complete the GAN around the component under test, so that no plugin is needed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import attrs
import keras
import tensorflow as tf
from attrs import validators

from ganreg.contract.games import Game
from ganreg.contract.implementation import Problem
from ganreg.contract.losses import Loss
from ganreg.contract.network_spec import NetworkSpec
from ganreg.contract.networks import Discriminator, Generator
from ganreg.contract.parameters import parameter
from ganreg.contract.translators import Translator
from ganreg.data.spec import DataSpec

if TYPE_CHECKING:
    from ganreg.contract.assembly import Assembly
    from ganreg.contract.game_step import GameStep

WIDTH = 8


@attrs.frozen(kw_only=True)
class ReferenceGenerator(Generator):
    """Two dense layers with batch normalization between them, for samples of any shape."""

    def check(self, assembly: Assembly) -> Iterable[Problem]:
        """Refuses to take labels where the network's samples have none, as latents."""
        return _label_problems(self, assembly)

    def build(self, data: DataSpec) -> keras.Model:
        """Builds the network; see `Generator.build`."""
        inputs = latents = keras.Input((self.latent_dim,))
        hidden = latents
        if self.conditional:
            inputs = [latents, labels := keras.Input((), dtype="int32")]
            hidden = keras.layers.Concatenate()([latents, _one_hot(labels, data)])
        hidden = keras.layers.Dense(WIDTH, use_bias=False)(hidden)
        hidden = keras.layers.Activation("relu")(keras.layers.BatchNormalization()(hidden))
        return keras.Model(inputs, _samples(hidden, data))


@attrs.frozen(kw_only=True)
class ReferenceTranslator(Translator):
    """Two dense layers from samples of any shape to samples of any other."""

    def check(self, assembly: Assembly) -> Iterable[Problem]:
        """Refuses to take labels where the network's samples have none, as latents."""
        return _label_problems(self, assembly)

    def build(self, source: DataSpec, target: DataSpec) -> keras.Model:
        """Builds the network; see `Translator.build`."""
        inputs = samples = keras.Input(source.shape)
        hidden = keras.layers.Flatten()(samples)
        if self.conditional:
            inputs = [samples, labels := keras.Input((), dtype="int32")]
            hidden = keras.layers.Concatenate()([hidden, _one_hot(labels, target)])
        hidden = keras.layers.Dense(WIDTH, activation="leaky_relu")(hidden)
        return keras.Model(inputs, _samples(hidden, target))


@attrs.frozen(kw_only=True)
class ReferenceDiscriminator(Discriminator):
    """Two dense layers and a linear one, with logits of any scale and offset.

    Attributes:
        gain: the factor of the logits.
        offset: the offset of the logits.
    """

    gain: float = parameter(1.0, "factor of the logits", validators.ge(0))
    offset: float = parameter(0.0, "offset of the logits", validators.ge(-1e3), validators.le(1e3))

    def check(self, assembly: Assembly) -> Iterable[Problem]:
        """Refuses to take labels where the network's samples have none, as latents."""
        return _label_problems(self, assembly)

    def build(self, data: DataSpec) -> keras.Model:
        """Builds the network; see `Discriminator.build`."""
        inputs = samples = keras.Input(data.shape)
        hidden = keras.layers.Flatten()(samples)
        if self.conditional:
            inputs = [samples, labels := keras.Input((), dtype="int32")]
            hidden = keras.layers.Concatenate()([hidden, _one_hot(labels, data)])
        shallow = keras.layers.Dense(WIDTH, activation="leaky_relu")(hidden)
        deep = keras.layers.Dense(WIDTH, activation="leaky_relu")(shallow)
        logits = keras.layers.Rescaling(self.gain, self.offset)(keras.layers.Dense(1)(deep))
        return keras.Model(inputs, {"logits": logits, "features": (shallow, deep)})


@attrs.frozen(kw_only=True)
class ReferenceEnergy(ReferenceDiscriminator):
    """A `ReferenceDiscriminator` whose logits are negative energies."""

    gives_energy: ClassVar[bool] = True

    def build(self, data: DataSpec) -> keras.Model:
        """Builds the network; see `Discriminator.build`."""
        model = super().build(data)
        logits = keras.layers.Rescaling(-1.0)(keras.layers.Activation("softplus")(model.output["logits"]))
        return keras.Model(model.input, {"logits": logits, "features": model.output["features"]})


@attrs.frozen(kw_only=True)
class ReferenceLoss(Loss):
    """Non-saturating loss: cross entropy, with a generator that maximises the log-probability of the class real."""

    def discriminator_loss(self, real_logits: tf.Tensor, fake_logits: tf.Tensor) -> tf.Tensor:
        """Returns the cross entropy of real and generated samples, `[B]`."""
        return tf.nn.softplus(-real_logits) + tf.nn.softplus(fake_logits)

    def generator_loss(self, fake_logits: tf.Tensor, real_logits: tf.Tensor | None = None) -> tf.Tensor:
        """Returns the negative log-probability, `[B]`."""
        return tf.nn.softplus(-fake_logits)


@attrs.frozen(kw_only=True)
class ReferenceTranslation(Game):
    """A translator against a discriminator that is shown samples without their sources."""

    roles: ClassVar[Mapping[str, str]] = {"generator": "translator", "discriminator": "discriminator"}
    needs: ClassVar[Sequence[str]] = ("pairs",)

    def networks(self, assembly: Assembly) -> Mapping[str, NetworkSpec]:
        """A translator and a discriminator."""
        data = assembly.data.without_source
        return {
            "generator": NetworkSpec("generator", data, source=assembly.data.source),
            "discriminator": NetworkSpec("discriminator", data),
        }

    def fake(self, judge: str, game_step: GameStep) -> tf.Tensor:
        """The translations of the sources."""
        return game_step.run("generator", game_step.source)


NETWORKS: Mapping[str, type[Any]] = {
    "generator": ReferenceGenerator,
    "translator": ReferenceTranslator,
    "discriminator": ReferenceDiscriminator,
}
"""The reference network of each kind."""


def networks_for(game: Game, data: DataSpec) -> dict[str, Any]:
    """The reference networks of a game, by role.

    Those in the roles `generator` and `discriminator` are conditional if the data have labels that belong to what
    samples are made from; networks in other roles never are.

    Args:
        game: the game.
        data: the description of one sample, and of one source where there are sources.
    """
    strangers = "source" in game.needs and not data.paired
    labelled = data.num_classes is not None and not strangers
    return {
        role: NETWORKS[kind](conditional=labelled and role in ("generator", "discriminator"))
        for role, kind in game.roles.items()
    }


def _label_problems(network: Any, assembly: Assembly) -> Iterable[Problem]:
    if network.conditional and assembly.data.num_classes is None:
        yield Problem("error", f"{type(network).__name__} takes labels, which its samples lack", "use data with labels")


def _samples(hidden: keras.KerasTensor, data: DataSpec) -> keras.KerasTensor:
    """The last layer of a network that makes samples."""
    samples = keras.layers.Reshape(data.shape)(keras.layers.Dense(data.size)(hidden))
    if data.value_range is None:
        return samples
    least, greatest = data.value_range
    samples = keras.layers.Activation("tanh")(samples)
    return keras.layers.Rescaling((greatest - least) / 2, (greatest + least) / 2)(samples)


def _one_hot(labels: keras.KerasTensor, data: DataSpec) -> keras.KerasTensor:
    encode = keras.layers.CategoryEncoding(data.num_classes, output_mode="one_hot")
    return encode(keras.layers.Reshape((1,))(labels))
