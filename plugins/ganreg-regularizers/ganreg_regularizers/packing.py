"""Packing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import attrs
from attrs import validators

from ganreg import DataSpec, Problem, Regularizer, parameter
from ganreg.lazy import keras, lazy_module

if TYPE_CHECKING:
    from ganreg import Assembly

packing_layers = lazy_module("ganreg_regularizers.packing_layers")


@attrs.frozen(kw_only=True)
class Packing(Regularizer):
    """Lets D classify m samples jointly, all real or all generated (PacGAN, arXiv:1712.04086, section 3).

    Packs of samples from a collapsed G lack the variety of packs of real samples, which exposes the collapse::

        D(x_1, …, x_m),    samples joined along their last axis: the channels of images, the features of points

    D is built for samples with m times as many channels. A pack is m neighbours in the batch, so that B samples get B/m
    logits; everything else in D, and the loss, is unchanged. The batch size must be a multiple of m. If D takes labels,
    the samples of a pack share theirs, and D reads it once.
    """

    samples: int = parameter(2, "samples that D classifies jointly (the paper's m)", validators.ge(2), search=(2, 4))

    def check(self, assembly: Assembly) -> Iterable[Problem]:
        """Refuses partial packs, a second packing, and components that need one logit per sample."""
        batch_size = assembly.recipe.batch_size
        if batch_size % self.samples:
            yield Problem(
                "error",
                f"packing joins {self.samples} samples, but the batch size is {batch_size}, which is not a multiple of "
                f"{self.samples}",
                f"use a batch size of {max(1, batch_size // self.samples) * self.samples}",
            )
        if sum(isinstance(regularizer, Packing) for regularizer in assembly.regularizers) > 1:
            yield Problem(
                "error", "packing is given twice", "give it once, with the product of both numbers of samples"
            )
        for part in assembly.regularizer_parts:
            if part.implementation.needs_output_per_sample:
                yield Problem(
                    "error",
                    f"regularizer '{part.spec.name}' needs one logit per sample, but packing gives one logit for every "
                    f"{self.samples} samples",
                    "leave one of the two out",
                )

    @property
    def pack(self) -> int:
        """The paper's m."""
        return self.samples

    def discriminator_data(self, data: DataSpec) -> DataSpec:
        """Returns a description of packs, whose last axis is m times as long."""
        *leading, channels = data.shape
        return attrs.evolve(data, shape=(*leading, channels * self.samples), blocks=data.blocks * self.samples)

    def wrap_discriminator(self, model: keras.Model, data: DataSpec) -> keras.Model:
        """Returns a discriminator that takes samples `[B, *shape]` (and labels) and returns B/m logits and features."""
        samples = keras.Input(data.shape, name="samples")
        packs = packing_layers.Pack(self.samples, name="pack")(samples)
        if not isinstance(model.input, list):
            return keras.Model(samples, model(packs), name=model.name)
        labels = keras.Input((), dtype="int32", name="labels")
        shared = packing_layers.FirstOfPack(self.samples, name="label_of_pack")(labels)
        return keras.Model([samples, labels], model([packs, shared]), name=model.name)
