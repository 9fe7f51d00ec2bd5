"""What Keras's models take and a GAN cannot, each with what to use instead. Nothing is taken and then ignored."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar, cast

from ganreg.errors import AssemblyError, SpecError

Value = TypeVar("Value")

_EXECUTION = 'pass execution="{}" to fit'
_WEIGHTS = "a GAN's loss compares distributions, so samples cannot be weighted; repeat the important ones in the data"
_LABELS = "pass labels as y, and a conditional generator and discriminator"

COMPILE: Mapping[str, str] = {
    "optimizer": "a GAN has two: pass generator_optimizer= and discriminator_optimizer=",
    "loss": "the loss is a component: ganreg.assemble(..., loss=...)",
    "loss_weights": "each regularizer has a weight of its own: ganreg.assemble(..., regularizers=...)",
    "metrics": "score samples with ganreg.evaluate(gan, [...]), or in a callback",
    "weighted_metrics": "score samples with ganreg.evaluate(gan, [...]), or in a callback",
    "run_eagerly": _EXECUTION.format("eager"),
    "jit_compile": _EXECUTION.format("xla"),
    "steps_per_execution": "pass updates_per_call= to fit",
    "auto_scale_loss": 'losses are scaled where that is needed: ganreg.assemble(..., precision="mixed_float16")',
}
"""The arguments of Keras's `compile`."""

FIT: Mapping[str, str] = {
    "class_weight": _WEIGHTS,
    "sample_weight": _WEIGHTS,
    "workers": "arrays are read ahead by a thread; a pipeline prefetches by itself",
    "use_multiprocessing": "arrays are read ahead by a thread; a pipeline prefetches by itself",
    "max_queue_size": "arrays are read ahead by a thread; a pipeline prefetches by itself",
    **{name: COMPILE[name] for name in ("run_eagerly", "jit_compile", "steps_per_execution")},
    "optimizer": "pass generator_optimizer= and discriminator_optimizer= to gan.compile",
    "loss": COMPILE["loss"],
    "metrics": COMPILE["metrics"],
    "labels": _LABELS,
}
"""Arguments that `fit`, `evaluate` and the methods for single batches do not have."""

SAVE: Mapping[str, str] = {
    "include_optimizer": "the optimizers are part of what is saved; gan.average_generator.save(...) saves one network",
    "save_format": "the file's suffix chooses the format: .keras, or none for a folder",
    "zipped": "a .keras file is always zipped; a path without a suffix gives a folder for ganreg.load",
}
"""Arguments of Keras's `save`."""

_UPDATE = "an update is made of the loss and the regularizers; write one of these, or call train_on_batch"
_ONE = "it belongs to a single network; call it on gan.average_generator, gan.generator or gan.discriminator"
METHODS: Mapping[str, str] = {
    "train_step": _UPDATE,
    "compute_loss": _UPDATE,
    "stateless_compute_loss": _UPDATE,
    "make_train_function": "fit compiles its updates: see execution= and updates_per_call=",
    "test_step": "call test_on_batch",
    "make_test_function": "call test_on_batch",
    "compute_metrics": COMPILE["metrics"],
    "add_metric": COMPILE["metrics"],
    "add_loss": "a penalty is a regularizer: ganreg.assemble(..., regularizers=...)",
    "add_weight": "weights belong to the networks and to the states of components",
    "add_variable": "weights belong to the networks and to the states of components",
    "quantize": _ONE,
    "get_state_tree": "it knows one optimizer only; use save_weights, or gan.save",
    "set_state_tree": "it knows one optimizer only; use load_weights, or ganreg.load",
    "reset_states": "no network keeps states between batches; keras.models.clone_model(gan) gives an untrained GAN",
}
"""The methods of a `keras.Model` that a GAN refuses."""


def refuse_arguments(
    method: str, given: Mapping[str, Any], remedies: Mapping[str, str], takes: Callable[..., Any]
) -> None:
    """Raises a `SpecError` for the first argument that was given although a method does not take it.

    Args:
        method: the method's name.
        given: the arguments by name; those that are `None` count as not given.
        remedies: what to use instead, by the argument's name.
        takes: the method, whose arguments the message lists where no remedy is known.
    """
    for name, value in given.items():
        if value is None:
            continue
        known = [one for one, kind in inspect.signature(takes).parameters.items() if _can_be_named(one, kind)]
        remedy = remedies.get(name) or f"it takes {', '.join(known)}"
        raise SpecError(f"{method}() of a GAN does not take {name}=; {remedy}")


def _can_be_named(name: str, parameter: inspect.Parameter) -> bool:
    single = parameter.kind not in (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
    return single and name not in ("self", *COMPILE, "sample_weight", "class_weight")


class Refused:
    """A method of `keras.Model` that a GAN does not have.

    Args:
        name: the method's name.
        remedy: what to use instead.
    """

    def __init__(self, name: str, remedy: str) -> None:
        self._name, self._remedy = name, remedy

    def __get__(self, instance: Any, owner: type | None = None) -> Callable[..., Any]:
        """Returns a function that raises a `SpecError`."""
        name, remedy = self._name, self._remedy

        def refuse(*arguments: Any, **settings: Any) -> None:
            raise SpecError(f"a GAN has no {name}(): {remedy}")

        refuse.__name__ = name
        return refuse


class Fixed(Generic[Value]):
    """An attribute that is read from elsewhere and cannot be assigned.

    Args:
        read: computes the value from the object.
        remedy: what to do instead of assigning it.
    """

    def __init__(self, read: Callable[[Any], Value], remedy: str) -> None:
        self._read, self._remedy, self._name = read, remedy, ""

    def __set_name__(self, owner: type, name: str) -> None:
        """Keeps the attribute's name."""
        self._name = name

    def __get__(self, instance: Any, owner: type | None = None) -> Value:
        """Returns the value; the attribute itself on the class."""
        return cast(Value, self) if instance is None else self._read(instance)

    def __set__(self, instance: Any, value: Any) -> None:
        """Raises an `AssemblyError`."""
        raise AssemblyError(f"gan.{self._name} cannot be replaced; {self._remedy}")
