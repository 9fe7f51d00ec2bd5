"""Keras optimizers by name, with checked options."""

from __future__ import annotations

import functools
import inspect
import math
from collections.abc import Callable, Mapping
from typing import Any

import keras
import numpy as np

from ganreg.contract.assembly import Assembly
from ganreg.contract.specs import Spec
from ganreg.contract.structuring import RawText, read_literal
from ganreg.engine.loss_scaling import with_loss_scaling
from ganreg.engine.precision import needs_loss_scaling
from ganreg.errors import AssemblyError, SpecError, did_you_mean

_NOT_OPTIONS = {"self", "kwargs", "name"}


def optimizer_classes() -> dict[str, type[keras.optimizers.Optimizer]]:
    """Returns every optimizer that Keras offers, by its class name in lower case."""
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
    """Describes an optimizer object as a recipe does: its name and those of its options that are plain values.

    Args:
        optimizer: a Keras optimizer.
        player: the player that it belongs to, for messages.

    Raises:
        SpecError: it is not a Keras optimizer.
    """
    if not isinstance(optimizer, keras.optimizers.Optimizer):
        raise SpecError(f"{player}_optimizer must be a spec or a Keras optimizer, got {optimizer!r}")
    options, config = _options(type(optimizer)), optimizer.get_config()
    _refuse_own_average(config, f"the {player}'s optimizer")
    plain = {name: config[name] for name in options if isinstance(config.get(name), (bool, int, float, str))}
    return Spec(type(optimizer).__name__.lower(), plain)


def split_optimizers(given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Separates optimizer objects, which are used unchanged, from specs, which become part of the recipe.

    Args:
        given: an object, or anything that `Spec.of` reads, or `None`, by player.

    Returns:
        The objects by player, and the fields of a recipe that describe all of them.

    Raises:
        SpecError: something is neither a spec nor a Keras optimizer.
        AssemblyError: both players got the same object.
    """
    objects: dict[str, Any] = {}
    specs: dict[str, Any] = {}
    for player, optimizer in given.items():
        if optimizer is None or isinstance(optimizer, (str, Spec, dict)):
            specs[f"{player}_optimizer"] = optimizer
        else:
            specs[f"{player}_optimizer"] = spec_of(optimizer, player=player)
            if any(optimizer is other for other in objects.values()):
                raise AssemblyError("each player needs an optimizer of its own, but both got the same object")
            objects[player] = optimizer
    return objects, specs


def learning_rate_of(optimizer: keras.optimizers.Optimizer) -> float:
    """Returns the present learning rate; on several devices, which have a copy each, `float` alone fails."""
    return float(np.asarray(optimizer.learning_rate))


def make_optimizers(assembly: Assembly) -> dict[str, keras.optimizers.Optimizer]:
    """Creates both players' optimizers as the recipe describes them; those that were given as objects are kept.

    Args:
        assembly: the recipe and the optimizers that were given.

    Raises:
        SpecError: as `make_optimizer`.
    """
    recipe = assembly.recipe
    optimizers = {
        player: assembly.optimizers.get(player)
        or make_optimizer(
            spec,
            player=player,
            decay=recipe.learning_rate_decay,
            updates=recipe.schedule.updates(player, recipe.steps),
        )
        for player, spec in (
            ("generator", recipe.generator_optimizer),
            ("discriminator", recipe.discriminator_optimizer),
        )
    }
    if not needs_loss_scaling(recipe.precision):
        return optimizers
    return {player: with_loss_scaling(optimizer) for player, optimizer in optimizers.items()}


def make_optimizer(spec: Spec, *, player: str, decay: str = "none", updates: int = 1) -> keras.optimizers.Optimizer:
    """Creates a Keras optimizer.

    Args:
        spec: its name, such as `adam`, with its own options.
        player: the player that it belongs to, for messages.
        decay: `"linear"` or `"cosine"` for a learning rate that decays to 0. Defaults to `"none"`, a constant one.
        updates: the number of updates after which a decaying learning rate reaches 0.

    Raises:
        SpecError: Keras does not offer the optimizer, or the optimizer does not accept an option or its value.
    """
    known = optimizer_classes()
    where = f"{player}_optimizer '{spec.name}'"
    name = spec.name.replace("-", "").replace("_", "").lower()
    if name not in known:
        raise SpecError(f"{where}: Keras has no optimizer of this name; {did_you_mean(name, known)}")
    options = _options(known[name])
    given: dict[str, Any] = {}
    for option, value in spec.parameters.items():
        if option not in options:
            raise SpecError(f"{where} has no option '{option}'; {did_you_mean(option, options)}")
        given[option] = read_literal(value) if isinstance(value, RawText) else value
        _refuse_useless_number(option, given[option], where)
    _refuse_own_average(given, where)
    rate = given.get("learning_rate", 0.001)
    if isinstance(rate, bool) or not isinstance(rate, (int, float)) or not 0 < rate < float("inf"):
        raise SpecError(f"{where}: learning_rate must be a positive number, got {rate!r}")
    if "learning_rate" in given:
        given["learning_rate"] = float(rate)  # Keras does not accept an integer
    try:
        optimizer = known[name](**given)
        if decay != "none":
            decayed = _DECAYS[decay](learning_rate_of(optimizer), updates)
            optimizer = known[name](**given | {"learning_rate": decayed})
    except (TypeError, ValueError) as error:
        raise SpecError(f"{where}: {' '.join(str(error).split())}") from error
    return optimizer


def _refuse_useless_number(option: str, value: Any, where: str) -> None:
    """Raises a `SpecError` for a number that Keras accepts, but that no training survives."""
    if not isinstance(value, (int, float)) or option == "learning_rate":
        return
    if not math.isfinite(value):
        raise SpecError(f"{where}: {option} must be a finite number, got {value!r}")
    if option.startswith("beta") and not 0 <= value < 1:
        raise SpecError(f"{where}: {option} must be at least 0 and less than 1, got {value!r}")


def _refuse_own_average(options: Mapping[str, Any], where: str) -> None:
    """Raises a `SpecError` for an optimizer that keeps a moving average, which nothing would read."""
    if options.get("use_ema"):
        raise SpecError(
            f"{where}: use_ema is Keras's own moving average; a GAN keeps one of the generator by itself, "
            "as the recipe's ema_decay says (gan.average_generator)"
        )


_DECAYS: Mapping[str, Callable[[float, int], keras.optimizers.schedules.LearningRateSchedule]] = {
    "linear": functools.partial(keras.optimizers.schedules.PolynomialDecay, end_learning_rate=0.0),
    "cosine": keras.optimizers.schedules.CosineDecay,
}
"""Schedules that fall to 0, of the first learning rate and the number of updates."""
