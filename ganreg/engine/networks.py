"""Builds an assembly's networks from its seed, and checks that they are what was agreed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras

from ganreg.contract.assembly import Assembly
from ganreg.engine.attribution import attributed
from ganreg.engine.checks import check_batch_statistics, report
from ganreg.engine.precision import precision
from ganreg.engine.random import seeded
from ganreg.errors import AssemblyError


def build(assembly: Assembly, name: str) -> keras.Model:
    """Builds a network from the recipe's seed, wrapped by the regularizers that ask for it, and calls it once.

    Args:
        assembly: the components.
        name: the network's name in the game.

    Raises:
        AssemblyError: it does not make samples of the expected shape, its output lacks logits, or its batch statistics
            make a regularizer wrong.
        PluginError: a component's code failed.
    """
    place, part, kind = assembly.networks[name], assembly.part_of(name), assembly.kind_of(name)
    model = _wrapped(assembly, name)
    with attributed(part.origin, "its first call"):
        output = model(inputs_of(assembly, name))
    if kind != "discriminator":
        made = tuple(getattr(output, "shape", (None, output))[1:])
        if made != place.data.shape:
            raise AssemblyError(f"{part.origin} makes samples of shape {made}, but the data's are {place.data.shape}")
    elif not isinstance(output, Mapping) or "logits" not in output:
        raise AssemblyError(f"{part.origin} must return a dict with 'logits' and 'features', got {output!r}")
    else:
        # A component may forget to declare that it normalises over the batch; the network itself cannot hide it.
        report(check_batch_statistics(assembly, normalizes_batch=normalizes_batch(model)))
    return model


def _wrapped(assembly: Assembly, name: str) -> keras.Model:
    """The network as its component builds it, with the wrappers around it."""
    place, part, kind = assembly.networks[name], assembly.part_of(name), assembly.kind_of(name)
    player = "discriminator" if kind == "discriminator" else "generator"
    wrap = f"wrap_{player}"
    judged = {assembly.networks[judge].judges for judge in assembly.judges}
    # What regularizers know as the generator is a network whose samples are judged; an encoder is not.
    wrapped = kind == "discriminator" or name in judged
    wrappers = [part for part in assembly.regularizer_parts if wrapped and wrap in part.overrides]
    # Those that have the discriminator built for other data wrap it last, so that all others see those data.
    outer = [one for one in wrappers if player == "discriminator" and "discriminator_data" in one.overrides]
    data = own = place.data.as_seen
    for wrapper in outer:
        with attributed(wrapper.origin, "discriminator_data"):
            data = wrapper.implementation.discriminator_data(data)
    seed, policy = assembly.recipe.seed, assembly.recipe.precision
    with precision(policy), seeded(seed, name), attributed(part.origin, "build"):
        source = None if place.source is None else place.source.as_seen
        described = (source, data) if kind == "translator" else (data,)
        model = _checked(part.implementation.build(*described), part.origin, "build")
    for wrapper in sorted(wrappers, key=outer.__contains__):
        with precision(policy), seeded(seed, name, wrapper.label), attributed(wrapper.origin, wrap):
            seen = own if wrapper in outer else data
            model = _checked(getattr(wrapper.implementation, wrap)(model, seen), wrapper.origin, wrap)
    return model


def _checked(model: Any, origin: str, method: str) -> keras.Model:
    if not isinstance(model, keras.Model):
        raise AssemblyError(f"{origin} must return a keras.Model from {method}, got {type(model).__name__}")
    return model


def inputs_of(assembly: Assembly, name: str) -> Any:
    """Symbolic inputs of a network."""
    place, part, kind = assembly.networks[name], assembly.part_of(name), assembly.kind_of(name)
    if kind == "generator":
        shape: tuple[int, ...] = (part.implementation.latent_dim,)
    else:
        shape = (place.source if kind == "translator" and place.source is not None else place.data).shape
    samples = keras.KerasTensor((None, *shape))
    return [samples, keras.KerasTensor((None,), dtype="int32")] if part.implementation.conditional else samples


def refuse_shared(networks: Mapping[str, keras.Model], averages: Mapping[str, keras.Model]) -> None:
    """Checks that each network, and each moving average of one, has variables of its own.

    Raises:
        AssemblyError: two of them share a variable.
    """
    owners: dict[int, str] = {}
    named = {**networks, **{f"the moving average of {name}": model for name, model in averages.items()}}
    for name, model in named.items():
        for variable in model.variables:
            other = owners.setdefault(id(variable), name)
            if other != name:
                raise AssemblyError(
                    f"{other} and {name} share the variable '{variable.path}', but each network needs its own; "
                    "give each its own layers"
                )


def normalizes_batch(model: keras.Model) -> bool:
    """Whether a network contains a layer whose output depends on the statistics of the batch."""
    return bool(batch_normalizations(model))


def batch_normalizations(model: keras.Model) -> list[keras.layers.BatchNormalization]:
    """Returns the layers of a network whose output depends on the statistics of the batch."""
    # Keras has no public way to the layers inside layers; `model.layers` and `tf.train.TrackableView` miss some.
    layers = model._flatten_layers() if hasattr(model, "_flatten_layers") else model.layers
    return [layer for layer in layers if isinstance(layer, keras.layers.BatchNormalization)]
