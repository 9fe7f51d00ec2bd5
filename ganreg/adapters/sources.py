"""Where the network of an own component comes from: a model that exists, a copy of it, or a function that builds it."""

from __future__ import annotations

import inspect
import weakref
from collections.abc import Callable
from typing import Any, Protocol

from ganreg.adapters.copying import copied, packed, unpacked
from ganreg.data.spec import DataSpec
from ganreg.errors import AssemblyError
from ganreg.lazy import keras

_TAKEN: weakref.WeakSet[Any] = weakref.WeakSet()
"""The models that belong to a GAN of this program."""


class Source(Protocol):
    """Gives the network of an own component, a separate one at each call."""

    name: str

    def model(self, data: DataSpec) -> keras.Model:
        """Returns a model of its own for each call.

        Args:
            data: the description of one sample that the network makes or sees.

        Raises:
            AssemblyError: there is none.
        """


class ModelSource:
    """A model that was passed as an object: the GAN trains it, and what else needs such a network gets a copy.

    A model that already belongs to a GAN is not shared with another one, which gets a copy with its present weights.

    Args:
        model: the model; it may be unbuilt.
        pattern: whether the model itself is never trained, so that each network is a copy with weights of its own.
            Defaults to `False`.
    """

    def __init__(self, model: keras.Model, *, pattern: bool = False) -> None:
        self.name = str(model.name)
        self.given, self._pattern = model, pattern
        self._weights: list[Any] | None = None
        self._handed_out = False

    @property
    def belongs_to_another(self) -> bool:
        """Whether another GAN trains the model, so that this one gets a copy."""
        return not self._pattern and not self._handed_out and self.given in _TAKEN

    def __reduce__(self) -> tuple[Any, ...]:
        return _unpacked, (packed(self.given), self._pattern)

    def model(self, data: DataSpec) -> keras.Model:
        """Returns the model itself at the first call, then copies; see `Source`."""
        if self._pattern:
            return copied(self.given)
        if self._weights is None:
            self._weights = self.given.get_weights()  # empty for a model that has not been built
        if not self._handed_out and self.given not in _TAKEN:
            self._handed_out = True
            _TAKEN.add(self.given)
            return self.given
        self._handed_out = True
        copy = copied(self.given)
        if self._weights:
            copy.set_weights(self._weights)
        return copy


def _unpacked(contents: Any, pattern: bool) -> ModelSource:
    return ModelSource(unpacked(contents), pattern=pattern)


class FunctionSource:
    """A function that builds the network, from the seed of the GAN.

    Args:
        function: takes nothing, or the `DataSpec` of one sample, and returns a new model at each call.

    Raises:
        AssemblyError: the function takes something else.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self.name = function_name(function)
        self.function = function
        self._made: weakref.WeakSet[Any] = weakref.WeakSet()
        required = required_parameters(function)
        if len(required) > 1:
            raise AssemblyError(
                f"{self.name}({', '.join(required)}) cannot build a network: a function that does takes nothing, or "
                "the DataSpec of one sample"
            )
        self._takes_data = bool(required)

    def model(self, data: DataSpec) -> keras.Model:
        """Calls the function; see `Source`."""
        model = self.function(data) if self._takes_data else self.function()
        if not isinstance(model, keras.Model):
            raise AssemblyError(f"{self.name}() must return a keras.Model, got {type(model).__name__}")
        if model in self._made:
            raise AssemblyError(f"{self.name}() returned the same model again; it must build a new one at each call")
        self._made.add(model)
        return model


def function_name(function: Any) -> str:
    """The name of a function or of another callable object."""
    return str(getattr(function, "__name__", type(function).__name__))


def required_parameters(function: Callable[..., Any]) -> list[str]:
    """The names of the parameters that a call must give; none if the function does not say."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):  # some callables of C extensions have no signature
        return []
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [one.name for one in parameters if one.kind in positional and one.default is one.empty]
