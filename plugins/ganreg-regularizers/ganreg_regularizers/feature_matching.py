"""Feature matching."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal

import attrs
from attrs import validators

from ganreg import AssemblyError, Problem, Regularizer, parameter
from ganreg.lazy import keras, ops, tf

if TYPE_CHECKING:
    from ganreg import Assembly, Step


@attrs.frozen(kw_only=True)
class FeatureMatching(Regularizer):
    """Matches D's hidden activations of real and generated samples (arXiv:1606.03498, section 3.1).

    With the weight w, a hidden activation h of D, and E the mean over a batch, `distance` is one of::

        l2-means     w · ‖E h(x) - E h(G(z))‖²₂          the paper's
        l1-means     w · ‖E h(x) - E h(G(z))‖₁
        l2-samples   w · E ‖h(x) - h(G(z))‖²₂            x and G(z) at the same position in the batch

    Norms sum over all axes of a sample's activation. Distances of several layers are added. The paper uses one
    intermediate layer (here the deepest), replaces the generator's loss (`replace`), and has no weight. Only the
    generator is trained: the features of real samples are constants.
    """

    weight: float = parameter(1.0, "multiplies the distance", validators.ge(0.0), search=(0.01, 100.0, "log"))
    distance: Literal["l2-means", "l1-means", "l2-samples"] = parameter(
        "l2-means",
        "squared L2 or L1 distance of batch means, or squared L2 distance of paired samples",
        validators.in_(("l2-means", "l1-means", "l2-samples")),
    )
    layers: Literal["last", "all"] = parameter(
        "last",
        "matches D's deepest hidden layer, or all of them",
        validators.in_(("last", "all")),
        search=["last", "all"],
    )
    replace: bool = parameter(False, "replaces the generator's loss, as in the paper", validators.instance_of(bool))

    @property
    def replaces_generator_loss(self) -> bool:
        """Whether the distance replaces the generator's own loss."""
        return self.replace

    def check(self, assembly: Assembly) -> Iterable[Problem]:
        """Refuses to replace the loss in some updates only, which would leave G without an objective in the others."""
        if self.replace and self.every > 1:
            yield Problem(
                "error",
                f"feature-matching replaces the generator's loss, but only in one of {self.every} updates",
                "set every=1 or replace=false",
            )

    def generator_penalty(self, step: Step) -> tf.Tensor:
        """Returns w · distance, a scalar; costs a pass of D on real samples.

        Raises:
            AssemblyError: the discriminator returns no features.
        """
        reals, fakes = (self._chosen(output.features) for output in (step.real_output, step.fake_output))
        pairs = zip(reals, fakes, strict=True)
        return self.weight * sum(self._distance(ops.stop_gradient(real), fake, step) for real, fake in pairs)

    def _chosen(self, features: Sequence[tf.Tensor]) -> Sequence[tf.Tensor]:
        if not features:
            raise AssemblyError(
                "feature-matching needs a discriminator that returns its hidden activations, but this one returns "
                "none; return them as 'features' alongside 'logits', or leave feature-matching out"
            )
        return features if self.layers == "all" else features[-1:]

    def _distance(self, real: tf.Tensor, fake: tf.Tensor, step: Step) -> tf.Tensor:
        real, fake = (ops.cast(h, keras.backend.result_type(h.dtype, "float32")) for h in (real, fake))
        if self.distance == "l2-samples":
            return ops.sum(ops.mean(ops.square(real - fake), axis=0))
        difference = step.mean(real) - step.mean(fake)
        return ops.sum(ops.square(difference) if self.distance == "l2-means" else ops.abs(difference))
