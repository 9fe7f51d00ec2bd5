"""Both players of an assembly, and every variable that their training changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs
import keras
import tensorflow as tf

from ganreg.contract.assembly import Assembly, Part
from ganreg.contract.implementation import overrides
from ganreg.contract.recipes import Recipe
from ganreg.data.arrays import Array
from ganreg.engine.attribution import attributed
from ganreg.engine.averaging import MovingAverage
from ganreg.engine.loss_scaling import with_loss_scaling
from ganreg.engine.networks import build_discriminator, build_generator
from ganreg.engine.objectives import PLAYERS, Objectives, gradient_norm_name
from ganreg.engine.optimizers import make_optimizer
from ganreg.engine.player import Player
from ganreg.engine.precision import needs_loss_scaling
from ganreg.engine.sampling import Sampler
from ganreg.engine.step_tensors import Networks
from ganreg.engine.updates import Updates

State = Mapping[str, Mapping[str, tf.Variable]]
"""The components' own variables, by the component's label and the variable's name."""


class Players:
    """Both players' networks, optimizers and updates, the moving average, the components' state and the counter.

    All variables that a checkpoint holds are created here and nowhere else, so that whoever needs them created
    differently (one copy for each replica) has one place to wrap.

    Args:
        assembly: components that were checked to fit together.

    Attributes:
        assembly: the components.
        generator, discriminator: the players.
        average_generator: the network that holds the generator's moving average; the generator's own network where the
            recipe's `ema_decay` is 0.
        average: moves it; `None` where there is none.
        component_state: the components' own variables, by label and name.
        iterations: int64 variable, the number of iterations of the schedule that are done.
        updates: the updates that the players make.

    Raises:
        AssemblyError, SpecError, PluginError: a network or an optimizer cannot be built.
    """

    def __init__(self, assembly: Assembly) -> None:
        self.assembly = assembly
        generator, discriminator = build_generator(assembly), build_discriminator(assembly)
        self.average_generator = build_generator(assembly) if self.recipe.ema_decay > 0 else generator
        self.average = _average(generator, self.average_generator, self.recipe.ema_decay)
        self.generator = _player("generator", generator, assembly)
        self.discriminator = _player("discriminator", discriminator, assembly)
        self.iterations = tf.Variable(0, dtype=tf.int64, trainable=False, name="iterations")
        loss, *regularizers = _with_state(assembly, generator, discriminator)
        self.component_state: State = {part.label: part.state for part in (loss, *regularizers)}
        self.updates = Updates(
            networks=_networks(assembly, generator, discriminator),
            generator=self.generator,
            discriminator=self.discriminator,
            objectives=Objectives(loss, regularizers),
            average=self.average,
            seed=self.recipe.seed,
        )
        latent_parts = self.updates.objectives.overriding("transform_latents")
        self._sampler = Sampler(assembly.generator, self.average_generator, assembly.data, latent_parts)
        self._last_sampler = (
            self._sampler
            if self.average is None
            else Sampler(assembly.generator, generator, assembly.data, latent_parts)
        )

    @property
    def recipe(self) -> Recipe:
        """The complete recipe, every default written out."""
        return self.assembly.recipe

    @property
    def networks(self) -> dict[str, keras.Model]:
        """Every network that is trained, by name."""
        return {**self.generator.networks, **self.discriminator.networks}

    @property
    def done(self) -> int:
        """How many iterations of the schedule are done."""
        return int(self.iterations.numpy())

    def player(self, name: str) -> Player:
        """The player of that name, `"generator"` or `"discriminator"`."""
        return self.generator if name == self.generator.name else self.discriminator

    @property
    def log_names(self) -> list[str]:
        """The names of everything that an iteration can log, in order."""
        return self.updates.objectives.log_names + [gradient_norm_name(player) for player in PLAYERS]

    def generate(self, count: int, *, seed: int | None = None, labels: Any = None, average: bool = True) -> Array:
        """Draws samples, float32 `[count, *shape]`; see `GAN.generate`."""
        sampler = self._sampler if average else self._last_sampler
        return sampler.sample(count, seed=seed, labels=labels)

    def draw_labels(self, count: int, *, seed: int) -> Array | None:
        """The classes that `generate(count, seed=seed)` draws samples of; see `GAN.draw_labels`."""
        return self._sampler.draw_labels(count, seed)


def _average(generator: keras.Model, average: keras.Model, decay: float) -> MovingAverage | None:
    if average is generator:
        return None
    moving = MovingAverage(generator, average, decay)
    moving.reset()
    return moving


def _player(name: str, network: keras.Model, assembly: Assembly) -> Player:
    recipe = assembly.recipe
    optimizer = assembly.optimizers.get(name)
    if optimizer is None:
        optimizer = make_optimizer(
            getattr(recipe, f"{name}_optimizer"),
            player=name,
            decay=recipe.learning_rate_decay,
            updates=recipe.schedule.updates(name, recipe.steps),
        )
    if needs_loss_scaling(recipe.precision):
        optimizer = with_loss_scaling(optimizer)
    player = Player(name, {name: network}, optimizer)
    # Built now, so that a checkpoint restores its moments rather than starting them at zero.
    optimizer.build(player.trainable_variables)
    return player


def _networks(assembly: Assembly, generator: keras.Model, discriminator: keras.Model) -> Networks:
    return Networks(
        generator,
        discriminator,
        assembly.generator.conditional,
        assembly.discriminator.conditional,
        assembly.generator,
        generator_origin=assembly.parts["generator"].origin,
        discriminator_origin=assembly.parts["discriminator"].origin,
    )


def _with_state(assembly: Assembly, generator: keras.Model, discriminator: keras.Model) -> Sequence[Part]:
    """The loss and the regularizers, each with variables for the initial values that it names."""
    parts = []
    for part in (assembly.parts["loss"], *assembly.regularizer_parts):
        with attributed(part.origin, "initial_state"):
            values = dict(part.implementation.initial_state(assembly.data))
            if overrides(part.implementation, "initial_network_state"):
                values |= part.implementation.initial_network_state(generator, discriminator)
        state = {
            name: tf.Variable(initial, trainable=False, name=f"{part.label}/{name}") for name, initial in values.items()
        }
        parts.append(attrs.evolve(part, state=state))
    return parts
