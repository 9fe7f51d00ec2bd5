"""Makes components from objects of the reader's own: models, functions and classes."""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Sequence
from typing import Any

from ganreg.adapters.functions import loss_class, penalty_class
from ganreg.adapters.networks import network_class
from ganreg.adapters.sources import FunctionSource, ModelSource, Source
from ganreg.contract.implementation import Implementation
from ganreg.contract.kinds import KINDS
from ganreg.errors import AssemblyError, GanregWarning

NETWORKS = ("generator", "translator", "discriminator")
"""The kinds of components that build networks."""

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_-]+")


def is_model(value: Any) -> bool:
    """Whether a value is a Keras model; does not import Keras."""
    keras = sys.modules.get("keras")
    return keras is not None and isinstance(value, keras.Model)


def implementation_class(kind: str, value: Any, *, pattern: bool = False) -> type[Implementation]:
    """The class of components that an object of the reader's own stands for.

    Args:
        kind: the kind of component that is needed.
        value: a Keras model, a function that builds one, a pair of functions for a loss, or a function of the step for
            a regularizer.
        pattern: whether a model is a pattern of which each network is a fresh copy, rather than the network itself.

    Raises:
        AssemblyError: such an object is no component of this kind.
    """
    if kind == "loss":
        return loss_class(value)
    if kind == "regularizer" and not is_model(value):
        return penalty_class(value)
    if kind not in NETWORKS:
        raise AssemblyError(f"{KINDS[kind].article} {kind} is a component, such as its name, got {_described(value)}")
    return network_class(kind, _source(kind, value, pattern=pattern))


def _source(kind: str, value: Any, *, pattern: bool) -> Source:
    if is_model(value):
        return ModelSource(value, pattern=pattern)
    if callable(value) and not _is_layer(value):
        return FunctionSource(value)
    raise AssemblyError(
        f"{KINDS[kind].article} {kind} is a component, such as its name, a keras.Model, or a function that builds one, "
        f"got {_described(value)}"
    )


def adapted(kind: str, value: Any) -> Implementation:
    """Makes a component from an object of the reader's own; see `implementation_class`.

    Warns:
        GanregWarning: something that the model brings is not used.
    """
    implementation = implementation_class(kind, value)()
    if is_model(value):
        _warn_of_unused(kind, value, getattr(type(implementation), "source", None))
    return implementation


def _warn_of_unused(kind: str, model: Any, source: Any) -> None:
    if getattr(model, "compiled", False):
        player = "discriminator" if kind == "discriminator" else "generator"
        message = (
            f"the model '{model.name}' has been compiled, but a GAN does not use its optimizer and loss; pass "
            f"{player}_optimizer= and loss= instead"
        )
        warnings.warn(message, GanregWarning, stacklevel=_frames_inside())
    if isinstance(source, ModelSource) and source.belongs_to_another:
        message = (
            f"the model '{model.name}' already belongs to a GAN; this one trains a copy with the present weights "
            "(gan.networks)"
        )
        warnings.warn(message, GanregWarning, stacklevel=_frames_inside())


def _frames_inside() -> int:
    """How many calls of ganreg's own lead here, so that a warning names the reader's line."""
    frame, count = sys._getframe(1), 1
    while frame.f_back is not None and str(frame.f_globals.get("__name__", "")).startswith("ganreg."):
        frame, count = frame.f_back, count + 1
    return count


def own_name(implementation: Any) -> str:
    """The name of an implementation that no plugin offers, fit for spec text."""
    name = getattr(type(implementation), "own_name", type(implementation).__name__)
    return _NOT_IN_NAMES.sub("-", name).strip("-_") or "own"


def is_adapter(implementation: Any) -> bool:
    """Whether an implementation stands for an object of the reader's own."""
    return hasattr(type(implementation), "own_name")


def _is_layer(value: Any) -> bool:
    keras = sys.modules.get("keras")
    return keras is not None and isinstance(value, keras.Layer)


def _described(value: Any) -> str:
    if isinstance(value, type):
        return f"the class {value.__name__}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"a {type(value).__name__} of {len(value)}"
    return f"the function {value.__name__}" if hasattr(value, "__name__") else type(value).__name__
