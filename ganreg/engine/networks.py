"""Building an assembly's networks from its seed, and holding them to what was agreed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras

from ganreg.contract.assembly import Assembly, Part
from ganreg.contract.implementation import overrides
from ganreg.engine.attribution import attributed
from ganreg.engine.checks import check_batch_statistics, report
from ganreg.engine.precision import precision
from ganreg.engine.random import seeded
from ganreg.errors import AssemblyError


def build_generator(assembly: Assembly) -> keras.Model:
    """Builds the generator, wrapped by the regularizers that ask for it.

    Raises:
        AssemblyError: it does not make samples of the data's shape.
        PluginError: the component's code failed.
    """
    model = _build(assembly, "generator")
    inputs = [keras.KerasTensor((None, assembly.generator.latent_dim))]
    samples = _output(assembly.parts["generator"], model, inputs, assembly.generator.conditional)
    if not hasattr(samples, "shape") or tuple(samples.shape[1:]) != assembly.data.shape:
        made = getattr(samples, "shape", samples)
        raise AssemblyError(
            f"{assembly.parts['generator'].origin} makes samples of shape {tuple(made[1:])}, "
            f"but the data's are {assembly.data.shape}"
        )
    return model


def build_discriminator(assembly: Assembly) -> keras.Model:
    """Builds the discriminator, wrapped by the regularizers that ask for it.

    Raises:
        AssemblyError: its output lacks logits, or batch statistics in it make a regularizer wrong.
        PluginError: the component's code failed.
    """
    model = _build(assembly, "discriminator")
    inputs = [keras.KerasTensor((None, *assembly.data.shape))]
    outputs = _output(assembly.parts["discriminator"], model, inputs, assembly.discriminator.conditional)
    if not isinstance(outputs, Mapping) or "logits" not in outputs:
        raise AssemblyError(
            f"{assembly.parts['discriminator'].origin} must return a dict with 'logits' and 'features', got {outputs!r}"
        )
    # A component may forget to say that it normalises over the batch; the network itself cannot hide it.
    report(check_batch_statistics(assembly, normalizes_batch=normalizes_batch(model)))
    return model


def _build(assembly: Assembly, role: str) -> keras.Model:
    part = assembly.parts[role]
    wrappers = [wrapper for wrapper in assembly.regularizer_parts if overrides(wrapper.implementation, f"wrap_{role}")]
    inner = [wrapper for wrapper in wrappers if role == "generator" or not _changes_data(wrapper)]
    outer = [wrapper for wrapper in wrappers if wrapper not in inner]
    data = assembly.data
    for wrapper in outer:
        with attributed(wrapper.origin, "discriminator_data"):
            data = wrapper.implementation.discriminator_data(data)
    with precision(assembly.recipe.precision), seeded(assembly.recipe.seed, role):
        with attributed(part.origin, "build"):
            model = part.implementation.build(data)
        if not isinstance(model, keras.Model):
            raise AssemblyError(f"{part.origin} must build a keras.Model, got {type(model).__name__}")
        for wrapper in (*inner, *outer):
            with seeded(assembly.recipe.seed, role, wrapper.label), attributed(wrapper.origin, f"wrap_{role}"):
                model = getattr(wrapper.implementation, f"wrap_{role}")(
                    model, data if wrapper in inner else assembly.data
                )
    return model


def _changes_data(part: Part) -> bool:
    return overrides(part.implementation, "discriminator_data")


def _output(part: Part, model: keras.Model, inputs: list[Any], conditional: bool) -> Any:
    if conditional:
        inputs.append(keras.KerasTensor((None,), dtype="int32"))
    with attributed(part.origin, "its first call"):
        return model(inputs if conditional else inputs[0])


def normalizes_batch(model: keras.Model) -> bool:
    """Whether a network contains a layer whose output depends on the statistics of the batch."""
    flat = model._flatten_layers() if hasattr(model, "_flatten_layers") else model.layers
    return any(isinstance(layer, keras.layers.BatchNormalization) for layer in flat)
