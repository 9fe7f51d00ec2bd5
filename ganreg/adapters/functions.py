"""Losses and regularizers around functions of one's own."""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable
from typing import Any, ClassVar, Literal, TypeVar, overload

import attrs
from attrs import validators

from ganreg.adapters.sources import function_name, required_parameters
from ganreg.contract.losses import Loss
from ganreg.contract.parameters import parameter
from ganreg.contract.regularizers import Regularizer
from ganreg.errors import AssemblyError

Function = TypeVar("Function", bound=Callable[..., Any])
Player = Literal["discriminator", "generator", "both"]

_PLAYERS = ("discriminator", "generator", "both")
_OPTIONS = "ganreg_penalty"
"""The attribute by which a function carries what `penalty` says about it."""


@attrs.frozen(kw_only=True)
class OwnLoss(Loss):
    """A pair of functions of the logits."""

    functions: ClassVar[tuple[Callable[..., Any], Callable[..., Any]]]

    def discriminator_loss(self, real_logits: Any, fake_logits: Any) -> Any:
        """Calls the first function."""
        return type(self).functions[0](real_logits, fake_logits)

    def generator_loss(self, fake_logits: Any, real_logits: Any = None) -> Any:
        """Calls the second function."""
        return type(self).functions[1](fake_logits)


@attrs.frozen(kw_only=True)
class OwnPenalty(Regularizer):
    """A function of the step that returns a penalty."""

    functions: ClassVar[tuple[Callable[..., Any], ...]]


def loss_class(functions: Any, name: str | None = None) -> type[OwnLoss]:
    """A class of losses around a pair of functions.

    Args:
        functions: `(discriminator_loss, generator_loss)`: of the logits on real and on generated samples, and of those
            on generated samples, each float32 `[B]`.
        name: the name in messages. Defaults to that of the first function.

    Raises:
        AssemblyError: these are not two functions with these parameters.
    """
    if not isinstance(functions, (tuple, list)) or len(functions) != 2 or not all(map(callable, functions)):
        raise AssemblyError(
            "a loss is a component, such as its name, or a pair of functions: (discriminator_loss(real_logits, "
            f"fake_logits), generator_loss(fake_logits)), got {_described(functions)}"
        )
    discriminator, generator = functions
    _refuse_arity(discriminator, ("real_logits", "fake_logits"), "the discriminator's loss")
    _refuse_arity(generator, ("fake_logits",), "the generator's loss")
    body = {"functions": (discriminator, generator), "own_name": name or function_name(discriminator)}
    made: type[OwnLoss] = _class(OwnLoss, body, discriminator)
    return made


def penalty_class(function: Any, name: str | None = None) -> type[OwnPenalty]:
    """A class of regularizers around a function of the step.

    Args:
        function: takes the `Step` and returns the penalty, a scalar or `[B]`; see `penalty`.
        name: the name in messages. Defaults to that of the function.

    Raises:
        AssemblyError: this is not a function of one parameter.
    """
    if not callable(function):
        raise AssemblyError(
            f"a regularizer is a component, such as its name, or a function of the step, got {_described(function)}"
        )
    _refuse_arity(function, ("step",), "a regularizer")
    options = getattr(function, _OPTIONS, {})
    player = options.get("player", "discriminator")

    def apply(self: OwnPenalty, step: Any) -> Any:
        return function(step)

    players = ("discriminator", "generator") if player == "both" else (player,)
    body: dict[str, Any] = {f"{one}_penalty": apply for one in players}
    body |= {"functions": (function,), "own_name": name or function_name(function)}
    body["bounds_slope"] = options.get("bounds_slope", False)
    own = parameter(options.get("every", 1), attrs.fields(Regularizer).every.metadata["help"], validators.ge(1))
    made: type[OwnPenalty] = _class(OwnPenalty, {**body, "every": own, "__annotations__": {"every": "int"}}, function)
    return attrs.frozen(kw_only=True)(made)


def is_penalty(function: Any) -> bool:
    """Whether a function has been decorated with `penalty`."""
    return hasattr(function, _OPTIONS)


@overload
def penalty(function: Function, /) -> Function: ...


@overload
def penalty(
    *, player: Player = "discriminator", every: int = 1, bounds_slope: bool = False
) -> Callable[[Function], Function]: ...


def penalty(
    function: Any = None, /, *, player: Player = "discriminator", every: int = 1, bounds_slope: bool = False
) -> Any:
    """Says how a function of the step is used as a regularizer: `@ganreg.penalty(player="generator")`.

    The function takes the `Step` of an update and returns the penalty that is added to the player's objective: a
    scalar, or one value for each sample, `[B]`. A function without this decorator penalises the discriminator in each
    update.

    Args:
        function: the function.
        player: `"discriminator"` (the default), `"generator"` or `"both"`.
        every: the penalty is computed in every N-th update of the player, and N times as strong. Defaults to 1.
        bounds_slope: whether it bounds the discriminator's slope, which a Wasserstein loss needs. Defaults to `False`.

    Returns:
        The function itself.

    Raises:
        AssemblyError: there is no such player, `every` is not positive, or this is not a function of one parameter.
    """
    if player not in _PLAYERS:
        raise AssemblyError(f"player must be one of {', '.join(_PLAYERS)}, got {player!r}")
    if isinstance(every, bool) or not isinstance(every, int) or every < 1:
        raise AssemblyError(f"every must be a positive integer, got {every!r}")

    def decorate(decorated: Any) -> Any:
        _refuse_arity(decorated, ("step",), "a regularizer")
        setattr(decorated, _OPTIONS, {"player": player, "every": every, "bounds_slope": bounds_slope})
        return decorated

    return decorate if function is None else decorate(function)


def _refuse_arity(function: Any, names: tuple[str, ...], what: str) -> None:
    """Raises an `AssemblyError` if a function cannot be called with so many positional arguments."""
    try:
        inspect.signature(function).bind(*names)
    except TypeError:
        taken = ", ".join(required_parameters(function))
        raise AssemblyError(
            f"{what} must be a function of ({', '.join(names)}), but {function_name(function)} takes ({taken})"
        ) from None
    except ValueError:
        return  # some callables of C extensions have no signature


def _described(value: Any) -> str:
    if callable(value) and hasattr(value, "__name__"):
        return f"the function {value.__name__}"
    return type(value).__name__


def _class(base: Any, body: dict[str, Any], function: Any) -> Any:
    told = {"__module__": __name__, "__doc__": inspect.getdoc(function) or f"The function {function_name(function)}."}
    return types.new_class(base.__name__, (base,), exec_body=lambda namespace: namespace.update(told | body))
