"""Whose turn it is. Importable without TensorFlow."""

from __future__ import annotations

from typing import Any, Literal

import attrs
from attrs import validators

from ganreg.contract.parameters import parameter
from ganreg.errors import SpecError


@attrs.frozen
class Phase:
    """What one iteration consists of while a phase of the schedule lasts.

    Attributes:
        discriminator_updates: updates of the discriminator in one iteration, each on a fresh batch.
        generator_updates: updates of the generator in one iteration.
        simultaneous: whether the two players move together, from one shared forward pass.
    """

    discriminator_updates: int
    generator_updates: int
    simultaneous: bool = False

    @property
    def batches(self) -> int:
        """How many batches of real samples one iteration takes."""
        return max(1, self.discriminator_updates)


@attrs.frozen
class Schedule:
    """Who is updated when.

    One *iteration* is one round of the schedule, and is what `--steps` counts: in `simultaneous` mode one update of
    both players at the same point, in `alternating` mode `discriminator_steps` updates of the discriminator, each on
    a fresh batch, then `generator_steps` updates of the generator. With `unit="epochs"` one player is held still for
    whole epochs while the other trains for its number of epochs; one iteration is then one update.

    Attributes:
        mode: `"simultaneous"` or `"alternating"`.
        discriminator_steps: the discriminator's share of a round.
        generator_steps: the generator's share of a round.
        unit: what the shares count, `"steps"` or `"epochs"`.
        first: who begins a round.

    Raises:
        SpecError: shares or a unit are given for the simultaneous mode, which has none.
    """

    mode: Literal["simultaneous", "alternating"] = parameter(
        "alternating", "both players at once, or in turns", validators.in_(("simultaneous", "alternating"))
    )
    discriminator_steps: int = parameter(1, "the discriminator's share of a round", validators.ge(1))
    generator_steps: int = parameter(1, "the generator's share of a round", validators.ge(1))
    unit: Literal["steps", "epochs"] = parameter("steps", "what the shares count", validators.in_(("steps", "epochs")))
    first: Literal["discriminator", "generator"] = parameter(
        "discriminator", "who begins a round", validators.in_(("discriminator", "generator"))
    )

    def __attrs_post_init__(self) -> None:
        plain = (self.discriminator_steps, self.generator_steps, self.unit) == (1, 1, "steps")
        if self.mode == "simultaneous" and not plain:
            raise SpecError("a simultaneous schedule has no shares; use mode 'alternating' for unequal steps or epochs")

    @classmethod
    def of(cls, value: Any) -> Schedule:
        """Makes a schedule of `"simultaneous"`, of `"alternating:discriminator_steps=5"`, of a table, or of itself.

        Raises:
            SpecError: the mode or a field is unknown.
        """
        from ganreg.contract.specs import Spec
        from ganreg.contract.structuring import structure

        if isinstance(value, Schedule):
            return value
        if isinstance(value, dict):
            table = dict(value)
        else:
            spec = Spec.of(value)
            table = {"mode": spec.name, **spec.parameters}
        schedule: Schedule = structure(cls, table, where="schedule")
        return schedule

    def updates(self, player: str, iterations: int) -> int:
        """How many updates of a player a number of iterations makes; with whole epochs its share of them."""
        if self.mode == "simultaneous":
            return iterations
        share = self.discriminator_steps if player == "discriminator" else self.generator_steps
        if self.unit == "steps":
            return iterations * share
        return -(-iterations * share // (self.discriminator_steps + self.generator_steps))

    def phase(self, epoch: int) -> Phase:
        """What an iteration consists of in an epoch, counted from 0."""
        if self.mode == "simultaneous":
            return Phase(1, 1, simultaneous=True)
        if self.unit == "steps":
            return Phase(self.discriminator_steps, self.generator_steps)
        position = epoch % (self.discriminator_steps + self.generator_steps)
        first_share = self.discriminator_steps if self.first == "discriminator" else self.generator_steps
        discriminator_moves = (position < first_share) == (self.first == "discriminator")
        return Phase(1, 0) if discriminator_moves else Phase(0, 1)
