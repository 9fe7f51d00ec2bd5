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


def build(assembly: Assembly, role: str) -> keras.Model:
    """Builds a network from the recipe's seed, wrapped by the regularizers that ask for it, and calls it once.

    Args:
        assembly: the components.
        role: `"generator"` or `"discriminator"`.

    Raises:
        AssemblyError: it does not generate samples of the data's shape, its output lacks logits, or its batch
            statistics make a regularizer wrong.
        PluginError: a component's code failed.
    """
    part, seed = assembly.parts[role], assembly.recipe.seed
    wrappers = [wrapper for wrapper in assembly.regularizer_parts if f"wrap_{role}" in wrapper.overrides]
    # Those that have the discriminator built for other data wrap it last, so that all others see those data.
    outer = [one for one in wrappers if role == "discriminator" and "discriminator_data" in one.overrides]
    data = assembly.data
    for wrapper in outer:
        with attributed(wrapper.origin, "discriminator_data"):
            data = wrapper.implementation.discriminator_data(data)
    model: Any = None
    for maker in (part, *sorted(wrappers, key=outer.__contains__)):
        method, seen = ("build", data) if maker is part else (f"wrap_{role}", assembly.data if maker in outer else data)
        keys = (role,) if maker is part else (role, maker.label)
        with precision(assembly.recipe.precision), seeded(seed, *keys), attributed(maker.origin, method):
            model = getattr(maker.implementation, method)(*(() if model is None else (model,)), seen)
        if not isinstance(model, keras.Model):
            raise AssemblyError(f"{maker.origin} must return a keras.Model from {method}, got {type(model).__name__}")
    shape = (assembly.generator.latent_dim,) if role == "generator" else assembly.data.shape
    inputs = [keras.KerasTensor((None, *shape)), keras.KerasTensor((None,), dtype="int32")]
    with attributed(part.origin, "its first call"):
        output = model(inputs if part.implementation.conditional else inputs[0])
    if role == "generator":
        made = tuple(getattr(output, "shape", (None, output))[1:])
        if made != assembly.data.shape:
            raise AssemblyError(
                f"{part.origin} generates samples of shape {made}, but the data's are {assembly.data.shape}"
            )
    elif not isinstance(output, Mapping) or "logits" not in output:
        raise AssemblyError(f"{part.origin} must return a dict with 'logits' and 'features', got {output!r}")
    else:
        # A component may forget to declare that it normalises over the batch; the network itself cannot hide it.
        report(check_batch_statistics(assembly, normalizes_batch=normalizes_batch(model)))
    return model


def normalizes_batch(model: keras.Model) -> bool:
    """Whether a network contains a layer whose output depends on the statistics of the batch."""
    # Keras has no public way to the layers inside layers; `model.layers` and `tf.train.TrackableView` miss some.
    layers = model._flatten_layers() if hasattr(model, "_flatten_layers") else model.layers
    return any(isinstance(layer, keras.layers.BatchNormalization) for layer in layers)
