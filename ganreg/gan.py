"""`GAN`: an assembly's networks as a `keras.Model` that can train, generate samples and be saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import keras

from ganreg.checkpoints.describing import config_of
from ganreg.checkpoints.saving import refuse_existing, save, save_model
from ganreg.contract.assembly import Assembly
from ganreg.contract.recipes import Recipe
from ganreg.data.arrays import Data
from ganreg.data.batches import Batches
from ganreg.data.checking import Entrance, Request, comes_in_batches
from ganreg.data.fitting import Expected
from ganreg.engine.devices import synchronize_batch_norm
from ganreg.engine.loading import load_data
from ganreg.engine.numbers import refuse_non_finite_weights
from ganreg.engine.refusals import FIT, SAVE, refuse_arguments
from ganreg.engine.running.counts import epoch_range, whole
from ganreg.engine.running.evaluation import Validation
from ganreg.engine.running.execution import Execution
from ganreg.engine.running.holding_out import held_out, unpacked
from ganreg.engine.running.keras_callbacks import flattened
from ganreg.engine.running.loop import TrainingLoop
from ganreg.engine.transferred import Transfer
from ganreg.engine.typed import refusing
from ganreg.errors import SpecError
from ganreg.export import exporting, formats
from ganreg.keras_model import KerasModel
from ganreg.sampling import Sampling
from ganreg.showing import Showing


@keras.saving.register_keras_serializable("ganreg")
class GAN(Sampling, Showing, KerasModel):
    """A generator and a discriminator that are trained against each other. Made by `ganreg.assemble`.

    It is a `keras.Model`: `fit` takes Keras callbacks and returns a `History`, `summary()` and `predict(latents)`
    work, and calling it turns latents into samples. What a `keras.Model` does and a GAN cannot do raises a
    `GanregError` that says what to use instead.

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
            Assigning one is the same as passing it to `compile`.
        optimizer: the generator's optimizer.
        component_state: the components' own variables, by label and name.
        iterations: int64 variable, the number of iterations of the schedule that are done.
        programs: the compiled updates.

    Raises:
        AssemblyError, SpecError, PluginError: a network or an optimizer cannot be built.
    """

    def __init__(self, assembly: Assembly) -> None:
        super().__init__(assembly)
        self._entrance = Entrance(lambda: assembly.classes.names, kept=assembly.classes.name)

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
    def transferred(self) -> Transfer | None:
        """What was taken from the trained GAN that `assemble(start_from=...)` named; `None` if nothing was."""
        return self.players.transferred

    @property
    def execution(self) -> Execution | None:
        """How the last `fit` ran its updates; `None` before the first."""
        return self.programs.execution

    @property
    def log_names(self) -> list[str]:
        """The names of all values that an iteration can log, in order."""
        return self.players.log_names

    @refusing(FIT)
    def fit(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int | None = None,
        verbose: str | int = "auto",
        callbacks: keras.callbacks.Callback | Sequence[keras.callbacks.Callback] | None = None,
        validation_split: float = 0.0,
        validation_data: Any = None,
        shuffle: bool = True,
        *,
        initial_epoch: int = 0,
        steps_per_epoch: int | None = None,
        validation_steps: int | None = None,
        validation_batch_size: int | None = None,
        validation_freq: int | Sequence[int] = 1,
        steps: int | None = None,
        execution: str | Execution = "auto",
        updates_per_call: int | None = None,
    ) -> keras.callbacks.History:
        """Trains; a second call continues where the first one ended.

        An epoch consists of as many iterations of the schedule as use every whole batch once. The order of the data
        depends on the recipe's seed and the epoch only.

        Args:
            x: samples `[N, *shape]` as an array, a tensor, a list or a pandas table; a pair or a dict that holds labels
                or sources too; a `Data`; or what yields batches of these: a `tf.data.Dataset`, a
                `keras.utils.PyDataset`, a torch DataLoader, a generator or another iterable. uint8 stands for the whole
                range of the data. In a game that makes samples from sources: the sources. Defaults to the assembly's
                dataset.
            y: class numbers `[N]`, one-hot rows `[N, classes]` or names of classes `[N]`, which conditional networks
                need. In a game that makes samples from sources: the samples.
            batch_size: the number of real samples in one update; a pipeline has its own. Defaults to the recipe's.
            epochs: the epoch at which to stop, as in Keras. Defaults to 1 if `x` is given; otherwise the recipe's
                `steps` determine the end.
            verbose: 1 for Keras's progress bar, 2 for one line per epoch, 0 for no output. Defaults to `"auto"`: in a
                notebook one output that is updated, with losses and samples, elsewhere Keras's bar.
            callbacks: Keras callbacks. Callbacks that do something at each batch reduce compiled calls to a single
                iteration, unless `updates_per_call` is given. Those that change learning rates change both players',
                or one player's after `ganreg.for_player(callback, "generator")`.
            validation_split: the share of the last samples, before shuffling, that validate instead of training.
                Defaults to 0.
            validation_data: a pair `(x, y)`, or anything that `x` may be. At the end of epochs, what `evaluate`
                computes on it is logged as `val_...`. Defaults to no validation.
            shuffle: whether to shuffle arrays, or the batches of a `PyDataset`, differently in each epoch. Defaults to
                `True`.
            initial_epoch: the number of the first epoch. Defaults to 0.
            steps_per_epoch: the number of iterations in one epoch; needed for a pipeline of unknown length.
            validation_steps: the number of batches of a validation. Defaults to every whole batch once.
            validation_batch_size: the number of samples in one batch of a validation. Defaults to `batch_size`.
            validation_freq: the number of epochs between two validations, or the epochs, counted from 1, after which
                to validate. Defaults to 1.
            steps: the number of iterations to run; overrides `epochs`. The last epoch may then be incomplete.
            execution: `"graph"`, `"xla"`, `"eager"`, `"auto"` (the default) to choose, or the `execution` of an earlier
                `fit` to repeat it exactly, because graph and XLA agree only up to rounding.
            updates_per_call: the number of iterations in one compiled call. Defaults to an automatic choice.

        Returns:
            The history: each epoch's mean losses, penalties and accuracies.

        Raises:
            DataError: the samples do not fit the assembly, are not finite, or lack labels.
            SpecError: the execution does not exist, a number is out of bounds, an argument does not apply to a GAN, or
                a callback cannot do what it is for.
            AssemblyError: a player has no trainable weights.
            PluginError: a component's own code failed; the message names it.
            NumericalError: a loss, a penalty, a gradient or a weight is no longer finite; the message names it.
        """
        if steps is None and epochs is None and x is None:
            steps = self.recipe.steps
        validation_x, validation_y = unpacked(validation_data)
        if validation_data is None and validation_split:
            (x, y), (validation_x, validation_y) = held_out(self.load_data() if x is None else x, y, validation_split)
        validation = None
        if validation_x is not None:
            size = None if comes_in_batches(validation_x) else batch_size
            size = size if validation_batch_size is None else whole("validation_batch_size", validation_batch_size, 1)
            evaluation = self._evaluation(validation_x, validation_y, size, validation_steps, "validation_steps")
            validation = Validation(evaluation, validation_freq)
        batches = self.batches_of(x, y, batch_size=batch_size, shuffle=shuffle)
        self.players.classes.learn(batches.labels)
        loop = TrainingLoop(
            self.programs,
            batches,
            model=self,
            steps_per_epoch=steps_per_epoch,
            epochs=epoch_range(epochs, initial_epoch),
            steps=steps,
            callbacks=[self.log_book, *flattened(callbacks)],
            verbose=verbose,
            execution=execution,
            updates_per_call=updates_per_call,
            validation=validation,
            refuse_unsaveable=config_of,
        )
        with self.players.following.paused():
            self.history = loop.run()
        return self.history

    def synchronize_batch_norm(self) -> None:
        """Has batch normalisation use the statistics of the whole batch where several devices share it.

        Otherwise each device uses those of its own part. It costs an exchange for each such layer and pass; on a single
        device it changes nothing.
        """
        if synchronize_batch_norm(self.networks, self.players.replicas):
            self.programs.forget()

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
            shuffle: whether to shuffle arrays, and the batches of a `PyDataset`. Defaults to `True`.
            held_out: whether to use the held-out samples, if `x` is `None` or a `Data` and there are some. Defaults to
                `False`.

        Raises:
            DataError: the samples or labels do not fit.
        """
        assembly = self.assembly
        expected = Expected(
            assembly.data,
            needs_labels=assembly.is_conditional,
            needs_source=assembly.needs_source,
            class_names=self._entrance.class_names,
        )
        request = Request(
            batch_size=batch_size,
            usual_batch_size=self.recipe.batch_size,
            seed=self.recipe.seed,
            shuffle=shuffle,
            held_out=held_out,
            pack=assembly.pack,
        )
        return self._entrance.batches(x, y, expected, request, self.load_data)

    def export(
        self,
        filepath: str | Path,
        format: str | None = None,
        *,
        network: str | None = None,
        average: bool = True,
        batch_size: int | None = None,
        **refused: Any,
    ) -> None:
        """Exports the generator for other programs, which need neither ganreg nor its plugins to run it.

        Its inputs are called `latents` (`source` in a game that makes samples from sources), and `labels` if it is
        conditional. It makes samples in the data's own range, in float32 whatever the precision of the training, and
        draws nothing at random: noise is fixed, and dropout is off.

        Args:
            filepath: the file, or the folder of a SavedModel. An earlier export in its place is replaced.
            format: `"tf_saved_model"`, `"onnx"` (a file that ends in `.onnx`; needs `ganreg[onnx]`) or `"litert"` (a
                file that ends in `.tflite`). Defaults to what the suffix says; to a SavedModel if there is none.
            network: the name of a network that makes samples. Defaults to the one that makes the game's samples.
            average: whether to export the moving average of the network instead of its last iterate. Defaults to
                `True`.
            batch_size: the number of samples of each call, fixed in the file. Defaults to 1 for `"litert"`, and to any
                number for the other formats.
            **refused: what Keras takes and a GAN does not, such as `input_signature`.

        Raises:
            SpecError: there is no such format or network, the name of the file does not fit the format, or an argument
                does not apply to a GAN.
            RunError: what the conversion needs is not installed, a network cannot be converted, or the file cannot be
                written.
            NumericalError: a variable is not finite.
        """
        refused["verbose"] = refused.get("verbose") or None  # as nothing is printed, False is not refused
        refuse_arguments("export", refused, formats.REFUSED, self.export)
        path = Path(filepath)
        exporting.export(self.players, path, format, network=network, average=average, batch_size=batch_size)

    def save(self, filepath: str | Path, overwrite: bool = True, **refused: Any) -> None:
        """Saves the whole GAN: as a Keras file, or as a folder like that of a run.

        Either holds the recipe, all networks, moving averages, optimizers, the components' states and the number of
        iterations, so that a loaded GAN continues the training exactly. The generator alone is saved by
        `gan.average_generator.save("generator.keras")`.

        Args:
            filepath: a file that ends in `.keras`, which `keras.models.load_model` reads after `import ganreg`; or a
                folder, which `ganreg.load` reads.
            overwrite: whether the file or folder may exist already. Defaults to `True`.
            **refused: what Keras takes and a GAN does not, such as `include_optimizer`.

        Raises:
            RunError: it exists and `overwrite` is false, it cannot be written, or a component is not registered.
            SpecError: the file ends in `.h5`, or an argument does not apply to a GAN.
            NumericalError: a variable is not finite.
        """
        refuse_arguments("save", refused, SAVE, self.save)
        path = Path(filepath)
        if path.suffix in (".h5", ".hdf5"):
            raise SpecError(f"a GAN cannot be saved as {path}; end the name in .keras, or save_weights('x.weights.h5')")
        if path.suffix != ".keras":
            save(self.players, path, overwrite=overwrite)
            return
        refuse_existing(path, overwrite=overwrite)
        refuse_non_finite_weights(self.players)
        save_model(self, path)
