"""A history of generated samples, which the discriminator is shown again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import attrs
import numpy as np
from attrs import validators

from ganreg import AssemblyError, DataSpec, Problem, Regularizer, parameter
from ganreg.lazy import tf

if TYPE_CHECKING:
    from ganreg import Assembly, Step


@attrs.frozen(kw_only=True)
class Replay(Regularizer):
    """In D's updates, some generated samples are replaced by earlier ones from a history.

    Shrivastava et al., arXiv:1612.07828, section 2.3: half of each batch comes from the history, which keeps D from
    forgetting what it has learnt about earlier samples. CycleGAN (arXiv:1703.10593, section 4) uses it too, with a
    history of 50 samples. Each match of a game has a history of its own.

    The history consists of blocks as large as a batch. The first batches fill it, one block each. From then on, each
    update exchanges samples with a random block: each sample, with the probability `share`, changes places with the one
    at the same position in the block.

    Raises:
        AssemblyError: when it is assembled, if the history does not consist of whole batches, or if D takes labels, as
            an earlier sample was made for another class.
    """

    needs_one_device: ClassVar[str] = "keeps samples of earlier batches, of which each device would see a part"

    size: int = parameter(64, "samples in the history, a multiple of the batch size", validators.ge(1))
    share: float = parameter(
        0.5, "share of the samples that come from the history", validators.ge(0), validators.le(1), search=(0.0, 1.0)
    )

    def check(self, assembly: Assembly) -> Iterable[Problem]:
        """Refuses a part of a batch and a conditional discriminator; warns if D learns what samples were made from."""
        batch_size = assembly.recipe.batch_size
        if self.size % batch_size:
            yield Problem(
                "error",
                f"regularizer replay keeps whole batches of {batch_size}, but its size is {self.size}",
                f"use replay:size={max(1, round(self.size / batch_size)) * batch_size}",
            )
        for judge in assembly.judges:
            part = assembly.part_of(judge)
            if part.implementation.conditional:
                yield Problem(
                    "error",
                    "regularizer replay shows earlier samples, which were made for other classes than those that "
                    f"discriminator '{part.spec.name}' is given",
                    f"use -d {part.spec.name}:conditional=false, or leave replay out",
                )
                break
        for part in assembly.regularizer_parts:
            if _teaches_origin(part):
                yield Problem(
                    "warning",
                    "regularizer replay shows earlier samples, but the classes or latents that "
                    f"'{part.spec.name}' may have D predict are those of the new ones",
                    "leave one of them out, or have D predict classes of real samples only",
                )

    def initial_state(self, data: DataSpec) -> Mapping[str, Any]:
        """The history, `[size, *shape]`, and the number of updates that have used it."""
        # int64, because TensorFlow keeps variables of int32 on the CPU, where an XLA program of a GPU cannot read them.
        return {"history": np.zeros((self.size, *data.shape), np.float32), "updates": np.zeros((), np.int64)}

    def discriminator_fake(self, samples: tf.Tensor, step: Step) -> tf.Tensor:
        """Exchanges samples with the history.

        Raises:
            AssemblyError: the history does not consist of whole batches of this size.
        """
        history, updates = step.state["history"], step.state["updates"]
        batch, ones = samples.shape[0], (1,) * (samples.shape.rank - 1)
        if batch is None or self.size % batch:
            raise AssemblyError(f"regularizer replay keeps {self.size} samples, which are not whole batches of {batch}")
        blocks = self.size // batch
        drawn = tf.minimum(tf.cast(step.uniform((1,))[0] * blocks, tf.int64), blocks - 1)
        full = updates >= blocks
        start = tf.where(full, drawn, updates % blocks) * batch
        stored = tf.slice(history, (start, *(0 for _ in ones)), tf.constant(samples.shape, tf.int64))
        exchanged = tf.reshape(full & (step.uniform((batch,)) < self.share), (batch, *ones))
        block = tf.where(exchanged | ~full, samples, stored)
        places = tf.range(self.size, dtype=tf.int64)
        inside = tf.reshape((places >= start) & (places < start + batch), (self.size, *ones))
        # One whole assignment, because the order of scattered duplicates is undefined on GPUs.
        history.assign(tf.where(inside, tf.tile(block, (blocks, *ones)), history))
        updates.assign_add(1)
        return tf.where(exchanged, stored, samples)


def _teaches_origin(part: Any) -> bool:
    """Whether a regularizer may train D to predict what generated samples were made from."""
    knows = part.implementation.judges_labels or "transform_latents" in part.overrides
    return knows and "discriminator_penalty" in part.overrides
