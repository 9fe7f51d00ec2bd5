"""Feature matching."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal

import attrs
from attrs import validators

from ganreg import AssemblyError, Problem, Regularizer, parameter

if TYPE_CHECKING:
    import tensorflow as tf

    from ganreg import Assembly, Step


@attrs.frozen(kw_only=True)
class FeatureMatching(Regularizer):
    """Makes fakes look like reals to a hidden layer of D (arXiv:1606.03498, section 3.1).

    With the weight w, a hidden activation h of D, and E the mean over a batch, `distance` is one of::

        l2-means     w · ‖E h(x) - E h(G(z))‖²₂          the paper's
        l1-means     w · ‖E h(x) - E h(G(z))‖₁
        l2-samples   w · E ‖h(x) - h(G(z))‖²₂            x and G(z) at the same place in the batch

    Norms sum over all axes of a sample's activation. Distances of several layers are added. The paper takes one
    intermediate layer (here: the deepest), trains the generator on this instead of its loss (`replace`), and has no
    weight. Only the generator is trained: the reals' features are constants.
    """

    weight: float = parameter(1.0, "multiplies the distance", validators.ge(0.0))
    distance: Literal["l2-means", "l1-means", "l2-samples"] = parameter(
        "l2-means",
        "squared l2 or l1 distance of batch means, or squared l2 of paired samples",
        validators.in_(("l2-means", "l1-means", "l2-samples")),
    )
    layers: Literal["last", "all"] = parameter(
        "last", "matches D's deepest hidden layer, or the sum over all of them", validators.in_(("last", "all"))
    )
    replace: bool = parameter(
        False, "stands instead of the loss's generator part, as in the paper", validators.instance_of(bool)
    )

    @property
    def replaces_generator_loss(self) -> bool:
        """Whether the distance stands instead of the loss's own generator part."""
        return self.replace

    def check(self, assembly: Assembly) -> Iterable[Problem]:
        """Refuses to replace the loss in some updates only, which would leave G nothing to minimise in the others."""
        if self.replace and self.every > 1:
            yield Problem(
                "error",
                f"feature-matching replaces the generator's loss, but only each {self.every}-th update",
                "set every=1 or replace=false",
            )

    def generator_penalty(self, step: Step) -> tf.Tensor:
        """Returns w · distance, a scalar; costs a pass of D on the reals.

        Raises:
            AssemblyError: the discriminator gives no features.
        """
        from keras import ops

        reals, fakes = (self._chosen(output.features) for output in (step.real_output, step.fake_output))
        pairs = zip(reals, fakes, strict=True)
        return self.weight * sum(self._distance(ops.stop_gradient(real), fake) for real, fake in pairs)

    def _chosen(self, features: Sequence[tf.Tensor]) -> Sequence[tf.Tensor]:
        if not features:
            raise AssemblyError(
                "feature-matching needs a discriminator that returns its hidden activations, and this one returns "
                "none; return them as 'features' beside 'logits', or leave feature-matching out"
            )
        return features if self.layers == "all" else features[-1:]

    def _distance(self, real: tf.Tensor, fake: tf.Tensor) -> tf.Tensor:
        from keras import backend, ops

        real, fake = (ops.cast(h, backend.result_type(h.dtype, "float32")) for h in (real, fake))
        if self.distance == "l2-samples":
            return ops.sum(ops.mean(ops.square(real - fake), axis=0))
        difference = ops.mean(real, axis=0) - ops.mean(fake, axis=0)
        return ops.sum(ops.square(difference) if self.distance == "l2-means" else ops.abs(difference))
