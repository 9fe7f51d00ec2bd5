"""Copies of Keras models: the same layers with variables of their own."""

from __future__ import annotations

import contextlib
import inspect
import warnings
from typing import Any

from ganreg.adapters.signatures import Signature, signature_of
from ganreg.errors import AssemblyError
from ganreg.lazy import keras

_TOLERANCE = 1e-4


def copied(model: keras.Model) -> keras.Model:
    """Returns a model of the same architecture with freshly initialised variables.

    Args:
        model: a built model.

    Raises:
        AssemblyError: the model cannot be copied.
    """
    try:
        copy = _copied(model)
        _build_as(copy, model)
        difference = _difference(model, copy)
    except Exception as error:
        raise _not_copied(model, " ".join(str(error).split())[:200]) from error
    if difference:
        raise _not_copied(model, difference)
    return copy


def packed(model: keras.Model) -> tuple[Any, ...]:
    """What another process needs to make a copy of a model: its configuration and the classes of its layers.

    Raises:
        AssemblyError: the model cannot be copied.
    """
    copied(model)
    shapes = [tuple(variable.shape) for variable in model.variables]
    return keras.saving.serialize_keras_object(model), _own_classes(model), shapes


def unpacked(contents: tuple[Any, ...]) -> keras.Model:
    """Makes a copy of a model from what `packed` returned.

    Raises:
        AssemblyError: the copy would differ from the model.
    """
    config, classes, shapes = contents
    with keras.utils.custom_object_scope(classes):
        model = keras.saving.deserialize_keras_object(config, safe_mode=False)
    if [tuple(variable.shape) for variable in model.variables] != shapes:
        raise AssemblyError(f"the model '{model.name}' cannot be made again in another process; define get_config")
    return model


def _not_copied(model: keras.Model, reason: str) -> AssemblyError:
    return AssemblyError(
        f"a copy of the model '{model.name}' is needed, such as for its moving average, but {type(model).__name__} "
        f"cannot be copied ({reason}); pass a function that builds the model instead of the model, or define get_config"
    )


def _copied(model: keras.Model) -> keras.Model:
    if isinstance(model, keras.Sequential) or model.__class__.__name__ == "Functional":
        with _custom_objects(model):
            if not _has_lambda(model):
                return keras.models.clone_model(model)
            # The lambda is this program's own, so there is no risk in reading it.
            return keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(model), safe_mode=False)
    cls = type(model)
    config = model.get_config()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with _custom_objects(model):
                return cls.from_config(config)
        except Exception:  # noqa: BLE001 - Keras adds arguments to its configuration that the constructor may not take
            taken = inspect.signature(cls.__init__).parameters
            return cls(**{name: value for name, value in config.items() if name in taken})


def _has_lambda(model: keras.Model) -> bool:
    return any(isinstance(layer, keras.layers.Lambda) for layer in all_layers(model))


def _custom_objects(model: keras.Model) -> contextlib.AbstractContextManager[Any]:
    scope: contextlib.AbstractContextManager[Any] = keras.utils.custom_object_scope(_own_classes(model))
    return scope


def _own_classes(model: keras.Model) -> dict[str, type]:
    """The classes of the layers that are not Keras's, by name."""
    classes = {type(layer).__name__: type(layer) for layer in all_layers(model)}
    return {name: cls for name, cls in classes.items() if not cls.__module__.startswith("keras.")}


def all_layers(model: keras.Model) -> list[Any]:
    """Every layer of a model, those inside other layers included."""
    # Keras has no public way to the layers inside layers.
    return list(model._flatten_layers(include_self=True)) if hasattr(model, "_flatten_layers") else list(model.layers)


def _build_as(copy: keras.Model, model: keras.Model) -> None:
    """Creates the variables of a copy by a symbolic call."""
    if copy.built and len(copy.variables) == len(model.variables):
        return
    signature = signature_of(model)
    if signature is not None:
        signature.called(copy, signature.symbols())


def _difference(model: keras.Model, copy: keras.Model) -> str:
    """How a copy differs from the model; empty if it does not.

    Keras does not know with which arguments a model of a class of one's own was made, and silently takes the defaults.
    """
    shapes, others = ([(tuple(one.shape), one.dtype) for one in each.variables] for each in (model, copy))
    if shapes != others:
        return f"a copy from its configuration has other variables: {_first_difference(shapes, others)}"
    signature = signature_of(model)
    if signature is None or not (_own_classes(model) or _has_lambda(model)):
        return ""
    return "" if _same_outputs(model, copy, signature) else "a copy from its configuration computes something else"


def _first_difference(shapes: list[Any], others: list[Any]) -> str:
    if len(shapes) != len(others):
        return f"{len(others)} instead of {len(shapes)}"
    return next(f"{other[0]} instead of {own[0]}" for own, other in zip(shapes, others, strict=True) if own != other)


def _same_outputs(model: keras.Model, copy: keras.Model, signature: Signature) -> bool:
    """Whether both compute the same from the same weights; the copy keeps its own."""
    import numpy as np  # slow to import, and listing components does not need it

    before = copy.get_weights()
    copy.set_weights(model.get_weights())
    inputs = signature.examples()
    outputs = [signature.called(each, inputs, training=False) for each in (model, copy)]
    copy.set_weights(before)
    ours, theirs = (keras.tree.flatten(output) for output in outputs)
    return all(np.allclose(a, b, atol=_TOLERANCE, equal_nan=True) for a, b in zip(ours, theirs, strict=True))
