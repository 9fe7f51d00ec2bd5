"""What Keras asks of a model, for a GAN: compiling, evaluating, single batches, its configuration and its weights."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import keras
import tensorflow as tf

from ganreg.checkpoints.describing import assembly_of_config, config_of
from ganreg.contract.assembly import Assembly
from ganreg.data.batches import Batches
from ganreg.engine.freezing import freeze_layers, frozen_layers
from ganreg.engine.model_state import read_state, write_state
from ganreg.engine.players import Players, State
from ganreg.engine.recompiling import recompile
from ganreg.engine.refusals import COMPILE, FIT, METHODS, Fixed, Refused, refuse_arguments
from ganreg.engine.running.evaluation import Evaluation, listed
from ganreg.engine.running.keras_callbacks import flattened
from ganreg.engine.running.log_book import LogBook
from ganreg.engine.running.programs import Programs
from ganreg.engine.running.single_batches import batch_size_of, batches_per_iteration, train
from ganreg.engine.running.views import callback_list, network_named, trained_networks
from ganreg.engine.typed import refusing
from ganreg.errors import AssemblyError, GanregError, RunError
from ganreg.texts import text_of

_ANOTHER = "assemble another GAN, or load its weights: gan.generator.set_weights(...)"


class KerasModel(keras.Model):
    """The methods of a `keras.Model` that work in another way for a GAN, which is a subclass.

    Args:
        assembly: the checked components.

    Raises:
        AssemblyError, SpecError, PluginError: a network or an optimizer cannot be built.
    """

    batches_of: Any

    def __init__(self, assembly: Assembly) -> None:
        super().__init__(name="gan")
        self._players = players = Players(assembly)
        self._programs = Programs(players)
        self._log_book = LogBook()
        first = (self.generator, self.discriminator, self.average_generator)
        every = {id(one): one for one in (*first, *players.networks.values(), *players.average_networks.values())}
        self._every_network = list(every.values())  # Keras counts and saves the models that are attributes
        self.built = True

    players = Fixed[Players](lambda gan: gan._players, _ANOTHER)
    programs = Fixed[Programs](lambda gan: gan._programs, _ANOTHER)
    assembly = Fixed[Assembly](lambda gan: gan._players.assembly, _ANOTHER)
    generator = Fixed[keras.Model](lambda gan: gan._players.networks[gan.assembly.game.makes], _ANOTHER)
    discriminator = Fixed[keras.Model](lambda gan: gan._players.networks[gan.assembly.judges[0]], _ANOTHER)
    average_generator = Fixed[keras.Model](lambda gan: gan._players.average_generator, _ANOTHER)
    component_state = Fixed[State](lambda gan: gan._players.component_state, "assign its variables")
    iterations = Fixed[tf.Variable](lambda gan: gan._players.iterations, "assign a number: gan.iterations.assign(0)")
    optimizer = Fixed[keras.optimizers.Optimizer](
        lambda gan: gan._players.generator.optimizer, f"{COMPILE['optimizer']} to gan.compile"
    )
    run_eagerly = Fixed[bool](lambda gan: False, COMPILE["run_eagerly"])
    jit_compile = Fixed[bool](lambda gan: False, COMPILE["jit_compile"])

    @property
    def steps_per_execution(self) -> int:
        """One, for `predict`; `fit` has `updates_per_call`."""
        return 1

    @steps_per_execution.setter
    def steps_per_execution(self, count: int) -> None:
        if count != 1:
            raise AssemblyError(f"gan.steps_per_execution cannot be set; {COMPILE['steps_per_execution']}")

    @property
    def generator_optimizer(self) -> keras.optimizers.Optimizer:
        """The generator's optimizer."""
        return self._players.generator.optimizer

    @generator_optimizer.setter
    def generator_optimizer(self, optimizer: Any) -> None:
        self.compile(generator_optimizer=optimizer)

    @property
    def discriminator_optimizer(self) -> keras.optimizers.Optimizer:
        """The discriminator's optimizer."""
        return self._players.discriminator.optimizer

    @discriminator_optimizer.setter
    def discriminator_optimizer(self, optimizer: Any) -> None:
        self.compile(discriminator_optimizer=optimizer)

    def _evaluation(self, x: Any, y: Any, batch_size: int | None, steps: int | None, name: str = "steps") -> Evaluation:
        def batches() -> Batches:
            arranged: Batches = self.batches_of(x, y, batch_size=batch_size, shuffle=False, held_out=True)
            return arranged

        return Evaluation(self.programs, batches, steps=steps, name=name)

    @refusing(FIT)
    def evaluate(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        verbose: str | int = 0,
        *,
        steps: int | None = None,
        callbacks: keras.callbacks.Callback | Sequence[keras.callbacks.Callback] | None = None,
        return_dict: bool = True,
    ) -> Any:
        """Computes the losses, penalties and accuracies on data without changing any variable.

        Args:
            x: samples, as for `fit`. Defaults to the held-out samples of the assembly's dataset, or to its training
                samples if it has none.
            y: class labels `[N]`, which conditional networks need.
            batch_size: the number of real samples in one batch. Defaults to the recipe's.
            verbose: 1 or `"auto"` for Keras's progress bar. Defaults to 0, no output.
            steps: the number of batches. Defaults to every whole batch once; needed for a pipeline of unknown length.
            callbacks: Keras callbacks, whose `on_test_...` methods are called.
            return_dict: whether to return a dict instead of a list in the order of `log_names`. Defaults to `True`.

        Returns:
            The means over all whole batches, by name.

        Raises:
            DataError: the samples do not fit the assembly.
            SpecError: a number is out of bounds, or an argument does not apply to a GAN.
        """
        evaluation = self._evaluation(x, y, batch_size, steps)
        told = callback_list(
            flattened(callbacks), self, self.players, verbose=verbose, epochs=1, steps=evaluation.steps
        )
        return listed(evaluation.run(told), as_dict=return_dict)

    def compile(
        self,
        *refused: Any,
        generator_optimizer: Any = None,
        discriminator_optimizer: Any = None,
        **others: Any,
    ) -> None:
        """Replaces optimizers; the state of a new optimizer starts afresh, and the recipe names it from now on.

        There is no need to compile a GAN before `fit`: it is assembled with its loss and its optimizers. A learning
        rate that decays over the recipe's steps starts to decay anew.

        Args:
            *refused: Keras's own arguments, which do not apply to a GAN.
            generator_optimizer: spec text such as `"adam:learning_rate=0.0002,beta_1=0.5"`, or a new Keras optimizer.
                Defaults to the present one, with its state.
            discriminator_optimizer: likewise. If neither is given, both optimizers are built anew, for the weights that
                are trainable now.
            **others: Keras's own arguments; the error says what to use instead.

        Raises:
            SpecError: an optimizer cannot be made, or an argument does not apply to a GAN.
            AssemblyError: an optimizer belongs to the other player, or has been used before.
        """
        defaults = inspect.signature(keras.Model.compile).parameters
        given = dict(zip([name for name in defaults if name != "self"], refused, strict=False)) | others
        given = {
            name: value for name, value in given.items() if name not in defaults or value != defaults[name].default
        }
        refuse_arguments("compile", given, COMPILE, self.compile)
        recompile(self.players, {"generator": generator_optimizer, "discriminator": discriminator_optimizer})
        self.programs.forget()

    @refusing(FIT)
    def train_on_batch(self, x: Any, y: Any = None, *, return_dict: bool = True) -> Any:
        """Runs one iteration of the schedule on a batch.

        Args:
            x: samples `[n * B, *shape]`, where an iteration of the schedule takes n batches; usually n is 1. In a game
                that makes samples from sources: the sources.
            y: class labels, or the samples of a game that makes samples from sources.
            return_dict: whether to return a dict instead of a list in the order of `log_names`. Defaults to `True`.

        Returns:
            The losses, penalties, accuracies and gradient norms by name.

        Raises:
            DataError: the samples do not fit the assembly, or cannot be divided into n batches.
            SpecError: the schedule counts in epochs, or an argument does not apply to a GAN.
            NumericalError: a value is not finite.
        """
        size = batch_size_of(x, batches_per_iteration(self.programs))
        logs = train(self.programs, self.batches_of(x, y, batch_size=size, shuffle=False))
        self._log_book.add(self.players.done, logs)
        return listed(logs, as_dict=return_dict)

    @refusing(FIT)
    def test_on_batch(self, x: Any, y: Any = None, *, return_dict: bool = True) -> Any:
        """Computes the losses, penalties and accuracies on a batch without changing any variable.

        Args:
            x: samples `[B, *shape]`.
            y: class labels, or the samples of a game that makes samples from sources.
            return_dict: whether to return a dict instead of a list in the order of `log_names`. Defaults to `True`.

        Raises:
            DataError: the samples do not fit the assembly.
            SpecError: an argument does not apply to a GAN.
        """
        evaluation = self._evaluation(x, y, batch_size_of(x, 1), 1)
        return listed(evaluation.run(keras.callbacks.CallbackList()), as_dict=return_dict)

    def load_weights(self, filepath: str | Path, skip_mismatch: bool = False, **options: Any) -> None:
        """Restores everything that `save_weights` or `save` wrote to a file, so that a training continues exactly.

        Args:
            filepath: a file that ends in `.weights.h5`, or in `.keras`.
            skip_mismatch: whether to leave out weights of other shapes, with a warning. Defaults to `False`.
            **options: as in Keras.

        Raises:
            RunError: the file belongs to a GAN of another recipe.
        """
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            try:
                with self.players.following.paused():
                    super().load_weights(filepath, skip_mismatch=skip_mismatch, **options)
            except ValueError as error:
                reason = text_of(error)
                raise RunError(f"{filepath} does not fit this GAN: {reason}") from error
        for warning in told:  # only where the file was loaded in spite of them
            warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)

    def save_own_variables(self, store: Any) -> None:
        """Writes what Keras does not save with the networks and the optimizers; see `save_weights`."""
        write_state(self.players, store)

    def load_own_variables(self, store: Any) -> None:
        """Restores what `save_own_variables` wrote."""
        self.players.following.expect_both()  # Keras calls this before it loads the networks
        read_state(self.players, store)

    def get_config(self) -> dict[str, Any]:
        """Returns the recipe and the description of the data, from which `from_config` makes the same GAN, untrained.

        Raises:
            RunError: no plugin offers one of the components, so a recipe cannot name it.
        """
        return config_of(self.assembly) | frozen_layers(self.players)

    @classmethod
    def from_config(cls, config: Mapping[str, Any], custom_objects: Any = None) -> Self:
        """Makes an untrained GAN from a configuration.

        Args:
            config: what `get_config` returned.
            custom_objects: not needed; components are found through plugins.

        Raises:
            RunError: the configuration is damaged.
            UnknownComponentError: a plugin that the recipe names is not installed.
        """
        try:
            gan = cls(assembly_of_config(config, restored=False))
        except GanregError:  # something that a state was computed from is not here; a file may hold it
            gan = cls(assembly_of_config(config, restored=True))
        freeze_layers(gan.players, config)
        return gan

    def get_compile_config(self) -> None:
        """Returns nothing: the configuration holds the optimizers."""

    def get_layer(self, name: str | None = None, index: int | None = None) -> keras.Model:
        """Returns a network.

        Args:
            name: its name in the game, such as `"generator"` or `"discriminator"`, or that of a moving average, such as
                `"average_generator"`.
            index: its place in `layers`.

        Raises:
            SpecError: there is no such network, or not exactly one argument is given.
        """
        return network_named(self.players, self.layers, name, index)

    def summary(self, *arguments: Any, **options: Any) -> None:
        """Prints the networks, each once, and the number of their weights; moving averages are not counted.

        Args:
            *arguments: as in Keras.
            **options: as in Keras, such as `expand_nested` and `show_trainable`.
        """
        keras.Model.summary(trained_networks(self, self.players), *arguments, **options)


for _name, _remedy in METHODS.items():
    setattr(KerasModel, _name, Refused(_name, _remedy))
