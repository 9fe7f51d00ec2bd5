"""`GAN`: an assembly's networks as a `keras.Model` that can train, generate samples and be saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from ganreg.checkpoints.saving import save
from ganreg.contract.assembly import Assembly
from ganreg.contract.recipes import Recipe
from ganreg.data.arrays import Array, Data
from ganreg.data.batches import Batches
from ganreg.data.checking import Expected, batches_of, part_of
from ganreg.engine.loading import load_data
from ganreg.engine.players import Players
from ganreg.engine.running.execution import Execution
from ganreg.engine.running.loop import TrainingLoop
from ganreg.engine.running.programs import Programs


class GAN(keras.Model):
    """A generator and a discriminator that are trained against each other. Made by `ganreg.assemble`.

    It is a `keras.Model`: `fit` takes Keras callbacks and returns a `History`, `summary()` and `predict(latents)`
    work, and calling it turns latents into samples.

    Args:
        assembly: the checked components.

    Attributes:
        assembly: the components.
        players: both players, with all variables of the training.
        generator: the network that makes the samples `[B, *shape]`, from latents `[B, latent_dim]` or from sources.
        discriminator: the (first) network from samples `[B, *shape]` to `{"logits", "features"}`.
        average_generator: the exponential moving average of the generator, which `generate` uses and runs export. It
            is `generator` itself if the recipe's `ema_decay` is 0.
        generator_optimizer, discriminator_optimizer: the players' optimizers, each built for its player's variables.
        component_state: the components' own variables, by label and name.
        iterations: int64 variable, the number of iterations of the schedule that are done.
        programs: the compiled updates.

    Raises:
        AssemblyError, SpecError, PluginError: a network or an optimizer cannot be built.
    """

    def __init__(self, assembly: Assembly) -> None:
        super().__init__(name="gan")
        self.assembly = assembly
        self.players = players = Players(assembly)
        # Keras counts and summarises the models that are attributes.
        self.generator = players.networks[assembly.game.makes]
        self.discriminator = players.networks[assembly.judges[0]]
        self.average_generator = players.average_generator
        named = (self.generator, self.discriminator, self.average_generator)
        every = (*players.networks.values(), *players.average_networks.values())
        self._other_networks = [network for network in every if not any(network is one for one in named)]
        self.generator_optimizer = players.generator.optimizer
        self.discriminator_optimizer = players.discriminator.optimizer
        self.component_state = players.component_state
        self.iterations = players.iterations
        self.programs = Programs(players)
        self.built = True

    @property
    def recipe(self) -> Recipe:
        """The complete recipe, with all defaults written out."""
        return self.assembly.recipe

    @property
    def networks(self) -> Mapping[str, keras.Model]:
        """Every network that is trained, by its name in the game: `"generator"`, `"discriminator"` and others."""
        return self.players.networks

    @property
    def average_networks(self) -> Mapping[str, keras.Model]:
        """The moving average of each network that is not a discriminator, by name.

        They are the networks themselves if the recipe's `ema_decay` is 0.
        """
        return self.players.average_networks

    @property
    def execution(self) -> Execution | None:
        """How the last `fit` ran its updates; `None` before the first."""
        return self.programs.execution

    @property
    def log_names(self) -> list[str]:
        """The names of all values that an iteration can log, in order."""
        return self.players.log_names

    def call(self, latents: Any, labels: Any = None, training: bool = False) -> tf.Tensor:
        """Turns latents into samples with the moving average of the generator.

        Args:
            latents: `[B, latent_dim]`, or a list of latents and labels, as in `predict([latents, labels])`.
            labels: classes `[B]`, for a conditional generator.
            training: whether layers run in training mode. Defaults to `False`.

        Returns:
            Samples `[B, *shape]`.
        """
        inputs = latents if labels is None else [latents, labels]
        return self.average_generator(inputs, training=training)

    def fit(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int | None = None,
        verbose: str | int = "auto",
        callbacks: Sequence[keras.callbacks.Callback] | None = None,
        *,
        shuffle: bool = True,
        initial_epoch: int = 0,
        steps_per_epoch: int | None = None,
        steps: int | None = None,
        execution: str | Execution = "auto",
        updates_per_call: int | None = None,
    ) -> keras.callbacks.History:
        """Trains; a second call continues where the first one ended.

        An epoch consists of as many iterations of the schedule as use every whole batch once. The order of the data
        depends on the recipe's seed and the epoch only.

        Args:
            x: samples `[N, *shape]` (uint8 images are scaled to -1..1), a `Data`, or a batched pipeline such as a
                `tf.data.Dataset` of samples, of pairs of samples and labels, or of dicts with `image`, `label` and
                `source`. In a game that makes samples from sources: the sources. Defaults to the assembly's dataset.
            y: class labels `[N]`, which conditional networks need. In a game that makes samples from sources: the
                samples.
            batch_size: the number of real samples in one update. Defaults to the recipe's.
            epochs: the epoch at which to stop, as in Keras. Defaults to 1 if `x` is given; otherwise the recipe's
                `steps` determine the end.
            verbose: `"auto"` (the default) or 1 for Keras's progress bar, 2 for one line per epoch, 0 for no output.
            callbacks: Keras callbacks. Callbacks that do something at each batch reduce compiled calls to a single
                iteration, unless `updates_per_call` is given.
            shuffle: whether to shuffle arrays, differently in each epoch. Defaults to `True`.
            initial_epoch: the number of the first epoch. Defaults to 0.
            steps_per_epoch: the number of iterations in one epoch; needed for a pipeline of unknown length.
            steps: the number of iterations to run; overrides `epochs`.
            execution: `"graph"`, `"xla"`, `"eager"`, `"auto"` (the default) to choose, or the `execution` of an earlier
                `fit` to repeat it exactly, because graph and XLA agree only up to rounding.
            updates_per_call: the number of iterations in one compiled call. Defaults to an automatic choice.

        Returns:
            The history: each epoch's mean losses, penalties and accuracies.

        Raises:
            DataError: the samples do not fit the assembly, are not finite, or lack labels.
            SpecError: the execution does not exist.
            PluginError: a component's own code failed; the message names it.
            NumericalError: a loss, a penalty, a gradient or a weight is no longer finite; the message names it.
        """
        batches = self.batches_of(x, y, batch_size=batch_size, shuffle=shuffle)
        if steps is None and epochs is None and x is None:
            steps = self.recipe.steps
        loop = TrainingLoop(
            self.programs,
            batches,
            model=self,
            steps_per_epoch=steps_per_epoch,
            epochs=range(initial_epoch, 1 if epochs is None else epochs),
            steps=steps,
            callbacks=callbacks or (),
            verbose=verbose,
            execution=execution,
            updates_per_call=updates_per_call,
        )
        self.history = loop.run()
        return self.history

    def evaluate(self, x: Any = None, y: Any = None, batch_size: int | None = None, **_: Any) -> dict[str, float]:
        """Computes the losses, penalties and accuracies on data without changing any variable.

        Args:
            x: samples, as for `fit`. Defaults to the held-out samples of the assembly's dataset, or to its training
                samples if it has none.
            y: class labels `[N]`, which conditional networks need.
            batch_size: the number of real samples in one batch. Defaults to the recipe's.

        Returns:
            The means over all whole batches, by name.

        Raises:
            DataError: the samples do not fit the assembly.
        """
        batches = self.batches_of(x, y, batch_size=batch_size, shuffle=False, held_out=True)
        compiled = tf.function(self.players.updates.evaluate, autograph=False)
        totals: dict[str, list[float]] = {}
        for index in range(batches.per_epoch or 1):
            batch = {name: tf.constant(values[0]) for name, values in batches.take(index, 1).items()}
            logs = compiled(batch, tf.constant(index))
            for name, value in logs.items():
                totals.setdefault(name, []).append(float(value))
        return {name: float(np.mean(values)) for name, values in totals.items()}

    def generate(self, count: int = 16, *, seed: int | None = None, labels: Any = None, average: bool = True) -> Array:
        """Generates samples.

        Args:
            count: the number of samples. Defaults to 16.
            seed: the random seed; the same seed and weights give the same samples. Defaults to a fresh seed.
            labels: a class or `[count]` classes, for a conditional generator. Defaults to random classes.
            average: whether to use the moving average of the generator instead of its last iterate. Defaults to `True`.

        Returns:
            The samples, float32 `[count, *shape]`.

        Raises:
            DataError: the count is not a positive integer, or the labels are out of range, of the wrong number, or
                given to an unconditional generator.
        """
        return self.players.generate(count, seed=seed, labels=labels, average=average)

    def draw_labels(self, count: int, *, seed: int) -> Array | None:
        """Draws the classes of the samples that `generate(count, seed=seed)` returns.

        Args:
            count: the number of samples.
            seed: the random seed, as for `generate`.

        Returns:
            int32 `[count]`, or `None` if the generator is not conditional.
        """
        return self.players.draw_labels(count, seed=seed)

    def translate(self, inputs: Any, *, network: str | None = None, labels: Any = None, average: bool = True) -> Array:
        """Makes samples from other samples with a translator or an encoder.

        Args:
            inputs: samples `[N, *source.shape]`; uint8 images are scaled to -1..1.
            network: the name of a network that makes samples from samples. Defaults to the one that makes the game's
                samples.
            labels: a class or `[N]` classes, for a conditional network. Defaults to random classes.
            average: whether to use the moving average of the network instead of its last iterate. Defaults to `True`.

        Returns:
            float32, one sample for each input.

        Raises:
            DataError: there is no such network, or the inputs or labels do not fit it.
        """
        return self.players.translate(inputs, network=network, labels=labels, average=average)

    def pairs(self, count: int = 16, *, seed: int) -> tuple[Array, Array | None]:
        """Draws the sources from which `generate(count, seed=seed)` makes its samples, and their true samples.

        Args:
            count: the number of sources. Defaults to 16.
            seed: the random seed, as for `generate`.

        Returns:
            float32 `[count, *source.shape]` and float32 `[count, *shape]`, or `None` instead of the latter if the data
            are not paired.

        Raises:
            DataError: samples are generated from latents in this game, or there are no data.
        """
        return self.players.pairs(count, seed=seed)

    def load_data(self) -> Data:
        """Loads the assembly's dataset.

        Raises:
            DataError: the assembly has no dataset, only a `DataSpec`; or a file is missing or broken.
            PluginError: the dataset's own code failed.
        """
        return load_data(self.assembly)

    def batches_of(
        self,
        x: Any = None,
        y: Any = None,
        *,
        batch_size: int | None = None,
        shuffle: bool = True,
        held_out: bool = False,
    ) -> Batches:
        """Checks samples against the assembly and arranges them in batches, which `fit` accepts as its `x` too.

        Args:
            x: as for `fit`.
            y: as for `fit`.
            batch_size: the number of samples in one batch. Defaults to the recipe's.
            shuffle: whether to shuffle arrays. Defaults to `True`.
            held_out: whether to use the held-out samples, if `x` is `None` or a `Data` and there are some. Defaults to
                `False`.

        Raises:
            DataError: the samples or labels do not fit.
        """
        if isinstance(x, Batches):
            return x
        assembly = self.assembly
        expected = Expected(assembly.data, needs_labels=assembly.is_conditional, needs_source=assembly.needs_source)
        source = None
        if x is None:
            x = self.load_data()
        if isinstance(x, Data):
            x, y, source = part_of(x, expected, held_out=held_out)
        elif expected.needs_source and y is not None:
            source, x, y = x, y, None
        return batches_of(
            x,
            y,
            expected,
            batch_size=self.recipe.batch_size if batch_size is None else batch_size,
            seed=self.recipe.seed,
            shuffle=shuffle,
            source=source,
        )

    def save(self, filepath: str | Path, overwrite: bool = True, **_: Any) -> None:
        """Saves the whole GAN as a folder that `ganreg.load` reads, or the generator alone as a Keras file.

        Args:
            filepath: a folder for the whole GAN; or a file that ends in `.keras` for the moving average of the
                generator as a `keras.Model`.
            overwrite: whether the file or folder may exist already. Defaults to `True`.

        Raises:
            RunError: it exists and `overwrite` is false, it cannot be written, or a component is not registered.
            NumericalError: a variable is not finite.
        """
        save(self.players, Path(filepath), overwrite=overwrite)
