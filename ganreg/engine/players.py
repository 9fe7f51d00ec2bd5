"""Both players of an assembly, and every variable that their training changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import tensorflow as tf

from ganreg.contract.assembly import Assembly
from ganreg.contract.recipes import Recipe
from ganreg.data.arrays import Array
from ganreg.engine.averaging import MovingAverage
from ganreg.engine.component_state import with_state
from ganreg.engine.networks import build
from ganreg.engine.objectives import PLAYERS, Objectives, gradient_norm_name
from ganreg.engine.optimizers import make_optimizers
from ganreg.engine.player import Player
from ganreg.engine.sampling import Sampler
from ganreg.engine.step_tensors import Networks
from ganreg.engine.updates import Updates

State = Mapping[str, Mapping[str, tf.Variable]]
"""The components' own variables, by the component's label and the variable's name."""


class Players:
    """Both players' networks, optimizers and updates, the moving average, the components' state and the counter.

    All variables that a checkpoint contains are created here and nowhere else, so that there is a single place to
    change if they must be created differently (one copy per replica).

    Args:
        assembly: the checked components.

    Attributes:
        assembly: the components.
        generator, discriminator: the players.
        average_generator: the network that holds the moving average of the generator, or the generator's own network
            if the recipe's `ema_decay` is 0.
        average: the moving average, or `None` if the recipe's `ema_decay` is 0.
        component_state: the components' own variables, by label and name.
        iterations: int64 variable, the number of iterations of the schedule that are done.
        updates: the updates of both players.

    Raises:
        AssemblyError, SpecError, PluginError: a network or an optimizer cannot be built.
    """

    def __init__(self, assembly: Assembly) -> None:
        self.assembly = assembly
        recipe = assembly.recipe
        roles = ("generator", "discriminator", *(["generator"] if recipe.ema_decay > 0 else []))
        generator, discriminator, *averages = [build(assembly, role) for role in roles]
        self.average_generator = averages[0] if averages else generator
        self.average = MovingAverage(generator, averages[0], recipe.ema_decay) if averages else None
        optimizers = make_optimizers(assembly)
        self.generator, self.discriminator = (
            Player(name, {name: network}, optimizers[name])
            for name, network in (("generator", generator), ("discriminator", discriminator))
        )
        self.iterations = tf.Variable(0, dtype=tf.int64, trainable=False, name="iterations")
        loss, *regularizers = with_state(assembly, generator, discriminator)
        self.component_state: State = {part.label: part.state for part in (loss, *regularizers)}
        self.updates = Updates(
            networks=Networks(
                generator,
                discriminator,
                assembly.generator.conditional,
                assembly.discriminator.conditional,
                assembly.generator,
                generator_origin=assembly.parts["generator"].origin,
                discriminator_origin=assembly.parts["discriminator"].origin,
            ),
            generator=self.generator,
            discriminator=self.discriminator,
            objectives=Objectives(loss, regularizers),
            average=self.average,
            seed=recipe.seed,
        )
        latent_parts = [part for part in regularizers if "transform_latents" in part.overrides]
        self._sampler = Sampler(assembly.generator, self.average_generator, assembly.data, latent_parts)
        self._last_sampler = (
            self._sampler
            if self.average is None
            else Sampler(assembly.generator, generator, assembly.data, latent_parts)
        )

    @property
    def recipe(self) -> Recipe:
        """The complete recipe, with all defaults written out."""
        return self.assembly.recipe

    @property
    def networks(self) -> dict[str, keras.Model]:
        """Every network that is trained, by name."""
        return {**self.generator.networks, **self.discriminator.networks}

    @property
    def done(self) -> int:
        """The number of iterations of the schedule that are done."""
        return int(self.iterations.numpy())

    def player(self, name: str) -> Player:
        """Returns the player called `name`, which is `"generator"` or `"discriminator"`."""
        return self.generator if name == self.generator.name else self.discriminator

    @property
    def log_names(self) -> list[str]:
        """The names of all values that an iteration can log, in order."""
        return self.updates.objectives.log_names + [gradient_norm_name(player) for player in PLAYERS]

    def generate(self, count: int, *, seed: int | None = None, labels: Any = None, average: bool = True) -> Array:
        """Draws samples, float32 `[count, *shape]`; see `GAN.generate`."""
        sampler = self._sampler if average else self._last_sampler
        return sampler.sample(count, seed=seed, labels=labels)

    def draw_labels(self, count: int, *, seed: int) -> Array | None:
        """Draws the classes of the samples that `generate(count, seed=seed)` returns; see `GAN.draw_labels`."""
        return self._sampler.draw_labels(count, seed)
