"""Networks as the engine calls them, made from models as their authors call them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ganreg.adapters.labels import JOINED, Places, joined_with, labels_for, places_in
from ganreg.adapters.signatures import Shape, Signature, call_arguments, signature_of
from ganreg.adapters.sources import ModelSource, Source
from ganreg.data.spec import NETWORK_RANGE, DataSpec
from ganreg.errors import AssemblyError
from ganreg.lazy import keras

Outputs = Callable[[Any, Callable[[Any], Any], str], Any]
"""Computes what a network returns, from the model, what calls it on symbolic inputs, and its name in messages."""


def latents_of(source: Source, given: int, data: DataSpec, *, joins: bool) -> tuple[int, bool]:
    """The size of a generator's latents, and whether it takes labels.

    Args:
        source: gives the model.
        given: the size that was asked for; 0 for the model's own.
        data: the data.
        joins: whether the discriminator sees labels as further channels, so that the generator sees them as further
            latents.

    Raises:
        AssemblyError: the size is not known, or is not the one that was asked for.
    """
    model = _model_of(source, data)
    what = f"generator '{source.name}'"
    signature = signature_of(model)
    if signature is None:
        return _size_of_unbuilt(model, given, what), len(call_arguments(model)) > 1
    places = places_in(signature, _is_vector, data.num_classes, what, "latents")
    shape = signature.shapes[places.samples]
    if shape is None or len(shape) != 1:
        raise AssemblyError(f"{what} takes latents of shape {shape}, but latents are vectors, [B, latent_dim]")
    size = shape[0] or given or int(getattr(model, "latent_dim", 0))
    if not size:
        raise AssemblyError(f"{what} takes latents of any size; give the size of its input: keras.Input((64,))")
    conditional = places.labels is not None
    if joins and not conditional and data.num_classes is not None and size > data.num_classes:
        size, conditional = size - data.num_classes, True
    if given not in (0, size):
        raise AssemblyError(f"{what} takes latents of size {size}, so latent_dim={given} is impossible")
    return size, conditional


def _model_of(source: Source, data: DataSpec) -> keras.Model:
    return source.given if isinstance(source, ModelSource) else source.model(data)


def _size_of_unbuilt(model: keras.Model, given: int, what: str) -> int:
    own = getattr(model, "latent_dim", 0)
    size = given or (own if isinstance(own, int) else 0)
    if size < 1:
        raise AssemblyError(
            f"{what} has not been built, so the size of its latents is not known; call it once, such as "
            "model(keras.ops.zeros((1, 64))), or give it an attribute latent_dim"
        )
    return size


def _is_vector(shape: Shape | None) -> bool:
    return shape is None or len(shape) == 1


def takes_labels(source: Source, data: DataSpec) -> bool:
    """Whether a model of samples has an input for labels."""
    model = _model_of(source, data)
    signature = signature_of(model)
    if signature is None:
        return len(call_arguments(model)) > 1
    places = places_in(signature, _is_sample, data.num_classes, f"'{source.name}'", "samples")
    return places.labels is not None


def _is_sample(shape: Shape | None) -> bool:
    return shape is None or len(shape) > 0


def joins_labels(source: Source, data: DataSpec) -> bool:
    """Whether a model's only input has the channels of the samples and one more for each class."""
    signature = signature_of(_model_of(source, data))
    if signature is None or len(signature.shapes) != 1 or data.num_classes is None:
        return False
    shape = signature.shapes[0]
    return bool(shape) and shape[-1] == data.shape[-1] + data.num_classes  # type: ignore[index]


def generator(
    model: keras.Model,
    latent_dim: int,
    conditional: bool,
    data: DataSpec,
    value_range: tuple[float, float] | None,
    what: str,
) -> keras.Model:
    """A network from latents, or from a list of latents and labels, to samples within -1..1.

    Args:
        model: the model.
        latent_dim: the size of a latent vector.
        conditional: whether it takes labels.
        data: the description of one sample.
        value_range: the range of the model's own samples; `None` if it is that of networks.
        what: the model, for messages.

    Raises:
        AssemblyError: the model cannot be called in this way.
    """
    if value_range is None:
        return _network(model, (latent_dim,), conditional, data.num_classes, what)

    def scaled(own: Any, call: Callable[[Any], Any], _: str) -> Any:
        return _scaled(call(own), value_range, NETWORK_RANGE)

    return _network(model, (latent_dim,), conditional, data.num_classes, what, scaled)


def of_samples(
    model: keras.Model,
    conditional: bool,
    data: DataSpec,
    num_classes: int | None,
    value_range: tuple[float, float] | None,
    what: str,
    of: Outputs | None = None,
) -> keras.Model:
    """A network from samples within -1..1, or from a list of samples and labels.

    Args:
        model: the model.
        conditional: whether it takes labels.
        data: the description of one sample.
        num_classes: the number of classes.
        value_range: the range in which the model sees samples; `None` if it is that of networks.
        what: the model, for messages.
        of: computes what the network returns. Defaults to what the model returns.

    Raises:
        AssemblyError: the model does not take such samples.
    """
    return _network(model, data.shape, conditional, num_classes, what, of, value_range)


def _network(
    model: keras.Model,
    shape: tuple[int, ...],
    conditional: bool,
    num_classes: int | None,
    what: str,
    of: Outputs | None = None,
    value_range: tuple[float, float] | None = None,
) -> keras.Model:
    inputs = keras.Input(shape)
    labels = keras.Input((), dtype="int32") if conditional else None
    signature = signature_of(model) or _signature_to_build(model, shape, conditional)
    places = _places(signature, conditional, num_classes, what)
    seen = inputs if value_range is None else _scaled(inputs, NETWORK_RANGE, value_range)
    if places.labels == JOINED:
        seen = joined_with(seen, labels, num_classes or 0)
    _refuse_other_shape(signature.shapes[places.samples], tuple(seen.shape[1:]), what)
    values: list[Any] = [None] * len(signature.shapes)
    values[places.samples] = seen
    if places.labels is not None and places.labels != JOINED:
        values[places.labels] = labels_for(signature, places.labels, labels, num_classes)

    def call(callable_model: Any) -> Any:
        return signature.called(callable_model, values)

    try:
        returned = call(model) if of is None else of(model, call, what)
    except AssemblyError:
        raise
    except Exception as error:
        reason = " ".join(str(error).split()).rpartition("Exception encountered: ")[2].strip("'")[:300]
        raise AssemblyError(f"{what} cannot be called on inputs of shape {('B', *seen.shape[1:])}: {reason}") from error
    if of is None and not hasattr(returned, "shape"):
        raise AssemblyError(f"{what} returns a {type(returned).__name__}, but it must return one tensor of samples")
    if of is None and value_range is None and _is_called_as_it_is(signature, places):
        return model
    return keras.Model(inputs if labels is None else [inputs, labels], returned, name=model.name)


def _is_called_as_it_is(signature: Signature, places: Places) -> bool:
    """Whether the engine's way to call a network is the model's own."""
    if places.labels is None:
        return not isinstance(signature.structure, (list, tuple, dict, type(None)))
    as_pair = isinstance(signature.structure, (list, tuple)) and places == Places(0, 1)
    return as_pair and signature.shapes[1] == () and "int" in signature.dtypes[1]


def _signature_to_build(model: keras.Model, shape: tuple[int, ...], conditional: bool) -> Signature:
    """The signature with which a model that has not been built is called for the first time."""
    if not conditional:
        return Signature((shape,), ("float32",), 0)
    return Signature((shape, ()), ("float32", "int32"), None if len(call_arguments(model)) > 1 else [0, 0])


def _places(signature: Signature, conditional: bool, num_classes: int | None, what: str) -> Places:
    if len(signature.shapes) == 1:
        return Places(0, JOINED if conditional else None)
    return places_in(signature, lambda shape: shape is None or len(shape) > 0, num_classes, what, "samples or latents")


def _refuse_other_shape(takes: Shape | None, given: tuple[int | None, ...], what: str) -> None:
    if takes is None:
        return
    if len(takes) != len(given) or any(None not in (a, b) and a != b for a, b in zip(takes, given, strict=True)):
        raise AssemblyError(f"{what} takes inputs of shape {('B', *takes)}, but is given {('B', *given)}")


def _scaled(values: Any, before: tuple[float, float], after: tuple[float, float]) -> Any:
    """Maps one range to another."""
    factor = (after[1] - after[0]) / (before[1] - before[0])
    return values * factor + (after[0] - before[0] * factor)
