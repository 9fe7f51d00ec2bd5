"""Matches: each discriminator of a game with the network whose samples it is shown as fake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs
import keras
import tensorflow as tf

from ganreg.contract.assembly import Assembly, Part
from ganreg.contract.game_step import GameStep
from ganreg.engine.component_state import with_state
from ganreg.engine.forward import Judge, Maker
from ganreg.engine.objectives import Objectives
from ganreg.engine.random import Streams
from ganreg.engine.replicas import Replicas
from ganreg.engine.step_tensors import StepTensors


@attrs.frozen(eq=False, kw_only=True)
class Match:
    """One discriminator, what it is shown, and what both players minimise in it.

    Attributes:
        name: the discriminator's name in the game.
        game: the game, which says what the discriminator is shown.
        maker: the network that makes the samples that are shown as fake.
        judge: the discriminator.
        objectives: the objectives, with the components' state in this match.
    """

    name: str
    game: Part
    maker: Maker
    judge: Judge
    objectives: Objectives

    @property
    def variables(self) -> Mapping[str, Sequence[Any]]:
        """The trainable variables of the match's networks, by player."""
        return {
            "generator": getattr(self.maker.network, "trainable_variables", ()),
            "discriminator": getattr(self.judge.network, "trainable_variables", ()),
        }

    def tensors(
        self, game_step: GameStep, streams: Streams, *, update: tf.Tensor | int, due: frozenset[str] | None
    ) -> StepTensors:
        """Makes the tensors of an update in this match; see `StepTensors`."""
        return StepTensors(
            self.maker,
            self.judge,
            game_step,
            streams,
            game=self.game,
            name=self.name,
            update=update,
            input_parts=self.objectives.overriding("discriminator_input"),
            real_parts=self.objectives.overriding("discriminator_real"),
            fake_parts=self.objectives.overriding("discriminator_fake"),
            due=due,
            variables=self.variables,
            replicas=self.objectives.replicas,
        )


def make_makers(assembly: Assembly, networks: Mapping[str, keras.Model]) -> dict[str, Maker]:
    """Returns how to call each network that is not a discriminator, by name.

    Args:
        assembly: the components.
        networks: all networks by name.
    """
    return {
        name: Maker(networks[name], part.implementation.conditional, part.implementation, part.origin)
        for name in assembly.makers
        for part in [assembly.part_of(name)]
    }


def make_matches(
    assembly: Assembly, networks: Mapping[str, keras.Model], makers: Mapping[str, Maker], replicas: Replicas
) -> tuple[Match, ...]:
    """Makes the matches of an assembly's game, with the components' variables in each.

    Args:
        assembly: the components.
        networks: all networks by name.
        makers: how to call those that are not discriminators, by name.
        replicas: the devices that share a batch.

    Raises:
        PluginError: a component's code failed.
    """
    matches = []
    for name in assembly.judges:
        place, part = assembly.networks[name], assembly.part_of(name)
        loss, *regularizers = with_state(
            assembly,
            place.data.as_seen,
            networks[place.judges],
            networks[name],
            suffix=f".{name}" if len(assembly.judges) > 1 else "",
        )
        matches.append(
            Match(
                name=name,
                game=assembly.game_part,
                maker=makers[place.judges],
                judge=Judge(networks[name], part.implementation.conditional, part.origin),
                objectives=Objectives(loss, regularizers, replicas, makes_real=assembly.game.makes_real),
            )
        )
    return tuple(matches)
