"""Both players of an assembly, and every variable that their training changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

import keras
import tensorflow as tf

from ganreg.contract.assembly import Assembly
from ganreg.contract.recipes import Recipe
from ganreg.data.arrays import Array
from ganreg.data.classes import LabelShares
from ganreg.engine.averaging import MovingAverage
from ganreg.engine.devices import refuse_devices
from ganreg.engine.following import Following
from ganreg.engine.forks import refuse_fork
from ganreg.engine.from_latents import FromLatents
from ganreg.engine.latents import Latents
from ganreg.engine.matches import make_makers, make_matches
from ganreg.engine.networks import build, inputs_of, refuse_shared
from ganreg.engine.objectives import PLAYERS, gradient_norm_name
from ganreg.engine.optimizers import make_optimizers
from ganreg.engine.own_range import in_own_range
from ganreg.engine.player import Player
from ganreg.engine.replicas import Replicas
from ganreg.engine.sampling import Inputs, LatentInputs, Sampler, chosen_seed, refuse_uncountable
from ganreg.engine.sources import Sources
from ganreg.engine.transferred import Transfer
from ganreg.engine.translation import Translation
from ganreg.engine.updates import Updates
from ganreg.errors import DataError

State = Mapping[str, Mapping[str, tf.Variable]]
"""The components' own variables, by the component's label and the variable's name."""


class Players:
    """Both players' networks, optimizers and updates, the moving averages, the components' state and the counter.

    All variables that a checkpoint contains are created here and nowhere else, with a copy on each of the devices that
    share a batch. A checkpoint keeps the first copy.

    Args:
        assembly: the checked components.

    Attributes:
        assembly: the components.
        replicas: the devices that share the batch of each update.
        networks: every network that is trained, by its name in the game.
        generator, discriminator: the players.
        averages: the moving average of each network that is not a discriminator, by the network's name; empty if the
            recipe's `ema_decay` is 0.
        component_state: the components' own variables, by label and name.
        iterations: int64 variable, the number of iterations of the schedule that are done.
        epoch_began: the value of `iterations` when the present epoch of a `fit` began.
        updates: the updates of both players.
        classes: the names of the classes, and how often each is drawn.
        sources: the samples from which others are made, or `None` if samples are generated from latents.
        transferred: what was taken from a trained GAN; `None` if nothing was.
        following: sets the moving averages to weights that a program sets by hand.

    Raises:
        AssemblyError, SpecError, PluginError: a network or an optimizer cannot be built, or the devices cannot share a
            batch.
    """

    def __init__(self, assembly: Assembly) -> None:
        refuse_fork()
        self.assembly, self.classes = assembly, assembly.classes
        self.replicas = Replicas.present()
        refuse_devices(assembly, self.replicas)
        with self.replicas.building():
            self._build(assembly)

    def _build(self, assembly: Assembly) -> None:
        """Creates all variables."""
        recipe = assembly.recipe
        self.networks: Mapping[str, keras.Model] = {name: build(assembly, name) for name in assembly.networks}
        averaged = assembly.makers if recipe.ema_decay > 0 else ()
        self.averages: Mapping[str, MovingAverage] = {
            name: MovingAverage(self.networks[name], build(assembly, name), recipe.ema_decay) for name in averaged
        }
        refuse_shared(self.networks, {name: average.target for name, average in self.averages.items()})
        optimizers = {name: self.replicas.adopt(one) for name, one in make_optimizers(assembly).items()}
        self.generator, self.discriminator = (
            Player(player, {name: self.networks[name] for name in names}, optimizers[player])
            for player, names in (("generator", assembly.makers), ("discriminator", assembly.judges))
        )
        self.iterations = tf.Variable(0, dtype=tf.int64, trainable=False, name="iterations")
        self.epoch_began = 0
        makers = make_makers(assembly, self.networks)
        matches = make_matches(assembly, self.networks, makers, self.replicas)
        latent_parts = matches[0].objectives.overriding("transform_latents")
        generator = next((name for name in assembly.makers if assembly.kind_of(name) == "generator"), None)
        latents = None if generator is None else Latents(makers[generator].component, latent_parts)
        self.updates = Updates(
            game=assembly.game_part,
            makers=makers,
            latents=latents,
            matches=matches,
            generator=self.generator,
            discriminator=self.discriminator,
            averages=tuple(self.averages.values()),
            seed=recipe.seed,
            replicas=self.replicas,
        )
        self.component_state: State = {part.label: part.state for part in self.updates.parts}
        self.sources = Sources(assembly) if assembly.translates else None
        made = assembly.game.makes
        self.transferred: Transfer | None = None
        self.following = Following(self.averages)
        self._latents = None if latents is None or self.sources is not None else LatentInputs(latents)
        inputs: Inputs | None = self._latents or self.sources
        self._sampler, self._last_sampler = (
            Sampler(
                network,
                assembly.networks[made].data,
                inputs,
                conditional=makers[made].conditional,
                classes=assembly.classes,
            )
            for network in (self.average_networks[made], self.networks[made])
        )
        self._from_latents: dict[bool, FromLatents] = {}
        self._translators: dict[tuple[str, bool], Translation] = {}

    @property
    def recipe(self) -> Recipe:
        """The complete recipe, with all defaults written out."""
        return self.assembly.recipe

    @property
    def average_networks(self) -> Mapping[str, keras.Model]:
        """The networks that hold the moving averages, by name; the networks themselves where there are no averages."""
        return {
            name: self.averages[name].target if name in self.averages else self.networks[name]
            for name in self.assembly.makers
        }

    @property
    def average_generator(self) -> keras.Model:
        """The network that makes the samples: its moving average, if there is one."""
        return self.average_networks[self.assembly.game.makes]

    @property
    def released_generator(self) -> keras.Model:
        """The same network for use elsewhere: its samples are in the data's own range."""
        made = self.assembly.game.makes
        inputs = inputs_of(self.assembly, made)
        given = inputs if isinstance(inputs, list) else [inputs]
        place = self.assembly.networks[made]
        return in_own_range(self.average_generator, given, place.data, place.source)

    @property
    def average(self) -> MovingAverage | None:
        """The moving average of the network that makes the samples, or `None`."""
        return self.averages.get(self.assembly.game.makes)

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
        return self.updates.log_names + [gradient_norm_name(player) for player in PLAYERS]

    def __reduce__(self) -> NoReturn:
        """Refuses to be copied or pickled: compiled functions cannot be."""
        raise TypeError("the players of a GAN cannot be copied or pickled; copy, pickle or save the GAN itself")

    def generate(
        self,
        count: int | None = None,
        *,
        seed: int | None = None,
        labels: Any = None,
        label_shares: LabelShares = "data",
        average: bool = True,
        latents: Any = None,
        truncation: float | None = None,
    ) -> Array:
        """Draws samples, float32 `[count, *shape]`; see `GAN.generate`."""
        refuse_fork()
        self.following.report()
        if label_shares != "data":
            count = (16 if latents is None else len(latents)) if count is None else count
            labels, seed = self._with_shares(count, seed, labels, label_shares)
            seed = seed if latents is None else None  # the latents are given, and now the labels are, too
        if latents is not None or truncation is not None:
            source = self.from_latents(average)
            return source.generate(count, seed=seed, labels=labels, latents=latents, truncation=truncation)
        sampler = self._sampler if average else self._last_sampler
        return sampler.sample(16 if count is None else count, seed=seed, labels=labels)

    def _with_shares(self, count: int, seed: int | None, labels: Any, shares: LabelShares) -> tuple[Array, int]:
        """Draws labels by other shares than the data's, and returns the seed, too."""
        refuse_uncountable(count)
        seed = chosen_seed(seed)
        drawn = self.draw_labels(count, seed=seed, label_shares=shares)
        if labels is not None or drawn is None:
            where = "next to labels" if drawn is not None else "on a generator that is not conditional"
            raise DataError(f"label_shares has no effect {where}; leave it out")
        return drawn, seed

    def from_latents(self, average: bool = True) -> FromLatents:
        """What makes samples from latents.

        Args:
            average: whether with the moving average of the generator instead of its last iterate. Defaults to `True`.

        Raises:
            DataError: samples are made from other samples in this game.
            PluginError: the generator's component cannot say what the network consists of.
        """
        if self._latents is None:
            raise DataError("samples are made from other samples in this game, so there are no latents")
        if average not in self._from_latents:
            made = self.assembly.game.makes
            part = self.assembly.part_of(made)
            self._from_latents[average] = FromLatents(
                (self.average_networks if average else self.networks)[made],
                self.assembly.networks[made].data,
                self._latents,
                self._sampler if average else self._last_sampler,
                conditional=bool(part.implementation.conditional),
                origin=part.origin,
            )
        return self._from_latents[average]

    def translate(self, inputs: Any, *, network: str | None = None, labels: Any = None, average: bool = True) -> Array:
        """Makes samples from other samples; see `GAN.translate`."""
        name = self.assembly.game.makes if network is None else network
        translators = [one for one in self.assembly.makers if self.assembly.kind_of(one) == "translator"]
        if name not in translators:
            known = f"the translators are {', '.join(translators)}" if translators else "there are no translators"
            raise DataError(f"no network '{name}' makes samples from samples in this game; {known}")
        if (name, average) not in self._translators:
            networks = self.average_networks if average else self.networks
            self._translators[name, average] = Translation(self.assembly, name, networks[name])
        return self._translators[name, average](inputs, labels)

    def pairs(self, count: int, *, seed: int) -> tuple[Array, Array | None]:
        """Draws sources and the samples that belong to them; see `GAN.pairs`."""
        if self.sources is None:
            raise DataError("samples are generated from latents in this game; there are no pairs")
        return self.sources.pairs(count, seed)

    def draw_labels(self, count: int, *, seed: int, label_shares: LabelShares = "data") -> Array | None:
        """Draws the classes of the samples that `generate(count, seed=seed)` returns; see `GAN.draw_labels`."""
        return self._sampler.draw_labels(count, seed, label_shares)
