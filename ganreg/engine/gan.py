"""`GAN`: an assembly's networks as a `keras.Model` that trains, samples and saves."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from ganreg.components import Dataset, overrides
from ganreg.data.arrays import Array, Data
from ganreg.data.batches import Batches
from ganreg.data.checking import batches_of
from ganreg.engine.assembly import Assembly, origin_of
from ganreg.engine.averaging import MovingAverage
from ganreg.engine.blame import blaming
from ganreg.engine.execution import Execution, TrainFunction
from ganreg.engine.networks import build_discriminator, build_generator
from ganreg.engine.objectives import PLAYERS, Objectives, gradient_norm_name
from ganreg.engine.optimizers import make_optimizer, with_loss_scaling
from ganreg.engine.precision import needs_loss_scaling
from ganreg.engine.sampling import Sampler
from ganreg.engine.step import Member, Networks
from ganreg.engine.training import TrainingLoop
from ganreg.engine.updates import Player, Updates, make_state
from ganreg.errors import DataError
from ganreg.recipes import Recipe
from ganreg.registry import registry
from ganreg.schedule import Phase


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
        self.generator = build_generator(assembly)
        self.discriminator = build_discriminator(assembly)
        averaged = assembly.recipe.ema_decay > 0
        self.average_generator = build_generator(assembly) if averaged else self.generator
        self.average = (
            MovingAverage(self.generator, self.average_generator, assembly.recipe.ema_decay) if averaged else None
        )
        if self.average is not None:
            self.average.reset()
        self.generator_optimizer = self._make_optimizer("generator")
        self.discriminator_optimizer = self._make_optimizer("discriminator")
        self.execution: Execution | None = None
        self.iterations = tf.Variable(0, dtype=tf.int64, trainable=False, name="iterations")
        members = self._make_members()
        self.updates = self._make_updates(members)
        self._train_functions: dict[Any, TrainFunction] = {}
        self._sampler = self._make_sampler(self.average_generator)
        self._last_sampler = self._sampler if self.average is None else self._make_sampler(self.generator)
        self.built = True

    @property
    def recipe(self) -> Recipe:
        """The complete recipe, every default written out."""
        return self.assembly.recipe

    @property
    def log_names(self) -> list[str]:
        """The names of everything that an iteration can log, in order."""
        norms = [gradient_norm_name(player) for player in PLAYERS]
        return self.updates.objectives.log_names + norms

    def _make_optimizer(self, player: str) -> keras.optimizers.Optimizer:
        optimizer = self.assembly.optimizers.get(player)
        if optimizer is None:
            recipe = self.recipe
            optimizer = make_optimizer(
                getattr(recipe, f"{player}_optimizer"),
                player=player,
                decay=recipe.learning_rate_decay,
                updates=recipe.schedule.updates(player, recipe.steps),
            )
        if needs_loss_scaling(self.recipe.precision):
            optimizer = with_loss_scaling(optimizer)
        # Built now, so that a checkpoint restores its moments rather than starting them at zero.
        optimizer.build(getattr(self, player).trainable_variables)
        return optimizer

    def _make_members(self) -> list[Member]:
        parts = [self.assembly.parts["loss"], *self.assembly.regularizer_parts]
        initial = []
        for part in parts:
            with blaming(part.origin, "initial_state"):
                values = dict(part.component.initial_state(self.assembly.data))
                if overrides(part.component, "initial_network_state"):
                    values |= part.component.initial_network_state(self.generator, self.discriminator)
                initial.append((part.label, values))
        self.component_state = make_state(initial)
        return [Member(part.component, part.label, self.component_state[part.label], part.origin) for part in parts]

    def _make_updates(self, members: Sequence[Member]) -> Updates:
        assembly = self.assembly
        return Updates(
            networks=Networks(
                self.generator,
                self.discriminator,
                assembly.generator.conditional,
                assembly.discriminator.conditional,
                assembly.generator,
                generator_origin=assembly.parts["generator"].origin,
                discriminator_origin=assembly.parts["discriminator"].origin,
            ),
            generator=Player("generator", self.generator, self.generator_optimizer),
            discriminator=Player("discriminator", self.discriminator, self.discriminator_optimizer),
            objectives=Objectives(members[0], members[1:]),
            average=self.average,
            seed=assembly.recipe.seed,
        )

    def _make_sampler(self, model: keras.Model) -> Sampler:
        members = self.updates.objectives.overriding("transform_latents")
        return Sampler(self.assembly.generator, model, self.assembly.data, members)

    def call(self, latents: Any, labels: Any = None, training: bool = False) -> tf.Tensor:
        """Turns latents `[B, latent_dim]` (and labels `[B]`) into samples `[B, *shape]` by the averaged generator.

        A pair of both may come as one argument, as from `predict([latents, labels])`.
        """
        inputs = latents if labels is None else [latents, labels]
        return self.average_generator(inputs, training=training)

    def train_function_for(self, phase: Phase, execution: Execution, iteration: int = 0) -> TrainFunction:
        """The compiled function for a phase of the schedule; made once, so that a second `fit` compiles nothing.

        Args:
            phase: what an iteration consists of.
            execution: how to run.
            iteration: which one is next. Where calls run one iteration each, those with the same lazy penalties
                share a function.
        """
        due = self.updates.due(phase, iteration) if execution.updates_per_call == 1 else None
        key = (phase, execution, due)
        if key not in self._train_functions:
            generator_first = self.recipe.schedule.first == "generator"

            def iterate(real: tf.Tensor, labels: tf.Tensor | None, iteration: tf.Tensor) -> dict[str, tf.Tensor]:
                return self.updates.round(phase, real, labels, iteration, generator_first=generator_first, due=due)

            self._train_functions[key] = TrainFunction(iterate, self.iterations, execution, phase.batches)
        return self._train_functions[key]

    def forget_train_functions(self) -> None:
        """Has all be compiled again that was, for what it was compiled with has changed."""
        self._train_functions.clear()

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
        batches = self._batches(x, y, self.recipe.batch_size if batch_size is None else batch_size, shuffle)
        if steps is None and epochs is None and x is None:
            steps = self.recipe.steps
        loop = TrainingLoop(
            self,
            batches,
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
        batches = self._batches(x, y, batch_size or self.recipe.batch_size, shuffle=False, held_out=True)
        compiled = tf.function(self.updates.evaluate, autograph=False)
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
        sampler = self._sampler if average else self._last_sampler
        return sampler.sample(count, seed=seed, labels=labels)

    def draw_labels(self, count: int, *, seed: int) -> Array | None:
        """The classes that `generate(count, seed=seed)` draws samples of.

        Args:
            count: how many.
            seed: as given to `generate`.

        Returns:
            int32 `[count]`, or `None` where the generator is not conditional.
        """
        return self._sampler.draw_labels(count, seed)

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
        with blaming(origin_of("dataset", source, registry()), "load"):
            return source.load()

    def _batches(self, x: Any, y: Any, batch_size: int, shuffle: bool, held_out: bool = False) -> Batches:
        if x is None:
            data = self.load_data()
            use_test = held_out and data.test is not None
            x = data.test if use_test else data.train
            y = data.test_labels if use_test else data.train_labels
        elif isinstance(x, Data):
            x, y = x.train, x.train_labels
        return batches_of(x, y, self.assembly, batch_size=batch_size, shuffle=shuffle)

    def save(self, filepath: str | Path, overwrite: bool = True, **_: Any) -> None:
        """Saves everything that `ganreg.load` needs to go on, as a folder; or the generator alone.

        Args:
            filepath: a folder; or a file that ends in `.keras`, for the averaged generator as a `keras.Model`.
            overwrite: whether an existing file or folder may be written into.

        Raises:
            RunError: it exists and `overwrite` is false, it cannot be written, or a component is not registered.
            NumericalError: a variable is not finite.
        """
        from ganreg.runs.saving import save

        save(self, Path(filepath), overwrite=overwrite)
