"""What wrappers of discriminators share: reading a functional discriminator's outputs, and adding to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ganreg import AssemblyError

if TYPE_CHECKING:
    import keras


def outputs_of(model: keras.Model, name: str) -> Mapping[str, Any]:
    """Returns the outputs of a discriminator that is to get a head.

    Args:
        model: the discriminator.
        name: what messages call the regularizer that asks.

    Raises:
        AssemblyError: the discriminator gives no features, or is no functional Keras model.
    """
    outputs = getattr(model, "output", None)
    if not isinstance(outputs, Mapping) or not outputs.get("features"):
        raise AssemblyError(
            f"{name} needs a discriminator that is a functional Keras model and returns its hidden activations; "
            f"return them as 'features' beside 'logits', or leave {name} out"
        )
    return outputs


def deepest_feature(outputs: Mapping[str, Any], name: str) -> keras.KerasTensor:
    """Returns the deepest hidden activation, flattened to `[B, A]`, in the variables' type, which a head computes in.

    Args:
        outputs: of the discriminator.
        name: begins the name of the layer.
    """
    import keras

    dtype = keras.config.dtype_policy().variable_dtype
    return keras.layers.Flatten(name=f"{name}_flatten", dtype=dtype)(tuple(outputs["features"])[-1])


def with_output(model: keras.Model, name: str, value: keras.KerasTensor) -> keras.Model:
    """Returns the discriminator with one more output, or another in the place of an old one."""
    import keras

    return keras.Model(model.input, {**model.output, name: value}, name=model.name)


def output_named(outputs: Mapping[str, Any], key: str, name: str) -> Any:
    """Returns what a head says.

    Args:
        outputs: of a pass of the discriminator.
        key: of the output.
        name: what messages call the regularizer whose head it is.

    Raises:
        AssemblyError: the discriminator has no such head.
    """
    if key not in outputs:
        raise AssemblyError(
            f"{name} added the output '{key}' to the discriminator, and another regularizer dropped it; "
            "leave one of the two out"
        )
    return outputs[key]
