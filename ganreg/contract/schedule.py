"""The schedule: which player is updated when. Importable without TensorFlow."""

from __future__ import annotations

from typing import Any, Literal

import attrs
from attrs import validators

from ganreg.contract.parameters import parameter
from ganreg.errors import SpecError


@attrs.frozen
class Phase:
    """The updates that one iteration consists of during a phase of the schedule.

    Attributes:
        discriminator_updates: the number of discriminator updates in one iteration, each on a fresh batch.
        generator_updates: the number of generator updates in one iteration.
        simultaneous: whether both players are updated together, from one shared forward pass. Defaults to `False`.
    """

    discriminator_updates: int
    generator_updates: int
    simultaneous: bool = False

    @property
    def batches(self) -> int:
        """The number of batches of real samples in one iteration."""
        return max(1, self.discriminator_updates)


@attrs.frozen
class Schedule:
    """Which player is updated when.

    One *iteration* is one round of the schedule; `--steps` counts iterations. In `simultaneous` mode it is one update
    of both players at the same point; in `alternating` mode it is `discriminator_steps` updates of the discriminator,
    each on a fresh batch, then `generator_steps` updates of the generator. With `unit="epochs"` one player is frozen
    for whole epochs while the other trains for its number of epochs; one iteration is then a single update.

    Attributes:
        mode: `"simultaneous"` or `"alternating"`. Defaults to `"alternating"`.
        discriminator_steps: the discriminator's updates or epochs in a round. Defaults to 1.
        generator_steps: the generator's updates or epochs in a round. Defaults to 1.
        unit: what these two numbers count, `"steps"` (updates) or `"epochs"`. Defaults to `"steps"`.
        first: the player that starts a round. Defaults to `"discriminator"`.

    Raises:
        SpecError: a simultaneous schedule gets unequal numbers or epochs.
    """

    mode: Literal["simultaneous", "alternating"] = parameter(
        "alternating", "update both players at once or in turns", validators.in_(("simultaneous", "alternating"))
    )
    discriminator_steps: int = parameter(1, "discriminator updates (or epochs) in a round", validators.ge(1))
    generator_steps: int = parameter(1, "generator updates (or epochs) in a round", validators.ge(1))
    unit: Literal["steps", "epochs"] = parameter(
        "steps", "what the players' numbers count", validators.in_(("steps", "epochs"))
    )
    first: Literal["discriminator", "generator"] = parameter(
        "discriminator", "the player that starts a round", validators.in_(("discriminator", "generator"))
    )

    def __attrs_post_init__(self) -> None:
        plain = (self.discriminator_steps, self.generator_steps, self.unit) == (1, 1, "steps")
        if self.mode == "simultaneous" and not plain:
            raise SpecError("a simultaneous schedule has no shares of steps or epochs; use mode 'alternating' for them")

    @classmethod
    def of(cls, value: Any) -> Schedule:
        """Makes a schedule from text such as `"alternating:discriminator_steps=5"`, from a table, or from a schedule.

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
        """Returns the number of a player's updates in a number of iterations; with epochs, its share of them."""
        if self.mode == "simultaneous":
            return iterations
        share = self.discriminator_steps if player == "discriminator" else self.generator_steps
        if self.unit == "steps":
            return iterations * share
        return -(-iterations * share // (self.discriminator_steps + self.generator_steps))

    def phase(self, epoch: int) -> Phase:
        """Returns the phase of an epoch, counted from 0."""
        if self.mode == "simultaneous":
            return Phase(1, 1, simultaneous=True)
        if self.unit == "steps":
            return Phase(self.discriminator_steps, self.generator_steps)
        position = epoch % (self.discriminator_steps + self.generator_steps)
        first_share = self.discriminator_steps if self.first == "discriminator" else self.generator_steps
        discriminator_moves = (position < first_share) == (self.first == "discriminator")
        return Phase(1, 0) if discriminator_moves else Phase(0, 1)
