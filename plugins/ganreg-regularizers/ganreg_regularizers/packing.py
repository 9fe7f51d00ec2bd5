"""Packing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import attrs
from attrs import validators

from ganreg import DataSpec, Problem, Regularizer, parameter

if TYPE_CHECKING:
    import keras

    from ganreg import Assembly


@attrs.frozen(kw_only=True)
class Packing(Regularizer):
    """Lets D judge m samples at once, all real or all generated (PacGAN, arXiv:1712.04086, section 3).

    A collapsed G gives itself away, since packs of its samples lack the variety that packs of reals have::

        D(x_1, …, x_m),    samples joined along their last axis: the channels of images, the features of points

    D is built for samples with m times as many channels. A pack is m neighbours in the batch, so that B samples get B/m
    logits; everything else in D, and the loss, is as before. The batch size must be a multiple of m, and D may not
    take labels, since the samples of a pack have labels of their own.
    """

    samples: int = parameter(2, "judged at once (the paper's m)", validators.ge(2))

    def check(self, assembly: Assembly) -> Iterable[Problem]:
        """Refuses batches that are no whole packs, labels in D, a second packing, and what needs D's word on each."""
        batch_size = assembly.recipe.batch_size
        if batch_size % self.samples:
            yield Problem(
                "error",
                f"packing joins {self.samples} samples, and the batch of {batch_size} is no multiple of that",
                f"use a batch size of {max(1, batch_size // self.samples) * self.samples}",
            )
        if assembly.discriminator.conditional:
            name = assembly.parts["discriminator"].spec.name
            yield Problem(
                "error",
                f"packing joins samples of several classes, but discriminator '{name}' takes one label a sample",
                f"use -d {name}:conditional=false, or leave packing out",
            )
        if sum(isinstance(regularizer, Packing) for regularizer in assembly.regularizers) > 1:
            yield Problem(
                "error", "packing is given twice", "give it once, with the product of both numbers of samples"
            )
        for part in assembly.regularizer_parts:
            if part.component.needs_output_per_sample:
                yield Problem(
                    "error",
                    f"regularizer '{part.spec.name}' needs the discriminator's word on each sample, and packing "
                    f"makes it judge {self.samples} at once",
                    "leave one of the two out",
                )

    def discriminator_data(self, data: DataSpec) -> DataSpec:
        """Returns a description of packs: the last axis is m times as long."""
        *leading, channels = data.shape
        return attrs.evolve(data, shape=(*leading, channels * self.samples))

    def wrap_discriminator(self, model: keras.Model, data: DataSpec) -> keras.Model:
        """Returns a discriminator that takes samples `[B, *shape]` and gives B/m logits and features."""
        import keras

        from ganreg_regularizers.packing_layers import Pack

        samples = keras.Input(data.shape, name="samples")
        return keras.Model(samples, model(Pack(self.samples, name="pack")(samples)), name=model.name)
