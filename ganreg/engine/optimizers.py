"""Keras optimizers by name, with their options checked."""

from __future__ import annotations

import inspect
from typing import Any

import keras

from ganreg.contract.specs import Spec
from ganreg.contract.structuring import RawText, read_literal
from ganreg.errors import SpecError, did_you_mean

_NOT_OPTIONS = {"self", "kwargs", "name"}


def optimizer_classes() -> dict[str, type[keras.optimizers.Optimizer]]:
    """Every optimizer that Keras offers, by its class's name in lower case."""
    return {
        name.lower(): candidate
        for name, candidate in vars(keras.optimizers).items()
        if inspect.isclass(candidate)
        and issubclass(candidate, keras.optimizers.Optimizer)
        and candidate is not keras.optimizers.Optimizer
    }


def _options(optimizer: type[keras.optimizers.Optimizer]) -> list[str]:
    return [name for name in inspect.signature(optimizer.__init__).parameters if name not in _NOT_OPTIONS]


def spec_of(optimizer: Any, *, player: str) -> Spec:
    """Describes an optimizer object as a recipe does: its name, and those of its options that are plain values.

    Args:
        optimizer: a Keras optimizer.
        player: whose it is, for messages.

    Raises:
        SpecError: it is none.
    """
    if not isinstance(optimizer, keras.optimizers.Optimizer):
        raise SpecError(f"{player}_optimizer must be a spec or a Keras optimizer, got {optimizer!r}")
    options, config = _options(type(optimizer)), optimizer.get_config()
    plain = {name: config[name] for name in options if isinstance(config.get(name), (bool, int, float, str))}
    return Spec(type(optimizer).__name__.lower(), plain)


def make_optimizer(spec: Spec, *, player: str, decay: str = "none", updates: int = 1) -> keras.optimizers.Optimizer:
    """Makes a Keras optimizer.

    Args:
        spec: its name, such as `adam`, with its own options.
        player: whose it is, for messages.
        decay: `"linear"` or `"cosine"` for a learning rate that falls to 0, `"none"` for a constant one.
        updates: over how many updates it falls.

    Raises:
        SpecError: Keras has no such optimizer, or the optimizer no such option, or refuses its value.
    """
    known = optimizer_classes()
    where = f"{player}_optimizer '{spec.name}'"
    name = spec.name.replace("-", "").replace("_", "").lower()
    if name not in known:
        raise SpecError(f"{where}: Keras has no such optimizer; {did_you_mean(name, known)}")
    options = _options(known[name])
    given: dict[str, Any] = {}
    for option, value in spec.parameters.items():
        if option not in options:
            raise SpecError(f"{where} has no option '{option}'; {did_you_mean(option, options)}")
        given[option] = read_literal(value) if isinstance(value, RawText) else value
    rate = given.get("learning_rate", 0.001)
    if isinstance(rate, bool) or not isinstance(rate, (int, float)) or not 0 < rate < float("inf"):
        raise SpecError(f"{where}: learning_rate must be a number above 0, got {rate!r}")
    if "learning_rate" in given:
        given["learning_rate"] = float(rate)  # Keras refuses a whole number
    try:
        optimizer = known[name](**given)
        if decay != "none":
            optimizer = known[name](
                **given | {"learning_rate": _decaying(float(optimizer.learning_rate), decay, updates)}
            )
    except (TypeError, ValueError) as error:
        raise SpecError(f"{where}: {' '.join(str(error).split())}") from error
    return optimizer


def _decaying(rate: float, decay: str, updates: int) -> keras.optimizers.schedules.LearningRateSchedule:
    if decay == "cosine":
        return keras.optimizers.schedules.CosineDecay(rate, updates)
    return keras.optimizers.schedules.PolynomialDecay(rate, updates, end_learning_rate=0.0)
