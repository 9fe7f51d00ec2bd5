"""`GAN`: an assembly's networks as a `keras.Model` that trains, samples and saves."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from ganreg.checkpoints.saving import save
from ganreg.contract.assembly import Assembly
from ganreg.contract.datasets import Dataset
from ganreg.contract.recipes import Recipe
from ganreg.data.arrays import Array, Data
from ganreg.data.batches import Batches
from ganreg.data.checking import batches_of
from ganreg.engine.attribution import attributed
from ganreg.engine.players import Players
from ganreg.engine.resolving import part_of
from ganreg.engine.running.execution import Execution
from ganreg.engine.running.loop import TrainingLoop
from ganreg.engine.running.programs import Programs
from ganreg.errors import DataError
from ganreg.plugins.registry import registry


class GAN(keras.Model):
    """Two networks, strictly separate, and the game that they play. Made by `ganreg.assemble`.

    It is a `keras.Model`: `fit` takes Keras callbacks and returns a `History`, `summary()` and `predict(latents)`
    work, and calling it turns latents into samples.

    Attributes:
        assembly: the components.
        generator: the network that is trained, latents `[B, latent_dim]` to samples `[B, *shape]`.
        discriminator: samples `[B, *shape]` to `{"logits", "features"}`.
        average_generator: the generator's exponential moving average, which `generate` uses and runs export; the
            same object as `generator` where the recipe's `ema_decay` is 0.
        generator_optimizer, discriminator_optimizer: one a player, built for its variables alone.
        component_state: the components' own checkpointed variables, by label and name.
        iterations: int64 variable, how many iterations of the schedule are done.
        execution: how the last `fit` ran its updates; `None` before the first.

    Args:
        assembly: checked components.

    Raises:
        AssemblyError, SpecError, PluginError: a network or an optimizer cannot be built.
    """

    def __init__(self, assembly: Assembly) -> None:
        super().__init__(name="gan")
        self.assembly = assembly
        self.players = players = Players(assembly)
        # Kept as attributes, because Keras counts, lists and summarises the models that are.
        self.generator = players.networks["generator"]
        self.discriminator = players.networks["discriminator"]
        self.average_generator = players.average_generator
        self.generator_optimizer = players.generator.optimizer
        self.discriminator_optimizer = players.discriminator.optimizer
        self.component_state = players.component_state
        self.iterations = players.iterations
        self.programs = Programs(players)
        self.built = True

    @property
    def recipe(self) -> Recipe:
        """The complete recipe, every default written out."""
        return self.assembly.recipe

    @property
    def execution(self) -> Execution | None:
        """How the last `fit` ran its updates; `None` before the first."""
        return self.programs.execution

    @property
    def log_names(self) -> list[str]:
        """The names of everything that an iteration can log, in order."""
        return self.players.log_names

    def call(self, latents: Any, labels: Any = None, training: bool = False) -> tf.Tensor:
        """Turns latents `[B, latent_dim]` (and labels `[B]`) into samples `[B, *shape]` by the averaged generator.

        A pair of both may come as one argument, as from `predict([latents, labels])`.
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
        """Trains, going on from where an earlier call ended.

        An epoch is as many iterations of the schedule as use every whole batch once. The order of the data is a
        function of the recipe's seed and the epoch.

        Args:
            x: samples `[N, *shape]` (uint8 images are scaled to -1..1), a `Data`, or a batched pipeline such as a
                `tf.data.Dataset` of samples or of pairs with labels; the assembly's own data set unless given.
            y: class labels `[N]`; needed by conditional networks.
            batch_size: real samples in one update; the recipe's unless given.
            epochs: the epoch to train up to, as in Keras; 1 unless given, or the recipe's `steps` where `x` is not
                given either.
            verbose: `"auto"` or 1 for Keras's progress bar, 2 for a line an epoch, 0 for silence.
            callbacks: Keras callbacks. One that does something at each batch makes every compiled call run one
                iteration only, unless `updates_per_call` is given.
            shuffle: whether to shuffle arrays, anew in each epoch.
            initial_epoch: where counting epochs begins.
            steps_per_epoch: iterations in one epoch; needed for a pipeline that does not know its length.
            steps: iterations to run; overrides `epochs`.
            execution: `"graph"`, `"xla"`, `"eager"`, `"auto"` to choose, or the `execution` of an earlier `fit`, which
                is then kept to exactly: graph and XLA agree to rounding only.
            updates_per_call: iterations in one compiled call; chosen unless given.

        Returns:
            The history: each epoch's mean losses, penalties and accuracies.

        Raises:
            DataError: the samples do not fit the assembly, are not finite, or lack labels.
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
        """Computes the losses, penalties and accuracies on data, without an update.

        Args:
            x: samples, as for `fit`; the assembly's held-out samples unless given.
            y: class labels `[N]`.
            batch_size: the recipe's unless given.

        Returns:
            Means over all whole batches, by name.

        Raises:
            DataError: the samples do not fit the assembly.
        """
        batches = self.batches_of(x, y, batch_size=batch_size, shuffle=False, held_out=True)
        compiled = tf.function(self.players.updates.evaluate, autograph=False)
        totals: dict[str, list[float]] = {}
        for index in range(batches.per_epoch or 1):
            real, labels = batches.take(index, 1)
            logs = compiled(
                tf.constant(real[0]), None if labels is None else tf.constant(labels[0]), tf.constant(index)
            )
            for name, value in logs.items():
                totals.setdefault(name, []).append(float(value))
        return {name: float(np.mean(values)) for name, values in totals.items()}

    def generate(self, count: int = 16, *, seed: int | None = None, labels: Any = None, average: bool = True) -> Array:
        """Draws samples.

        Args:
            count: how many.
            seed: the same seed gives the same samples from the same weights; fresh ones unless given.
            labels: a class, or `[count]` classes, for a conditional generator; drawn at random unless given.
            average: whether to use the moving average rather than the last iterate.

        Returns:
            float32 `[count, *shape]`.

        Raises:
            DataError: labels are out of range, of the wrong number, or given to an unconditional generator.
        """
        return self.players.generate(count, seed=seed, labels=labels, average=average)

    def draw_labels(self, count: int, *, seed: int) -> Array | None:
        """The classes that `generate(count, seed=seed)` draws samples of.

        Args:
            count: how many.
            seed: as given to `generate`.

        Returns:
            int32 `[count]`, or `None` where the generator is not conditional.
        """
        return self.players.draw_labels(count, seed=seed)

    def load_data(self) -> Data:
        """Loads the data set that the assembly names.

        Raises:
            DataError: the assembly was given a `DataSpec` alone, or a file is missing or broken.
        """
        source = self.assembly.source
        if source is None:
            raise DataError("this GAN was assembled from a DataSpec alone; pass the samples: fit(x)")
        if not isinstance(source, Dataset):
            return source
        with attributed(part_of("dataset", source, registry()).origin, "load"):
            return source.load()

    def batches_of(
        self,
        x: Any = None,
        y: Any = None,
        *,
        batch_size: int | None = None,
        shuffle: bool = True,
        held_out: bool = False,
    ) -> Batches:
        """Checks samples against the assembly and arranges them in batches, which `fit` also takes as its `x`.

        Args:
            x: as for `fit`.
            y: as for `fit`.
            batch_size: samples in one batch. Defaults to the recipe's.
            shuffle: whether to shuffle arrays.
            held_out: whether to take the held-out samples of the assembly's own dataset, where `x` is `None`.

        Raises:
            DataError: the samples or labels do not fit.
        """
        if isinstance(x, Batches):
            return x
        if x is None:
            x = self.load_data()
            if held_out and x.test is not None:
                x, y = x.test, x.test_labels
        if isinstance(x, Data):
            x, y = x.train, x.train_labels
        return batches_of(
            x,
            y,
            self.assembly.data,
            needs_labels=self.assembly.is_conditional,
            batch_size=self.recipe.batch_size if batch_size is None else batch_size,
            seed=self.recipe.seed,
            shuffle=shuffle,
        )

    def save(self, filepath: str | Path, overwrite: bool = True, **_: Any) -> None:
        """Saves everything that `ganreg.load` needs to go on, as a folder; or the generator alone.

        Args:
            filepath: a folder; or a file that ends in `.keras`, for the averaged generator as a `keras.Model`.
            overwrite: whether an existing file or folder may be written into.

        Raises:
            RunError: it exists and `overwrite` is false, it cannot be written, or a component is not registered.
            NumericalError: a variable is not finite.
        """
        save(self.players, Path(filepath), overwrite=overwrite)
