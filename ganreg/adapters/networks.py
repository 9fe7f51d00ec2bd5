"""Generators, translators and discriminators around a model of one's own."""

from __future__ import annotations

import types
from typing import Any, ClassVar

import attrs
from attrs import validators

from ganreg.adapters import calling, outputs
from ganreg.adapters.sources import ModelSource, Source
from ganreg.contract.implementation import Implementation
from ganreg.contract.networks import Discriminator, Generator
from ganreg.contract.parameters import parameter
from ganreg.contract.translators import Translator
from ganreg.data.spec import DataSpec
from ganreg.errors import AssemblyError
from ganreg.lazy import keras

_RANGE = "the data's own range, in which the model sees samples; none: -1..1, or no bounds"


@attrs.frozen(kw_only=True)
class OwnGenerator(Generator):
    """A Keras model of the reader's own as a generator.

    Attributes:
        latent_dim: the size of a latent vector. Defaults to 0, which stands for the size of the model's input.
        conditional: whether it takes labels. Defaults to `None`, which stands for what the model's inputs say.
        value_range: the range of the model's samples; the assembly sets it to the data's own.
    """

    source: ClassVar[Source]

    latent_dim: int = parameter(0, "size of a latent vector; 0: as the model's input says", validators.ge(0))
    conditional: bool | None = parameter(None, "whether it takes class labels; none: as the model's inputs say")
    value_range: tuple[float, float] | None = parameter(None, _RANGE)

    def settled(self, data: DataSpec, others: Any = ()) -> OwnGenerator:
        """Returns the generator with what the model and the data say written out.

        Args:
            data: the data in their own range.
            others: the implementations in the other roles of the game.

        Raises:
            AssemblyError: the model cannot be a generator.
        """
        joined = any(isinstance(one, OwnDiscriminator) and one.joins_labels(data) for one in others)
        latent_dim, conditional = calling.latents_of(self.source, self.latent_dim, data, joins=joined)
        conditional = _agreed(conditional, self.conditional, data, f"generator '{self.source.name}'")
        return attrs.evolve(self, latent_dim=latent_dim, conditional=conditional, value_range=_own_range(data))

    def build(self, data: DataSpec) -> keras.Model:
        """Returns the model, or a copy of it, as a network from latents to samples within -1..1."""
        model = self.source.model(data)
        what = f"generator '{self.source.name}'"
        network = calling.generator(model, self.latent_dim, bool(self.conditional), data, self.value_range, what)
        outputs.refuse_other_precision(model, what)
        outputs.refuse_unreachable_range(network, self.value_range, data, what)
        return network


@attrs.frozen(kw_only=True)
class OwnTranslator(Translator):
    """A Keras model of the reader's own that makes samples from other samples.

    Attributes:
        conditional: whether it takes labels. Defaults to `None`, which stands for what the model's inputs say.
    """

    source: ClassVar[Source]

    conditional: bool | None = parameter(None, "whether it takes class labels; none: as the model's inputs say")

    def settled(self, data: DataSpec, others: Any = ()) -> OwnTranslator:
        """Returns the translator with what the model says written out."""
        conditional = calling.takes_labels(self.source, data)
        what = f"translator '{self.source.name}'"
        return attrs.evolve(self, conditional=_agreed(conditional, self.conditional, data, what))

    def build(self, source: DataSpec, target: DataSpec) -> keras.Model:
        """Returns the model, or a copy of it, as a network from samples to samples, both within -1..1."""
        model = self.source.model(target)
        what = f"translator '{self.source.name}'"
        network = calling.of_samples(model, bool(self.conditional), source, target.num_classes, None, what)
        outputs.refuse_other_precision(model, what)
        return network


@attrs.frozen(kw_only=True)
class OwnDiscriminator(Discriminator):
    """A Keras model of the reader's own as a discriminator.

    Attributes:
        conditional: whether it takes labels. Defaults to `None`, which stands for what the model's inputs say.
        value_range: the range in which the model sees samples; the assembly sets it to the data's own.
    """

    source: ClassVar[Source]

    conditional: bool | None = parameter(None, "whether it takes class labels; none: as the model's inputs say")
    value_range: tuple[float, float] | None = parameter(None, _RANGE)

    def joins_labels(self, data: DataSpec) -> bool:
        """Whether the model sees labels as further channels of the samples, one for each class."""
        return calling.joins_labels(self.source, data)

    def settled(self, data: DataSpec, others: Any = ()) -> OwnDiscriminator:
        """Returns the discriminator with what the model and the data say written out."""
        conditional = self.joins_labels(data) or calling.takes_labels(self.source, data)
        conditional = _agreed(conditional, self.conditional, data, f"discriminator '{self.source.name}'")
        return attrs.evolve(self, conditional=conditional, value_range=_own_range(data))

    def build(self, data: DataSpec) -> keras.Model:
        """Returns the model, or a copy of it, as a network from samples within -1..1 to logits and features."""
        model = self.source.model(data)
        what = f"discriminator '{self.source.name}'"
        network = calling.of_samples(
            model,
            bool(self.conditional),
            data,
            data.num_classes,
            self.value_range,
            what,
            of=outputs.logits_and_features,
        )
        outputs.refuse_other_precision(model, what)
        return outputs.with_logits(network, what)


def _own_range(data: DataSpec) -> tuple[float, float] | None:
    """The data's range, if it is not the one in which networks see samples."""
    return None if data.value_range == data.as_seen.value_range else data.value_range


def _agreed(found: bool, given: bool | None, data: DataSpec, what: str) -> bool:
    if given is not None and given != found:
        inputs = "an input for labels" if found else "no input for labels"
        raise AssemblyError(f"{what} has {inputs}, so conditional={str(given).lower()} is impossible")
    if found and data.num_classes is None:
        raise AssemblyError(f"{what} has an input for labels, but the data have none; pass data=(samples, labels)")
    return found


_BASES: dict[str, type[Implementation]] = {
    "generator": OwnGenerator,
    "translator": OwnTranslator,
    "discriminator": OwnDiscriminator,
}


def network_class(kind: str, source: Source) -> type[Implementation]:
    """A class of components around one model or one function that builds models.

    Args:
        kind: `"generator"`, `"translator"` or `"discriminator"`.
        source: gives the networks.
    """
    base = _BASES[kind]
    body = {"source": source, "own_name": source.name, "__module__": __name__, "__doc__": _told(source)}
    return types.new_class(base.__name__, (base,), exec_body=lambda namespace: namespace.update(body))


def _told(source: Source) -> str:
    if isinstance(source, ModelSource):
        return f"The model '{source.name}'."
    document: str | None = source.function.__doc__ if hasattr(source, "function") else None
    return document or f"What the function {source.name} builds."
