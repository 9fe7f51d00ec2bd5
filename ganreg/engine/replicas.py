"""The devices that share the batch of each update.

`tf.distribute` supplies the devices and adds up over them, and nothing else. Each device has its own copy of every
variable: what an update assigns stays on its device, and the copies stay equal because each update moves all of them by
the same sums. Layers, optimizers and hooks then do what they do on a single device.
"""

from __future__ import annotations

import contextlib
import contextvars
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import attrs
import keras
import numpy as np
import tensorflow as tf

from ganreg.adapters.optimizers import moving_own_copies
from ganreg.data.arrays import Array
from ganreg.errors import AssemblyError

Returned = TypeVar("Returned")

_CHOSEN: contextvars.ContextVar[tf.distribute.Strategy | None] = contextvars.ContextVar("ganreg_strategy", default=None)

_STRIDE = 0x9E3779B9
"""Separates the seeds of two devices; odd, so that no two of 2³² devices share one."""


@contextlib.contextmanager
def assembling_on(strategy: tf.distribute.Strategy | None) -> Iterator[None]:
    """Makes every GAN that is assembled inside the block train on a strategy's devices, as in `strategy.scope()`.

    Unlike in the scope, what else is created inside the block, such as the classifier of an evaluation, is not spread.

    Args:
        strategy: the strategy, or `None` for a single device.
    """
    token = _CHOSEN.set(strategy)
    try:
        yield
    finally:
        _CHOSEN.reset(token)


@attrs.frozen(eq=False)
class Replicas:
    """The devices that share the batch of each update.

    Attributes:
        strategy: supplies the devices; `None` (the default) for the single device that TensorFlow uses by itself.
    """

    strategy: tf.distribute.Strategy | None = None

    @classmethod
    def present(cls) -> Replicas:
        """Returns those of the `strategy.scope()` or the `assembling_on` block that this is called in.

        Raises:
            AssemblyError: the strategy's devices do not train in step, or its processes are not supported.
        """
        strategy = tf.distribute.get_strategy() if tf.distribute.has_strategy() else _CHOSEN.get()
        if strategy is None or isinstance(strategy, tf.distribute.MirroredStrategy):
            return cls(strategy)
        raise AssemblyError(
            f"a GAN cannot be trained under {type(strategy).__name__}; assemble it under "
            "tf.distribute.MirroredStrategy, or outside of any strategy"
        )

    @property
    def count(self) -> int:
        """The number of devices."""
        return 1 if self.strategy is None else int(self.strategy.num_replicas_in_sync)

    @property
    def name(self) -> str | None:
        """The devices as `--devices` names them; `None` for a single device."""
        if self.strategy is None:
            return None
        on_processor = "CPU" in self.strategy.extended.worker_devices[0]
        return f"cpu:{self.count}" if on_processor else str(self.count)

    @property
    def here(self) -> int:
        """The number of devices that share what is being computed: 1 outside of `run`, where one computes the whole."""
        return self.count if self._context is not None else 1

    @property
    def index(self) -> tf.Tensor | int:
        """The number of the device that this runs on, an int32 scalar; 0 outside of `run`."""
        return 0 if self._context is None else self._context.replica_id_in_sync_group

    @property
    def _context(self) -> Any | None:
        if self.strategy is None:
            return None
        context = tf.distribute.get_replica_context()
        return context if context is not None and context.strategy is self.strategy else None

    @contextlib.contextmanager
    def building(self) -> Iterator[None]:
        """Creates every variable inside the block with a copy on each device."""
        if self.strategy is None:
            yield
            return
        with contextlib.ExitStack() as scopes:
            if not tf.distribute.has_strategy():
                scopes.enter_context(self.strategy.scope())
            scopes.enter_context(tf.variable_creator_scope(_with_own_copies))
            yield

    def adopt(self, optimizer: keras.optimizers.Optimizer) -> keras.optimizers.Optimizer:
        """Returns an optimizer that moves each device's own copies by gradients that are sums over all devices.

        Args:
            optimizer: an optimizer; unchanged on a single device. One that was created elsewhere is created again here.

        Raises:
            AssemblyError: it has been used before, so its state belongs to other variables.
        """
        if self.strategy is None:
            return optimizer
        if optimizer.built:
            raise AssemblyError(
                "an optimizer has been used before, and keeps what belongs to other weights; pass a new one"
            )
        return moving_own_copies(type(optimizer).from_config(optimizer.get_config()))

    def refuse_batch_size(self, batch_size: int, *, pack: int = 1) -> None:
        """Checks that a batch can be shared evenly.

        Args:
            batch_size: the number of samples.
            pack: the number of neighbours that stay together. Defaults to 1.

        Raises:
            AssemblyError: it cannot; the message names the nearest batch size that can.
        """
        unit = self.count * pack
        if self.count > 1 and batch_size % unit:
            packs = f" in packs of {pack}" if pack > 1 else ""
            raise AssemblyError(
                f"a batch of {batch_size} samples cannot be shared evenly by {self.count} devices{packs}; "
                f"use a batch size of {max(1, round(batch_size / unit)) * unit}"
            )

    def run(self, function: Callable[..., Returned], *arguments: Any) -> Returned:
        """Calls a function on each device, and returns what it returned on the first.

        Args:
            function: the function.
            arguments: its arguments; each device gets its own part of what `split` returned.
        """
        if self.strategy is None:
            return function(*arguments)
        returned: Returned = self.strategy.experimental_local_results(self.strategy.run(function, args=arguments))[0]
        return returned

    def split(self, values: Array, axis: int) -> Any:
        """Gives each device its part of an array.

        Args:
            values: the array.
            axis: the axis of the samples.

        Returns:
            A tensor, or on several devices a value that has a tensor for each.
        """
        if self.strategy is None:
            return tf.constant(values)
        parts = np.split(values, self.count, axis=axis)
        return self.strategy.experimental_distribute_values_from_function(
            lambda context: tf.constant(parts[context.replica_id_in_sync_group])
        )

    def share(self, mean: tf.Tensor) -> tf.Tensor:
        """Returns this device's share of a mean: the shares of all devices add up to the mean over the whole batch."""
        return mean if self.here == 1 else mean / self.here

    def mean(self, value: tf.Tensor) -> tf.Tensor:
        """Returns the mean of a tensor over all devices; differentiable.

        Raises:
            RuntimeError: it is called inside of a conditional or a loop, where devices cannot exchange anything.
        """
        return value if self.here == 1 else self._reduced(tf.distribute.ReduceOp.MEAN, value)

    def sums(self, tensors: Sequence[tf.Tensor]) -> list[tf.Tensor]:
        """Adds up tensors over all devices, in one exchange for each type of numbers.

        Args:
            tensors: the tensors, of the same shapes on all devices.
        """
        tensors = [tf.convert_to_tensor(tensor) for tensor in tensors]
        if self.here == 1 or not tensors:
            return tensors
        totals: list[Any] = list(tensors)
        for dtype in dict.fromkeys(tensor.dtype for tensor in tensors):
            places = [place for place, tensor in enumerate(tensors) if tensor.dtype == dtype]
            message = tf.concat([tf.reshape(tensors[place], [-1]) for place in places], axis=0)
            total = self._reduced(tf.distribute.ReduceOp.SUM, message)
            parts = tf.split(total, [tf.size(tensors[place]) for place in places], num=len(places))
            for place, part in zip(places, parts, strict=True):
                totals[place] = tf.ensure_shape(tf.reshape(part, tf.shape(tensors[place])), tensors[place].shape)
        return totals

    def _reduced(self, operation: tf.distribute.ReduceOp, value: tf.Tensor) -> tf.Tensor:
        try:
            return tf.distribute.get_replica_context().all_reduce(operation, value)
        except RuntimeError as error:
            if "merge_call" not in str(error):
                raise
            raise RuntimeError(
                "a mean over all devices cannot be computed inside of a conditional or a loop; compute it outside"
            ) from error

    def separate_seeds(self, networks: Sequence[keras.Model]) -> None:
        """Lets layers that draw random numbers, such as dropout, draw other ones on each device.

        Args:
            networks: the networks with such layers; checkpoints keep the seeds of the first device.
        """
        if self.count == 1:
            return
        seeds = [variable.value for network in networks for variable in seeds_of(network)]
        if not seeds:
            return
        first = [seed.numpy() for seed in seeds]

        def assign() -> None:
            for seed, value in zip(seeds, first, strict=True):
                offset = tf.cast(self.index, seed.dtype) * tf.constant([_STRIDE, 0], seed.dtype)
                seed.assign(tf.constant(value) + offset)

        tf.function(lambda: self.run(assign), autograph=False)()


def seeds_of(network: keras.Model) -> list[Any]:
    """Returns the seeds of a network's layers that draw random numbers, as Keras variables `[2]` of integers."""
    return [
        variable
        for variable in network.non_trainable_variables
        if variable.name == "seed_generator_state" and tuple(variable.shape) == (2,)
    ]


def _with_own_copies(make: Callable[..., Returned], **options: Any) -> Returned:
    options |= {
        "synchronization": tf.VariableSynchronization.ON_READ,
        "aggregation": tf.VariableAggregation.ONLY_FIRST_REPLICA,
        "trainable": False,  # the engine does not read TensorFlow's flag: its tapes watch the variables that it names
    }
    return make(**options)
