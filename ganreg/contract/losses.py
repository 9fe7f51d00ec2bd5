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
    """Both players' objectives as functions of the logits.

    `discriminator_loss` and `generator_loss` return one value per logit, and the engine averages them in float32.
    Logits are float32 `[B]`; a patch discriminator gives `[B·h·w]`, so that the loss of each patch is taken before the
    average, as in pix2pix's code. A loss that uses
    its own variables or random numbers overrides `discriminator_objective` and `generator_objective`, which get the
    whole step, and like a regularizer `initial_state`, `after_discriminator_update` and `after_generator_update`.

    Attributes:
        needs_real: whether `generator_loss` uses `real_logits`; otherwise it gets `None`, which saves the
            discriminator's forward pass on real samples. Defaults to `False`.
        needs_energy: whether logits must be a negative energy, because they could grow without bound otherwise.
            Defaults to `False`.
        bounds_slope: whether the loss itself bounds the discriminator's slope or needs no bound. Defaults to `True`.
        decision_boundary: the logit at which the discriminator is undecided, for the reported accuracies. `None` if
            only differences between logits are meaningful; the boundary is then the midpoint between the batch's mean
            logits of real and of generated samples. Defaults to 0.
    """

    needs_real: ClassVar[bool] = False
    needs_energy: ClassVar[bool] = False
    bounds_slope: ClassVar[bool] = True

    @property
    def decision_boundary(self) -> float | None:
        """The logit at which the discriminator is undecided; see the class."""
        return 0.0

    def discriminator_loss(self, real_logits: tf.Tensor, fake_logits: tf.Tensor) -> tf.Tensor:
        """Returns the discriminator's loss, `[B]`: the part on real samples plus the part on generated samples."""
        raise NotImplementedError(f"{type(self).__name__} must define discriminator_loss(real_logits, fake_logits)")

    def generator_loss(self, fake_logits: tf.Tensor, real_logits: tf.Tensor | None = None) -> tf.Tensor:
        """Returns the generator's loss, `[B]`."""
        raise NotImplementedError(f"{type(self).__name__} must define generator_loss(fake_logits, real_logits)")

    def discriminator_objective(self, step: Step) -> tf.Tensor:
        """Returns the discriminator's loss in a step, `[B]`. Defaults to `discriminator_loss` of the step's logits."""
        return self.discriminator_loss(step.real_logits, step.fake_logits)

    def generator_objective(self, step: Step) -> tf.Tensor:
        """Returns the generator's loss in a step, `[B]`. Defaults to `generator_loss` of the step's logits."""
        return self.generator_loss(step.fake_logits, step.real_logits if self.needs_real else None)

    def initial_state(self, data: DataSpec) -> Mapping[str, Any]:
        """Returns the initial values of the loss's own variables, by name. Defaults to none.

        The variables are stored in checkpoints and available as `step.state`. Scalars are logged as `LABEL/NAME`.
        """
        return {}

    def after_discriminator_update(self, step: Step) -> None:
        """Runs after each update of the discriminator, inside the compiled step."""

    def after_generator_update(self, step: Step) -> None:
        """Runs after each update of the generator, inside the compiled step."""
