"""`GAN`: an assembly's networks as a `keras.Model` that can train, generate samples and be saved."""

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
from ganreg.engine.running.execution import Execution
from ganreg.engine.running.loop import TrainingLoop
from ganreg.engine.running.programs import Programs
from ganreg.errors import DataError
from ganreg.plugins.registry import registry


class GAN(keras.Model):
    """A generator and a discriminator that are trained against each other. Made by `ganreg.assemble`.

    It is a `keras.Model`: `fit` takes Keras callbacks and returns a `History`, `summary()` and `predict(latents)`
    work, and calling it turns latents into samples.

    Args:
        assembly: the checked components.

    Attributes:
        assembly: the components.
        players: both players, with all variables of the training.
        generator: the trained network, from latents `[B, latent_dim]` to samples `[B, *shape]`.
        discriminator: the network from samples `[B, *shape]` to `{"logits", "features"}`.
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
        """The complete recipe, with all defaults written out."""
        return self.assembly.recipe

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
                `tf.data.Dataset` of samples or of pairs of samples and labels. Defaults to the assembly's dataset.
            y: class labels `[N]`, which conditional networks need.
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
            real, labels = batches.take(index, 1)
            logs = compiled(
                tf.constant(real[0]), None if labels is None else tf.constant(labels[0]), tf.constant(index)
            )
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

    def load_data(self) -> Data:
        """Loads the assembly's dataset.

        Raises:
            DataError: the assembly has no dataset, only a `DataSpec`; or a file is missing or broken.
            PluginError: the dataset's own code failed.
        """
        source = self.assembly.source
        if source is None:
            raise DataError("this GAN was assembled from a DataSpec alone; pass the samples: fit(x)")
        if not isinstance(source, Dataset):
            return source
        with attributed(registry().part("dataset", source).origin, "load"):
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
        """Checks samples against the assembly and arranges them in batches, which `fit` accepts as its `x` too.

        Args:
            x: as for `fit`.
            y: as for `fit`.
            batch_size: the number of samples in one batch. Defaults to the recipe's.
            shuffle: whether to shuffle arrays. Defaults to `True`.
            held_out: whether to use the held-out samples of the assembly's dataset, if `x` is `None` and it has some.
                Defaults to `False`.

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
