"""The base class of losses. B is the batch size."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import attrs

from ganreg.contract.implementation import Implementation
from ganreg.data.spec import DataSpec

if TYPE_CHECKING:
    import tensorflow as tf

    from ganreg.contract.step import Step


@attrs.frozen(kw_only=True)
class Loss(Implementation):
    """The two players' objectives, on logits that the engine has computed.

    Both methods return one value a sample, `[B]`, which the engine averages in float32. Logits are float32 `[B]`;
    those of a patch discriminator have been averaged per sample. A loss with state of its own, or with random
    numbers, overrides `discriminator_objective` and `generator_objective`, which are given the whole step, and
    `initial_state`, `after_discriminator_update` and `after_generator_update`, as a regularizer does.

    Attributes:
        needs_real: whether `generator_loss` uses `real_logits`; otherwise it is given `None` and the
            discriminator's forward pass on reals is saved.
        needs_energy: whether logits must be minus an energy, so that they cannot grow without bound.
        bounds_slope: whether the loss itself keeps the discriminator's slope bounded, or needs no bound.
        decision_boundary: the logit at which the discriminator is undecided, for its reported accuracy; `None`
            where only differences of logits mean something, so that the midpoint between the batch's mean real and
            mean fake logit is taken.
    """

    needs_real: ClassVar[bool] = False
    needs_energy: ClassVar[bool] = False
    bounds_slope: ClassVar[bool] = True

    @property
    def decision_boundary(self) -> float | None:
        """The logit at which the discriminator is undecided; see the class."""
        return 0.0

    def discriminator_loss(self, real_logits: tf.Tensor, fake_logits: tf.Tensor) -> tf.Tensor:
        """What the discriminator minimises: the part on reals plus the part on fakes, `[B]`."""
        raise NotImplementedError(f"{type(self).__name__} must define discriminator_loss(real_logits, fake_logits)")

    def generator_loss(self, fake_logits: tf.Tensor, real_logits: tf.Tensor | None = None) -> tf.Tensor:
        """What the generator minimises, `[B]`."""
        raise NotImplementedError(f"{type(self).__name__} must define generator_loss(fake_logits, real_logits)")

    def discriminator_objective(self, step: Step) -> tf.Tensor:
        """What the discriminator minimises in a step, `[B]`: `discriminator_loss` of its logits unless overridden."""
        return self.discriminator_loss(step.real_logits, step.fake_logits)

    def generator_objective(self, step: Step) -> tf.Tensor:
        """What the generator minimises in a step, `[B]`: `generator_loss` of its logits unless overridden."""
        return self.generator_loss(step.fake_logits, step.real_logits if self.needs_real else None)

    def initial_state(self, data: DataSpec) -> Mapping[str, Any]:
        """Returns named initial values that the engine keeps as checkpointed variables, found in `step.state`."""
        return {}

    def after_discriminator_update(self, step: Step) -> None:
        """Runs after each update of the discriminator, inside the compiled step."""

    def after_generator_update(self, step: Step) -> None:
        """Runs after each update of the generator, inside the compiled step."""
