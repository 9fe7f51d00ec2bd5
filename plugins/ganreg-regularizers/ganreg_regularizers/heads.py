"""What regularizers that add a head to the discriminator share: reading its outputs and adding to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ganreg import AssemblyError
from ganreg.lazy import keras


def outputs_of(model: keras.Model, name: str) -> Mapping[str, Any]:
    """Returns the outputs of a functional discriminator that returns features.

    Args:
        model: the discriminator.
        name: the regularizer that needs them, for messages.

    Raises:
        AssemblyError: the discriminator returns no features, or is not a functional Keras model.
    """
    outputs = getattr(model, "output", None)
    if not isinstance(outputs, Mapping) or not outputs.get("features"):
        raise AssemblyError(
            f"{name} needs a discriminator that is a functional Keras model and returns its hidden activations; "
            f"return them as 'features' alongside 'logits', or leave {name} out"
        )
    return outputs


def deepest_feature(outputs: Mapping[str, Any], name: str) -> keras.KerasTensor:
    """Returns the deepest hidden activation, flattened to `[B, A]`, in the variables' type, in which heads compute.

    Args:
        outputs: those of the discriminator.
        name: prefix of the layer's name.
    """
    dtype = keras.config.dtype_policy().variable_dtype
    return keras.layers.Flatten(name=f"{name}_flatten", dtype=dtype)(tuple(outputs["features"])[-1])


def with_output(model: keras.Model, name: str, value: keras.KerasTensor) -> keras.Model:
    """Returns the discriminator with one output added or replaced."""
    return keras.Model(model.input, {**model.output, name: value}, name=model.name)


def output_named(outputs: Mapping[str, Any], key: str, name: str) -> Any:
    """Returns the output of a head.

    Args:
        outputs: those of a pass of the discriminator.
        key: name of the output.
        name: the regularizer that added the head, for messages.

    Raises:
        AssemblyError: the discriminator has no such output.
    """
    if key not in outputs:
        raise AssemblyError(
            f"{name} added the output '{key}' to the discriminator, but another regularizer removed it; "
            "leave one of the two out"
        )
    return outputs[key]
